//! Accounts: Graph's `user`.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::account::{self, AccountChange, NewAccount, ProfileChange, UserFilter};
use visavis_app::context::Context;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::page::PageRequest;
use visavis_app::subject::UserKey;
use visavis_app::view::{Page, User};
use visavis_app::{IdempotencyKey, Tx};
use visavis_domain::account::{Profile, Role, Roles};
use visavis_domain::address::{Address, EmailAddress, PhoneNumber};
use visavis_domain::audit::Hash;
use visavis_domain::directory;
use visavis_domain::id::AccountId;
use visavis_domain::limit::ADMIN_PAGE_ENTRIES_MAX;

use crate::Routes;
use crate::answer::Answer;
use crate::bind::{self, shown};
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Payload};
use crate::filter::{Literal, Operator, Term};
use crate::odata::{Collection, Moment, Tenant, must_be_as_shown};
use crate::open_api::words;
use crate::page::next_link;
use crate::query::{Ask, Options, unsupported_filter};

/// Accounts of a page when the caller does not say.
const PAGE_ENTRIES_USUAL: usize = 100;
const POSSIBLE_FILTERS: &str = "People can be found by `eq` and `in` on mail, userPrincipalName, \
     mobilePhone and id, by `businessPhones/any(p:p eq '…')`, `proxyAddresses/any(x:x eq 'smtp:…')` \
     and `otherMails/any(…)`, joined by or; or by one `startswith` on displayName, mail or \
     userPrincipalName.";

const SEARCHES: &str = "`\"ada lo\"`: everybody of whose display name each word is one's beginning, \
     in any order, without case and accents, or whose mail or user principal name begins so; \
     `\"displayName:…\"`, `\"mail:…\"` and `\"userPrincipalName:…\"` look at that alone.";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(me_get))
        .routes(routes!(user_list, user_create))
        .routes(routes!(user_get, user_change))
}

/// An account: Graph's `user`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = user)]
pub struct UserWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    business_phones: Vec<&'a str>,
    display_name: &'a str,
    #[schema(required)]
    given_name: Option<&'a str>,
    #[schema(required)]
    job_title: Option<&'a str>,
    #[schema(required)]
    mail: Option<&'a str>,
    #[schema(required)]
    mobile_phone: Option<&'a str>,
    #[schema(required)]
    office_location: Option<&'a str>,
    #[schema(required)]
    preferred_language: Option<&'a str>,
    #[schema(required)]
    surname: Option<&'a str>,
    user_principal_name: &'a str,
    /// The organisation, or the one that stands for personal accounts.
    #[schema(value_type = String, format = "uuid")]
    tenant_id: Tenant,
    /// Whether their home is another than the caller's.
    is_external: bool,
    /// `colleague`, `familiar`, `unfamiliar`, `personal` or `unverified`.
    #[schema(value_type = words::Trust)]
    trust: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_name: Option<&'a str>,
    /// To the person, and to whoever has a role in the same organisation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<words::AdministrativeRole>)]
    roles: Vec<&'static str>,
    /// With `$select`.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_enabled: Option<bool>,
    /// With `$select`, to the person and to colleagues: `SMTP:` and the primary e-mail address,
    /// `smtp:` and others, `tel:` and telephone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_addresses: Option<Vec<String>>,
    /// With `$select`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    created_date_time: Option<Moment>,
    /// With `$select`.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_type: Option<&'static str>,
}

/// The account on the wire; with everything when properties were selected.
#[must_use]
pub fn user_wire(user: &User, is_selected: bool) -> UserWire<'_> {
    let (card, profile) = (&*user.person.card, &user.profile);
    UserWire {
        id: card.id,
        business_phones: card.phone.as_deref().into_iter().collect(),
        display_name: &card.display_name,
        given_name: profile.given_name.as_deref(),
        job_title: profile.job_title.as_deref(),
        mail: card.mail.as_deref(),
        mobile_phone: card.phone.as_deref(),
        office_location: profile.office_location.as_deref(),
        preferred_language: profile.preferred_language.as_deref(),
        surname: profile.surname.as_deref(),
        user_principal_name: &card.user_principal_name,
        tenant_id: card.home.into(),
        is_external: user.person.is_external,
        trust: user.person.trust.as_str(),
        organisation_name: card.organisation_name.as_deref(),
        roles: user.roles.iter().map(Role::as_str).collect(),
        account_enabled: is_selected.then_some(user.is_enabled),
        proxy_addresses: is_selected.then(|| proxy_addresses(user)),
        created_date_time: is_selected.then_some(Moment(user.created_at)),
        user_type: is_selected.then_some("Member"),
    }
}

/// The addresses with their schemes, in capitals that of the primary one.
fn proxy_addresses(user: &User) -> Vec<String> {
    let with_scheme = |address: &String| {
        let scheme = match address.contains('@') {
            true if user.person.card.mail.as_ref() == Some(address) => "SMTP",
            true => "smtp",
            false => "tel",
        };
        format!("{scheme}:{address}")
    };
    user.addresses.iter().map(with_scheme).collect()
}

/// A new account.
// What is written of it again tells one request from another, so the password is left out.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newUser)]
pub(crate) struct UserBody {
    #[schema(value_type = String)]
    pub(crate) display_name: Option<String>,
    pub(crate) user_principal_name: Option<String>,
    /// For personal accounts, instead of the user principal name.
    pub(crate) mail: Option<String>,
    account_enabled: Option<bool>,
    // Not `skip_serializing`, which would take it out of the description too.
    #[serde(skip_serializing_if = "is_secret")]
    password_profile: Option<PasswordProfile>,
    mobile_phone: Option<String>,
    /// Further verified e-mail addresses.
    other_mails: Option<Vec<String>>,
    /// `minor`, for minors.
    age_group: Option<String>,
    #[schema(value_type = Option<Vec<words::AdministrativeRole>>)]
    roles: Option<Vec<String>>,
    #[serde(flatten)]
    #[schema(inline)]
    profile: ProfileBody,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = passwordProfile)]
struct PasswordProfile {
    /// 8 to 256 characters.
    password: Option<String>,
}

/// No password is written again.
fn is_secret(_profile: &Option<PasswordProfile>) -> bool {
    true
}

#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = userProfile)]
struct ProfileBody {
    given_name: Option<String>,
    surname: Option<String>,
    job_title: Option<String>,
    office_location: Option<String>,
    preferred_language: Option<String>,
}

impl ProfileBody {
    fn profile(self) -> Profile {
        Profile {
            given_name: self.given_name,
            surname: self.surname,
            job_title: self.job_title,
            office_location: self.office_location,
            preferred_language: self.preferred_language,
        }
    }
}

impl UserBody {
    /// The account that is wanted.
    pub(crate) fn new_account(self, is_personal: bool) -> Result<NewAccount, ApiError> {
        let (target, name) = if is_personal {
            ("mail", self.mail.or(self.user_principal_name))
        } else {
            ("userPrincipalName", self.user_principal_name)
        };
        let further = self.other_mails.unwrap_or_default();
        Ok(NewAccount {
            display_name: required("displayName", self.display_name)?,
            user_principal_name: email(target, &required(target, name)?)?,
            phone: self.mobile_phone.map(|text| phone("mobilePhone", &text)).transpose()?,
            password: self.password_profile.and_then(|profile| profile.password),
            is_enabled: self.account_enabled.unwrap_or(true),
            profile: self.profile.profile(),
            roles: self.roles.map_or(Ok(Roles::default()), |names| roles(&names))?,
            is_personal,
            further_addresses: further
                .iter()
                .map(|text| email("otherMails", text).map(Address::Email))
                .collect::<Result<_, _>>()?,
            is_minor: self.age_group.is_some_and(|group| group.eq_ignore_ascii_case("minor")),
        })
    }
}

pub(crate) fn required(target: &str, text: Option<String>) -> Result<String, ApiError> {
    text.ok_or_else(|| ApiError::invalid(target, format!("`{target}` is missing.")))
}

pub(crate) fn email(target: &str, text: &str) -> Result<EmailAddress, ApiError> {
    text.parse()
        .map_err(|error| ApiError::invalid(target, format!("`{}` is {error}.", shown(text))))
}

pub(crate) fn phone(target: &str, text: &str) -> Result<PhoneNumber, ApiError> {
    text.parse()
        .map_err(|error| ApiError::invalid(target, format!("`{}` is {error}.", shown(text))))
}

fn roles(names: &[String]) -> Result<Roles, ApiError> {
    names
        .iter()
        .map(|name| {
            Role::from_name(name).ok_or_else(|| {
                let known = Role::ALL.map(Role::as_str).join(", ");
                ApiError::invalid(
                    "roles",
                    format!("There is no role `{}`; there are {known}.", shown(name)),
                )
            })
        })
        .collect()
}

/// A change of an account. What it does not name stays, and null takes away what somebody may be without.
/// What cannot be changed may say what is so already, so that an account that was read can be sent back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = userChange)]
pub(crate) struct UserChange {
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<String>)]
    display_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<bool>)]
    account_enabled: Option<Option<bool>>,
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<String>)]
    mobile_phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<Vec<words::AdministrativeRole>>)]
    roles: Option<Option<Vec<String>>>,
    password_profile: Option<PasswordProfile>,
    #[serde(flatten)]
    #[schema(inline)]
    profile: ProfileChangeBody,
    /// What cannot be changed.
    #[serde(flatten)]
    #[schema(ignore)]
    others: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = userProfileChange)]
struct ProfileChangeBody {
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<String>)]
    given_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<String>)]
    surname: Option<Option<String>>,
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<String>)]
    job_title: Option<Option<String>>,
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<String>)]
    office_location: Option<Option<String>>,
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(value_type = Option<String>)]
    preferred_language: Option<Option<String>>,
}

impl UserChange {
    /// The change that is meant.
    fn change(self) -> Result<AccountChange, ApiError> {
        let phone = self
            .mobile_phone
            .map(|number| number.map(|text| phone("mobilePhone", &text)).transpose());
        let profile = self.profile;
        Ok(AccountChange {
            display_name: not_null("displayName", self.display_name)?,
            is_enabled: not_null("accountEnabled", self.account_enabled)?,
            roles: not_null("roles", self.roles)?.map(|names| roles(&names)).transpose()?,
            profile: ProfileChange {
                given_name: profile.given_name,
                surname: profile.surname,
                job_title: profile.job_title,
                office_location: profile.office_location,
                preferred_language: profile.preferred_language,
            },
            phone: phone.transpose()?,
            password: self.password_profile.and_then(|profile| profile.password),
        })
    }
}

/// What nobody is without: not named, or named with a value.
fn not_null<T>(target: &str, named: Option<Option<T>>) -> Result<Option<T>, ApiError> {
    match named {
        Some(None) => Err(ApiError::invalid(target, format!("`{target}` cannot be null."))),
        Some(value) => Ok(value),
        None => Ok(None),
    }
}

/// What people are looked up by, and how the answer is narrowed to exactly that.
#[derive(Debug, Clone)]
struct Wanted {
    filter: UserFilter,
    property: Property,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Mail,
    Principal,
    DisplayName,
    Any,
}

impl Wanted {
    /// Whether any number of people may be found.
    fn is_search(&self) -> bool {
        matches!(self.filter, UserFilter::StartsWith(_) | UserFilter::Search(_))
    }

    fn fits(&self, user: &User) -> bool {
        let card = &*user.person.card;
        match (&self.filter, self.property) {
            (UserFilter::Address(address), Property::Mail) => {
                card.mail.as_deref() == Some(address.as_str())
            }
            (UserFilter::Address(address), Property::Principal) => {
                card.user_principal_name.eq_ignore_ascii_case(address.as_str())
            }
            (UserFilter::Search(text), Property::DisplayName) => directory::finds(
                &directory::wanted(text),
                &directory::words_of(&card.display_name, []),
            ),
            (UserFilter::Search(text), Property::Mail) => {
                card.mail.as_deref().is_some_and(|mail| mail.starts_with(&text.to_lowercase()))
            }
            (UserFilter::Search(text), Property::Principal) => {
                card.user_principal_name.to_lowercase().starts_with(&text.to_lowercase())
            }
            _ => true,
        }
    }

    /// The look-up that a comparison means; none when nobody can be found by it.
    fn of(term: &Term) -> Result<Option<Self>, ApiError> {
        let value = term.value.as_str();
        if matches!(term.value, Literal::Bare(_)) && term.path != "id" {
            return Err(ApiError::invalid("$filter", "Text is compared in quotes: `mail eq 'x'`."));
        }
        let property = match term.path.as_str() {
            "mail" => Property::Mail,
            "userPrincipalName" => Property::Principal,
            "displayName" => Property::DisplayName,
            "mobilePhone" | "businessPhones/any" | "proxyAddresses/any" | "otherMails/any"
            | "id" => Property::Any,
            _ => return Err(unsupported_filter(POSSIBLE_FILTERS)),
        };
        let filter = match (term.operator, term.path.as_str()) {
            (Operator::Equal, "id") => value.parse().ok().map(UserFilter::Id),
            (Operator::Equal, "displayName") => return Err(unsupported_filter(POSSIBLE_FILTERS)),
            (Operator::Equal, "mobilePhone" | "businessPhones/any") => {
                value.parse().ok().map(|phone| UserFilter::Address(Address::Phone(phone)))
            }
            (Operator::Equal, _) => without_scheme(value).parse().ok().map(UserFilter::Address),
            (Operator::StartsWith, "displayName") => Some(UserFilter::StartsWith(value.to_owned())),
            (Operator::StartsWith, "mail" | "userPrincipalName") => {
                Some(UserFilter::Search(value.to_owned()))
            }
            _ => return Err(unsupported_filter(POSSIBLE_FILTERS)),
        };
        Ok(filter.map(|filter| Self { filter, property }))
    }
}

/// An address as `proxyAddresses` writes it, without `smtp:` or `tel:`.
fn without_scheme(text: &str) -> &str {
    let scheme = text.split_once(':').filter(|(scheme, _rest)| {
        ["smtp", "tel", "sip"].iter().any(|known| known.eq_ignore_ascii_case(scheme))
    });
    scheme.map_or(text, |(_scheme, rest)| rest)
}

/// What a search means: beginnings of the words of a name, or that of an address.
fn searched(search: &str) -> Result<Wanted, ApiError> {
    let search = search.trim();
    let text = search.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(search);
    let (property, text) = match text.split_once(':') {
        Some(("displayName", text)) => (Property::DisplayName, text),
        Some(("mail", text)) => (Property::Mail, text),
        Some(("userPrincipalName", text)) => (Property::Principal, text),
        None => (Property::Any, text),
        Some(_) => {
            let words = "Search by `\"displayName:…\"`, `\"mail:…\"` or `\"userPrincipalName:…\"`.";
            return Err(ApiError::invalid("$search", words));
        }
    };
    if text.is_empty() || text.contains('"') {
        let words = "Search for one text in quotes: `\"displayName:Ada\"`.";
        return Err(ApiError::invalid("$search", words));
    }
    Ok(Wanted { filter: UserFilter::Search(text.to_owned()), property })
}

/// Whom the query asks for: none of them means everybody.
fn wanted(options: &Options) -> Result<Option<Vec<Wanted>>, ApiError> {
    let refuse = || unsupported_filter(POSSIBLE_FILTERS);
    match (&options.search, &options.filter) {
        (Some(_), Some(_)) => {
            Err(ApiError::invalid("$search", "Give `$search` or `$filter`, not both."))
        }
        (Some(search), None) => Ok(Some(vec![searched(search)?])),
        (None, None) => Ok(None),
        (None, Some(filter)) => {
            let terms = filter.disjunction().ok_or_else(refuse)?;
            // Everybody is a member: nobody from outside has an account in an organisation.
            if let [Term { path, operator: Operator::Equal, value }] = terms.as_slice()
                && path == "userType"
            {
                let is_member = value.as_str().eq_ignore_ascii_case("Member");
                return Ok((!is_member).then(Vec::new));
            }
            let mut wanted = Vec::with_capacity(terms.len());
            for term in &terms {
                wanted.extend(Wanted::of(term)?);
            }
            let is_prefix = |one: &Wanted| one.is_search();
            // Several beginnings have no common order in which pages could follow each other.
            if terms.len() > 1 && wanted.iter().any(is_prefix) {
                return Err(refuse());
            }
            Ok(Some(wanted))
        }
    }
}

fn look_up(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    wanted: Option<Vec<Wanted>>,
    page: &PageRequest,
) -> Outcome<Page<User>> {
    let Some(wanted) = wanted else { return account::list(tx, ctx, None, page) };
    if let [one] = wanted.as_slice()
        && one.is_search()
    {
        let mut found = account::list(tx, ctx, Some(one.filter.clone()), page)?;
        found.items.retain(|user| one.fits(user));
        return Ok(found);
    }
    // Exact look-ups: at most one person each. A page goes on with the look-up after its last.
    let first = usize::try_from(page.cursor_number()?.unwrap_or_default()).unwrap_or(usize::MAX);
    let mut found = Page { items: Vec::<User>::new(), next: None };
    for (place, one) in wanted.iter().enumerate().skip(first) {
        if found.items.len() >= page.top {
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            found.next = Some(visavis_app::page::cursor_of_number(place));
            break;
        }
        for user in account::list(tx, ctx, Some(one.filter.clone()), page)?.items {
            let is_known =
                found.items.iter().any(|other| other.person.card.id == user.person.card.id);
            if one.fits(&user) && !is_known {
                found.items.push(user);
            }
        }
    }
    Ok(found)
}

/// One's own account.
#[utoipa::path(get, path = "/v1.0/me", tag = "users",
    params(crate::open_api::SelectParameters),
    responses((status = 200, body = UserWire<'static>), Errors))]
async fn me_get(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let user = call.read(account::me).await?;
    let wire = user_wire(&user, options.select.is_some());
    Ok(call.shape.selected("users", &wire, &options))
}

/// An account of one's own organisation, or of somebody with whom one is in contact.
#[utoipa::path(get, path = "/v1.0/users/{user_id}", tag = "users",
    params(("user_id" = String, Path, description = "Id, user principal name, e-mail address or \
        telephone number"), crate::open_api::SelectParameters),
    responses((status = 200, body = UserWire<'static>), Errors))]
async fn user_get(
    call: Call,
    Key(key): Key<UserKey>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let user = call.read(move |tx, ctx| account::get(tx, ctx, &key)).await;
    let user = user.map_err(ApiError::of_directory)?;
    let wire = user_wire(&user, options.select.is_some());
    Ok(call.shape.selected("users", &wire, &options))
}

/// The accounts of one's own organisation; with an exact address, also people with whom one is in
/// contact.
#[utoipa::path(get, path = "/v1.0/users", tag = "users",
    params(crate::open_api::PageParameters,
        ("$filter" = Option<String>, Query, description = POSSIBLE_FILTERS),
        ("$search" = Option<String>, Query, description = SEARCHES),
        ("$orderby" = Option<String>, Query, description = "`displayName`")),
    responses((status = 200, body = Collection<UserWire<'static>>), Errors))]
async fn user_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken, Ask::Filter, Ask::Search, Ask::OrderBy])?;
    if let Some(order) = &options.order_by
        && (order.property != "displayName" || order.is_descending)
    {
        return Err(ApiError::invalid("$orderby", "People are listed by `displayName`."));
    }
    let top = options.top(PAGE_ENTRIES_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let wanted = wanted(&options)?;
    let counts_all = options.count && wanted.is_none();
    let list = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        let total = if counts_all { Some(account::count(tx, ctx)?) } else { None };
        Ok((look_up(tx, ctx, wanted, &page)?, total))
    };
    let (Page { items, next }, total) = call.read(list).await?;
    let is_selected = options.select.is_some();
    let value: Vec<_> = items.iter().map(|user| user_wire(user, is_selected)).collect();
    let is_whole = next.is_none() && options.skip_token.is_none();
    // Of those whose name begins in some way there may be more than one page has; nobody counts them.
    let count = match total {
        Some(total) => Some(total),
        None => (is_whole || !options.count).then_some(value.len()),
    };
    let next_link = next.map(|token| next_link(&call.shape.base, &call.shape.uri, &token));
    Ok(call.shape.collection(
        "users",
        Collection { count, next_link, delta_link: None, value },
        &options,
    ))
}

/// Make an account in one of the organisation's domains, for administrators.
#[utoipa::path(post, path = "/v1.0/users", tag = "users",
    params(crate::open_api::CreateParameters), request_body = UserBody,
    responses((status = 201, body = UserWire<'static>), Errors))]
async fn user_create(call: Call, payload: Payload<UserBody>) -> Result<Answer, ApiError> {
    call.create_account(payload, false).await
}

impl Call {
    /// Makes an account. Its password is hashed first, outside of any transaction.
    pub(crate) async fn create_account(
        self,
        payload: Payload<UserBody>,
        is_personal: bool,
    ) -> Result<Answer, ApiError> {
        let Payload { value, once } = payload;
        let rest =
            serde_json::to_vec(&value).map_err(|_body| Failure::Internal { code: "user-body" })?;
        let new = value.new_account(is_personal)?;
        let Some(once) = once else {
            let user = account::create(&self.state.app, self.caller, new).await?;
            return Ok(self.shape.entity(StatusCode::CREATED, "users", &user_wire(&user, true)));
        };
        if self.caller.operates().is_err() {
            self.caller.administers(&[])?;
        }
        let once = self.without_password(once, rest, new.password.as_ref()).await?;
        if let Some(kept) = self.state.app.answered(self.caller.clone(), once.clone()).await? {
            return Ok(Answer::again(&kept)?);
        }
        let hash = match new.password.clone() {
            Some(password) => Some(self.state.app.hash_password(password).await?),
            None => None,
        };
        let insert = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
            ctx.limits.check_new_account(ctx.caller.account)?;
            account::insert(tx, ctx, new, hash.as_deref())
        };
        self.create(Some(once), insert, |shape, user| {
            shape.entity(StatusCode::CREATED, "users", &user_wire(user, true))
        })
        .await
    }
}

impl Call {
    /// The key with a fingerprint that can be kept: of everything but the password, of which there is
    /// a slow mark of its own (decision 0075).
    async fn without_password(
        &self,
        once: IdempotencyKey,
        rest: Vec<u8>,
        password: Option<&String>,
    ) -> Result<IdempotencyKey, ApiError> {
        let mut what = format!("{} {}\n", self.caller.account, once.key).into_bytes();
        what.extend_from_slice(self.shape.uri.path().as_bytes());
        what.extend(rest);
        if let Some(password) = password {
            let mark = self.state.app.mark_of_password(password.clone(), Hash::of(&what)).await?;
            what.extend(mark.0);
        }
        Ok(IdempotencyKey { fingerprint: Hash::of(&what), ..once })
    }
}

/// Change an account of one's organisation, for administrators.
#[utoipa::path(patch, path = "/v1.0/users/{user_id}", tag = "users",
    params(("user_id" = String, Path)), request_body = UserChange,
    responses((status = 204), Errors))]
async fn user_change(
    call: Call,
    Key(key): Key<UserKey>,
    payload: Payload<UserChange>,
) -> Result<Answer, ApiError> {
    let mut wanted = payload.value;
    let others = std::mem::take(&mut wanted.others);
    let change = wanted.change()?;
    if !others.is_empty() {
        let whose = key.clone();
        let user = call.read(move |tx, ctx| account::get_to_change(tx, ctx, &whose)).await;
        let user = user.map_err(ApiError::of_directory)?;
        must_be_as_shown(&others, &user_wire(&user, true), " here")?;
    }
    let changed = account::change(&call.state.app, call.caller, key, change).await;
    changed.map_err(|failure| ApiError::from(failure).of_directory())?;
    Ok(Answer::no_content())
}

/// The person that a body names by `userId`, `email` or `phoneNumber`.
pub(crate) fn named(
    user_id: Option<&str>,
    email_address: Option<&str>,
    phone_number: Option<&str>,
) -> Result<UserKey, ApiError> {
    match (user_id, email_address, phone_number) {
        (Some(id), None, None) => bind::user_key("userId", id),
        (None, Some(text), None) => {
            email("email", text).map(|email| UserKey::Address(Address::Email(email)))
        }
        (None, None, Some(text)) => {
            phone("phoneNumber", text).map(|phone| UserKey::Address(Address::Phone(phone)))
        }
        _ => Err(ApiError::invalid(
            "userId",
            "Name one person, by one of `userId`, `email` and `phoneNumber`.",
        )),
    }
}
