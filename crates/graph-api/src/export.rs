//! Export: all messages of one person over all chats, as Graph's `getAllMessages`.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::export::{self, ExportPage, ExportQuery, ExportReach};
use visavis_app::subject::UserKey;
use visavis_app::view::Page;
use visavis_domain::limit::{EXPORT_PAGE_ENTRIES_MAX, EXPORT_SCANNED_MAX, PAGE_ENTRIES_MAX};

use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::Call;
use crate::filter::{self, Operator};
use crate::message::{MessageWire, message_wire};
use crate::normalise::NamedUser;
use crate::odata::Collection;
use crate::query::{Ask, Options, invalid_filter, not_after, not_before, unsupported_filter};
use crate::{ApiState, Routes};

const SET: &str = "Collection(chatMessage)";
const POSSIBLE_FILTERS: &str = "An export can be filtered by lastModifiedDateTime with gt, ge, lt \
     and le, joined by and.";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(message_export))
}

/// A call about the messages of the caller, or of whom the path names.
struct ExportCall {
    call: Call,
    whose: Option<UserKey>,
}

impl FromRequestParts<Arc<ApiState>> for ExportCall {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &Arc<ApiState>,
    ) -> Result<Self, ApiError> {
        // Elsewhere somebody else's chats do not exist; here it depends on who asks.
        let named = parts.extensions.remove::<NamedUser>();
        let call = Call::from_request_parts(parts, state).await?;
        let whose = named.map(|NamedUser(key)| key.parse()).transpose();
        Ok(Self { call, whose: whose.map_err(|_nobody| ApiError::not_found())? })
    }
}

/// What of the messages is asked for.
fn query(options: &Options, whose: Option<UserKey>) -> Result<ExportQuery, ApiError> {
    let mut query = ExportQuery { whose, after: None, before: None };
    let Some(filter) = &options.filter else { return Ok(query) };
    let terms = filter.conjunction().ok_or_else(|| unsupported_filter(POSSIBLE_FILTERS))?;
    for term in terms {
        if term.path != "lastModifiedDateTime" {
            return Err(unsupported_filter(POSSIBLE_FILTERS));
        }
        let moment = filter::moment(&term.value).map_err(|error| invalid_filter(&error))?;
        match term.operator {
            Operator::Greater => not_before(&mut query.after, moment),
            Operator::GreaterOrEqual => not_before(&mut query.after, moment.plus_ms(-1)),
            Operator::Less => not_after(&mut query.before, moment),
            Operator::LessOrEqual => not_after(&mut query.before, moment.plus_ms(1)),
            _ => return Err(unsupported_filter(POSSIBLE_FILTERS)),
        }
    }
    Ok(query)
}

/// Export all messages of a person over all chats, chat by chat, each chat's oldest message first.
///
/// One's own, or, for compliance officers, those of somebody of the organisation: what that person
/// can see, deleted messages without their text. The links of the pages lead through what was there
/// when the first page was asked for, each message once, whatever is written meanwhile. A page may
/// be shorter than `$top`, even empty, with a link to the next one.
#[utoipa::path(get, path = "/v1.0/chats/getAllMessages", tag = "messages",
    params(crate::open_api::PageParameters,
        ("$filter" = Option<String>, Query, description = POSSIBLE_FILTERS),
        ("model" = Option<String>, Query,
            description = "`A` or `B`: how Microsoft would charge for it; makes no difference here.")),
    responses((status = 200, body = Collection<MessageWire<'static>>), Errors))]
async fn message_export(
    ExportCall { call, whose }: ExportCall,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken, Ask::Filter])?;
    let query = query(&options, whose)?;
    let top = options.top(PAGE_ENTRIES_MAX, EXPORT_PAGE_ENTRIES_MAX)?;
    let reach = ExportReach { messages: top, scanned: EXPORT_SCANNED_MAX };
    let token = match options.skip_token.clone() {
        Some(token) => token,
        None => {
            let query = query.clone();
            call.write(move |tx, ctx| export::begin(tx, ctx, &query)).await?
        }
    };
    let shape = call.shape.clone();
    // A page is large, so it is written where it was read rather than on a thread that serves many.
    call.read(move |tx, ctx| {
        let ExportPage { messages, next } = export::page(tx, ctx, &query, &token, reach)?;
        let items = messages.iter().map(|view| message_wire(view, shape.unknown_enums)).collect();
        Ok(shape.page(SET, Page { items, next }, &options))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use visavis_domain::time::Timestamp;

    fn asked(filter: &str) -> Result<(Option<i64>, Option<i64>), ApiError> {
        let filter = filter::parse(filter).unwrap();
        let options = Options { filter: Some(filter), ..Options::default() };
        let query = query(&options, None)?;
        Ok((query.after.map(Timestamp::as_ms), query.before.map(Timestamp::as_ms)))
    }

    #[test]
    fn the_narrowest_bounds_count() {
        let name = "lastModifiedDateTime";
        let second = |second: u8| format!("1970-01-01T00:00:0{second}Z");
        for (filter, bounds) in [
            (format!("{name} gt {}", second(1)), (Some(1_000), None)),
            (
                format!("{name} ge {} and {name} le {}", second(1), second(2)),
                (Some(999), Some(2_001)),
            ),
            (format!("{name} lt {} and {name} lt {}", second(2), second(1)), (None, Some(1_000))),
            (format!("{name} gt {} and {name} gt {}", second(2), second(1)), (Some(2_000), None)),
        ] {
            assert_eq!(asked(&filter).unwrap(), bounds, "{filter}");
        }
        for filter in [
            "createdDateTime gt 1970-01-01T00:00:01Z",
            "lastModifiedDateTime eq 1970-01-01T00:00:01Z",
            "lastModifiedDateTime gt 1970-01-01T00:00:01Z or lastModifiedDateTime lt 1970-01-01T00:00:01Z",
            "lastModifiedDateTime gt yesterday",
        ] {
            assert!(asked(filter).is_err(), "{filter}");
        }
    }
}
