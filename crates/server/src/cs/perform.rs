//! Carries out what a cmdlet means, over the HTTP API.

use serde_json::{Map, Value, json};

use super::plan::{Plan, Whom};
use crate::client::Client;
use crate::exit::{Complaint, Done};
use crate::external_access as access;
use crate::output::{Output, harmless, text};
use crate::session::Session;

/// Carries out a plan, or shows with `-WhatIf` what it would change.
///
/// # Errors
///
/// What the server complains about.
pub(super) async fn run(plan: Plan, is_what_if: bool, session: &Session) -> Done {
    let client = session.person()?;
    let out = session.out;
    match plan {
        Plan::ShowConfiguration => {
            let shown = access::configuration(&client).await?;
            show(out, &shown, |name| !is_about_people(name));
        }
        Plan::ShowBlockedPeople => {
            let shown = access::configuration(&client).await?;
            show(out, &shown, |name| name == "identity" || is_about_people(name));
        }
        Plan::ShowPolicies { identity, filter } => {
            show_policies(&client, out, identity, filter).await?;
        }
        Plan::ShowGroups { group, policy } => show_groups(&client, out, group, policy).await?,
        Plan::ShowPerson(person) => show_person(&client, out, &person).await?,
        write if is_what_if => what_if(&client, out, write).await?,
        write => perform(&client, out, write).await?,
    }
    Ok(())
}

fn is_about_people(name: &str) -> bool {
    matches!(name, "blockedUsers" | "blockExternalUserAccess")
}

async fn perform(client: &Client, out: Output, plan: Plan) -> Done {
    match plan {
        Plan::ChangeConfiguration(patch) => {
            out.json(&access::change_configuration(client, &patch).await?);
        }
        Plan::MakePolicy(name, patch) => {
            let policy = access::make_policy(client, &name, &patch).await?;
            show(out, &policy, |_| true);
        }
        Plan::ChangePolicy(name, patch) => {
            out.json(&access::change_policy(client, &name, &patch).await?);
        }
        Plan::RemovePolicy(name) => access::remove_policy(client, &name).await?,
        Plan::Assign { to, policy } => assign(client, to, policy).await?,
        Plan::Reassign { group, policy, rank } => {
            let group = access::group_id(client, &group).await?;
            let before = assignment_of(client, &group).await?;
            let policy = policy.unwrap_or_else(|| text(&before, "/policyName").to_owned());
            let rank = rank.or_else(|| {
                before.get("rank").and_then(Value::as_u64).and_then(|rank| u32::try_from(rank).ok())
            });
            access::assign_to_group(client, &policy, &group, rank).await?;
        }
        Plan::ShowConfiguration
        | Plan::ShowBlockedPeople
        | Plan::ShowPolicies { .. }
        | Plan::ShowGroups { .. }
        | Plan::ShowPerson(_) => {}
    }
    Ok(())
}

async fn assign(client: &Client, to: Whom, policy: Option<String>) -> Done {
    match (to, policy) {
        (Whom::Person(person), policy) => {
            access::assign_to_person(client, policy.as_deref(), &person).await
        }
        (Whom::Group(group, rank), Some(policy)) => {
            let group = access::group_id(client, &group).await?;
            access::assign_to_group(client, &policy, &group, rank).await
        }
        (Whom::Group(group, _), None) => {
            let group = access::group_id(client, &group).await?;
            let before = assignment_of(client, &group).await?;
            access::unassign_from_group(client, text(&before, "/policyName"), &group).await
        }
        (Whom::Everyone, Some(policy)) => access::assign_to_everyone(client, &policy).await,
        (Whom::Everyone, None) => access::remove_policy(client, "Global").await,
    }
}

async fn assignment_of(client: &Client, group: &str) -> Done<Value> {
    let all = access::group_assignments(client).await?;
    let found = all.into_iter().find(|one| text(one, "/groupId") == group);
    found.ok_or_else(|| Complaint::not_found("the group has no policy assigned"))
}

/// Shows what would change. Nothing is changed, and nothing is said about whom it would affect.
async fn what_if(client: &Client, out: Output, plan: Plan) -> Done {
    let lines = match plan {
        Plan::ChangeConfiguration(patch) => {
            let before = access::configuration(client).await?;
            let after = access::patched_configuration(&before, &patch)?;
            differences("the configuration Global", &before, &after)
        }
        Plan::ChangePolicy(name, patch) => {
            let before = access::policy(client, &name).await?;
            let after = access::patched_policy(&before, &name, &patch)?;
            differences(&format!("the policy {}", text(&before, "/identity")), &before, &after)
        }
        Plan::MakePolicy(name, patch) => {
            access::patched_policy(&json!({}), &name, &patch)?;
            vec![format!("make the policy {name} with {}", settings(&patch))]
        }
        Plan::RemovePolicy(name) => {
            let policy = access::policy(client, &name).await?;
            vec![format!("remove the policy {}", text(&policy, "/identity"))]
        }
        Plan::Assign { to, policy } => {
            if let Some(policy) = &policy {
                access::policy(client, policy).await?;
            }
            let whom = match to {
                Whom::Person(person) => {
                    let user = access::user(client, &person).await?;
                    harmless(text(&user, "/userPrincipalName"))
                }
                Whom::Group(group, rank) => {
                    let id = access::group_id(client, &group).await?;
                    rank.map_or_else(
                        || format!("the group {id}"),
                        |rank| format!("the group {id} at rank {rank}"),
                    )
                }
                Whom::Everyone => "everyone".to_owned(),
            };
            vec![match policy {
                Some(policy) => format!("assign the policy {policy} to {whom}"),
                None => format!("take the assigned policy from {whom}"),
            }]
        }
        Plan::Reassign { group, .. } => {
            let id = access::group_id(client, &group).await?;
            vec![format!("change the assignment of the group {id}")]
        }
        Plan::ShowConfiguration
        | Plan::ShowBlockedPeople
        | Plan::ShowPolicies { .. }
        | Plan::ShowGroups { .. }
        | Plan::ShowPerson(_) => Vec::new(),
    };
    let said: Vec<String> = match lines.is_empty() {
        true => vec!["What if: nothing would change.".to_owned()],
        false => lines.iter().map(|line| format!("What if: {line}")).collect(),
    };
    out.answer(&json!({"whatIf": lines, "changed": false}), said.join("\n"));
    Ok(())
}

fn differences(what: &str, before: &Value, after: &Map<String, Value>) -> Vec<String> {
    let changed = after.iter().filter(|(name, value)| before.get(*name) != Some(value));
    changed
        .map(|(name, value)| {
            let old = before.get(name).map_or_else(String::new, powershell);
            format!("{what}: {} from {old} to {}", cmdlet_name(name), powershell(value))
        })
        .collect()
}

fn settings(patch: &Map<String, Value>) -> String {
    if patch.is_empty() {
        return "its defaults".to_owned();
    }
    let each =
        patch.iter().map(|(name, value)| format!("{} {}", cmdlet_name(name), powershell(value)));
    each.collect::<Vec<_>>().join(", ")
}

async fn show_policies(
    client: &Client,
    out: Output,
    identity: Option<String>,
    filter: Option<String>,
) -> Done {
    let policies = match identity {
        Some(identity) => vec![access::policy(client, &identity).await?],
        None => access::policies(client).await?,
    };
    let is_shown = |policy: &&Value| {
        filter.as_ref().is_none_or(|filter| matches(filter, text(policy, "/identity")))
    };
    let shown: Vec<&Value> = policies.iter().filter(is_shown).collect();
    out.json(&json!(shown));
    for (place, policy) in shown.iter().enumerate() {
        if place > 0 {
            out.line("");
        }
        out.line(listing(policy, |name| name != "assignments"));
    }
    Ok(())
}

/// Whether a name fits a pattern with `*`, without case; the prefix `Tag:` may be left out.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let short = name.strip_prefix("tag:").unwrap_or(&name);
    fits(&pattern, &name) || fits(&pattern, short)
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            rest.is_empty()
                || name.char_indices().any(|(at, _)| name.get(at..).is_some_and(|n| fits(rest, n)))
                || fits(rest, "")
        }),
    }
}

async fn show_groups(
    client: &Client,
    out: Output,
    group: Option<String>,
    policy: Option<String>,
) -> Done {
    let group = match group {
        Some(group) => Some(access::group_id(client, &group).await?),
        None => None,
    };
    let all = access::group_assignments(client).await?;
    let is_shown = |one: &&Value| {
        group.as_ref().is_none_or(|group| text(one, "/groupId") == group)
            && policy.as_ref().is_none_or(|policy| matches(policy, text(one, "/policyName")))
    };
    let shown: Vec<&Value> = all.iter().filter(is_shown).collect();
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|one| {
            vec![
                text(one, "/groupId").to_owned(),
                "ExternalAccessPolicy".to_owned(),
                harmless(text(one, "/policyName")),
                one.get("rank").map(Value::to_string).unwrap_or_default(),
            ]
        })
        .collect();
    let head = ["GroupId", "PolicyType", "PolicyName", "Rank"];
    out.table(&json!(shown), &head, &rows, "No group has a policy.");
    Ok(())
}

async fn show_person(client: &Client, out: Output, person: &str) -> Done {
    let effective = access::effective(client, person).await?;
    out.answer(&effective, access::describe_effective(&effective));
    Ok(())
}

fn show(out: Output, object: &Value, is_shown: impl Fn(&str) -> bool) {
    let picked: Map<String, Value> = object
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| is_shown(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let picked = Value::Object(picked);
    out.answer(&picked, listing(&picked, |_| true));
}

/// An object as PowerShell lists it.
fn listing(object: &Value, is_shown: impl Fn(&str) -> bool) -> String {
    let mut entries: Vec<(String, String)> = object
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !name.starts_with('@') && is_shown(name))
        .map(|(name, value)| (cmdlet_name(name), powershell(value)))
        .collect();
    entries.sort_by_key(|(name, _)| name != "Identity");
    let width = entries.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines = entries.iter().map(|(name, value)| format!("{name:<width$} : {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn cmdlet_name(property: &str) -> String {
    let mut characters = property.chars();
    let first = characters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// A value as PowerShell writes it.
fn powershell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => harmless(text),
        Value::Array(entries) => {
            format!("{{{}}}", entries.iter().map(powershell).collect::<Vec<_>>().join(", "))
        }
        Value::Object(object) => {
            match (object.get("mode").and_then(Value::as_str), object.get("domains")) {
                (Some("allKnownDomains"), _) => "AllowAllKnownDomains".to_owned(),
                (Some(_), Some(domains)) => format!("AllowList {}", powershell(domains)),
                _ => value.to_string(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name, is_fit) in [
            ("no*", "Tag:NoInbound", true),
            ("tag:*", "Tag:NoInbound", true),
            ("*bound", "Tag:NoInbound", true),
            ("*in*nd", "Tag:NoInbound", true),
            ("Global", "global", true),
            ("tag:*", "Global", false),
            ("no", "Tag:NoInbound", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), is_fit, "{pattern} {name}");
        }
    }

    #[test]
    fn a_listing_looks_like_powershell() {
        let object = json!({"allowFederatedUsers": true, "blockedDomains": ["a.example"],
            "allowedDomains": {"mode": "allKnownDomains"}, "@odata.etag": "x"});
        assert_eq!(
            listing(&object, |_| true),
            "AllowFederatedUsers : True\n\
             AllowedDomains      : AllowAllKnownDomains\n\
             BlockedDomains      : {a.example}"
        );
    }
}
