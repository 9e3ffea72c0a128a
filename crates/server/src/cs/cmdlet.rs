//! The cmdlets: their names, their parameters, and which value each takes.

use serde_json::{Map, Value, json};

use super::syntax::{Line, Operation, Written};

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `$true` or `$false`.
    Bool,
    /// Text; `$null` where that means something.
    Text,
    /// A whole number from 1.
    Number,
    /// A list: whole, or changed by `@{Add=…; Remove=…}`; `$null` clears it.
    List,
    /// `AllowedDomains`: everything known, or a list.
    Domains,
    /// Nothing: being there is enough.
    Switch,
    /// Taken so that scripts run as they are; nothing is asked and nothing has to be forced here.
    Ignored,
}

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
}

/// One cmdlet.
#[derive(Debug)]
pub(crate) struct Cmdlet {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Which parameters values without a name are for.
    pub positional: &'static [&'static str],
    /// Parameters of its own.
    pub own: &'static [Parameter],
    /// The settings that it may change.
    pub settings: &'static [Parameter],
}

const fn parameter(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind }
}

const IDENTITY: Parameter = parameter("Identity", Kind::Text);
const WHAT_IF: Parameter = parameter("WhatIf", Kind::Switch);
const FORCE: Parameter = parameter("Force", Kind::Ignored);
const CONFIRM: Parameter = parameter("Confirm", Kind::Ignored);
const GROUP_ID: Parameter = parameter("GroupId", Kind::Text);
const POLICY_TYPE: Parameter = parameter("PolicyType", Kind::Text);
const POLICY_NAME: Parameter = parameter("PolicyName", Kind::Text);
const RANK: Parameter = parameter("Rank", Kind::Number);
const PASS_THRU: Parameter = parameter("PassThru", Kind::Ignored);

const READ: &[Parameter] = &[IDENTITY, parameter("Filter", Kind::Text)];
const CHANGE: &[Parameter] = &[IDENTITY, WHAT_IF, FORCE, CONFIRM];

const CONFIGURATION: &[Parameter] = &[
    parameter("AllowFederatedUsers", Kind::Bool),
    parameter("AllowedDomains", Kind::Domains),
    parameter("AllowedDomainsAsAList", Kind::List),
    parameter("BlockedDomains", Kind::List),
    parameter("BlockAllSubdomains", Kind::Bool),
    parameter("AllowTeamsConsumer", Kind::Bool),
    parameter("AllowTeamsConsumerInbound", Kind::Bool),
    parameter("RestrictTeamsConsumerToExternalUserProfiles", Kind::Bool),
    parameter("ExternalAccessWithTrialTenants", Kind::Text),
    parameter("AllowedTrialTenantDomains", Kind::List),
    parameter("TreatDiscoveredPartnersAsUnverified", Kind::Bool),
    parameter("SecurityTeamAllowBlockListDelegation", Kind::Text),
    parameter("SharedSipAddressSpace", Kind::Bool),
    parameter("CustomizeFederation", Kind::Bool),
    parameter("EnableExternalAccessRestrictionsForChatParticipants", Kind::Bool),
    parameter("EnableMutualFederationForChatParticipants", Kind::Bool),
];

const BLOCKED_PEOPLE: &[Parameter] = &[
    parameter("BlockedUsers", Kind::List),
    parameter("BlockExternalUserAccess", Kind::Bool),
    parameter("BlockExternalAccessUserAccess", Kind::Bool),
];

const POLICY: &[Parameter] = &[
    parameter("EnableFederationAccess", Kind::Bool),
    parameter("CommunicationWithExternalOrgs", Kind::Text),
    parameter("AllowedExternalDomains", Kind::List),
    parameter("BlockedExternalDomains", Kind::List),
    parameter("EnableTeamsConsumerAccess", Kind::Bool),
    parameter("EnableTeamsConsumerInbound", Kind::Bool),
    parameter("RestrictTeamsConsumerAccessToExternalUserProfiles", Kind::Bool),
    parameter("FederatedBilateralChats", Kind::Bool),
    parameter("EnableAcsFederationAccess", Kind::Bool),
    parameter("EnableOutsideAccess", Kind::Bool),
    parameter("EnableXmppAccess", Kind::Bool),
    parameter("EnablePublicCloudAudioVideoAccess", Kind::Bool),
    parameter("EnableTeamsSmsAccess", Kind::Bool),
];

const GRANT: &[Parameter] = &[
    IDENTITY,
    POLICY_NAME,
    parameter("Group", Kind::Text),
    RANK,
    parameter("Global", Kind::Switch),
    WHAT_IF,
    FORCE,
    CONFIRM,
    PASS_THRU,
];

const GROUP_WRITE: &[Parameter] =
    &[GROUP_ID, POLICY_TYPE, POLICY_NAME, RANK, PASS_THRU, WHAT_IF, FORCE, CONFIRM];

/// Every cmdlet.
pub(crate) const CMDLETS: &[Cmdlet] = &[
    Cmdlet {
        name: "Get-CsTenantFederationConfiguration",
        about: "Shows the organisation's external access configuration",
        positional: &["Identity"],
        own: READ,
        settings: &[],
    },
    Cmdlet {
        name: "Set-CsTenantFederationConfiguration",
        about: "Changes it; only what is named changes",
        positional: &["Identity"],
        own: CHANGE,
        settings: CONFIGURATION,
    },
    Cmdlet {
        name: "Get-CsTeamsExternalAccessConfiguration",
        about: "Shows which people outside are blocked",
        positional: &["Identity"],
        own: READ,
        settings: &[],
    },
    Cmdlet {
        name: "Set-CsTeamsExternalAccessConfiguration",
        about: "Blocks people outside, by address or account id",
        positional: &["Identity"],
        own: CHANGE,
        settings: BLOCKED_PEOPLE,
    },
    Cmdlet {
        name: "Get-CsExternalAccessPolicy",
        about: "Shows all policies, one, or those that -Filter matches",
        positional: &["Identity"],
        own: READ,
        settings: &[],
    },
    Cmdlet {
        name: "New-CsExternalAccessPolicy",
        about: "Makes a policy; what is not named has its default",
        positional: &["Identity"],
        own: CHANGE,
        settings: POLICY,
    },
    Cmdlet {
        name: "Set-CsExternalAccessPolicy",
        about: "Changes a policy; only what is named changes",
        positional: &["Identity"],
        own: CHANGE,
        settings: POLICY,
    },
    Cmdlet {
        name: "Remove-CsExternalAccessPolicy",
        about: "Removes a policy; Global gets its defaults back",
        positional: &["Identity"],
        own: CHANGE,
        settings: &[],
    },
    Cmdlet {
        name: "Grant-CsExternalAccessPolicy",
        about: "Assigns a policy to a person, a group or everyone; $null un-assigns",
        positional: &["Identity", "PolicyName"],
        own: GRANT,
        settings: &[],
    },
    Cmdlet {
        name: "New-CsGroupPolicyAssignment",
        about: "Assigns a policy to a group",
        positional: &[],
        own: GROUP_WRITE,
        settings: &[],
    },
    Cmdlet {
        name: "Set-CsGroupPolicyAssignment",
        about: "Gives a group another policy or another rank",
        positional: &[],
        own: GROUP_WRITE,
        settings: &[],
    },
    Cmdlet {
        name: "Get-CsGroupPolicyAssignment",
        about: "Shows which groups have which policy",
        positional: &[],
        own: &[GROUP_ID, POLICY_TYPE, POLICY_NAME],
        settings: &[],
    },
    Cmdlet {
        name: "Remove-CsGroupPolicyAssignment",
        about: "Takes the policy from a group",
        positional: &[],
        own: &[GROUP_ID, POLICY_TYPE, WHAT_IF, FORCE, CONFIRM, PASS_THRU],
        settings: &[],
    },
    Cmdlet {
        name: "Get-CsUserPolicyAssignment",
        about: "Shows which policy a person has, and why",
        positional: &["Identity"],
        own: &[IDENTITY, POLICY_TYPE],
        settings: &[],
    },
];

/// A cmdlet with the values that were given.
#[derive(Debug)]
pub(crate) struct Bound {
    /// The cmdlet.
    pub cmdlet: &'static Cmdlet,
    /// Its own parameters that were given; `None` is `$null`.
    own: Vec<(&'static str, Option<String>)>,
    /// The settings to change, as the API takes them.
    pub patch: Map<String, Value>,
}

impl Bound {
    /// The text of a parameter; `Some(None)` is `$null`.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<Option<&str>> {
        let found = self.own.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.as_deref())
    }

    /// Whether a switch was given.
    #[must_use]
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// Finds a cmdlet by its name, in any case.
#[must_use]
pub(crate) fn find(name: &str) -> Option<&'static Cmdlet> {
    CMDLETS.iter().find(|cmdlet| cmdlet.name.eq_ignore_ascii_case(name))
}

/// Gives each parameter its value.
///
/// # Errors
///
/// A sentence: an unknown or repeated parameter, or a value of the wrong kind.
pub(crate) fn bind(cmdlet: &'static Cmdlet, line: Line) -> Result<Bound, String> {
    let mut bound = Bound { cmdlet, own: Vec::new(), patch: Map::new() };
    let mut given = Vec::new();
    let mut places = cmdlet.positional.iter();
    for text in line.positional {
        let place = places.next().ok_or_else(|| {
            format!("{text}: a value without a parameter; name it, as in -Identity {text}")
        })?;
        given.push(((*place).to_owned(), Written::Text(text)));
    }
    given.extend(line.named);
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in given {
        let (parameter, is_setting) = lookup(cmdlet, &name)?;
        if seen.contains(&parameter.name) {
            return Err(format!("-{} is given twice", parameter.name));
        }
        seen.push(parameter.name);
        let fail = |why: String| format!("-{}: {why}", parameter.name);
        if is_setting {
            let (property, value) = setting(parameter, value).map_err(fail)?;
            bound.patch.insert(property, value);
        } else if let Some(value) = own(parameter, value).map_err(fail)? {
            bound.own.push((parameter.name, value));
        }
    }
    Ok(bound)
}

/// The parameter of this name, in any case, or of which this is the only beginning.
fn lookup(cmdlet: &'static Cmdlet, name: &str) -> Result<(Parameter, bool), String> {
    let own = cmdlet.own.iter().map(|parameter| (*parameter, false));
    let settings = cmdlet.settings.iter().map(|parameter| (*parameter, true));
    let all: Vec<(Parameter, bool)> = own.chain(settings).collect();
    if let Some(exact) = all.iter().find(|(known, _)| known.name.eq_ignore_ascii_case(name)) {
        return Ok(*exact);
    }
    let starts = |known: &str| known.to_ascii_lowercase().starts_with(&name.to_ascii_lowercase());
    let matching: Vec<&(Parameter, bool)> =
        all.iter().filter(|(known, _)| starts(known.name)).collect();
    match matching.as_slice() {
        [only] => Ok(**only),
        [] => Err(format!(
            "{} has no parameter -{name}. It has: {}",
            cmdlet.name,
            all.iter().map(|(known, _)| format!("-{}", known.name)).collect::<Vec<_>>().join(" ")
        )),
        several => Err(format!(
            "-{name} could be any of {}",
            several
                .iter()
                .map(|(known, _)| format!("-{}", known.name))
                .collect::<Vec<_>>()
                .join(" ")
        )),
    }
}

/// The value of a parameter that is no setting; none for what is ignored or switched off.
fn own(parameter: Parameter, value: Written) -> Result<Option<Option<String>>, String> {
    match (parameter.kind, value) {
        (Kind::Ignored, Written::Nothing | Written::Bool(_))
        | (Kind::Switch, Written::Bool(false)) => Ok(None),
        (Kind::Switch, Written::Nothing | Written::Bool(true)) => Ok(Some(Some(String::new()))),
        (Kind::Number, Written::Text(text)) => match text.parse::<u32>() {
            Ok(number) if number > 0 => Ok(Some(Some(text))),
            Ok(_) | Err(_) => Err(format!("{text} is not a whole number from 1")),
        },
        (Kind::Text, Written::Text(text)) => Ok(Some(Some(text))),
        (Kind::Text, Written::Null) => Ok(Some(None)),
        (kind, _) => Err(expected(kind)),
    }
}

/// The property and the value that the API takes.
fn setting(parameter: Parameter, value: Written) -> Result<(String, Value), String> {
    let mut property = property(parameter.name);
    let value = match (parameter.kind, value) {
        (Kind::Bool, Written::Bool(on)) => json!(on),
        (Kind::Text, Written::Text(text)) => json!(text),
        (Kind::List | Kind::Domains, Written::Null) => {
            if parameter.kind == Kind::Domains {
                property.push_str("AsAList");
            }
            Value::Null
        }
        (Kind::Domains, Written::Text(text)) if is_everything(&text) => {
            json!({"mode": "allKnownDomains"})
        }
        (Kind::List | Kind::Domains, Written::Text(text)) => {
            list(&mut property, parameter, &[text])
        }
        (Kind::List | Kind::Domains, Written::List(entries)) => {
            list(&mut property, parameter, &entries)
        }
        (Kind::List, Written::Change(operations)) => change(operations)?,
        (kind, _) => return Err(expected(kind)),
    };
    Ok((property, value))
}

fn list(property: &mut String, parameter: Parameter, entries: &[String]) -> Value {
    if parameter.kind == Kind::Domains {
        property.push_str("AsAList");
    }
    json!(entries)
}

fn change(operations: Vec<(Operation, Vec<String>)>) -> Result<Value, String> {
    let mut value = Map::new();
    for (operation, entries) in operations {
        let name = match operation {
            Operation::Add => "add",
            Operation::Remove => "remove",
            Operation::Replace => "replace",
        };
        if value.insert(name.to_owned(), json!(entries)).is_some() {
            return Err(format!("{name} is given twice"));
        }
    }
    if value.contains_key("replace") && value.len() > 1 {
        return Err("Replace stands alone".to_owned());
    }
    Ok(Value::Object(value))
}

/// What `New-CsEdgeAllowAllKnownDomains` makes, as it arrives on a command line.
fn is_everything(text: &str) -> bool {
    ["AllowAllKnownDomains", "New-CsEdgeAllowAllKnownDomains"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(text))
}

/// `AllowTeamsConsumer` is `allowTeamsConsumer` in the API.
#[must_use]
pub(crate) fn property(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

fn expected(kind: Kind) -> String {
    match kind {
        Kind::Bool => {
            "give $true or $false; in bash put it into single quotes, as in '$false', or write false"
        }
        Kind::Text => "give one text; in bash put $null into single quotes",
        Kind::Number => "give a whole number from 1",
        Kind::List => "give a list, as in a,b, or '@{Add=\"a\",\"b\"}', or '$null' to clear it",
        Kind::Domains => "give AllowAllKnownDomains, a list of domains, or '$null' for none",
        Kind::Switch | Kind::Ignored => "takes no value",
    }
    .to_owned()
}
