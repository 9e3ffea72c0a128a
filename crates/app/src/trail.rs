//! The audit trail of the caller's organisation: reading it, and proving it (P7).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use visavis_bus::Notice;
use visavis_domain::account::Role;
use visavis_domain::audit::{AuditId, AuditKind};
use visavis_domain::id::{AccountId, ChatId, OrganisationId, OrganisationKey};
use visavis_domain::limit::{
    AUDIT_DESCRIPTIONS_BYTES_MAX, AUDIT_SCANNED_MAX, VERIFICATION_ROWS_MAX,
};
use visavis_domain::time::Timestamp;
use visavis_store::{
    ADMINISTRATION, AuditEntry, AuditFilter, AuditPage, AuditPlace, AuditReach, StoreError, Tx,
    Verification, VerifyReport,
};

use crate::App;
use crate::context::{Caller, Context};
use crate::failure::{Failure, Outcome};
use crate::page::{PageRequest, SealedList};
use crate::roster;
use crate::view::Page;

/// Places count the entries of all organisations.
const PLACES: SealedList = SealedList("audit");
/// What a page of the entries of one participant looks at.
const REACH: AuditReach =
    AuditReach { entries: AUDIT_SCANNED_MAX, bytes: AUDIT_DESCRIPTIONS_BYTES_MAX };
/// When whoever asks for a verification while one goes on may ask again.
const VERIFICATION_AGAIN_AFTER_S: u32 = 5;

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
    /// Only what names this account as a participant.
    pub participant: Option<AccountId>,
    /// Only what this chain has.
    pub chain: Option<TrailChain>,
    /// How many, from where.
    pub page: PageRequest,
}

/// A chain of an organisation's trail.
#[derive(Debug, Clone, PartialEq, Eq)]
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
/// was, as of one that does not exist. A page looks at so many entries: it may have few or none and
/// still not be the last.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] for a cursor that is not ours.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, query: &TrailQuery) -> Outcome<Page<AuditEntry>> {
    let (key, _id) = reader(tx, ctx)?;
    let before = PLACES.place(ctx, &query.page)?.map(|(row, seq)| AuditPlace { row, seq });
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
    let top = query.page.top;
    let AuditPage { entries, next } = match query.participant {
        None => tx.list_audit(key, &filter, top, AUDIT_SCANNED_MAX)?,
        Some(account) => {
            // What the entries show of their participants, nothing that the own trail does not (P10).
            let is_wanted = |description: &str| roster::names(description, account);
            tx.list_audit_of_participants(key, &filter, top, REACH, &is_wanted)?
        }
    };
    let next = next.map(|place| PLACES.cursor(ctx, (place.row, place.seq)));
    Ok(Page { items: entries, next })
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

/// The verifications that go on.
#[derive(Debug)]
pub(crate) struct Verifications {
    /// Whose trails are verified.
    organisations: Mutex<HashSet<OrganisationId>>,
    /// Whoever reads a piece holds it.
    reads: Semaphore,
}

impl Default for Verifications {
    fn default() -> Self {
        Self { organisations: Mutex::default(), reads: Semaphore::new(1) }
    }
}

/// One of them, until it is dropped.
struct Ongoing<'a> {
    all: &'a Verifications,
    organisation: OrganisationId,
}

impl Verifications {
    fn organisations(&self) -> std::sync::MutexGuard<'_, HashSet<OrganisationId>> {
        self.organisations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one of an organisation; none while there is another.
    fn begin(&self, organisation: OrganisationId) -> Option<Ongoing<'_>> {
        if !self.organisations().insert(organisation) {
            return None;
        }
        Some(Ongoing { all: self, organisation })
    }
}

impl Drop for Ongoing<'_> {
    fn drop(&mut self) {
        self.all.organisations().remove(&self.organisation);
    }
}

impl App {
    /// Recomputes every chain of the trail of the caller's organisation, in pieces between which
    /// others read. It ends when the future is dropped.
    ///
    /// # Errors
    ///
    /// [`Failure::NoPermission`]; [`Failure::TooMany`] while another one of the same organisation
    /// goes on.
    pub async fn verify_trail(&self, caller: Caller) -> Outcome<VerifyReport> {
        let begin = |tx: &mut Tx<'_>, ctx: &Context<'_>| {
            let (_key, organisation) = reader(tx, ctx)?;
            Ok((organisation, Verification::begin(tx, organisation)?))
        };
        let (organisation, mut verification) = self.read_in_turn(caller.clone(), begin).await?;
        let too_many = Failure::TooMany { retry_after_s: VERIFICATION_AGAIN_AFTER_S };
        let _ongoing = self.verifications().begin(organisation).ok_or(too_many)?;
        loop {
            // The caller's own place first: whoever waits for theirs holds up nobody else.
            let place = self.inner.reads.of(caller.account);
            let _place = place.acquire().await.map_err(|_closed| StoreError::Closed)?;
            let reads = self.verifications().reads.acquire().await;
            let _turn = reads.map_err(|_closed| StoreError::Closed)?;
            let advance = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
                reader(tx, ctx)?;
                let found = verification.advance(tx, VERIFICATION_ROWS_MAX)?;
                Ok((verification, found))
            };
            // Whoever may read no more is told nothing more.
            let caller = self.renewed(caller.clone()).await?;
            let (advanced, found) = self.read(caller, advance).await?;
            if let Some(report) = found {
                return Ok(report);
            }
            verification = advanced;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_verification_of_each_organisation_goes_on() {
        let [one, other] = [1, 2].map(|byte| OrganisationId::from_bytes([byte; 16]));
        let all = Verifications::default();
        let first = all.begin(one).unwrap();
        assert!(all.begin(one).is_none());
        assert!(all.begin(other).is_some());
        assert!(all.begin(one).is_none(), "the end of another's changes nothing");
        drop(first);
        assert!(all.begin(one).is_some());
    }
}
