//! How a caller keeps a chat for themselves: muted, or in front of the list. Graph has none of it;
//! the actions are made like its `hideForUser`.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::viewpoint;
use visavis_domain::id::ChatId;

use crate::Routes;
use crate::answer::Answer;
use crate::chat::ForUser;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Payload};

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(chat_mute))
        .routes(routes!(chat_unmute))
        .routes(routes!(chat_pin))
        .routes(routes!(chat_unpin))
}

/// Mute a chat for oneself: `viewpoint/isMuted`. Nobody else is told.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/muteForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_mute(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    payload.value.must_be(&call)?;
    call.write(move |tx, ctx| viewpoint::set_muted(tx, ctx, &chat, true)).await?;
    Ok(Answer::no_content())
}

/// Mute a chat no longer.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/unmuteForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_unmute(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    payload.value.must_be(&call)?;
    call.write(move |tx, ctx| viewpoint::set_muted(tx, ctx, &chat, false)).await?;
    Ok(Answer::no_content())
}

/// Keep a chat in front of one's list: `viewpoint/isPinned`, at most 15. Nobody else is told.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/pinForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_pin(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    payload.value.must_be(&call)?;
    call.write(move |tx, ctx| viewpoint::set_pinned(tx, ctx, &chat, true)).await?;
    Ok(Answer::no_content())
}

/// Keep a chat in front no longer.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/unpinForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_unpin(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    payload.value.must_be(&call)?;
    call.write(move |tx, ctx| viewpoint::set_pinned(tx, ctx, &chat, false)).await?;
    Ok(Answer::no_content())
}
