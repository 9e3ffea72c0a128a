//! Facts: everything that a verdict depends on, one struct for each action.

use visavis_domain::account::ExternalChatSettings;
pub use visavis_domain::account::WhoCanAdd;
use visavis_domain::address::{Address, Domain};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, OrganisationId};

use crate::standing::{ChatFacts, SendRequest, Standing};
use crate::terms::{OrganisationTerms, PolicyHandle};

/// A person as policy sees them; also an address that nobody has.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The account, if the address has one.
    pub account: Option<AccountId>,
    /// Where they belong; without an account, the class of the address alone.
    pub home: Home,
    /// Every domain for which a domain rule must pass: that of the primary address and that of
    /// the address that was typed. Deny wins. Empty for personal accounts.
    pub domains: &'a [Domain],
    /// All verified addresses, and the one that was typed.
    pub addresses: &'a [Address],
    /// The terms of their organisation. A person of an organisation whose terms are missing is
    /// refused everything that crosses a boundary.
    pub terms: Option<&'a OrganisationTerms>,
    /// Their policy in those terms; `Global` where it is missing.
    pub policy: Option<PolicyHandle>,
    /// Their own choices; they count for personal accounts.
    pub privacy: Privacy,
    /// Whether a personal account is in the extended directory.
    pub in_extended_directory: bool,
    /// What other policies of their organisation say.
    pub rights: Rights,
}

impl Person<'_> {
    /// Whether one sees the other as external.
    #[must_use]
    pub fn is_external_to(&self, other: &Person<'_>) -> bool {
        self.home.is_external_to(other.home)
    }

    pub(crate) const fn is_personal(&self) -> bool {
        matches!(self.home, Home::Personal)
    }
}

/// A personal account's own choices (3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privacy {
    /// Whether the exact e-mail address finds them (U-80).
    pub discoverable_by_email: bool,
    /// Whether the exact telephone number finds them (U-81).
    pub discoverable_by_phone: bool,
    /// Who may add them to groups (U-85).
    pub who_can_add_me: WhoCanAdd,
    /// Minors are found by nobody (U-88).
    pub is_minor: bool,
}

impl Default for Privacy {
    fn default() -> Self {
        Self::new(&ExternalChatSettings::default(), false)
    }
}

impl Privacy {
    /// The choices of an account.
    #[must_use]
    pub const fn new(settings: &ExternalChatSettings, is_minor: bool) -> Self {
        Self {
            discoverable_by_email: settings.is_discoverable_by_email,
            discoverable_by_phone: settings.is_discoverable_by_phone,
            who_can_add_me: settings.who_can_add_me_to_groups,
            is_minor,
        }
    }
}

/// What other policies say about a person (2.6), with the documented defaults. None of them can be
/// set yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// May chat at all.
    pub allow_user_chat: bool,
    /// May remove others from groups.
    pub allow_remove_user: bool,
    /// May delete a chat for themselves.
    pub allow_delete_chat: bool,
    /// May share files in external chats.
    pub file_sharing: bool,
    /// Lives in a government or isolated cloud, where personal accounts are out of reach (S-07).
    pub is_isolated: bool,
}

impl Default for Rights {
    fn default() -> Self {
        Self {
            allow_user_chat: true,
            allow_remove_user: true,
            allow_delete_chat: true,
            file_sharing: false,
            is_isolated: false,
        }
    }
}

/// What the one who was asked has said to the one who asks (7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Consent {
    /// Never asked.
    #[default]
    None,
    /// Asked, not answered.
    Requested {
        /// Messages sent so far.
        sent: u32,
    },
    /// Accepted.
    Accepted,
    /// Declined. The asking side must believe that it was only asked.
    Declined,
}

impl Consent {
    /// Whether there was a request that was never accepted.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested { .. } | Self::Declined)
    }
}

/// What stands between the actor and the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Relation {
    /// The actor has blocked the target.
    pub actor_blocked_target: bool,
    /// The target has blocked the actor.
    pub target_blocked_actor: bool,
    /// The target's stance on the actor.
    pub consent: Consent,
    /// One of them accepted the other before: they are in each other's contacts.
    pub are_contacts: bool,
    /// They are in a group together, and see each other there (U-89).
    pub share_a_group: bool,
    /// An information barrier stands between them (C-62).
    pub is_barred: bool,
}

impl Relation {
    /// Whether the target knows the actor: accepted, or a contact.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.are_contacts || matches!(self.consent, Consent::Accepted)
    }

    /// Whether the target counts as somebody who knows the actor when named like this. Being known does
    /// not open what chats do not show: else a request would tell which further addresses and numbers
    /// its recipient has (P6).
    #[must_use]
    pub const fn is_known_by(&self, by: AddressKind) -> bool {
        self.is_known() && by.is_shown()
    }

    /// Whether a block by the target must look like a request that waits (P5).
    pub(crate) const fn hides_block(&self) -> bool {
        !self.is_known() && self.consent.is_open()
    }
}

/// How the actor named the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressKind {
    /// By a complete e-mail address: the one that chats show of the target, if they show one.
    Email,
    /// By an e-mail address of the target's that chats do not show.
    OtherEmail,
    /// By a telephone number.
    Phone,
    /// By an account id, which they learned by finding the person or in a group.
    Id,
}

impl AddressKind {
    /// Whether chats show it to whoever is in one with the target.
    const fn is_shown(self) -> bool {
        match self {
            Self::Email | Self::Id => true,
            Self::OtherEmail | Self::Phone => false,
        }
    }
}

/// May the actor see that the target exists?
#[derive(Debug, Clone, Copy)]
pub struct Find<'a> {
    /// Who looks.
    pub actor: &'a Person<'a>,
    /// Who is looked for.
    pub target: &'a Person<'a>,
    /// By what.
    pub by: AddressKind,
    /// What stands between them.
    pub relation: Relation,
}

/// May the actor start a one-to-one chat with the target?
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// Who starts.
    pub actor: &'a Person<'a>,
    /// With whom.
    pub target: &'a Person<'a>,
    /// How the target was named.
    pub by: AddressKind,
    /// What stands between them.
    pub relation: Relation,
}

/// May the actor invite whoever has an address?
#[derive(Debug, Clone, Copy)]
pub struct Invite<'a> {
    /// Who invites.
    pub actor: &'a Person<'a>,
    /// Whom: usually a person without an account.
    pub target: &'a Person<'a>,
    /// By what.
    pub by: AddressKind,
    /// What stands between them.
    pub relation: Relation,
}

/// May the actor accept the contact request of the requester?
#[derive(Debug, Clone, Copy)]
pub struct Accept<'a> {
    /// Who was asked.
    pub actor: &'a Person<'a>,
    /// Who asked.
    pub requester: &'a Person<'a>,
    /// What stands between them *as the request has it*: its actor is the requester, its consent
    /// the stance of the one who was asked.
    pub relation: Relation,
    /// Whether the actor previewed the request and acknowledged its risk (P-11).
    pub is_risk_acknowledged: bool,
}

/// May the sender write in the chat? See [`Standing::send`].
#[derive(Debug, Clone, Copy)]
pub struct Send<'a> {
    /// The chat.
    pub standing: &'a Standing,
    /// Who writes.
    pub sender: AccountId,
    /// What about.
    pub request: SendRequest,
}

/// May the adder add the joiner to the group?
#[derive(Debug, Clone, Copy)]
pub struct AddToGroup<'a> {
    /// Who adds.
    pub adder: &'a Person<'a>,
    /// Whom.
    pub joiner: &'a Person<'a>,
    /// How the joiner was named.
    pub by: AddressKind,
    /// What stands between the two.
    pub relation: Relation,
    /// The group as it is before, asked people and the joiners of the same call who were judged
    /// before this one included.
    pub group: &'a ChatFacts<'a>,
    /// How many people the call adds in all (G-01).
    pub added_in_call: usize,
    /// Whether the joiner was in the group before and left: then they are asked again (T-198).
    pub has_left: bool,
    /// Whether the adder has not yet answered the request that brought them into the group.
    pub adder_has_unanswered_request: bool,
}

/// May the actor remove the target from the group? Removing oneself is leaving.
#[derive(Debug, Clone, Copy)]
pub struct Remove<'a> {
    /// Who removes.
    pub actor: &'a Person<'a>,
    /// Whom.
    pub target: &'a Person<'a>,
    /// The group.
    pub group: &'a ChatFacts<'a>,
}

/// May an administrator take one of the organisation's people out of a chat?
#[derive(Debug, Clone, Copy)]
pub struct RemoveAccess<'a> {
    /// The administrator's account.
    pub administrator: AccountId,
    /// The organisation that they administer.
    pub organisation: OrganisationId,
    /// Whom.
    pub target: &'a Person<'a>,
}

/// May the sender share a file in the chat?
#[derive(Debug, Clone, Copy)]
pub struct ShareFile<'a> {
    /// Who shares.
    pub sender: &'a Person<'a>,
    /// The chat.
    pub chat: &'a ChatFacts<'a>,
    /// Whether the other side has not accepted yet: then it is text only.
    pub is_pending: bool,
}

/// May the sender show an image in the chat?
#[derive(Debug, Clone, Copy)]
pub struct ShareImage<'a> {
    /// Who shows it.
    pub sender: &'a Person<'a>,
    /// The home of whoever started the chat.
    pub initiator_home: Home,
}
