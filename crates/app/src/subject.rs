//! A person as the rules need them: loaded from the store, lent to the policy engine as facts.

use std::str::FromStr;
use std::sync::Arc;

use visavis_domain::account::{Account, ExternalChatSettings};
use visavis_domain::address::{Address, Domain};
use visavis_domain::home::{Home, Trust};
use visavis_domain::id::{AccountId, OrganisationId, OrganisationKey};
use visavis_domain::organisation::TrustClass;
use visavis_policy::facts::{AddressKind, Privacy, Rights};
use visavis_policy::terms::{CompileInput, OrganisationTerms, PolicyHandle};
use visavis_store::Tx;

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::view::{Card, Person};

/// Whom a request means: an account's id, or one of its addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum UserKey {
    /// The account's id.
    Id(AccountId),
    /// An e-mail address (a user principal name is one) or a telephone number.
    Address(Address),
}

impl FromStr for UserKey {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        match text.parse() {
            Ok(address) => Ok(Self::Address(address)),
            Err(_neither) => Err(Failure::invalid(
                "user",
                "Name a person by their id, their full e-mail address or their telephone number \
                 with country code.",
            )),
        }
    }
}

/// Whether a key names the caller, by the id or by any address of their own. Nobody else is looked up.
///
/// # Errors
///
/// When the store fails or the caller has no account.
pub fn is_caller(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<bool> {
    let address = match key {
        UserKey::Id(id) => return Ok(*id == ctx.caller.account),
        UserKey::Address(address) => address,
    };
    let me = tx.find_account(ctx.caller.account)?.ok_or(Failure::NotFound)?;
    let is_in_directory = match address {
        Address::Email(email) => {
            me.mail.as_ref() == Some(email)
                || me.user_principal_name.eq_ignore_ascii_case(email.as_str())
        }
        Address::Phone(phone) => me.phone.as_ref() == Some(phone),
    };
    Ok(is_in_directory || tx.addresses(me.id)?.contains(address))
}

/// The id that no account has.
pub(crate) const NOBODY: AccountId = AccountId::from_bytes([0; 16]);

/// A person as the rules need them.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The account, if there is one.
    pub account: Option<AccountId>,
    /// The home; of an address without account, the one that its class says.
    pub home: Home,
    /// The store's short name of the home.
    pub key: OrganisationKey,
    /// The domains that every domain rule must pass for.
    pub domains: Vec<Domain>,
    /// Every verified address.
    pub addresses: Vec<Address>,
    /// The compiled terms of the home.
    pub terms: Option<Arc<OrganisationTerms>>,
    /// The effective policy.
    pub policy: Option<PolicyHandle>,
    /// Whether the organisation is only being tried out, or has proved no domain.
    pub is_unverified: bool,
    /// The person's own settings.
    pub settings: ExternalChatSettings,
    /// Whether the person is a minor.
    pub is_minor: bool,
    /// How the person was named.
    pub by: AddressKind,
    /// What people of the same home see of the person.
    pub card: Arc<Card>,
    /// What outsiders see: the same without the telephone number (U-86).
    pub outside_card: Arc<Card>,
}

impl Subject {
    /// The person as the policy engine's facts.
    #[must_use]
    pub fn facts(&self) -> visavis_policy::facts::Person<'_> {
        visavis_policy::facts::Person {
            account: self.account,
            home: self.home,
            domains: &self.domains,
            addresses: &self.addresses,
            terms: self.terms.as_deref(),
            policy: self.policy,
            privacy: Privacy {
                discoverable_by_email: self.settings.is_discoverable_by_email,
                discoverable_by_phone: self.settings.is_discoverable_by_phone,
                who_can_add_me: self.settings.who_can_add_me_to_groups,
                is_minor: self.is_minor,
            },
            in_extended_directory: false,
            rights: Rights::default(),
        }
    }

    /// The account's id.
    ///
    /// # Errors
    ///
    /// [`Failure::NotReachable`] when there is no account.
    pub fn id(&self) -> Outcome<AccountId> {
        self.account.ok_or(Failure::NotReachable)
    }

    /// The account's id, or the id that nobody has: for reads that must be made either way (P6).
    #[must_use]
    pub fn id_or_nobody(&self) -> AccountId {
        self.account.unwrap_or(NOBODY)
    }

    /// Whether a key names this person as chats show them: by id or by mail, never by an address
    /// that members do not see (P6).
    #[must_use]
    pub fn is_shown_as(&self, key: &UserKey) -> bool {
        match key {
            UserKey::Id(id) => self.account == Some(*id),
            UserKey::Address(address) => self.card.mail.as_deref() == Some(address.as_str()),
        }
    }

    /// The address that chats show, if they show one.
    #[must_use]
    pub fn shown_address(&self) -> Option<&Address> {
        let mail = self.card.mail.as_deref()?;
        self.addresses.iter().find(|address| address.as_str() == mail)
    }

    /// The account with this id; `None` when there is none.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn find(tx: &mut Tx<'_>, ctx: &Context<'_>, id: AccountId) -> Outcome<Option<Self>> {
        let Some(account) = tx.find_account(id)? else { return Ok(None) };
        let home = home_of(tx, ctx, account.home.organisation())?;
        Self::load(tx, Some(&account), home, AddressKind::Id).map(Some)
    }

    /// The caller.
    ///
    /// # Errors
    ///
    /// When the store fails, or the caller's account is gone.
    pub fn caller(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<Self> {
        Self::find(tx, ctx, ctx.caller.account)?.ok_or(Failure::NotSignedIn)
    }

    /// Whoever a key means. An address without account is a subject without account, of the home
    /// that the address alone says: a proved domain means that organisation, anything else the
    /// personal realm. Both cases do the same reads (P6).
    ///
    /// # Errors
    ///
    /// When the store fails; an unknown id is [`Failure::NotReachable`].
    pub fn named(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<Self> {
        let address = match key {
            UserKey::Id(id) => return Self::find(tx, ctx, *id)?.ok_or(Failure::NotReachable),
            UserKey::Address(address) => address,
        };
        let account = find_holder(tx, ctx, address)?;
        let class = class_of(tx, address)?;
        // A telephone number has no class of its own: its holder may belong anywhere.
        let account =
            account.filter(|a| address.domain().is_none() || a.home.organisation() == class);
        let organisation = match &account {
            Some(account) => account.home.organisation(),
            None => class,
        };
        let home = home_of(tx, ctx, organisation)?;
        let mut subject = Self::load(tx, account.as_ref(), home, kind_of(address))?;
        if subject.by == AddressKind::Email && account.is_some() && !subject.is_shown_as(key) {
            subject.by = AddressKind::OtherEmail;
        }
        Ok(subject.with_typed(address))
    }

    /// Nobody with this address: of the home that the address alone says. Makes the same reads as
    /// [`Subject::named`].
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn of_class(tx: &mut Tx<'_>, ctx: &Context<'_>, address: &Address) -> Outcome<Self> {
        let class = class_of(tx, address)?;
        let home = home_of(tx, ctx, class)?;
        Ok(Self::load(tx, None, home, kind_of(address))?.with_typed(address))
    }

    /// The subject with the address by which somebody named it: domain rules must pass for it too,
    /// and without an account the own block list still answers for it.
    fn with_typed(mut self, address: &Address) -> Self {
        if self.account.is_none() {
            self.addresses.push(address.clone());
        }
        if let Some(domain) = address.domain()
            && self.terms.is_some()
            && !self.domains.contains(&domain)
        {
            self.domains.push(domain);
        }
        self
    }

    fn load(
        tx: &mut Tx<'_>,
        account: Option<&Account>,
        home: HomeTerms,
        by: AddressKind,
    ) -> Outcome<Self> {
        // Without an account the same reads are made for an id that nobody has (P6).
        let id = account.map_or(NOBODY, |account| account.id);
        let addresses = tx.addresses(id)?;
        let direct = tx.direct_assignment(id)?;
        let groups = tx.groups_of(id)?;
        let policy = home.terms.as_ref().map(|terms| terms.effective(direct.as_ref(), &groups));
        let principal = account.and_then(|account| account.mail.as_ref()).map(|mail| mail.domain());
        let domains = match home.terms {
            Some(_) => principal.into_iter().collect(),
            None => Vec::new(),
        };
        let card = Arc::new(card(account, id, home.home, home.name));
        Ok(Self {
            account: account.map(|account| account.id),
            home: home.home,
            key: home.key,
            domains,
            addresses,
            terms: home.terms,
            policy,
            is_unverified: home.is_unverified,
            settings: account.map(|account| account.settings).unwrap_or_default(),
            is_minor: account.is_some_and(|account| account.is_minor),
            by,
            outside_card: outside(&card),
            card,
        })
    }
}

/// Whoever has an address. A number of the own directory means the colleague who has it there,
/// verified or not, so that nobody can tell by it who else has the number.
fn find_holder(tx: &mut Tx<'_>, ctx: &Context<'_>, address: &Address) -> Outcome<Option<Account>> {
    let verified = tx.find_account_by_address(address)?;
    let (Address::Phone(phone), Some(own)) = (address, ctx.caller.home.organisation()) else {
        return Ok(verified);
    };
    Ok(tx.find_account_by_phone(own, phone)?.or(verified))
}

/// What an address alone says of a home: a proved domain means that organisation, everything else
/// the personal realm.
fn class_of(tx: &mut Tx<'_>, address: &Address) -> Outcome<Option<OrganisationId>> {
    match address.domain() {
        Some(domain) => Ok(tx.find_organisation_by_domain(&domain)?),
        None => Ok(None),
    }
}

const fn kind_of(address: &Address) -> AddressKind {
    match address {
        Address::Email(_) => AddressKind::Email,
        Address::Phone(_) => AddressKind::Phone,
    }
}

fn card(account: Option<&Account>, id: AccountId, home: Home, name: Option<String>) -> Card {
    let text = |value: Option<String>| value;
    Card {
        id,
        display_name: account.map(|a| a.display_name.clone()).unwrap_or_default(),
        mail: text(account.and_then(|a| a.mail.as_ref().map(ToString::to_string))),
        phone: text(account.and_then(|a| a.phone.as_ref().map(ToString::to_string))),
        user_principal_name: account.map(|a| a.user_principal_name.clone()).unwrap_or_default(),
        home,
        organisation_name: name,
    }
}

fn outside(card: &Arc<Card>) -> Arc<Card> {
    match card.phone {
        None => Arc::clone(card),
        Some(_) => Arc::new(Card { phone: None, ..Card::clone(card) }),
    }
}

/// A home with its compiled terms.
#[derive(Debug, Clone)]
pub struct HomeTerms {
    /// The home.
    pub home: Home,
    /// The store's short name.
    pub key: OrganisationKey,
    /// The compiled terms, of an organisation.
    pub terms: Option<Arc<OrganisationTerms>>,
    /// What it is called.
    pub name: Option<String>,
    /// Whether the organisation is only being tried out, or has proved no domain.
    pub is_unverified: bool,
}

/// The home of an organisation's id, or the personal realm, with terms of the current epoch.
///
/// # Errors
///
/// When the store fails.
pub fn home_of(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    organisation: Option<OrganisationId>,
) -> Outcome<HomeTerms> {
    let Some(id) = organisation else {
        return Ok(HomeTerms {
            home: Home::Personal,
            key: OrganisationKey::PERSONAL,
            terms: None,
            name: None,
            is_unverified: false,
        });
    };
    let organisation = tx
        .find_organisation(id)?
        .ok_or(Failure::Internal { code: "account-without-organisation" })?;
    let cached = ctx.caches.terms.get(&organisation.key);
    let terms = match cached {
        Some(terms) if terms.epoch() == organisation.epoch => terms,
        _ => compile(tx, ctx, &organisation)?,
    };
    Ok(HomeTerms {
        home: Home::Organisation(id),
        key: organisation.key,
        terms: Some(terms),
        is_unverified: organisation.trust_class == TrustClass::Trial
            || organisation.domains.is_empty(),
        name: Some(organisation.name),
    })
}

fn compile(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    organisation: &visavis_domain::organisation::Organisation,
) -> Outcome<Arc<OrganisationTerms>> {
    let (configuration, _version) = tx.configuration(organisation.id)?;
    let policies = tx.policies(organisation.id)?;
    let group_assignments = tx.group_assignments(organisation.id)?;
    let terms = Arc::new(OrganisationTerms::compile(CompileInput {
        id: organisation.id,
        epoch: organisation.epoch,
        trust_class: organisation.trust_class,
        domains: organisation.domains.clone(),
        configuration: &configuration,
        policies: &policies,
        group_assignments: &group_assignments,
    }));
    let (caches, key, made) = (ctx.caches.clone(), organisation.key, Arc::clone(&terms));
    tx.after_commit(Box::new(move || caches.terms.insert(key, made)));
    Ok(terms)
}

/// Who looks at things: what labels are relative to.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The account.
    pub account: AccountId,
    /// Where it belongs.
    pub home: Home,
    /// The compiled terms of that home.
    pub terms: Option<Arc<OrganisationTerms>>,
}

impl Viewer {
    /// The caller as a viewer.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn caller(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<Self> {
        let home = home_of(tx, ctx, ctx.caller.home.organisation())?;
        Ok(Self { account: ctx.caller.account, home: home.home, terms: home.terms })
    }

    /// A person as this viewer sees them (U-60 to U-62).
    #[must_use]
    pub fn see(&self, subject: &Subject) -> Person {
        let is_external =
            subject.account != Some(self.account) && self.home.is_external_to(subject.home);
        let trust = match (&self.terms, &subject.terms) {
            (_, None) => Trust::Personal,
            (Some(mine), Some(theirs)) => mine.trust_of(Some(theirs), &subject.domains),
            (None, Some(_)) if subject.is_unverified => Trust::Unverified,
            (None, Some(_)) => Trust::Unfamiliar,
        };
        let card = if is_external { &subject.outside_card } else { &subject.card };
        Person { card: Arc::clone(card), is_external, trust }
    }
}
