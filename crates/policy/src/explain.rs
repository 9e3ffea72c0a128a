//! Why: the rules of one's own side, one by one, for administrators who ask.
//!
//! An explanation is no way around P6. The own rules answer from the address alone, as everywhere;
//! and of the other side only so much is said as an address that nobody has would get too. So what
//! a person's own policy, privacy or absence does to a contact is `unknown`, all alike.

use crate::contact::{CHAT_OFF, chat_objection, objection};
use crate::facts::{AddressKind, Consent, Find, Person, Relation, Start};
use crate::reason::{Exact, Ground, Refusal, RuleId, Side};
use crate::side::{BLOCK_LIST, Contact, MASTER_STEPS, PERSON_STEPS, Say, Step};
use crate::verdict::{Question, Verdict};

/// Somebody of the own side, somebody outside, and who of them makes the contact.
#[derive(Debug, Clone, Copy)]
pub struct Encounter<'a> {
    /// Whose side asks.
    pub own: &'a Person<'a>,
    /// With whom; without an account when nobody has the address.
    pub other: &'a Person<'a>,
    /// The other as the address alone says: nobody, of the home that it means.
    pub class: &'a Person<'a>,
    /// How the other was named.
    pub by: AddressKind,
    /// Whether the other makes the contact.
    pub is_inbound: bool,
    /// What stands between the two, its actor being whoever makes the contact.
    pub relation: Relation,
}

/// What a contact of two meets, as the administrators of the own organisation may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The verdict. When the other side is the reason it is the one for an unknown address.
    pub verdict: Verdict,
    /// The rules of the own side that speak of this kind of target, in their order.
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
    /// The other organisation's terms refuse everybody of this kind.
    Refuses,
    /// The own side refuses already, or nobody is to be reached under the address: there is none,
    /// it is hidden, or what applies to this one person refuses.
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

/// Explains the start of a chat between somebody of one's own organisation and somebody else.
///
/// People's own blocks, theirs and the other's, are nobody else's business: they are left out, so
/// an explanation may say `allow` where a person in fact blocks the other.
#[must_use]
pub fn explain(encounter: &Encounter<'_>) -> Explanation {
    let consent = match encounter.relation.consent {
        Consent::Declined => Consent::Requested { sent: 0 },
        other => other,
    };
    let relation = Relation {
        actor_blocked_target: false,
        target_blocked_actor: false,
        consent,
        ..encounter.relation
    };
    let encounter = Encounter { relation, ..*encounter };
    let steps = own_steps(&encounter);
    let refused = steps.iter().find_map(|(_rule, ground)| *ground);
    let own = steps.into_iter().map(|(rule, ground)| explained_step(rule, ground)).collect();
    if let Some(ground) = refused {
        let verdict = Verdict::Deny(Refusal::own(ground, encounter.own.home));
        let deciding = Some(exact(ground));
        return Explanation { verdict, own, other: OtherSide::Unknown, deciding };
    }
    let (verdict, other) = match encounter.start().verdict() {
        Verdict::Deny(_) if encounter.class_is_refused() => (nobody(), OtherSide::Refuses),
        Verdict::Deny(_) => (nobody(), OtherSide::Unknown),
        allowed => (allowed, OtherSide::Allows),
    };
    Explanation { verdict, own, other, deciding: None }
}

const fn nobody() -> Verdict {
    Verdict::Deny(Refusal::unknown("P6"))
}

impl Encounter<'_> {
    fn start(&self) -> Start<'_> {
        let (actor, target) = match self.is_inbound {
            false => (self.own, self.other),
            // Whoever might ask is judged by the address: nobody can ask whether there is anybody (P6).
            true => (self.class, self.own),
        };
        Start { actor, target, by: self.by, relation: self.relation }
    }

    fn contact(&self) -> Contact {
        Contact { is_inbound: self.is_inbound, is_known: self.relation.is_known_by(self.by) }
    }

    /// The other as the own block list may know them: the person where they are to be found, else what
    /// was typed, an address or an id. A block of a person meets every address that they have, and must
    /// not tell which these are (P6).
    fn listed(&self) -> Person<'_> {
        let Self { own, other, class, by, relation, .. } = *self;
        let find = Find { actor: own, target: other, by, relation };
        match by {
            _ if find.is_findable() => *other,
            AddressKind::Id => Person { account: other.account, addresses: &[], ..*class },
            AddressKind::Email | AddressKind::OtherEmail | AddressKind::Phone => *class,
        }
    }

    /// Whether the other side's terms refuse whoever has such an address.
    fn class_is_refused(&self) -> bool {
        let contact = Contact { is_inbound: !self.is_inbound, ..self.contact() };
        objection(self.class, self.own, contact, false).is_some()
    }
}

/// A rule and why it refuses, if it does. Whom the own organisation has blocked is known to exist, if
/// they are to be found; all other rules judge the address.
fn own_steps(encounter: &Encounter<'_>) -> Vec<(&'static str, Option<Ground>)> {
    let Encounter { own, class, .. } = *encounter;
    let listed = encounter.listed();
    let contact = encounter.contact();
    let judged = |say: Say<'_>, step: &Step| {
        let ground = say.first_objection(std::slice::from_ref(step));
        say.concerns(step).then_some((step.rule, ground))
    };
    let mut steps = Vec::new();
    let of_class = Say::of(own, class, contact);
    steps.extend(judged(Say::of(own, &listed, contact), &BLOCK_LIST));
    steps.extend(MASTER_STEPS.iter().filter_map(|step| judged(of_class, step)));
    steps.push((CHAT_OFF.rule.as_str(), chat_objection(own)));
    steps.extend(PERSON_STEPS.iter().filter_map(|step| judged(of_class, step)));
    steps
}

const fn exact(ground: Ground) -> Exact {
    let Ground { reason, rule, setting } = ground;
    Exact { reason, rule, side: Side::Own, setting }
}

fn explained_step(rule: &'static str, ground: Option<Ground>) -> ExplainedStep {
    let rule = ground.map_or(RuleId(rule), |ground| ground.rule);
    ExplainedStep { rule, refusal: ground.map(exact) }
}
