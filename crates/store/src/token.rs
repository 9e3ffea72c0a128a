//! Bearer tokens and browser sessions. Of their secrets only the SHA-256 is stored.

use visavis_domain::account::{Token, TokenKind};
use visavis_domain::id::{AccountId, TokenId};
use visavis_domain::time::Timestamp;

use crate::column::{count, named};
use crate::engine::Row;
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO token (secret_hash, id, account, kind, name, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const SELECT: &str = "
    SELECT id, account, kind, name, created_at, expires_at FROM token WHERE secret_hash = $1";

const SELECT_OF_ACCOUNT: &str = "
    SELECT id, account, kind, name, created_at, expires_at FROM token WHERE account = $1
    ORDER BY id";

const SELECT_BY_ID: &str = "
    SELECT id, account, kind, name, created_at, expires_at FROM token
    WHERE account = $1 AND id = $2";

const SELECT_HASH: &str = "SELECT secret_hash FROM token WHERE account = $1 AND id = $2";

const SELECT_HASHES: &str = "SELECT secret_hash FROM token WHERE account = $1 ORDER BY id";

const DELETE: &str = "DELETE FROM token WHERE account = $1 AND id = $2";

const DELETE_OF_ACCOUNT: &str = "DELETE FROM token WHERE account = $1";

const DELETE_EXPIRED: &str = "
    DELETE FROM token WHERE secret_hash IN (
        SELECT secret_hash FROM token WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
    )";

/// # Tokens
impl Tx<'_> {
    /// Adds a token.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when the id or the secret is used.
    pub fn insert_token(
        &mut self,
        token: &Token,
        secret_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        let params = [
            secret_hash.as_slice().into(),
            (&token.id).into(),
            (&token.account).into(),
            token.kind.as_str().into(),
            (&token.name).into(),
            token.created_at.into(),
            token.expires_at.into(),
        ];
        self.execute(INSERT, &params)?;
        Ok(())
    }

    /// The token with this secret, expired or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_token(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        self.one(SELECT, &[secret_hash.as_slice().into()], read)
    }

    /// One of an account's tokens, expired or not.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_token`].
    pub fn find_token_of(
        &mut self,
        account: AccountId,
        id: TokenId,
    ) -> Result<Option<Token>, StoreError> {
        self.one(SELECT_BY_ID, &[(&account).into(), (&id).into()], read)
    }

    /// The tokens of an account.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_token`].
    pub fn list_tokens(&mut self, account: AccountId) -> Result<Vec<Token>, StoreError> {
        self.many(SELECT_OF_ACCOUNT, &[(&account).into()], read)
    }

    /// Revokes a token; answers the hash of its secret, for those who remember it.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_token`].
    pub fn delete_token(
        &mut self,
        account: AccountId,
        id: TokenId,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let params = [(&account).into(), (&id).into()];
        let hash = self.one(SELECT_HASH, &params, secret_hash)?;
        if hash.is_some() {
            self.execute(DELETE, &params)?;
        }
        Ok(hash)
    }

    /// Revokes every token of an account; answers the hashes of their secrets.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_token`].
    pub fn delete_tokens_of(&mut self, account: AccountId) -> Result<Vec<[u8; 32]>, StoreError> {
        let hashes = self.many(SELECT_HASHES, &[(&account).into()], secret_hash)?;
        if !hashes.is_empty() {
            self.execute(DELETE_OF_ACCOUNT, &[(&account).into()])?;
        }
        Ok(hashes)
    }

    /// Removes tokens that have expired, the oldest first; answers how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn delete_expired_tokens(
        &mut self,
        now: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        self.execute(DELETE_EXPIRED, &[now.into(), count(limit).into()])
    }
}

fn secret_hash(row: Row<'_>) -> Result<[u8; 32], StoreError> {
    let hash: visavis_domain::audit::Hash = row.get(0)?;
    Ok(hash.0)
}

fn read(row: Row<'_>) -> Result<Token, StoreError> {
    let kind = |name: &str| {
        [TokenKind::Session, TokenKind::Bearer].into_iter().find(|kind| kind.as_str() == name)
    };
    Ok(Token {
        id: row.get(0)?,
        account: row.get(1)?,
        kind: named(row.get(2)?, "kind of token", kind)?,
        name: row.get(3)?,
        created_at: row.get(4)?,
        expires_at: row.get(5)?,
    })
}
