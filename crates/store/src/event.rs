//! Events: the order of what happened in each chat, and in the whole deployment.

use visavis_domain::chat::Chat;
use visavis_domain::event::{Event, EventKind};
use visavis_domain::id::{AccountId, ChatKey, Position, Watermark};

use crate::column::count;
use crate::engine::Row;
use crate::error::StoreError;
use crate::tx::{Payload, Tx};

const INSERT: &str = "
    INSERT INTO event (chat_key, position, kind, message_id, account, only_for)
    VALUES ($1, $2, $3, $4, $5, $6)";

const SELECT_LAST: &str = "SELECT watermark FROM event ORDER BY watermark DESC LIMIT 1";

const SELECT_CHATS_SINCE: &str = "
    SELECT m.chat_key FROM membership m JOIN chat c ON c.chat_key = m.chat_key
    WHERE m.account = $1 AND c.last_watermark > $2";

const SELECT_POSITION_AT: &str = "
    SELECT position FROM event WHERE chat_key = $1 AND watermark <= $2
    ORDER BY position DESC LIMIT 1";

const SELECT_SINCE: &str = "
    SELECT watermark, chat_key, position, kind, message_id, account, only_for
    FROM event
    WHERE chat_key = $1 AND position > $2 AND (only_for IS NULL OR only_for = $3)
    ORDER BY position LIMIT $4";

const SELECT_AT: &str = "
    SELECT watermark, chat_key, position, kind, message_id, account, only_for
    FROM event WHERE chat_key = $1 AND position = $2";

/// # Events
impl Tx<'_> {
    /// Appends an event at the next position of the chat, moves `chat` on, and has those who listen
    /// told after the commit. The row of the chat is written by [`Tx::update_chat`], in the same
    /// command.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when `chat` is older than what is stored.
    pub fn append_event(
        &mut self,
        chat: &mut Chat,
        kind: EventKind,
        only_for: Option<AccountId>,
        payload: Option<Payload>,
    ) -> Result<Event, StoreError> {
        let position = chat.last_position.next();
        let member = kind.member();
        let params = [
            chat.key.into(),
            position.into(),
            kind.code().into(),
            kind.message().into(),
            member.as_ref().into(),
            only_for.as_ref().into(),
        ];
        let watermark = Watermark(self.insert(INSERT, &params, "watermark")?);
        chat.last_position = position;
        let event = Event { watermark, chat: chat.key, position, kind, only_for };
        self.commit_event(event, payload);
        Ok(event)
    }

    /// The events after a watermark in every chat where the account has a membership of any kind,
    /// in the order of the watermarks, without those that are for somebody else only.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn events_for(
        &mut self,
        account: AccountId,
        after: Watermark,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let params = [(&account).into(), after.into()];
        let chats: Vec<ChatKey> = self.many(SELECT_CHATS_SINCE, &params, |row| row.get(0))?;
        let mut events = Vec::new();
        for chat in chats {
            let start = self.position_at(chat, after)?;
            let params = [chat.into(), start.into(), (&account).into(), count(limit).into()];
            events.extend(self.many(SELECT_SINCE, &params, read)?);
            // At no time are more kept than one chat adds to what is wanted.
            events.sort_unstable_by_key(|event: &Event| event.watermark);
            events.truncate(limit);
        }
        Ok(events)
    }

    /// As [`Tx::events_for`], in one chat.
    ///
    /// # Errors
    ///
    /// As [`Tx::events_for`].
    pub fn events_in(
        &mut self,
        chat: ChatKey,
        account: AccountId,
        after: Watermark,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let start = self.position_at(chat, after)?;
        let params = [chat.into(), start.into(), (&account).into(), count(limit).into()];
        self.many(SELECT_SINCE, &params, read)
    }

    /// The event at a position of a chat.
    ///
    /// # Errors
    ///
    /// As [`Tx::events_for`].
    pub fn event_at(
        &mut self,
        chat: ChatKey,
        position: Position,
    ) -> Result<Option<Event>, StoreError> {
        self.one(SELECT_AT, &[chat.into(), position.into()], read)
    }

    /// The newest watermark of the deployment; 0 before the first event.
    ///
    /// # Errors
    ///
    /// As [`Tx::events_for`].
    pub fn last_watermark(&mut self) -> Result<Watermark, StoreError> {
        let last = self.one(SELECT_LAST, &[], |row| row.get(0))?;
        Ok(last.unwrap_or(Watermark(0)))
    }

    /// The position that a chat had reached at a watermark. Reads as many entries of an index as
    /// the chat has newer events.
    fn position_at(&mut self, chat: ChatKey, at: Watermark) -> Result<Position, StoreError> {
        let position = self.one(SELECT_POSITION_AT, &[chat.into(), at.into()], |row| row.get(0))?;
        Ok(position.unwrap_or(Position::START))
    }
}

fn read(row: Row<'_>) -> Result<Event, StoreError> {
    let kind = EventKind::from_parts(row.get(3)?, row.get(4)?, row.get(5)?);
    Ok(Event {
        watermark: row.get(0)?,
        chat: row.get(1)?,
        position: row.get(2)?,
        kind: kind.ok_or_else(|| StoreError::corrupt("not a kind of event"))?,
        only_for: row.get(6)?,
    })
}
