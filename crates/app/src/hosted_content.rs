//! Hosted content: images inside messages. Whoever may see a message may see its images.

use std::collections::BTreeMap;
use std::sync::Arc;

use visavis_domain::hosted_content::{Image, ImageNumber, ImageType};
use visavis_domain::id::{ChatId, MessageId};
use visavis_domain::limit::{
    HOSTED_CONTENT_BYTES_MAX, HOSTED_CONTENTS_BYTES_MAX, HOSTED_CONTENTS_MAX,
};
use visavis_domain::message::{Body, Message};
use visavis_policy::facts::ShareImage;
use visavis_policy::permit::{self, Permit};
use visavis_policy::verdict::authorise;
use visavis_store::Tx;

use crate::body::{self, Sources};
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::message;
use crate::scene::Scene;

/// An image that comes with a message. The text shows it as `../hostedContents/{name}/$value`.
#[derive(Clone, PartialEq, Eq)]
pub struct NewImage {
    /// What the text calls it until it has a number.
    pub name: String,
    /// The media type that it claims to have.
    pub media_type: Option<String>,
    /// The image.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for NewImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewImage({:?}, {} bytes)", self.media_type, self.content.len())
    }
}

/// A text with its images in their places.
#[derive(Debug)]
pub(crate) struct Placed {
    /// The text.
    pub(crate) body: Body,
    /// Every image in it.
    pub(crate) images: Vec<Image>,
    /// What has to be written.
    pub(crate) changes: ImageChanges,
}

/// What a message with images changes in the store.
#[derive(Debug)]
pub(crate) struct ImageChanges {
    permit: Option<Permit<permit::ShareImage>>,
    fresh: Vec<(ImageNumber, Vec<u8>)>,
    gone: Vec<ImageNumber>,
}

impl ImageChanges {
    /// Keeps what is new, and forgets what the text shows no more.
    pub(crate) fn keep(
        self,
        tx: &mut Tx<'_>,
        chat: visavis_domain::id::ChatKey,
        message: MessageId,
    ) -> Outcome<()> {
        if let Some(permit) = &self.permit {
            for (number, content) in &self.fresh {
                tx.insert_hosted_content(permit, chat, message, *number, content)?;
            }
        }
        for number in &self.gone {
            tx.delete_hosted_content(chat, message, *number)?;
        }
        Ok(())
    }
}

/// Checks a text and the images that come with it, and puts them together. An edit keeps those of
/// the old images that the new text still shows.
///
/// # Errors
///
/// The refusal to show images; [`Failure::LimitReached`]; [`Failure::Invalid`] for what is no
/// image, for one that the text does not show, and for a place without an image.
pub(crate) fn place(
    scene: &Scene,
    ctx: &Context<'_>,
    body: Body,
    new: Vec<NewImage>,
    (message, old): (MessageId, Option<&Message>),
) -> Outcome<Placed> {
    let old = old.map_or(&[][..], |old| &old.extras.images);
    let fresh = numbered(&new, old)?;
    let permit = if new.is_empty() { None } else { Some(permit(scene, ctx)?) };
    let names: BTreeMap<String, ImageNumber> =
        new.iter().zip(&fresh).map(|(new, image)| (new.name.clone(), image.number)).collect();
    if names.len() < new.len() {
        let words = "Two of the images have the same temporary id.";
        return Err(Failure::invalid("hostedContents", words));
    }
    let kept = old.iter().map(|image| image.number).collect();
    let (body, shown) = body::clean(body, Arc::new(Sources { message, names, kept }))?;
    if let Some(missing) = fresh.iter().position(|image| !shown.contains(&image.number)) {
        return Err(Failure::invalid(
            format!("hostedContents/{missing}"),
            "The text shows no such image: write <img src=\"../hostedContents/{id}/$value\"> with \
             its temporary id, in HTML.",
        ));
    }
    let (kept, gone): (Vec<&Image>, Vec<&Image>) =
        old.iter().partition(|image| shown.contains(&image.number));
    let images: Vec<Image> = kept.into_iter().cloned().chain(fresh.iter().cloned()).collect();
    check_sizes(&images)?;
    let contents =
        fresh.iter().map(|image| image.number).zip(new.into_iter().map(|new| new.content));
    Ok(Placed {
        body,
        images,
        changes: ImageChanges {
            permit,
            fresh: contents.collect(),
            gone: gone.into_iter().map(|image| image.number).collect(),
        },
    })
}

fn permit(scene: &Scene, ctx: &Context<'_>) -> Outcome<Permit<permit::ShareImage>> {
    let me = scene
        .roster
        .member(ctx.caller.account)
        .ok_or(Failure::Internal { code: "sender-not-in-roster" })?;
    let sender = me.subject.facts();
    let question = ShareImage { sender: &sender, initiator_home: scene.chat.initiator_home };
    Ok(authorise(&question)?)
}

/// The new images with their numbers, which go on after every number that was given before.
fn numbered(new: &[NewImage], old: &[Image]) -> Outcome<Vec<Image>> {
    if new.len() > HOSTED_CONTENTS_MAX {
        return Err(too_many());
    }
    let last = old.iter().map(|image| image.number.0).max().unwrap_or_default();
    (0_usize..)
        .zip(last + 1..)
        .zip(new)
        .map(|((at, number), new)| {
            let kind = kind_of(at, new)?;
            Ok(Image { number: ImageNumber(number), kind, bytes: new.content.len() })
        })
        .collect()
}

fn kind_of(at: usize, new: &NewImage) -> Outcome<ImageType> {
    if new.content.len() > HOSTED_CONTENT_BYTES_MAX {
        return Err(Failure::LimitReached(format!(
            "an image may have {HOSTED_CONTENT_BYTES_MAX} bytes"
        )));
    }
    let kind = ImageType::of(&new.content).ok_or_else(|| {
        Failure::invalid(
            format!("hostedContents/{at}/contentBytes"),
            "Only PNG, JPEG, GIF and WebP images can stand in a message.",
        )
    })?;
    match new.media_type.as_deref() {
        Some(claimed) if !claimed.eq_ignore_ascii_case(kind.media_type()) => Err(Failure::invalid(
            format!("hostedContents/{at}/contentType"),
            format!("By its first bytes it is {}.", kind.media_type()),
        )),
        _ => Ok(kind),
    }
}

fn check_sizes(images: &[Image]) -> Outcome<()> {
    if images.len() > HOSTED_CONTENTS_MAX {
        return Err(too_many());
    }
    let bytes: usize = images.iter().map(|image| image.bytes).sum();
    if bytes > HOSTED_CONTENTS_BYTES_MAX {
        return Err(Failure::LimitReached(format!(
            "the images of a message may have {HOSTED_CONTENTS_BYTES_MAX} bytes in all"
        )));
    }
    Ok(())
}

fn too_many() -> Failure {
    Failure::LimitReached(format!("a message may have {HOSTED_CONTENTS_MAX} images"))
}

/// The images of a message.
///
/// # Errors
///
/// [`Failure::NotFound`] when the caller may not see the message.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
) -> Outcome<Vec<Image>> {
    let view = message::get(tx, ctx, chat, id)?;
    Ok(view.message.extras.images.clone())
}

/// One image of a message.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn get(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
    number: ImageNumber,
) -> Outcome<Image> {
    let images = list(tx, ctx, chat, id)?;
    images.into_iter().find(|image| image.number == number).ok_or(Failure::NotFound)
}

/// The bytes of an image of a message.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn content(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
    number: ImageNumber,
) -> Outcome<(Image, Vec<u8>)> {
    let view = message::get(tx, ctx, chat, id)?;
    let images = &view.message.extras.images;
    let image = images.iter().find(|image| image.number == number).ok_or(Failure::NotFound)?;
    let content = tx
        .hosted_content(view.message.chat, id, number)?
        .ok_or(Failure::Internal { code: "image-without-content" })?;
    Ok((image.clone(), content))
}
