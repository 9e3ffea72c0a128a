//! Organisations, for the operator of the deployment.

use serde_json::{Value, json};

use crate::client::{Client, part};
use crate::exit::Done;
use crate::output::{harmless, text};
use crate::session::Session;

/// What the operator does with organisations.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum OrganisationCommand {
    /// Found an organisation
    #[command(after_help = "Example:
  visavis organisation create 'Adatum Ltd' --domain adatum.example --domain adatum.test

You vouch for the domains: addresses in them belong to the organisation from now on.")]
    Create {
        /// What it is called
        name: String,
        /// A domain that it has proved; the first is its default
        #[arg(long, required = true, value_name = "DOMAIN")]
        domain: Vec<String>,
        /// How far it has shown itself
        #[arg(long, default_value = "standard", value_parser = ["standard", "trial"])]
        trust_class: String,
    },
    /// List all organisations
    List,
    /// Add a domain that an organisation has proved
    #[command(after_help = "Example:
  visavis organisation add-domain fabrikam.example design.fabrikam.example")]
    AddDomain {
        /// The organisation, by id or domain
        organisation: String,
        /// The new domain
        domain: String,
    },
    /// Say how far an organisation has shown itself: others may refuse trial organisations
    #[command(after_help = "Example:
  visavis organisation set-trust-class fabrikam.example trial")]
    SetTrustClass {
        /// The organisation, by id or domain
        organisation: String,
        /// The class
        #[arg(value_parser = ["standard", "trial"])]
        trust_class: String,
    },
}

const PATH: &str = "/v1.0/deployment/organisations";
const PAGE_ENTRIES: usize = 999;

/// Runs one of them.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn run(command: OrganisationCommand, session: &Session) -> Done {
    let client = session.operator()?;
    let shown = match command {
        OrganisationCommand::List => return list(&client, session).await,
        OrganisationCommand::Create { name, domain, trust_class } => {
            let body = json!({"displayName": name, "domains": domain, "trustClass": trust_class});
            client.post(PATH, &body).await?
        }
        OrganisationCommand::AddDomain { organisation, domain } => {
            let path = format!("{PATH}/{}/domains", part(&organisation));
            client.post(&path, &json!({"domain": domain})).await?
        }
        OrganisationCommand::SetTrustClass { organisation, trust_class } => {
            let path = format!("{PATH}/{}", part(&organisation));
            client.patch(&path, &json!({"trustClass": trust_class})).await?
        }
    };
    session.out.answer(&shown, row(&shown).join("  "));
    Ok(())
}

async fn list(client: &Client, session: &Session) -> Done {
    let all = client.all(&format!("{PATH}?$top={PAGE_ENTRIES}")).await?;
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let head = ["ID", "NAME", "TRUST", "DOMAINS"];
    session.out.table(
        &json!(all),
        &head,
        &rows,
        "No organisations yet: visavis organisation create",
    );
    Ok(())
}

fn row(organisation: &Value) -> Vec<String> {
    let domains = organisation.get("verifiedDomains").and_then(Value::as_array);
    let domains: Vec<&str> = domains.into_iter().flatten().map(|one| text(one, "/name")).collect();
    vec![
        text(organisation, "/id").to_owned(),
        harmless(text(organisation, "/displayName")),
        text(organisation, "/trustClass").to_owned(),
        domains.join(", "),
    ]
}
