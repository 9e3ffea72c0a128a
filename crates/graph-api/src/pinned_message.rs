//! Pinned messages: Graph's `pinnedChatMessageInfo`.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::context::Context;
use visavis_app::{Tx, pinned_message};
use visavis_domain::id::{ChatId, MessageId};

use crate::Routes;
use crate::answer::Answer;
use crate::bind;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Keys, Payload};
use crate::message::MessageWire;
use crate::odata::{Collection, Digits};
use crate::query::{Ask, Options};

const BIND: &str = "message@odata.bind";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(pinned_message_list, pinned_message_pin))
        .routes(routes!(pinned_message_unpin))
}

/// A pinned message: Graph's `pinnedChatMessageInfo`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = pinnedChatMessageInfo)]
struct PinnedMessageWire<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    /// The id of the message.
    #[schema(value_type = String)]
    id: Digits,
    /// With `$expand=message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageWire<'a>>,
}

impl<'a> PinnedMessageWire<'a> {
    const fn of(id: MessageId, message: Option<MessageWire<'a>>) -> Self {
        Self { odata_type: "#microsoft.graph.pinnedChatMessageInfo", id: Digits(id.0), message }
    }
}

/// Which message is to be pinned.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = newPinnedChatMessageInfo)]
pub(crate) struct NewPinnedMessage {
    /// `https://…/v1.0/chats/{chat-id}/messages/{message-id}`, of this chat.
    #[serde(rename = "message@odata.bind")]
    message: String,
}

fn context(chat: &ChatId) -> String {
    format!("chats('{chat}')/pinnedMessages")
}

/// List the pinned messages of a chat, the one that was pinned last first. Whoever is no member any
/// more sees none.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/pinnedMessages", tag = "messages",
    params(("chat_id" = String, Path), crate::open_api::CollectionParameters,
        ("$expand" = Option<String>, Query, description = "`message`")),
    responses((status = 200, body = Collection<PinnedMessageWire<'static>>), Errors))]
async fn pinned_message_list(
    call: Call,
    Key(chat): Key<ChatId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[Ask::Expand])?;
    options.expand_only(&["message"])?;
    let expands = options.expands("message");
    let set = context(&chat);
    let views = call.read(move |tx, ctx| pinned_message::list(tx, ctx, &chat)).await?;
    let value = views
        .iter()
        .map(|view| {
            let message = expands.then(|| call.shape.message(view));
            PinnedMessageWire::of(view.message.id, message)
        })
        .collect();
    Ok(call.shape.collection(&set, Collection::all(value), &options))
}

/// Pin a message of the chat. One that is pinned already stays so, under the same id.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/pinnedMessages", tag = "messages",
    params(("chat_id" = String, Path), crate::open_api::CreateParameters),
    request_body = NewPinnedMessage,
    responses((status = 201, body = PinnedMessageWire<'static>), Errors))]
async fn pinned_message_pin(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<NewPinnedMessage>,
) -> Result<Answer, ApiError> {
    let (of, id) = bind::message_of_bind(BIND, &payload.value.message)?;
    if of != chat {
        return Err(ApiError::invalid(BIND, "Only messages of this chat can be pinned in it."));
    }
    let set = context(&chat);
    let pin = move |tx: &mut Tx<'_>, ctx: &Context<'_>| pinned_message::pin(tx, ctx, &chat, id);
    call.create(payload.once, pin, move |shape, view| {
        let pinned = PinnedMessageWire::of(view.message.id, None);
        shape.entity(StatusCode::CREATED, &set, &pinned)
    })
    .await
}

/// Unpin a message, whoever pinned it.
#[utoipa::path(delete, path = "/v1.0/chats/{chat_id}/pinnedMessages/{pinned_message_id}",
    tag = "messages", params(("chat_id" = String, Path), ("pinned_message_id" = String, Path)),
    responses((status = 204), Errors))]
async fn pinned_message_unpin(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
) -> Result<Answer, ApiError> {
    call.write(move |tx, ctx| pinned_message::unpin(tx, ctx, &chat, id)).await?;
    Ok(Answer::no_content())
}
