//! External access in the command line's own words.

use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::exit::{Complaint, Done};
use crate::external_access as access;
use crate::output::{harmless, text};
use crate::session::Session;

/// What an administrator of an organisation can do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ExternalAccessCommand {
    /// Show with whom your organisation talks
    Show,
    /// Change it; only what is named changes, and it holds from the answer on
    #[command(after_help = "Examples:
  visavis external-access set --allow-personal-accounts=false
  visavis external-access set --allowed-domains fabrikam.example,adatum.example
  visavis external-access set --allowed-domains all --block-domain evil.example
  visavis external-access set --block-person spammer@outlook.example")]
    Set(Box<Settings>),
    /// Settings for some people: policies
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Assign a policy to a person, a group, or everyone
    #[command(after_help = "Examples:
  visavis external-access assign NoInbound --person ceo@contoso.example
  visavis external-access assign NoInbound --group Executives --rank 1
  visavis external-access assign NoInbound --everyone")]
    Assign {
        /// The policy
        policy: String,
        #[command(flatten)]
        to: To,
        /// Which assignment wins for people in several groups: 1 is strongest
        #[arg(long, requires = "group", value_parser = clap::value_parser!(u32).range(1..))]
        rank: Option<u32>,
    },
    /// Take an assigned policy back
    #[command(after_help = "Examples:
  visavis external-access unassign NoInbound --person ceo@contoso.example
  visavis external-access unassign NoInbound --group Executives")]
    Unassign {
        /// The policy
        policy: String,
        #[command(flatten)]
        to: To,
    },
    /// Show whom to ask: administrators of your own organisation who can change it
    #[command(after_help = "Example:
  visavis external-access administrators")]
    Administrators,
    /// Show which policy a person has, and why
    #[command(after_help = "Example:
  visavis external-access effective ceo@contoso.example")]
    Effective {
        /// E-mail address or account id
        person: String,
    },
}

/// To whom a policy is assigned.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct To {
    /// E-mail address or account id
    #[arg(long)]
    pub person: Option<String>,
    /// Name or id of a group
    #[arg(long)]
    pub group: Option<String>,
    /// Everyone: the policy Global takes these settings
    #[arg(long)]
    pub everyone: bool,
}

/// What can be done with policies.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PolicyCommand {
    /// List all policies
    List,
    /// Show one policy
    #[command(after_help = "Example:
  visavis external-access policy show Global")]
    Show {
        /// The policy
        policy: String,
    },
    /// Make a policy; what is not named has its default
    #[command(after_help = "Examples:
  visavis external-access policy create NoInbound --allow-personal-accounts-inbound=false
  visavis external-access policy create Partners --organisations specific \
      --allowed-domains fabrikam.example")]
    Create {
        /// What it is called
        policy: String,
        #[command(flatten)]
        settings: Box<PolicySettings>,
    },
    /// Change a policy; only what is named changes
    #[command(after_help = "Example:
  visavis external-access policy set NoInbound --allow-organisations=false")]
    Set {
        /// The policy
        policy: String,
        #[command(flatten)]
        settings: Box<PolicySettings>,
    },
    /// Remove a policy; its people fall back to their next one. Global gets its defaults back
    #[command(after_help = "Example:
  visavis external-access policy remove NoInbound")]
    Remove {
        /// The policy
        policy: String,
    },
}

/// Settings of the organisation.
#[derive(Debug, clap::Args, Default)]
#[group(required = true, multiple = true)]
pub(crate) struct Settings {
    /// Talk with other organisations at all (allowFederatedUsers)
    #[arg(long, value_name = "BOOL")]
    pub allow_organisations: Option<bool>,
    /// With which domains: `all`, `none`, or a list (allowedDomains)
    #[arg(long, value_name = "DOMAINS", value_delimiter = ',')]
    pub allowed_domains: Option<Vec<String>>,
    /// Add a domain to those that are blocked (blockedDomains)
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',')]
    pub block_domain: Vec<String>,
    /// Take a domain from those that are blocked
    #[arg(long, value_name = "DOMAIN", value_delimiter = ',')]
    pub unblock_domain: Vec<String>,
    /// Block what lies below blocked domains, too (blockAllSubdomains)
    #[arg(long, value_name = "BOOL")]
    pub block_subdomains: Option<bool>,
    /// Talk with personal accounts at all (allowTeamsConsumer)
    #[arg(long, value_name = "BOOL")]
    pub allow_personal_accounts: Option<bool>,
    /// Let personal accounts make the first contact (allowTeamsConsumerInbound)
    #[arg(long, value_name = "BOOL")]
    pub allow_personal_accounts_inbound: Option<bool>,
    /// Talk with trial organisations (externalAccessWithTrialTenants)
    #[arg(long, value_name = "BOOL")]
    pub allow_trial_organisations: Option<bool>,
    /// Talk with these trial organisations all the same (allowedTrialTenantDomains)
    #[arg(long, value_name = "DOMAINS", value_delimiter = ',')]
    pub allowed_trial_domains: Option<Vec<String>>,
    /// Hear people of organisations that no list names only once they are contacts
    /// (treatDiscoveredPartnersAsUnverified)
    #[arg(long, value_name = "BOOL")]
    pub treat_discovered_as_unverified: Option<bool>,
    /// Let security administrators edit the blocked domains and people
    /// (securityTeamAllowBlockListDelegation)
    #[arg(long, value_name = "BOOL")]
    pub delegate_block_lists: Option<bool>,
    /// Block a person outside, by e-mail address or account id; the list comes into force
    /// (blockedUsers, blockExternalUserAccess)
    #[arg(long, value_name = "PERSON", value_delimiter = ',')]
    pub block_person: Vec<String>,
    /// Unblock a person outside
    #[arg(long, value_name = "PERSON", value_delimiter = ',')]
    pub unblock_person: Vec<String>,
    /// Whether the list of blocked people counts (blockExternalUserAccess)
    #[arg(long, value_name = "BOOL")]
    pub block_people: Option<bool>,
}

/// Settings of a policy.
#[derive(Debug, clap::Args, Default)]
pub(crate) struct PolicySettings {
    /// Talk with other organisations at all (enableFederationAccess)
    #[arg(long, value_name = "BOOL")]
    pub allow_organisations: Option<bool>,
    /// With which: the organisation's own lists, all, those in --allowed-domains, all but those in
    /// --blocked-domains, or none (communicationWithExternalOrgs)
    #[arg(long, value_name = "MODE", value_parser = ["default", "all", "specific", "all-but", "none"])]
    pub organisations: Option<String>,
    /// The domains of `specific` (allowedExternalDomains)
    #[arg(long, value_name = "DOMAINS", value_delimiter = ',')]
    pub allowed_domains: Option<Vec<String>>,
    /// The domains of `all-but` (blockedExternalDomains)
    #[arg(long, value_name = "DOMAINS", value_delimiter = ',')]
    pub blocked_domains: Option<Vec<String>>,
    /// Talk with personal accounts (enableTeamsConsumerAccess)
    #[arg(long, value_name = "BOOL")]
    pub allow_personal_accounts: Option<bool>,
    /// Be found and contacted first by personal accounts (enableTeamsConsumerInbound)
    #[arg(long, value_name = "BOOL")]
    pub allow_personal_accounts_inbound: Option<bool>,
    /// At most two organisations in a group (federatedBilateralChats)
    #[arg(long, value_name = "BOOL")]
    pub bilateral_groups_only: Option<bool>,
}

/// Runs one of them.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn run(command: ExternalAccessCommand, session: &Session) -> Done {
    let client = session.person()?;
    let out = session.out;
    match command {
        ExternalAccessCommand::Show => {
            let configuration = access::configuration(&client).await?;
            out.answer(&configuration, lines(&configuration));
        }
        ExternalAccessCommand::Set(settings) => {
            let patch = settings.patch();
            let changed = access::change_configuration(&client, &patch).await?;
            let changed = match changed {
                Value::Null => access::configuration(&client).await?,
                shown => shown,
            };
            out.answer(&changed, lines(&changed));
        }
        ExternalAccessCommand::Policy(command) => policy(command, &client, session).await?,
        ExternalAccessCommand::Assign { policy, to, rank } => {
            assign(&client, &policy, &to, rank).await?;
            out.answer(&json!({"policy": policy, "assigned": true}), "Assigned.");
        }
        ExternalAccessCommand::Unassign { policy, to } => {
            unassign(&client, &policy, &to).await?;
            out.answer(&json!({"policy": policy, "assigned": false}), "Taken back.");
        }
        ExternalAccessCommand::Administrators => {
            let found = client.get("/v1.0/me/externalAccessAdministrators").await?;
            let found = found.get("value").unwrap_or(&Value::Null);
            let cell = |one: &Value, name: &str| harmless(text(one, name));
            let row = |one: &Value| vec![cell(one, "/displayName"), cell(one, "/mail")];
            let rows: Vec<_> = found.as_array().into_iter().flatten().map(row).collect();
            out.table(found, &["NAME", "MAIL"], &rows, "Nobody: this is a personal account.");
        }
        ExternalAccessCommand::Effective { person } => {
            let effective = access::effective(&client, &person).await?;
            out.answer(&effective, access::describe_effective(&effective));
        }
    }
    Ok(())
}

async fn policy(command: PolicyCommand, client: &Client, session: &Session) -> Done {
    let out = session.out;
    match command {
        PolicyCommand::List => {
            let policies = access::policies(client).await?;
            let names: Vec<Vec<String>> =
                policies.iter().map(|policy| vec![harmless(text(policy, "/identity"))]).collect();
            out.table(&json!(policies), &["POLICY"], &names, "No policies.");
        }
        PolicyCommand::Show { policy } => {
            let policy = access::policy(client, &policy).await?;
            out.answer(&policy, lines(&policy));
        }
        PolicyCommand::Create { policy, settings } => {
            let made = access::make_policy(client, &policy, &settings.patch()).await?;
            out.answer(&made, lines(&made));
        }
        PolicyCommand::Set { policy, settings } => {
            let patch = settings.patch();
            if patch.is_empty() {
                return Err(Complaint::usage("name at least one setting; see --help"));
            }
            let changed = access::change_policy(client, &policy, &patch).await?;
            let changed = match changed {
                Value::Null => access::policy(client, &policy).await?,
                shown => shown,
            };
            out.answer(&changed, lines(&changed));
        }
        PolicyCommand::Remove { policy } => {
            access::remove_policy(client, &policy).await?;
            out.answer(&json!({"policy": policy, "removed": true}), "Removed.");
        }
    }
    Ok(())
}

async fn assign(client: &Client, policy: &str, to: &To, rank: Option<u32>) -> Done {
    if let Some(person) = &to.person {
        return access::assign_to_person(client, Some(policy), person).await;
    }
    if let Some(group) = &to.group {
        let group = access::group_id(client, group).await?;
        return access::assign_to_group(client, policy, &group, rank).await;
    }
    access::assign_to_everyone(client, policy).await
}

async fn unassign(client: &Client, policy: &str, to: &To) -> Done {
    if let Some(person) = &to.person {
        return access::assign_to_person(client, None, person).await;
    }
    if let Some(group) = &to.group {
        let group = access::group_id(client, group).await?;
        return access::unassign_from_group(client, policy, &group).await;
    }
    access::remove_policy(client, "Global").await
}

/// An object as lines of names and values.
fn lines(object: &Value) -> String {
    let entries = object.as_object().into_iter().flatten();
    let entries = entries.filter(|(name, _)| !name.starts_with('@'));
    let lines: Vec<String> =
        entries.map(|(name, value)| format!("{name}: {}", plain(value))).collect();
    lines.join("\n")
}

fn plain(value: &Value) -> String {
    let nothing = || "–".to_owned();
    match value {
        Value::Null => nothing(),
        Value::String(text) => harmless(text),
        Value::Array(list) if list.is_empty() => nothing(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(object) => match (text(value, "/mode"), object.get("domains")) {
            ("allKnownDomains", _) => "all that are not blocked".to_owned(),
            ("allowList", Some(domains)) => format!("only {}", plain(domains)),
            _ => harmless(&value.to_string()),
        },
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A patch under construction.
#[derive(Default)]
struct Patch(Map<String, Value>);

impl Patch {
    fn set(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    fn change(mut self, name: &str, added: &[String], removed: &[String]) -> Self {
        let mut change = Map::new();
        if !added.is_empty() {
            change.insert("add".to_owned(), json!(added));
        }
        if !removed.is_empty() {
            change.insert("remove".to_owned(), json!(removed));
        }
        if !change.is_empty() {
            self.0.insert(name.to_owned(), Value::Object(change));
        }
        self
    }
}

impl Settings {
    /// What the API takes.
    #[must_use]
    pub(crate) fn patch(&self) -> Map<String, Value> {
        let domains = self.allowed_domains.as_ref().map(|domains| match domains.as_slice() {
            [one] if one == "all" => json!({"mode": "allKnownDomains"}),
            [one] if one == "none" => json!({"mode": "allowList", "domains": []}),
            list => json!({"mode": "allowList", "domains": list}),
        });
        let trial = self.allow_trial_organisations.map(|on| if on { "Allowed" } else { "Blocked" });
        let delegated = self.delegate_block_lists.map(|on| if on { "Enabled" } else { "Disabled" });
        // A list that does not count would surprise whoever blocks somebody.
        let counts = self.block_people.or_else(|| (!self.block_person.is_empty()).then_some(true));
        Patch::default()
            .set("allowFederatedUsers", self.allow_organisations)
            .set("allowedDomains", domains)
            .change("blockedDomains", &self.block_domain, &self.unblock_domain)
            .set("blockAllSubdomains", self.block_subdomains)
            .set("allowTeamsConsumer", self.allow_personal_accounts)
            .set("allowTeamsConsumerInbound", self.allow_personal_accounts_inbound)
            .set("externalAccessWithTrialTenants", trial)
            .set("allowedTrialTenantDomains", self.allowed_trial_domains.clone())
            .set("treatDiscoveredPartnersAsUnverified", self.treat_discovered_as_unverified)
            .set("securityTeamAllowBlockListDelegation", delegated)
            .change("blockedUsers", &self.block_person, &self.unblock_person)
            .set("blockExternalUserAccess", counts)
            .0
    }
}

impl PolicySettings {
    /// What the API takes.
    #[must_use]
    pub(crate) fn patch(&self) -> Map<String, Value> {
        let mode = self.organisations.as_deref().map(|mode| match mode {
            "all" => "AllowAllExternalDomains",
            "specific" => "AllowSpecificExternalDomains",
            "all-but" => "BlockSpecificExternalDomains",
            "none" => "BlockAllExternalDomains",
            _ => "OrganizationDefault",
        });
        Patch::default()
            .set("enableFederationAccess", self.allow_organisations)
            .set("communicationWithExternalOrgs", mode)
            .set("allowedExternalDomains", self.allowed_domains.clone())
            .set("blockedExternalDomains", self.blocked_domains.clone())
            .set("enableTeamsConsumerAccess", self.allow_personal_accounts)
            .set("enableTeamsConsumerInbound", self.allow_personal_accounts_inbound)
            .set("federatedBilateralChats", self.bilateral_groups_only)
            .0
    }
}
