//! Running chats: who has to go, who may still write, who may still read (6.6).
//!
//! A setting that changes acts on chats that exist (P3): every write to a chat first evicts whom
//! the terms no longer allow, and until then reads and push apply the same. A
//! [`Standing`] is computed once for a membership and the epochs of its homes, and then asked.

pub(crate) mod eviction;

use visavis_domain::chat::ChatKind;
use visavis_domain::home::Home;
use visavis_domain::id::AccountId;
use visavis_domain::limit::PENDING_MESSAGES_MAX;

use crate::contact::{chat_objection, objection};
use crate::facts::{Consent, Person, Send};
use crate::permit::{self, Permit};
use crate::reason::{Ground, Reason, Refusal, View};
use crate::side::{BLOCK_LIST, Contact, Say, TRIAL};
use crate::verdict::{Delivery, Question, Sealed, Verdict};
use eviction::{Roster, evicted};

/// A chat and the people in it.
#[derive(Debug, Clone, Copy)]
pub struct ChatFacts<'a> {
    /// One-to-one or group.
    pub kind: ChatKind,
    /// Who created it, present or not.
    pub initiator: AccountId,
    /// Where they belonged then.
    pub initiator_home: Home,
    /// Who is in it now, those included who were asked and have not answered.
    pub members: &'a [Person<'a>],
    /// What stands between the two of a one-to-one chat.
    pub relation: Option<PairRelation>,
    /// Pairs of colleagues between whom an information barrier stands (C-62).
    pub barriers: &'a [(AccountId, AccountId)],
}

/// What stands between the two of a one-to-one chat, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PairRelation {
    /// What the chat's initiator has said to the other.
    pub initiator: Stance,
    /// What the other has said to the chat's initiator.
    pub other: Stance,
    /// They are in each other's contacts.
    pub are_contacts: bool,
}

/// What somebody has said to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stance {
    /// To being asked.
    pub consent: Consent,
    /// Whether they block the other.
    pub has_blocked: bool,
}

impl PairRelation {
    /// Whether one of them accepted the other.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        let is_accepted = |stance: Stance| stance.consent == Consent::Accepted;
        self.are_contacts || is_accepted(self.initiator) || is_accepted(self.other)
    }
}

/// Somebody whom the terms no longer allow in the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Eviction {
    /// Who goes.
    pub account: AccountId,
    /// Why, seen from them.
    pub refusal: Refusal,
}

/// What a message is about to meet, beyond the terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SendRequest {
    /// The sender was asked into this chat and has not answered (T-119).
    pub sender_has_unanswered_request: bool,
    /// Messages sent so far while those who were asked have not accepted; `None` once that is
    /// over, or was never needed (S-20).
    pub pending_sent: Option<u32>,
}

/// How a chat stands under the terms of now. Owned, immutable, meant to be shared as an `Arc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    is_one_on_one: bool,
    places: Vec<Place>,
    evictions: Vec<Eviction>,
}

/// What holds for one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    account: AccountId,
    evicted: Option<Refusal>,
    /// Why they may not write.
    refusal: Option<Refusal>,
    /// The same while their request waits: a personal block must not show before acceptance.
    refusal_while_pending: Option<Refusal>,
    /// Whether what they write never arrives, which must not show either.
    is_lost: bool,
}

impl Place {
    const fn open(account: AccountId) -> Self {
        Self { account, evicted: None, refusal: None, refusal_while_pending: None, is_lost: false }
    }

    /// What the terms, and blocks as far as they show, say against writing.
    fn objection(&self, is_pending: bool) -> Option<Refusal> {
        let refusal = if is_pending { self.refusal_while_pending } else { self.refusal };
        self.evicted.or(refusal)
    }

    /// What the member is told of that.
    fn told(&self, is_pending: bool) -> Option<View> {
        self.objection(is_pending).map(|refusal| refusal.for_actor())
    }
}

impl Standing {
    /// Judges a chat.
    #[must_use]
    pub fn of(chat: &ChatFacts<'_>) -> Self {
        let is_one_on_one = chat.kind == ChatKind::OneOnOne;
        let mut places = match is_one_on_one {
            true => pair_places(chat),
            false => group_places(chat),
        };
        let gone = if is_one_on_one { pair_evictions(chat) } else { group_evictions(chat) };
        places.sort_unstable_by_key(|place| place.account);
        for eviction in &gone {
            for place in places.iter_mut().filter(|place| place.account == eviction.account) {
                place.evicted = Some(eviction.refusal);
            }
        }
        Self { is_one_on_one, places, evictions: gone }
    }

    /// Who has to go, in an order that depends on rules and account ids alone.
    #[must_use]
    pub fn evictions(&self) -> &[Eviction] {
        &self.evictions
    }

    /// The permit to take somebody out who has to go; `None` for everybody else.
    #[must_use]
    pub fn evict(&self, account: AccountId) -> Option<Permit<permit::Evict>> {
        let is_evicted = self.is_evicted(account);
        is_evicted.then(|| Permit::new(account, Some(account), None, Delivery::Delivered))
    }

    /// Whether somebody has to go.
    #[must_use]
    pub fn is_evicted(&self, account: AccountId) -> bool {
        self.place(account).is_some_and(|place| place.evicted.is_some())
    }

    /// Whether somebody sees what is new: a member who does not have to go.
    #[must_use]
    pub fn may_read(&self, account: AccountId) -> bool {
        self.place(account).is_some_and(|place| place.evicted.is_none())
    }

    /// Those who are told something else of whether they may write than another judgement of the
    /// same people told them. `is_pending` says whether an answer is awaited, so that the cap of
    /// S-20 counts.
    #[must_use]
    pub fn told_anew(&self, before: &Self, is_pending: bool) -> Vec<AccountId> {
        let is_new = |place: &&Place| {
            let old = before.place(place.account);
            old.is_some_and(|old| old.told(is_pending) != place.told(is_pending))
        };
        self.places.iter().filter(is_new).map(|place| place.account).collect()
    }

    /// Whether the sender may write.
    ///
    /// Before acceptance a block by the other side must not show: the permit then says
    /// [`Delivery::SenderOnly`].
    ///
    /// # Errors
    ///
    /// The [`Refusal`], the first of: not a member; has to go; the sender's own side, then the
    /// other's; a request that the sender has not answered; the cap of S-20.
    pub fn send(
        &self,
        sender: AccountId,
        request: SendRequest,
    ) -> Result<Permit<permit::Send>, Refusal> {
        let delivery = self.judge_send(sender, request)?;
        Ok(Permit::new(sender, self.peer_of(sender), None, delivery))
    }

    fn judge_send(&self, sender: AccountId, request: SendRequest) -> Result<Delivery, Refusal> {
        let place = self.place(sender).ok_or(Refusal::request(Reason::NotMember, "A-141"))?;
        if let Some(refusal) = place.objection(request.pending_sent.is_some()) {
            return Err(refusal);
        }
        if request.sender_has_unanswered_request {
            return Err(Refusal::request(Reason::RequestPending, "S-40"));
        }
        if request.pending_sent.is_some_and(|sent| sent >= PENDING_MESSAGES_MAX) {
            return Err(Refusal::request(Reason::PendingCap, "S-20"));
        }
        Ok(if place.is_lost { Delivery::SenderOnly } else { Delivery::Delivered })
    }

    fn place(&self, account: AccountId) -> Option<&Place> {
        let found = self.places.binary_search_by(|place| place.account.cmp(&account)).ok()?;
        self.places.get(found)
    }

    fn peer_of(&self, account: AccountId) -> Option<AccountId> {
        let mut others = self.places.iter().map(|place| place.account);
        others.find(|other| *other != account).filter(|_other| self.is_one_on_one)
    }
}

impl Sealed for Send<'_> {}

impl Question for Send<'_> {
    type Action = permit::Send;

    fn verdict(&self) -> Verdict {
        self.standing.judge_send(self.sender, self.request).map(|_delivery| ()).into()
    }

    fn actor(&self) -> Option<AccountId> {
        Some(self.sender)
    }

    fn target(&self) -> Option<AccountId> {
        self.standing.peer_of(self.sender)
    }
}

/// Nobody in a group is refused what the group's rules allow, but for A-80; and nobody writes
/// while the terms of one of its organisations are missing.
fn group_places(chat: &ChatFacts<'_>) -> Vec<Place> {
    let first_home = chat.members.first().map(|member| member.home);
    let is_external =
        chat.members.iter().any(|member| first_home.is_some_and(|h| h.is_external_to(member.home)));
    let lacks_terms = |member: &Person<'_>| !member.is_personal() && member.terms.is_none();
    let is_incomplete = is_external && chat.members.iter().any(lacks_terms);
    let place = |member: &Person<'_>| {
        let own = chat_objection(member).map(|ground| Refusal::own(ground, member.home));
        let refusal = own.or_else(|| is_incomplete.then(|| Refusal::unknown("P4")));
        let account = member.account?;
        Some(Place { refusal, refusal_while_pending: refusal, ..Place::open(account) })
    };
    chat.members.iter().filter_map(place).collect()
}

fn group_evictions(chat: &ChatFacts<'_>) -> Vec<Eviction> {
    let gone = evicted(&Roster::new(chat, None));
    gone.into_iter()
        .map(|gone| Eviction {
            account: gone.account,
            refusal: Refusal::by_terms(gone.ground, gone.decider, gone.home),
        })
        .collect()
}

/// One of the two in a one-to-one chat, the other, and what each has said.
struct Facing<'a> {
    own: &'a Person<'a>,
    other: &'a Person<'a>,
    own_stance: Stance,
    other_stance: Stance,
    is_accepted: bool,
    /// Whether the other created the chat.
    other_is_initiator: bool,
}

/// Both in turn; nothing when there are not two.
fn facings<'a>(chat: &ChatFacts<'a>) -> Vec<Facing<'a>> {
    let [first, second] = chat.members else { return Vec::new() };
    let relation = chat.relation.unwrap_or_default();
    let facing = |own: &'a Person<'a>, other: &'a Person<'a>| {
        let is_initiator = own.account == Some(chat.initiator);
        let (own_stance, other_stance) = match is_initiator {
            true => (relation.initiator, relation.other),
            false => (relation.other, relation.initiator),
        };
        Facing {
            own,
            other,
            own_stance,
            other_stance,
            is_accepted: relation.is_accepted(),
            other_is_initiator: !is_initiator,
        }
    };
    vec![facing(first, second), facing(second, first)]
}

impl Facing<'_> {
    /// How the other stands to this one's side: whether the other asked and waits.
    fn contact(&self) -> Contact {
        let other_asked =
            match (self.own_stance.consent.is_open(), self.other_stance.consent.is_open()) {
                (true, false) => true,
                (false, true) => false,
                (true, true) | (false, false) => self.other_is_initiator,
            };
        Contact { is_inbound: other_asked && !self.is_accepted, is_known: self.is_accepted }
    }

    /// The same seen from the other.
    fn turned(&self) -> Contact {
        let Contact { is_inbound, is_known } = self.contact();
        Contact { is_inbound: !is_inbound && !self.is_accepted, is_known }
    }

    /// Why this one may not write: the own side first, then the other's.
    fn refusal(&self, sees_block: bool, is_barred: bool) -> Option<Refusal> {
        let own = objection(self.own, self.other, self.contact(), self.own_stance.has_blocked)
            .map(|ground| Refusal::own(ground, self.own.home));
        let theirs = || {
            let has_blocked = sees_block && self.other_stance.has_blocked;
            objection(self.other, self.own, self.turned(), has_blocked)
                .map(|ground| Refusal::by_terms(ground, self.other.home, self.own.home))
        };
        let barrier = || {
            let ground = Ground::plain(Reason::Barrier, "C-63");
            is_barred.then(|| Refusal::own(ground, self.own.home))
        };
        own.or_else(theirs).or_else(barrier)
    }
}

/// The two of a one-to-one chat. With one of them gone the other writes to nobody.
fn pair_places(chat: &ChatFacts<'_>) -> Vec<Place> {
    let nobody = Some(Refusal::unknown("A-141"));
    let [_, _] = chat.members else {
        let alone = |account| Place {
            refusal: nobody,
            refusal_while_pending: nobody,
            ..Place::open(account)
        };
        return chat.members.iter().filter_map(|member| member.account).map(alone).collect();
    };
    let place = |facing: &Facing<'_>| {
        let account = facing.own.account?;
        let is_barred = facing.other.account.is_some_and(|other| {
            chat.barriers.contains(&(account, other)) || chat.barriers.contains(&(other, account))
        });
        let Facing { other_stance, is_accepted, .. } = *facing;
        let is_declined = other_stance.consent == Consent::Declined;
        Some(Place {
            account,
            evicted: None,
            refusal: facing.refusal(is_accepted || !other_stance.consent.is_open(), is_barred),
            refusal_while_pending: facing.refusal(is_accepted, is_barred),
            is_lost: !is_accepted && (other_stance.has_blocked || is_declined),
        })
    };
    facings(chat).iter().filter_map(place).collect()
}

/// Only the block list and the trial rule take somebody out of a one-to-one chat: the outsider
/// . Everything else refuses sends and leaves the history.
fn pair_evictions(chat: &ChatFacts<'_>) -> Vec<Eviction> {
    let eviction = |facing: &Facing<'_>| {
        let say = Say::of(facing.own, facing.other, Contact::default());
        let ground = say.objection_of_terms(&[BLOCK_LIST, TRIAL])?;
        let refusal = Refusal::by_terms(ground, facing.own.home, facing.other.home);
        Some(Eviction { account: facing.other.account?, refusal })
    };
    let mut evictions: Vec<_> = facings(chat).iter().filter_map(eviction).collect();
    evictions.sort_unstable_by_key(|eviction| eviction.account);
    evictions
}
