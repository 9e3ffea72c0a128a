//! Reports of messages, people and chats.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::Tx;
use visavis_app::context::Context;
use visavis_app::page::PageRequest;
use visavis_app::report::{self, NewReport, ReportView};
use visavis_app::view::{Card, Page};
use visavis_domain::id::{AccountId, ChatId, MessageId};
use visavis_domain::limit::ADMIN_PAGE_ENTRIES_MAX;
use visavis_domain::report::{ReportReason, fitting};

use crate::Routes;
use crate::answer::Answer;
use crate::bind::shown;
use crate::chat::UserReference;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Keys, Payload};
use crate::odata::{Collection, Digits, Moment};
use crate::open_api::words;
use crate::query::{Ask, Options};
use crate::user::required;

const SET: &str = "deployment/reports";
const PAGE_ENTRIES_USUAL: usize = 100;

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(message_report))
        .routes(routes!(chat_report))
        .routes(routes!(report_list))
}

/// A report of a message.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = messageReport)]
pub(crate) struct MessageReport {
    #[schema(value_type = words::ReportReason)]
    reason: Option<String>,
    /// What you add, up to 1,000 characters.
    comment: Option<String>,
}

/// A report of somebody in a chat, or of a chat.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = chatReport)]
pub(crate) struct ChatReport {
    #[schema(value_type = words::ReportReason)]
    reason: Option<String>,
    /// What you add, up to 1,000 characters.
    comment: Option<String>,
    /// Who is meant; without it the other one of a chat of two, who asked while a request waits, or
    /// a group as a whole.
    user: Option<UserReference>,
}

/// Why somebody is blocked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = report)]
pub(crate) struct BlockReport {
    /// A reason that reports have; anything else counts as `other`, with these words as the comment.
    reason: Option<String>,
    /// What you add, up to 1,000 characters.
    comment: Option<String>,
}

impl BlockReport {
    /// The report; none without any words. Nothing in it may keep anybody from blocking: what does
    /// not fit is cut.
    pub(crate) fn new_report(self) -> Option<NewReport> {
        let known = self.reason.as_deref().and_then(ReportReason::from_name);
        let words = self.reason.filter(|_words| known.is_none());
        let comment: Vec<String> = [words, self.comment].into_iter().flatten().collect();
        if known.is_none() && comment.is_empty() {
            return None;
        }
        let comment = Some(fitting(&comment.join(": ")));
        Some(NewReport { reason: known.unwrap_or(ReportReason::Other), comment })
    }
}

fn new_report(reason: Option<String>, comment: Option<String>) -> Result<NewReport, ApiError> {
    let name = required("reason", reason)?;
    let reason = ReportReason::from_name(&name).ok_or_else(|| {
        let known = ReportReason::ALL.map(ReportReason::as_str).join(", ");
        ApiError::invalid("reason", format!("`{}` is none of {known}.", shown(&name)))
    })?;
    Ok(NewReport { reason, comment })
}

/// Report a message to those who look after one's own side: administrators find it in the audit
/// trail as `UserReported`. It stays as it is, and its sender is not told.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/messages/{message_id}/report",
    tag = "messages",
    params(("chat_id" = String, Path), ("message_id" = String, Path),
        crate::open_api::CreateParameters),
    request_body = MessageReport, responses((status = 204), Errors))]
async fn message_report(
    call: Call,
    Keys(chat, message): Keys<ChatId, MessageId>,
    payload: Payload<MessageReport>,
) -> Result<Answer, ApiError> {
    let MessageReport { reason, comment } = payload.value;
    let new = new_report(reason, comment)?;
    let run = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        report::report_message(tx, ctx, &chat, message, new)
    };
    call.create(payload.once, run, |_shape, ()| Answer::no_content()).await
}

/// Report somebody in a chat, or a group as a whole, to those who look after one's own side. They are
/// not told.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/report", tag = "chats",
    params(("chat_id" = String, Path), crate::open_api::CreateParameters),
    request_body = ChatReport, responses((status = 204), Errors))]
async fn chat_report(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ChatReport>,
) -> Result<Answer, ApiError> {
    let ChatReport { reason, comment, user } = payload.value;
    let new = new_report(reason, comment)?;
    let person = match user {
        Some(user) => {
            let missing = || ApiError::invalid("user/id", "`user/id` is missing.");
            Some(user.account()?.ok_or_else(missing)?)
        }
        None => None,
    };
    let run =
        move |tx: &mut Tx<'_>, ctx: &Context<'_>| report::report_chat(tx, ctx, &chat, person, new);
    call.create(payload.once, run, |_shape, ()| Answer::no_content()).await
}

/// What a personal account has reported.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = userReport)]
struct ReportWire<'a> {
    #[schema(value_type = String)]
    id: Digits,
    #[schema(value_type = String, format = DateTime)]
    reported_date_time: Moment,
    #[schema(required)]
    reporter: Option<ReportedPerson<'a>>,
    #[schema(value_type = String)]
    chat_id: &'a ChatId,
    #[schema(required, value_type = Option<String>)]
    message_id: Option<Digits>,
    /// Who is meant; null for a group as a whole.
    #[schema(required)]
    person: Option<ReportedPerson<'a>>,
    #[schema(value_type = words::ReportReason)]
    reason: &'static str,
    #[schema(required)]
    comment: Option<&'a str>,
}

/// Somebody who reports or is reported.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = reportedPerson)]
struct ReportedPerson<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    display_name: &'a str,
    #[schema(required)]
    mail: Option<&'a str>,
}

fn person_wire(card: &Card) -> ReportedPerson<'_> {
    ReportedPerson { id: card.id, display_name: &card.display_name, mail: card.mail.as_deref() }
}

fn report_wire(view: &ReportView) -> ReportWire<'_> {
    let ReportView { entry, report, reporter, person } = view;
    ReportWire {
        id: Digits(*entry),
        reported_date_time: Moment(report.at),
        reporter: reporter.as_deref().map(person_wire),
        chat_id: &report.chat,
        message_id: report.message.map(|id| Digits(id.0)),
        person: person.as_deref().map(person_wire),
        reason: report.reason.as_str(),
        comment: report.comment.as_deref(),
    }
}

/// List what personal accounts have reported, the newest first, for the operator. Reports of managed
/// accounts are in the trail of their organisation.
#[utoipa::path(get, path = "/v1.0/deployment/reports", tag = "deployment",
    params(crate::open_api::PageParameters),
    responses((status = 200, body = Collection<ReportWire<'static>>), Errors))]
async fn report_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken])?;
    let top = options.top(PAGE_ENTRIES_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let Page { items, next } = call.read(move |tx, ctx| report::list(tx, ctx, &page)).await?;
    let items = items.iter().map(report_wire).collect();
    Ok(call.shape.page(SET, Page { items, next }, &options))
}
