//! Contact between two people: find, start, invite, accept.

use visavis_domain::id::AccountId;

use crate::facts::{
    Accept, AddressKind, Consent, Find, Invite, Person, Relation, Start, WhoCanAdd,
};
use crate::lookalike;
use crate::permit;
use crate::reason::{Ground, Reason, Refusal};
use crate::side::{BLOCK_LIST, Contact, MASTER_STEPS, PERSON_STEPS, Say};
use crate::verdict::{Delivery, Gate, Question, Sealed, Verdict};

const BLOCKED: Ground = Ground::plain(Reason::PersonBlocked, "U-40");
///
pub(crate) const CHAT_OFF: Ground =
    Ground::new(Reason::FeatureOff, "A-80", "messagingPolicy.allowUserChat");

/// The first objection of the side of `own` to `other`: steps 2 to 6.
pub(crate) fn objection(
    own: &Person<'_>,
    other: &Person<'_>,
    contact: Contact,
    has_blocked: bool,
) -> Option<Ground> {
    let say = Say::of(own, other, contact);
    say.first_objection(&[BLOCK_LIST])
        .or_else(|| has_blocked.then_some(BLOCKED))
        .or_else(|| say.first_objection(&MASTER_STEPS))
        .or_else(|| chat_objection(own))
        .or_else(|| say.first_objection(&PERSON_STEPS))
}

///
pub(crate) fn chat_objection(own: &Person<'_>) -> Option<Ground> {
    (!own.rights.allow_user_chat).then_some(CHAT_OFF)
}

/// Somebody who makes a contact, and with whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Approach<'a> {
    pub(crate) actor: &'a Person<'a>,
    pub(crate) target: &'a Person<'a>,
    pub(crate) by: AddressKind,
    pub(crate) relation: Relation,
}

impl Approach<'_> {
    /// Step 0: the actor's own side.
    pub(crate) fn own_side(&self) -> Result<(), Refusal> {
        let contact = Contact { is_inbound: false, is_known: self.is_known() };
        let has_blocked = self.relation.actor_blocked_target;
        match objection(self.actor, self.target, contact, has_blocked) {
            Some(ground) => Err(Refusal::own(ground, self.actor.home)),
            None => Ok(()),
        }
    }

    /// Step 1: the same person; nobody.
    pub(crate) fn identity(&self) -> Result<(), Refusal> {
        match self.target.account {
            None => Err(Refusal::unknown("S-12")),
            same if same == self.actor.account => {
                Err(Refusal::request(Reason::DuplicateMember, "G-15"))
            }
            Some(_) => Ok(()),
        }
    }

    /// Steps 2 to 6 of the target's side. `has_blocked` says whether the target's own block is
    /// to be seen.
    pub(crate) fn other_side(&self, has_blocked: bool) -> Result<(), Refusal> {
        let contact = Contact { is_inbound: true, is_known: self.is_known() };
        match objection(self.target, self.actor, contact, has_blocked) {
            Some(ground) => Err(Refusal::by_terms(ground, self.target.home, self.actor.home)),
            None => Ok(()),
        }
    }

    /// Whether the target is known by what the actor named them by.
    const fn is_known(&self) -> bool {
        self.relation.is_known_by(self.by)
    }

    /// Step 7: whether a personal account is to be found this way.
    pub(crate) fn privacy(&self) -> Result<(), Refusal> {
        let Person { privacy, home, .. } = self.target;
        if !self.target.is_personal() || self.is_known() {
            return Ok(());
        }
        if privacy.is_minor {
            return Err(Refusal::other(Ground::plain(Reason::NotFound, "U-88"), *home));
        }
        let (is_discoverable, rule) = match self.by {
            AddressKind::Email | AddressKind::OtherEmail => (privacy.discoverable_by_email, "U-80"),
            AddressKind::Phone => (privacy.discoverable_by_phone, "U-81"),
            AddressKind::Id => {
                let by_any = privacy.discoverable_by_email || privacy.discoverable_by_phone;
                (by_any || self.relation.share_a_group, "U-83")
            }
        };
        if is_discoverable {
            return Ok(());
        }
        Err(Refusal::other(Ground::plain(Reason::NotDiscoverable, rule), *home))
    }

    /// Step 7 for groups: who may add a personal account.
    pub(crate) fn group_privacy(&self) -> Result<(), Refusal> {
        let only_contacts = self.target.privacy.who_can_add_me == WhoCanAdd::Contacts;
        if self.target.is_personal() && only_contacts && !self.relation.is_known() {
            let ground = Ground::plain(Reason::NotDiscoverable, "U-85");
            return Err(Refusal::other(ground, self.target.home));
        }
        Ok(())
    }

    /// A barrier between the two; it acts inside one organisation.
    pub(crate) fn barrier(&self) -> Result<(), Refusal> {
        if !self.relation.is_barred {
            return Ok(());
        }
        let ground = Ground::plain(Reason::Barrier, "C-62");
        Err(Refusal::by_terms(ground, self.target.home, self.actor.home))
    }

    /// Whether the target's block must look like a request that waits.
    fn hides_block(&self) -> bool {
        self.relation.target_blocked_actor && self.relation.hides_block()
    }

    /// Steps 0 to 7 for a contact of two.
    fn contact(&self) -> Result<(), Refusal> {
        self.own_side()?;
        self.identity()?;
        self.other_side(self.relation.target_blocked_actor && !self.hides_block())?;
        self.privacy()?;
        self.barrier()
    }

    /// Step 9: whether the target is asked, and how risky that looks to them.
    pub(crate) fn gate(&self, is_asked_again: bool, delivery: Delivery) -> Verdict {
        let is_known = self.relation.is_known() && !is_asked_again;
        if is_known || !self.actor.is_external_to(self.target) {
            return Verdict::Allow;
        }
        Verdict::Gate(Gate { risk: lookalike::risk(self.actor, self.target), delivery })
    }
}

fn or_deny(outcome: Result<Verdict, Refusal>) -> Verdict {
    outcome.unwrap_or_else(Verdict::Deny)
}

impl Sealed for Find<'_> {}

impl Question for Find<'_> {
    type Action = permit::Find;

    fn verdict(&self) -> Verdict {
        let Self { actor, target, by, relation } = *self;
        Approach { actor, target, by, relation }.contact().into()
    }

    fn actor(&self) -> Option<AccountId> {
        self.actor.account
    }

    fn target(&self) -> Option<AccountId> {
        self.target.account
    }
}

impl Find<'_> {
    /// Whether the other side lets the target be found, whatever the own side says of it.
    ///
    /// Whom it does not is told apart from nobody by nothing (P6): not by a block either, which the
    /// own side put on a person and which meets every address that this person has.
    #[must_use]
    pub fn is_findable(&self) -> bool {
        let Self { actor, target, by, relation } = *self;
        let approach = Approach { actor, target, by, relation };
        let has_blocked = relation.target_blocked_actor && !approach.hides_block();
        let outcome = approach
            .identity()
            .and_then(|()| approach.other_side(has_blocked))
            .and_then(|()| approach.privacy())
            .and_then(|()| approach.barrier());
        outcome.is_ok()
    }
}

impl Sealed for Start<'_> {}

impl Question for Start<'_> {
    type Action = permit::Start;

    fn verdict(&self) -> Verdict {
        let Self { actor, target, by, relation } = *self;
        let approach = Approach { actor, target, by, relation };
        let is_lost = relation.target_blocked_actor || relation.consent == Consent::Declined;
        let delivery = if is_lost { Delivery::SenderOnly } else { Delivery::Delivered };
        or_deny(approach.contact().map(|()| approach.gate(false, delivery)))
    }

    fn actor(&self) -> Option<AccountId> {
        self.actor.account
    }

    fn target(&self) -> Option<AccountId> {
        self.target.account
    }
}

impl Sealed for Invite<'_> {}

impl Question for Invite<'_> {
    type Action = permit::Invite;

    /// An address of a proved domain is never invited, whoever has it (T-096). Whether any other
    /// address has an account, one that may be found, or none, is not to be told apart: each gets
    /// a gate, and [`Delivery`] says whether anything is sent.
    fn verdict(&self) -> Verdict {
        let Self { actor, target, by, relation } = *self;
        let approach = Approach { actor, target, by, relation };
        if let Err(refusal) = approach.own_side() {
            return Verdict::Deny(refusal);
        }
        if !target.is_personal() || by == AddressKind::Id {
            return Verdict::Deny(Refusal::unknown("U-03"));
        }
        let is_nobody = target.account.is_none();
        let is_self = !is_nobody && target.account == actor.account;
        let is_lost = !is_nobody
            && (relation.target_blocked_actor
                || relation.consent == Consent::Declined
                || approach.privacy().is_err());
        match (is_self, is_lost) {
            (true, _) => Verdict::Deny(Refusal::request(Reason::DuplicateMember, "G-15")),
            (false, true) => {
                Verdict::Gate(Gate { delivery: Delivery::SenderOnly, ..Gate::default() })
            }
            (false, false) => Verdict::Gate(Gate::default()),
        }
    }

    fn actor(&self) -> Option<AccountId> {
        self.actor.account
    }

    fn target(&self) -> Option<AccountId> {
        self.target.account
    }
}

impl Sealed for Accept<'_> {}

impl Accept<'_> {
    /// Both sides' terms once more, as they are now; the requester still makes the contact.
    fn judged(&self) -> Result<(), Refusal> {
        let Self { actor, requester, relation, is_risk_acknowledged } = *self;
        // Accepting makes the requester known, which is all that A-12 asks for.
        let inbound = Contact { is_inbound: true, is_known: true };
        if let Some(ground) = objection(actor, requester, inbound, relation.target_blocked_actor) {
            return Err(Refusal::own(ground, actor.home));
        }
        if requester.account.is_none() {
            return Err(Refusal::unknown("S-12"));
        }
        let outbound = Contact { is_inbound: false, is_known: true };
        let has_blocked = relation.actor_blocked_target;
        if let Some(ground) = objection(requester, actor, outbound, has_blocked) {
            return Err(Refusal::by_terms(ground, requester.home, actor.home));
        }
        if relation.is_barred {
            let ground = Ground::plain(Reason::Barrier, "C-62");
            return Err(Refusal::by_terms(ground, requester.home, actor.home));
        }
        if !is_risk_acknowledged && lookalike::risk(requester, actor).is_high() {
            return Err(Refusal::request(Reason::RiskNotAcknowledged, "P-11"));
        }
        Ok(())
    }
}

impl Question for Accept<'_> {
    type Action = permit::Accept;

    fn verdict(&self) -> Verdict {
        self.judged().into()
    }

    fn actor(&self) -> Option<AccountId> {
        self.actor.account
    }

    fn target(&self) -> Option<AccountId> {
        self.requester.account
    }
}
