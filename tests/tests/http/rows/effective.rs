//! The effective policy (6.8).

use serde_json::{Value, json};
use visavis_tests::answer::Answer;
use visavis_tests::external_access::{ASSIGN_USERS, CONFIGURATION, POLICIES, assignment};
use visavis_tests::world::{Person, World};

async fn make(admin: &Person, names: &[&str]) {
    for name in names {
        let body = json!({"identity": format!("Tag:{name}"), "enableFederationAccess": false});
        admin.post(POLICIES, body).await.expect(201);
    }
}

async fn assign(admin: &Person, name: &str, group: &str, rank: Option<u32>) -> Answer {
    let body = match rank {
        Some(rank) => json!({"groupId": group, "rank": rank}),
        None => json!({"groupId": group}),
    };
    admin.post(&format!("{POLICIES}/{name}/assign"), body).await
}

async fn unassign(admin: &Person, name: &str, group: &str) {
    admin.post(&format!("{POLICIES}/{name}/unassign"), json!({"groupId": group})).await.expect(204);
}

async fn give(admin: &Person, name: &str, whom: &Person) -> Answer {
    admin.post(ASSIGN_USERS, json!({"value": [assignment(&whom.id, name)]})).await
}

/// `Tag:X direct`, the winner first.
async fn sources(admin: &Person, whom: &Person) -> Vec<String> {
    let path = format!("users/{}/externalAccessPolicy", whom.id);
    let seen = admin.get(&path).await.expect(200);
    let line = |source: &Value| {
        let text = |name: &str| source[name].as_str().unwrap_or_default().to_owned();
        let rank = source["rank"].as_u64().map(|rank| format!(" {rank}")).unwrap_or_default();
        format!("{} {}{rank}", text("policyId"), text("type"))
    };
    let sources: Vec<String> =
        seen["sources"].as_array().expect("sources").iter().map(line).collect();
    assert_eq!(Some(&line(&seen["source"])), sources.first(), "{seen}");
    assert_eq!(seen["effective"]["identity"], seen["source"]["policyId"], "{seen}");
    sources
}

#[tokio::test]
async fn t_210_to_t_213_and_t_225_direct_over_group_over_global() {
    let world = World::of_rows().await;
    let [admin, a] = world.people(["AA", "A"]);
    assert_eq!(sources(admin, a).await, ["Global global"]);
    make(admin, &["X", "Y", "Z"]).await;
    let g1 = admin.account_group("G1", &[a]).await;
    let g2 = admin.account_group("G2", &[a]).await;
    assign(admin, "X", &g1, Some(1)).await.expect(204);
    assign(admin, "Y", &g2, Some(2)).await.expect(204);
    assert_eq!(sources(admin, a).await, ["Tag:X group 1", "Tag:Y group 2", "Global global"]);
    give(admin, "Z", a).await.expect(204);
    let all = ["Tag:Z direct", "Tag:X group 1", "Tag:Y group 2", "Global global"];
    assert_eq!(sources(admin, a).await, all);
    assert_eq!(sources(a, a).await, all, "everybody may ask for themselves");
    give(admin, "", a).await.expect(204);
    assert_eq!(sources(admin, a).await, ["Tag:X group 1", "Tag:Y group 2", "Global global"]);
}

#[tokio::test]
async fn t_215_t_217_and_t_221_ranks_close_up() {
    let world = World::of_rows().await;
    let [admin, a] = world.people(["AA", "A"]);
    make(admin, &["X", "Y", "Z"]).await;
    let mut groups = Vec::new();
    for name in ["G1", "G2", "G3"] {
        groups.push(admin.account_group(name, &[a]).await);
    }
    assign(admin, "X", &groups[0], Some(1)).await.expect(204);
    assign(admin, "Y", &groups[1], None).await.expect(204);
    assign(admin, "Z", &groups[2], Some(1)).await.expect(204);
    assert_eq!(
        sources(admin, a).await,
        ["Tag:Z group 1", "Tag:X group 2", "Tag:Y group 3", "Global global"],
        "inserted at 1 pushes the others down, left out means lowest"
    );
    unassign(admin, "Z", &groups[2]).await;
    assert_eq!(sources(admin, a).await, ["Tag:X group 1", "Tag:Y group 2", "Global global"]);
    assign(admin, "Z", &groups[0], None).await.expect(204);
    let after = sources(admin, a).await;
    assert!(!after.iter().any(|line| line.starts_with("Tag:X")), "one per group: {after:?}");
    assert_eq!(after.len(), 3, "{after:?}");
}

#[tokio::test]
async fn t_218_only_people_are_members_of_a_group() {
    let world = World::of_rows().await;
    let [admin, a] = world.people(["AA", "A"]);
    let outer = admin.account_group("Outer", &[]).await;
    let inner = admin.account_group("Inner", &[a]).await;
    let reference = json!({"@odata.id": format!("https://x.test/v1.0/directoryObjects/{inner}")});
    let answer = admin.post(&format!("groups/{outer}/members/$ref"), reference).await;
    assert_eq!(answer.status, 404, "groups are not nested: {}", answer.text);
}

#[tokio::test]
async fn t_219_joining_later_counts_at_once() {
    let world = World::of_rows().await;
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    make(admin, &["X"]).await;
    let group = admin.account_group("G1", &[]).await;
    assign(admin, "X", &group, None).await.expect(204);
    assert_eq!(sources(admin, a).await, ["Global global"]);
    admin.join_account_group(&group, a).await.expect(204);
    assert_eq!(sources(admin, a).await, ["Tag:X group 1", "Global global"]);
    assert_eq!(a.start(b).await.line(), "403 userFederationOff");
    admin.delete(&format!("groups/{group}/members/{}/$ref", a.id)).await.expect(204);
    a.start(b).await.expect(201);
}

#[tokio::test]
async fn t_220_sixty_four_groups() {
    let world = World::of_rows().await;
    let admin = world.person("AA");
    make(admin, &["X"]).await;
    for number in 1..=65 {
        let group = admin.account_group(&format!("G{number}"), &[]).await;
        let answer = assign(admin, "X", &group, None).await;
        assert_eq!(
            answer.status,
            if number <= 64 { 204 } else { 403 },
            "{number}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn t_223_and_t_224_deleted_policies_and_the_reset_of_global() {
    let world = World::of_rows().await;
    let [admin, a] = world.people(["AA", "A"]);
    make(admin, &["X", "Z"]).await;
    let group = admin.account_group("G1", &[a]).await;
    assign(admin, "X", &group, None).await.expect(204);
    give(admin, "Z", a).await.expect(204);
    admin.delete(&format!("{POLICIES}/Tag:Z")).await.expect(204);
    assert_eq!(sources(admin, a).await, ["Tag:X group 1", "Global global"]);
    admin.delete(&format!("{POLICIES}/X")).await.expect(204);
    assert_eq!(sources(admin, a).await, ["Global global"]);
    assert_eq!(admin.get(&format!("{POLICIES}/X")).await.status, 404);

    let global = format!("{POLICIES}/Global");
    let before = admin.get(&global).await.expect(200);
    admin.configure_everybody(json!({"enableFederationAccess": false})).await;
    assert_eq!(admin.get(&global).await.expect(200)["enableFederationAccess"], false);
    admin.delete(&global).await.expect(204);
    assert_eq!(admin.get(&global).await.expect(200), before);
}

#[tokio::test]
async fn t_227_t_228_and_t_229_many_at_once() {
    let world = World::of_rows().await;
    let [admin, a, a2] = world.people(["AA", "A", "A2"]);
    make(admin, &["X"]).await;
    let one = json!({"userId": a.id, "policyId": "X"});
    let many = |count: usize| json!({"value": vec![one.clone(); count]});
    assert_eq!(admin.post(ASSIGN_USERS, many(5_001)).await.status, 400);
    assert_eq!(sources(admin, a).await, ["Global global"]);
    let both =
        json!({"value": [assignment(&a.id, "X"), assignment(&a2.id, "X"), assignment(&a.id, "X")]});
    admin.post(ASSIGN_USERS, both).await.expect(204);
    for who in [a, a2] {
        assert_eq!(sources(admin, who).await, ["Tag:X direct", "Global global"]);
    }
    let trail = admin.trail().await;
    let assigned = trail.iter().filter(|entry| entry["kind"] == "PolicyAssigned");
    assert_eq!(assigned.count(), 2, "duplicates are removed first (A-113)");
    let none = json!({"value": [assignment(&a.id, ""), assignment(&a2.id, "")]});
    admin.post(ASSIGN_USERS, none).await.expect(204);
    for who in [a, a2] {
        assert_eq!(sources(admin, who).await, ["Global global"]);
    }
    // An answer without a body cannot say who was not found, so nobody is assigned anything.
    let unknown = "00000000-0000-7000-8000-000000000000";
    let value = json!({"value": [assignment(&a.id, "X"), assignment(unknown, "X")]});
    assert_eq!(admin.post(ASSIGN_USERS, value).await.status, 404);
    assert_eq!(sources(admin, a).await, ["Global global"]);
}

#[tokio::test]
async fn t_231_and_t_232_long_lists() {
    let world = World::of_rows().await;
    let admin = world.person("AA");
    let domains = |count: usize| (0..count).map(|n| format!("d{n}.test")).collect::<Vec<_>>();
    let people = |count: usize| (0..count).map(|n| format!("x{n}@d.test")).collect::<Vec<_>>();
    admin.configure(json!({"blockedDomains": domains(4_000)})).await;
    admin.configure(json!({"blockedUsers": people(200)})).await;
    let before = admin.get(CONFIGURATION).await.expect(200);
    for change in [
        json!({"blockedDomains": domains(4_001)}),
        json!({"blockedDomains": {"add": ["one.more.test"]}}),
        json!({"allowedDomains": {"mode": "allowList", "domains": domains(4_001)}}),
        json!({"allowedTrialTenantDomains": domains(4_001)}),
        json!({"blockedUsers": people(201)}),
        json!({"blockedUsers": {"add": ["one@more.test"]}}),
    ] {
        let answer = admin.patch(CONFIGURATION, change).await;
        assert!([400, 403].contains(&answer.status), "{}", answer.text);
    }
    assert_eq!(admin.get(CONFIGURATION).await.expect(200), before);
}

/// As the SDK writes them, a call for 5,000 people is longer than for others.
#[tokio::test]
async fn t_227_five_thousand_people_in_the_words_of_the_sdk() {
    let world = World::of_rows().await;
    let [admin, a] = world.people(["AA", "A"]);
    make(admin, &["External contact for the sales team"]).await;
    let mut one = assignment(&a.id, "External contact for the sales team");
    one["@odata.type"] = json!("#microsoft.graph.teamsAdministration.teamsPolicyUserAssignment");
    admin.post(ASSIGN_USERS, json!({"value": vec![one; 5_000]})).await.expect(204);
}
