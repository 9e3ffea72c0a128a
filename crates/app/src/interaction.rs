//! Whether the caller may get in touch with people: Graph's `determineIfInteractionIsAllowed`.

use visavis_domain::chat::{Chat, ChatKind};
use visavis_domain::home::Home;
use visavis_domain::id::ChatId;
use visavis_domain::limit::RESOLVE_IDENTITIES_MAX;
use visavis_policy::facts::Start;
use visavis_policy::start_group::StartGroup;
use visavis_policy::verdict::{Verdict, decide};
use visavis_store::Tx;

use crate::approach::{approach, between};
use crate::chat::fresh;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::member::{Adding, permit_to_add};
use crate::subject::{Subject, UserKey};

/// Somebody whom the caller may want to chat with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterpart {
    /// Who.
    pub key: UserKey,
    /// Where they belong, if the caller says so; somebody of another home is not meant.
    pub home: Option<Home>,
}

/// Whether the caller could now make a chat with all of these people: with one of them a one-to-one
/// chat, else a group. A contact request may have to come first.
///
/// The answer is yes or no and says no more: somebody unknown, undiscoverable or refused, by either
/// side, is a no (P6). For each of them the same reads are made, and each counts as a look-up.
///
/// # Errors
///
/// [`Failure::Invalid`] for nobody, and for more than 20 people; [`Failure::TooMany`].
pub fn is_allowed(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    counterparts: &[Counterpart],
) -> Outcome<bool> {
    if !(1..=RESOLVE_IDENTITIES_MAX).contains(&counterparts.len()) {
        let words = format!("Name 1 to {RESOLVE_IDENTITIES_MAX} people.");
        return Err(Failure::invalid("users", words));
    }
    ctx.limits.check_lookups(ctx.caller, counterparts.len())?;
    let me = Subject::caller(tx, ctx)?;
    let mut others = Vec::with_capacity(counterparts.len());
    let mut is_allowed = true;
    for counterpart in counterparts {
        match approach(tx, ctx, &me, &counterpart.key) {
            Ok(other) => {
                is_allowed &= other.account.is_some()
                    && counterpart.home.is_none_or(|home| home == other.home);
                others.push(other);
            }
            Err(Failure::Refused(_) | Failure::NotReachable) => is_allowed = false,
            Err(failure) => return Err(failure),
        }
    }
    // Oneself is in every chat anyway; alone, nobody can be.
    others.retain(|other| other.account != me.account);
    let is_allowed_together = match others.as_slice() {
        [] => false,
        [other] if counterparts.len() == 1 => may_start(tx, &me, other)?,
        several => may_group(tx, ctx, &me, several)?,
    };
    Ok(is_allowed && is_allowed_together)
}

fn may_start(tx: &mut Tx<'_>, me: &Subject, other: &Subject) -> Outcome<bool> {
    let relation = between(tx, me, other)?.relation;
    let (actor, target) = (me.facts(), other.facts());
    let verdict = decide(&Start { actor: &actor, target: &target, by: other.by, relation });
    Ok(!matches!(verdict, Verdict::Deny(_)))
}

/// Whether a group of all could begin: each is asked for as when the group is made.
fn may_group(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    me: &Subject,
    others: &[Subject],
) -> Outcome<bool> {
    let actor = me.facts();
    let mut is_allowed = !matches!(decide(&StartGroup { actor: &actor }), Verdict::Deny(_));
    let id = ChatId::group(ctx.random_id());
    let chat: Chat = fresh(ctx, me, ChatKind::Group, id, None);
    let mut members = vec![me.clone()];
    for joiner in others {
        let adding =
            Adding { chat: &chat, adder: me, members: &members, in_call: 1, has_left: false };
        match permit_to_add(tx, &adding, joiner) {
            Ok(_nothing_is_written) => members.push(joiner.clone()),
            Err(Failure::Refused(_) | Failure::NotReachable) => is_allowed = false,
            Err(failure) => return Err(failure),
        }
    }
    Ok(is_allowed)
}
