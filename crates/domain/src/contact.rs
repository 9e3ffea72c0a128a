//! Contact requests: what each side of one sees (7.1, P5).

use crate::chat::Consent;
use crate::id::AccountId;
use crate::time::Timestamp;

/// The state of a contact request as one side sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestState {
    /// Waiting for an answer, or so the asking side must believe.
    Pending,
    /// Accepted.
    Accepted,
    /// Deleted by the one who was asked; only they see this.
    Declined,
    /// Blocked by the one who was asked; only they see this.
    Blocked,
}

impl RequestState {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Blocked => "blocked",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Accepted, Self::Declined, Self::Blocked]
            .into_iter()
            .find(|state| state.as_str() == name)
    }

    /// What the side that asked sees: pending until acceptance, whatever the other side did.
    #[must_use]
    pub const fn to_asking_side(consent: Consent) -> Self {
        match consent {
            Consent::Pending | Consent::Declined => Self::Pending,
            Consent::NotNeeded | Consent::Accepted => Self::Accepted,
        }
    }

    /// What the side that was asked sees.
    #[must_use]
    pub const fn to_asked_side(consent: Consent, has_blocked: bool) -> Self {
        match (consent, has_blocked) {
            (_, true) => Self::Blocked,
            (Consent::Pending, false) => Self::Pending,
            (Consent::Declined, false) => Self::Declined,
            (Consent::NotNeeded | Consent::Accepted, false) => Self::Accepted,
        }
    }
}

/// One account's block of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Who blocks.
    pub owner: AccountId,
    /// Who is blocked.
    pub peer: AccountId,
    /// Since when.
    pub blocked_at: Timestamp,
}
