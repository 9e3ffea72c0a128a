//! Signing in and out.

use std::io::{self, BufRead, IsTerminal};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::exit::{Complaint, Done, Exit};
use crate::output::text;
use crate::profile::{self, Profile};
use crate::session::Session;

/// Who signs in.
#[derive(Debug, clap::Args)]
pub(crate) struct SignIn {
    /// Your e-mail address or telephone number
    pub address: String,

    /// The password; others on this machine can see it while the command runs. Without it you are
    /// asked, or standard input is read
    #[arg(long, env = "VISAVIS_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,

    /// What the token is called in `visavis token list`
    #[arg(long, default_value = "command line", value_name = "NAME")]
    pub token_name: String,
}

/// Signs in and keeps the token in a profile.
///
/// # Errors
///
/// When the address or the password is wrong, or the server cannot be reached.
pub(crate) async fn sign_in(arguments: SignIn, session: &Session) -> Done {
    let client = session.client(&session.server(), None)?;
    let password = match arguments.password {
        Some(password) => password,
        None => ask_password(&arguments.address)?,
    };
    let body = json!({
        "address": arguments.address,
        "password": password,
        "tokenName": arguments.token_name,
    });
    let answer = client.post("/v1.0/auth/signIn", &body).await.map_err(|mut complaint| {
        if complaint.exit == Exit::SignInNeeded {
            complaint.message = "the address or the password is wrong".to_owned();
        }
        complaint
    })?;
    let profile = Profile {
        server: client.base().to_owned(),
        token: text(&answer, "/token").to_owned(),
        display_name: text(&answer, "/account/displayName").to_owned(),
        account_id: text(&answer, "/account/id").to_owned(),
    };
    let path = profile::write(session.profile(), &profile)?;
    let shown = json!({
        "profile": session.profile(),
        "server": profile.server,
        "account": answer.get("account"),
        "file": path,
    });
    let next = match session.profile() {
        profile::DEFAULT => "visavis chat list".to_owned(),
        name => format!("visavis --profile {name} chat list"),
    };
    session.out.answer(&shown, format!("Signed in as {}. Try: {next}", profile.display_name));
    Ok(())
}

/// Revokes the token and forgets the profile.
///
/// # Errors
///
/// When the server cannot be reached; the profile stays then.
pub(crate) async fn sign_out(session: &Session) -> Done {
    let name = session.profile();
    let client = session.person()?;
    match client.post("/v1.0/auth/signOut", &json!({})).await {
        // A token that is no longer valid is as good as signed out.
        Ok(_) | Err(Complaint { exit: Exit::SignInNeeded, .. }) => {}
        Err(complaint) => return Err(complaint),
    }
    profile::remove(name)?;
    session.out.answer(&json!({"profile": name}), format!("Signed out; profile `{name}` is gone."));
    Ok(())
}

/// Asks for a password, without showing it where that can be done.
///
/// # Errors
///
/// When there is nothing to read.
pub(crate) fn ask_password(address: &str) -> Done<String> {
    let is_asked = io::stdin().is_terminal();
    if is_asked {
        use std::io::Write;
        let mut out = io::stderr().lock();
        let _shown = write!(out, "Password of {address}: ").and_then(|()| out.flush());
        set_echo("-echo");
    }
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    if is_asked {
        set_echo("echo");
        let _shown = io::Write::write_all(&mut io::stderr().lock(), b"\n");
    }
    match read {
        Ok(bytes) if bytes > 0 => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        Ok(_) | Err(_) => {
            Err(Complaint::usage("no password: give --password, or write it to standard input"))
        }
    }
}

/// Switches the echo of the terminal; where there is no `stty`, the password shows.
fn set_echo(mode: &str) {
    let _unknown_terminal =
        Command::new("stty").arg(mode).stdin(Stdio::inherit()).stderr(Stdio::null()).status();
}
