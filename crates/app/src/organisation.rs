//! Organisations: one's own, and what the operator of the deployment does with all of them.

use std::str::FromStr;

use visavis_domain::account::{Account, Role, Roles};
use visavis_domain::address::Domain;
use visavis_domain::audit::AuditKind;
use visavis_domain::id::{OrganisationId, OrganisationKey};
use visavis_domain::limit::{ADMINISTRATORS_TO_ASK_MAX, ORGANISATION_DOMAINS_MAX};
use visavis_domain::organisation::{Organisation, TrustClass};
use visavis_domain::text;
use visavis_store::{StoreError, Tx};

use crate::account;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::page::{self, PageRequest};
use crate::view::Page;

/// An organisation as the operator names it.
#[derive(Debug, Clone)]
pub enum Named {
    /// Its id.
    Id(OrganisationId),
    /// One of its domains.
    Domain(Domain),
}

impl FromStr for Named {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        text.parse().map(Self::Domain).map_err(|_neither| {
            Failure::invalid(
                "organisation",
                "Name an organisation by its id or one of its domains.",
            )
        })
    }
}

/// The organisation that the operator means.
fn find_named(tx: &mut Tx<'_>, ctx: &Context<'_>, named: &Named) -> Outcome<Organisation> {
    ctx.caller.operates()?;
    let id = match named {
        Named::Id(id) => *id,
        Named::Domain(domain) => {
            tx.find_organisation_by_domain(domain)?.ok_or(Failure::NotFound)?
        }
    };
    tx.find_organisation(id)?.ok_or(Failure::NotFound)
}

/// The caller's own organisation.
///
/// # Errors
///
/// [`Failure::NotFound`] for personal accounts.
pub fn own(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<Organisation> {
    let id = ctx.caller.home.organisation().ok_or(Failure::NotFound)?;
    tx.find_organisation(id)?.ok_or(Failure::NotFound)
}

/// Whom the caller can ask to change external access: administrators of the caller's own
/// organisation, first those who have just that role, by name. Nobody for personal accounts, and
/// never those of another organisation.
///
/// # Errors
///
/// When the store fails.
pub fn administrators_to_ask(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<Vec<Account>> {
    let Some(own) = ctx.caller.home.organisation() else { return Ok(Vec::new()) };
    let mut found: Vec<Account> = Vec::new();
    for role in [Role::ExternalAccessAdministrator, Role::OrganisationAdministrator] {
        let with =
            tx.list_accounts_with_roles(own, Roles::from_iter([role]), ADMINISTRATORS_TO_ASK_MAX)?;
        let is_new = |account: &Account| found.iter().all(|known| known.id != account.id);
        let more: Vec<Account> = with.into_iter().filter(is_new).collect();
        found.extend(more);
    }
    found.truncate(ADMINISTRATORS_TO_ASK_MAX);
    Ok(found)
}

/// The organisation that has proved a domain. Which domains are whose is told to everybody who is
/// signed in, as a look-up: it says nothing about people (decision 0024).
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::TooMany`].
pub fn of_domain(tx: &mut Tx<'_>, ctx: &Context<'_>, domain: &Domain) -> Outcome<Organisation> {
    ctx.limits.check_lookups(ctx.caller, 1)?;
    let id = tx.find_organisation_by_domain(domain)?.ok_or(Failure::NotFound)?;
    tx.find_organisation(id)?.ok_or(Failure::NotFound)
}

/// The organisation of an id; as [`of_domain`].
///
/// # Errors
///
/// As [`of_domain`].
pub fn of_id(tx: &mut Tx<'_>, ctx: &Context<'_>, id: OrganisationId) -> Outcome<Organisation> {
    ctx.limits.check_lookups(ctx.caller, 1)?;
    tx.find_organisation(id)?.ok_or(Failure::NotFound)
}

/// Founds an organisation. The operator vouches for its domains; the first is its default.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`]; [`Failure::Conflict`] when a domain is taken.
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    name: &str,
    domains: &[Domain],
    trust_class: TrustClass,
) -> Outcome<Organisation> {
    ctx.caller.operates()?;
    let name = text::name(name)
        .map_err(|why| Failure::invalid("displayName", format!("The name {why}.")))?;
    if domains.is_empty() || domains.len() > ORGANISATION_DOMAINS_MAX {
        return Err(Failure::invalid(
            "domains",
            format!("An organisation has 1 to {ORGANISATION_DOMAINS_MAX} domains."),
        ));
    }
    let id = OrganisationId::new(ctx.fresh_id());
    tx.insert_organisation(id, &name, trust_class, ctx.now)?;
    for (index, domain) in domains.iter().enumerate() {
        put_domain(tx, ctx, id, domain, index == 0)?;
    }
    let detail = serde_json::json!({ "founded": id, "domains": domains }).to_string();
    account::record(tx, ctx, id, AuditKind::DirectoryChanged, detail)?;
    tx.find_organisation(id)?.ok_or(Failure::Internal { code: "founded-organisation-missing" })
}

fn put_domain(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    id: OrganisationId,
    domain: &Domain,
    is_default: bool,
) -> Outcome<()> {
    if tx.find_organisation_by_domain(domain)?.is_some() {
        return Err(Failure::Conflict("An organisation has proved this domain.".to_owned()));
    }
    tx.insert_domain(id, domain, is_default, ctx.now).map_err(|error| match error {
        StoreError::AddressTaken => {
            Failure::Conflict("An organisation has proved this domain.".to_owned())
        }
        other => other.into(),
    })
}

/// Every organisation of the deployment, oldest first.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] for a cursor that is not ours.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, page: &PageRequest) -> Outcome<Page<Organisation>> {
    ctx.caller.operates()?;
    let after = page.cursor_number()?.map(OrganisationKey);
    let mut items = tx.list_organisations(after, page.top + 1)?;
    let has_more = items.len() > page.top;
    items.truncate(page.top);
    let next = items.last().filter(|_| has_more).map(|last| page::cursor_of_number(last.key.0));
    Ok(Page { items, next })
}

/// Adds a domain that an organisation has proved to the operator.
///
/// # Errors
///
/// As [`create`]; [`Failure::NotFound`].
pub fn add_domain(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    named: &Named,
    domain: &Domain,
) -> Outcome<Organisation> {
    let organisation = find_named(tx, ctx, named)?;
    let id = organisation.id;
    if organisation.domains.len() >= ORGANISATION_DOMAINS_MAX {
        return Err(Failure::LimitReached(format!(
            "an organisation may have {ORGANISATION_DOMAINS_MAX} domains"
        )));
    }
    put_domain(tx, ctx, id, domain, organisation.domains.is_empty())?;
    tx.bump_epoch(id)?;
    let detail = serde_json::json!({ "domainAdded": domain }).to_string();
    account::record(tx, ctx, id, AuditKind::DirectoryChanged, detail)?;
    tx.find_organisation(id)?.ok_or(Failure::NotFound)
}

/// Says how far an organisation has shown itself.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::NotFound`].
pub fn set_trust_class(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    named: &Named,
    trust_class: TrustClass,
) -> Outcome<Organisation> {
    let organisation = find_named(tx, ctx, named)?;
    let id = organisation.id;
    tx.update_organisation(id, &organisation.name, trust_class)?;
    tx.bump_epoch(id)?;
    let detail = serde_json::json!({ "trustClass": trust_class }).to_string();
    account::record(tx, ctx, id, AuditKind::DirectoryChanged, detail)?;
    tx.find_organisation(id)?.ok_or(Failure::NotFound)
}
