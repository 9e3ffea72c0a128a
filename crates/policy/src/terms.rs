//! The terms of an organisation, compiled once per epoch and then only read.

use std::collections::HashMap;

use visavis_domain::address::Domain;
use visavis_domain::home::Trust;
use visavis_domain::id::{GroupId, OrganisationId};
use visavis_domain::organisation::TrustClass;

use crate::assignment::{Effective, GroupAssignment, resolve};
use crate::lists::{BlockedPeople, DomainSet};
use crate::lookalike::Imprint;
use crate::name::PolicyName;
use crate::settings::{
    AllowedDomains, CommunicationWithExternalOrgs as Mode, Configuration, ExternalAccessPolicy,
};

/// What the terms are compiled from, all read at the same epoch.
#[derive(Debug, Clone)]
pub struct CompileInput<'a> {
    /// Which organisation.
    pub id: OrganisationId,
    /// The version of everything below.
    pub epoch: i64,
    /// How much it has shown of itself.
    pub trust_class: TrustClass,
    /// The domains it has proved.
    pub domains: Vec<Domain>,
    /// Its configuration.
    pub configuration: &'a Configuration,
    /// Its policies. Without a `Global` among them, that one has its defaults.
    pub policies: &'a [(PolicyName, ExternalAccessPolicy)],
    /// Policies of groups, in the order of ranks.
    pub group_assignments: &'a [GroupAssignment],
}

/// The terms of an organisation at one epoch. Immutable; meant to be shared as an `Arc`.
#[derive(Debug)]
pub struct OrganisationTerms {
    id: OrganisationId,
    epoch: i64,
    trust_class: TrustClass,
    domains: Vec<Domain>,
    configuration: Configuration,
    pub(crate) allowed: Option<DomainSet>,
    pub(crate) blocked: DomainSet,
    pub(crate) allowed_trial: DomainSet,
    pub(crate) blocked_people: BlockedPeople,
    pub(crate) imprints: Vec<Imprint>,
    policies: Vec<CompiledPolicy>,
    closed: CompiledPolicy,
    by_key: HashMap<Box<str>, u32>,
    group_assignments: Vec<GroupAssignment>,
    by_group: Vec<(GroupId, u32, u32)>,
}

/// A policy of one [`OrganisationTerms`]. Means nothing to another one, of another epoch neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyHandle(u32);

/// A policy with its lists compiled.
#[derive(Debug)]
pub(crate) struct CompiledPolicy {
    name: PolicyName,
    pub(crate) settings: ExternalAccessPolicy,
    pub(crate) reach: Reach,
}

/// The domains that the people of a policy reach.
#[derive(Debug)]
pub(crate) enum Reach {
    OrganisationDefault,
    All,
    Only(DomainSet),
    AllBut(DomainSet),
    Nobody,
}

impl CompiledPolicy {
    fn new(name: PolicyName, settings: &ExternalAccessPolicy) -> Self {
        let reach = match settings.communication_with_external_orgs {
            // Fixed for Global, whatever was stored.
            _ if name.is_global() => Reach::OrganisationDefault,
            Mode::OrganizationDefault => Reach::OrganisationDefault,
            Mode::AllowAllExternalDomains => Reach::All,
            Mode::AllowSpecificExternalDomains => {
                Reach::Only(DomainSet::new(&settings.allowed_external_domains))
            }
            Mode::BlockSpecificExternalDomains => {
                Reach::AllBut(DomainSet::new(&settings.blocked_external_domains))
            }
            Mode::BlockAllExternalDomains => Reach::Nobody,
        };
        Self { name, settings: settings.clone(), reach }
    }

    /// What a handle of other terms gets: nothing is allowed.
    fn closed() -> Self {
        let settings = ExternalAccessPolicy {
            enable_federation_access: false,
            enable_teams_consumer_access: false,
            enable_teams_consumer_inbound: false,
            ..ExternalAccessPolicy::default()
        };
        Self { name: PolicyName::global(), settings, reach: Reach::Nobody }
    }
}

impl OrganisationTerms {
    /// Compiles the terms: lists become sets, groups a sorted table.
    #[must_use]
    pub fn compile(input: CompileInput<'_>) -> Self {
        let configuration = input.configuration;
        let custom = input.policies.iter().filter(|(name, _settings)| !name.is_global());
        let global = input.policies.iter().find(|(name, _settings)| name.is_global());
        let default = ExternalAccessPolicy::default();
        let global = global.map_or(&default, |(_name, settings)| settings);
        let mut policies = vec![CompiledPolicy::new(PolicyName::global(), global)];
        policies.extend(custom.map(|(name, settings)| CompiledPolicy::new(name.clone(), settings)));
        let by_key: HashMap<Box<str>, u32> =
            policies.iter().map(|policy| policy.name.key().into()).zip(0..).collect();
        let ranked = (1..).zip(input.group_assignments);
        let mut by_group: Vec<_> = ranked
            .filter_map(|(rank, entry)| Some((entry.group, rank, *by_key.get(entry.policy.key())?)))
            .collect();
        by_group.sort_unstable();
        let allowed = match &configuration.allowed_domains {
            AllowedDomains::AllKnownDomains => None,
            AllowedDomains::AllowList { domains } => Some(DomainSet::new(domains)),
        };
        let blocked_people = match configuration.block_external_user_access {
            true => BlockedPeople::new(&configuration.blocked_users),
            false => BlockedPeople::default(),
        };
        Self {
            id: input.id,
            epoch: input.epoch,
            trust_class: input.trust_class,
            imprints: input.domains.iter().map(Imprint::new).collect(),
            domains: input.domains,
            allowed,
            blocked: DomainSet::new(&configuration.blocked_domains),
            allowed_trial: DomainSet::new(&configuration.allowed_trial_organisation_domains),
            blocked_people,
            configuration: configuration.clone(),
            policies,
            closed: CompiledPolicy::closed(),
            by_key,
            group_assignments: input.group_assignments.to_vec(),
            by_group,
        }
    }

    /// Which organisation.
    #[must_use]
    pub const fn id(&self) -> OrganisationId {
        self.id
    }

    /// The version of everything that was compiled.
    #[must_use]
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// How much the organisation has shown of itself.
    #[must_use]
    pub const fn trust_class(&self) -> TrustClass {
        self.trust_class
    }

    /// The domains it has proved.
    #[must_use]
    pub fn domains(&self) -> &[Domain] {
        &self.domains
    }

    /// Its configuration.
    #[must_use]
    pub const fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Whether it is only being tried out.
    #[must_use]
    pub const fn is_trial(&self) -> bool {
        matches!(self.trust_class, TrustClass::Trial)
    }

    /// The handle of `Global`, for people to whom nothing is assigned.
    #[must_use]
    pub const fn global(&self) -> PolicyHandle {
        PolicyHandle(0)
    }

    /// The policy that applies to somebody who has `direct` assigned and is a direct member of
    /// `groups`. Allocates nothing.
    #[must_use]
    pub fn effective(&self, direct: Option<&PolicyName>, groups: &[GroupId]) -> PolicyHandle {
        if let Some(&index) = direct.and_then(|name| self.by_key.get(name.key())) {
            return PolicyHandle(index);
        }
        let place = |group: &GroupId| {
            let found = self.by_group.binary_search_by(|(other, _, _)| other.cmp(group)).ok()?;
            self.by_group.get(found).map(|&(_group, rank, index)| (rank, index))
        };
        let best = groups.iter().filter_map(place).min();
        best.map_or(self.global(), |(_rank, index)| PolicyHandle(index))
    }

    /// As [`OrganisationTerms::effective`], with all sources in their order.
    #[must_use]
    pub fn explain_sources(&self, direct: Option<&PolicyName>, groups: &[GroupId]) -> Effective {
        let find = |name: &PolicyName| {
            let index = *self.by_key.get(name.key())?;
            Some(self.policy_name(PolicyHandle(index)))
        };
        resolve(direct, groups, &self.group_assignments, find)
    }

    /// The policy of a handle. A handle of other terms that means nothing here gets a policy that
    /// allows nothing.
    #[must_use]
    pub fn policy(&self, handle: PolicyHandle) -> &ExternalAccessPolicy {
        &self.compiled(handle).settings
    }

    /// The name of the policy of a handle.
    #[must_use]
    pub fn policy_name(&self, handle: PolicyHandle) -> &PolicyName {
        &self.compiled(handle).name
    }

    pub(crate) fn compiled(&self, handle: PolicyHandle) -> &CompiledPolicy {
        let index = usize::try_from(handle.0).ok();
        index.and_then(|index| self.policies.get(index)).unwrap_or(&self.closed)
    }

    /// How somebody of `other` with these domains looks to people of this organisation (U-61).
    #[must_use]
    pub fn trust_of(&self, other: Option<&Self>, other_domains: &[Domain]) -> Trust {
        let Some(other) = other else { return Trust::Personal };
        if other.id == self.id {
            Trust::Colleague
        } else if other.is_trial() || other.domains.is_empty() {
            Trust::Unverified
        } else if self.allowed.as_ref().is_some_and(|list| list.contains_all(other_domains)) {
            Trust::Familiar
        } else {
            Trust::Unfamiliar
        }
    }
}
