//! What a cmdlet means: which act of the API, with what.

use serde_json::{Map, Value};

use super::cmdlet::{self, Bound, CMDLETS};
use super::syntax;

/// The one type of policies that is assigned here.
const POLICY_TYPE: &str = "ExternalAccessPolicy";

/// What is done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Plan {
    /// Show the configuration.
    ShowConfiguration,
    /// Show the part of it that blocks people.
    ShowBlockedPeople,
    /// Change it.
    ChangeConfiguration(Map<String, Value>),
    /// Show policies: one, those that a pattern matches, or all.
    ShowPolicies {
        /// The policy.
        identity: Option<String>,
        /// The pattern, with `*`.
        filter: Option<String>,
    },
    /// Make a policy.
    MakePolicy(String, Map<String, Value>),
    /// Change a policy.
    ChangePolicy(String, Map<String, Value>),
    /// Remove a policy.
    RemovePolicy(String),
    /// Assign a policy, or take it back.
    Assign {
        /// To whom.
        to: Whom,
        /// Which; none takes it back.
        policy: Option<String>,
    },
    /// Give a group, which has a policy already, another one or another rank.
    Reassign {
        /// The group.
        group: String,
        /// The policy, unless it stays.
        policy: Option<String>,
        /// The rank, unless it stays.
        rank: Option<u32>,
    },
    /// Show assignments to groups.
    ShowGroups {
        /// Only of this group.
        group: Option<String>,
        /// Only of this policy.
        policy: Option<String>,
    },
    /// Show which policy a person has, and why.
    ShowPerson(String),
}

/// To whom a policy is assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whom {
    /// A person.
    Person(String),
    /// A group, with the rank of the assignment.
    Group(String, Option<u32>),
    /// Everyone: the Global policy takes these settings.
    Everyone,
}

/// Reads a cmdlet and its arguments. The flag says that `-WhatIf` was given.
///
/// # Errors
///
/// A sentence that says what is wrong.
pub(crate) fn read(name: &str, arguments: &[String]) -> Result<(Plan, bool), String> {
    let Some(cmdlet) = cmdlet::find(name) else {
        let names: Vec<&str> = CMDLETS.iter().map(|cmdlet| cmdlet.name).collect();
        return Err(format!("there is no cmdlet {name}. There are:\n  {}", names.join("\n  ")));
    };
    let bound = cmdlet::bind(cmdlet, syntax::read(arguments)?)?;
    if let Some(other) = text(&bound, "PolicyType")
        && !other.eq_ignore_ascii_case(POLICY_TYPE)
    {
        return Err(format!("-PolicyType: only {POLICY_TYPE} is assigned here"));
    }
    let is_what_if = bound.has("WhatIf");
    plan(bound).map(|plan| (plan, is_what_if))
}

fn plan(bound: Bound) -> Result<Plan, String> {
    Ok(match bound.cmdlet.name {
        "Get-CsTenantFederationConfiguration" => only_global(&bound, Plan::ShowConfiguration)?,
        "Get-CsTeamsExternalAccessConfiguration" => only_global(&bound, Plan::ShowBlockedPeople)?,
        "Set-CsTenantFederationConfiguration" | "Set-CsTeamsExternalAccessConfiguration" => {
            let patch = named_settings(&bound)?;
            only_global(&bound, Plan::ChangeConfiguration(patch))?
        }
        "Get-CsExternalAccessPolicy" => Plan::ShowPolicies {
            identity: text(&bound, "Identity"),
            filter: text(&bound, "Filter"),
        },
        "New-CsExternalAccessPolicy" => {
            Plan::MakePolicy(required(&bound, "Identity")?, bound.patch)
        }
        "Set-CsExternalAccessPolicy" => {
            let patch = named_settings(&bound)?;
            Plan::ChangePolicy(text(&bound, "Identity").unwrap_or("Global".to_owned()), patch)
        }
        "Remove-CsExternalAccessPolicy" => Plan::RemovePolicy(required(&bound, "Identity")?),
        "Grant-CsExternalAccessPolicy" => grant(&bound)?,
        "New-CsGroupPolicyAssignment" => Plan::Assign {
            to: Whom::Group(required(&bound, "GroupId")?, rank(&bound)),
            policy: Some(required(&bound, "PolicyName")?),
        },
        "Set-CsGroupPolicyAssignment" => Plan::Reassign {
            group: required(&bound, "GroupId")?,
            policy: text(&bound, "PolicyName"),
            rank: rank(&bound),
        },
        "Get-CsGroupPolicyAssignment" => {
            Plan::ShowGroups { group: text(&bound, "GroupId"), policy: text(&bound, "PolicyName") }
        }
        "Remove-CsGroupPolicyAssignment" => {
            Plan::Assign { to: Whom::Group(required(&bound, "GroupId")?, None), policy: None }
        }
        "Get-CsUserPolicyAssignment" => Plan::ShowPerson(required(&bound, "Identity")?),
        other => return Err(format!("{other} has no meaning yet")),
    })
}

fn grant(bound: &Bound) -> Result<Plan, String> {
    let Some(policy) = bound.get("PolicyName") else {
        return Err("-PolicyName is missing; '$null' takes a policy back".to_owned());
    };
    // An empty name means $null, as in the cmdlet.
    let policy = policy.filter(|name| !name.is_empty()).map(str::to_owned);
    let targets = (text(bound, "Identity"), text(bound, "Group"), bound.has("Global"));
    let to = match targets {
        (Some(person), None, false) => Whom::Person(person),
        (None, Some(group), false) => Whom::Group(group, rank(bound)),
        (None, None, true) => Whom::Everyone,
        (None, None, false) => {
            return Err("say to whom: -Identity, -Group, or -Global for everyone".to_owned());
        }
        _ => return Err("-Identity, -Group and -Global exclude each other".to_owned()),
    };
    if bound.has("Rank") && !matches!(to, Whom::Group(..)) {
        return Err("-Rank goes with -Group".to_owned());
    }
    Ok(Plan::Assign { to, policy })
}

/// There is one configuration, and it is called Global.
fn only_global(bound: &Bound, plan: Plan) -> Result<Plan, String> {
    match text(bound, "Identity") {
        Some(other) if !other.eq_ignore_ascii_case("Global") => {
            Err(format!("-Identity: there is no configuration {other}, only Global"))
        }
        Some(_) | None => Ok(plan),
    }
}

fn named_settings(bound: &Bound) -> Result<Map<String, Value>, String> {
    if bound.patch.is_empty() {
        return Err(format!("{}: name at least one setting", bound.cmdlet.name));
    }
    Ok(bound.patch.clone())
}

fn text(bound: &Bound, name: &str) -> Option<String> {
    bound.get(name).flatten().map(str::to_owned)
}

fn required(bound: &Bound, name: &str) -> Result<String, String> {
    text(bound, name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("{}: -{name} is missing", bound.cmdlet.name))
}

fn rank(bound: &Bound) -> Option<u32> {
    // INVARIANT: `bind` has accepted it as a whole number.
    text(bound, "Rank").and_then(|rank| rank.parse().ok())
}
