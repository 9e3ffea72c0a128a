//! Accounts: for administrators of an organisation, and for the operator.

use serde_json::{Map, Value, json};

use crate::client::part;
use crate::exit::{Complaint, Done};
use crate::output::{harmless, text};
use crate::session::Session;
use crate::sign_in_command::ask_password;

const ROLES: [&str; 4] = [
    "externalAccessAdministrator",
    "securityAdministrator",
    "complianceOfficer",
    "organisationAdministrator",
];

/// What can be done with accounts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account
    #[command(after_help = "Examples:
  visavis account create --name 'Ada Lindqvist' --address ada@contoso.example \\
      --role organisationAdministrator
  visavis --profile ada account create --name 'Ben Okafor' --address ben@contoso.example
  visavis account create --personal --name 'Kim Nguyen' --address kim@outlook.example \\
      --phone +442079460958

With the data folder at hand you are the operator: an account belongs to the organisation of its
domain, or is --personal. With --profile you are an administrator, in your own domains.")]
    Create(Box<NewAccount>),
    /// List the people of your organisation
    List,
    /// Show somebody of your organisation, or a contact
    #[command(after_help = "Example:
  visavis account show megan@contoso.example")]
    Show {
        /// E-mail address, telephone number or id
        account: String,
    },
    /// Give somebody a new password; everything that is signed in is signed out
    #[command(after_help = "Example:
  visavis account set-password megan@contoso.example")]
    SetPassword {
        /// E-mail address, telephone number or id
        account: String,
        /// The password; without it you are asked, or standard input is read
        #[arg(long, env = "VISAVIS_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Add an address that the person has proved to you
    #[command(after_help = "Example:
  visavis account add-address megan@contoso.example +4915112345678")]
    AddAddress {
        /// E-mail address, telephone number or id
        account: String,
        /// The further e-mail address or telephone number
        address: String,
    },
    /// Say what somebody may do beyond chatting
    #[command(after_help = "Example:
  visavis account roles megan@contoso.example --set externalAccessAdministrator")]
    Roles {
        /// E-mail address, telephone number or id
        account: String,
        /// All roles that the person has from now on; none takes all away
        #[arg(long, value_delimiter = ',', num_args = 0.., required = true, value_parser = ROLES)]
        set: Vec<String>,
    },
    /// Let somebody sign in no more; everything that is signed in is signed out
    #[command(after_help = "Example:
  visavis account disable megan@contoso.example")]
    Disable {
        /// E-mail address, telephone number or id
        account: String,
    },
    /// Let somebody sign in again
    #[command(after_help = "Example:
  visavis account enable megan@contoso.example")]
    Enable {
        /// E-mail address, telephone number or id
        account: String,
    },
}

/// An account that is to be made.
#[derive(Debug, clap::Args)]
pub(crate) struct NewAccount {
    /// What people call the person
    #[arg(long)]
    pub name: String,
    /// The e-mail address with which to sign in
    #[arg(long)]
    pub address: String,
    /// The telephone number, +49…
    #[arg(long)]
    pub phone: Option<String>,
    /// The password; without it you are asked, or standard input is read
    #[arg(long, env = "VISAVIS_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
    /// What the person may do beyond chatting
    #[arg(long, value_delimiter = ',', value_parser = ROLES)]
    pub role: Vec<String>,
    /// A personal account, which belongs to no organisation
    #[arg(long)]
    pub personal: bool,
    /// The account of a minor
    #[arg(long)]
    pub minor: bool,
    /// A further address that the person has proved to you
    #[arg(long, value_name = "ADDRESS")]
    pub further_address: Vec<String>,
}

/// Runs one of them.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn run(command: AccountCommand, session: &Session) -> Done {
    match command {
        AccountCommand::Create(new) => create(*new, session).await,
        AccountCommand::List => list(session).await,
        AccountCommand::Show { account } => {
            let user = session.person()?.get(&user_path(&account)).await?;
            session.out.answer(&user, describe(&user));
            Ok(())
        }
        AccountCommand::SetPassword { account, password } => {
            let password = password.map_or_else(|| ask_password(&account), Ok)?;
            let path = format!("{}/setPassword", user_path(&account));
            session.operator()?.post(&path, &json!({"password": password})).await?;
            done(session, &account, "The password is set; everything is signed out.");
            Ok(())
        }
        AccountCommand::AddAddress { account, address } => {
            let path = format!("{}/addAddress", user_path(&account));
            session.operator()?.post(&path, &json!({"address": address})).await?;
            done(session, &account, "The address is added.");
            Ok(())
        }
        AccountCommand::Roles { account, set } => {
            change(session, &account, &json!({"roles": set})).await?;
            done(session, &account, "The roles are set.");
            Ok(())
        }
        AccountCommand::Disable { account } => {
            change(session, &account, &json!({"accountEnabled": false})).await?;
            done(session, &account, "Signed out, and may not sign in.");
            Ok(())
        }
        AccountCommand::Enable { account } => {
            change(session, &account, &json!({"accountEnabled": true})).await?;
            done(session, &account, "May sign in.");
            Ok(())
        }
    }
}

fn done(session: &Session, account: &str, said: &str) {
    session.out.answer(&json!({"account": account, "done": true}), said);
}

async fn change(session: &Session, account: &str, change: &Value) -> Done {
    session.person()?.patch(&user_path(account), change).await.map(drop)
}

fn user_path(account: &str) -> String {
    format!("/v1.0/users/{}", part(account))
}

async fn create(new: NewAccount, session: &Session) -> Done {
    let client = session.operator()?;
    let password = match &new.password {
        Some(password) => password.clone(),
        None => ask_password(&new.address)?,
    };
    let is_administrator = session.connect.profile.is_some();
    if is_administrator && (new.personal || new.minor) {
        return Err(Complaint::usage(
            "an administrator makes accounts of the organisation; personal accounts are the operator's",
        ));
    }
    let path = if is_administrator { "/v1.0/users" } else { "/v1.0/deployment/accounts" };
    let made = client.post(path, &body_of(&new, &password)).await?;
    for address in &new.further_address {
        let path = format!("{}/addAddress", user_path(text(&made, "/id")));
        client.post(&path, &json!({"address": address})).await?;
    }
    session.out.answer(&made, describe(&made));
    Ok(())
}

fn body_of(new: &NewAccount, password: &str) -> Value {
    let mut body = Map::new();
    let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
    set("displayName", json!(new.name));
    set(if new.personal { "mail" } else { "userPrincipalName" }, json!(new.address));
    set("passwordProfile", json!({"password": password}));
    if let Some(phone) = &new.phone {
        set("mobilePhone", json!(phone));
    }
    if !new.role.is_empty() {
        set("roles", json!(new.role));
    }
    if new.minor {
        set("ageGroup", json!("minor"));
    }
    Value::Object(body)
}

async fn list(session: &Session) -> Done {
    let users = session.person()?.all("/v1.0/users?$top=100").await?;
    let rows: Vec<Vec<String>> = users
        .iter()
        .map(|user| {
            vec![
                harmless(text(user, "/displayName")),
                harmless(text(user, "/userPrincipalName")),
                harmless(text(user, "/jobTitle")),
                text(user, "/id").to_owned(),
            ]
        })
        .collect();
    session.out.table(&json!(users), &["NAME", "ADDRESS", "JOB TITLE", "ID"], &rows, "Nobody.");
    Ok(())
}

fn describe(user: &Value) -> String {
    let fields = [
        ("Name", "/displayName"),
        ("Address", "/userPrincipalName"),
        ("E-mail", "/mail"),
        ("Telephone", "/mobilePhone"),
        ("Job title", "/jobTitle"),
        ("Organisation", "/organisationName"),
        ("Id", "/id"),
    ];
    let lines = fields.iter().filter_map(|(name, pointer)| {
        let value = text(user, pointer);
        (!value.is_empty()).then(|| format!("{name:<13}{}", harmless(value)))
    });
    lines.collect::<Vec<_>>().join("\n")
}
