//! Facts about the deployment itself, by name: its secrets, its identity.

use crate::error::StoreError;
use crate::tx::Tx;

const SELECT: &str = "SELECT content FROM meta WHERE name = $1";

const UPSERT: &str = "
    INSERT INTO meta (name, content) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET content = excluded.content";

/// # Facts about the deployment
impl Tx<'_> {
    /// The fact of this name.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn meta(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one(SELECT, &[name.into()], |row| row.get(0))
    }

    /// Writes a fact.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn set_meta(&mut self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        self.execute(UPSERT, &[name.into(), content.into()])?;
        Ok(())
    }
}
