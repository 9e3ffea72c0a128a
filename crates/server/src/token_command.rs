//! Bearer tokens of the signed-in person.

use serde_json::{Map, Value, json};

use crate::client::part;
use crate::exit::Done;
use crate::output::{harmless, text};
use crate::session::Session;

/// What can be done with tokens.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token for a script; it is shown this once
    #[command(after_help = "Example:
  visavis token create backup --expires 2027-01-01T00:00:00Z")]
    Create {
        /// What you call it
        name: String,
        /// From when on it is refused; else after a year
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
    },
    /// List your tokens and sessions
    List,
    /// Revoke a token; it is refused at once, and its connections are closed
    #[command(after_help = "Examples:
  visavis token list
  visavis token revoke 01a2033a-6cbc-775b-b19a-32e9d3ceb00d")]
    Revoke {
        /// The id in `visavis token list`
        id: String,
    },
}

/// Runs one of them.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn run(command: TokenCommand, session: &Session) -> Done {
    let client = session.person()?;
    match command {
        TokenCommand::Create { name, expires } => {
            let mut body = Map::new();
            body.insert("name".to_owned(), json!(name));
            if let Some(expires) = expires {
                body.insert("expiresDateTime".to_owned(), json!(expires));
            }
            let made = client.post("/v1.0/me/tokens", &Value::Object(body)).await?;
            session.out.answer(&made, text(&made, "/secret"));
        }
        TokenCommand::List => {
            let tokens = client.all("/v1.0/me/tokens").await?;
            let rows: Vec<Vec<String>> = tokens
                .iter()
                .map(|token| {
                    vec![
                        text(token, "/id").to_owned(),
                        harmless(text(token, "/name")),
                        text(token, "/createdDateTime").to_owned(),
                        text(token, "/expiresDateTime").to_owned(),
                    ]
                })
                .collect();
            let head = ["ID", "NAME", "CREATED", "EXPIRES"];
            session.out.table(&json!(tokens), &head, &rows, "No tokens.");
        }
        TokenCommand::Revoke { id } => {
            client.delete(&format!("/v1.0/me/tokens/{}", part(&id))).await?;
            session.out.answer(&json!({"id": id, "revoked": true}), "Revoked.");
        }
    }
    Ok(())
}
