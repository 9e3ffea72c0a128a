//! Export: all messages of one person over all chats, for the person and for the compliance
//! officers of the person's organisation.
//!
//! What is exported is what the person could fetch: the history that is theirs, nothing of a
//! request that they have not accepted (P5), deleted messages without their text. So of a chat
//! with outsiders an organisation gets what its own member sees, and no more (P10).
//!
//! A walk is fixed when it begins. It goes through the chats in the order of their keys and through
//! each chat in the order of message ids, neither of which ever changes, and takes what was
//! committed by then: whatever happens meanwhile, nothing comes twice and nothing is passed over.

use std::sync::Arc;

use visavis_domain::account::Role;
use visavis_domain::audit::AuditKind;
use visavis_domain::chat::{Chat, Membership};
use visavis_domain::id::{AccountId, ChatKey, MessageId};
use visavis_domain::limit::{EXPORT_AGE_MS_MAX, EXPORT_CHATS_MAX, EXPORT_PAGE_BYTES_MAX};
use visavis_domain::message::Message;
use visavis_domain::time::Timestamp;
use visavis_store::{ExportBudget, ExportRange, Tx};

use crate::account;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::message::{people, presentable};
use crate::roster::Roster;
use crate::subject::{UserKey, Viewer};
use crate::view::MessageView;

/// Chats that are read from the store at once.
const CHATS_READ: usize = 100;
/// What of all that a page looks at may be spent on finding where a chat begins: a fifth.
const CHANGED_SHARE: usize = 5;
const WALK_BYTES: usize = 64;

/// Which messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportQuery {
    /// Whose; the caller's own when nobody is named.
    pub whose: Option<UserKey>,
    /// Only those that were changed last after this moment.
    pub after: Option<Timestamp>,
    /// Only those that were changed last before it.
    pub before: Option<Timestamp>,
}

/// An export that was begun, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Walk {
    whose: AccountId,
    started_at: i64,
    /// The newest entry of a message at that time.
    entry: i64,
    after: i64,
    before: i64,
    chat: ChatKey,
    /// The message of that chat from which on it goes on; none at the beginning of the chat.
    message: Option<MessageId>,
}

/// How much one page may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportReach {
    /// Messages of the page.
    pub messages: usize,
    /// Messages that are looked at for them.
    pub scanned: usize,
}

/// Some of the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportPage {
    /// The messages, as the person whose they are sees them.
    pub messages: Vec<MessageView>,
    /// The token with which it goes on, unless that was all.
    pub next: Option<String>,
}

fn not_ours() -> Failure {
    Failure::invalid("$skiptoken", "Follow @odata.nextLink as it was given.")
}

impl Walk {
    /// What a token of a walk opens for: whoever began it, and nobody else.
    fn binding(ctx: &Context<'_>) -> Vec<u8> {
        [&b"export"[..], ctx.caller.account.as_bytes()].concat()
    }

    /// The place of the walk as a token, which tells nothing of it.
    fn seal(self, ctx: &Context<'_>) -> String {
        let mut nonce = [0; 8];
        ctx.random.fill(&mut nonce);
        ctx.seal.seal_content(&Self::binding(ctx), &self.to_bytes(), nonce)
    }

    fn unseal(ctx: &Context<'_>, token: &str) -> Outcome<Self> {
        let bytes = ctx.seal.unseal_content(&Self::binding(ctx), token);
        bytes.and_then(|bytes| Self::from_bytes(&bytes)).ok_or_else(not_ours)
    }

    fn to_bytes(self) -> [u8; WALK_BYTES] {
        let numbers = [
            self.started_at,
            self.entry,
            self.after,
            self.before,
            self.chat.0,
            self.message.map_or(i64::MIN, |message| message.0),
        ];
        let whose = self.whose.as_bytes().iter().copied();
        let numbers = numbers.into_iter().flat_map(i64::to_be_bytes);
        let mut bytes = [0; WALK_BYTES];
        for (to, from) in bytes.iter_mut().zip(whose.chain(numbers)) {
            *to = from;
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; WALK_BYTES] = bytes.try_into().ok()?;
        let (whose, rest) = bytes.split_first_chunk::<16>()?;
        let mut numbers = rest.chunks_exact(8).filter_map(|chunk| chunk.first_chunk::<8>());
        let mut number = || numbers.next().copied().map(i64::from_be_bytes);
        Some(Self {
            whose: AccountId::from_bytes(*whose),
            started_at: number()?,
            entry: number()?,
            after: number()?,
            before: number()?,
            chat: ChatKey(number()?),
            message: number().map(MessageId).filter(|message| message.0 != i64::MIN),
        })
    }
}

/// Begins an export; answers with the token of its first page. That a compliance officer did is recorded in the trail of the organisation,
/// once for the whole walk (P7). It is a writing use case for everybody, so that it waits for every
/// write before it: what was changed before it began is in it.
///
/// # Errors
///
/// [`Failure::NotFound`] for people outside the caller's organisation; [`Failure::NoPermission`]
/// for colleagues, without the role.
pub fn begin(tx: &mut Tx<'_>, ctx: &Context<'_>, query: &ExportQuery) -> Outcome<String> {
    let whose = permitted(tx, ctx, query)?;
    let walk = Walk {
        whose,
        started_at: ctx.now.as_ms(),
        entry: tx.newest_message_entry()?,
        after: after(query),
        before: before(query),
        chat: ChatKey(0),
        message: None,
    };
    if let Some(organisation) =
        ctx.caller.home.organisation().filter(|_id| whose != ctx.caller.account)
    {
        let detail = serde_json::json!({
            "exported": whose,
            "changedAfter": query.after.map(|moment| moment.to_string()),
            "changedBefore": query.before.map(|moment| moment.to_string()),
        });
        let kind = AuditKind::MessagesExported;
        account::record(tx, ctx, organisation, kind, detail.to_string())?;
    }
    Ok(walk.seal(ctx))
}

/// A page of an export that the caller began.
///
/// # Errors
///
/// As [`begin`]; [`Failure::Invalid`] when the token is none of ours, somebody else's or of another
/// query, or the export began too long ago.
pub fn page(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    query: &ExportQuery,
    token: &str,
    reach: ExportReach,
) -> Outcome<ExportPage> {
    let whose = permitted(tx, ctx, query)?;
    let mut walk = Walk::unseal(ctx, token)?;
    let is_of_query =
        walk.whose == whose && walk.after == after(query) && walk.before == before(query);
    if !is_of_query {
        return Err(not_ours());
    }
    if ctx.now.as_ms().saturating_sub(walk.started_at) > EXPORT_AGE_MS_MAX {
        return Err(Failure::invalid("$skiptoken", "The export began too long ago: begin again."));
    }
    let mut taken = Taken { messages: Vec::new(), reach, scanned: 0, bytes: 0, chats: 0 };
    loop {
        let chats = tx.list_chats_to_export(whose, walk.chat, CHATS_READ)?;
        let is_last = chats.len() < CHATS_READ;
        for (chat, membership) in chats {
            walk.message = walk.message.filter(|_message| walk.chat == chat.key);
            walk.chat = chat.key;
            let is_new = walk.message.is_none() && walk.after != i64::MIN;
            if taken.is_full() || is_new && !taken.can_begin() {
                return Ok(taken.until(Some(walk.seal(ctx))));
            }
            taken.chats += 1;
            walk.message = take(tx, ctx, &walk, &chat, &membership, &mut taken)?;
            if walk.message.is_some() {
                return Ok(taken.until(Some(walk.seal(ctx))));
            }
            walk.chat = ChatKey(chat.key.0.saturating_add(1));
        }
        if is_last {
            return Ok(taken.until(None));
        }
    }
}

/// What a page has so far.
struct Taken {
    messages: Vec<MessageView>,
    reach: ExportReach,
    scanned: usize,
    bytes: usize,
    chats: usize,
}

impl Taken {
    fn is_full(&self) -> bool {
        self.messages.len() >= self.reach.messages
            || self.scanned >= self.reach.scanned
            || self.bytes >= EXPORT_PAGE_BYTES_MAX
            || self.chats >= EXPORT_CHATS_MAX
    }

    /// Changed messages of a chat that are looked through for the oldest one; with more of them the
    /// chat is read from its beginning.
    fn changed_max(&self) -> usize {
        self.reach.scanned.div_ceil(CHANGED_SHARE).max(1)
    }

    /// Whether that many can still be looked through. A fresh page always has room.
    fn can_begin(&self) -> bool {
        self.scanned == 0 || self.reach.scanned.saturating_sub(self.scanned) > self.changed_max()
    }

    fn until(self, next: Option<String>) -> ExportPage {
        ExportPage { messages: self.messages, next }
    }
}

/// Takes messages of one chat; tells from which one on the next page has to read it.
fn take(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    walk: &Walk,
    chat: &Chat,
    membership: &Membership,
    taken: &mut Taken,
) -> Outcome<Option<MessageId>> {
    // Whom the terms no longer allow in the chat sees it as if taken out now, which is all of it
    // up to now: the verdict changes nothing here.
    if !membership.can_see_messages() {
        return Ok(None);
    }
    let first = match walk.message {
        Some(message) => message,
        None if walk.after == i64::MIN => MessageId(i64::MIN),
        None => {
            let (first, looked_at) =
                tx.first_changed_after(chat.key, walk.after, taken.changed_max())?;
            taken.scanned += looked_at;
            first
        }
    };
    let range = ExportRange {
        account: walk.whose,
        from: first.max(membership.visible_from),
        until: membership.visible_until,
        entry: walk.entry,
        after: walk.after,
        before: walk.before,
    };
    let budget = ExportBudget {
        messages: taken.reach.messages.saturating_sub(taken.messages.len()),
        // However small the reach is, each page comes further.
        scanned: taken.reach.scanned.saturating_sub(taken.scanned).max(1),
        bytes: EXPORT_PAGE_BYTES_MAX - taken.bytes,
    };
    let stretch = tx.export_stretch(chat.key, &range, budget)?;
    taken.scanned += stretch.scanned;
    taken.bytes += stretch.bytes;
    if !stretch.messages.is_empty() {
        let homes = tx.chat_homes(chat.key)?;
        let roster = Roster::of(tx, ctx, chat, &homes)?;
        see(&roster, chat, membership, stretch.messages, &mut taken.messages)?;
    }
    Ok(stretch.next)
}

/// The messages as their member sees them.
fn see(
    roster: &Roster,
    chat: &Chat,
    membership: &Membership,
    messages: Vec<Message>,
    views: &mut Vec<MessageView>,
) -> Outcome<()> {
    let me = roster
        .member(membership.account)
        .ok_or(Failure::Internal { code: "export-not-in-roster" })?;
    let viewer = Viewer {
        account: membership.account,
        home: me.subject.home,
        terms: me.subject.terms.clone(),
    };
    views.extend(messages.into_iter().map(|message| {
        let message = presentable(Arc::new(message), membership.visible_until);
        MessageView {
            chat_id: chat.id.clone(),
            people: people(roster, &viewer, &message),
            message,
            chat_home: chat.initiator_home,
        }
    }));
    Ok(())
}

/// Whose messages the query means, provided that the caller may have them.
fn permitted(tx: &mut Tx<'_>, ctx: &Context<'_>, query: &ExportQuery) -> Outcome<AccountId> {
    let Some(key) = &query.whose else { return Ok(ctx.caller.account) };
    let card = account::get(tx, ctx, key)?.person.card;
    if card.id == ctx.caller.account {
        return Ok(card.id);
    }
    if ctx.caller.home.is_external_to(card.home) {
        return Err(Failure::NotFound);
    }
    // What people write is no administrator's business; an administrator who gives somebody the
    // role leaves a trace.
    if ctx.caller.roles.has(Role::ComplianceOfficer) {
        Ok(card.id)
    } else {
        Err(Failure::NoPermission)
    }
}

fn after(query: &ExportQuery) -> i64 {
    query.after.map_or(i64::MIN, Timestamp::as_ms)
}

fn before(query: &ExportQuery) -> i64 {
    query.before.map_or(i64::MAX, Timestamp::as_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_come_back_from_their_bytes() {
        for message in [None, Some(MessageId(0)), Some(MessageId(i64::MAX))] {
            let walk = Walk {
                whose: AccountId::from_bytes([2; 16]),
                started_at: 3,
                entry: 4,
                after: i64::MIN,
                before: i64::MAX,
                chat: ChatKey(5),
                message,
            };
            assert_eq!(Walk::from_bytes(&walk.to_bytes()), Some(walk));
        }
        assert_eq!(Walk::from_bytes(&[0; WALK_BYTES - 1]), None);
    }
}
