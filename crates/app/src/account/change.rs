//! Changes of accounts by the administrators of their organisation.

use visavis_domain::account::{Account, Profile, Role, Roles};
use visavis_domain::address::PhoneNumber;
use visavis_domain::audit::AuditKind;
use visavis_domain::text;
use visavis_store::Tx;

use super::{get, must_rule, put_password, record, replace_phone, seen, take_phone};
use crate::App;
use crate::context::{Caller, Context};
use crate::failure::{Failure, Outcome};
use crate::subject::UserKey;
use crate::token;
use crate::trail;
use crate::view::User;

/// What is to change about an account; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// What people call the person.
    pub display_name: Option<String>,
    /// Whether it may sign in. Switching off revokes every token.
    pub is_enabled: Option<bool>,
    /// What it may do beyond chatting.
    pub roles: Option<Roles>,
    /// Free text of the directory.
    pub profile: ProfileChange,
    /// The telephone number, or none any more.
    pub phone: Option<Option<PhoneNumber>>,
    /// A new password, which revokes every token and session.
    pub password: Option<String>,
}

/// What is to change about the free text of the directory; what is not named stays, and what is named as
/// none goes.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// Given name.
    pub given_name: Option<Option<String>>,
    /// Family name.
    pub surname: Option<Option<String>>,
    /// Job title.
    pub job_title: Option<Option<String>>,
    /// Where the person works.
    pub office_location: Option<Option<String>>,
    /// Preferred language, BCP 47.
    pub preferred_language: Option<Option<String>>,
}

/// Changes an account of the caller's organisation: all of it or, on bad input, nothing.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`]; [`Failure::Invalid`].
pub async fn change(
    app: &App,
    caller: Caller,
    key: UserKey,
    mut change: AccountChange,
) -> Outcome<User> {
    let hash = match change.password.take() {
        Some(password) => {
            // Hashing costs a lot, so only those who may set this password have it done.
            let key = key.clone();
            let may_set = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
                let account = changeable(tx, ctx, &key)?;
                must_rule(ctx, &account)
            };
            app.read(caller.clone(), may_set).await?;
            Some(app.hash_password(password).await?)
        }
        None => None,
    };
    app.write(caller, move |tx, ctx| update(tx, ctx, &key, change, hash.as_deref())).await
}

/// An account that the caller may change, as they see it.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`].
pub fn get_to_change(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<User> {
    let account = changeable(tx, ctx, key)?;
    seen(tx, ctx, &account)
}

/// An account that the caller may change; whom they may not know of is not found.
fn changeable(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<Account> {
    let id = get(tx, ctx, key)?.person.card.id;
    let organisation = ctx.caller.administers(&[])?;
    let account = tx
        .find_account(id)?
        .filter(|account| account.home.organisation() == Some(organisation))
        .ok_or(Failure::NotFound)?;
    must_rule(ctx, &account)?;
    Ok(account)
}

fn update(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    key: &UserKey,
    change: AccountChange,
    password_hash: Option<&str>,
) -> Outcome<User> {
    let mut account = changeable(tx, ctx, key)?;
    let before = account.clone();
    let (organisation, id) = (ctx.caller.administers(&[])?, account.id);
    if let Some(name) = change.display_name {
        account.display_name = text::name(&name)
            .map_err(|why| Failure::invalid("displayName", format!("The name {why}.")))?;
    }
    account.profile = over(change.profile, account.profile);
    match change.phone {
        Some(Some(phone)) => replace_phone(tx, ctx, &mut account, phone)?,
        Some(None) => take_phone(tx, &mut account, None)?,
        None => {}
    }
    if let Some(roles) = change.roles {
        let touches_operator =
            roles.has(Role::DeploymentOperator) || account.roles.has(Role::DeploymentOperator);
        if touches_operator && ctx.caller.operates().is_err() {
            return Err(Failure::NoPermission);
        }
        if id == ctx.caller.account && !roles.has(Role::OrganisationAdministrator) {
            return Err(Failure::Conflict(
                "Another administrator has to take this role from you.".to_owned(),
            ));
        }
        account.roles = roles;
    }
    if let Some(is_enabled) = change.is_enabled {
        if id == ctx.caller.account && !is_enabled {
            return Err(Failure::Conflict("You cannot switch yourself off.".to_owned()));
        }
        account.is_enabled = is_enabled;
    }
    tx.update_account(&account)?;
    tx.bump_epoch(organisation)?;
    if account.is_enabled {
        token::refresh(tx, ctx, id)?;
    } else {
        token::revoke_all(tx, ctx, id)?;
    }
    let changed = changed_properties(&before, &account);
    if !changed.is_empty() {
        let detail = serde_json::json!({ "changed": id, "modifiedProperties": changed });
        record(tx, ctx, organisation, AuditKind::DirectoryChanged, detail.to_string())?;
    }
    if let Some(hash) = password_hash {
        put_password(tx, ctx, &account, hash)?;
    }
    seen(tx, ctx, &account)
}

/// What of an account changed, for the trail, which keeps it for ever: both values of what gives
/// or takes power, and the rest by name alone.
fn changed_properties(old: &Account, new: &Account) -> serde_json::Map<String, serde_json::Value> {
    let facts = |account: &Account| {
        let roles: Vec<_> = account.roles.iter().map(Role::as_str).collect();
        serde_json::json!({
            "displayName": account.display_name,
            "accountEnabled": account.is_enabled,
            "roles": roles,
            "mobilePhone": account.phone,
            "profile": account.profile,
        })
    };
    let mut changed = trail::difference(&facts(old), &facts(new));
    for name in ["mobilePhone", "profile"] {
        if let Some(values) = changed.get_mut(name) {
            *values = serde_json::json!({});
        }
    }
    changed
}

/// A profile with what it does not name as it was.
fn over(new: ProfileChange, old: Profile) -> Profile {
    Profile {
        given_name: new.given_name.unwrap_or(old.given_name),
        surname: new.surname.unwrap_or(old.surname),
        job_title: new.job_title.unwrap_or(old.job_title),
        office_location: new.office_location.unwrap_or(old.office_location),
        preferred_language: new.preferred_language.unwrap_or(old.preferred_language),
    }
}
