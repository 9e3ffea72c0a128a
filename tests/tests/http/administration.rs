//! The configuration, the policies and the trail.

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::IF_MATCH;
use serde_json::{Value, json};
use visavis_domain::limit::{DOMAIN_LIST_MAX, POLICY_PAGE_BYTES_MAX};
use visavis_tests::client::Client;
use visavis_tests::external_access::{CONFIGURATION, POLICIES, TRAIL};
use visavis_tests::world::World;

#[tokio::test]
async fn the_configuration_has_the_cmdlets_names_and_defaults() {
    let world = World::start();
    let answer = world.person("AA").get(CONFIGURATION).await;
    let mut configuration = answer.expect(200);
    configuration.as_object_mut().expect("an object").remove("@odata.context");
    let expected = json!({
        "allowFederatedUsers": true,
        "allowedDomains": {"mode": "allKnownDomains"},
        "blockedDomains": [],
        "blockAllSubdomains": false,
        "allowTeamsConsumer": true,
        "allowTeamsConsumerInbound": true,
        "restrictTeamsConsumerToExternalUserProfiles": false,
        "externalAccessWithTrialTenants": "Blocked",
        "allowedTrialTenantDomains": [],
        "treatDiscoveredPartnersAsUnverified": false,
        "securityTeamAllowBlockListDelegation": "Disabled",
        "sharedSipAddressSpace": false,
        "enableExternalAccessRestrictionsForChatParticipants": false,
        "enableMutualFederationForChatParticipants": true,
        "blockedUsers": [],
        "blockExternalUserAccess": false,
    });
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&configuration[name], value, "{name}");
    }
    assert!(!answer.header("etag").is_empty());
}

#[tokio::test]
async fn lists_are_edited_replaced_and_cleared() {
    let world = World::start();
    let admin = world.person("AA");
    let name = "blockedDomains";
    for (change, expected) in [
        (json!(["x.test", "Y.test", "x.test."]), json!(["x.test", "y.test"])),
        (json!({"add": ["z.test", "X.TEST"]}), json!(["x.test", "y.test", "z.test"])),
        (json!({"remove": ["y.test", "nothing.test"]}), json!(["x.test", "z.test"])),
        (json!({"add": ["w.test"], "remove": ["x.test"]}), json!(["z.test", "w.test"])),
        (json!({"replace": ["v.test"]}), json!(["v.test"])),
        (Value::Null, json!([])),
    ] {
        let seen = admin.configure(json!({name: change})).await;
        assert_eq!(seen[name], expected, "{change}");
        assert_eq!(admin.get(CONFIGURATION).await.expect(200)[name], expected, "{change}");
    }
    let name = "allowedDomains";
    for (property, change, expected) in [
        (
            name,
            json!({"mode": "allowList", "domains": ["x.test"]}),
            json!({"mode": "allowList", "domains": ["x.test"]}),
        ),
        (
            "allowedDomainsAsAList",
            json!({"add": ["y.test"]}),
            json!({"mode": "allowList", "domains": ["x.test", "y.test"]}),
        ),
        ("allowedDomainsAsAList", Value::Null, json!({"mode": "allowList", "domains": []})),
        (name, json!({"mode": "allKnownDomains"}), json!({"mode": "allKnownDomains"})),
    ] {
        assert_eq!(
            admin.configure(json!({property: change})).await[name],
            expected,
            "{property} {change}"
        );
    }
    // What is not named stays.
    admin.configure(json!({"allowTeamsConsumer": false})).await;
    let seen = admin.configure(json!({"allowFederatedUsers": false})).await;
    assert_eq!(seen["allowTeamsConsumer"], false);
}

#[tokio::test]
async fn policies_are_made_read_changed_and_deleted() {
    let world = World::start();
    let [admin, a, a2] = world.people(["AA", "A", "A2"]);
    let body = json!({"identity": "Tag:Sales", "communicationWithExternalOrgs": "allowspecificexternaldomains",
        "allowedExternalDomains": ["B.test"]});
    let made = admin.post(POLICIES, body).await.expect(201);
    assert_eq!(made["identity"], "Tag:Sales");
    assert_eq!(made["communicationWithExternalOrgs"], "AllowSpecificExternalDomains");
    assert_eq!(made["allowedExternalDomains"], json!(["b.test"]));
    assert_eq!(
        (&made["enableFederationAccess"], &made["federatedBilateralChats"]),
        (&json!(true), &json!(false))
    );
    for path in ["Sales", "Tag:Sales", "tag:sales", "Tag%3ASales"] {
        let seen = admin.get(&format!("{POLICIES}/{path}")).await.expect(200);
        assert_eq!(seen["identity"], "Tag:Sales", "{path}");
    }
    let changed = admin
        .patch(&format!("{POLICIES}/Sales"), json!({"enableTeamsConsumerAccess": false}))
        .await
        .expect(200);
    assert_eq!(changed["allowedExternalDomains"], json!(["b.test"]));
    // A list that the mode does not use is stored and ignored.
    let stored = json!({"communicationWithExternalOrgs": "OrganizationDefault", "blockedExternalDomains": ["b.test"]});
    admin.patch(&format!("{POLICIES}/Sales"), stored).await.expect(200);
    admin.post("admin/teams/policy/userAssignments/assign",
        json!({"value": [{"userId": a.id, "policyType": "ExternalAccessPolicy", "policyId": "Tag:Sales"}]})).await.expect(204);
    assert_eq!(a.start(world.person("B")).await.status, 201);
    assert_eq!(a.start(world.person("P")).await.line(), "403 userConsumerOff");

    let group = admin.account_group("G", &[a2]).await;
    admin
        .post(&format!("{POLICIES}/Sales/assign"), json!({"groupId": group, "rank": 1}))
        .await
        .expect(204);
    let list = admin.get(POLICIES).await.entries();
    let names: Vec<&Value> = list.iter().map(|policy| &policy["identity"]).collect();
    assert_eq!(names, [&json!("Global"), &json!("Tag:Sales")]);
    assert_eq!(list[1]["assignments"], json!([{"groupId": group, "rank": 1}]));
    for bad in [json!({}), json!({"groupId": group, "global": true}), json!({"groupId": "x"})] {
        assert_eq!(admin.post(&format!("{POLICIES}/Sales/assign"), bad).await.status, 400);
    }
    admin.post(&format!("{POLICIES}/Sales/assign"), json!({"global": true})).await.expect(204);
    assert_eq!(world.person("A3").start(world.person("P")).await.line(), "403 userConsumerOff");
    admin.delete(&format!("{POLICIES}/Sales")).await.expect(204);
    assert_eq!(admin.delete(&format!("{POLICIES}/Sales")).await.status, 404);
}

#[tokio::test]
async fn p9_policies_come_in_pages_bounded_by_number_and_size() {
    let world = World::start();
    let admin = world.person("AA");
    // Domain names are long here: three such policies are more than fits a page.
    let label = "x".repeat(60);
    let domains: Vec<String> =
        (0..DOMAIN_LIST_MAX).map(|n| format!("{label}.{label}.{label}.d{n}.test")).collect();
    for name in ["Sales", "Research", "Legal", "Support", "Board"] {
        let policy = json!({"communicationWithExternalOrgs": "AllowSpecificExternalDomains",
            "allowedExternalDomains": domains});
        admin.give_policy(name, policy, &[]).await;
    }
    let names = ["Global", "Tag:Board", "Tag:Legal", "Tag:Research", "Tag:Sales", "Tag:Support"];
    let named = |policies: &[Value]| -> Vec<String> {
        policies.iter().filter_map(|one| one["identity"].as_str()).map(str::to_owned).collect()
    };
    let first = admin.get(POLICIES).await;
    assert!(first.text.len() < 2 * POLICY_PAGE_BYTES_MAX, "{}", first.text.len());
    assert_eq!(named(&first.entries()), names[..4]);
    assert!(first.json()["@odata.nextLink"].is_string());
    let all = admin.all(POLICIES).await;
    assert_eq!(named(&all), names);
    assert_eq!(all[5]["allowedExternalDomains"].as_array().map(Vec::len), Some(DOMAIN_LIST_MAX));
    assert_eq!(named(&admin.all(&format!("{POLICIES}?$top=1&$select=identity")).await), names);
    let page = admin.get(&format!("{POLICIES}?$top=2&$select=identity")).await;
    assert_eq!(named(&page.entries()), names[..2]);
    for bad in [
        "$top=0",
        "$top=x",
        "$skiptoken=",
        "$skiptoken=a%00b",
        "$skiptoken=zzz",
        "$filter=identity eq 'x'",
    ] {
        let refused = admin.get(&format!("{POLICIES}?{bad}")).await;
        assert_eq!(refused.status, 400, "{bad}: {}", refused.text);
    }
}

/// Whom a policy is assigned to directly is listed in pages, whoever may look at terms may look; who
/// had it when it was deleted does not get a later policy of the same name.
#[tokio::test]
async fn people_with_a_policy_are_listed_and_lose_it_with_the_policy() {
    let world = World::start();
    let [admin, a, a2, bb] = world.people(["AA", "A", "A2", "BB"]);
    admin.give_policy("Sales", json!({"enableFederationAccess": false}), &[]).await;
    let path = format!("{POLICIES}/Sales/users");
    assert_eq!(admin.all(&path).await, Vec::<Value>::new());
    for person in [a, a2] {
        // The name in another case means the same policy.
        let value = json!([{"userId": person.id, "policyType": "ExternalAccessPolicy", "policyId": "tag:SALES"}]);
        let body = json!({"value": value});
        admin.post("admin/teams/policy/userAssignments/assign", body).await.expect(204);
    }
    let ids = |people: Vec<Value>| -> Vec<String> {
        people.iter().filter_map(|one| one["id"].as_str().map(str::to_owned)).collect()
    };
    let mut expected = vec![a.id.clone(), a2.id.clone()];
    expected.sort();
    let mut found = ids(admin.all(&format!("{path}?$top=1")).await);
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(admin.get(&format!("{path}?$skiptoken=x")).await.line(), "400 invalid");
    assert_eq!(admin.get(&format!("{POLICIES}/Nowhere/users")).await.line(), "404");
    assert_eq!(a.get(&path).await.line(), "403 noPermission");
    assert_eq!(bb.get(&path).await.line(), "404");

    admin.delete(&format!("{POLICIES}/Sales")).await.expect(204);
    admin.post(POLICIES, json!({"identity": "Tag:Sales"})).await.expect(201);
    assert_eq!(admin.all(&path).await, Vec::<Value>::new());
    let applies = admin.get(&format!("users/{}/externalAccessPolicy", a.id)).await.expect(200);
    assert_eq!(applies["source"]["type"], "global");
}

/// T-228: who is named twice is done with; of which entries there is nobody, or no such policy, is said,
/// and nothing was changed then. People of elsewhere are nobody.
#[tokio::test]
async fn t_228_assignments_that_name_nobody_are_named() {
    let world = World::start();
    let [admin, a, a2, b] = world.people(["AA", "A", "A2", "B"]);
    admin.give_policy("Sales", json!({"enableFederationAccess": false}), &[]).await;
    let with = format!("{POLICIES}/Sales/users");
    let nobody = "00000000-0000-7000-8000-000000000000";
    let assign = async |act: &str, people: &[(&str, &str)]| {
        let value: Vec<Value> =
            people.iter().map(|(id, policy)| json!({"userId": id, "policyId": policy})).collect();
        let path = format!("admin/teams/policy/userAssignments/{act}");
        admin.post(&path, json!({"value": value})).await
    };
    let trail = admin.trail().await.len();
    let refused = assign(
        "assign",
        &[
            (&a.id, "Sales"),
            (nobody, "Sales"),
            (&a2.id, "Nowhere"),
            (&b.id, "Sales"),
            ("x@a.test", ""),
        ],
    )
    .await;
    assert_eq!(refused.line(), "404");
    let error = &refused.json()["error"];
    assert_eq!(error["target"], "value/1/userId");
    assert_eq!(
        error["message"],
        "Not found: value/1/userId, value/2/policyId, value/3/userId, value/4/userId. Nothing was \
         changed."
    );
    assert!(admin.all(&with).await.is_empty());
    assert_eq!(admin.trail().await.len(), trail, "nothing happened");
    let many = vec![(nobody, "Sales"); 5_000];
    let refused = assign("assign", &many).await;
    assert!(refused.text.len() < 4_096 && refused.text.contains("4950 more"), "{}", refused.text);

    assign("assign", &[(&a.id, "Sales"), (&a.mail, "sales"), (&a2.id, "Sales")]).await.expect(204);
    assert_eq!(admin.all(&with).await.len(), 2);
    assert_eq!(admin.trail().await.len(), trail + 2, "each once");
    assert_eq!(assign("unassign", &[(&a.id, ""), (nobody, "")]).await.line(), "404");
    assert_eq!(admin.all(&with).await.len(), 2);
    assign("unassign", &[(&a.id, ""), (&a2.id, "")]).await.expect(204);
    assert!(admin.all(&with).await.is_empty());
}

/// Two administrators who edit one policy: whoever saves later is told that it has changed, and who
/// has it is no part of it. One that was made anew is another, one that is as it was read is the same.
#[tokio::test]
async fn a_policy_is_changed_as_it_was_read_or_not_at_all() {
    let world = World::start();
    let [admin, a, bb] = world.people(["AA", "A", "BB"]);
    admin.give_policy("Sales", json!({}), &[]).await;
    let sales = format!("{POLICIES}/Sales");
    let change = async |who: &Client, etag: &str, body: Value| {
        let request = who.request(Method::PATCH, &sales).header(IF_MATCH, etag);
        who.send(request.json(&body)).await
    };
    let read = admin.get(&sales).await;
    let first = read.header("etag").to_owned();
    assert!(first.len() > 2 && first.starts_with('"') && first.ends_with('"'), "{first}");
    let listed = admin.get(POLICIES).await.entries()[1]["@odata.etag"].clone();
    assert_eq!((&listed, &read.json()["@odata.etag"]), (&json!(first), &json!(first)));
    let selected = admin.get(&format!("{sales}?$select=identity")).await;
    assert_eq!(
        (selected.header("etag"), &selected.json()["@odata.etag"]),
        (&*first, &json!(first))
    );

    let blocked = |domain: &str| json!({"blockedExternalDomains": {"add": [domain]}});
    let one = change(admin, &first, blocked("one.test")).await;
    let second = one.header("etag").to_owned();
    assert_eq!((one.status, &one.json()["@odata.etag"]), (200, &json!(second)));
    assert_ne!(second, first);
    let trail = admin.trail().await.len();
    let late = change(admin, &first, blocked("two.test")).await;
    assert_eq!(
        (late.status, late.json()["error"]["code"].as_str()),
        (412, Some("PreconditionFailed"))
    );
    assert_eq!(change(admin, "\"nonsense\"", blocked("two.test")).await.status, 412);
    assert_eq!(admin.trail().await.len(), trail, "nothing happened");
    let seen = admin.get(&sales).await.expect(200);
    assert_eq!(seen["blockedExternalDomains"], json!(["one.test"]));
    change(admin, "*", blocked("two.test")).await.expect(200);
    // Whoever may not change it is not told what they do not know.
    assert_eq!(change(a, &first, blocked("x.test")).await.line(), "403 noPermission");
    assert_eq!(change(bb, &first, blocked("x.test")).await.line(), "404");

    let whole = |list: Value| json!({"blockedExternalDomains": list});
    let third = change(admin, "*", whole(json!(["one.test"]))).await;
    assert_eq!(third.header("etag"), second, "as it was read");
    let group = admin.account_group("G", &[a]).await;
    admin.post(&format!("{sales}/assign"), json!({"groupId": group})).await.expect(204);
    change(admin, &second, whole(json!([]))).await.expect(200);
    admin.delete(&sales).await.expect(204);
    admin.give_policy("Sales", json!({"enableTeamsConsumerAccess": false}), &[]).await;
    assert_eq!(change(admin, &first, blocked("two.test")).await.status, 412);
    // Global is one like the others.
    let global = admin.get(&format!("{POLICIES}/Global")).await.header("etag").to_owned();
    admin.configure_everybody(json!({"enableTeamsConsumerInbound": false})).await;
    let request = admin.request(Method::PATCH, &format!("{POLICIES}/Global"));
    let late = request.header(IF_MATCH, global).json(&blocked("two.test"));
    assert_eq!(admin.send(late).await.status, 412);
}

/// Whoever deletes a policy or gives it to somebody does so as they read it, if they say so: in between
/// another administrator may have made it say something else.
#[tokio::test]
async fn a_policy_is_deleted_and_assigned_as_it_was_read_or_not_at_all() {
    let world = World::start();
    let [admin, a, bb] = world.people(["AA", "A", "BB"]);
    admin.give_policy("Sales", json!({}), &[]).await;
    let (sales, global) = (format!("{POLICIES}/Sales"), format!("{POLICIES}/Global"));
    let group = admin.account_group("G", &[a]).await;
    let first = admin.get(&sales).await.header("etag").to_owned();
    let off = json!({"enableTeamsConsumerAccess": false});
    let second = admin.patch(&sales, off).await.header("etag").to_owned();
    let act = async |who: &Client, etag: &str, verb: &str, body: Value| {
        let request = match verb {
            "delete" => who.request(Method::DELETE, &sales),
            verb => who.request(Method::POST, &format!("{sales}/{verb}")).json(&body),
        };
        who.send(request.header(IF_MATCH, etag)).await
    };
    let acts = [
        ("assign", json!({"global": true})),
        ("assign", json!({"groupId": group})),
        ("unassign", json!({"groupId": group})),
        ("unassign", json!({"global": true})),
        ("delete", json!(null)),
    ];
    let trail = admin.trail().await.len();
    for (verb, body) in acts.clone() {
        for old in [&*first, "\"nonsense\""] {
            let late = act(admin, old, verb, body.clone()).await;
            assert_eq!(late.status, 412, "{verb} {body}: {}", late.text);
            assert_eq!(late.json()["error"]["code"], "PreconditionFailed");
        }
        // Whoever may not do it is not told what they do not know.
        assert_eq!(act(a, &first, verb, body.clone()).await.line(), "403 noPermission", "{verb}");
        assert_eq!(act(bb, &first, verb, body).await.line(), "404", "{verb}");
    }
    assert_eq!(admin.trail().await.len(), trail, "nothing happened");
    assert_eq!(admin.get(&global).await.expect(200)["enableTeamsConsumerAccess"], true);
    for (verb, body) in acts {
        let done = act(admin, &second, verb, body.clone()).await;
        assert_eq!(done.status, 204, "{verb} {body}: {}", done.text);
        let reaches = admin.get(&global).await.expect(200)["enableTeamsConsumerAccess"].clone();
        // From when everybody got it until they lost it again.
        let is_everybodys = !(verb == "delete" || (verb == "unassign" && body["global"] == true));
        assert_eq!(reaches, !is_everybodys, "{verb} {body}");
    }
    assert_eq!(admin.get(&sales).await.status, 404);

    // Global is reset as it was read, too; an asterisk or no word at all means any version.
    let read = admin.get(&global).await.header("etag").to_owned();
    admin.configure_everybody(json!({"enableTeamsConsumerInbound": false})).await;
    let reset = async |etag: Option<&str>| {
        let request = admin.request(Method::DELETE, &global);
        let request =
            etag.into_iter().fold(request, |request, etag| request.header(IF_MATCH, etag));
        admin.send(request).await.status
    };
    assert_eq!(reset(Some(&read)).await, 412);
    assert_eq!(admin.get(&global).await.expect(200)["enableTeamsConsumerInbound"], false);
    assert_eq!((reset(Some("*")).await, reset(None).await), (204, 204));
    assert_eq!(admin.get(&global).await.header("etag"), read, "as it was read");
}

/// A group gets another name, which the trail tells with the old one; nothing else of it changes.
#[tokio::test]
async fn a_group_is_renamed() {
    let world = World::start();
    let [admin, a] = world.people(["AA", "A"]);
    let group = admin.account_group("Board", &[a]).await;
    let path = format!("groups/{group}");
    let before = admin.get(&path).await.expect(200);
    let entries = admin.trail().await.len();
    let name = |name: &str| json!({"displayName": name});
    assert_eq!(admin.patch(&path, name(" Executives ")).await.status, 204);
    let mut expected = before;
    expected["displayName"] = json!("Executives");
    assert_eq!(admin.get(&path).await.expect(200), expected);
    assert_eq!(admin.get("groups").await.entries()[0]["displayName"], "Executives");
    assert_eq!(admin.all(&format!("{path}/members")).await.len(), 1);
    let trail = admin.trail().await;
    assert_eq!(trail.len(), entries + 1);
    let changed = json!({"displayName": {"old": "Board", "new": "Executives"}});
    let detail =
        json!({"groupRenamed": group, "groupName": "Executives", "modifiedProperties": changed});
    assert_eq!((&trail[0]["kind"], &trail[0]["detail"]), (&json!("DirectoryChanged"), &detail));
    // Once more, or with nothing that could be a name, and it stays as it is.
    admin.patch(&path, name("Executives")).await.expect(204);
    for bad in [json!({}), name(""), name("  "), name("bell \u{7}"), name(&"x".repeat(300))] {
        let refused = admin.patch(&path, bad.clone()).await;
        assert_eq!(refused.line(), "400 invalid", "{bad}");
        assert_eq!(refused.json()["error"]["target"], "displayName", "{bad}");
    }
    assert_eq!(a.patch(&path, name("Mine")).await.line(), "403 noPermission");
    let nowhere = "groups/00000000-0000-7000-8000-000000000000";
    assert_eq!(admin.patch(nowhere, name("X")).await.status, 404);
    assert_eq!(admin.trail().await.len(), entries + 1);
    assert_eq!(admin.get(&path).await.expect(200), expected);
}

/// An administrative entry says what was and what is, and names groups that may be gone later.
#[tokio::test]
async fn the_trail_says_what_was_before() {
    let world = World::start();
    let [admin, a, a2] = world.people(["AA", "A", "A2"]);
    let newest = async |kind: &str| -> Value {
        let trail = format!("{TRAIL}?$filter=kind eq '{kind}'&$top=1");
        admin.get(&trail).await.entries().remove(0)["detail"].clone()
    };
    admin.give_policy("Sales", json!({}), &[]).await;
    let sales = format!("{POLICIES}/Sales");
    admin.patch(&sales, json!({"enableTeamsConsumerAccess": false})).await.expect(200);
    let detail = newest("PolicyChanged").await;
    let changed = json!({"enableTeamsConsumerAccess": {"old": true, "new": false}});
    assert_eq!((&detail["act"], &detail["modifiedProperties"]), (&json!("changed"), &changed));

    let body = |policy: &str| json!({"value": [{"userId": a.id, "policyId": policy}]});
    admin.post("admin/teams/policy/userAssignments/assign", body("Sales")).await.expect(204);
    assert_eq!(newest("PolicyAssigned").await["was"], Value::Null);
    admin.post("admin/teams/policy/userAssignments/assign", body("")).await.expect(204);
    let detail = newest("PolicyAssigned").await;
    assert_eq!(detail, json!({"policy": null, "person": a.id, "was": "Tag:Sales"}));

    let group = admin.account_group("Board", &[a2]).await;
    admin.post(&format!("{sales}/assign"), json!({"groupId": group})).await.expect(204);
    let detail = newest("PolicyAssigned").await;
    let expected = json!({"policy": "Tag:Sales", "group": group, "groupName": "Board", "rank": 1, "was": null, "rankWas": null});
    assert_eq!(detail, expected);
    admin.delete(&format!("groups/{group}")).await.expect(204);
    assert_eq!(
        newest("DirectoryChanged").await,
        json!({"groupDeleted": group, "groupName": "Board"})
    );

    let roles = json!({"roles": ["complianceOfficer"], "jobTitle": "Officer"});
    admin.patch(&format!("users/{}", a2.id), roles).await.expect(204);
    let changed = json!({"roles": {"old": [], "new": ["complianceOfficer"]}, "profile": {}});
    assert_eq!(newest("DirectoryChanged").await["modifiedProperties"], changed);
    // What changes nothing is no change.
    let entries = admin.all(TRAIL).await.len();
    admin.patch(&format!("users/{}", a2.id), json!({"jobTitle": "Officer"})).await.expect(204);
    assert_eq!(admin.all(TRAIL).await.len(), entries);
}

/// The secret word stands in everything that people write; the trails have everything but it.
#[tokio::test]
async fn the_trail_has_every_act_and_no_text() {
    const SECRET: &str = "xylophone";
    let world = World::start();
    let [aa, bb, a, a2, b, p] = world.people(["AA", "BB", "A", "A2", "B", "P"]);
    let begun = a.say(&a.start(a2).await.id(), SECRET).await.expect(201)["createdDateTime"].clone();
    let chat = a.start(b).await.id();
    let id = a.say(&chat, SECRET).await.id();
    b.accept(&chat).await.expect(204);
    a.patch(&format!("chats/{chat}/messages/{id}"), json!({"body": {"content": "xylophone 2"}}))
        .await
        .expect(204);
    b.post(&format!("chats/{chat}/messages/{id}/setReaction"), json!({"reactionType": "like"}))
        .await
        .expect(204);
    a.act(&chat, &format!("messages/{id}/softDelete")).await.expect(204);
    let group = a.group("Three", &[a2]).await.id();
    a.add(&group, p, None).await.expect(201);
    p.accept(&group).await.expect(204);
    p.say(&group, SECRET).await.expect(201);
    a.patch(&format!("chats/{group}"), json!({"topic": "Tres"})).await.expect(200);
    a.remove(&group, p).await.expect(204);
    let declined = b.group("No", &[a2]).await.id();
    a2.decline(&declined).await.expect(204);
    b.block(a).await.expect(201);
    b.unblock(a).await.expect(204);
    aa.configure(json!({"allowTeamsConsumer": false})).await;
    aa.give_policy("X", json!({}), &[a]).await;
    aa.post("users", json!({"displayName": "N", "userPrincipalName": "n@a.test"}))
        .await
        .expect(201);
    let taken_out = json!({"user": {"id": a2.id}});
    aa.post(&format!("chats/{group}/removeAllAccessForUser"), taken_out).await.expect(204);

    let (alpha, beta) = (aa.trail().await, bb.trail().await);
    for trail in [&alpha, &beta] {
        let text = json!(trail).to_string();
        assert!(!text.contains(SECRET), "the trail has what a message says");
    }
    let kinds = |trail: &[Value]| -> BTreeSet<String> {
        trail.iter().map(|entry| entry["kind"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let (of_alpha, of_beta) = (kinds(&alpha), kinds(&beta));
    for kind in [
        "ChatCreated",
        "MemberAdded",
        "MessageSent",
        "MessageUpdated",
        "ReactionChanged",
        "MessageDeleted",
        "UserAccepted",
        "ChatUpdated",
        "MemberRemoved",
        "RequestDeclined",
        "TeamsTenantSettingChanged",
        "PolicyChanged",
        "PolicyAssigned",
        "DirectoryChanged",
        "AccessRemoved",
    ] {
        assert!(of_alpha.contains(kind), "{kind} is not in {of_alpha:?}");
    }
    for kind in [
        "ChatCreated",
        "MessageSent",
        "MessageUpdated",
        "ReactionChanged",
        "MessageDeleted",
        "UserAccepted",
        "ContactBlocked",
        "ContactUnblocked",
    ] {
        assert!(of_beta.contains(kind), "{kind} is not in {of_beta:?}");
    }
    for kind in ["RequestDeclined", "TeamsTenantSettingChanged", "PolicyChanged"] {
        assert!(!of_beta.contains(kind), "{kind} is the other organisation's own affair");
    }
    for kind in ["ContactBlocked", "ContactUnblocked"] {
        assert!(!of_alpha.contains(kind), "A's side would learn of the block");
    }

    let sent = alpha
        .iter()
        .find(|entry| entry["kind"] == "MessageSent" && entry["chatId"] == chat.as_str());
    let sent = sent.expect("the sending");
    assert_eq!((&sent["actorId"], &sent["messageId"]), (&json!(a.id), &json!(id)));
    assert_eq!(sent["ipAddress"], "127.0.0.1");
    // From where somebody acts is in the trail of their own side alone.
    for (trail, people) in [(&alpha, &[aa, a, a2][..]), (&beta, &[bb, b][..])] {
        let own: Vec<Value> = people.iter().map(|person| json!(person.id)).collect();
        let is_own = |entry: &&Value| own.contains(&entry["actorId"]);
        let is_act = |entry: &&Value| !entry["actorId"].is_null() && !entry["chatId"].is_null();
        let (inside, outside): (Vec<&Value>, Vec<&Value>) =
            trail.iter().filter(is_act).partition(is_own);
        assert!(inside.iter().any(|entry| entry["ipAddress"] == "127.0.0.1"));
        assert!(outside.len() > 2);
        for entry in outside {
            assert_eq!(entry["ipAddress"], Value::Null, "{entry}");
        }
    }
    // Nothing counts what happens elsewhere: each chain of each organisation begins at one.
    let ids: BTreeSet<&str> = alpha.iter().filter_map(|entry| entry["id"].as_str()).collect();
    assert_eq!(ids.len(), alpha.len());
    for first in ["1.administration".to_owned(), format!("1.{chat}")] {
        assert!(ids.contains(first.as_str()), "{first} is not in {ids:?}");
        let one = aa.get(&format!("{TRAIL}/{first}")).await.expect(200);
        assert_eq!(one["id"], first.as_str());
        let next = aa.get(&format!("{TRAIL}?$top=1")).await.expect(200)["@odata.nextLink"].clone();
        let token =
            next.as_str().and_then(|link| link.split_once("$skiptoken=")).expect("a link").1;
        assert!(token.parse::<i64>().is_err(), "{token}");
        assert_eq!(bb.get(&format!("{TRAIL}?$skiptoken={token}")).await.line(), "400 invalid");
    }
    for absent in ["999.administration".to_owned(), format!("999.{chat}"), "7".to_owned()] {
        assert_eq!(aa.get(&format!("{TRAIL}/{absent}")).await.status, 404, "{absent}");
    }
    let participants = sent["participants"].to_string();
    for domain in ["a.test", "b.test"] {
        assert!(participants.contains(domain), "{participants}");
    }
    let changed = alpha
        .iter()
        .find(|entry| entry["kind"] == "TeamsTenantSettingChanged")
        .expect("the change");
    assert_eq!(changed["actorId"], aa.id.as_str());
    let properties = &changed["detail"]["modifiedProperties"];
    assert_eq!(properties, &json!({"allowTeamsConsumer": {"old": true, "new": false}}));

    // Newest first, and by time and kind.
    let times: Vec<&str> =
        alpha.iter().filter_map(|entry| entry["activityDateTime"].as_str()).collect();
    assert!(times.is_sorted_by(|one, other| one >= other), "{times:?}");
    let only = aa.all(&format!("{TRAIL}?$filter=kind eq 'PolicyAssigned'&$top=1")).await;
    assert_eq!(kinds(&only), BTreeSet::from(["PolicyAssigned".to_owned()]));
    let begun = begun.as_str().expect("a time");
    let since = aa.all(&format!("{TRAIL}?$filter=activityDateTime ge {begun}&$top=7")).await;
    let until = aa.all(&format!("{TRAIL}?$filter=activityDateTime lt {begun}&$top=7")).await;
    assert_eq!(since.len() + until.len(), alpha.len());
    assert!(since.len() > 15 && !until.is_empty());
    for admin in [aa, bb] {
        let verified = admin.get(&format!("{TRAIL}/verification")).await.expect(200);
        assert_eq!((&verified["isIntact"], &verified["firstBroken"]), (&json!(true), &Value::Null));
        assert!(verified["entries"].as_u64().is_some_and(|entries| entries > 8), "{verified}");
    }
}

/// What waits for consent is in nothing that the asked side can fetch, but the preview.
#[tokio::test]
async fn pending_content_is_in_no_payload() {
    const SECRET: &str = "xylophone";
    let world = World::start();
    let [aa, a, b, p] = world.people(["AA", "A", "B", "P"]);
    let pair = b.start(a).await.id();
    let group = p.group(&format!("About the {SECRET}"), &[a, b]).await.id();
    let id = b.say(&pair, SECRET).await.id();
    p.say(&group, SECRET).await.expect(201);
    let message = json!({"body": {"contentType": "html", "content": format!("<b>{SECRET}</b>")}, "subject": SECRET});
    b.post(&format!("chats/{pair}/messages"), message).await.expect(201);
    for path in [
        "me/chats?$expand=members,lastMessagePreview".to_owned(),
        "chats?$filter=contactRequest/state eq 'pending'&$expand=members,lastMessagePreview"
            .to_owned(),
        format!("chats/{pair}?$expand=members"),
        format!("chats/{group}?$expand=members"),
        format!("chats/{pair}/messages"),
        format!("chats/{group}/messages"),
        format!("chats/{pair}/messages/{id}"),
        format!("chats/{pair}/messages/{id}/versions"),
        format!("chats/{group}/members"),
        "users?$search=\"xylophone\"".to_owned(),
    ] {
        let answer = a.get(&path).await;
        assert!(!answer.text.contains(SECRET), "{path}: {}", answer.text);
    }
    for answer in [
        a.start(b).await,
        a.patch(&format!("chats/{group}"), json!({"topic": "x"})).await,
        a.act(&pair, "markChatReadForUser").await,
        a.post(
            &format!("chats/{pair}/messages/replyWithQuote"),
            json!({"messageIds": [id], "replyMessage": {"body": {"content": "x"}}}),
        )
        .await,
    ] {
        assert!(!answer.text.contains(SECRET), "{answer:?}");
    }
    assert!(!json!(aa.trail().await).to_string().contains(SECRET));
    let preview = a.get(&format!("chats/{pair}/requestPreview")).await;
    assert!(preview.text.contains(SECRET) && !preview.text.contains("<b>"), "{}", preview.text);
    assert_eq!(b.get(&format!("chats/{pair}/requestPreview")).await.status, 404, "nobody asked B");
    a.accept(&pair).await.expect(204);
    assert_eq!(a.get(&format!("chats/{pair}/requestPreview")).await.status, 404);
}
