//! What surrounds a use case: who asks, when, with what randomness and which caches.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;
use visavis_bus::Bus;
use visavis_domain::account::{Role, Roles};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, OrganisationId, OrganisationKey, TokenId};
use visavis_domain::time::Timestamp;

use crate::cache::{Caches, KnownToken};
use crate::failure::{Failure, Outcome};
use crate::rate::Limits;
use crate::seal::Seal;

/// By what right a caller acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// By nothing that could be withdrawn meanwhile: the deployment itself, somebody at its machine, or
    /// an account that was looked up in the same transaction.
    Inherent,
    /// By a token or session, as it was recognised. [`crate::App::write`] looks at it again.
    Token(Arc<KnownToken>),
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// Where it belongs.
    pub home: Home,
    /// The store's short name of that home; personal is 0.
    pub home_key: OrganisationKey,
    /// What it may do beyond chatting.
    pub roles: Roles,
    /// By which token or session.
    pub token: TokenId,
    /// By what right; account, home, roles and token are what it says.
    pub grant: Grant,
    /// From where.
    pub client: Option<IpAddr>,
}

impl Caller {
    /// The caller's organisation, provided that one of these roles is held.
    ///
    /// # Errors
    ///
    /// [`Failure::NoPermission`] for personal accounts and for everybody without such a role.
    pub fn administers(&self, roles: &[Role]) -> Outcome<OrganisationId> {
        let organisation = self.home.organisation().ok_or(Failure::NoPermission)?;
        let has_role = self.roles.has(Role::OrganisationAdministrator)
            || roles.iter().any(|role| self.roles.has(*role));
        if has_role { Ok(organisation) } else { Err(Failure::NoPermission) }
    }

    /// Makes sure that the caller runs the deployment.
    ///
    /// # Errors
    ///
    /// [`Failure::NoPermission`] for everybody else.
    pub fn operates(&self) -> Outcome<()> {
        if self.roles.has(Role::DeploymentOperator) { Ok(()) } else { Err(Failure::NoPermission) }
    }
}

/// Where time comes from.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Where randomness comes from.
pub trait Random: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// What surrounds one run of a use case.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// When.
    pub now: Timestamp,
    /// Where unpredictable ids and secrets come from.
    pub random: &'a dyn Random,
    /// What was compiled before and still holds.
    pub caches: &'a Caches,
    /// How often things may be tried.
    pub limits: &'a Limits,
    /// How others are told what the store does not hold.
    pub bus: &'a Arc<dyn Bus>,
    /// The key of tokens that callers keep.
    pub seal: &'a Seal,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("caller", self.caller).field("now", &self.now).finish()
    }
}

impl Context<'_> {
    /// A fresh id: a version 7 UUID, so that ids sort by time.
    #[must_use]
    pub fn fresh_id(&self) -> Uuid {
        let mut random = [0_u8; 10];
        self.random.fill(&mut random);
        let ms = u64::try_from(self.now.as_ms()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }

    /// An unpredictable id of 128 bits, for group chats and secrets' ids.
    #[must_use]
    pub fn random_id(&self) -> Uuid {
        let mut random = [0_u8; 16];
        self.random.fill(&mut random);
        uuid::Builder::from_random_bytes(random).into_uuid()
    }
}
