//! Hosted content: images inside messages.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::hosted_content::{self, NewImage};
use visavis_domain::hosted_content::{Image, ImageNumber};
use visavis_domain::id::{ChatId, MessageId};

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Keys, KeysOfThree};
use crate::odata::{Collection, Null};
use crate::query::Options;

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(hosted_content_list))
        .routes(routes!(hosted_content_get))
        .routes(routes!(hosted_content_value))
}

/// An image of a message: Graph's `chatMessageHostedContent`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMessageHostedContent)]
struct HostedContentWire {
    id: String,
    /// Always null: the bytes are at `$value`.
    #[schema(value_type = Option<String>, required)]
    content_bytes: Null,
    /// `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    content_type: &'static str,
    /// How many bytes.
    size: usize,
}

impl HostedContentWire {
    fn of(image: &Image) -> Self {
        Self {
            id: image.number.to_string(),
            content_bytes: Null,
            content_type: image.kind.media_type(),
            size: image.bytes,
        }
    }
}

/// An image that comes with a message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newChatMessageHostedContent)]
pub(crate) struct NewHostedContent {
    /// What the text calls it: `<img src="../hostedContents/{id}/$value">`.
    #[serde(rename = "@microsoft.graph.temporaryId")]
    temporary_id: Option<String>,
    /// The image in base64.
    content_bytes: Option<String>,
    /// Its media type.
    content_type: Option<String>,
}

/// The images that come with a message. What a message that was read says of its images is passed
/// over, so that it can be sent back changed.
pub(crate) fn images(contents: Vec<NewHostedContent>) -> Result<Vec<NewImage>, ApiError> {
    let is_new = |content: &NewHostedContent| {
        content.temporary_id.is_some() || content.content_bytes.is_some()
    };
    let new = contents.into_iter().filter(is_new);
    (0_usize..).zip(new).map(|(at, content)| image(at, content)).collect()
}

fn image(at: usize, content: NewHostedContent) -> Result<NewImage, ApiError> {
    let name = content.temporary_id.filter(|name| !name.is_empty()).ok_or_else(|| {
        ApiError::invalid(
            format!("hostedContents/{at}"),
            "An image needs `@microsoft.graph.temporaryId`, by which the text shows it.",
        )
    })?;
    let content_bytes = bytes_of(at, &content.content_bytes.unwrap_or_default())?;
    Ok(NewImage { name, media_type: content.content_type, content: content_bytes })
}

pub(crate) fn bytes_of(at: usize, base64: &str) -> Result<Vec<u8>, ApiError> {
    STANDARD.decode(base64.trim()).map_err(|_base64| {
        ApiError::invalid(format!("hostedContents/{at}/contentBytes"), "It is not base64.")
    })
}

/// List the images of a message.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/messages/{message_id}/hostedContents",
    tag = "messages", params(("chat_id" = String, Path), ("message_id" = String, Path),
        crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<HostedContentWire>), Errors))]
async fn hosted_content_list(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let set = format!("chats('{chat}')/messages('{id}')/hostedContents");
    let images = call.read(move |tx, ctx| hosted_content::list(tx, ctx, &chat, id)).await?;
    let value = images.iter().map(HostedContentWire::of).collect();
    Ok(call.shape.collection(&set, Collection::all(value), &options))
}

/// Get what is known of an image of a message.
#[utoipa::path(get,
    path = "/v1.0/chats/{chat_id}/messages/{message_id}/hostedContents/{hosted_content_id}",
    tag = "messages", params(("chat_id" = String, Path), ("message_id" = String, Path),
        ("hosted_content_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = HostedContentWire), Errors))]
async fn hosted_content_get(
    call: Call,
    KeysOfThree(chat, id, number): KeysOfThree<ChatId, MessageId, ImageNumber>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let set = format!("chats('{chat}')/messages('{id}')/hostedContents");
    let image = call.read(move |tx, ctx| hosted_content::get(tx, ctx, &chat, id, number)).await?;
    Ok(call.shape.selected(&set, &HostedContentWire::of(&image), &options))
}

/// Get the bytes of an image of a message.
#[utoipa::path(get,
    path = "/v1.0/chats/{chat_id}/messages/{message_id}/hostedContents/{hosted_content_id}/$value",
    tag = "messages", params(("chat_id" = String, Path), ("message_id" = String, Path),
        ("hosted_content_id" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/*"), Errors))]
async fn hosted_content_value(
    call: Call,
    KeysOfThree(chat, id, number): KeysOfThree<ChatId, MessageId, ImageNumber>,
    options: Options,
) -> Result<Response, ApiError> {
    options.only(&[])?;
    let read = call.read(move |tx, ctx| hosted_content::content(tx, ctx, &chat, id, number)).await;
    let (image, content) = read?;
    let name = format!("inline; filename=\"image-{number}.{}\"", image.kind.extension());
    // Whatever a browser takes the bytes for, it must run nothing of them.
    let headers = [
        (CONTENT_TYPE, image.kind.media_type()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (CONTENT_DISPOSITION, &name),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
        (CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, content).into_response())
}
