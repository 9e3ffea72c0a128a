//! Who may do what.

mod matrix;
mod recipes;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::external_access::{CONFIGURATION, TRAIL};
use visavis_tests::world::{PASSWORD, Person, World};

/// What anybody may call. Reviewed: nothing of anybody's is in it.
const OPEN: [&str; 7] = [
    "GET /demonstration",
    "GET /health",
    "GET /openapi.json",
    "GET /v1.0/auth/sessions",
    "GET /v1.0/setup",
    "POST /v1.0/auth/signIn",
    "POST /v1.0/setup",
];

#[tokio::test]
async fn nothing_but_the_reviewed_list_is_open_to_anybody() {
    let world = World::start();
    let client = world.anonymous();
    let mut open = BTreeSet::new();
    let operations = client.description().await.operations().to_vec();
    assert!(operations.len() > 100);
    for operation in operations {
        let line = format!("{} {}", operation.method, operation.path);
        let path = operation
            .path
            .replace("{chat_id}", "19:00000000000000000000000000000000@thread.v2")
            .replace("{message_id}", "1");
        let path = with_ids(&path);
        let is_listed = OPEN.contains(&line.as_str());
        assert_eq!(operation.is_open, is_listed, "{line} is described otherwise");
        if is_listed {
            open.insert(line);
            continue;
        }
        for body in ["", "{}", "nonsense"] {
            let request = client.request(operation.method.clone(), &path);
            let request = request.header("content-type", "application/json").body(body);
            assert_eq!(client.send(request).await.status, 401, "{line} {body:?}");
        }
    }
    assert_eq!(open.len(), OPEN.len());
    assert_eq!(client.get("/health").await.expect(200), json!({"status": "ok"}));
}

/// The path with some id in the place of each parameter.
fn with_ids(path: &str) -> String {
    let mut filled = String::new();
    for segment in path.split('/').skip(1) {
        filled.push('/');
        let is_parameter = segment.starts_with('{');
        filled.push_str(if is_parameter {
            "00000000-0000-7000-8000-000000000000"
        } else {
            segment
        });
    }
    filled
}

/// Somebody of `a.test` with this role.
async fn with_role(world: &World, role: &str) -> Client {
    let mail = format!("{}@a.test", role.to_lowercase());
    let body = json!({"displayName": role, "userPrincipalName": mail, "roles": [role],
        "passwordProfile": {"password": PASSWORD}});
    world.person("AA").post("users", body).await.expect(201);
    let token = world.anonymous().sign_in(&mail, PASSWORD).await.expect(200);
    world.anonymous().with_token(token["token"].as_str().expect("a token"))
}

#[tokio::test]
async fn the_operator_sees_no_content() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let operator = world.operator();
    for path in ["me/chats".to_owned(), "users".to_owned()] {
        let seen = operator.get(&path).await;
        assert!(!seen.text.contains(&a.id) && !seen.text.contains(&chat), "{path}: {}", seen.text);
    }
    for path in
        [format!("chats/{chat}"), format!("chats/{chat}/messages"), format!("users/{}", a.id)]
    {
        assert_eq!(operator.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(operator.get(TRAIL).await.status, 403);
}

#[tokio::test]
async fn the_security_team_edits_block_lists_where_that_is_delegated() {
    let world = World::start();
    let admin = world.person("AA");
    let security = with_role(&world, "securityAdministrator").await;
    let block = json!({"blockedDomains": {"add": ["bad.test"]}});
    assert_eq!(security.patch(CONFIGURATION, block.clone()).await.line(), "403 noPermission");
    admin.configure(json!({"securityTeamAllowBlockListDelegation": "Enabled"})).await;
    security.patch(CONFIGURATION, block).await.expect(200);
    let more = json!({"blockedDomains": [], "allowFederatedUsers": false});
    assert_eq!(security.patch(CONFIGURATION, more).await.line(), "403 noPermission");
    admin.configure(json!({"allowedDomains": {"mode": "allowList", "domains": ["b.test"]}})).await;
    let late = json!({"blockedUsers": {"add": ["x@bad.test"]}});
    assert_eq!(
        security.patch(CONFIGURATION, late).await.line(),
        "403 noPermission",
        "only under a block list (A-65)"
    );
}

/// Who administers an organisation is no secret from those who look after a part of it, and from nobody
/// else told.
#[tokio::test]
async fn roles_are_told_to_whoever_has_one_in_the_same_organisation() {
    let world = World::start();
    let [admin, a, a2, bb] = world.people(["AA", "A", "A2", "BB"]);
    a.befriend(bb).await;
    let roles = async |who: &Client, of: &str| {
        let seen = who.get(&format!("users/{of}?$select=roles")).await.expect(200);
        seen.get("roles").cloned().unwrap_or_default()
    };
    let all = json!(["organisationAdministrator"]);
    for role in ["externalAccessAdministrator", "securityAdministrator", "complianceOfficer"] {
        let officer = with_role(&world, role).await;
        assert_eq!(roles(&officer, &admin.id).await, all, "{role}");
        assert_eq!(roles(&officer, &a.id).await, Value::Null, "{role}");
        let listed = officer.all("users").await;
        let listed = listed.iter().find(|user| user["id"] == *admin.id).expect("the administrator");
        assert_eq!(listed["roles"], all, "{role}");
        let group = admin.account_group(role, &[admin]).await;
        let members = officer.all(&format!("groups/{group}/members")).await;
        assert_eq!(members[0]["roles"], all, "{role}");
        // What one sees is not what one may change.
        let change = json!({"roles": [role]});
        assert_eq!(
            officer.patch(&format!("users/{}", a2.id), change).await.line(),
            "403 noPermission"
        );
    }
    assert_eq!(roles(admin, &admin.id).await, all);
    assert_eq!(roles(a, &admin.id).await, Value::Null, "no role");
    assert_eq!(roles(a, &bb.id).await, Value::Null, "another organisation");
    admin
        .patch(&format!("users/{}", a.id), json!({"roles": ["complianceOfficer"]}))
        .await
        .expect(204);
    assert_eq!(roles(a, &bb.id).await, Value::Null, "an officer of another organisation");
}

#[tokio::test]
async fn nobody_gives_themselves_a_role() {
    let world = World::start();
    let [admin, a, p] = world.people(["AA", "A", "P"]);
    let access = with_role(&world, "externalAccessAdministrator").await;
    for who in [&**a, &**p, &access] {
        let me = who.get("me").await.id();
        let change = json!({"roles": ["organisationAdministrator"]});
        assert!(who.patch(&format!("users/{me}"), change).await.status >= 400);
        let roles = who.get("me").await.expect(200)["roles"].clone();
        assert!(!roles.to_string().contains("organisationAdministrator"), "{roles}");
    }
    for roles in
        [json!(["deploymentOperator"]), json!(["deploymentOperator", "organisationAdministrator"])]
    {
        let body = json!({"displayName": "X", "userPrincipalName": "x@a.test", "roles": roles});
        assert_eq!(admin.post("users", body).await.line(), "403 noPermission");
        let change = json!({"roles": roles});
        assert_eq!(
            admin.patch(&format!("users/{}", admin.id), change).await.line(),
            "403 noPermission"
        );
    }
    let body = json!({"displayName": "X", "userPrincipalName": "x@a.test", "roles": ["emperor"]});
    assert_eq!(admin.post("users", body).await.status, 400);
}

/// A domain that an organisation has proved means that organisation: nobody else can give out
/// addresses in it.
#[tokio::test]
async fn nobody_gives_out_addresses_of_another_organisation() {
    let world = World::start();
    let [admin, a] = world.people(["AA", "A"]);
    for (mail, more) in
        [("x@b.test", None), ("x@a.test", Some("x@b.test")), ("x@a.test", Some("x@sub.b.test"))]
    {
        let mut body = json!({"displayName": "Fake", "userPrincipalName": mail});
        if let Some(more) = more {
            body["otherMails"] = json!([more]);
        }
        let answer = admin.post("users", body).await;
        assert_eq!(answer.status, 400, "{mail} {more:?}: {}", answer.text);
    }
    assert_eq!(a.resolve("x@b.test").await["result"], "notReachable");
    let personal = json!({"displayName": "P", "mail": "x@b.test"});
    assert_eq!(world.operator().post("deployment/accounts", personal).await.status, 400);
    let personal = json!({"displayName": "P", "mail": "pp@mail.test", "otherMails": ["y@b.test"]});
    assert_eq!(world.operator().post("deployment/accounts", personal).await.status, 400);
    let taken = json!({"displayName": "X", "userPrincipalName": "a@a.test"});
    assert_eq!(admin.post("users", taken).await.status, 409);
}

#[tokio::test]
async fn accounts_and_groups_are_run_by_their_administrators() {
    let world = World::start();
    let [admin, b] = world.people(["AA", "B"]);
    let body = json!({"displayName": "New", "userPrincipalName": "new@a.test", "mailNickname": "new",
        "accountEnabled": true, "mobilePhone": "+4930901825", "jobTitle": "Tester",
        "passwordProfile": {"password": PASSWORD, "forceChangePasswordNextSignIn": false}});
    let made = admin.post("users", body).await.expect(201);
    assert!(!made.to_string().contains(PASSWORD));
    let id = made["id"].as_str().expect("an id");
    let new = sign_in(&world, "+4930901825").await;
    assert_eq!(new.get("me").await.expect(200)["jobTitle"], "Tester");
    admin.patch(&format!("users/{id}"), json!({"displayName": "Newer"})).await.expect(204);
    assert_eq!(new.get("me").await.expect(200)["displayName"], "Newer");

    let found = Person::clone(b);
    assert_eq!(found.start_with("new@a.test").await.status, 201);
    let group = admin.account_group("G", &[]).await;
    let reference = json!({"@odata.id": format!("{}/v1.0/users/{id}", admin.base_url())});
    admin.post(&format!("groups/{group}/members/$ref"), reference).await.expect(204);
    assert_eq!(admin.get(&format!("groups/{group}/members")).await.entries()[0]["id"], id);
    admin.delete(&format!("groups/{group}/members/{id}/$ref")).await.expect(204);
    assert!(admin.get(&format!("groups/{group}/members")).await.entries().is_empty());
    admin.delete(&format!("groups/{group}")).await.expect(204);
    assert_eq!(admin.get(&format!("groups/{group}")).await.status, 404);

    let password = json!({"passwordProfile": {"password": "another password"}});
    admin.patch(&format!("users/{id}"), password).await.expect(204);
    assert_eq!(new.get("me").await.status, 401, "a new password ends what was signed in");
    assert_eq!(world.anonymous().sign_in("new@a.test", PASSWORD).await.status, 401);
    world.anonymous().sign_in("new@a.test", "another password").await.expect(200);
}

async fn sign_in(world: &World, address: &str) -> Client {
    let token = world.anonymous().sign_in(address, PASSWORD).await.expect(200);
    world.anonymous().with_token(token["token"].as_str().expect("a token"))
}
