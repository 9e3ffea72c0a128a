//! The audit trail of the caller's organisation: reading it, and proving it (P7).

use std::sync::Arc;

use serde_json::{Map, Value};
use visavis_bus::Notice;
use visavis_domain::account::Role;
use visavis_domain::audit::{AuditId, AuditKind};
use visavis_domain::id::{AccountId, ChatId, OrganisationId, OrganisationKey};
use visavis_domain::time::Timestamp;
use visavis_store::{ADMINISTRATION, AuditEntry, AuditFilter, Tx, VerifyReport};

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::page::{PageRequest, SealedList};
use crate::view::Page;

/// Places count the entries of all organisations.
const PLACES: SealedList = SealedList("audit");

/// Which entries, newest first.
#[derive(Debug, Clone)]
pub struct TrailQuery {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
    /// Only of this kind.
    pub kind: Option<AuditKind>,
    /// Only what this account did.
    pub actor: Option<AccountId>,
    /// Only what this chain has.
    pub chain: Option<TrailChain>,
    /// How many, from where.
    pub page: PageRequest,
}

/// A chain of an organisation's trail.
#[derive(Debug, Clone)]
pub enum TrailChain {
    /// Of administrative acts, nothing that happened in a chat.
    Administration,
    /// Of what happened in this chat.
    Chat(ChatId),
}

/// The caller's organisation, for those who may read its trail.
///
/// # Errors
///
/// [`Failure::NoPermission`].
pub(crate) fn reader(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
) -> Outcome<(OrganisationKey, OrganisationId)> {
    let id = ctx.caller.administers(&[
        Role::ExternalAccessAdministrator,
        Role::SecurityAdministrator,
        Role::ComplianceOfficer,
    ])?;
    let organisation =
        tx.find_organisation(id)?.ok_or(Failure::Internal { code: "own-organisation" })?;
    Ok((organisation.key, id))
}

/// The entries of the organisation's trail, newest first; none of a chat in which nobody of it ever
/// was, as of one that does not exist.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] for a cursor that is not ours.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, query: &TrailQuery) -> Outcome<Page<AuditEntry>> {
    let (key, _id) = reader(tx, ctx)?;
    let before = PLACES.place(ctx, &query.page)?.map(|(row, _zero)| row);
    let chain = match &query.chain {
        None => None,
        Some(TrailChain::Administration) => Some(ADMINISTRATION),
        Some(TrailChain::Chat(id)) => match tx.find_chat(id)? {
            Some(chat) => Some(chat.key),
            None => return Ok(Page { items: Vec::new(), next: None }),
        },
    };
    let filter = AuditFilter {
        from: query.from,
        to: query.to,
        kind: query.kind,
        before,
        actor: query.actor,
        chat: chain,
    };
    let mut items = tx.list_audit(key, &filter, query.page.top + 1)?;
    let has_more = items.len() > query.page.top;
    items.truncate(query.page.top);
    let next = items.last().filter(|_| has_more).map(|last| PLACES.cursor(ctx, (last.row, 0)));
    Ok(Page { items, next })
}

/// One entry of the organisation's trail.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::NotFound`].
pub fn get(tx: &mut Tx<'_>, ctx: &Context<'_>, id: &AuditId) -> Outcome<AuditEntry> {
    let (key, _id) = reader(tx, ctx)?;
    let chain = match &id.chat {
        None => ADMINISTRATION,
        Some(chat) => tx.find_chat(chat)?.ok_or(Failure::NotFound)?.key,
    };
    tx.find_audit(key, chain, id.seq)?.ok_or(Failure::NotFound)
}

/// Has those who listen told, after the commit, that the chain of administrative acts grew.
pub(crate) fn tell(tx: &mut Tx<'_>, ctx: &Context<'_>, organisation: OrganisationKey) {
    let bus = Arc::clone(ctx.bus);
    tx.after_commit(Box::new(move || bus.publish(Notice::Administered { organisation })));
}

/// What changed between two states of a thing, property by property: what was and what is.
pub(crate) fn difference<T: serde::Serialize>(old: &T, new: &T) -> Map<String, Value> {
    let (Ok(Value::Object(old)), Ok(Value::Object(new))) =
        (serde_json::to_value(old), serde_json::to_value(new))
    else {
        return Map::new();
    };
    new.into_iter()
        .filter(|(name, value)| old.get(name) != Some(value))
        .map(|(name, value)| {
            let was = old.get(&name).cloned().unwrap_or(Value::Null);
            let entry = serde_json::json!({ "old": was, "new": value });
            (name, entry)
        })
        .collect()
}

/// Recomputes every chain of the organisation's trail.
///
/// # Errors
///
/// [`Failure::NoPermission`].
pub fn verify(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<VerifyReport> {
    let (_key, id) = reader(tx, ctx)?;
    Ok(tx.verify_audit(Some(id), &mut |_progress| ())?)
}
