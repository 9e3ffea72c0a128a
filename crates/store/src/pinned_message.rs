//! Messages that are pinned in a chat.

use std::cmp::Reverse;

use visavis_domain::id::{ChatKey, MessageId, Position};
use visavis_policy::permit::{self, Permit};

use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO pinned_message (chat_key, message_id, position) VALUES ($1, $2, $3)";

const SELECT: &str = "SELECT message_id, position FROM pinned_message WHERE chat_key = $1";

const DELETE: &str = "DELETE FROM pinned_message WHERE chat_key = $1 AND message_id = $2";

/// # Pinned messages
impl Tx<'_> {
    /// Pins a message; `position` is where that stands in the chat's order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when it is pinned already.
    pub fn insert_pinned_message(
        &mut self,
        _permit: &Permit<permit::Send>,
        chat: ChatKey,
        message: MessageId,
        position: Position,
    ) -> Result<(), StoreError> {
        self.execute(INSERT, &[chat.into(), message.into(), position.into()])?;
        Ok(())
    }

    /// The messages that are pinned in a chat, the one that was pinned last first. How many there
    /// may be, and who may see which, is the caller's part.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn list_pinned_messages(&mut self, chat: ChatKey) -> Result<Vec<MessageId>, StoreError> {
        let mut found: Vec<(MessageId, Position)> =
            self.many(SELECT, &[chat.into()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.sort_unstable_by_key(|(_id, position)| Reverse(*position));
        Ok(found.into_iter().map(|(id, _position)| id).collect())
    }

    /// Unpins a message; tells whether it was pinned.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn delete_pinned_message(
        &mut self,
        _permit: &Permit<permit::Send>,
        chat: ChatKey,
        message: MessageId,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(DELETE, &[chat.into(), message.into()])? > 0)
    }
}
