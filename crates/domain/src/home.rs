//! Where an account belongs.

use serde::{Deserialize, Serialize};

use crate::id::OrganisationId;

/// Where an account belongs: an organisation, or the personal realm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Home {
    /// A managed account.
    Organisation(OrganisationId),
    /// A personal account, which belongs to nobody.
    Personal,
}

impl Home {
    /// The organisation, if it is one.
    #[must_use]
    pub const fn organisation(self) -> Option<OrganisationId> {
        match self {
            Self::Organisation(id) => Some(id),
            Self::Personal => None,
        }
    }

    /// Whether somebody of this home sees somebody of `other` as external.
    ///
    /// Two personal accounts are external to each other: nobody vouches for either.
    #[must_use]
    pub fn is_external_to(self, other: Self) -> bool {
        match (self, other) {
            (Self::Organisation(a), Self::Organisation(b)) => a != b,
            _ => true,
        }
    }
}

/// How an outsider looks to the one who looks, U-61 and U-62. Computed by the server per viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trust {
    /// Of the same organisation.
    Colleague,
    /// Of an organisation on the viewer's organisation's allow list.
    Familiar,
    /// Of an organisation about which the viewer's organisation has said nothing.
    Unfamiliar,
    /// A personal account.
    Personal,
    /// Of an organisation that is only being tried out, or that has proved no domain.
    Unverified,
}

impl Trust {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Colleague => "colleague",
            Self::Familiar => "familiar",
            Self::Unfamiliar => "unfamiliar",
            Self::Personal => "personal",
            Self::Unverified => "unverified",
        }
    }
}
