//! The bytes of images in messages.

use visavis_domain::hosted_content::ImageNumber;
use visavis_domain::id::{ChatKey, MessageId};
use visavis_policy::permit::{self, Permit};

use crate::column::expect_one;
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO hosted_content (chat_key, message_id, number, content) VALUES ($1, $2, $3, $4)";

const SELECT: &str = "
    SELECT content FROM hosted_content WHERE chat_key = $1 AND message_id = $2 AND number = $3";

const DELETE: &str = "
    DELETE FROM hosted_content WHERE chat_key = $1 AND message_id = $2 AND number = $3";

/// # Hosted content
impl Tx<'_> {
    /// Keeps the bytes of an image of a message.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when the message has an image of that number.
    pub fn insert_hosted_content(
        &mut self,
        _permit: &Permit<permit::ShareImage>,
        chat: ChatKey,
        message: MessageId,
        number: ImageNumber,
        content: &[u8],
    ) -> Result<(), StoreError> {
        let params = [chat.into(), message.into(), i64::from(number.0).into(), content.into()];
        self.execute(INSERT, &params)?;
        Ok(())
    }

    /// The bytes of an image of a message.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn hosted_content(
        &mut self,
        chat: ChatKey,
        message: MessageId,
        number: ImageNumber,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let params = [chat.into(), message.into(), i64::from(number.0).into()];
        self.one(SELECT, &params, |row| row.get(0))
    }

    /// Forgets the bytes of an image of a message.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there are none.
    pub fn delete_hosted_content(
        &mut self,
        chat: ChatKey,
        message: MessageId,
        number: ImageNumber,
    ) -> Result<(), StoreError> {
        let params = [chat.into(), message.into(), i64::from(number.0).into()];
        let touched = self.execute(DELETE, &params)?;
        expect_one(touched, "hosted content")
    }
}
