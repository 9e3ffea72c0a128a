//! Delta: what happened to the messages of a chat since the caller last asked.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::delta::{self, DeltaItem, DeltaPage, DeltaReach, DeltaStart};
use visavis_domain::id::{ChatId, MessageId};
use visavis_domain::limit::{DELTA_SCANNED_MAX, PAGE_ENTRIES_MAX};
use visavis_domain::time::Timestamp;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key};
use crate::filter::{self, Operator};
use crate::message::{MessageWire, context};
use crate::odata::{Collection, Digits};
use crate::query::{Ask, Options, invalid_filter, unsupported_filter};

const POSSIBLE_FILTERS: &str = "A delta walk can be limited by `lastModifiedDateTime gt`.";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(message_delta))
}

/// One entry of a delta walk.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = chatMessageDelta)]
enum DeltaWire<'a> {
    /// A message as it is.
    Message(Box<MessageWire<'a>>),
    /// One that may not be seen any more.
    Removed(RemovedWire),
}

/// What was shown before and may not be seen any more.
#[derive(Serialize, ToSchema)]
#[schema(as = removedChatMessage)]
struct RemovedWire {
    #[schema(value_type = String)]
    id: Digits,
    #[serde(rename = "@removed")]
    removed: RemovedReason,
}

#[derive(Serialize, ToSchema)]
#[schema(as = removedReason)]
struct RemovedReason {
    /// `changed`: it may come back.
    reason: &'static str,
}

impl RemovedWire {
    const fn of(id: MessageId) -> Self {
        Self { id: Digits(id.0), removed: RemovedReason { reason: "changed" } }
    }
}

/// Where the walk begins or goes on.
fn start(options: &Options) -> Result<DeltaStart, ApiError> {
    let token = match (&options.skip_token, &options.delta_token) {
        (Some(_), Some(_)) => {
            let words = "Give one of `$skiptoken` and `$deltatoken`.";
            return Err(ApiError::invalid("$deltatoken", words));
        }
        (one, other) => one.as_ref().or(other.as_ref()),
    };
    match token {
        Some(_) if options.filter.is_some() => Err(ApiError::invalid(
            "$filter",
            "The filter of a delta walk is given at its beginning; the token knows it.",
        )),
        Some(token) => Ok(DeltaStart::Token(token.clone())),
        None => Ok(DeltaStart::Fresh { modified_after: modified_after(options)? }),
    }
}

fn modified_after(options: &Options) -> Result<Option<Timestamp>, ApiError> {
    let refuse = || unsupported_filter(POSSIBLE_FILTERS);
    let Some(filter) = &options.filter else { return Ok(None) };
    let terms = filter.conjunction().ok_or_else(refuse)?;
    let [term] = terms.as_slice() else { return Err(refuse()) };
    let moment = filter::moment(&term.value).map_err(|error| invalid_filter(&error))?;
    match (term.path.as_str(), term.operator) {
        ("lastModifiedDateTime", Operator::Greater) => Ok(Some(moment)),
        ("lastModifiedDateTime", Operator::GreaterOrEqual) => Ok(Some(moment.plus_ms(-1))),
        _ => Err(refuse()),
    }
}

/// Follow what happens to the messages of a chat: everything at first, then what changed since. A
/// page may be shorter than `$top`, even empty, with a link to the next one.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/messages/delta", tag = "messages",
    params(("chat_id" = String, Path), crate::open_api::DeltaParameters),
    responses((status = 200, body = Collection<DeltaWire<'static>>), Errors))]
async fn message_delta(
    call: Call,
    Key(chat): Key<ChatId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::Filter, Ask::SkipToken, Ask::DeltaToken])?;
    let start = start(&options)?;
    let top = options.top(PAGE_ENTRIES_MAX, PAGE_ENTRIES_MAX)?;
    let reach = DeltaReach { entries: top, scanned: DELTA_SCANNED_MAX };
    let set = context(&chat);
    let page = call.read(move |tx, ctx| delta::messages(tx, ctx, &chat, &start, reach)).await?;
    let DeltaPage { items, next } = page;
    let value = items
        .iter()
        .map(|item| match item {
            DeltaItem::Message(view) => DeltaWire::Message(Box::new(call.shape.message(view))),
            DeltaItem::Removed(id) => DeltaWire::Removed(RemovedWire::of(*id)),
        })
        .collect();
    Ok(call.shape.delta(&set, value, &next, &options))
}
