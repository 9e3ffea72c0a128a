//! External access over the HTTP API: what its two faces on the command line share.

use serde_json::{Map, Value, json};
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{Configuration, ExternalAccessPolicy};

use crate::client::{Client, part};
use crate::exit::{Complaint, Done, Exit};
use crate::output::{harmless, text};

const CONFIGURATION: &str = "/v1.0/admin/teams/externalAccess/configuration";
const POLICIES: &str = "/v1.0/admin/teams/externalAccess/policies";

/// The organisation's configuration.
///
/// # Errors
///
/// What the server complains about; so for all functions here.
pub(crate) async fn configuration(client: &Client) -> Done<Value> {
    client.get(CONFIGURATION).await
}

/// Changes what the patch names.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn change_configuration(
    client: &Client,
    patch: &Map<String, Value>,
) -> Done<Value> {
    client.patch(CONFIGURATION, &Value::Object(patch.clone())).await
}

/// All policies.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn policies(client: &Client) -> Done<Vec<Value>> {
    client.all(POLICIES).await
}

/// One policy.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn policy(client: &Client, name: &str) -> Done<Value> {
    client.get(&path_of(name)).await
}

/// Makes a policy.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn make_policy(
    client: &Client,
    name: &str,
    patch: &Map<String, Value>,
) -> Done<Value> {
    let mut body = patch.clone();
    body.insert("identity".to_owned(), json!(name));
    client.post(POLICIES, &Value::Object(body)).await
}

/// Changes what the patch names.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn change_policy(
    client: &Client,
    name: &str,
    patch: &Map<String, Value>,
) -> Done<Value> {
    client.patch(&path_of(name), &Value::Object(patch.clone())).await
}

/// Removes a policy; `Global` gets its defaults back.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn remove_policy(client: &Client, name: &str) -> Done {
    client.delete(&path_of(name)).await.map(drop)
}

/// Assigns a policy to a group.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn assign_to_group(
    client: &Client,
    policy: &str,
    group: &str,
    rank: Option<u32>,
) -> Done {
    let mut body = json!({"groupId": group});
    if let (Some(rank), Some(body)) = (rank, body.as_object_mut()) {
        body.insert("rank".to_owned(), json!(rank));
    }
    client.post(&format!("{}/assign", path_of(policy)), &body).await.map(drop)
}

/// Takes a policy from a group.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn unassign_from_group(client: &Client, policy: &str, group: &str) -> Done {
    let body = json!({"groupId": group});
    client.post(&format!("{}/unassign", path_of(policy)), &body).await.map(drop)
}

/// Gives everyone the settings of a policy: `Global` takes them.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn assign_to_everyone(client: &Client, policy: &str) -> Done {
    client.post(&format!("{}/assign", path_of(policy)), &json!({"global": true})).await.map(drop)
}

/// Assigns a policy to a person; none takes back what was assigned.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn assign_to_person(client: &Client, policy: Option<&str>, person: &str) -> Done {
    let user = user(client, person).await?;
    let body = json!({"value": [{
        "userId": text(&user, "/id"),
        "policyType": "ExternalAccessPolicy",
        "policyId": policy.unwrap_or_default(),
    }]});
    client.post("/v1.0/admin/teams/policy/userAssignments/assign", &body).await.map(drop)
}

/// Which groups have which policy: objects with `groupId`, `policyName` and `rank`.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn group_assignments(client: &Client) -> Done<Vec<Value>> {
    let mut all = Vec::new();
    for policy in policies(client).await? {
        let assignments = policy.get("assignments").and_then(Value::as_array);
        all.extend(assignments.into_iter().flatten().map(|one| {
            json!({
                "groupId": text(one, "/groupId"),
                "policyType": "ExternalAccessPolicy",
                "policyName": text(&policy, "/identity"),
                "rank": one.get("rank"),
            })
        }));
    }
    all.sort_by_key(|one| one.get("rank").and_then(Value::as_u64));
    Ok(all)
}

/// The policy of a person, and where it comes from.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn effective(client: &Client, person: &str) -> Done<Value> {
    client.get(&format!("/v1.0/users/{}/externalAccessPolicy", part(person))).await
}

/// What [`effective`] answered, in words.
#[must_use]
pub(crate) fn describe_effective(effective: &Value) -> String {
    let name = harmless(text(effective, "/effective/identity"));
    let mut lines = vec![format!("{name}, assigned {}", source(effective.get("source")))];
    let others = effective.get("sources").and_then(Value::as_array).into_iter().flatten().skip(1);
    for other in others {
        let policy = harmless(text(other, "/policyId"));
        lines.push(format!("  behind it: {policy}, assigned {}", source(Some(other))));
    }
    lines.join("\n")
}

fn source(source: Option<&Value>) -> String {
    let source = source.unwrap_or(&Value::Null);
    match text(source, "/type") {
        "direct" => "to the person".to_owned(),
        "group" => format!(
            "to the group {} at rank {}",
            text(source, "/groupId"),
            source.get("rank").unwrap_or(&Value::Null)
        ),
        _ => "to everyone".to_owned(),
    }
}

/// A colleague.
///
/// # Errors
///
/// See [`configuration`].
pub(crate) async fn user(client: &Client, key: &str) -> Done<Value> {
    client.get(&format!("/v1.0/users/{}", part(key))).await
}

/// The id of a group, which may be given by its id or its name.
///
/// # Errors
///
/// When there is no such group, or more than one.
pub(crate) async fn group_id(client: &Client, key: &str) -> Done<String> {
    let is_id = key.len() == 36 && key.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if is_id {
        return Ok(key.to_lowercase());
    }
    let groups = client.all("/v1.0/groups").await?;
    let is_meant =
        |group: &&Value| text(group, "/displayName").to_lowercase() == key.to_lowercase();
    let mut found = groups.iter().filter(is_meant);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(text(only, "/id").to_owned()),
        (Some(_), Some(_)) => {
            Err(Complaint::usage(format!("several groups are called `{key}`; give the id")))
        }
        (None, _) => Err(Complaint::not_found(format!("there is no group `{key}`"))),
    }
}

/// What the configuration would be.
///
/// # Errors
///
/// [`Exit::Usage`] when the patch cannot be taken.
pub(crate) fn patched_configuration(
    before: &Value,
    patch: &Map<String, Value>,
) -> Done<Map<String, Value>> {
    let before: Configuration = read(before)?;
    write(&before.patched(patch).map_err(|error| Complaint::usage(error.to_string()))?)
}

/// What a policy would be.
///
/// # Errors
///
/// [`Exit::Usage`] when the name or the patch cannot be taken.
pub(crate) fn patched_policy(
    before: &Value,
    name: &str,
    patch: &Map<String, Value>,
) -> Done<Map<String, Value>> {
    let name: PolicyName =
        name.parse().map_err(|error| Complaint::usage(format!("`{name}`: {error}")))?;
    let before: ExternalAccessPolicy = read(before)?;
    write(&before.patched(&name, patch).map_err(|error| Complaint::usage(error.to_string()))?)
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Done<T> {
    serde_json::from_value(value.clone()).map_err(|error| {
        Complaint::new(Exit::Failure, format!("the server's settings are not known here: {error}"))
    })
}

fn write<T: serde::Serialize>(settings: &T) -> Done<Map<String, Value>> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) | Err(_) => Err(Complaint::new(Exit::Failure, "the settings cannot be written")),
    }
}

fn path_of(policy: &str) -> String {
    format!("{POLICIES}/{}", part(policy))
}
