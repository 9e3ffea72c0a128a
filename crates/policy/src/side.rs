//! One side's terms about one person outside: steps 2 to 6 of the order of evaluation.
//!
//! Each rule is one function from [`Case`] to the [`Ground`] of a refusal; [`STEPS`] is their one
//! order. A side that is the personal realm has no terms; its person's block and privacy are
//! judged in [`crate::contact`].

use visavis_domain::address::Domain;

use crate::facts::Person;
use crate::reason::{Ground, Reason};
use crate::settings::{AllowedOrBlocked, Configuration, ExternalAccessPolicy};
use crate::terms::{CompiledPolicy, OrganisationTerms, Reach};

/// How the one outside stands to the person whose side is asked.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Contact {
    /// The one outside makes the contact: finds, starts, adds.
    pub(crate) is_inbound: bool,
    /// The person knows them: accepted or contacts.
    pub(crate) is_known: bool,
}

/// A person of an organisation, somebody outside, and the terms of the former.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    own: &'a Person<'a>,
    other: &'a Person<'a>,
    contact: Contact,
    terms: &'a OrganisationTerms,
    policy: &'a CompiledPolicy,
}

/// Whether a person's side has something to say about somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Say<'a> {
    /// Nothing: a colleague, or the side is the personal realm.
    Nothing,
    /// Its terms decide.
    Terms(Case<'a>),
    /// Its terms are missing: everything is refused.
    Missing,
}

impl<'a> Say<'a> {
    pub(crate) fn of(own: &'a Person<'a>, other: &'a Person<'a>, contact: Contact) -> Self {
        if own.is_personal() || !own.is_external_to(other) {
            return Self::Nothing;
        }
        match own.terms {
            Some(terms) => {
                let policy = terms.compiled(own.policy.unwrap_or(terms.global()));
                Self::Terms(Case { own, other, contact, terms, policy })
            }
            None => Self::Missing,
        }
    }

    /// The first of the rules that refuses.
    pub(crate) fn first_objection(self, steps: &[Step]) -> Option<Ground> {
        match self {
            Self::Nothing => None,
            Self::Terms(case) => steps.iter().find_map(|step| (step.check)(&case)),
            Self::Missing => Some(Ground::plain(Reason::OrgFederationOff, "P4")),
        }
    }

    /// Whether a rule speaks of such a contact.
    pub(crate) fn concerns(self, step: &Step) -> bool {
        let Self::Terms(case) = self else { return false };
        match step.concerns {
            Concerns::Everybody => true,
            Concerns::Organisations => !case.other.is_personal(),
            Concerns::Personal => case.other.is_personal(),
            Concerns::PersonalInbound => case.other.is_personal() && case.contact.is_inbound,
            Concerns::OrganisationsInbound => !case.other.is_personal() && case.contact.is_inbound,
        }
    }

    /// The same, but missing terms object to nothing: they refuse acts, and evict nobody.
    pub(crate) fn objection_of_terms(self, steps: &[Step]) -> Option<Ground> {
        match self {
            Self::Nothing | Self::Missing => None,
            Self::Terms(_) => self.first_objection(steps),
        }
    }
}

/// A rule, or several that answer one question, with their name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) rule: &'static str,
    pub(crate) check: fn(&Case<'_>) -> Option<Ground>,
    /// Of whom the rule speaks.
    pub(crate) concerns: Concerns,
}

/// Of whom a rule speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Concerns {
    Everybody,
    Organisations,
    OrganisationsInbound,
    Personal,
    PersonalInbound,
}

const fn step(
    rule: &'static str,
    concerns: Concerns,
    check: fn(&Case<'_>) -> Option<Ground>,
) -> Step {
    Step { rule, check, concerns }
}

/// Step 2.
pub(crate) const BLOCK_LIST: Step = step("A-60", Concerns::Everybody, blocked_person);
const FEDERATION: Step = step("A-01", Concerns::Organisations, federation);
const FEDERATION_OF_PERSON: Step = step("A-30", Concerns::Organisations, federation_of_person);
const CLOUD: Step = step("S-07", Concerns::Personal, cloud);
const CONSUMER: Step = step("A-07", Concerns::Personal, consumer);
const CONSUMER_INBOUND: Step = step("A-08", Concerns::PersonalInbound, consumer_inbound);
const CONSUMER_OF_PERSON: Step = step("A-34", Concerns::Personal, consumer_of_person);
const CONSUMER_INBOUND_OF_PERSON: Step =
    step("A-35", Concerns::PersonalInbound, consumer_inbound_of_person);
const DIRECTORY: Step = step("A-09", Concerns::Personal, directory);
const DIRECTORY_OF_PERSON: Step = step("A-36", Concerns::Personal, directory_of_person);
/// Step 5.
pub(crate) const TRIAL: Step = step("A-10", Concerns::Organisations, trial);
const DOMAINS: Step = step("A-02", Concerns::Organisations, domains);
const PARTNERS: Step = step("A-12", Concerns::OrganisationsInbound, unverified_partner);

/// Steps 2 to 6, in their order. The person's own block and A-80 stand between and
/// between; see [`crate::contact`].
pub(crate) const MASTER_STEPS: [Step; 4] = [FEDERATION, CLOUD, CONSUMER, CONSUMER_INBOUND];
/// Step 4 without A-80, then steps 5 and 6.
pub(crate) const PERSON_STEPS: [Step; 8] = [
    FEDERATION_OF_PERSON,
    CONSUMER_OF_PERSON,
    CONSUMER_INBOUND_OF_PERSON,
    DIRECTORY,
    DIRECTORY_OF_PERSON,
    TRIAL,
    DOMAINS,
    PARTNERS,
];

/// Whether an organisation's side trusts another in a group: G-08, G-11.
pub(crate) const TRUST: [Step; 3] = [FEDERATION, FEDERATION_OF_PERSON, DOMAINS];
/// What of the organisation keeps a personal account out of a group.
pub(crate) const CONSUMER_OF_ORGANISATION: [Step; 3] = [CLOUD, CONSUMER, DIRECTORY];
/// What of a person's policy keeps them and a personal account apart in a group.
pub(crate) const CONSUMER_OF_POLICY: [Step; 2] = [CONSUMER_OF_PERSON, DIRECTORY_OF_PERSON];

impl<'a> Case<'a> {
    const fn configuration(&self) -> &'a Configuration {
        self.terms.configuration()
    }

    const fn settings(&self) -> &'a ExternalAccessPolicy {
        &self.policy.settings
    }

    fn if_organisation(&self, refuses: bool, ground: Ground) -> Option<Ground> {
        (refuses && !self.other.is_personal()).then_some(ground)
    }

    fn if_personal(&self, refuses: bool, ground: Ground) -> Option<Ground> {
        (refuses && self.other.is_personal()).then_some(ground)
    }
}

fn blocked_person(case: &Case<'_>) -> Option<Ground> {
    let people = &case.terms.blocked_people;
    let is_listed = !people.is_empty() && people.contains(case.other.account, case.other.addresses);
    is_listed.then_some(BLOCKED)
}

const BLOCKED: Ground = Ground::new(Reason::OrgBlockedUser, "A-60", "blockedUsers");

fn federation(case: &Case<'_>) -> Option<Ground> {
    let setting = "allowFederatedUsers";
    let ground = Ground::new(Reason::OrgFederationOff, "A-01", setting);
    case.if_organisation(!case.configuration().allow_federated_users, ground)
}

fn federation_of_person(case: &Case<'_>) -> Option<Ground> {
    let setting = "enableFederationAccess";
    let ground = Ground::new(Reason::UserFederationOff, "A-30", setting);
    case.if_organisation(!case.settings().enable_federation_access, ground)
}

fn cloud(case: &Case<'_>) -> Option<Ground> {
    let ground = Ground::plain(Reason::FeatureOff, "S-07");
    case.if_personal(case.own.rights.is_isolated, ground)
}

fn consumer(case: &Case<'_>) -> Option<Ground> {
    let setting = "allowTeamsConsumer";
    let ground = Ground::new(Reason::OrgConsumerOff, "A-07", setting);
    case.if_personal(!case.configuration().allow_teams_consumer, ground)
}

fn consumer_inbound(case: &Case<'_>) -> Option<Ground> {
    let setting = "allowTeamsConsumerInbound";
    let ground = Ground::new(Reason::OrgConsumerInboundOff, "A-08", setting);
    let is_closed = !case.configuration().allow_teams_consumer_inbound;
    case.if_personal(case.contact.is_inbound && is_closed, ground)
}

fn consumer_of_person(case: &Case<'_>) -> Option<Ground> {
    let setting = "enableTeamsConsumerAccess";
    let ground = Ground::new(Reason::UserConsumerOff, "A-34", setting);
    case.if_personal(!case.settings().enable_teams_consumer_access, ground)
}

fn consumer_inbound_of_person(case: &Case<'_>) -> Option<Ground> {
    let setting = "enableTeamsConsumerInbound";
    let ground = Ground::new(Reason::UserConsumerInboundOff, "A-35", setting);
    let is_closed = !case.settings().enable_teams_consumer_inbound;
    case.if_personal(case.contact.is_inbound && is_closed, ground)
}

fn directory(case: &Case<'_>) -> Option<Ground> {
    let setting = "restrictTeamsConsumerToExternalUserProfiles";
    let ground = Ground::new(Reason::DirectoryRestricted, "A-09", setting);
    let is_restricted = case.configuration().restrict_teams_consumer_to_external_user_profiles;
    case.if_personal(is_restricted && !case.other.in_extended_directory, ground)
}

fn directory_of_person(case: &Case<'_>) -> Option<Ground> {
    let setting = "restrictTeamsConsumerAccessToExternalUserProfiles";
    let ground = Ground::new(Reason::DirectoryRestricted, "A-36", setting);
    let restricts = case.settings().restrict_teams_consumer_access_to_external_user_profiles;
    case.if_personal(restricts == Some(true) && !case.other.in_extended_directory, ground)
}

fn trial(case: &Case<'_>) -> Option<Ground> {
    let setting = "externalAccessWithTrialTenants";
    let ground = Ground::new(Reason::TrialBlocked, "A-10", setting);
    let access = case.configuration().external_access_with_trial_organisations;
    let refuses = access == AllowedOrBlocked::Blocked
        && case.other.terms.is_some_and(OrganisationTerms::is_trial)
        && !case.terms.allowed_trial.contains_all(case.other.domains);
    case.if_organisation(refuses, ground)
}

fn domains(case: &Case<'_>) -> Option<Ground> {
    if case.other.is_personal() {
        return None;
    }
    let domains = case.other.domains;
    match &case.policy.reach {
        Reach::OrganisationDefault => organisation_domains(case.terms, domains),
        Reach::All => None,
        Reach::Only(set) if set.contains_all(domains) => None,
        Reach::Only(_) => {
            let setting = "allowedExternalDomains";
            Some(Ground::new(Reason::DomainNotAllowed, "A-32", setting))
        }
        Reach::AllBut(set) => {
            let setting = "blockedExternalDomains";
            let ground = Ground::new(Reason::DomainBlocked, "A-33", setting);
            domains.iter().any(|domain| set.contains(domain)).then_some(ground)
        }
        Reach::Nobody => {
            let setting = "communicationWithExternalOrgs";
            Some(Ground::new(Reason::DomainNotAllowed, "A-31", setting))
        }
    }
}

fn organisation_domains(terms: &OrganisationTerms, domains: &[Domain]) -> Option<Ground> {
    if let Some(allowed) = &terms.allowed {
        let ground = Ground::new(Reason::DomainNotAllowed, "A-02", "allowedDomains");
        return (!allowed.contains_all(domains)).then_some(ground);
    }
    let setting = "blockedDomains";
    if domains.iter().any(|domain| terms.blocked.contains(domain)) {
        return Some(Ground::new(Reason::DomainBlocked, "A-04", setting));
    }
    let blocks_below = terms.configuration().block_all_subdomains;
    if blocks_below && domains.iter().any(|domain| terms.blocked.contains_within(domain)) {
        return Some(Ground::new(Reason::DomainBlocked, "A-06", setting));
    }
    None
}

/// A partner who was let in by an open door, not by name, is heard only by those who know them.
fn unverified_partner(case: &Case<'_>) -> Option<Ground> {
    let setting = "treatDiscoveredPartnersAsUnverified";
    let ground = Ground::new(Reason::UnverifiedPartner, "A-12", setting);
    let is_open = match &case.policy.reach {
        Reach::OrganisationDefault => case.terms.allowed.is_none(),
        Reach::All | Reach::AllBut(_) => true,
        Reach::Only(_) | Reach::Nobody => false,
    };
    let refuses = case.contact.is_inbound
        && !case.contact.is_known
        && is_open
        && case.configuration().treat_discovered_partners_as_unverified;
    case.if_organisation(refuses, ground)
}
