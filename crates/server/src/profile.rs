//! Profiles: who somebody is on which server, so that two terminals can be two people.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::exit::{Complaint, Done, Exit};
use crate::private_file;

/// The profile that is used when none is named.
pub(crate) const DEFAULT: &str = "default";

/// A sign-in that was kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    /// Where the server is.
    pub server: String,
    /// The bearer token.
    pub token: String,
    /// The account, for people to recognise.
    pub display_name: String,
    /// The account's id.
    pub account_id: String,
}

/// Reads a profile.
///
/// # Errors
///
/// [`Exit::SignInNeeded`] when there is none.
pub(crate) fn read(name: &str) -> Done<Profile> {
    let path = path(name)?;
    match fs::read_to_string(&path) {
        Ok(text) => Ok(serde_json::from_str(&text)
            .with_context(|| format!("{} cannot be read; sign in again", path.display()))?),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Complaint::new(
            Exit::SignInNeeded,
            format!(
                "nobody is signed in as profile `{name}`\n  \
                 visavis sign-in you@your-organisation.example --profile {name}"
            ),
        )),
        Err(error) => Err(anyhow::Error::new(error)
            .context(format!("{} cannot be read", path.display()))
            .into()),
    }
}

/// Keeps a profile, readable by its owner only.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) fn write(name: &str, profile: &Profile) -> Done<PathBuf> {
    let path = path(name)?;
    let text = serde_json::to_string_pretty(profile).context("the profile cannot be written")?;
    path.parent()
        .map_or(Ok(()), private_file::folder)
        .and_then(|()| private_file::write(&path, &text))
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

/// Forgets a profile.
///
/// # Errors
///
/// When it cannot be removed.
pub(crate) fn remove(name: &str) -> Done {
    let path = path(name)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(anyhow::Error::new(error)
            .context(format!("{} cannot be removed", path.display()))
            .into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn path(name: &str) -> Done<PathBuf> {
    let is_name = (1..=64).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if !is_name {
        return Err(Complaint::usage(format!(
            "`{name}` cannot be a profile's name: use letters, digits, `.`, `_` and `-`"
        )));
    }
    let base = match std::env::var_os("XDG_CONFIG_HOME").filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir()
            .map(|home| home.join(".config"))
            .context("the home folder is unknown; set XDG_CONFIG_HOME")?,
    };
    Ok(base.join("visavis").join("profiles").join(format!("{name}.json")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_lead_out_of_the_folder() {
        for name in ["", "..", "../x", "a/b", ".hidden", &"a".repeat(65)] {
            assert!(matches!(path(name), Err(Complaint { exit: Exit::Usage, .. })), "{name}");
        }
    }
}
