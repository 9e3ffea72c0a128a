//! Why: the rules of one's own side, one by one, for administrators who ask.

use crate::contact::{CHAT_OFF, chat_objection};
use crate::facts::{Relation, Start};
use crate::reason::{Exact, Ground, Reason, RuleId, Side, View};
use crate::side::{BLOCK_LIST, Contact, MASTER_STEPS, PERSON_STEPS, Say, Step};
use crate::verdict::{Question, Verdict};

/// What a contact of two meets, as the administrators of the actor's organisation may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The verdict.
    pub verdict: Verdict,
    /// The rules of the actor's own side that speak of this kind of target, in their order.
    pub own: Vec<ExplainedStep>,
    /// What is known of the other side.
    pub other: OtherSide,
    /// What decided, when that may be known.
    pub deciding: Option<Exact>,
}

/// A rule and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExplainedStep {
    /// The rule; where a family of rules answers one question, the one that refused, else the
    /// first of them.
    pub rule: RuleId,
    /// The refusal, if it refuses.
    pub refusal: Option<Exact>,
}

/// What may be known of the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherSide {
    /// It allows the contact.
    Allows,
    /// The other organisation's terms refuse.
    Refuses,
    /// The own side refuses already, or nobody is to be found under the address.
    Unknown,
}

impl OtherSide {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allows => "allows",
            Self::Refuses => "refuses",
            Self::Unknown => "unknown",
        }
    }
}

/// Explains the start of a chat by somebody of one's own organisation.
///
/// People's own blocks, theirs and the other's, are nobody else's business: they are left out, so
/// an explanation may say `allow` where a person in fact blocks the other.
#[must_use]
pub fn explain(start: &Start<'_>) -> Explanation {
    let relation =
        Relation { actor_blocked_target: false, target_blocked_actor: false, ..start.relation };
    let start = Start { relation, ..*start };
    let verdict = start.verdict();
    let (other, deciding) = match verdict.refusal() {
        None => (OtherSide::Allows, None),
        Some(refusal) => match (refusal.for_actor(), refusal.reason) {
            (View::Exact(exact), _) => (OtherSide::Unknown, Some(exact)),
            (View::NotReachable, Reason::NotFound | Reason::NotDiscoverable) => {
                (OtherSide::Unknown, None)
            }
            (View::NotReachable, _) => (OtherSide::Refuses, None),
        },
    };
    Explanation { verdict, own: own_steps(&start), other, deciding }
}

fn own_steps(start: &Start<'_>) -> Vec<ExplainedStep> {
    let Start { actor, target, relation, .. } = *start;
    let contact = Contact { is_inbound: false, is_known: relation.is_known() };
    let say = Say::of(actor, target, contact);
    let explained = |step: &Step| {
        let ground = say.first_objection(std::slice::from_ref(step));
        say.concerns(step).then(|| explained_step(step.rule, ground))
    };
    let mut steps: Vec<_> =
        [BLOCK_LIST].iter().chain(&MASTER_STEPS).filter_map(explained).collect();
    steps.push(explained_step(CHAT_OFF.rule.as_str(), chat_objection(actor)));
    steps.extend(PERSON_STEPS.iter().filter_map(explained));
    steps
}

fn explained_step(rule: &'static str, ground: Option<Ground>) -> ExplainedStep {
    let rule = ground.map_or(RuleId(rule), |ground| ground.rule);
    let refusal = ground.map(|Ground { reason, rule, setting }| Exact {
        reason,
        rule,
        side: Side::Own,
        setting,
    });
    ExplainedStep { rule, refusal }
}
