//! How somebody keeps a chat for themselves, besides hiding it: muted, or in front of the list.
//!
//! That is theirs alone: nobody else is told, and their own devices are.

use visavis_domain::chat::Membership;
use visavis_domain::event::EventKind;
use visavis_domain::id::ChatId;
use visavis_domain::limit::PINNED_CHATS_MAX;
use visavis_store::Tx;

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::scene::Scene;

/// Mutes a chat for the caller, or no longer. Doing it twice is fine.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn set_muted(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId, is_muted: bool) -> Outcome<()> {
    let scene = Scene::enter(tx, ctx, chat)?;
    let mine = scene.stored(tx, ctx.caller.account)?;
    if mine.is_muted == is_muted {
        return Ok(());
    }
    keep(tx, scene, &Membership { is_muted, ..mine })
}

/// Pins a chat for the caller, or no longer. Doing it twice is fine.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::LimitReached`].
pub fn set_pinned(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    is_pinned: bool,
) -> Outcome<()> {
    let scene = Scene::enter(tx, ctx, chat)?;
    let mine = scene.stored(tx, ctx.caller.account)?;
    if mine.is_pinned == is_pinned {
        return Ok(());
    }
    if is_pinned && tx.count_pinned_chats(ctx.caller.account)? >= PINNED_CHATS_MAX {
        return Err(Failure::LimitReached(format!("{PINNED_CHATS_MAX} chats can be pinned")));
    }
    keep(tx, scene, &Membership { is_pinned, ..mine })
}

/// Writes what is the caller's own, and tells their other devices.
fn keep(tx: &mut Tx<'_>, mut scene: Scene, mine: &Membership) -> Outcome<()> {
    tx.put_membership(mine)?;
    scene.tell(tx, EventKind::ChatUpdated, Some(mine.account), None)?;
    scene.save(tx)
}
