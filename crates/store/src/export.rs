//! Messages of one person over all chats, in an order that writes do not disturb.

use visavis_domain::chat::{Chat, Membership};
use visavis_domain::id::{AccountId, ChatKey, MessageId, Position};
use visavis_domain::message::Message;

use crate::chat::{MEMBERSHIP_COLUMN, read_chat, read_membership};
use crate::column::count;
use crate::engine::{Next, Row};
use crate::error::StoreError;
use crate::message::read;
use crate::tx::Tx;

const SELECT_CHATS: &str = "
    SELECT c.chat_key, c.id, c.kind, c.initiator, c.initiator_organisation, c.topic, c.created_at,
        c.updated_at, c.last_position, c.last_message, c.access_version, c.pending_sends,
        c.has_accepted_outsider,
        m.chat_key, m.account, m.state, m.consent, m.requested_by, m.requested_at, m.is_high_risk,
        m.has_previewed, m.joined_at, m.visible_from, m.visible_until, m.is_hidden, m.read_up_to,
        m.ended_at, m.ended_topic, m.is_muted, m.is_pinned
    FROM membership m JOIN chat c ON c.chat_key = m.chat_key
    WHERE m.account = $1 AND m.chat_key >= $2 ORDER BY m.chat_key LIMIT $3";

const SELECT_NEWEST: &str = "SELECT entry FROM message ORDER BY entry DESC LIMIT 1";

const SELECT_CHANGED: &str =
    "SELECT id FROM message WHERE chat_key = $1 AND etag IS NOT NULL AND etag > $2 LIMIT $3";

const SELECT_STRETCH: &str = "
    SELECT chat_key, id, position, sender, content_type, content, importance, extras, etag,
        edited_at, edited_position, deleted_at, only_for, entry
    FROM message WHERE chat_key = $1 AND id >= $2 AND id < $3 ORDER BY id LIMIT $4";

/// Where a row of a stretch says when it was committed, after the columns of the message.
const ENTRY_COLUMN: usize = 13;

/// Which messages of a chat somebody may take along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportRange {
    /// Whose: messages for somebody else only are left out.
    pub account: AccountId,
    /// Not before this one.
    pub from: MessageId,
    /// Only those that were written, and edited if they were, at this position or before.
    pub until: Option<Position>,
    /// Only those that were committed when this entry was the newest.
    pub entry: i64,
    /// Only those that were changed last after this moment, in milliseconds since 1970.
    pub after: i64,
    /// Only those that were changed last before it.
    pub before: i64,
}

impl ExportRange {
    /// Whether a row is wanted; told before anything of it is copied.
    fn wants(&self, row: Row<'_>) -> Result<bool, StoreError> {
        let id: i64 = row.get(1)?;
        let changed = row.get::<Option<i64>>(8)?.unwrap_or(id);
        let position: Position = row.get(2)?;
        let edited = row.get::<Option<Position>>(10)?.unwrap_or(position);
        let only_for: Option<AccountId> = row.get(12)?;
        let entry: i64 = row.get(ENTRY_COLUMN)?;
        Ok(changed > self.after
            && changed < self.before
            && entry <= self.entry
            && self.until.is_none_or(|until| edited <= until)
            && only_for.is_none_or(|only| only == self.account))
    }
}

/// How much of a chat is read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportBudget {
    /// Messages that are wanted.
    pub messages: usize,
    /// Messages that are looked at.
    pub scanned: usize,
    /// Bytes of bodies; a stretch ends with the message that goes past it.
    pub bytes: usize,
}

/// Some messages of a chat, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportStretch {
    /// The wanted ones, with their reactions.
    pub messages: Vec<Message>,
    /// From where to read on; none at the end of the chat.
    pub next: Option<MessageId>,
    /// How many messages were looked at.
    pub scanned: usize,
    /// Bytes of bodies.
    pub bytes: usize,
}

/// # Export
impl Tx<'_> {
    /// The entry of the newest message of the deployment: what was written later has a larger one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn newest_message_entry(&mut self) -> Result<i64, StoreError> {
        Ok(self.one(SELECT_NEWEST, &[], |row| row.get(0))?.unwrap_or_default())
    }

    /// The chats in which an account has a membership of any kind, from a key on, in the order of
    /// their keys, which never changes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn list_chats_to_export(
        &mut self,
        account: AccountId,
        from: ChatKey,
        limit: usize,
    ) -> Result<Vec<(Chat, Membership)>, StoreError> {
        let params = [(&account).into(), from.into(), count(limit).into()];
        self.many(SELECT_CHATS, &params, |row| {
            Ok((read_chat(row)?, read_membership(row, MEMBERSHIP_COLUMN)?))
        })
    }

    /// The first message of a chat that may have been changed after a moment, in milliseconds
    /// since 1970, and how many messages were looked at to find it. It may be an earlier one: the
    /// beginning of the chat when as many were changed as may be looked at.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn first_changed_after(
        &mut self,
        chat: ChatKey,
        after: i64,
        looked_at_max: usize,
    ) -> Result<(MessageId, usize), StoreError> {
        let params = [chat.into(), after.into(), count(looked_at_max).into()];
        let changed: Vec<MessageId> = self.many(SELECT_CHANGED, &params, |row| row.get(0))?;
        let looked_at = changed.len();
        if looked_at >= looked_at_max {
            return Ok((MessageId(i64::MIN), looked_at));
        }
        let unchanged = MessageId(after.saturating_add(1));
        Ok((changed.into_iter().fold(unchanged, MessageId::min), looked_at))
    }

    /// A stretch of a chat, the oldest message first, within a budget.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn export_stretch(
        &mut self,
        chat: ChatKey,
        range: &ExportRange,
        budget: ExportBudget,
    ) -> Result<ExportStretch, StoreError> {
        let mut stretch = ExportStretch { messages: Vec::new(), next: None, scanned: 0, bytes: 0 };
        let params =
            [chat.into(), range.from.into(), range.before.into(), count(budget.scanned).into()];
        self.each(SELECT_STRETCH, &params, &mut |row| {
            stretch.scanned += 1;
            let id: MessageId = row.get(1)?;
            if range.wants(row)? {
                let message = read(row)?;
                stretch.bytes += message.body.content.len();
                stretch.messages.push(message);
            }
            let is_enough = stretch.messages.len() >= budget.messages
                || stretch.scanned >= budget.scanned
                || stretch.bytes >= budget.bytes;
            stretch.next = is_enough.then(|| MessageId(id.0.saturating_add(1)));
            Ok(if is_enough { Next::Stop } else { Next::Row })
        })?;
        // Reactions are read for a stretch of ids, the newest first.
        stretch.messages.reverse();
        self.load_reactions(chat, &mut stretch.messages)?;
        stretch.messages.reverse();
        Ok(stretch)
    }
}
