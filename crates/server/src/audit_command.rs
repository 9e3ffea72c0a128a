//! The audit trail: reading one's own, and proving what is stored.

use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};
use visavis_domain::id::OrganisationId;
use visavis_store::{Store, StoreError, VerifyReport};

use crate::client::part;
use crate::exit::{Complaint, Done, Exit};
use crate::output::{harmless, text};
use crate::session::Session;

/// The database in a data folder.
const DATABASE: &str = "visavis.db";

/// What can be done with the trail.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AuditCommand {
    /// Show the trail of your organisation, newest first
    #[command(after_help = "Examples:
  visavis audit list --since 2026-11-01
  visavis audit list --kind TeamsTenantSettingChanged --json
  visavis audit list --chat 19:…@thread.v2")]
    List {
        /// Only of this kind, for example MessageSent
        #[arg(long)]
        kind: Option<String>,
        /// Only what happened in this chat, by its id
        #[arg(long, value_name = "ID")]
        chat: Option<String>,
        /// Not before this day or moment, 2026-11-22 or 2026-11-22T08:00:00Z
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// Before this day or moment
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        /// How many
        #[arg(long, short = 'n', default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=999))]
        count: u16,
    },
    /// Prove that nobody has changed the trail, or name the first broken entry
    #[command(after_help = "Reads the data folder and needs no server; one may run meanwhile.

  visavis audit verify --data ./data

Ends with 0 when every chain is whole, and with 1 at the first entry that is not as it was written.")]
    Verify {
        /// Only this organisation, by its id
        #[arg(long, value_name = "ID")]
        organisation: Option<OrganisationId>,
    },
}

/// Reads the trail over HTTP.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn run(command: AuditCommand, session: &Session) -> Done {
    match command {
        AuditCommand::List { kind, chat, since, until, count } => {
            let quoted = |text: String| format!("'{}'", text.replace('\'', "''"));
            let terms = [
                since.map(|time| format!("activityDateTime ge {}", moment(&time))),
                until.map(|time| format!("activityDateTime lt {}", moment(&time))),
                kind.map(|kind| format!("kind eq {}", quoted(kind))),
                chat.map(|chat| format!("chatId eq {}", quoted(chat))),
            ];
            list(session, terms.into_iter().flatten().collect(), count).await
        }
        AuditCommand::Verify { organisation } => verify(session, organisation).await,
    }
}

/// The entries for which each of the terms of a filter holds.
async fn list(session: &Session, terms: Vec<String>, count: u16) -> Done {
    let client = session.person()?;
    let mut path = format!("/v1.0/admin/teams/externalAccess/auditEvents?$top={count}");
    if !terms.is_empty() {
        path = format!("{path}&$filter={}", part(&terms.join(" and ")));
    }
    let entries = client.first(&path, count.into()).await?;
    let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
    let head = ["WHEN", "WHAT", "WHO", "WHERE"];
    session.out.table(&json!(entries), &head, &rows, "Nothing is recorded.");
    Ok(())
}

/// A day is its first moment.
fn moment(time: &str) -> String {
    match time.len() {
        10 => format!("{time}T00:00:00Z"),
        _ => time.to_owned(),
    }
}

fn row(entry: &Value) -> Vec<String> {
    let actor = text(entry, "/actorId");
    let place = text(entry, "/chatId");
    vec![
        text(entry, "/activityDateTime").to_owned(),
        harmless(text(entry, "/kind")),
        if actor.is_empty() { "–".to_owned() } else { actor.to_owned() },
        if place.is_empty() { "administration".to_owned() } else { harmless(place) },
    ]
}

async fn verify(session: &Session, organisation: Option<OrganisationId>) -> Done {
    let report = prove(&session.connect.data, organisation).await?;
    let broken = report.first_broken.as_ref();
    let value = json!({
        "isWhole": broken.is_none(),
        "chains": report.chains,
        "entries": report.entries,
        "firstBroken": broken.map(|broken| json!({
            "organisationId": broken.organisation,
            "chatId": broken.chat,
            "entry": broken.seq,
            "why": broken.why.to_string(),
        })),
    });
    match broken {
        None => {
            let said = format!("Whole: {} entries in {} chains.", report.entries, report.chains);
            session.out.answer(&value, said);
            Ok(())
        }
        Some(broken) => {
            session.out.json(&value);
            let message = format!("the audit trail is broken: {broken}");
            Err(Complaint { exit: Exit::Failure, message, answer: Some(value) })
        }
    }
}

/// Follows the chains in a data folder, without writing.
async fn prove(data: &Path, organisation: Option<OrganisationId>) -> Done<VerifyReport> {
    let path = data.join(DATABASE);
    if !path.exists() {
        return Err(Complaint::not_found(format!("there is no database {}", path.display())));
    }
    let store = Store::open_read_only(&path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let report = store.read(move |tx| tx.verify_audit(organisation, &mut |_entries| ())).await;
    store.shutdown();
    match report {
        Ok(report) => Ok(report),
        Err(StoreError::Missing { what }) => {
            Err(Complaint::not_found(format!("there is no such {what}")))
        }
        Err(error) => Err(anyhow::Error::new(error).context("the trail cannot be read").into()),
    }
}
