//! Pinned messages: what a chat keeps in front of everybody in it.
//!
//! A pin says what is in front now, so only those who take part see any: whoever left keeps the
//! messages, but not what the others hold up. A message is its own pin: they have the same id.

use std::sync::Arc;

use visavis_domain::audit::AuditKind;
use visavis_domain::event::EventKind;
use visavis_domain::id::{ChatId, MessageId};
use visavis_domain::limit::PINNED_MESSAGES_MAX;
use visavis_domain::message::{Message, SystemEvent};
use visavis_store::Tx;

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::message;
use crate::scene::Scene;
use crate::view::MessageView;

/// The pinned messages of a chat that the caller may see, the one that was pinned last first.
///
/// # Errors
///
/// [`Failure::NotFound`] while a request waits for the caller, and when there is no such chat.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId) -> Outcome<Vec<MessageView>> {
    let scene = message::enter_to_read(tx, ctx, chat)?;
    if !scene.me.is_active() {
        return Ok(Vec::new());
    }
    let viewer = scene.viewer()?;
    let mut shown = Vec::new();
    for id in tx.list_pinned_messages(scene.chat.key)? {
        let found = tx
            .find_message(scene.chat.key, id)?
            .ok_or(Failure::Internal { code: "pin-without-message" })?;
        if scene.me.can_see(&found) {
            shown.push(message::view(&scene, &viewer, Arc::new(found))?);
        }
    }
    Ok(shown)
}

/// Pins a message. One that is pinned already stays as it is.
///
/// # Errors
///
/// [`Failure::NotFound`] for a message that the caller may not see; [`Failure::Invalid`] for what is
/// no message any more or never was one; [`Failure::LimitReached`]; refusals as for reacting.
pub fn pin(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
) -> Outcome<MessageView> {
    ctx.limits.check_message(ctx.caller.account)?;
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    let permit = scene.permit_to_write(ctx)?;
    must_not_wait(&scene)?;
    let wanted = message::visible(tx, &scene, id)?;
    if wanted.is_system() || wanted.deleted_at.is_some() {
        return Err(Failure::invalid("message@odata.bind", "Only a message can be pinned."));
    }
    let pinned = tx.list_pinned_messages(scene.chat.key)?;
    if !pinned.contains(&id) {
        if pinned.len() >= PINNED_MESSAGES_MAX {
            return Err(Failure::LimitReached(format!(
                "a chat may have {PINNED_MESSAGES_MAX} pinned messages; unpin one first"
            )));
        }
        let position = scene.chat.last_position.next();
        tx.insert_pinned_message(&permit, scene.chat.key, id, position)?;
        let act = (SystemEvent::MessagePinned, AuditKind::MessagePinned);
        announce(tx, ctx, &mut scene, &wanted, act)?;
    }
    message::view(&scene, &scene.viewer()?, Arc::new(wanted))
}

/// Unpins a message, whoever pinned it.
///
/// # Errors
///
/// [`Failure::NotFound`] when the message is not pinned, or not for the caller to see; refusals as
/// for reacting.
pub fn unpin(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId, id: MessageId) -> Outcome<()> {
    ctx.limits.check_message(ctx.caller.account)?;
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    let permit = scene.permit_to_write(ctx)?;
    must_not_wait(&scene)?;
    let pinned = message::visible(tx, &scene, id)?;
    if !tx.delete_pinned_message(&permit, scene.chat.key, id)? {
        return Err(Failure::NotFound);
    }
    let act = (SystemEvent::MessageUnpinned, AuditKind::MessageUnpinned);
    announce(tx, ctx, &mut scene, &pinned, act)
}

/// While somebody's answer is awaited nothing is pinned: each act writes a line, which would go past
/// the cap of S-20.
fn must_not_wait(scene: &Scene) -> Outcome<()> {
    if message::is_counted(scene) {
        let why = "nothing can be pinned before the first answer".to_owned();
        return Err(Failure::LimitReached(why));
    }
    Ok(())
}

/// Tells those who may see the message, and the trails where the chat crosses a boundary.
fn announce(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    message: &Message,
    (line, audit): (SystemEvent, AuditKind),
) -> Outcome<()> {
    scene.tell(tx, EventKind::PinChanged(message.id), message.only_for, None)?;
    scene.say_about(tx, ctx, message, line)?;
    scene.save(tx)?;
    if scene.roster.is_external {
        scene.record(tx, ctx, audit, Some(message.id), "")?;
    }
    Ok(())
}
