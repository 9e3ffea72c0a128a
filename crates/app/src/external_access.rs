//! External access: the organisation's configuration, its policies, and to whom they apply.

use serde_json::{Map, Value, json};
use visavis_domain::account::Role;
use visavis_domain::audit::{AuditKind, Hash};
use visavis_domain::id::{AccountId, GroupId, OrganisationId};
use visavis_domain::limit::{ASSIGNMENTS_PER_CALL_MAX, POLICIES_MAX, POLICY_PAGE_BYTES_MAX};
use visavis_policy::assignment::{self, AssignmentError, Effective, GroupAssignment};
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{Configuration, ExternalAccessPolicy, SettingsError};
use visavis_store::Tx;

use crate::account;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::page::{self, PageRequest};
use crate::subject::{UserKey, home_of};
use crate::trail;
use crate::view::{Page, User};

/// What the security team may change where the organisation delegates it.
const BLOCK_LISTS: [&str; 3] = ["blockedDomains", "blockedUsers", "blockExternalUserAccess"];

/// Whoever reads policies also reads which groups have them, and who has which role.
pub(crate) fn reader(ctx: &Context<'_>) -> Outcome<OrganisationId> {
    ctx.caller.administers(&[
        Role::ExternalAccessAdministrator,
        Role::SecurityAdministrator,
        Role::ComplianceOfficer,
    ])
}

fn writer(ctx: &Context<'_>) -> Outcome<OrganisationId> {
    ctx.caller.administers(&[Role::ExternalAccessAdministrator])
}

pub(crate) fn invalid(error: &SettingsError) -> Failure {
    Failure::invalid(error.property().unwrap_or("body"), error.to_string())
}

/// The configuration and its etag.
///
/// # Errors
///
/// [`Failure::NoPermission`].
pub fn configuration(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<(Configuration, String)> {
    let organisation = reader(ctx)?;
    let (configuration, version) = tx.configuration(organisation)?;
    Ok((configuration, version.to_string()))
}

/// Changes what `patch` names in the configuration. From the answer on nothing that it forbids is
/// committed (P3).
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] naming the property;
/// [`Failure::PreconditionFailed`].
pub fn change_configuration(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    patch: &Map<String, Value>,
    if_match: Option<&str>,
) -> Outcome<(Configuration, String)> {
    let organisation = reader(ctx)?;
    let (old, version) = tx.configuration(organisation)?;
    if writer(ctx).is_err() {
        let is_delegated = ctx.caller.roles.has(Role::SecurityAdministrator)
            && old.is_block_list_delegated()
            && patch.keys().all(|key| BLOCK_LISTS.contains(&key.as_str()));
        if !is_delegated {
            return Err(Failure::NoPermission);
        }
    }
    if if_match.is_some_and(|etag| etag != version.to_string()) {
        return Err(Failure::PreconditionFailed);
    }
    let new = old.patched(patch).map_err(|error| invalid(&error))?;
    if new == old {
        return Ok((old, version.to_string()));
    }
    let version = tx.set_configuration(organisation, &new)?;
    tx.bump_epoch(organisation)?;
    let kind = AuditKind::TeamsTenantSettingChanged;
    let detail = json!({ "modifiedProperties": trail::difference(&old, &new) }).to_string();
    account::record(tx, ctx, organisation, kind, detail)?;
    Ok((new, version.to_string()))
}

/// The policies, Global first and the others in the order of their names. A page ends early where
/// policies are large.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] for a cursor that is not ours.
pub fn policies(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    page: &PageRequest,
) -> Outcome<Page<(PolicyName, ExternalAccessPolicy)>> {
    let organisation = reader(ctx)?;
    let after: Option<PolicyName> = page.cursor.as_deref().map(page::id_of_cursor).transpose()?;
    // A cursor is a name as it is written, and nothing that only means one.
    if after.as_ref().map(ToString::to_string) != page.cursor {
        return Err(page::not_ours());
    }
    // Every name but that of Global begins with `Tag:`, which comes later.
    let (items, has_more) =
        tx.list_policies(organisation, after.as_ref(), page.top, POLICY_PAGE_BYTES_MAX)?;
    let next = items.last().filter(|_last| has_more).map(|(name, _policy)| name.to_string());
    Ok(Page { items, next })
}

/// One policy.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`].
pub fn policy(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &PolicyName,
) -> Outcome<(PolicyName, ExternalAccessPolicy)> {
    let organisation = reader(ctx)?;
    find(tx, organisation, name)
}

/// The name of a policy as it was first written; none where there is no such policy.
///
/// # Errors
///
/// [`Failure::NoPermission`].
pub fn policy_name(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: Option<&PolicyName>,
) -> Outcome<Option<PolicyName>> {
    let organisation = reader(ctx)?;
    let Some(name) = name else { return Ok(None) };
    Ok(tx.find_policy(organisation, name)?.map(|(name, _policy)| name))
}

pub(crate) fn find(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    name: &PolicyName,
) -> Outcome<(PolicyName, ExternalAccessPolicy)> {
    tx.find_policy(organisation, name)?.ok_or(Failure::NotFound)
}

/// A policy that somebody acts on, as they read it if they say which version that was.
fn find_as_read(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    name: &PolicyName,
    if_match: Option<&str>,
) -> Outcome<(PolicyName, ExternalAccessPolicy)> {
    let (name, policy) = find(tx, organisation, name)?;
    if if_match.is_some_and(|version| version != etag(&policy)) {
        return Err(Failure::PreconditionFailed);
    }
    Ok((name, policy))
}

/// Which version of a policy this is: a hash of its settings, so that a policy that is made anew
/// under an old name is no old version of it, and one that was changed and changed back is what
/// somebody read. Who has it is no part of it.
#[must_use]
pub fn etag(policy: &ExternalAccessPolicy) -> String {
    Hash::of(json!(policy).to_string().as_bytes()).to_hex()
}

/// Makes a policy; what `properties` leaves out has its default. It is assigned to nobody.
///
/// # Errors
///
/// [`Failure::Conflict`] when the name is taken; [`Failure::Invalid`]; [`Failure::NoPermission`].
pub fn create_policy(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &PolicyName,
    properties: &Map<String, Value>,
) -> Outcome<(PolicyName, ExternalAccessPolicy)> {
    let organisation = writer(ctx)?;
    if tx.find_policy(organisation, name)?.is_some() {
        return Err(Failure::Conflict("There is a policy of this name.".to_owned()));
    }
    if tx.count_policies(organisation)? >= POLICIES_MAX {
        return Err(Failure::LimitReached(format!(
            "an organisation may have {POLICIES_MAX} policies"
        )));
    }
    let policy = ExternalAccessPolicy::default()
        .patched(name, properties)
        .map_err(|error| invalid(&error))?;
    put(tx, ctx, organisation, (name, &policy), None, "created")
}

fn put(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    organisation: OrganisationId,
    (name, policy): (&PolicyName, &ExternalAccessPolicy),
    old: Option<&ExternalAccessPolicy>,
    act: &str,
) -> Outcome<(PolicyName, ExternalAccessPolicy)> {
    tx.put_policy(organisation, name, policy)?;
    tx.bump_epoch(organisation)?;
    let mut detail = json!({ "policy": name, "act": act, "settings": policy });
    if let (Some(old), Some(facts)) = (old, detail.as_object_mut()) {
        let changed = Value::Object(trail::difference(old, policy));
        facts.insert("modifiedProperties".to_owned(), changed);
    }
    account::record(tx, ctx, organisation, AuditKind::PolicyChanged, detail.to_string())?;
    Ok((name.clone(), policy.clone()))
}

/// Changes what `properties` names in a policy.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::Invalid`]; [`Failure::NoPermission`];
/// [`Failure::PreconditionFailed`] when `if_match` is given and is not the policy's [`etag`].
pub fn change_policy(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &PolicyName,
    properties: &Map<String, Value>,
    if_match: Option<&str>,
) -> Outcome<(PolicyName, ExternalAccessPolicy)> {
    let organisation = writer(ctx)?;
    let (name, old) = find_as_read(tx, organisation, name, if_match)?;
    let new = old.patched(&name, properties).map_err(|error| invalid(&error))?;
    if new == old {
        return Ok((name, old));
    }
    put(tx, ctx, organisation, (&name, &new), Some(&old), "changed")
}

/// Removes a policy: whom it was assigned to gets what comes next. Removing Global gives
/// it back its defaults.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`]; [`Failure::PreconditionFailed`] when
/// `if_match` is given and is not the policy's [`etag`].
pub fn delete_policy(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &PolicyName,
    if_match: Option<&str>,
) -> Outcome<()> {
    let organisation = writer(ctx)?;
    let (name, old) = find_as_read(tx, organisation, name, if_match)?;
    if name.is_global() {
        return reset_global(tx, ctx, organisation, &old);
    }
    let before = tx.group_assignments(organisation)?;
    let (lost, kept): (Vec<_>, Vec<_>) =
        before.into_iter().partition(|assignment| assignment.policy == name);
    tx.set_group_assignments(organisation, &kept)?;
    // Else a later policy of the same name would apply to people to whom nobody assigned it.
    let people = tx.clear_direct_assignments(organisation, &name)?;
    tx.delete_policy(organisation, &name)?;
    tx.bump_epoch(organisation)?;
    let groups: Vec<_> = lost.iter().map(|assignment| assignment.group).collect();
    let detail = json!({ "policy": name, "act": "removed", "people": people, "groups": groups });
    account::record(tx, ctx, organisation, AuditKind::PolicyChanged, detail.to_string())
}

fn reset_global(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    organisation: OrganisationId,
    old: &ExternalAccessPolicy,
) -> Outcome<()> {
    let usual = ExternalAccessPolicy::default();
    put(tx, ctx, organisation, (&PolicyName::global(), &usual), Some(old), "reset").map(drop)
}

/// Assigns a policy to a group at a rank, or moves or replaces what the group has (A-103 to
/// Without a rank a new assignment is the lowest.
///
/// # Errors
///
/// [`Failure::NotFound`] for policy or group; [`Failure::LimitReached`]; [`Failure::Invalid`];
/// [`Failure::PreconditionFailed`] when `if_match` is given and is not the policy's [`etag`].
pub fn assign_to_group(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &PolicyName,
    (group, rank): (GroupId, Option<u32>),
    if_match: Option<&str>,
) -> Outcome<()> {
    let organisation = writer(ctx)?;
    let (name, _policy) = find_as_read(tx, organisation, name, if_match)?;
    if name.is_global() {
        return Err(Failure::invalid("identity", "Global applies to everybody already."));
    }
    let display_name = tx.find_group(organisation, group)?.ok_or(Failure::NotFound)?.display_name;
    let old = tx.group_assignments(organisation)?;
    let was = assigned_to(&old, group);
    let entry = GroupAssignment { group, policy: name.clone() };
    let new = match assignment::rank_of(&old, group) {
        Some(_rank) => assignment::reassigned(&old, entry, rank),
        None => assignment::assigned(&old, entry, rank),
    };
    let new = new.map_err(|error| refused(&error))?;
    tx.set_group_assignments(organisation, &new)?;
    tx.bump_epoch(organisation)?;
    let detail = json!({
        "policy": name,
        "group": group,
        "groupName": display_name,
        "rank": assignment::rank_of(&new, group),
        "was": was,
        "rankWas": assignment::rank_of(&old, group),
    });
    account::record(tx, ctx, organisation, AuditKind::PolicyAssigned, detail.to_string())
}

fn assigned_to(assignments: &[GroupAssignment], group: GroupId) -> Option<&PolicyName> {
    assignments.iter().find(|one| one.group == group).map(|one| &one.policy)
}

pub(crate) fn refused(error: &AssignmentError) -> Failure {
    match error {
        AssignmentError::TooMany => Failure::LimitReached(error.to_string()),
        _ => Failure::Conflict(error.to_string()),
    }
}

/// Takes a policy from a group, of which the ranks below move up, or from everybody, by which
/// Global gets back its defaults.
///
/// # Errors
///
/// [`Failure::NotFound`] for the policy, or when the group does not have it;
/// [`Failure::NoPermission`]; [`Failure::PreconditionFailed`] when `if_match` is given and is not
/// the policy's [`etag`].
pub fn unassign(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &PolicyName,
    group: Option<GroupId>,
    if_match: Option<&str>,
) -> Outcome<()> {
    let organisation = writer(ctx)?;
    let (name, _policy) = find_as_read(tx, organisation, name, if_match)?;
    let Some(group) = group else {
        let (_global, old) = find(tx, organisation, &PolicyName::global())?;
        return reset_global(tx, ctx, organisation, &old);
    };
    let old = tx.group_assignments(organisation)?;
    if assigned_to(&old, group) != Some(&name) {
        return Err(Failure::NotFound);
    }
    let new = assignment::unassigned(&old, group).map_err(|_none| Failure::NotFound)?;
    tx.set_group_assignments(organisation, &new)?;
    tx.bump_epoch(organisation)?;
    let detail = json!({
        "policy": null,
        "group": group,
        "groupName": tx.find_group(organisation, group)?.map(|found| found.display_name),
        "was": assigned_to(&old, group),
        "rankWas": assignment::rank_of(&old, group),
    });
    account::record(tx, ctx, organisation, AuditKind::PolicyAssigned, detail.to_string())
}

/// Gives the Global policy the settings of another one, so that they apply to everybody who has
/// nothing else assigned.
///
/// # Errors
///
/// [`Failure::Invalid`] when Global may not have such settings (T-024); [`Failure::NotFound`];
/// [`Failure::PreconditionFailed`] when `if_match` is given and is not the [`etag`] of the policy
/// that is named: it is what everybody gets.
pub fn assign_global(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &PolicyName,
    if_match: Option<&str>,
) -> Outcome<()> {
    let organisation = writer(ctx)?;
    let (_name, settings) = find_as_read(tx, organisation, name, if_match)?;
    let global = PolicyName::global();
    settings.validate(&global).map_err(|error| invalid(&error))?;
    let (_global, old) = find(tx, organisation, &global)?;
    put(tx, ctx, organisation, (&global, &settings), Some(&old), "assignedGlobally")?;
    Ok(())
}

/// What of an assignment is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Nobody of the organisation.
    Person,
    /// No policy of the organisation.
    Policy,
}

/// Assigns policies to people, or takes them away; all or nothing (T-228). Answers of which
/// assignments, by their places, who or what is not there: people outside the directory are like
/// nobody (P10). When there are any, nothing was changed.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::LimitReached`] past 5,000.
pub fn assign_to_users(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    assignments: Vec<(UserKey, Option<PolicyName>)>,
) -> Outcome<Vec<(usize, Unknown)>> {
    let organisation = writer(ctx)?;
    if assignments.len() > ASSIGNMENTS_PER_CALL_MAX {
        return Err(Failure::LimitReached(format!(
            "{ASSIGNMENTS_PER_CALL_MAX} people can be assigned a policy at once"
        )));
    }
    let known = tx.policy_names(organisation)?;
    let mut unknown = Vec::new();
    let mut meant = Vec::with_capacity(assignments.len());
    for (at, (key, name)) in assignments.into_iter().enumerate() {
        let account = match colleague(tx, ctx, organisation, &key) {
            Ok(account) => Some(account),
            Err(Failure::NotFound | Failure::NotReachable) => None,
            Err(other) => return Err(other),
        };
        // Assigning Global directly means what un-assigning means: nothing of one's own.
        let name = name.filter(|name| !name.is_global());
        // As the policy is written, whatever the case in which it was asked for.
        let found = name.as_ref().map(|name| known.iter().find(|existing| *existing == name));
        match (account, found) {
            (None, _) => unknown.push((at, Unknown::Person)),
            (Some(_), Some(None)) => unknown.push((at, Unknown::Policy)),
            (Some(account), None) => meant.push((account, None)),
            (Some(account), Some(Some(name))) => meant.push((account, Some(name))),
        }
    }
    if !unknown.is_empty() {
        return Ok(unknown);
    }
    for (account, name) in meant {
        // Somebody who is named twice, or has it already, is done with.
        let was = tx.direct_assignment(account)?;
        if was.as_ref() == name {
            continue;
        }
        tx.set_direct_assignment(organisation, account, name)?;
        let detail = json!({ "policy": name, "person": account, "was": was }).to_string();
        account::record(tx, ctx, organisation, AuditKind::PolicyAssigned, detail)?;
    }
    tx.bump_epoch(organisation)?;
    Ok(unknown)
}

/// The people to whom a policy is assigned directly, in the order of their ids.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`]; [`Failure::Invalid`] for a cursor that is not
/// ours.
pub fn people_with(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &PolicyName,
    page: &PageRequest,
) -> Outcome<Page<User>> {
    let organisation = reader(ctx)?;
    let (name, _policy) = find(tx, organisation, name)?;
    let after = page.cursor.as_deref().map(page::id_of_cursor).transpose()?;
    let mut ids = tx.directly_assigned(organisation, &name, after, page.top + 1)?;
    let has_more = ids.len() > page.top;
    ids.truncate(page.top);
    let next = ids.last().filter(|_last| has_more).map(ToString::to_string);
    let items = ids.into_iter().map(|id| account::get(tx, ctx, &UserKey::Id(id)));
    Ok(Page { items: items.collect::<Outcome<_>>()?, next })
}

pub(crate) fn colleague(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    organisation: OrganisationId,
    key: &UserKey,
) -> Outcome<AccountId> {
    let card = account::get(tx, ctx, key)?.person.card;
    if card.home.organisation() == Some(organisation) {
        Ok(card.id)
    } else {
        Err(Failure::NotFound)
    }
}

/// Which policy applies to somebody, and why.
#[derive(Debug, Clone)]
pub struct EffectiveView {
    /// The policy that applies, and every source, the winner first.
    pub effective: Effective,
    /// What it says.
    pub policy: ExternalAccessPolicy,
}

/// Which policy applies to somebody of the organisation; everybody may ask for themselves.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`].
pub fn effective(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<EffectiveView> {
    let organisation = ctx.caller.home.organisation().ok_or(Failure::NotFound)?;
    let account = colleague(tx, ctx, organisation, key)?;
    if account != ctx.caller.account {
        reader(ctx)?;
    }
    let terms = home_of(tx, ctx, Some(organisation))?
        .terms
        .ok_or(Failure::Internal { code: "organisation-without-terms" })?;
    let direct = tx.direct_assignment(account)?;
    let groups = tx.groups_of(account)?;
    let effective = terms.explain_sources(direct.as_ref(), &groups);
    let policy = terms.policy(terms.effective(direct.as_ref(), &groups)).clone();
    Ok(EffectiveView { effective, policy })
}

/// What is set for somebody of the organisation.
#[derive(Debug, Clone)]
pub struct UserConfiguration {
    /// Who.
    pub user: User,
    /// Which policy applies, and why.
    pub effective: Effective,
}

/// What is set for the people of the caller's organisation, by display name.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] for a cursor that is not ours.
pub fn configurations(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    page: &PageRequest,
) -> Outcome<Page<UserConfiguration>> {
    reader(ctx)?;
    let Page { items, next } = account::list(tx, ctx, None, page)?;
    let items = items.into_iter().map(|user| configured(tx, ctx, user));
    Ok(Page { items: items.collect::<Outcome<_>>()?, next })
}

/// What is set for one of the people of the caller's organisation.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::NotFound`] for everybody else.
pub fn configuration_of(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    key: &UserKey,
) -> Outcome<UserConfiguration> {
    reader(ctx)?;
    let user = account::get(tx, ctx, key)?;
    configured(tx, ctx, user)
}

fn configured(tx: &mut Tx<'_>, ctx: &Context<'_>, user: User) -> Outcome<UserConfiguration> {
    let effective = effective(tx, ctx, &UserKey::Id(user.person.card.id))?.effective;
    Ok(UserConfiguration { user, effective })
}

/// What is assigned to groups, in the order of ranks.
///
/// # Errors
///
/// [`Failure::NoPermission`].
pub fn group_assignments(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<Vec<GroupAssignment>> {
    let organisation = reader(ctx)?;
    Ok(tx.group_assignments(organisation)?)
}
