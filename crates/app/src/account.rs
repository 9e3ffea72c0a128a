//! Accounts: oneself, the own directory, making and changing accounts, one's own settings.

use std::sync::Arc;

use visavis_domain::account::{
    Account, ExternalChatSettings, Profile, Role, Roles, TokenKind, WhoCanAdd,
};
use visavis_domain::address::{Address, EmailAddress, PhoneNumber};
use visavis_domain::audit::AuditKind;
use visavis_domain::directory;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, OrganisationId};
use visavis_domain::limit::ADDRESSES_MAX;
use visavis_domain::text;
use visavis_store::{DirectoryFilter, StoreError, Tx};

use crate::App;
use crate::contact;
use crate::context::{Caller, Context};
use crate::external_access::reader;
use crate::failure::{Failure, Outcome};
use crate::page::PageRequest;
use crate::scene::act;
use crate::subject::{NOBODY, Subject, UserKey, Viewer};
use crate::token;
use crate::trail;
use crate::view::{Card, Page, User};

mod change;

pub use self::change::{AccountChange, ProfileChange, change, get_to_change};

/// The caller.
///
/// # Errors
///
/// When the store fails.
pub fn me(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<User> {
    let account = tx.find_account(ctx.caller.account)?.ok_or(Failure::NotSignedIn)?;
    seen(tx, ctx, &account)
}

/// Somebody of the own directory, or an accepted contact; by telephone number only the former,
/// since a contact's number is hidden and must not be confirmed to somebody who guesses (U-86).
///
/// An address that is not of the own organisation counts as a look-up, whether or not anybody has
/// it (P6).
///
/// # Errors
///
/// [`Failure::NotFound`] for everybody else; [`Failure::TooMany`].
pub fn get(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<User> {
    count_lookup(tx, ctx, key)?;
    let account = find(tx, ctx, key)?;
    // Somebody unknown takes as long to refuse as somebody who is out of sight: an account is read
    // as theirs would be, and asked about as they would be (P6).
    let Some(account) = account else {
        tx.find_account(ctx.caller.account)?;
        contact::may_see_each_other(tx, ctx, NOBODY)?;
        return Err(Failure::NotFound);
    };
    let is_by_phone = matches!(key, UserKey::Address(Address::Phone(_)));
    let is_in_sight = may_see(tx, ctx, &account)? && !(is_by_phone && is_outsider(ctx, &account));
    if is_in_sight { seen(tx, ctx, &account) } else { Err(Failure::NotFound) }
}

/// Counts a look-up, by what is asked alone, so that what is counted tells nothing. People of the
/// own directory are listed anyway, so their addresses are free; telephone numbers are nobody's.
fn count_lookup(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<()> {
    let UserKey::Address(address) = key else { return Ok(()) };
    let owner = match address.domain() {
        Some(domain) => tx.find_organisation_by_domain(&domain)?,
        None => None,
    };
    let is_own = owner.is_some() && owner == ctx.caller.home.organisation();
    if is_own { Ok(()) } else { ctx.limits.check_lookups(ctx.caller, 1) }
}

/// Whoever a key means. A telephone number means whoever has it in the own directory, whether or
/// not it is a verified address: the directory does not tell the two apart (decision 0015).
fn find(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<Option<Account>> {
    let address = match key {
        UserKey::Id(id) => return Ok(tx.find_account(*id)?),
        UserKey::Address(address) => address,
    };
    let colleague = match (address, ctx.caller.home.organisation()) {
        (Address::Phone(phone), Some(own)) => tx.find_account_by_phone(own, phone)?,
        _ => None,
    };
    let owner = tx.find_account_by_address(address)?;
    Ok(colleague.or(owner))
}

/// Whether somebody is neither the caller nor a colleague.
fn is_outsider(ctx: &Context<'_>, account: &Account) -> bool {
    account.id != ctx.caller.account && ctx.caller.home.is_external_to(account.home)
}

/// Whether the caller may know of somebody without asking: themselves, colleagues, contacts.
fn may_see(tx: &mut Tx<'_>, ctx: &Context<'_>, account: &Account) -> Outcome<bool> {
    if !is_outsider(ctx, account) {
        return Ok(true);
    }
    contact::may_see_each_other(tx, ctx, account.id)
}

/// Which people of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserFilter {
    /// Whoever has this address.
    Address(Address),
    /// Whose display name starts so.
    StartsWith(String),
    /// Whose display name has words, or whose mail or user principal name begins, as these do.
    Search(String),
    /// This one.
    Id(AccountId),
}

/// The own directory by display name, or whoever a filter finds.
///
/// # Errors
///
/// [`Failure::Invalid`] for a cursor that is not ours.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    filter: Option<UserFilter>,
    page: &PageRequest,
) -> Outcome<Page<User>> {
    let mut filter = match filter {
        Some(UserFilter::Id(id)) => return one(get(tx, ctx, &UserKey::Id(id))),
        Some(UserFilter::Address(address)) => {
            return one(get(tx, ctx, &UserKey::Address(address)));
        }
        Some(UserFilter::StartsWith(text)) => starting(text),
        Some(UserFilter::Search(text)) => match directory::wanted(&text) {
            words if words.is_empty() => starting(text),
            words => DirectoryFilter { words, ..DirectoryFilter::default() },
        },
        None => DirectoryFilter::default(),
    };
    let Some(organisation) = ctx.caller.home.organisation() else {
        let mine = me(tx, ctx)?;
        let is_wanted = is_wanted(&mine.person.card, &filter);
        return Ok(Page { items: is_wanted.then_some(mine).into_iter().collect(), next: None });
    };
    filter.after = page.cursor.as_deref().map(read_cursor).transpose()?;
    let mut accounts = tx.list_accounts(organisation, &filter, page.top + 1)?;
    let next = if accounts.len() > page.top {
        accounts.truncate(page.top);
        accounts.last().map(|last| format!("{}_{}", last.id, last.display_name.to_lowercase()))
    } else {
        None
    };
    let items =
        accounts.iter().map(|account| seen(tx, ctx, account)).collect::<Outcome<Vec<_>>>()?;
    Ok(Page { items, next })
}

/// Whoever's display name begins so: signs without a letter among them are no words.
fn starting(text: String) -> DirectoryFilter {
    DirectoryFilter { starts_with: Some(text), ..DirectoryFilter::default() }
}

/// Whether a directory of one person has them.
fn is_wanted(card: &Card, filter: &DirectoryFilter) -> bool {
    let start = filter.starts_with.as_deref().unwrap_or_default().to_lowercase();
    let addresses = card.mail.as_deref().into_iter().chain([card.user_principal_name.as_str()]);
    card.display_name.to_lowercase().starts_with(&start)
        && directory::finds(&filter.words, &directory::words_of(&card.display_name, addresses))
}

/// How many accounts [`list`] has in all, without a filter.
///
/// # Errors
///
/// When the store fails.
pub fn count(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<usize> {
    match ctx.caller.home.organisation() {
        Some(organisation) => {
            Ok(usize::try_from(tx.count_accounts(organisation)?).unwrap_or_default())
        }
        None => Ok(1),
    }
}

fn one(outcome: Outcome<User>) -> Outcome<Page<User>> {
    match outcome {
        Ok(user) => Ok(Page { items: vec![user], next: None }),
        Err(Failure::NotFound) => Ok(Page { items: Vec::new(), next: None }),
        Err(other) => Err(other),
    }
}

fn read_cursor(text: &str) -> Outcome<(String, AccountId)> {
    let not_ours = || Failure::invalid("$skiptoken", "Follow @odata.nextLink as it was given.");
    let (id, name) = text.split_once('_').ok_or_else(not_ours)?;
    Ok((name.to_owned(), id.parse().map_err(|_id| not_ours())?))
}

/// An account as the caller sees it, who may see it.
pub(crate) fn seen(tx: &mut Tx<'_>, ctx: &Context<'_>, account: &Account) -> Outcome<User> {
    let viewer = Viewer::caller(tx, ctx)?;
    let subject = Subject::find(tx, ctx, account.id)?.ok_or(Failure::NotFound)?;
    let mut person = viewer.see(&subject);
    let is_inside = !person.is_external;
    if !is_inside {
        person.card = Arc::new(Card { phone: None, ..Card::clone(&person.card) });
    }
    let is_told_roles = account.id == ctx.caller.account || reader(ctx).is_ok();
    Ok(User {
        profile: if is_inside { account.profile.clone() } else { Profile::default() },
        is_enabled: account.is_enabled || !is_inside,
        roles: if is_inside && is_told_roles { account.roles } else { Roles::default() },
        addresses: if is_inside { shown_addresses(account, &subject) } else { Vec::new() },
        created_at: account.created_at,
        person,
    })
}

/// The addresses, the telephone number of the directory among them whether or not it is verified
/// (decision 0015): the primary ones first.
fn shown_addresses(account: &Account, subject: &Subject) -> Vec<String> {
    let phone = account.phone.as_ref().map(ToString::to_string);
    let mut shown: Vec<String> = subject.addresses.iter().map(ToString::to_string).collect();
    shown.retain(|address| Some(address) != phone.as_ref());
    if let Some(phone) = phone {
        let first = usize::from(account.mail.is_some()).min(shown.len());
        shown.insert(first, phone);
    }
    shown
}

/// An account that somebody wants to make.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What people call the person.
    pub display_name: String,
    /// The sign-in name and primary address.
    pub user_principal_name: EmailAddress,
    /// The telephone number.
    pub phone: Option<PhoneNumber>,
    /// The password; without one the account cannot sign in.
    pub password: Option<String>,
    /// Whether it may sign in.
    pub is_enabled: bool,
    /// Free text of the directory.
    pub profile: Profile,
    /// What it may do beyond chatting.
    pub roles: Roles,
    /// Whether it is a personal account, which only the operator makes.
    pub is_personal: bool,
    /// Further verified addresses.
    pub further_addresses: Vec<Address>,
    /// Whether the person is a minor.
    pub is_minor: bool,
}

/// Makes an account: an administrator in the organisation's domains; the operator personal
/// accounts and, in an organisation's domain, accounts of that organisation.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`]; [`Failure::Conflict`] when an address is
/// taken.
pub async fn create(app: &App, caller: Caller, new: NewAccount) -> Outcome<User> {
    if caller.operates().is_err() {
        caller.administers(&[])?;
    }
    app.limits().check_new_account(caller.account)?;
    let hash = match new.password.clone() {
        Some(password) => Some(app.hash_password(password).await?),
        None => None,
    };
    app.write(caller, move |tx, ctx| insert(tx, ctx, new, hash.as_deref())).await
}

/// Makes an account whose password was hashed already.
///
/// # Errors
///
/// As [`create`].
pub fn insert(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    new: NewAccount,
    password_hash: Option<&str>,
) -> Outcome<User> {
    let home = home_of_new(tx, ctx, &new)?;
    let is_operator = new.roles.has(Role::DeploymentOperator);
    if is_operator && ctx.caller.operates().is_err() {
        return Err(Failure::NoPermission);
    }
    let display_name = text::name(&new.display_name)
        .map_err(|why| Failure::invalid("displayName", format!("The name {why}.")))?;
    if new.further_addresses.len() + 2 > ADDRESSES_MAX {
        return Err(Failure::LimitReached(format!(
            "an account may have {ADDRESSES_MAX} addresses"
        )));
    }
    for address in &new.further_addresses {
        must_be_givable(ctx, address)?;
        must_belong(tx, address, home.organisation())?;
    }
    if new.phone.is_some() {
        ctx.limits.check_lookups(ctx.caller, 1)?;
    }
    let account = Account {
        id: AccountId::new(ctx.fresh_id()),
        home,
        user_principal_name: new.user_principal_name.to_string(),
        display_name,
        mail: Some(new.user_principal_name.clone()),
        phone: new.phone.clone(),
        profile: new.profile,
        is_enabled: new.is_enabled,
        is_minor: new.is_minor,
        roles: new.roles,
        settings: ExternalChatSettings::default(),
        created_at: ctx.now,
        epoch: 1,
    };
    tx.insert_account(&account, password_hash)?;
    put_address(tx, ctx, account.id, &Address::Email(new.user_principal_name))?;
    if let Some(phone) = new.phone {
        put_phone(tx, ctx, account.id, phone)?;
    }
    for address in &new.further_addresses {
        put_address(tx, ctx, account.id, address)?;
    }
    if let Some(organisation) = home.organisation() {
        tx.bump_epoch(organisation)?;
        let detail = serde_json::json!({ "created": account.id }).to_string();
        record(tx, ctx, organisation, AuditKind::DirectoryChanged, detail)?;
    }
    // Whoever made it sees it as its owner will: the operator belongs to no organisation.
    let owner = Caller { account: account.id, home, ..ctx.caller.clone() };
    seen(tx, &Context { caller: &owner, ..*ctx }, &account)
}

fn home_of_new(tx: &mut Tx<'_>, ctx: &Context<'_>, new: &NewAccount) -> Outcome<Home> {
    let owner = tx.find_organisation_by_domain(&new.user_principal_name.domain())?;
    if ctx.caller.operates().is_ok() {
        return match (new.is_personal, owner) {
            (true, None) => Ok(Home::Personal),
            (true, Some(_)) => Err(Failure::invalid(
                "userPrincipalName",
                "The domain belongs to an organisation, so the account cannot be personal.",
            )),
            (false, Some(organisation)) => Ok(Home::Organisation(organisation)),
            (false, None) => Err(foreign_domain()),
        };
    }
    let own = ctx.caller.administers(&[])?;
    if new.is_personal {
        return Err(Failure::NoPermission);
    }
    if owner == Some(own) { Ok(Home::Organisation(own)) } else { Err(foreign_domain()) }
}

fn foreign_domain() -> Failure {
    Failure::invalid("userPrincipalName", "The domain is none that the organisation has proved.")
}

/// Makes sure that an address is of the home of its account: a domain that an organisation has
/// proved means that organisation, and nobody else gives out addresses in it.
fn must_belong(
    tx: &mut Tx<'_>,
    address: &Address,
    organisation: Option<OrganisationId>,
) -> Outcome<()> {
    let owner = match address.domain() {
        Some(domain) => tx.find_organisation_by_domain(&domain)?,
        None => organisation,
    };
    if owner == organisation {
        return Ok(());
    }
    Err(Failure::invalid(
        "address",
        "The domain of the address belongs elsewhere than the account.",
    ))
}

fn put_address(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    account: AccountId,
    address: &Address,
) -> Outcome<()> {
    tx.insert_address(account, address, ctx.now).map_err(|error| match error {
        StoreError::AddressTaken => {
            Failure::Conflict("Another account has this address.".to_owned())
        }
        other => other.into(),
    })
}

/// Makes sure that whoever gives out an address may be told whether somebody has it already. Of
/// telephone numbers only the operator may: they are no organisation's, and an administrator could
/// try them one after the other (P6).
fn must_be_givable(ctx: &Context<'_>, address: &Address) -> Outcome<()> {
    if matches!(address, Address::Email(_)) || ctx.caller.operates().is_ok() {
        return Ok(());
    }
    Err(Failure::invalid(
        "address",
        "Further addresses are e-mail addresses; an account has one telephone number, `mobilePhone`.",
    ))
}

/// Makes a telephone number that the directory has a verified address, if it is free. An
/// administrator is not told whether it was (decision 0015).
fn put_phone(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    account: AccountId,
    phone: PhoneNumber,
) -> Outcome<()> {
    match put_address(tx, ctx, account, &Address::Phone(phone)) {
        Err(Failure::Conflict(_taken)) if ctx.caller.operates().is_err() => Ok(()),
        other => other,
    }
}

/// Gives an account another telephone number; the old one is free again.
fn replace_phone(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    account: &mut Account,
    phone: PhoneNumber,
) -> Outcome<()> {
    ctx.limits.check_lookups(ctx.caller, 1)?;
    take_phone(tx, account, Some(&phone))?;
    account.phone = Some(phone.clone());
    must_have_space(tx, account, 0)?;
    put_phone(tx, ctx, account.id, phone)
}

/// Takes the telephone number of an account away, also as an address, unless it is the one to be kept.
fn take_phone(tx: &mut Tx<'_>, account: &mut Account, kept: Option<&PhoneNumber>) -> Outcome<()> {
    let old = account.phone.take();
    if let Some(old) = old.filter(|old| Some(old) != kept) {
        tx.delete_address(account.id, &Address::Phone(old))?;
    }
    Ok(())
}

/// Makes sure that an account may have so many more addresses. Its telephone number counts whether
/// or not it is verified.
fn must_have_space(tx: &mut Tx<'_>, account: &Account, more: usize) -> Outcome<()> {
    let phone = account.phone.clone().map(Address::Phone);
    let others = tx.addresses(account.id)?.into_iter().filter(|one| Some(one) != phone.as_ref());
    if others.count() + usize::from(phone.is_some()) + more > ADDRESSES_MAX {
        return Err(Failure::LimitReached(format!(
            "an account may have {ADDRESSES_MAX} addresses"
        )));
    }
    Ok(())
}

/// Gives an account a further verified address, as an administrator of its organisation or the
/// operator.
///
/// # Errors
///
/// [`Failure::Conflict`] when it is taken; [`Failure::Invalid`] outside the organisation's
/// domains.
pub fn add_address(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    key: &UserKey,
    address: &Address,
) -> Outcome<()> {
    let account = find_ruled(tx, ctx, key)?;
    let (id, organisation) = (account.id, account.home.organisation());
    must_be_givable(ctx, address)?;
    must_belong(tx, address, organisation)?;
    must_have_space(tx, &account, 1)?;
    put_address(tx, ctx, id, address)?;
    match organisation {
        Some(organisation) => {
            tx.bump_epoch(organisation)?;
            let detail = serde_json::json!({ "addressAdded": id }).to_string();
            record(tx, ctx, organisation, AuditKind::DirectoryChanged, detail)
        }
        None => void_chats_of(tx, id),
    }
}

/// Makes what was decided about every chat of a personal account void: what it depends on
/// changed.
fn void_chats_of(tx: &mut Tx<'_>, account: AccountId) -> Outcome<()> {
    tx.bump_account_epoch(account)?;
    tx.void_chats_of(account)?;
    Ok(())
}

/// Replaces an account's password and revokes every token and session.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::NoPermission`].
pub async fn set_password(
    app: &App,
    caller: Caller,
    key: UserKey,
    password: String,
) -> Outcome<()> {
    // Hashing costs a lot, so only those who may set this password have it done.
    let asked = key.clone();
    app.read(caller.clone(), move |tx, ctx| find_ruled(tx, ctx, &asked).map(drop)).await?;
    let hash = app.hash_password(password).await?;
    app.write(caller, move |tx, ctx| {
        let account = find_ruled(tx, ctx, &key)?;
        put_password(tx, ctx, &account, &hash)
    })
    .await
}

/// An account that the caller may give addresses and passwords. The operator names anybody,
/// administrators whom they may see.
fn find_ruled(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<Account> {
    let is_operator = ctx.caller.operates().is_ok();
    if !is_operator {
        ctx.caller.administers(&[])?;
    }
    let id = match key {
        UserKey::Id(id) => *id,
        UserKey::Address(address) if is_operator => {
            tx.find_account_by_address(address)?.ok_or(Failure::NotFound)?.id
        }
        UserKey::Address(_) => get(tx, ctx, key)?.person.card.id,
    };
    let account = tx.find_account(id)?.ok_or(Failure::NotFound)?;
    must_rule(ctx, &account)?;
    Ok(account)
}

/// Makes sure that the caller may set the password of an account: the operator of any, an
/// administrator within the organisation, but not the operator's own.
fn must_rule(ctx: &Context<'_>, account: &Account) -> Outcome<()> {
    if ctx.caller.operates().is_ok() {
        return Ok(());
    }
    if Some(ctx.caller.administers(&[])?) != account.home.organisation() {
        return Err(Failure::NotFound);
    }
    if account.roles.has(Role::DeploymentOperator) {
        return Err(Failure::NoPermission);
    }
    Ok(())
}

/// Replaces a password by its hash and ends what was signed in with the old one.
fn put_password(tx: &mut Tx<'_>, ctx: &Context<'_>, account: &Account, hash: &str) -> Outcome<()> {
    must_rule(ctx, account)?;
    tx.set_password_hash(account.id, Some(hash))?;
    token::revoke_all(tx, ctx, account.id)?;
    match account.home.organisation() {
        Some(organisation) => {
            let detail = serde_json::json!({ "passwordSet": account.id }).to_string();
            record(tx, ctx, organisation, AuditKind::DirectoryChanged, detail)
        }
        None => Ok(()),
    }
}

/// Makes a bearer token for somebody: the operator for anybody, for scripts of the demonstration
/// and recovery; an administrator for people of the organisation cannot.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::NotFound`].
pub fn issue_token(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    id: AccountId,
    name: &str,
) -> Outcome<String> {
    ctx.caller.operates()?;
    let account = tx.find_account(id)?.ok_or(Failure::NotFound)?;
    let (_token, secret) = token::issue(tx, ctx, id, TokenKind::Bearer, name, None)?;
    if let Some(organisation) = account.home.organisation() {
        let detail = serde_json::json!({ "tokenMadeFor": id }).to_string();
        record(tx, ctx, organisation, AuditKind::TokenChanged, detail)?;
    }
    Ok(secret)
}

/// What is to change about the caller's settings; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct SettingsChange {
    /// See [`ExternalChatSettings`]; personal accounts only.
    pub is_discoverable_by_email: Option<bool>,
    /// Personal accounts only.
    pub is_discoverable_by_phone: Option<bool>,
    /// Personal accounts only.
    pub who_can_add_me_to_groups: Option<WhoCanAdd>,
    /// Anybody.
    pub send_read_receipts_to_external: Option<bool>,
    /// Anybody.
    pub show_presence_to_external: Option<bool>,
}

/// The caller's settings for external chat, and whether the account is personal.
///
/// # Errors
///
/// When the store fails.
pub fn external_chat_settings(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
) -> Outcome<(ExternalChatSettings, bool)> {
    let account = tx.find_account(ctx.caller.account)?.ok_or(Failure::NotSignedIn)?;
    Ok((account.settings, account.home == Home::Personal))
}

/// Changes the caller's settings for external chat.
///
/// # Errors
///
/// [`Failure::Invalid`] when a managed account names what is for personal accounts only.
pub fn change_external_chat_settings(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    change: SettingsChange,
) -> Outcome<(ExternalChatSettings, bool)> {
    let mut account = tx.find_account(ctx.caller.account)?.ok_or(Failure::NotSignedIn)?;
    let is_personal = account.home == Home::Personal;
    let names_personal = change.is_discoverable_by_email.is_some()
        || change.is_discoverable_by_phone.is_some()
        || change.who_can_add_me_to_groups.is_some();
    if names_personal && !is_personal {
        return Err(Failure::invalid(
            "isDiscoverableByEmail",
            "Who finds and adds a managed account is the organisation's to decide.",
        ));
    }
    let before = account.settings;
    let settings = &mut account.settings;
    let set = |to: &mut bool, from: Option<bool>| *to = from.unwrap_or(*to);
    set(&mut settings.is_discoverable_by_email, change.is_discoverable_by_email);
    set(&mut settings.is_discoverable_by_phone, change.is_discoverable_by_phone);
    set(&mut settings.send_read_receipts_to_external, change.send_read_receipts_to_external);
    set(&mut settings.show_presence_to_external, change.show_presence_to_external);
    settings.who_can_add_me_to_groups =
        change.who_can_add_me_to_groups.unwrap_or(settings.who_can_add_me_to_groups);
    if account.settings != before {
        tx.update_account(&account)?;
        void_chats_of(tx, account.id)?;
    }
    Ok((account.settings, is_personal))
}

/// Writes an administrative act into an organisation's trail.
///
/// # Errors
///
/// When the store fails.
pub fn record(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    organisation: OrganisationId,
    kind: AuditKind,
    detail: String,
) -> Outcome<()> {
    let key = tx
        .find_organisation(organisation)?
        .ok_or(Failure::Internal { code: "audit-without-organisation" })?
        .key;
    let record = act(ctx, Some(ctx.caller.account), kind, &detail);
    tx.append_audit((key, organisation), None, None, &record, None)?;
    trail::tell(tx, ctx, key);
    Ok(())
}
