//! Groups of people, which carry policies.

use serde_json::{Value, json};

use crate::client::{Client, part};
use crate::exit::Done;
use crate::external_access::{group_id, user};
use crate::output::{harmless, text};
use crate::session::Session;

/// What an administrator does with groups.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum GroupCommand {
    /// Make a group
    #[command(after_help = "Example:
  visavis group create Executives
  visavis group add Executives elif.kaya@contoso.example
  visavis external-access assign NoInbound --group Executives")]
    Create {
        /// What it is called
        name: String,
    },
    /// List the groups, or the people of one
    List {
        /// The group, by name or id
        group: Option<String>,
    },
    /// Put somebody into a group
    #[command(after_help = "Example:
  visavis group add Executives ceo@contoso.example")]
    Add {
        /// The group, by name or id
        group: String,
        /// E-mail address or id
        account: String,
    },
    /// Take somebody out of a group
    #[command(after_help = "Example:
  visavis group remove Executives ceo@contoso.example")]
    Remove {
        /// The group, by name or id
        group: String,
        /// E-mail address or id
        account: String,
    },
    /// Give a group another name
    #[command(after_help = "Example:
  visavis group rename Executives Board")]
    Rename {
        /// The group, by name or id
        group: String,
        /// What it is called from now on
        name: String,
    },
    /// Remove a group and what is assigned to it
    #[command(after_help = "Example:
  visavis group delete Executives")]
    Delete {
        /// The group, by name or id
        group: String,
    },
}

/// Runs one of them.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn run(command: GroupCommand, session: &Session) -> Done {
    let client = session.person()?;
    match command {
        GroupCommand::Create { name } => {
            let body = json!({
                "displayName": name,
                "mailNickname": "group",
                "mailEnabled": false,
                "securityEnabled": true,
            });
            let made = client.post("/v1.0/groups", &body).await?;
            session.out.answer(&made, row(&made, "/displayName").join("  "));
        }
        GroupCommand::List { group } => list(&client, session, group).await?,
        GroupCommand::Add { group, account } => {
            let (group, id) = named(&client, &group, &account).await?;
            let body =
                json!({"@odata.id": format!("{}/v1.0/directoryObjects/{id}", client.base())});
            client.post(&format!("/v1.0/groups/{group}/members/$ref"), &body).await?;
            session.out.answer(&json!({"group": group, "added": id}), "Added.");
        }
        GroupCommand::Remove { group, account } => {
            let (group, id) = named(&client, &group, &account).await?;
            client.delete(&format!("/v1.0/groups/{group}/members/{id}/$ref")).await?;
            session.out.answer(&json!({"group": group, "removed": id}), "Removed.");
        }
        GroupCommand::Rename { group, name } => {
            let group = group_id(&client, &group).await?;
            client.patch(&format!("/v1.0/groups/{group}"), &json!({"displayName": name})).await?;
            session.out.answer(&json!({"group": group, "displayName": name}), "Renamed.");
        }
        GroupCommand::Delete { group } => {
            let group = group_id(&client, &group).await?;
            client.delete(&format!("/v1.0/groups/{group}")).await?;
            session.out.answer(&json!({"group": group, "deleted": true}), "Deleted.");
        }
    }
    Ok(())
}

async fn named(client: &Client, group: &str, account: &str) -> Done<(String, String)> {
    let group = group_id(client, group).await?;
    let user = user(client, account).await?;
    Ok((group, text(&user, "/id").to_owned()))
}

async fn list(client: &Client, session: &Session, group: Option<String>) -> Done {
    let (entries, name) = match group {
        None => (client.all("/v1.0/groups").await?, "/displayName"),
        Some(group) => {
            let group = part(&group_id(client, &group).await?);
            (client.all(&format!("/v1.0/groups/{group}/members")).await?, "/userPrincipalName")
        }
    };
    let rows: Vec<Vec<String>> = entries.iter().map(|entry| row(entry, name)).collect();
    session.out.table(&json!(entries), &["ID", "NAME"], &rows, "None.");
    Ok(())
}

fn row(entry: &Value, name: &str) -> Vec<String> {
    vec![text(entry, "/id").to_owned(), harmless(text(entry, name))]
}
