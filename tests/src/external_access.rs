//! What administrators do.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::Client;
use crate::world::Person;

/// Where the configuration is.
pub const CONFIGURATION: &str = "admin/teams/externalAccess/configuration";
/// Where the policies are.
pub const POLICIES: &str = "admin/teams/externalAccess/policies";
/// Where people get policies.
pub const ASSIGN_USERS: &str = "admin/teams/policy/userAssignments/assign";
/// Where the trail is.
pub const TRAIL: &str = "admin/teams/externalAccess/auditEvents";

/// Where contact is explained.
pub const EXPLAIN: &str = "admin/teams/externalAccess/explain";
/// Where changes are simulated.
pub const SIMULATE: &str = "admin/teams/externalAccess/simulate";
/// Where activity across the boundary is reported.
pub const ACTIVITY: &str = "admin/teams/externalAccess/activity";

impl Client {
    /// Changes the configuration, which must succeed.
    pub async fn configure(&self, change: Value) -> Value {
        self.patch(CONFIGURATION, change).await.expect(200)
    }

    /// Changes the Global policy, which must succeed.
    pub async fn configure_everybody(&self, change: Value) {
        self.patch(&format!("{POLICIES}/Global"), change).await.expect(200);
    }

    /// Makes a policy and assigns it to these people, if any, which must succeed.
    pub async fn give_policy(&self, name: &str, mut policy: Value, people: &[&Person]) {
        policy["identity"] = json!(format!("Tag:{name}"));
        self.post(POLICIES, policy).await.expect(201);
        if people.is_empty() {
            return;
        }
        let value: Vec<Value> = people.iter().map(|person| assignment(&person.id, name)).collect();
        self.post(ASSIGN_USERS, json!({"value": value})).await.expect(204);
    }

    /// Makes a group of accounts with these members.
    pub async fn account_group(&self, name: &str, people: &[&Person]) -> String {
        let body = json!({"displayName": name, "securityEnabled": true});
        let group = self.post("groups", body).await.id();
        for person in people {
            self.join_account_group(&group, person).await.expect(204);
        }
        group
    }

    /// Puts somebody into a group of accounts.
    pub async fn join_account_group(&self, group: &str, person: &Person) -> Answer {
        let reference = format!("{}/v1.0/directoryObjects/{}", self.base_url(), person.id);
        self.post(&format!("groups/{group}/members/$ref"), json!({"@odata.id": reference})).await
    }

    /// The kinds of the newest entries of the trail.
    pub async fn trail(&self) -> Vec<Value> {
        self.all(&format!("{TRAIL}?$top=999")).await
    }
}

/// One entry of an assignment call; an empty name takes the policy away.
#[must_use]
pub fn assignment(user: &str, name: &str) -> Value {
    let id = if name.is_empty() { String::new() } else { format!("Tag:{name}") };
    json!({"userId": user, "policyType": "ExternalAccessPolicy", "policyId": id})
}
