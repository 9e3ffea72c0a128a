//! `visavis cs`: the names and parameters of the Teams cmdlets.

pub(crate) mod cmdlet;
mod perform;
pub(crate) mod plan;
pub(crate) mod syntax;
#[cfg(test)]
mod table;

use crate::exit::{Complaint, Done};
use crate::session::Session;

/// A cmdlet and its parameters.
#[derive(Debug, clap::Args)]
pub(crate) struct Cs {
    /// The cmdlet, in any case; without one they are listed
    pub cmdlet: Option<String>,

    /// Its parameters, as in PowerShell
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "-PARAMETER VALUE")]
    pub parameters: Vec<String>,
}

/// What `visavis cs --help` ends with.
pub(crate) const EXAMPLES: &str = "Examples:
  visavis cs Get-CsTenantFederationConfiguration
  visavis cs Set-CsTenantFederationConfiguration -AllowTeamsConsumer '$false'
  visavis cs Set-CsTenantFederationConfiguration -BlockedDomains '@{Add=\"evil.example\"}' -WhatIf
  visavis cs New-CsExternalAccessPolicy -Identity NoInbound -EnableTeamsConsumerInbound '$false'
  visavis cs Grant-CsExternalAccessPolicy -Identity ceo@contoso.example -PolicyName NoInbound
  visavis cs Grant-CsExternalAccessPolicy -Group Executives -Rank 1 -PolicyName NoInbound

Names are compared without case and may be shortened while they stay unambiguous. In bash, zsh and
fish put $true, $false, $null and @{…} into single quotes, or write true and false. -WhatIf shows
what would change and changes nothing. Options of visavis, such as --json, stand before `cs` or
before the cmdlet.";

/// Runs a cmdlet.
///
/// # Errors
///
/// [`crate::exit::Exit::Usage`] for what cannot be read, else what the server complains about.
pub(crate) async fn run(arguments: Cs, session: &Session) -> Done {
    let Some(name) = arguments.cmdlet else {
        list(session);
        return Ok(());
    };
    let (plan, is_what_if) = plan::read(&name, &arguments.parameters).map_err(Complaint::usage)?;
    perform::run(plan, is_what_if, session).await
}

fn list(session: &Session) {
    let rows: Vec<Vec<String>> = cmdlet::CMDLETS
        .iter()
        .map(|cmdlet| vec![cmdlet.name.to_owned(), cmdlet.about.to_owned()])
        .collect();
    let names: Vec<&str> = cmdlet::CMDLETS.iter().map(|cmdlet| cmdlet.name).collect();
    session.out.table(&serde_json::json!(names), &["CMDLET", "WHAT IT DOES"], &rows, "");
}
