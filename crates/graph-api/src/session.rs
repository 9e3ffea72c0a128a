//! The sessions of a browser: a cookie for each account that is signed in there, and which of
//! them a request means.
//!
//! A request never acts for an account by accident: with more than one session it must name one.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::context::Caller;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::view::User;
use visavis_app::{account, token};
use visavis_domain::account::Token;
use visavis_domain::id::AccountId;
use visavis_domain::limit::SESSIONS_PER_BROWSER_MAX;

use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{base_of, is_same_origin, text};
use crate::odata::Moment;
use crate::sign_in::Origin;
use crate::user::{UserWire, user_wire};
use crate::{ApiState, Routes};

/// What the cookies of a browser's sessions are called, before the id of their account. A cookie
/// of exactly this name is a session, too, of whichever account.
pub const SESSION_COOKIE: &str = "visavis_session";
/// The header that names the account that a request with session cookies means.
pub const ACCOUNT_HEADER: HeaderName = HeaderName::from_static("x-visavis-account");

/// In front of a cookie's name: browsers take such a cookie from this very host over https only.
const THIS_HOST: &str = "__Host-";
/// Session cookies of one request that are looked at: some may have ended.
const COOKIES_READ_MAX: usize = 2 * SESSIONS_PER_BROWSER_MAX;

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(session_list, session_end_all))
}

/// Who makes a request, and with what.
#[derive(Clone)]
pub struct SignedIn {
    /// The account.
    pub caller: Caller,
    /// The secret of the token or session.
    pub secret: String,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("caller", &self.caller).finish_non_exhaustive()
    }
}

/// Finds out who makes a request: by bearer token, or by the session cookie of the account that is
/// meant. `account` names it; without, the only session of the browser is meant.
///
/// What comes with a cookie and `must_be_ours` has to come from the server's own pages.
///
/// # Errors
///
/// An answer of 401 when nobody is signed in, or not as that account; of 400 `accountAmbiguous`
/// when several are and none is named; of 403 `crossOrigin`.
pub async fn signed_in(
    state: &ApiState,
    headers: &HeaderMap,
    account: Option<&str>,
    client: Option<IpAddr>,
    must_be_ours: bool,
) -> Result<SignedIn, ApiError> {
    let meant = account.map(named).transpose()?;
    if headers.contains_key(AUTHORIZATION) {
        let secret = bearer(headers).ok_or_else(ApiError::not_signed_in)?;
        let caller = state.app.authenticate(secret, client).await?;
        let is_meant = meant.is_none_or(|meant| meant == caller.account);
        let found = SignedIn { caller, secret: secret.to_owned() };
        return if is_meant { Ok(found) } else { Err(ApiError::not_signed_in_here()) };
    }
    let sessions = sessions(state, headers);
    if sessions.is_empty() {
        return Err(ApiError::not_signed_in());
    }
    if must_be_ours && !is_same_origin(state, headers) {
        return Err(ApiError::cross_origin());
    }
    // Sessions that have ended count: whether they have must not decide for whom a request acts.
    let different: BTreeSet<_> = sessions.iter().map(|session| session.account).collect();
    if meant.is_none() && different.len() > 1 {
        return Err(ApiError::ambiguous_account());
    }
    for session in sessions.into_iter().filter(|session| session.may_be(meant)) {
        let Some(caller) = session.caller(state, client).await? else { continue };
        if meant.is_none_or(|meant| meant == caller.account) {
            return Ok(SignedIn { caller, secret: session.secret.to_owned() });
        }
    }
    Err(if meant.is_some() { ApiError::not_signed_in_here() } else { ApiError::not_signed_in() })
}

/// The account that a request names.
fn named(text: &str) -> Result<AccountId, ApiError> {
    text.trim().parse().map_err(|_no_id| {
        ApiError::invalid("X-Visavis-Account", "This is no id of an account.".to_owned())
    })
}

/// The bearer token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = text(headers, &AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// A session cookie, as a browser sends it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Session<'a> {
    name: &'a str,
    /// Whose it says that it is.
    account: Option<AccountId>,
    secret: &'a str,
}

impl<'a> Session<'a> {
    fn read(name: &'a str, secret: &'a str, is_https: bool) -> Option<Self> {
        // Over https a cookie that another host of the same domain could have set is none.
        let ours = if is_https { name.strip_prefix(THIS_HOST)? } else { name };
        let account = match ours.strip_prefix(SESSION_COOKIE)? {
            "" => None,
            rest => Some(rest.strip_prefix('_')?.parse().ok()?),
        };
        Some(Self { name, account, secret })
    }

    fn may_be(&self, meant: Option<AccountId>) -> bool {
        meant.is_none() || self.account.is_none() || self.account == meant
    }

    /// Whose session it is; nobody's if it has ended or is not what it says.
    async fn caller(&self, state: &ApiState, client: Option<IpAddr>) -> Outcome<Option<Caller>> {
        match state.app.authenticate(self.secret, client).await {
            Ok(caller) => Ok(self.account.is_none_or(|id| id == caller.account).then_some(caller)),
            Err(Failure::NotSignedIn) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

/// The session cookies of a request, in the order in which the browser sends them.
fn sessions<'a>(state: &ApiState, headers: &'a HeaderMap) -> Vec<Session<'a>> {
    let is_https = base_of(state, headers, None).starts_with("https://");
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter_map(|(name, secret)| Session::read(name, secret, is_https))
        .take(COOKIES_READ_MAX)
        .collect()
}

/// The cookie of a new session. Scripts cannot read it; other sites cannot send it.
pub(crate) fn cookie(account: AccountId, secret: &str, age_s: i64, base: &str) -> String {
    let is_https = base.starts_with("https://");
    let prefix = if is_https { THIS_HOST } else { "" };
    written(&format!("{prefix}{SESSION_COOKIE}_{account}"), secret, age_s, is_https)
}

/// A cookie that takes the place of another and ends at once.
fn ended(name: &str, base: &str) -> String {
    written(name, "", 0, base.starts_with("https://"))
}

fn written(name: &str, secret: &str, age_s: i64, is_https: bool) -> String {
    let secure = if is_https { "; Secure" } else { "" };
    format!("{name}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age_s}{secure}")
}

/// Makes room in a browser for the session that an account just got: its earlier one there ends.
/// Answers the cookies to be forgotten.
///
/// # Errors
///
/// [`Failure::LimitReached`] when the browser has as many sessions of others as it may have. The
/// new session ends then.
pub(crate) async fn settle(
    state: &ApiState,
    headers: &HeaderMap,
    new: &Caller,
) -> Outcome<Vec<String>> {
    let base = base_of(state, headers, None);
    let mut forgotten = Vec::new();
    let mut others = BTreeSet::new();
    for session in sessions(state, headers) {
        match session.caller(state, new.client).await? {
            Some(earlier) if earlier.account == new.account => {
                state.app.sign_out(earlier).await?;
                // The cookie with the name of the account is replaced by the new one.
                if session.account.is_none() {
                    forgotten.push(ended(session.name, &base));
                }
            }
            Some(other) => _ = others.insert(other.account),
            None if session.account == Some(new.account) => {}
            None => forgotten.push(ended(session.name, &base)),
        }
    }
    if others.len() < SESSIONS_PER_BROWSER_MAX {
        return Ok(forgotten);
    }
    state.app.sign_out(new.clone()).await?;
    Err(Failure::LimitReached(format!(
        "{SESSIONS_PER_BROWSER_MAX} accounts are signed in here already; sign out of one first"
    )))
}

/// The cookies that end with the session of an account.
pub(crate) fn forgotten(state: &ApiState, headers: &HeaderMap, account: AccountId) -> Vec<String> {
    let base = base_of(state, headers, None);
    let sessions = sessions(state, headers);
    let theirs = sessions.iter().filter(|session| session.may_be(Some(account)));
    theirs.map(|session| ended(session.name, &base)).collect()
}

/// An answer that sets cookies.
pub(crate) fn with_cookies(answer: Answer, cookies: Vec<String>) -> Answer {
    cookies.iter().fold(answer, |answer, cookie| answer.with(SET_COOKIE, cookie))
}

/// Somebody who is signed in in this browser.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = browserSession)]
struct SessionWire<'a> {
    account: UserWire<'a>,
    #[schema(value_type = String, format = DateTime)]
    signed_in_date_time: Moment,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_date_time: Moment,
}

/// Who is signed in in this browser.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = browserSessions)]
struct SessionsWire<'a> {
    /// Whoever signed in first comes first.
    value: Vec<SessionWire<'a>>,
}

/// List the accounts that are signed in in this browser: none is an empty list. A request with a
/// bearer token is told of the token's account. Sessions that have ended are forgotten.
#[utoipa::path(get, path = "/v1.0/auth/sessions", tag = "sign-in", security(()),
    responses((status = 200, body = SessionsWire<'static>), Errors))]
async fn session_list(
    State(state): State<Arc<ApiState>>,
    origin: Origin,
) -> Result<Answer, ApiError> {
    let headers = origin.headers();
    let client = origin.client();
    let mut ended_ones = Vec::new();
    let mut callers = Vec::new();
    if headers.contains_key(AUTHORIZATION) {
        callers.push(signed_in(&state, headers, None, client, false).await?.caller);
    } else {
        let base = base_of(&state, headers, None);
        for session in sessions(&state, headers) {
            match session.caller(&state, client).await? {
                Some(caller) => callers.push(caller),
                None => ended_ones.push(ended(session.name, &base)),
            }
        }
    }
    let mut found: Vec<(User, Token)> = Vec::with_capacity(callers.len());
    for caller in callers {
        let read =
            state.app.read(caller, |tx, ctx| Ok((account::me(tx, ctx)?, token::current(tx, ctx)?)));
        let (user, token) = read.await?;
        if found.iter().all(|(other, _)| other.person.card.id != user.person.card.id) {
            found.push((user, token));
        }
    }
    found.sort_by_key(|(_, token)| (token.created_at, token.id));
    let value = found.iter().map(|(user, token)| SessionWire {
        account: user_wire(user, false),
        signed_in_date_time: Moment(token.created_at),
        expires_date_time: Moment(token.expires_at),
    });
    let answer = Answer::json(StatusCode::OK, &SessionsWire { value: value.collect() });
    Ok(with_cookies(answer, ended_ones))
}

/// Sign everybody out in this browser.
#[utoipa::path(delete, path = "/v1.0/auth/sessions", tag = "sign-in",
    responses((status = 204), Errors))]
async fn session_end_all(
    State(state): State<Arc<ApiState>>,
    origin: Origin,
) -> Result<Answer, ApiError> {
    let headers = origin.headers();
    let client = origin.client();
    if headers.contains_key(AUTHORIZATION) {
        let found = signed_in(&state, headers, None, client, true).await?;
        state.app.sign_out(found.caller).await?;
        return Ok(Answer::no_content());
    }
    let sessions = sessions(&state, headers);
    if sessions.is_empty() {
        return Err(ApiError::not_signed_in());
    }
    if !is_same_origin(&state, headers) {
        return Err(ApiError::cross_origin());
    }
    let base = base_of(&state, headers, None);
    let mut cookies = Vec::with_capacity(sessions.len());
    for session in sessions {
        if let Some(caller) = session.caller(&state, client).await? {
            state.app.sign_out(caller).await?;
        }
        cookies.push(ended(session.name, &base));
    }
    Ok(with_cookies(Answer::no_content(), cookies))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-7000-8000-000000000001";

    #[test]
    fn a_cookie_says_whose_it_is() {
        let id: AccountId = ID.parse().unwrap();
        let name = format!("{SESSION_COOKIE}_{ID}");
        let session = Session::read(&name, "vv_x", false).unwrap();
        assert_eq!((session.account, session.secret), (Some(id), "vv_x"));
        assert_eq!(Session::read(SESSION_COOKIE, "vv_x", false).unwrap().account, None);
        for other in ["theme", "visavis_sessions", "visavis_session_", "visavis_session_me"] {
            assert!(Session::read(other, "vv_x", false).is_none(), "{other}");
        }
    }

    #[test]
    fn over_https_only_cookies_of_this_very_host_count() {
        let name = format!("{SESSION_COOKIE}_{ID}");
        assert!(Session::read(&name, "vv_x", true).is_none());
        assert!(Session::read(&format!("{THIS_HOST}{name}"), "vv_x", true).is_some());
        let id: AccountId = ID.parse().unwrap();
        let set = cookie(id, "vv_x", 60, "https://chat.example");
        assert!(set.starts_with(&format!("__Host-{name}=vv_x; Path=/; HttpOnly; SameSite=Strict")));
        assert!(set.ends_with("; Secure"), "{set}");
        let set = cookie(id, "vv_x", 60, "http://127.0.0.1:8080");
        assert!(set.starts_with(&name) && !set.contains("Secure"), "{set}");
    }
}
