//! Messages as callers write them.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;
use utoipa::ToSchema;
use visavis_app::message::{Draft, Revision};
use visavis_app::subject::UserKey;
use visavis_domain::id::MessageId;
use visavis_domain::message::{Body, ContentType, Importance};

use crate::bind;
use crate::error::ApiError;
use crate::hosted_content::{self, NewHostedContent};
use crate::open_api::words;

/// A message as callers write it. What the server decides is ignored, so that a message that was
/// read can be sent back changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newChatMessage)]
pub(crate) struct NewMessage {
    #[schema(value_type = NewBody)]
    body: Option<NewBody>,
    /// `normal`, `high` or `urgent`.
    #[schema(value_type = Option<words::Importance>)]
    importance: Option<String>,
    subject: Option<String>,
    mentions: Option<Vec<NewMention>>,
    attachments: Option<Vec<NewAttachment>>,
    /// Images that stand in the text.
    hosted_contents: Option<Vec<NewHostedContent>>,
    /// Left out.
    #[schema(ignore)]
    policy_violation: Option<IgnoredAny>,
}

/// A change of a message. What it does not name stays, and null takes away; what the server decides is
/// ignored, so that a message that was read can be sent back changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMessageChange)]
pub(crate) struct MessageChange {
    /// The new text, whole; the old one is kept as a version.
    #[schema(value_type = NewBody, required = false)]
    body: Option<NewBody>,
    /// `normal`, `high` or `urgent`.
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<words::Importance>)]
    importance: Option<Option<String>>,
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<String>)]
    subject: Option<Option<String>>,
    /// Everybody whom it names from now on. Whom it named before may have left the chat.
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<Vec<NewMention>>)]
    mentions: Option<Option<Vec<NewMention>>>,
    /// Everything that it quotes from now on. What it quoted before may have been deleted.
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<Vec<NewAttachment>>)]
    attachments: Option<Option<Vec<NewAttachment>>>,
    /// New images that stand in the new text; those of the old one that it still shows are kept.
    hosted_contents: Option<Vec<NewHostedContent>>,
    /// Left out.
    #[schema(ignore)]
    policy_violation: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newItemBody)]
struct NewBody {
    /// `text`, which is the default, or `html`.
    #[schema(value_type = Option<words::BodyType>)]
    content_type: Option<String>,
    content: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newChatMessageMention)]
struct NewMention {
    /// The number by which the body refers to it, `<at id="0">`.
    id: u32,
    mention_text: Option<String>,
    mentioned: Mentioned,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = mentionedIdentitySet)]
struct Mentioned {
    user: Option<MentionedUser>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = mentionedIdentity)]
struct MentionedUser {
    id: String,
    display_name: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newChatMessageAttachment)]
struct NewAttachment {
    id: Option<String>,
    /// `messageReference` quotes the message with that id.
    content_type: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = replyWithQuote)]
pub(crate) struct NewReply {
    /// At most ten messages of the chat.
    message_ids: Vec<String>,
    reply_message: NewMessage,
}

impl NewMessage {
    /// The message that is meant.
    pub(crate) fn draft(self) -> Result<Draft, ApiError> {
        if self.policy_violation.is_some() {
            return Err(ApiError::left_out("policyViolation"));
        }
        let images = hosted_content::images(self.hosted_contents.unwrap_or_default())?;
        let body = self.body.ok_or_else(|| ApiError::invalid("body", "A message has a body."))?;
        Ok(Draft {
            body: body.body()?,
            importance: importance(self.importance.as_deref())?,
            subject: self.subject,
            mentions: mentions(self.mentions)?,
            quotes: quotes(self.attachments)?,
            images,
        })
    }
}

impl MessageChange {
    /// The change that is meant.
    pub(crate) fn revision(self) -> Result<Revision, ApiError> {
        if self.policy_violation.is_some() {
            return Err(ApiError::left_out("policyViolation"));
        }
        Ok(Revision {
            images: hosted_content::images(self.hosted_contents.unwrap_or_default())?,
            body: self.body.map(NewBody::body).transpose()?,
            importance: self.importance.map(|name| importance(name.as_deref())).transpose()?,
            subject: self.subject,
            mentions: self.mentions.map(mentions).transpose()?,
            quotes: self.attachments.map(quotes).transpose()?,
        })
    }
}

impl NewBody {
    fn body(self) -> Result<Body, ApiError> {
        let content_type = match self.content_type.as_deref().map(str::to_ascii_lowercase) {
            None => ContentType::Text,
            Some(name) if name == "text" => ContentType::Text,
            Some(name) if name == "html" => ContentType::Html,
            Some(_) => {
                return Err(ApiError::invalid("body.contentType", "It is `text` or `html`."));
            }
        };
        Ok(Body { content_type, content: self.content.unwrap_or_default() })
    }
}

impl NewReply {
    /// The message that is meant, with its quotes.
    pub(crate) fn draft(self) -> Result<Draft, ApiError> {
        let quotes: Vec<MessageId> =
            self.message_ids.iter().map(|id| quoted(id)).collect::<Result<_, _>>()?;
        if quotes.is_empty() {
            return Err(ApiError::invalid("messageIds", "Name the messages that are quoted."));
        }
        if quotes.iter().collect::<BTreeSet<_>>().len() < quotes.len() {
            return Err(ApiError::invalid("messageIds", "A reply quotes each message once."));
        }
        Ok(Draft { quotes, ..self.reply_message.draft()? })
    }
}

fn importance(name: Option<&str>) -> Result<Importance, ApiError> {
    match name.map(str::to_ascii_lowercase).as_deref() {
        None | Some("normal") => Ok(Importance::Normal),
        Some("high") => Ok(Importance::High),
        Some("urgent") => Ok(Importance::Urgent),
        Some(_) => Err(ApiError::invalid("importance", "It is `normal`, `high` or `urgent`.")),
    }
}

fn mentions(named: Option<Vec<NewMention>>) -> Result<Vec<(u32, String, UserKey)>, ApiError> {
    named.unwrap_or_default().into_iter().map(mention).collect()
}

fn mention(new: NewMention) -> Result<(u32, String, UserKey), ApiError> {
    let user = new.mentioned.user.ok_or_else(|| {
        ApiError::invalid("mentions", "Only people can be mentioned: give `mentioned.user`.")
    })?;
    let text = new.mention_text.or(user.display_name).unwrap_or_default();
    Ok((new.id, text, bind::user_key("mentions", &user.id)?))
}

fn quotes(attachments: Option<Vec<NewAttachment>>) -> Result<Vec<MessageId>, ApiError> {
    let quotes: Vec<MessageId> = attachments
        .unwrap_or_default()
        .into_iter()
        .map(|attachment| {
            let is_quote = attachment
                .content_type
                .is_some_and(|kind| kind.eq_ignore_ascii_case("messageReference"));
            if !is_quote {
                let words = "Only messages can be attached so far: `messageReference`.";
                return Err(ApiError::feature_off("attachments", words));
            }
            quoted(&attachment.id.unwrap_or_default())
        })
        .collect::<Result<_, _>>()?;
    // Named twice, it is the same quote.
    let mut seen = BTreeSet::new();
    Ok(quotes.into_iter().filter(|id| seen.insert(*id)).collect())
}

fn quoted(id: &str) -> Result<MessageId, ApiError> {
    id.parse().map_err(|_invalid| {
        ApiError::invalid("messageIds", format!("`{}` is no message id.", bind::shown(id)))
    })
}
