//! Groups of accounts of an organisation. They carry policy assignments and nothing else.

use visavis_domain::account::{Group, Role};
use visavis_domain::audit::AuditKind;
use visavis_domain::id::{AccountId, GroupId, OrganisationId};
use visavis_domain::limit::GROUPS_MAX;
use visavis_domain::text;
use visavis_store::Tx;

use crate::account;
use crate::context::Context;
use crate::external_access;
use crate::failure::{Failure, Outcome};
use crate::page::{self, PageRequest};
use crate::subject::UserKey;
use crate::view::{Page, User};

fn organisation_of(ctx: &Context<'_>) -> Outcome<OrganisationId> {
    ctx.caller.administers(&[Role::ExternalAccessAdministrator])
}

/// Makes a group.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`]; [`Failure::LimitReached`].
pub fn create(tx: &mut Tx<'_>, ctx: &Context<'_>, name: &str) -> Outcome<Group> {
    let organisation = organisation_of(ctx)?;
    let display_name = named(name)?;
    if tx.count_groups(organisation)? >= GROUPS_MAX {
        return Err(Failure::LimitReached(format!("an organisation may have {GROUPS_MAX} groups")));
    }
    let group = Group { id: GroupId::new(ctx.fresh_id()), display_name, created_at: ctx.now };
    tx.insert_group(organisation, &group)?;
    note(
        tx,
        ctx,
        organisation,
        serde_json::json!({ "groupCreated": group.id, "groupName": group.display_name }),
    )?;
    Ok(group)
}

fn named(name: &str) -> Outcome<String> {
    text::name(name).map_err(|why| Failure::invalid("displayName", format!("The name {why}.")))
}

fn note(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    organisation: OrganisationId,
    detail: serde_json::Value,
) -> Outcome<()> {
    account::record(tx, ctx, organisation, AuditKind::DirectoryChanged, detail.to_string())
}

/// The groups of the organisation, oldest first.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] for a cursor that is not ours.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, page: &PageRequest) -> Outcome<Page<Group>> {
    let organisation = external_access::reader(ctx)?;
    let after = page.cursor.as_deref().map(page::id_of_cursor).transpose()?;
    let mut items = tx.list_groups(organisation, after, page.top + 1)?;
    let next = (items.len() > page.top).then(|| items.truncate(page.top));
    let next = next.and_then(|()| items.last().map(|group| group.id.to_string()));
    Ok(Page { items, next })
}

/// One group.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`].
pub fn get(tx: &mut Tx<'_>, ctx: &Context<'_>, id: GroupId) -> Outcome<Group> {
    let organisation = external_access::reader(ctx)?;
    tx.find_group(organisation, id)?.ok_or(Failure::NotFound)
}

/// Gives a group another name. The same name again changes nothing.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`]; [`Failure::Invalid`].
pub fn rename(tx: &mut Tx<'_>, ctx: &Context<'_>, id: GroupId, name: &str) -> Outcome<()> {
    let organisation = organisation_of(ctx)?;
    let was = get(tx, ctx, id)?.display_name;
    let display_name = named(name)?;
    if display_name == was {
        return Ok(());
    }
    tx.rename_group(organisation, id, &display_name)?;
    let detail = serde_json::json!({
        "groupRenamed": id,
        "groupName": display_name,
        "modifiedProperties": { "displayName": { "old": was, "new": display_name } },
    });
    note(tx, ctx, organisation, detail)
}

/// Removes a group and what is assigned to it.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`].
pub fn delete(tx: &mut Tx<'_>, ctx: &Context<'_>, id: GroupId) -> Outcome<()> {
    let organisation = organisation_of(ctx)?;
    let display_name = get(tx, ctx, id)?.display_name;
    let mut assignments = tx.group_assignments(organisation)?;
    assignments.retain(|assignment| assignment.group != id);
    tx.set_group_assignments(organisation, &assignments)?;
    tx.delete_group(organisation, id)?;
    tx.bump_epoch(organisation)?;
    note(
        tx,
        ctx,
        organisation,
        serde_json::json!({ "groupDeleted": id, "groupName": display_name }),
    )
}

/// Puts somebody of the organisation into a group. Doing it twice is fine.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`].
pub fn add_member(tx: &mut Tx<'_>, ctx: &Context<'_>, id: GroupId, key: &UserKey) -> Outcome<()> {
    let organisation = organisation_of(ctx)?;
    let display_name = get(tx, ctx, id)?.display_name;
    let person = account::get(tx, ctx, key)?.person.card;
    if person.home.organisation() != Some(organisation) {
        return Err(Failure::NotFound);
    }
    if tx.add_group_member(organisation, id, person.id)? {
        tx.bump_epoch(organisation)?;
        let detail = serde_json::json!({
            "group": id, "groupName": display_name, "memberAdded": person.id,
        });
        note(tx, ctx, organisation, detail)?;
    }
    Ok(())
}

/// Takes somebody out of a group.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`].
pub fn remove_member(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    id: GroupId,
    account: AccountId,
) -> Outcome<()> {
    let organisation = organisation_of(ctx)?;
    let display_name = get(tx, ctx, id)?.display_name;
    if !tx.remove_group_member(organisation, id, account)? {
        return Err(Failure::NotFound);
    }
    tx.bump_epoch(organisation)?;
    let detail = serde_json::json!({
        "group": id, "groupName": display_name, "memberRemoved": account,
    });
    note(tx, ctx, organisation, detail)
}

/// Who is in a group.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`]; [`Failure::Invalid`].
pub fn members(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    id: GroupId,
    page: &PageRequest,
) -> Outcome<Page<User>> {
    let organisation = external_access::reader(ctx)?;
    get(tx, ctx, id)?;
    let after = page.cursor.as_deref().map(page::id_of_cursor).transpose()?;
    let mut ids = tx.group_members(organisation, id, after, page.top + 1)?;
    let has_more = ids.len() > page.top;
    ids.truncate(page.top);
    let next = if has_more { ids.last().map(ToString::to_string) } else { None };
    let items = ids
        .into_iter()
        .map(|account| account::get(tx, ctx, &UserKey::Id(account)))
        .collect::<Outcome<Vec<_>>>()?;
    Ok(Page { items, next })
}
