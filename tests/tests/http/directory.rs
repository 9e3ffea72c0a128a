//! Finding people and organisations in Graph's ways, policies of people, and the directory's audits.

use serde_json::{Value, json};
use visavis_tests::external_access::{ASSIGN_USERS, TRAIL, assignment};
use visavis_tests::world::{Person, World};

const UNKNOWN: &str = "00000000-0000-7000-8000-000000000000";

async fn names(who: &Person, query: &str) -> Vec<String> {
    let found = who.all(&format!("users?{query}")).await;
    let mut names: Vec<String> = found
        .iter()
        .map(|user| user["displayName"].as_str().unwrap_or_default().to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn people_are_found_by_lists_beginnings_and_searches() {
    let world = World::start();
    let a = world.person("A");
    for (query, expected) in [
        ("$filter=mail in ('a@a.test','a2@a.test','nobody@a.test')", vec!["A", "A2"]),
        ("$filter=mail in ('a@a.test','a2@a.test')&$top=1", vec!["A", "A2"]),
        ("$filter=userPrincipalName in ('a3@a.test')", vec!["A3"]),
        ("$filter=startsWith(userPrincipalName,'A2')", vec!["A2"]),
        ("$filter=startswith(mail,'a3@')", vec!["A3"]),
        ("$filter=startswith(displayName,'a2')", vec!["A2"]),
        ("$filter=userType eq 'Guest'", vec![]),
        ("$filter=userType eq 'Member'&$top=2", vec!["A", "A2", "A3", "AA"]),
        ("$search=\"displayName:A2\"", vec!["A2"]),
        ("$search=\"mail:a3@a\"", vec!["A3"]),
        ("$search=\"userPrincipalName:admin\"", vec!["AA"]),
        ("$search=\"admin\"", vec!["AA"]),
        ("$filter=mail in ('b@b.test','p@mail.test')", vec![]),
    ] {
        assert_eq!(names(a, query).await, expected, "{query}");
    }
    for query in [
        "$filter=mail in 'a@a.test'",
        "$filter=mail in ()",
        "$filter=mail ne 'a@a.test'",
        "$filter=not(mail eq 'a@a.test')",
        "$filter=endswith(mail,'a.test')",
        "$filter=startswith(displayName,'A') or mail eq 'b@b.test'",
        "$filter=startswith(jobTitle,'A')",
        "$filter=accountEnabled eq true",
        "$search=\"jobTitle:x\"",
        "$search=\"displayName:a\" OR \"mail:b\"",
        "$search=\"\"",
        "$search=\"A\"&$filter=mail eq 'a@a.test'",
        "$orderby=displayName desc",
    ] {
        let answer = a.get(&format!("users?{query}")).await;
        assert_eq!(answer.line(), "400 invalid", "{query}");
        assert!(answer.json()["error"]["target"].as_str().is_some_and(|t| t.starts_with('$')));
    }
    let many = vec!["'a@a.test'"; 33].join(",");
    assert_eq!(a.get(&format!("users?$filter=mail in ({many})")).await.line(), "400 invalid");
}

#[tokio::test]
async fn colleagues_are_found_by_every_word_and_nobody_of_another_organisation() {
    let world = World::start();
    let [a, aa, b, p] = world.people(["A", "AA", "B", "P"]);
    for (name, mail) in [
        ("Elif Kaya", "e.kaya@a.test"),
        ("Ben Okafor", "ben.okafor@a.test"),
        ("Émile-Zoé Kaya", "emile@a.test"),
        ("🙂", "smile@a.test"),
    ] {
        let body = json!({"displayName": name, "userPrincipalName": mail});
        aa.post("users", body).await.expect(201);
    }
    for (search, expected) in [
        ("kaya", vec!["Elif Kaya", "Émile-Zoé Kaya"]),
        ("kaya el", vec!["Elif Kaya"]),
        ("KAYA zoe", vec!["Émile-Zoé Kaya"]),
        ("okaf", vec!["Ben Okafor"]),
        ("ben.okafor", vec!["Ben Okafor"]),
        ("ben.okafor@a.test", vec!["Ben Okafor"]),
        ("displayName:okaf", vec!["Ben Okafor"]),
        ("displayName:emile", vec!["Émile-Zoé Kaya"]),
        ("displayName:smile", vec![]),
        ("userPrincipalName:e.k", vec!["Elif Kaya"]),
        ("mail:kaya", vec![]),
        ("🙂", vec!["🙂"]),
        ("afor", vec![]),
        ("b@b.test", vec![]),
        ("p@mail.test", vec![]),
    ] {
        assert_eq!(names(a, &format!("$search=\"{search}\"")).await, expected, "{search}");
        // Others find by it whoever is theirs, as though there were no such people.
        for other in [b, p] {
            let theirs = names(other, &format!("$search=\"{search}\"")).await;
            assert!(!theirs.iter().any(|name| expected.contains(&name.as_str())), "{search}");
        }
    }
    assert_eq!(names(p, "$search=\"p@mail\"").await, ["P"], "a directory of one");
    assert_eq!(names(p, "$search=\"q\"").await, Vec::<String>::new());
    // Pages of a search follow each other, and each person stands once.
    assert_eq!(names(a, "$search=\"kaya\"&$top=1").await, ["Elif Kaya", "Émile-Zoé Kaya"]);
    let changed = json!({"displayName": "Elif Demir"});
    let elif = a.get("users/e.kaya@a.test").await.expect(200)["id"].clone();
    let path = format!("users/{}", elif.as_str().unwrap_or_default());
    aa.patch(&path, changed).await.expect(204);
    assert_eq!(names(a, "$search=\"demir\"").await, ["Elif Demir"]);
    assert_eq!(names(a, "$search=\"displayName:kaya\"").await, ["Émile-Zoé Kaya"]);
}

#[tokio::test]
async fn a_count_is_of_all_or_not_said() {
    let world = World::start();
    let a = world.person("A");
    let count = async |query: &str| {
        let page = a.get(&format!("users?{query}")).await.expect(200);
        page.get("@odata.count").cloned().unwrap_or_default()
    };
    assert_eq!(count("$count=true&$top=1").await, 4, "all of the directory");
    assert_eq!(count("$top=1").await, 1, "of the page");
    assert_eq!(count("$count=true&$filter=mail eq 'a@a.test'").await, 1);
    assert_eq!(count("$count=true&$search=\"A\"").await, 4);
    assert_eq!(count("$count=true&$top=1&$search=\"A\"").await, Value::Null);
}

#[tokio::test]
async fn nobody_has_a_picture_and_who_is_unknown_stays_so() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    for path in [
        "me/photo".to_owned(),
        "me/photo/$value".to_owned(),
        format!("users/{}/photo/$value", a2.id),
        format!("users/{}/photo", a2.mail),
    ] {
        assert_eq!(a.get(&path).await.expect(404)["error"]["code"], "ImageNotFound", "{path}");
    }
    let unknown = a.get(&format!("users/{UNKNOWN}/photo/$value")).await;
    assert_eq!(unknown.expect(404)["error"]["code"], "Request_ResourceNotFound");
    let outsider = a.get(&format!("users/{}/photo/$value", b.id)).await;
    assert_eq!(outsider.timeless(), unknown.timeless());
}

#[tokio::test]
async fn p5_people_are_those_of_accepted_chats() {
    let world = World::start();
    let [a, a2, b, c, p] = world.people(["A", "A2", "B", "C", "P"]);
    a.start(a2).await.expect(201);
    a.befriend(b).await;
    a.start(c).await.expect(201);
    p.start(a).await.expect(201);
    let people = async |query: &str| {
        let people = a.get(&format!("me/people{query}")).await.entries();
        people.iter().map(|person| person["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(people("").await, [json!(b.id), json!(a2.id)]);
    assert_eq!(people("?$top=1").await, [json!(b.id)]);
    let shown = a.get("me/people?$select=scoredEmailAddresses").await.entries();
    assert_eq!(shown[0]["scoredEmailAddresses"][0]["address"], b.mail.as_str());
    b.block(a).await.expect(201);
    assert_eq!(people("").await, [json!(a2.id)]);
}

#[tokio::test]
async fn organisations_are_found_by_domain_and_id() {
    let world = World::start();
    let [a, p] = world.people(["A", "P"]);
    let beta = world.organisation("b.test");
    for (who, path) in [
        (a, "findTenantInformationByDomainName(domainName='b.test')".to_owned()),
        (p, "findTenantInformationByDomainName(domainName='SUB.B.test')".to_owned()),
        (
            a,
            "microsoft.graph.findTenantInformationByDomainName(domainName=%27b.test%27)".to_owned(),
        ),
        (p, format!("findTenantInformationByTenantId(tenantId='{beta}')")),
    ] {
        let found = who.get(&format!("tenantRelationships/{path}")).await.expect(200);
        assert_eq!(found["tenantId"], beta, "{path}");
        assert_eq!(
            (&found["displayName"], &found["defaultDomainName"]),
            (&json!("Beta"), &json!("b.test"))
        );
    }
    for (path, status) in [
        ("findTenantInformationByDomainName(domainName='unknown.test')".to_owned(), 404),
        ("findTenantInformationByDomainName(domainName='b.test.')".to_owned(), 200),
        ("findTenantInformationByDomainName(domainName='not a domain')".to_owned(), 400),
        (format!("findTenantInformationByTenantId(tenantId='{UNKNOWN}')"), 404),
        ("findTenantInformationByTenantId(tenantId='x')".to_owned(), 404),
        (
            "findTenantInformationByTenantId(tenantId='9188040d-6c67-4c5b-b112-36a304b66dad')"
                .to_owned(),
            404,
        ),
    ] {
        let answer = a.get(&format!("tenantRelationships/{path}")).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
    let path = "tenantRelationships/findTenantInformationByDomainName(domainName='b.test')";
    assert_eq!(world.anonymous().get(path).await.status, 401);
    let alpha = world.organisation("a.test");
    assert_eq!(a.get(&format!("organization/{alpha}")).await.expect(200)["displayName"], "Alpha");
    assert_eq!(a.get(&format!("organization/{beta}")).await.status, 404);
    assert_eq!(p.get(&format!("organization/{alpha}")).await.status, 404);
}

fn by_id(person: &Person) -> Value {
    json!({"@odata.type": "microsoft.graph.teamworkUserIdentity", "id": person.id,
        "tenantId": person.organisation.clone().unwrap_or_default()})
}

fn by_mail(mail: &str) -> Value {
    json!({"@odata.type": "microsoft.graph.emailIdentity", "email": mail})
}

fn by_principal(mail: &str) -> Value {
    json!({"@odata.type": "#microsoft.graph.teamworkUserIdentity", "userPrincipalName": mail})
}

/// Whether an interaction is allowed, under both versions.
async fn allowed(who: &Person, users: Value) -> bool {
    let body = json!({"interactionType": "createChat", "users": users});
    let first = who.post("/beta/teamwork/determineIfInteractionIsAllowed", body.clone()).await;
    let second = who.post("teamwork/determineIfInteractionIsAllowed", body).await.expect(200);
    let mut first = first.expect(200);
    assert_eq!(first.as_object_mut().map(|answer| answer.len()), Some(2), "yes or no, no more");
    assert!(first["@odata.context"].as_str().is_some_and(|text| text.ends_with("#Edm.Boolean")));
    assert_eq!(first["value"], second["value"]);
    first["value"].as_bool().expect("yes or no")
}

#[tokio::test]
async fn whether_an_interaction_is_allowed_is_what_making_the_chat_would_say() {
    let world = World::start();
    let [a, a2, b, bb, c, p, q] = world.people(["A", "A2", "B", "BB", "C", "P", "Q"]);
    assert!(allowed(a, json!([by_id(a2)])).await);
    assert!(allowed(a, json!([by_id(b)])).await);
    assert!(allowed(a, json!([by_principal(&b.mail)])).await);
    assert!(allowed(a, json!([by_mail(&p.mail)])).await);
    assert!(allowed(a, json!([by_id(a2), by_id(b), by_mail(&c.mail)])).await);
    let other_home = json!({"id": b.id, "tenantId": world.organisation("c.test")});
    assert!(!allowed(a, json!([other_home])).await);
    // The same no for everybody unknown, undiscoverable or refused by the other side.
    let hidden = json!({"isDiscoverableByEmail": false, "isDiscoverableByPhone": false});
    p.patch("me/settings/externalChat", hidden).await.expect(200);
    q.post("me/externalContacts/blocked", json!({"email": a.mail})).await.expect(201);
    bb.give_policy("Closed", json!({"enableFederationAccess": false}), &[b]).await;
    for user in [
        by_mail("nobody@mail.test"),
        by_mail("nobody@b.test"),
        json!({"id": UNKNOWN}),
        by_mail(&p.mail),
        by_mail(&q.mail),
        by_id(b),
        by_principal(&b.mail),
    ] {
        assert!(!allowed(a, json!([user])).await, "{user}");
        assert!(!allowed(a, json!([by_id(a2), user])).await, "all must be allowed: {user}");
    }
    // So is what the own side refuses.
    world.person("AA").configure(json!({"allowFederatedUsers": false})).await;
    assert!(!allowed(a, json!([by_id(c)])).await);
    assert!(!allowed(a, json!([by_mail("nobody@c.test")])).await);
    assert!(allowed(a, json!([by_id(a2)])).await);
    // Nothing came of all this.
    for who in [a, a2, b, c, p, q] {
        assert!(who.all("me/chats").await.is_empty(), "{}", who.name);
    }
}

#[tokio::test]
async fn bad_interactions_are_told_what_is_wrong() {
    let world = World::start();
    let a = world.person("A");
    let many: Vec<Value> = (0..21).map(|n| by_mail(&format!("x{n}@mail.test"))).collect();
    for (body, target) in [
        (json!({"interactionType": "call", "users": [by_mail("x@mail.test")]}), "interactionType"),
        (json!({"users": [by_mail("x@mail.test")]}), "interactionType"),
        (json!({"interactionType": "createChat", "users": []}), "users"),
        (json!({"interactionType": "createChat", "users": many}), "users"),
        (json!({"interactionType": "createChat", "users": [{}]}), "users/0"),
        (
            json!({"interactionType": "createChat", "users": [{"id": "x", "email": "a@b.test"}]}),
            "users/0",
        ),
        (
            json!({"interactionType": "createChat", "users": [by_mail("not an address")]}),
            "users/0/email",
        ),
        (
            json!({"interactionType": "createChat", "users": [{"id": UNKNOWN, "tenantId": "x"}]}),
            "users/0/tenantId",
        ),
        (
            json!({"interactionType": "createChat", "users": [{"@odata.type": "#microsoft.graph.user", "id": UNKNOWN}]}),
            "users/0/@odata.type",
        ),
    ] {
        let answer = a.post("teamwork/determineIfInteractionIsAllowed", body.clone()).await;
        assert_eq!(answer.line(), "400 invalid", "{body}");
        assert_eq!(answer.json()["error"]["target"], target, "{body}");
    }
}

#[tokio::test]
async fn policies_of_people_are_shown_to_administrators() {
    let world = World::start();
    let [aa, a, a2, bb] = world.people(["AA", "A", "A2", "BB"]);
    aa.give_policy("No Inbound", json!({"enableTeamsConsumerInbound": false}), &[a]).await;
    let group = aa.account_group("G", &[a2]).await;
    let path = "admin/teams/externalAccess/policies";
    aa.post(path, json!({"identity": "Tag:Group"})).await.expect(201);
    aa.post(&format!("{path}/Group/assign"), json!({"groupId": group})).await.expect(204);
    let of = async |who: &Person| {
        let path = format!("admin/teams/userConfigurations/{}", who.id);
        aa.get(&path).await.expect(200)["effectivePolicyAssignments"].clone()
    };
    let assigned = |kind: &str, name: &str, group: Value| {
        json!([{"policyType": "ExternalAccessPolicy", "policyAssignment": {"assignmentType": kind,
            "displayName": name, "groupId": group, "policyId": format!("Tag:{name}")}}])
    };
    assert_eq!(of(a).await, assigned("direct", "No Inbound", Value::Null));
    assert_eq!(of(a2).await, assigned("group", "Group", json!(group)));
    assert_eq!(of(aa).await, json!([]));
    let all = aa.all("admin/teams/userConfigurations?$top=3").await;
    assert_eq!(all.len(), 4);
    assert!(
        all.iter().any(|one| one["effectivePolicyAssignments"]
            == assigned("direct", "No Inbound", Value::Null))
    );
    for path in
        ["admin/teams/userConfigurations", &format!("admin/teams/userConfigurations/{}", a.id)]
    {
        assert_eq!(a.get(path).await.line(), "403 noPermission", "{path}");
    }
    assert_eq!(bb.get(&format!("admin/teams/userConfigurations/{}", a.id)).await.status, 404);
    // By name, in the spellings that there are.
    for (path, expected) in [
        (
            "getPolicyId(type='ExternalAccessPolicy',name='No Inbound')",
            json!([{"name": "No Inbound", "policyId": "Tag:No Inbound"}]),
        ),
        (
            "microsoft.graph.teamsAdministration.getPolicyId(type='ExternalAccessPolicy',name='group')",
            json!([{"name": "Group", "policyId": "Tag:Group"}]),
        ),
        (
            "getPolicyId(type='ExternalAccessPolicy'name='Global')",
            json!([{"name": "Global", "policyId": "Global"}]),
        ),
        ("getPolicyId(type='ExternalAccessPolicy',name='None')", json!([])),
    ] {
        let found = aa.get(&format!("admin/teams/policy/{path}")).await.entries();
        assert_eq!(json!(found), expected, "{path}");
    }
    let other = aa.get("admin/teams/policy/getPolicyId(type='CallingPolicy',name='x')").await;
    assert_eq!(other.line(), "400 invalid");
    let path = "admin/teams/policy/getPolicyId(type='ExternalAccessPolicy',name='Global')";
    assert_eq!(a.get(path).await.line(), "403 noPermission");
    assert_eq!(aa.get("admin/teams/policy/getPolicyId(name='x')").await.line(), "404 unknownRoute");
}

#[tokio::test]
async fn p7_directory_audits_are_the_administrative_part_of_the_trail() {
    let world = World::start();
    let [aa, a, b, bb] = world.people(["AA", "A", "B", "BB"]);
    a.befriend(b).await;
    aa.configure(json!({"blockedDomains": ["x.test"]})).await;
    aa.give_policy("Sales", json!({}), &[]).await;
    aa.post(ASSIGN_USERS, json!({"value": [assignment(&a.id, "Sales")]})).await.expect(204);
    let path = "auditLogs/directoryAudits";
    let audits = aa.get(path).await.entries();
    let newest = &audits[0];
    assert_eq!(newest["activityDisplayName"], "PolicyAssigned");
    assert_eq!(
        (&newest["operationType"], &newest["result"]),
        (&json!("Assign"), &json!("success"))
    );
    assert_eq!(newest["initiatedBy"]["user"]["id"], aa.id.as_str());
    assert_eq!(newest["targetResources"][0]["id"], a.id.as_str());
    let setting =
        audits.iter().find(|one| one["activityDisplayName"] == "TeamsTenantSettingChanged");
    let changed = &setting.expect("the setting")["targetResources"][0]["modifiedProperties"][0];
    assert_eq!(
        (&changed["displayName"], &changed["newValue"]),
        (&json!("blockedDomains"), &json!("[\"x.test\"]"))
    );
    // Nothing of chats, and the same entries as in the trail.
    let trail = aa.all(TRAIL).await;
    let administrative: Vec<&Value> =
        trail.iter().filter(|entry| entry["chatId"].is_null()).map(|entry| &entry["id"]).collect();
    assert!(administrative.len() < trail.len());
    let all = aa.all(&format!("{path}?$top=2")).await;
    assert_eq!(all.iter().map(|entry| &entry["id"]).collect::<Vec<_>>(), administrative);
    let time = newest["activityDateTime"].as_str().expect("a time");
    for (filter, expected) in [
        (format!("activityDateTime ge {time}"), true),
        (format!("activityDateTime gt {time}"), false),
        (format!("activityDateTime le {time} and activityDisplayName eq 'PolicyAssigned'"), true),
        (format!("activityDateTime lt {time}"), false),
    ] {
        let found =
            aa.get(&format!("{path}?$filter={filter}&$orderby=activityDateTime desc")).await;
        let has_newest = found.entries().iter().any(|one| one["id"] == newest["id"]);
        assert_eq!(has_newest, expected, "{filter}");
    }
    for query in [
        "$filter=category eq 'x'",
        "$orderby=activityDateTime",
        "$filter=activityDisplayName eq 'x'",
    ] {
        assert_eq!(aa.get(&format!("{path}?{query}")).await.line(), "400 invalid", "{query}");
    }
    assert_eq!(a.get(path).await.line(), "403 noPermission");
    let theirs = bb.get(path).await.entries();
    assert!(theirs.iter().all(|one| one["targetResources"][0]["id"] != a.id.as_str()));
}
