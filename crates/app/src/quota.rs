//! What an organisation may have and do, and how much of it is used: for its administrators.

use visavis_domain::account::Role;
use visavis_domain::limit::{
    BLOCKED_USERS_MAX, DOMAIN_LIST_MAX, GROUP_ASSIGNMENTS_MAX, GROUPS_MAX,
    ORGANISATION_DOMAINS_MAX, POLICIES_MAX, SUBSCRIPTIONS_PER_ORGANISATION_MAX,
};
use visavis_policy::settings::AllowedDomains;

use crate::Tx;
use crate::context::Context;
use crate::failure::Outcome;
use crate::rate::RateUse;
use crate::{external_access, organisation};

/// How many of something an organisation has and may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// What is counted.
    pub name: &'static str,
    /// How many there may be.
    pub limit: usize,
    /// How many there are.
    pub used: usize,
}

/// The limits of rates that concern the caller, and the quotas of the caller's organisation.
///
/// # Errors
///
/// [`NoPermission`](crate::failure::Failure::NoPermission) for everybody but administrators.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<(Vec<RateUse>, Vec<Quota>)> {
    let id = ctx.caller.administers(&[
        Role::ExternalAccessAdministrator,
        Role::SecurityAdministrator,
        Role::ComplianceOfficer,
    ])?;
    let (configuration, _version) = external_access::configuration(tx, ctx)?;
    let policies = tx.count_policies(id)?;
    let assignments = external_access::group_assignments(tx, ctx)?.len();
    let domains = organisation::own(tx, ctx)?.domains.len();
    let allowed = match &configuration.allowed_domains {
        AllowedDomains::AllowList { domains } => domains.len(),
        AllowedDomains::AllKnownDomains => 0,
    };
    let trial = configuration.allowed_trial_organisation_domains.len();
    let subscriptions = usize::try_from(tx.count_subscriptions_in(id)?).unwrap_or_default();
    let quotas = [
        ("domains", ORGANISATION_DOMAINS_MAX, domains),
        ("groups", GROUPS_MAX, tx.count_groups(id)?),
        ("subscriptions", SUBSCRIPTIONS_PER_ORGANISATION_MAX, subscriptions),
        ("externalAccessPolicies", POLICIES_MAX, policies),
        ("groupPolicyAssignments", GROUP_ASSIGNMENTS_MAX, assignments),
        ("allowedDomains", DOMAIN_LIST_MAX, allowed),
        ("blockedDomains", DOMAIN_LIST_MAX, configuration.blocked_domains.len()),
        ("allowedTrialTenantDomains", DOMAIN_LIST_MAX, trial),
        ("blockedUsers", BLOCKED_USERS_MAX, configuration.blocked_users.len()),
    ];
    let quotas = quotas.into_iter().map(|(name, limit, used)| Quota { name, limit, used });
    Ok((ctx.limits.use_of(ctx.caller), quotas.collect()))
}
