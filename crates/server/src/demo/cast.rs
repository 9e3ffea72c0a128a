//! Who appears in the demonstration.

use anyhow::Context as _;
use visavis_app::account::NewAccount;
use visavis_app::context::Caller;
use visavis_app::failure::Failure;
use visavis_app::{App, account, organisation};
use visavis_domain::account::{Account, Profile, Role, Roles};
use visavis_domain::address::{Domain, EmailAddress, PhoneNumber};
use visavis_domain::organisation::{Organisation, TrustClass};

use super::{DemoOrganisation, PASSWORD};

struct OrganisationPlan {
    name: &'static str,
    domains: &'static [&'static str],
}

const ORGANISATIONS: [OrganisationPlan; 2] = [
    OrganisationPlan { name: "Contoso", domains: &["contoso.example"] },
    OrganisationPlan { name: "Fabrikam", domains: &["fabrikam.example", "sub.fabrikam.example"] },
];

struct PersonPlan {
    given_name: &'static str,
    surname: &'static str,
    mail: &'static str,
    job_title: &'static str,
    phone: Option<&'static str>,
    role: Option<Role>,
}

const fn colleague(
    given_name: &'static str,
    surname: &'static str,
    mail: &'static str,
    job_title: &'static str,
) -> PersonPlan {
    PersonPlan { given_name, surname, mail, job_title, phone: None, role: None }
}

const fn administrator(
    given_name: &'static str,
    surname: &'static str,
    mail: &'static str,
    job_title: &'static str,
) -> PersonPlan {
    let role = Some(Role::OrganisationAdministrator);
    PersonPlan { given_name, surname, mail, job_title, phone: None, role }
}

const fn private(
    given_name: &'static str,
    surname: &'static str,
    mail: &'static str,
    phone: &'static str,
) -> PersonPlan {
    PersonPlan { given_name, surname, mail, job_title: "", phone: Some(phone), role: None }
}

/// Numbers of ranges that are kept free for fiction.
const PEOPLE: [PersonPlan; 12] = [
    administrator("Ada", "Lindqvist", ADA, "Head of IT"),
    colleague("Ben", "Okafor", BEN, "Product Manager"),
    colleague("Chiara", "Moretti", CHIARA, "Purchasing"),
    colleague("Daniel", "Weiss", DANIEL, "Sales"),
    colleague("Elif", "Kaya", "elif.kaya@contoso.example", "Chief Executive"),
    administrator("Farah", "Haddad", "farah.haddad@fabrikam.example", "IT Administrator"),
    colleague("Goran", "Petrović", GORAN, "Account Manager"),
    colleague("Hana", "Sato", HANA, "Industrial Designer"),
    colleague("Isaac", "Mensah", "isaac.mensah@fabrikam.example", "Logistics"),
    colleague("Jonas", "Keller", "jonas.keller@sub.fabrikam.example", "Research"),
    private("Kim", "Nguyen", KIM, "+442079460958"),
    private("Luca", "Romano", LUCA, "+12025550143"),
];

pub(super) const ADA: &str = "ada.lindqvist@contoso.example";
pub(super) const BEN: &str = "ben.okafor@contoso.example";
pub(super) const CHIARA: &str = "chiara.moretti@contoso.example";
pub(super) const DANIEL: &str = "daniel.weiss@contoso.example";
pub(super) const GORAN: &str = "goran.petrovic@fabrikam.example";
pub(super) const HANA: &str = "hana.sato@fabrikam.example";
pub(super) const KIM: &str = "kim.nguyen@outlook.example";
pub(super) const LUCA: &str = "luca.romano@outlook.example";

/// Makes everybody who is not there yet.
pub(super) async fn seed(app: &App, operator: &Caller) -> anyhow::Result<()> {
    for plan in &ORGANISATIONS {
        found(app, operator, plan).await.with_context(|| plan.name)?;
    }
    for plan in &PEOPLE {
        if find(app, operator, plan.mail).await?.is_none() {
            account::create(app, operator.clone(), new_account(plan)?)
                .await
                .with_context(|| plan.mail)?;
        }
    }
    Ok(())
}

async fn found(app: &App, operator: &Caller, plan: &OrganisationPlan) -> anyhow::Result<()> {
    let domains: Vec<Domain> =
        plan.domains.iter().map(|domain| domain.parse()).collect::<Result<_, _>>()?;
    let name = plan.name;
    app.write(operator.clone(), move |tx, ctx| {
        let is_there = match domains.first() {
            Some(domain) => tx.find_organisation_by_domain(domain)?.is_some(),
            None => true,
        };
        if !is_there {
            organisation::create(tx, ctx, name, &domains, TrustClass::Standard)?;
        }
        Ok(())
    })
    .await?;
    Ok(())
}

fn new_account(plan: &PersonPlan) -> anyhow::Result<NewAccount> {
    let mail: EmailAddress = plan.mail.parse()?;
    let phone: Option<PhoneNumber> = plan.phone.map(str::parse).transpose()?;
    Ok(NewAccount {
        display_name: format!("{} {}", plan.given_name, plan.surname),
        user_principal_name: mail,
        is_personal: phone.is_some(),
        phone,
        password: Some(PASSWORD.to_owned()),
        is_enabled: true,
        profile: Profile {
            given_name: Some(plan.given_name.to_owned()),
            surname: Some(plan.surname.to_owned()),
            job_title: (!plan.job_title.is_empty()).then(|| plan.job_title.to_owned()),
            ..Profile::default()
        },
        roles: plan.role.into_iter().collect::<Roles>(),
        further_addresses: Vec::new(),
        is_minor: false,
    })
}

/// The two organisations, in their order.
pub(super) async fn organisations(
    app: &App,
    operator: &Caller,
) -> anyhow::Result<Vec<DemoOrganisation>> {
    let mut shown = Vec::new();
    for plan in &ORGANISATIONS {
        let Some(domain) = plan.domains.first() else { continue };
        let domain: Domain = domain.parse()?;
        let wanted = domain.clone();
        let found: Option<Organisation> = app
            .read(operator.clone(), move |tx, _ctx| {
                match tx.find_organisation_by_domain(&wanted)? {
                    Some(id) => Ok(tx.find_organisation(id)?),
                    None => Ok(None),
                }
            })
            .await?;
        shown.extend(found.map(|organisation| DemoOrganisation {
            id: organisation.id.to_string(),
            name: organisation.name,
            domain: domain.to_string(),
        }));
    }
    Ok(shown)
}

/// Everybody who is there, in the order of the plan.
pub(super) async fn accounts(app: &App, operator: &Caller) -> anyhow::Result<Vec<Account>> {
    let mut accounts = Vec::new();
    for plan in &PEOPLE {
        accounts.extend(find(app, operator, plan.mail).await?);
    }
    Ok(accounts)
}

/// Somebody by the sign-in name.
pub(super) async fn find(
    app: &App,
    operator: &Caller,
    mail: &str,
) -> Result<Option<Account>, Failure> {
    let mail = mail.to_owned();
    app.read(operator.clone(), move |tx, _ctx| Ok(tx.find_account_by_principal(&mail)?)).await
}
