//! Blocks between accounts.

use visavis_domain::contact::Block;
use visavis_domain::id::AccountId;

use crate::column::count;
use crate::engine::Row;
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO contact_block (owner, peer, blocked_at) VALUES ($1, $2, $3)
    ON CONFLICT (owner, peer) DO NOTHING";

const DELETE: &str = "DELETE FROM contact_block WHERE owner = $1 AND peer = $2";

const SELECT: &str =
    "SELECT owner, peer, blocked_at FROM contact_block WHERE owner = $1 AND peer = $2";

const SELECT_OF_OWNER: &str = "
    SELECT owner, peer, blocked_at FROM contact_block WHERE owner = $1 ORDER BY peer LIMIT $2";

/// # Blocks
///
/// Each change counts the epoch of the owner's account up.
impl Tx<'_> {
    /// Notes a block; tells whether it is new. An older one stays as it was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when the owner does not exist.
    pub fn put_block(&mut self, block: &Block) -> Result<bool, StoreError> {
        let params = [(&block.owner).into(), (&block.peer).into(), block.blocked_at.into()];
        let touched = self.execute(INSERT, &params)?;
        self.bump_account_epoch(block.owner)?;
        Ok(touched > 0)
    }

    /// Ends a block; tells whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when the owner does not exist.
    pub fn delete_block(&mut self, owner: AccountId, peer: AccountId) -> Result<bool, StoreError> {
        let touched = self.execute(DELETE, &[(&owner).into(), (&peer).into()])?;
        self.bump_account_epoch(owner)?;
        Ok(touched > 0)
    }

    /// Whether the owner has blocked the peer.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_block`].
    pub fn is_blocked(&mut self, owner: AccountId, peer: AccountId) -> Result<bool, StoreError> {
        Ok(self.find_block(owner, peer)?.is_some())
    }

    /// The owner's block of the peer.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_block(
        &mut self,
        owner: AccountId,
        peer: AccountId,
    ) -> Result<Option<Block>, StoreError> {
        self.one(SELECT, &[(&owner).into(), (&peer).into()], read)
    }

    /// Whom the owner has blocked.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_block`].
    pub fn list_blocks(
        &mut self,
        owner: AccountId,
        limit: usize,
    ) -> Result<Vec<Block>, StoreError> {
        self.many(SELECT_OF_OWNER, &[(&owner).into(), count(limit).into()], read)
    }
}

fn read(row: Row<'_>) -> Result<Block, StoreError> {
    Ok(Block { owner: row.get(0)?, peer: row.get(1)?, blocked_at: row.get(2)? })
}
