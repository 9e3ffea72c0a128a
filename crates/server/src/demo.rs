//! The demonstration: two organisations, two personal accounts, and chats in every state.
//!
//! Seeding goes through the use cases that everybody uses. Each step finds what an earlier, broken
//! off start has made already; once all is there a mark says so, and from then on nothing is
//! seeded again, whatever has become of it.

mod cast;
mod scenes;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use visavis_app::context::Caller;
use visavis_app::{App, account};
use visavis_domain::account::{Account, Role};
use visavis_graph_api::{Demonstration, DemonstrationHome, DemonstrationPerson};

use crate::private_file;

/// The mark in the store that says that all is seeded.
const SEEDED: &str = "demo.seeded";
/// Everybody's password. The demonstration is reachable from this machine only.
pub(crate) const PASSWORD: &str = "visavis-demo";

/// What scripts need to drive the demonstration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Demo {
    /// Where the server listens.
    pub base_url: String,
    /// The two organisations.
    pub organisations: Vec<DemoOrganisation>,
    /// Everybody.
    pub accounts: Vec<DemoAccount>,
}

/// One organisation of the demonstration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemoOrganisation {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its default domain.
    pub domain: String,
}

/// One account of the demonstration.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemoAccount {
    /// Its id.
    pub id: String,
    /// Its organisation; none for personal accounts.
    pub organisation_id: Option<String>,
    /// What the person is called.
    pub display_name: String,
    /// The e-mail address with which to sign in.
    pub mail: String,
    /// The telephone number.
    pub phone: Option<String>,
    /// The password.
    pub password: String,
    /// A bearer token.
    pub token: String,
    /// What the account may do beyond chatting.
    pub roles: Vec<Role>,
}

impl Demo {
    /// Who can sign in, home by home.
    pub(crate) fn sign_ins(&self) -> Demonstration {
        let home = |organisation: Option<&DemoOrganisation>| DemonstrationHome {
            organisation_name: organisation.map(|organisation| organisation.name.clone()),
            domain: organisation.map(|organisation| organisation.domain.clone()),
            people: self
                .accounts
                .iter()
                .filter(|account| account.organisation_id.as_ref() == organisation.map(|o| &o.id))
                .map(DemoAccount::sign_in)
                .collect(),
        };
        let organisations = self.organisations.iter().map(Some);
        Demonstration { homes: organisations.chain([None]).map(home).collect() }
    }
}

impl DemoAccount {
    fn sign_in(&self) -> DemonstrationPerson {
        DemonstrationPerson {
            display_name: self.display_name.clone(),
            address: self.mail.clone(),
            phone_number: self.phone.clone(),
            password: self.password.clone(),
            roles: self.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        }
    }
}

/// The file in a data folder.
#[must_use]
pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("demo.json")
}

/// Whether the demonstration is there.
///
/// # Errors
///
/// When the store cannot be read.
pub(crate) async fn is_seeded(app: &App, operator: &Caller) -> anyhow::Result<bool> {
    let is_seeded = app.read(operator.clone(), |tx, _ctx| Ok(tx.meta(SEEDED)?.is_some())).await;
    is_seeded.context("the store cannot be read")
}

/// Makes what is missing of the demonstration. What is asked for here is counted like what anybody
/// asks for, so the limits have to let it through.
///
/// # Errors
///
/// When the store cannot be written.
pub(crate) async fn seed(app: &App, operator: &Caller) -> anyhow::Result<()> {
    cast::seed(app, operator).await.context("the demonstration's accounts")?;
    scenes::seed(app, operator).await.context("the demonstration's chats")?;
    app.write(operator.clone(), |tx, _ctx| Ok(tx.set_meta(SEEDED, b"1")?)).await?;
    Ok(())
}

/// Writes down how to drive the demonstration, which is there.
///
/// # Errors
///
/// When the store or the file cannot be written.
pub(crate) async fn describe(
    app: &App,
    operator: &Caller,
    data: &Path,
    base_url: &str,
) -> anyhow::Result<Demo> {
    let organisations = cast::organisations(app, operator).await?;
    let accounts = cast::accounts(app, operator).await?;
    let tokens = kept_tokens(data);
    let mut shown = Vec::with_capacity(accounts.len());
    for account in accounts {
        let token = token_of(app, operator, &account, &tokens).await?;
        shown.push(one(&account, token));
    }
    let demo = Demo { base_url: base_url.to_owned(), organisations, accounts: shown };
    let path = path(data);
    private_file::write(&path, &serde_json::to_string_pretty(&demo)?)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(demo)
}

fn one(account: &Account, token: String) -> DemoAccount {
    DemoAccount {
        id: account.id.to_string(),
        organisation_id: account.home.organisation().map(|id| id.to_string()),
        display_name: account.display_name.clone(),
        mail: account.user_principal_name.clone(),
        phone: account.phone.as_ref().map(ToString::to_string),
        password: PASSWORD.to_owned(),
        token,
        roles: account.roles.iter().collect(),
    }
}

/// The tokens of an earlier start, by account.
fn kept_tokens(data: &Path) -> HashMap<String, String> {
    let demo = std::fs::read_to_string(path(data)).ok();
    let demo: Option<Demo> = demo.and_then(|text| serde_json::from_str(&text).ok());
    let accounts = demo.map(|demo| demo.accounts).unwrap_or_default();
    accounts.into_iter().map(|account| (account.id, account.token)).collect()
}

/// The token of an earlier start if it still is good, else a new one.
async fn token_of(
    app: &App,
    operator: &Caller,
    account: &Account,
    kept: &HashMap<String, String>,
) -> anyhow::Result<String> {
    if let Some(token) = kept.get(&account.id.to_string()) {
        let caller = app.authenticate(token, None).await;
        if caller.is_ok_and(|caller| caller.account == account.id) {
            return Ok(token.clone());
        }
    }
    let id = account.id;
    let issued = app
        .write(operator.clone(), move |tx, ctx| account::issue_token(tx, ctx, id, "Demonstration"));
    issued.await.context("a token of the demonstration")
}
