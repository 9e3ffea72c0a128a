//! Organisations: who manages accounts and owns domains.

use serde::{Deserialize, Serialize};

use crate::address::Domain;
use crate::id::{OrganisationId, OrganisationKey};
use crate::time::Timestamp;

/// How much an organisation has shown of itself, A-70 and A-78.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TrustClass {
    /// Holds only trial subscriptions.
    Trial,
    /// The ordinary case.
    Standard,
}

impl TrustClass {
    /// The name in the store and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Standard => "standard",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Trial, Self::Standard].into_iter().find(|class| class.as_str() == name)
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its public id, the *tenant id*.
    pub id: OrganisationId,
    /// The store's short name of it.
    pub key: OrganisationKey,
    /// What people call it.
    pub name: String,
    /// Its trust class.
    pub trust_class: TrustClass,
    /// When it was founded on this deployment.
    pub created_at: Timestamp,
    /// The version of everything in it that a verdict depends on. Grows with every change.
    pub epoch: i64,
    /// The domains it has proved, the default one first.
    pub domains: Vec<Domain>,
}

impl Organisation {
    /// The default domain, if any has been proved.
    #[must_use]
    pub fn default_domain(&self) -> Option<&Domain> {
        self.domains.first()
    }
}
