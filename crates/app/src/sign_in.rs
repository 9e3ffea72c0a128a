//! Signing in with a password.

use std::net::IpAddr;
use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use visavis_domain::account::{Token, TokenKind};
use visavis_domain::address::Address;
use visavis_domain::audit::Hash;
use visavis_domain::id::AccountId;
use visavis_domain::limit::{PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN};

use crate::App;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::sweep::nobody;
use crate::view::User;
use crate::{account, token};

/// What somebody wants who signs in.
#[derive(Debug, Clone)]
pub enum SignInWant {
    /// A session for a browser.
    Session,
    /// A bearer token with this name.
    Token {
        /// What its owner calls it.
        name: String,
    },
}

/// Somebody who has signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// What to present from now on.
    pub secret: String,
    /// What is known of it.
    pub token: Token,
}

/// That somebody knew the password of an account, and the hash that it was compared with.
pub struct Credentials {
    account: AccountId,
    hash: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("account", &self.account).finish_non_exhaustive()
    }
}

impl App {
    /// Signs somebody in by address and password. Wrong and unknown take the same time and get the
    /// same answer.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSignedIn`]; [`Failure::TooMany`].
    pub async fn sign_in(
        &self,
        address: String,
        password: String,
        want: SignInWant,
        client: Option<IpAddr>,
    ) -> Outcome<SignedIn> {
        let credentials = self.check_credentials(address, password, client).await?;
        self.admit(credentials, want).await
    }

    /// Makes sure that this is the password of whoever has this address.
    ///
    /// # Errors
    ///
    /// As [`App::sign_in`].
    pub async fn check_credentials(
        &self,
        address: String,
        password: String,
        client: Option<IpAddr>,
    ) -> Outcome<Credentials> {
        // However an address is written, it is one, and counted as one.
        let parsed = address.parse::<Address>().ok();
        let key = match &parsed {
            Some(address) => address.as_str().to_owned(),
            None => address.trim().to_lowercase(),
        };
        self.limits().check_sign_in(&key, client)?;
        let known = self
            .store()
            .read(move |tx| {
                let by_address = match &parsed {
                    Some(address) => tx.find_account_by_address(address)?,
                    None => None,
                };
                let account = match by_address {
                    Some(account) => Some(account),
                    None => tx.find_account_by_principal(&key)?,
                };
                let Some(account) = account.filter(|account| account.is_enabled) else {
                    return Ok::<_, Failure>(None);
                };
                let hash = tx.password_hash(account.id)?;
                Ok(hash.map(|hash| Credentials { account: account.id, hash }))
            })
            .await?;
        let hash = known.as_ref().map(|known| known.hash.clone());
        let is_right = self.verify_password(password, hash).await?;
        known.filter(|_known| is_right).ok_or(Failure::NotSignedIn)
    }

    /// Lets somebody in whose password was right, unless it was replaced or the account switched off
    /// since it was compared.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSignedIn`]; [`Failure::LimitReached`] for a token too many.
    pub async fn admit(&self, credentials: Credentials, want: SignInWant) -> Outcome<SignedIn> {
        let Credentials { account: id, hash } = credentials;
        self.write(nobody(), move |tx, ctx| {
            let account = tx.find_account(id)?.filter(|account| account.is_enabled);
            let account = account.ok_or(Failure::NotSignedIn)?;
            if tx.password_hash(id)?.as_ref() != Some(&hash) {
                return Err(Failure::NotSignedIn);
            }
            let caller = token::inherent(tx, &account, ctx.caller.token)?;
            let ctx = &Context { caller: &caller, ..*ctx };
            let (kind, name) = match want {
                SignInWant::Session => (TokenKind::Session, "Browser".to_owned()),
                SignInWant::Token { name } => (TokenKind::Bearer, name),
            };
            if kind == TokenKind::Session {
                drop_oldest_session(tx, ctx)?;
            }
            let (token, secret) = token::issue(tx, ctx, id, kind, &name, None)?;
            let user = account::me(tx, ctx)?;
            Ok(SignedIn { user, secret, token })
        })
        .await
    }

    /// Hashes a password, beside the other work and not too many at once.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] when it is too short or too long.
    pub async fn hash_password(&self, password: String) -> Outcome<String> {
        check_password(&password)?;
        self.beside(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|_argon2| Failure::Internal { code: "password-hash" })
        })
        .await
    }

    /// What tells one password from another where the password itself must not be kept. It is as slow
    /// to find the password from it as from the hash that signs in.
    ///
    /// # Errors
    ///
    /// As [`App::hash_password`].
    pub async fn mark_of_password(&self, password: String, salt: Hash) -> Outcome<Hash> {
        check_password(&password)?;
        self.beside(move || {
            let mut mark = [0; 32];
            Argon2::default()
                .hash_password_into(password.as_bytes(), &salt.0, &mut mark)
                .map_err(|_argon2| Failure::Internal { code: "password-mark" })?;
            Ok(Hash(mark))
        })
        .await
    }

    async fn verify_password(&self, password: String, hash: Option<String>) -> Outcome<bool> {
        if password.len() > PASSWORD_CHARACTERS_MAX * 4 {
            return Ok(false);
        }
        self.beside(move || {
            let is_known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODYS_HASH.clone());
            let is_right = PasswordHash::new(&hash).is_ok_and(|parsed| {
                Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
            });
            Ok(is_right && is_known)
        })
        .await
    }

    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let closed = Failure::Internal { code: "password-workers" };
        let Ok(_permit) = self.password_workers().acquire().await else { return Err(closed) };
        match tokio::task::spawn_blocking(work).await {
            Ok(outcome) => outcome,
            Err(_panicked) => Err(closed),
        }
    }
}

/// Browsers that never sign out must not fill the list of tokens: the oldest session makes room.
fn drop_oldest_session(tx: &mut visavis_store::Tx<'_>, ctx: &Context<'_>) -> Outcome<()> {
    let tokens = tx.list_tokens(ctx.caller.account)?;
    let sessions = tokens.iter().filter(|token| token.kind == TokenKind::Session);
    let oldest = sessions.min_by_key(|token| token.created_at).map(|token| token.id);
    match oldest {
        Some(oldest) if tokens.len() >= visavis_domain::limit::TOKENS_MAX => {
            token::revoke(tx, ctx, oldest)
        }
        _ => Ok(()),
    }
}

/// What an unknown account's password is compared with, so that it takes the same time.
static NOBODYS_HASH: LazyLock<String> = LazyLock::new(|| {
    Argon2::default()
        .hash_password(b"nobody has this password")
        .map(|hash| hash.to_string())
        .unwrap_or_default()
});

fn check_password(password: &str) -> Outcome<()> {
    let length = password.chars().count();
    if (PASSWORD_CHARACTERS_MIN..=PASSWORD_CHARACTERS_MAX).contains(&length) {
        Ok(())
    } else {
        Err(Failure::invalid(
            "passwordProfile.password",
            format!(
                "A password has {PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters."
            ),
        ))
    }
}
