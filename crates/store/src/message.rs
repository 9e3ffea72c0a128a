//! Messages, their earlier versions and their reactions.

use std::cmp::Reverse;

use visavis_domain::chat::Membership;
use visavis_domain::id::{AccountId, ChatKey, MessageId, Position};
use visavis_domain::limit::{UNREAD_COUNT_MAX, UNREAD_LOOKED_AT_MAX};
use visavis_domain::message::{Body, ContentType, Extras, Importance, Message, Reaction, Version};
use visavis_policy::permit::{self, Permit};

use crate::column::{count, expect_one, from_json_or_default, to_json};
use crate::engine::{Next, Row};
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO message (chat_key, id, position, sender, content_type, content, importance, extras,
        etag, edited_at, edited_position, deleted_at, only_for)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const UPDATE: &str = "
    UPDATE message SET content_type = $1, content = $2, importance = $3, extras = $4, etag = $5,
        edited_at = $6, edited_position = $7, deleted_at = $8
    WHERE chat_key = $9 AND id = $10";

const SELECT: &str = "
    SELECT chat_key, id, position, sender, content_type, content, importance, extras, etag,
        edited_at, edited_position, deleted_at, only_for
    FROM message WHERE chat_key = $1 AND id = $2";

const SELECT_BY_ID: &str = "
    SELECT chat_key, id, position, sender, content_type, content, importance, extras, etag,
        edited_at, edited_position, deleted_at, only_for
    FROM message
    WHERE chat_key = $1 AND id >= $2 AND id < $3 AND coalesce(edited_position, position) <= $4
    ORDER BY id DESC LIMIT $5";

const SELECT_CHANGED: &str = "
    SELECT chat_key, id, position, sender, content_type, content, importance, extras, etag,
        edited_at, edited_position, deleted_at, only_for
    FROM message
    WHERE chat_key = $1 AND etag > $2 AND etag <= $3 AND (etag < $3 OR id < $4) AND id >= $5
        AND coalesce(edited_position, position) <= $6
    ORDER BY etag DESC, entry DESC LIMIT $7";

const SELECT_UNCHANGED: &str = "
    SELECT chat_key, id, position, sender, content_type, content, importance, extras, etag,
        edited_at, edited_position, deleted_at, only_for
    FROM message
    WHERE chat_key = $1 AND id >= $2 AND id < $3 AND etag IS NULL
        AND coalesce(edited_position, position) <= $4
    ORDER BY id DESC LIMIT $5";

const SELECT_SINCE: &str = "
    SELECT m.chat_key, m.id, m.position, m.sender, m.content_type, m.content, m.importance,
        m.extras, m.etag, m.edited_at, m.edited_position, m.deleted_at, m.only_for, e.position
    FROM event e JOIN message m ON m.chat_key = e.chat_key AND m.id = e.message_id
    WHERE e.chat_key = $1 AND e.position > $2 AND e.position <= $3 AND e.kind >= 3 AND e.kind < 7
        AND e.message_id >= $4 AND e.message_id <= $5
        AND (e.only_for IS NULL OR e.only_for = $6)
        AND NOT EXISTS (
            SELECT 1 FROM event l
            WHERE l.chat_key = e.chat_key AND l.message_id = e.message_id AND l.kind > 3
                AND l.kind < 7 AND (l.only_for IS NULL OR l.only_for = $6)
                AND l.position > e.position AND l.position <= $7)
    ORDER BY e.position LIMIT $8";

const SELECT_NEWEST_AT: &str = "
    SELECT message_id FROM event WHERE chat_key = $1 AND position <= $2 AND kind = 3
    ORDER BY position DESC LIMIT 1";

const SELECT_POSITION_BEFORE: &str = "
    SELECT position FROM message WHERE chat_key = $1 AND id < $2 ORDER BY id DESC LIMIT 1";

const SELECT_AFTER: &str = "
    SELECT sender, deleted_at, only_for, coalesce(edited_position, position), extras
    FROM message WHERE chat_key = $1 AND id > $2 ORDER BY id DESC LIMIT $3";

const INSERT_VERSION: &str = "
    INSERT INTO message_version (chat_key, message_id, replaced_at, content_type, content)
    VALUES ($1, $2, $3, $4, $5)";

const SELECT_VERSIONS: &str = "
    SELECT replaced_at, content_type, content FROM message_version
    WHERE chat_key = $1 AND message_id = $2 ORDER BY entry";

const INSERT_REACTION: &str = "
    INSERT INTO reaction (chat_key, message_id, account, kind, created_at, position)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (chat_key, message_id, account, kind) DO NOTHING";

const DELETE_REACTION: &str = "
    DELETE FROM reaction
    WHERE chat_key = $1 AND message_id = $2 AND account = $3 AND kind = $4";

const SELECT_REACTIONS: &str = "
    SELECT message_id, account, kind, created_at, position FROM reaction
    WHERE chat_key = $1 AND message_id >= $2 AND message_id <= $3
    ORDER BY message_id, position, account, kind";

/// In which order messages are listed, always the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MessageOrder {
    /// By when they were accepted.
    #[default]
    ById,
    /// By when they were last changed in any way.
    ByChange,
}

/// Which messages of a chat are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageRange {
    /// In which order. `before` and `after` are places in it: ids, or etags.
    pub order: MessageOrder,
    /// Only those before this place.
    pub before: Option<i64>,
    /// By change, several may share a place: those at `before` with a smaller id than this, too.
    pub before_id: Option<MessageId>,
    /// Only those after this place.
    pub after: Option<i64>,
    /// Only this id and those after it.
    pub from: MessageId,
    /// Only those that were written, and edited if they were, at this position or before.
    pub until: Option<Position>,
}

/// Which changes of messages are walked over, in the order of the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeRange {
    /// Only what happened after this position.
    pub after: Position,
    /// The end of the stretch: what happened at this position or before.
    pub upto: Position,
    /// How far the stretch is read, at most up to its end. A message to which something happens
    /// between here and the end does not stand before that.
    pub reached: Position,
    /// Only this message and those after it.
    pub from: MessageId,
    /// Only this message and those before it.
    pub last: MessageId,
    /// Who asks: what is for somebody else only is left out.
    pub viewer: AccountId,
}

/// # Messages
impl Tx<'_> {
    /// Adds a message that somebody wrote.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] when the permit is not the sender's; [`StoreError::Conflict`]
    /// when the id is used in the chat.
    pub fn insert_message(
        &mut self,
        permit: &Permit<permit::Send>,
        message: &Message,
    ) -> Result<(), StoreError> {
        if message.sender != Some(permit.actor()) || message.is_system() {
            return Err(StoreError::WrongPermit);
        }
        self.insert_any_message(message)
    }

    /// Adds a system line, which needs no permit of its own: what it tells of had one.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] when it is none; [`StoreError::Conflict`] when the id is
    /// used in the chat.
    pub fn insert_system_message(&mut self, message: &Message) -> Result<(), StoreError> {
        if !message.is_system() {
            return Err(StoreError::WrongPermit);
        }
        self.insert_any_message(message)
    }

    fn insert_any_message(&mut self, message: &Message) -> Result<(), StoreError> {
        let extras = stored_extras(message)?;
        let params = [
            message.chat.into(),
            message.id.into(),
            message.position.into(),
            message.sender.as_ref().into(),
            content_type_code(message.body.content_type).into(),
            (&message.body.content).into(),
            importance_code(message.importance).into(),
            extras.as_deref().into(),
            stored_etag(message).into(),
            message.edited_at.into(),
            message.edited_position.into(),
            message.deleted_at.into(),
            message.only_for.as_ref().into(),
        ];
        self.execute(INSERT, &params)?;
        Ok(())
    }

    /// The message of this id, with its reactions.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_message(
        &mut self,
        chat: ChatKey,
        id: MessageId,
    ) -> Result<Option<Message>, StoreError> {
        let found = self.one(SELECT, &[chat.into(), id.into()], read)?;
        let Some(mut message) = found else { return Ok(None) };
        self.load_reactions(chat, std::slice::from_mut(&mut message))?;
        Ok(Some(message))
    }

    /// Writes everything about a message that can change, but its reactions.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such message.
    pub fn update_message(&mut self, message: &Message) -> Result<(), StoreError> {
        let extras = stored_extras(message)?;
        let params = [
            content_type_code(message.body.content_type).into(),
            (&message.body.content).into(),
            importance_code(message.importance).into(),
            extras.as_deref().into(),
            stored_etag(message).into(),
            message.edited_at.into(),
            message.edited_position.into(),
            message.deleted_at.into(),
            message.chat.into(),
            message.id.into(),
        ];
        let touched = self.execute(UPDATE, &params)?;
        expect_one(touched, "message")
    }

    /// Messages of a chat, the newest first, with their reactions. Whom a message is for is the
    /// caller's part.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_message`].
    pub fn list_messages(
        &mut self,
        chat: ChatKey,
        range: &MessageRange,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError> {
        let after = range.after.unwrap_or(i64::MIN);
        let before = range.before.unwrap_or(i64::MAX);
        let until = range.until.unwrap_or(Position(i64::MAX));
        // Ids after a place are ids from the one that follows it.
        let first = range.from.max(MessageId(after.saturating_add(1)));
        let by_id = [chat.into(), first.into(), before.into(), until.into(), count(limit).into()];
        if range.order == MessageOrder::ById {
            let mut found = self.many(SELECT_BY_ID, &by_id, read)?;
            // Newest first: a page is a stretch of ids, and their reactions are one too.
            self.load_reactions(chat, &mut found)?;
            return Ok(found);
        }
        let changed = [
            chat.into(),
            after.into(),
            before.into(),
            range.before_id.unwrap_or(MessageId(i64::MIN)).into(),
            range.from.into(),
            until.into(),
            count(limit).into(),
        ];
        let mut found = self.many(SELECT_CHANGED, &changed, read)?;
        found.extend(self.many(SELECT_UNCHANGED, &by_id, read)?);
        found.sort_unstable_by_key(|message| Reverse((message.etag, message.id)));
        found.truncate(limit);
        // By change, neighbours may be years apart: their reactions are read one by one.
        for message in &mut found {
            self.load_reactions(chat, std::slice::from_mut(message))?;
        }
        Ok(found)
    }

    /// The messages to which something happened in a stretch of the chat's order: each once, at the
    /// last thing that happened to it there, as it is now. Whom a message is for is the caller's
    /// part.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_message`].
    pub fn list_changed_messages(
        &mut self,
        chat: ChatKey,
        range: &ChangeRange,
        limit: usize,
    ) -> Result<Vec<(Position, Message)>, StoreError> {
        let params = [
            chat.into(),
            range.after.into(),
            range.reached.min(range.upto).into(),
            range.from.into(),
            range.last.into(),
            (&range.viewer).into(),
            range.upto.into(),
            count(limit).into(),
        ];
        let mut found =
            self.many(SELECT_SINCE, &params, |row| Ok((row.get::<Position>(13)?, read(row)?)))?;
        for (_position, message) in &mut found {
            self.load_reactions(chat, std::slice::from_mut(message))?;
        }
        Ok(found)
    }

    /// The newest message that a chat had at a position.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_message`].
    pub fn newest_message_at(
        &mut self,
        chat: ChatKey,
        at: Position,
    ) -> Result<Option<MessageId>, StoreError> {
        self.one(SELECT_NEWEST_AT, &[chat.into(), at.into()], |row| row.get(0))
    }

    /// Where the newest message before this one was accepted: nothing happened to this one or those
    /// after it until then. The start of the chat when there is none.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_message`].
    pub fn position_before(
        &mut self,
        chat: ChatKey,
        id: MessageId,
    ) -> Result<Position, StoreError> {
        let found =
            self.one(SELECT_POSITION_BEFORE, &[chat.into(), id.into()], |row| row.get(0))?;
        Ok(found.unwrap_or(Position::START))
    }

    /// How many messages of others a member has not read, up to [`UNREAD_COUNT_MAX`] and among the
    /// newest [`UNREAD_LOOKED_AT_MAX`] after the read mark. System lines and deleted messages do
    /// not count, nor does what the member may not see.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_message`].
    pub fn count_unread(&mut self, member: &Membership) -> Result<u32, StoreError> {
        let before_theirs = MessageId(member.visible_from.0.saturating_sub(1));
        let read = member.read_up_to.unwrap_or(MessageId(i64::MIN)).max(before_theirs);
        let until = member.visible_until.unwrap_or(Position(i64::MAX));
        let params = [member.chat.into(), read.into(), count(UNREAD_LOOKED_AT_MAX).into()];
        let mut unread = 0;
        self.each(SELECT_AFTER, &params, &mut |row| {
            let sender: Option<AccountId> = row.get(0)?;
            let deleted_at: Option<i64> = row.get(1)?;
            let only_for: Option<AccountId> = row.get(2)?;
            let is_others = sender.is_some_and(|sender| sender != member.account);
            let is_theirs = only_for.is_none_or(|only| only == member.account)
                && row.get::<Position>(3)? <= until;
            if is_others && is_theirs && deleted_at.is_none() {
                // A line of the system has somebody who did what it tells.
                let extras: Extras = from_json_or_default(row.get(4)?, "message")?;
                unread += u32::from(extras.system.is_none());
            }
            Ok(if unread == UNREAD_COUNT_MAX { Next::Stop } else { Next::Row })
        })?;
        Ok(unread)
    }

    /// Keeps an earlier text of a message.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn insert_version(
        &mut self,
        chat: ChatKey,
        id: MessageId,
        version: &Version,
    ) -> Result<(), StoreError> {
        let params = [
            chat.into(),
            id.into(),
            version.replaced_at.into(),
            content_type_code(version.body.content_type).into(),
            (&version.body.content).into(),
        ];
        self.execute(INSERT_VERSION, &params)?;
        Ok(())
    }

    /// The earlier texts of a message, the oldest first.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_message`].
    pub fn list_versions(
        &mut self,
        chat: ChatKey,
        id: MessageId,
    ) -> Result<Vec<Version>, StoreError> {
        self.many(SELECT_VERSIONS, &[chat.into(), id.into()], |row| {
            let body = Body { content_type: content_type_of(row.get(1)?)?, content: row.get(2)? };
            Ok(Version { replaced_at: row.get(0)?, body })
        })
    }

    /// Adds a reaction; tells whether it was not there. One that was stays as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn put_reaction(
        &mut self,
        chat: ChatKey,
        id: MessageId,
        reaction: &Reaction,
    ) -> Result<bool, StoreError> {
        let params = [
            chat.into(),
            id.into(),
            (&reaction.account).into(),
            (&reaction.kind).into(),
            reaction.created_at.into(),
            reaction.position.into(),
        ];
        Ok(self.execute(INSERT_REACTION, &params)? > 0)
    }

    /// Takes a reaction away; tells whether it was there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn delete_reaction(
        &mut self,
        chat: ChatKey,
        id: MessageId,
        account: AccountId,
        kind: &str,
    ) -> Result<bool, StoreError> {
        let params = [chat.into(), id.into(), (&account).into(), kind.into()];
        Ok(self.execute(DELETE_REACTION, &params)? > 0)
    }

    /// Loads the reactions of messages whose ids form a stretch, in descending order.
    pub(crate) fn load_reactions(
        &mut self,
        chat: ChatKey,
        messages: &mut [Message],
    ) -> Result<(), StoreError> {
        let (Some(newest), Some(oldest)) = (messages.first(), messages.last()) else {
            return Ok(());
        };
        let params = [chat.into(), oldest.id.into(), newest.id.into()];
        self.each(SELECT_REACTIONS, &params, &mut |row| {
            let id: MessageId = row.get(0)?;
            let place = messages.binary_search_by(|message| id.cmp(&message.id));
            if let Some(message) = place.ok().and_then(|place| messages.get_mut(place)) {
                message.reactions.push(read_reaction(row)?);
            }
            Ok(Next::Row)
        })
    }
}

/// A message from a row that begins with its columns.
pub(crate) fn read(row: Row<'_>) -> Result<Message, StoreError> {
    let id: MessageId = row.get(1)?;
    let etag: Option<i64> = row.get(8)?;
    Ok(Message {
        chat: row.get(0)?,
        id,
        position: row.get(2)?,
        sender: row.get(3)?,
        body: Body { content_type: content_type_of(row.get(4)?)?, content: row.get(5)? },
        importance: importance_of(row.get(6)?)?,
        extras: from_json_or_default(row.get(7)?, "message")?,
        etag: etag.unwrap_or(id.0),
        edited_at: row.get(9)?,
        edited_position: row.get(10)?,
        deleted_at: row.get(11)?,
        only_for: row.get(12)?,
        reactions: Vec::new(),
    })
}

fn read_reaction(row: Row<'_>) -> Result<Reaction, StoreError> {
    Ok(Reaction {
        account: row.get(1)?,
        kind: row.get(2)?,
        created_at: row.get(3)?,
        position: row.get(4)?,
    })
}

fn stored_extras(message: &Message) -> Result<Option<String>, StoreError> {
    (!message.extras.is_empty()).then(|| to_json(&message.extras)).transpose()
}

/// The etag is stored once it says more than the id, so that the index of changed messages holds
/// no others.
fn stored_etag(message: &Message) -> Option<i64> {
    (message.etag != message.id.0).then_some(message.etag)
}

const fn content_type_code(content_type: ContentType) -> i64 {
    match content_type {
        ContentType::Text => 0,
        ContentType::Html => 1,
    }
}

fn content_type_of(code: i64) -> Result<ContentType, StoreError> {
    match code {
        0 => Ok(ContentType::Text),
        1 => Ok(ContentType::Html),
        _ => Err(StoreError::corrupt("not a type of content")),
    }
}

const fn importance_code(importance: Importance) -> i64 {
    match importance {
        Importance::Normal => 0,
        Importance::High => 1,
        Importance::Urgent => 2,
    }
}

fn importance_of(code: i64) -> Result<Importance, StoreError> {
    match code {
        0 => Ok(Importance::Normal),
        1 => Ok(Importance::High),
        2 => Ok(Importance::Urgent),
        _ => Err(StoreError::corrupt("not an importance")),
    }
}
