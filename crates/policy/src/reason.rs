//! Why something is refused, whose terms say so, and who may learn it.

use std::fmt;

use serde::Serialize;
use visavis_domain::home::Home;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal,)*) => {
        /// Why something is refused: the codes of section 6.1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[doc = $doc])* $name,)*
        }

        impl Reason {
            /// Every reason, in the order of section 6.1.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code in the API.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// When it is the reason.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),*),)*
                }
                .trim()
            }
        }
    };
}

reasons! {
    /// The organisation talks to no other organisation.
    OrgFederationOff = "orgFederationOff",
    /// The other organisation talks to no other organisation.
    PeerFederationOff = "peerFederationOff",
    /// The person's policy lets them talk to no other organisation.
    UserFederationOff = "userFederationOff",
    /// The other person's policy lets them talk to no other organisation.
    PeerUserFederationOff = "peerUserFederationOff",
    /// The organisation does not talk to personal accounts.
    OrgConsumerOff = "orgConsumerOff",
    /// The person's policy does not let them talk to personal accounts.
    UserConsumerOff = "userConsumerOff",
    /// Personal accounts may not contact anybody in the organisation first.
    OrgConsumerInboundOff = "orgConsumerInboundOff",
    /// Personal accounts may not contact the person first.
    UserConsumerInboundOff = "userConsumerInboundOff",
    /// Only personal accounts of the extended directory can be reached.
    DirectoryRestricted = "directoryRestricted",
    /// The domain is on no list that allows it.
    DomainNotAllowed = "domainNotAllowed",
    /// The domain is on the list of the blocked.
    DomainBlocked = "domainBlocked",
    /// The other side's domain rule refuses.
    PeerDomainRefused = "peerDomainRefused",
    /// The organisation on the far side is only being tried out.
    TrialBlocked = "trialBlocked",
    /// The person is on the organisation's list of blocked external people.
    OrgBlockedUser = "orgBlockedUser",
    /// Somebody of the side that decides has blocked the other person.
    PersonBlocked = "personBlocked",
    /// Nobody has the address.
    NotFound = "notFound",
    /// The person chose not to be found or added this way.
    NotDiscoverable = "notDiscoverable",
    /// The sender's organisation is a discovered partner, and the sender no contact.
    UnverifiedPartner = "unverifiedPartner",
    /// A contact request has to be answered first.
    RequestPending = "requestPending",
    /// No more messages until the recipient accepts.
    PendingCap = "pendingCap",
    /// The chat's initiator and the member do not trust each other.
    GroupInitiatorRefused = "groupInitiatorRefused",
    /// Two members of the group do not trust each other.
    GroupPairRefused = "groupPairRefused",
    /// People without access to other organisations may not be in such a group.
    GroupFederationRestricted = "groupFederationRestricted",
    /// A member's policy allows two organisations in a chat at most.
    BilateralLimit = "bilateralLimit",
    /// An information barrier stands between two people.
    Barrier = "barrier",
    /// The group, or the call, has as many people as it can have.
    GroupFull = "groupFull",
    /// The same person twice.
    DuplicateMember = "duplicateMember",
    /// Not a member of the chat.
    NotMember = "notMember",
    /// Not permitted in this chat.
    NoPermission = "noPermission",
    /// Switched off.
    FeatureOff = "featureOff",
    /// A file of a type that is blocked.
    FileTypeBlocked = "fileTypeBlocked",
    /// Blocked by a rule that prevents the loss of data.
    DlpBlocked = "dlpBlocked",
    /// The risk of a first contact has to be acknowledged first.
    RiskNotAcknowledged = "riskNotAcknowledged",
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Reason {
    /// What the reason is called by those on whom the other side imposes it.
    const fn as_peer(self) -> Self {
        match self {
            Self::OrgFederationOff => Self::PeerFederationOff,
            Self::UserFederationOff => Self::PeerUserFederationOff,
            Self::DomainBlocked | Self::DomainNotAllowed => Self::PeerDomainRefused,
            same => same,
        }
    }
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub(crate) &'static str);

        impl $name {
            /// The name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
    };
}

name_type!(
    /// A rule of the specification, such as `A-07`.
    RuleId
);
name_type!(
    /// What an administrator can change to undo a refusal, such as
    /// `allowFederatedUsers` or `enableFederationAccess`.
    Setting
);

/// Whose terms refuse, seen from the one who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// The actor's own: the organisation, the policy, or a block of their own.
    Own,
    /// The other's, or nobody knows: the actor may not learn more.
    Other,
    /// Nobody's: a limit of the request, or a rule inside the chat.
    Request,
}

impl Side {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Other => "other",
            Self::Request => "request",
        }
    }
}

/// A refusal, from the perspective of the one who acts.
///
/// Only this crate makes one. What may be told to whom is [`Refusal::for_actor`] and
/// [`Refusal::for_side_of`]; the fields are for decisions and tests, and never leave the server
/// when [`Side::Other`] decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// Why; when the other side decided, in the words for that (`peerFederationOff`).
    pub reason: Reason,
    /// The rule that refuses.
    pub rule: RuleId,
    /// Whose terms refuse.
    pub side: Side,
    /// What an administrator of the actor's own organisation can change.
    pub setting: Option<Setting>,
    decided: Ground,
    decider: Option<Home>,
}

/// A refusal in all its details, for the administrators of the side that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exact {
    /// Why, in the words of the side that decided (`orgFederationOff`).
    pub reason: Reason,
    /// The rule that refuses.
    pub rule: RuleId,
    /// Whose terms refuse, seen by those to whom this is shown.
    pub side: Side,
    /// What an administrator of that side can change.
    pub setting: Option<Setting>,
}

/// What somebody may learn of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// Everything.
    Exact(Exact),
    /// That the person cannot be reached, and nothing more (P6, A-151).
    NotReachable,
}

impl View {
    /// The code in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Exact(exact) => exact.reason.code(),
            Self::NotReachable => "notReachable",
        }
    }
}

impl Refusal {
    /// A refusal by the terms of `decider`, met by somebody of `actor`.
    pub(crate) fn by_terms(ground: Ground, decider: Home, actor: Home) -> Self {
        let is_own = !decider.is_external_to(actor);
        if is_own { Self::own(ground, decider) } else { Self::other(ground, decider) }
    }

    /// A refusal by the actor's own side.
    pub(crate) const fn own(ground: Ground, home: Home) -> Self {
        let Ground { reason, rule, setting } = ground;
        Self { reason, rule, side: Side::Own, setting, decided: ground, decider: Some(home) }
    }

    /// A refusal by the other side.
    pub(crate) const fn other(ground: Ground, home: Home) -> Self {
        Self {
            reason: ground.reason.as_peer(),
            rule: ground.rule,
            side: Side::Other,
            setting: None,
            decided: ground,
            decider: Some(home),
        }
    }

    /// Nobody has the address; looks like a refusal by the other side.
    pub(crate) const fn unknown(rule: &'static str) -> Self {
        let ground = Ground::plain(Reason::NotFound, rule);
        Self {
            reason: ground.reason,
            rule: ground.rule,
            side: Side::Other,
            setting: None,
            decided: ground,
            decider: None,
        }
    }

    /// A refusal that is nobody's.
    pub(crate) const fn request(reason: Reason, rule: &'static str) -> Self {
        let ground = Ground::plain(reason, rule);
        Self {
            reason,
            rule: ground.rule,
            side: Side::Request,
            setting: None,
            decided: ground,
            decider: None,
        }
    }

    /// Everything, in the words of the side that decided. Only for that side's own
    /// administrators and for the trail of that side.
    #[must_use]
    pub const fn exact(&self) -> Exact {
        let Ground { reason, rule, setting } = self.decided;
        Exact { reason, rule, side: self.side, setting }
    }

    /// What the actor may learn: everything when their own side or the request itself is the
    /// reason, else only that the person cannot be reached.
    #[must_use]
    pub const fn for_actor(&self) -> View {
        match self.side {
            Side::Own | Side::Request => View::Exact(self.exact()),
            Side::Other => View::NotReachable,
        }
    }

    /// What the trail of the organisation `home` says: everything when its terms decided.
    #[must_use]
    pub fn for_side_of(&self, home: Home) -> View {
        let decided_here =
            home.organisation().is_some() && self.decider.is_some_and(|decider| decider == home);
        if decided_here {
            View::Exact(Exact { side: Side::Own, ..self.exact() })
        } else if matches!(self.side, Side::Request) {
            View::Exact(self.exact())
        } else {
            View::NotReachable
        }
    }

    /// Whose terms decided; nobody's for limits, and when nobody has the address.
    #[must_use]
    pub const fn decider(&self) -> Option<Home> {
        self.decider
    }
}

/// Why one side's own terms say no, in that side's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ground {
    pub(crate) reason: Reason,
    pub(crate) rule: RuleId,
    pub(crate) setting: Option<Setting>,
}

impl Ground {
    /// What an administrator can undo.
    pub(crate) const fn new(reason: Reason, rule: &'static str, setting: &'static str) -> Self {
        Self { reason, rule: RuleId(rule), setting: Some(Setting(setting)) }
    }

    /// What no administrator can undo.
    pub(crate) const fn plain(reason: Reason, rule: &'static str) -> Self {
        Self { reason, rule: RuleId(rule), setting: None }
    }

    /// The same obstacle, met through a rule about groups.
    pub(crate) const fn through(self, reason: Reason, rule: &'static str) -> Self {
        Self { reason, rule: RuleId(rule), setting: self.setting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use visavis_domain::id::OrganisationId;

    fn home(number: u8) -> Home {
        Home::Organisation(OrganisationId::from_bytes([number; 16]))
    }

    #[test]
    fn codes_are_unique_camel_case() {
        let mut codes: Vec<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Reason::ALL.len());
        assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_alphabetic())));
    }

    #[test]
    fn the_other_side_learns_nothing() {
        let ground = Ground::new(Reason::DomainBlocked, "A-04", "blockedDomains");
        let refusal = Refusal::by_terms(ground, home(2), home(1));
        assert_eq!((refusal.reason, refusal.side), (Reason::PeerDomainRefused, Side::Other));
        assert_eq!(refusal.setting, None);
        assert_eq!(refusal.for_actor(), View::NotReachable);
        assert_eq!(refusal.for_side_of(home(1)), View::NotReachable);
        assert_eq!(refusal.for_side_of(Home::Personal), View::NotReachable);
        let View::Exact(exact) = refusal.for_side_of(home(2)) else { panic!("not exact") };
        assert_eq!((exact.reason, exact.side), (Reason::DomainBlocked, Side::Own));
        assert_eq!(exact.setting.map(Setting::as_str), Some("blockedDomains"));
    }

    #[test]
    fn every_vague_refusal_looks_the_same() {
        let blocked = Refusal::other(Ground::plain(Reason::PersonBlocked, "U-24"), home(2));
        let unknown = Refusal::unknown("S-12");
        assert_eq!(blocked.for_actor(), unknown.for_actor());
        assert_eq!(blocked.for_side_of(home(1)), unknown.for_side_of(home(1)));
    }
}
