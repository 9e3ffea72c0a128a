//! Presence: one's own, and what others show.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::account;
use visavis_app::presence::{PresenceView, SetPresence};
use visavis_app::subject::UserKey;
use visavis_domain::id::AccountId;
use visavis_domain::limit::PRESENCES_PER_CALL_MAX;
use visavis_domain::time::Timestamp;

use crate::Routes;
use crate::answer::Answer;
use crate::bind::shown;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Payload};
use crate::odata::{Collection, Moment, Nothing, Null};
use crate::query::Options;

const SET: &str = "communications/presences";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(presence_me))
        .routes(routes!(presence_user))
        .routes(routes!(presence_get))
        .routes(routes!(presences_by_user_id))
        .routes(routes!(presence_set_me))
        .routes(routes!(presence_set))
        .routes(routes!(presence_clear_me))
        .routes(routes!(presence_clear))
        .routes(routes!(presence_prefer_me))
        .routes(routes!(presence_prefer))
        .routes(routes!(presence_unprefer_me))
        .routes(routes!(presence_unprefer))
        .routes(routes!(presence_status_me))
        .routes(routes!(presence_status))
}

/// A person's presence: Graph's `presence`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = presence)]
pub struct PresenceWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    /// `Available`, `AvailableIdle`, `Away`, `Busy`, `DoNotDisturb`, `Offline`, or `PresenceUnknown` where the
    /// caller may not know.
    availability: &'a str,
    activity: &'a str,
    #[schema(required)]
    status_message: Option<StatusMessage<'a>>,
    #[schema(required, value_type = Option<String>)]
    out_of_office_settings: Null,
}

/// What a person says in words: Graph's `presenceStatusMessage`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = presenceStatusMessage)]
struct StatusMessage<'a> {
    message: StatusBody<'a>,
    #[schema(value_type = String, format = DateTime)]
    published_date_time: Moment,
    /// Until when it holds; none for ever.
    #[schema(required)]
    expiry_date_time: Option<Expiry>,
}

/// A moment in UTC: Graph's `dateTimeTimeZone`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = expiryDateTime)]
struct Expiry {
    #[schema(value_type = String, format = DateTime)]
    date_time: Moment,
    /// `UTC`.
    time_zone: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = statusBody)]
struct StatusBody<'a> {
    content: &'a str,
    content_type: &'static str,
}

/// The presence on the wire: the same bytes for a fetch and for push.
#[must_use]
pub fn presence_wire(view: &PresenceView) -> PresenceWire<'_> {
    PresenceWire {
        id: view.id,
        availability: &view.availability,
        activity: &view.activity,
        status_message: view.status.as_ref().map(|status| StatusMessage {
            message: StatusBody { content: &status.text, content_type: "text" },
            published_date_time: Moment(status.published_at),
            expiry_date_time: status
                .expires_at
                .map(|end| Expiry { date_time: Moment(end), time_zone: "UTC" }),
        }),
        out_of_office_settings: Null,
    }
}

/// Whose presence.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = presencesByUserId)]
pub(crate) struct IdsBody {
    /// At most 650.
    ids: Vec<String>,
}

/// What a program knows of its user.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = setPresence)]
pub(crate) struct PresenceBody {
    session_id: Option<String>,
    availability: Option<String>,
    activity: Option<String>,
    /// `PT5M` to `PT4H`.
    expiration_duration: Option<String>,
}

/// What a person says of themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = setStatusMessage)]
pub(crate) struct StatusChange {
    status_message: Option<NewStatus>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newStatusMessage)]
struct NewStatus {
    message: Option<NewStatusBody>,
    expiry_date_time: Option<DateTimeTimeZone>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = newStatusBody)]
struct NewStatusBody {
    content: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = dateTimeTimeZone)]
struct DateTimeTimeZone {
    date_time: Option<String>,
    /// `UTC` is the one that is known.
    time_zone: Option<String>,
}

impl PresenceBody {
    fn set(self) -> Result<SetPresence, ApiError> {
        Ok(SetPresence {
            session_id: self.session_id.unwrap_or_default(),
            availability: self.availability.unwrap_or_default(),
            activity: self.activity.unwrap_or_default(),
            expires_in_ms: duration("expirationDuration", self.expiration_duration.as_deref())?,
        })
    }
}

impl StatusChange {
    fn message(self) -> Result<Option<(String, Option<Timestamp>)>, ApiError> {
        let Some(status) = self.status_message else { return Ok(None) };
        let text = status.message.and_then(|message| message.content).unwrap_or_default();
        let until = status.expiry_date_time.map(moment).transpose()?.flatten();
        Ok((!text.is_empty()).then_some((text, until)))
    }
}

/// A moment and its time zone; a moment without an offset is in UTC.
fn moment(given: DateTimeTimeZone) -> Result<Option<Timestamp>, ApiError> {
    const TARGET: &str = "statusMessage/expiryDateTime";
    let Some(text) = given.date_time else { return Ok(None) };
    let is_utc = given.time_zone.is_none_or(|zone| {
        ["UTC", "Z", "Etc/UTC", "GMT"].iter().any(|utc| utc.eq_ignore_ascii_case(&zone))
    });
    if !is_utc {
        return Err(ApiError::invalid(TARGET, "Give the time in UTC."));
    }
    let as_utc = || format!("{text}Z").parse();
    text.parse()
        .or_else(|_without_offset| as_utc())
        .map(Some)
        .map_err(|error| ApiError::invalid(TARGET, format!("`{}` is {error}.", shown(&text))))
}

/// A duration in ISO 8601 (`PT1H30M`) or as clients write it (`1:30:00`), in milliseconds.
pub(crate) fn duration(target: &str, text: Option<&str>) -> Result<Option<i64>, ApiError> {
    let Some(text) = text else { return Ok(None) };
    let seconds = if text.contains(':') { clock_seconds(text) } else { iso_seconds(text) };
    match seconds.and_then(|seconds| seconds.checked_mul(1000)) {
        Some(ms) => Ok(Some(ms)),
        None => Err(ApiError::invalid(target, "Give a duration such as `PT1H`.")),
    }
}

fn clock_seconds(text: &str) -> Option<i64> {
    let mut seconds = 0_i64;
    for part in text.splitn(3, ':') {
        seconds = seconds.checked_mul(60)?.checked_add(whole(part)?)?;
    }
    Some(seconds)
}

fn iso_seconds(text: &str) -> Option<i64> {
    let (days, clock) = match text.strip_prefix('P')?.split_once('T') {
        Some((days, clock)) => (days, clock),
        None => (text.strip_prefix('P')?, ""),
    };
    let mut seconds = match days {
        "" => 0,
        days => whole(days.strip_suffix('D')?)?.checked_mul(86_400)?,
    };
    let mut rest = clock;
    for (unit, unit_s) in [('H', 3_600), ('M', 60), ('S', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            seconds = seconds.checked_add(whole(number)?.checked_mul(unit_s)?)?;
            rest = after;
        }
    }
    let is_something = !(days.is_empty() && clock.is_empty());
    (rest.is_empty() && is_something).then_some(seconds)
}

/// A whole number; a fraction of seconds is dropped.
fn whole(text: &str) -> Option<i64> {
    let text = text.split(['.', ',']).next()?;
    let is_number = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

impl Call {
    async fn presence_of(self, account: AccountId, options: &Options) -> Result<Answer, ApiError> {
        let views = self.state.app.presences(self.caller, vec![account]).await?;
        let view = views.first().ok_or_else(ApiError::not_found)?;
        Ok(self.shape.selected(SET, &presence_wire(view), options))
    }

    async fn set_presence(self, body: PresenceBody) -> Result<Answer, ApiError> {
        self.state.app.set_presence(self.caller, body.set()?).await?;
        Ok(done())
    }

    async fn clear_presence(self, body: PresenceBody) -> Result<Answer, ApiError> {
        let session = body
            .session_id
            .ok_or_else(|| ApiError::invalid("sessionId", "Name the session that ends."))?;
        self.state.app.clear_presence(self.caller, &session).await?;
        Ok(done())
    }

    async fn prefer_presence(self, body: PresenceBody) -> Result<Answer, ApiError> {
        let wanted = body.set()?;
        let preferred = (wanted.availability, wanted.activity, wanted.expires_in_ms);
        self.state.app.set_preferred_presence(self.caller, Some(preferred)).await?;
        Ok(done())
    }

    async fn unprefer_presence(self) -> Result<Answer, ApiError> {
        self.state.app.set_preferred_presence(self.caller, None).await?;
        Ok(done())
    }

    async fn set_status(self, change: StatusChange) -> Result<Answer, ApiError> {
        self.state.app.set_status_message(self.caller, change.message()?).await?;
        Ok(done())
    }
}

/// Graph answers these with 200 and no body.
fn done() -> Answer {
    Answer::empty(StatusCode::OK)
}

/// One's own presence.
#[utoipa::path(get, path = "/v1.0/me/presence", tag = "presence",
    params(crate::open_api::SelectParameters),
    responses((status = 200, body = PresenceWire<'static>), Errors))]
async fn presence_me(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let account = call.caller.account;
    call.presence_of(account, &options).await
}

/// Somebody's presence, as far as one may know it.
#[utoipa::path(get, path = "/v1.0/users/{user_id}/presence", tag = "presence",
    params(("user_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = PresenceWire<'static>), Errors))]
async fn presence_user(
    call: Call,
    Key(key): Key<UserKey>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let account = match key {
        UserKey::Id(id) => id,
        key @ UserKey::Address(_) => {
            let user = call.read(move |tx, ctx| account::get(tx, ctx, &key)).await;
            user.map_err(ApiError::of_directory)?.person.card.id
        }
    };
    call.presence_of(account, &options).await
}

/// Somebody's presence, as far as one may know it.
#[utoipa::path(get, path = "/v1.0/communications/presences/{user_id}", tag = "presence",
    params(("user_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = PresenceWire<'static>), Errors))]
async fn presence_get(
    call: Call,
    Key(account): Key<AccountId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    call.presence_of(account, &options).await
}

/// Several people's presence, as far as one may know it.
#[utoipa::path(post, path = "/v1.0/communications/getPresencesByUserId", tag = "presence",
    request_body = IdsBody,
    responses((status = 200, body = Collection<PresenceWire<'static>>), Errors))]
async fn presences_by_user_id(call: Call, payload: Payload<IdsBody>) -> Result<Answer, ApiError> {
    let ids = payload.value.ids;
    if ids.len() > PRESENCES_PER_CALL_MAX {
        let words = format!("At most {PRESENCES_PER_CALL_MAX} ids can be asked for at once.");
        return Err(ApiError::invalid("ids", words));
    }
    let ids = (0_usize..)
        .zip(&ids)
        .map(|(at, id)| {
            id.parse().map_err(|_invalid| {
                ApiError::invalid(format!("ids/{at}"), format!("`{}` is no user id.", shown(id)))
            })
        })
        .collect::<Result<_, _>>()?;
    let caller = call.state.app.renewed(call.caller).await?;
    let views = call.state.app.presences(caller, ids).await?;
    let value = views.iter().map(presence_wire).collect();
    Ok(call.shape.collection(SET, Collection::all(value), &Options::default()))
}

/// Say what a program knows of its user.
#[utoipa::path(post, path = "/v1.0/me/presence/setPresence", tag = "presence",
    request_body = PresenceBody, responses((status = 200), Errors))]
async fn presence_set_me(call: Call, payload: Payload<PresenceBody>) -> Result<Answer, ApiError> {
    call.set_presence(payload.value).await
}

/// Say what a program knows of its user; oneself only.
#[utoipa::path(post, path = "/v1.0/users/{user_id}/presence/setPresence", tag = "presence",
    params(("user_id" = String, Path)), request_body = PresenceBody,
    responses((status = 200), Errors))]
async fn presence_set(
    call: Call,
    Key(key): Key<UserKey>,
    payload: Payload<PresenceBody>,
) -> Result<Answer, ApiError> {
    call.must_mean_me(key).await?;
    call.set_presence(payload.value).await
}

/// End what a program said.
#[utoipa::path(post, path = "/v1.0/me/presence/clearPresence", tag = "presence",
    request_body = PresenceBody, responses((status = 200), Errors))]
async fn presence_clear_me(call: Call, payload: Payload<PresenceBody>) -> Result<Answer, ApiError> {
    call.clear_presence(payload.value).await
}

/// End what a program said; oneself only.
#[utoipa::path(post, path = "/v1.0/users/{user_id}/presence/clearPresence", tag = "presence",
    params(("user_id" = String, Path)), request_body = PresenceBody,
    responses((status = 200), Errors))]
async fn presence_clear(
    call: Call,
    Key(key): Key<UserKey>,
    payload: Payload<PresenceBody>,
) -> Result<Answer, ApiError> {
    call.must_mean_me(key).await?;
    call.clear_presence(payload.value).await
}

/// Say what one wants to be seen as.
#[utoipa::path(post, path = "/v1.0/me/presence/setUserPreferredPresence", tag = "presence",
    request_body = PresenceBody, responses((status = 200), Errors))]
async fn presence_prefer_me(
    call: Call,
    payload: Payload<PresenceBody>,
) -> Result<Answer, ApiError> {
    call.prefer_presence(payload.value).await
}

/// Say what one wants to be seen as; oneself only.
#[utoipa::path(post, path = "/v1.0/users/{user_id}/presence/setUserPreferredPresence",
    tag = "presence", params(("user_id" = String, Path)), request_body = PresenceBody,
    responses((status = 200), Errors))]
async fn presence_prefer(
    call: Call,
    Key(key): Key<UserKey>,
    payload: Payload<PresenceBody>,
) -> Result<Answer, ApiError> {
    call.must_mean_me(key).await?;
    call.prefer_presence(payload.value).await
}

/// Be seen as one is again.
#[utoipa::path(post, path = "/v1.0/me/presence/clearUserPreferredPresence", tag = "presence",
    responses((status = 200), Errors))]
async fn presence_unprefer_me(call: Call, _nothing: Payload<Nothing>) -> Result<Answer, ApiError> {
    call.unprefer_presence().await
}

/// Be seen as one is again; oneself only.
#[utoipa::path(post, path = "/v1.0/users/{user_id}/presence/clearUserPreferredPresence",
    tag = "presence", params(("user_id" = String, Path)), responses((status = 200), Errors))]
async fn presence_unprefer(
    call: Call,
    Key(key): Key<UserKey>,
    _nothing: Payload<Nothing>,
) -> Result<Answer, ApiError> {
    call.must_mean_me(key).await?;
    call.unprefer_presence().await
}

/// Say something about oneself in words.
#[utoipa::path(post, path = "/v1.0/me/presence/setStatusMessage", tag = "presence",
    request_body = StatusChange, responses((status = 200), Errors))]
async fn presence_status_me(
    call: Call,
    payload: Payload<StatusChange>,
) -> Result<Answer, ApiError> {
    call.set_status(payload.value).await
}

/// Say something about oneself in words; oneself only.
#[utoipa::path(post, path = "/v1.0/users/{user_id}/presence/setStatusMessage", tag = "presence",
    params(("user_id" = String, Path)), request_body = StatusChange,
    responses((status = 200), Errors))]
async fn presence_status(
    call: Call,
    Key(key): Key<UserKey>,
    payload: Payload<StatusChange>,
) -> Result<Answer, ApiError> {
    call.must_mean_me(key).await?;
    call.set_status(payload.value).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_both_forms() {
        for (text, ms) in [
            ("PT5M", Some(300_000)),
            ("PT1H30M", Some(5_400_000)),
            ("P1DT1S", Some(86_401_000)),
            ("PT4.5S", Some(4_000)),
            ("1:00:00", Some(3_600_000)),
            ("00:05:00", Some(300_000)),
            ("P", None),
            ("5", None),
            ("PT", None),
            ("-PT5M", None),
            ("PT99999999999H", None),
            ("1:x", None),
        ] {
            assert_eq!(duration("d", Some(text)).ok(), ms.map(Some), "{text}");
        }
    }

    #[test]
    fn status_messages_end_in_utc() {
        let given = |date_time: &str, time_zone: &str| {
            moment(DateTimeTimeZone {
                date_time: Some(date_time.to_owned()),
                time_zone: Some(time_zone.to_owned()),
            })
        };
        let end = given("2026-11-22T12:00:00.0000000", "UTC").unwrap().unwrap();
        assert_eq!(end.to_string(), "2026-11-22T12:00:00.000Z");
        assert!(given("2026-11-22T12:00:00", "Pacific Standard Time").is_err());
        assert!(given("soon", "UTC").is_err());
    }
}
