//! Bearer tokens and sessions: make, list, revoke, recognise.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use visavis_bus::Notice;
use visavis_domain::account::{Account, Token, TokenKind};
use visavis_domain::audit::Hash;
use visavis_domain::id::{AccountId, OrganisationKey, TokenId};
use visavis_domain::limit::TOKENS_MAX;
use visavis_domain::text;
use visavis_domain::time::Timestamp;
use visavis_store::Tx;

use crate::App;
use crate::cache::{Caches, KnownToken};
use crate::context::{Caller, Context, Grant};
use crate::failure::{Failure, Outcome};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const SESSION_AGE_MS_MAX: i64 = 30 * DAY_MS;
const BEARER_AGE_MS_DEFAULT: i64 = 365 * DAY_MS;
const SECRET_PREFIX: &str = "vv_";

/// The caller's tokens and sessions, newest first.
///
/// # Errors
///
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<Vec<Token>> {
    Ok(tx.list_tokens(ctx.caller.account)?)
}

/// The token or session by which the caller came.
///
/// # Errors
///
/// [`Failure::NotSignedIn`] when it has just been revoked.
pub fn current(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<Token> {
    let tokens = tx.list_tokens(ctx.caller.account)?;
    tokens.into_iter().find(|token| token.id == ctx.caller.token).ok_or(Failure::NotSignedIn)
}

/// Makes a bearer token; the secret is shown this once.
///
/// # Errors
///
/// [`Failure::Invalid`] for the name or a time in the past; [`Failure::LimitReached`].
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Outcome<(Token, String)> {
    issue(tx, ctx, ctx.caller.account, TokenKind::Bearer, name, expires_at)
}

/// Makes a token or session for an account whose credentials were checked.
///
/// # Errors
///
/// As [`create`].
pub fn issue(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    account: AccountId,
    kind: TokenKind,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Outcome<(Token, String)> {
    let name = text::name(name).map_err(|why| Failure::invalid("name", why.to_string()))?;
    let age_ms = match kind {
        TokenKind::Session => SESSION_AGE_MS_MAX,
        TokenKind::Bearer => BEARER_AGE_MS_DEFAULT,
    };
    let expires_at = expires_at.unwrap_or_else(|| ctx.now.plus_ms(age_ms));
    if expires_at <= ctx.now {
        return Err(Failure::invalid("expiresDateTime", "The time lies in the past."));
    }
    let existing = tx.list_tokens(account)?;
    let live = existing.iter().filter(|token| token.expires_at > ctx.now).count();
    if live >= TOKENS_MAX {
        return Err(Failure::LimitReached(format!("an account may have {TOKENS_MAX} tokens")));
    }
    let mut random = [0_u8; 32];
    ctx.random.fill(&mut random);
    let secret = format!("{SECRET_PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
    let token = Token {
        id: TokenId::new(ctx.fresh_id()),
        account,
        kind,
        name,
        created_at: ctx.now,
        expires_at,
    };
    tx.insert_token(&token, &hash_of(&secret))?;
    Ok((token, secret))
}

/// Revokes one of the caller's tokens. It is refused from the answer on.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn revoke(tx: &mut Tx<'_>, ctx: &Context<'_>, id: TokenId) -> Outcome<()> {
    let hash = tx.delete_token(ctx.caller.account, id)?.ok_or(Failure::NotFound)?;
    forget(tx, ctx, ctx.caller.account, Some(id), vec![hash]);
    Ok(())
}

/// Revokes the token or session by which the caller came.
///
/// # Errors
///
/// When the store fails.
pub fn sign_out(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<()> {
    match revoke(tx, ctx, ctx.caller.token) {
        Err(Failure::NotFound) => Ok(()),
        other => other,
    }
}

/// Revokes everything that an account has: it was switched off, or its password changed.
///
/// # Errors
///
/// When the store fails.
pub fn revoke_all(tx: &mut Tx<'_>, ctx: &Context<'_>, account: AccountId) -> Outcome<()> {
    let hashes = tx.delete_tokens_of(account)?;
    forget(tx, ctx, account, None, hashes);
    Ok(())
}

/// Takes tokens out of the cache before the revocation is answered, and tells open connections.
fn forget(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    account: AccountId,
    token: Option<TokenId>,
    hashes: Vec<[u8; 32]>,
) {
    let caches = ctx.caches.clone();
    let bus = Arc::clone(ctx.bus);
    caches.grants.raise();
    tx.after_commit(Box::new(move || {
        for hash in &hashes {
            caches.tokens.remove(hash);
        }
        bus.publish(Notice::SignedOut { account, token });
    }));
}

/// Makes what is known of an account's tokens void, because its roles changed.
///
/// # Errors
///
/// When the store fails.
pub fn refresh(tx: &mut Tx<'_>, ctx: &Context<'_>, account: AccountId) -> Outcome<()> {
    let caches = ctx.caches.clone();
    caches.grants.raise();
    tx.after_commit(Box::new(move || {
        caches.tokens.retain(|_hash, known| known.account != account);
    }));
    Ok(())
}

fn hash_of(secret: &str) -> [u8; 32] {
    Hash::of(secret.as_bytes()).0
}

/// The caller as of now, on the writer: nothing is written with a token that was revoked, for an
/// account that was switched off or by a role that was taken while the request was on its way (P3).
/// The database is asked only when some grant has changed since this one was recognised.
///
/// # Errors
///
/// [`Failure::NotSignedIn`].
pub(crate) fn renewed(tx: &mut Tx<'_>, app: &App, caller: Caller) -> Outcome<Caller> {
    let Grant::Token(known) = &caller.grant else { return Ok(caller) };
    must_hold(known, app.now())?;
    if known.as_of == app.caches().grants.now() {
        return Ok(caller);
    }
    Ok(caller_by(look_up(tx, app.caches(), known.hash)?, caller.client))
}

impl App {
    /// Who presents this secret.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSignedIn`] for unknown, expired and revoked ones, and when the account is
    /// switched off.
    pub async fn authenticate(&self, secret: &str, client: Option<IpAddr>) -> Outcome<Caller> {
        self.limits().check_client(client)?;
        let caller = caller_by(self.known(hash_of(secret)).await?, client);
        self.limits().check_request(&caller)?;
        Ok(caller)
    }

    /// The caller as of now, for what follows upon a wait, such as for the body of a request, and
    /// is no write of the store: those look by themselves.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSignedIn`] when the token was revoked or has expired, and when the account was
    /// switched off.
    pub async fn renewed(&self, caller: Caller) -> Outcome<Caller> {
        let Grant::Token(known) = &caller.grant else { return Ok(caller) };
        if known.as_of == self.caches().grants.now() {
            must_hold(known, self.now())?;
            return Ok(caller);
        }
        Ok(caller_by(self.known(known.hash).await?, caller.client))
    }

    /// Revokes the token or session by which the caller came. That somebody else has just revoked
    /// it is no failure.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn sign_out(&self, caller: Caller) -> Outcome<()> {
        match self.write(caller, sign_out).await {
            Err(Failure::NotSignedIn) => Ok(()),
            other => other,
        }
    }

    /// What is known of a token that holds.
    async fn known(&self, hash: [u8; 32]) -> Outcome<Arc<KnownToken>> {
        let known = match self.caches().tokens.get(&hash) {
            Some(known) => known,
            None => self.recognise(hash).await?,
        };
        must_hold(&known, self.now())?;
        Ok(known)
    }

    /// Looks a token up: first where anybody may, so that made-up tokens do not reach the writer;
    /// then on the writer, so that what is cached cannot come between a revocation's commit and
    /// the moment when the cache forgets it.
    async fn recognise(&self, hash: [u8; 32]) -> Outcome<Arc<KnownToken>> {
        self.store()
            .read(move |tx| match tx.find_token(&hash)? {
                Some(_token) => Ok(()),
                None => Err(Failure::NotSignedIn),
            })
            .await?;
        let caches = self.caches().clone();
        self.store().write(move |tx| look_up(tx, &caches, hash)).await
    }
}

/// Looks a token and its account up on the writer, and remembers them.
fn look_up(tx: &mut Tx<'_>, caches: &Caches, hash: [u8; 32]) -> Outcome<Arc<KnownToken>> {
    let token = tx.find_token(&hash)?.ok_or(Failure::NotSignedIn)?;
    let account = tx
        .find_account(token.account)?
        .filter(|account| account.is_enabled)
        .ok_or(Failure::NotSignedIn)?;
    let known = Arc::new(KnownToken {
        hash,
        token: token.id,
        account: account.id,
        home: account.home,
        home_key: home_key(tx, &account)?,
        roles: account.roles,
        expires_at: token.expires_at,
        as_of: caches.grants.now(),
    });
    let (entry, tokens) = (Arc::clone(&known), Arc::clone(&caches.tokens));
    tx.after_commit(Box::new(move || tokens.insert(hash, entry)));
    Ok(known)
}

fn must_hold(known: &KnownToken, now: Timestamp) -> Outcome<()> {
    if known.expires_at > now { Ok(()) } else { Err(Failure::NotSignedIn) }
}

fn caller_by(known: Arc<KnownToken>, client: Option<IpAddr>) -> Caller {
    Caller {
        account: known.account,
        home: known.home,
        home_key: known.home_key,
        roles: known.roles,
        token: known.token,
        grant: Grant::Token(known),
        client,
    }
}

/// An account as a caller, for what happens without a request of its own.
///
/// # Errors
///
/// As [`home_key`].
pub(crate) fn inherent(tx: &mut Tx<'_>, account: &Account, token: TokenId) -> Outcome<Caller> {
    Ok(Caller {
        account: account.id,
        home: account.home,
        home_key: home_key(tx, account)?,
        roles: account.roles,
        token,
        grant: Grant::Inherent,
        client: None,
    })
}

/// The store's short name of an account's home.
///
/// # Errors
///
/// When the store fails or the organisation is missing.
pub fn home_key(tx: &mut Tx<'_>, account: &Account) -> Outcome<OrganisationKey> {
    match account.home.organisation() {
        None => Ok(OrganisationKey::PERSONAL),
        Some(id) => Ok(tx
            .find_organisation(id)?
            .ok_or(Failure::Internal { code: "account-without-organisation" })?
            .key),
    }
}
