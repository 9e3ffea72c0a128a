//! What administrators can find out before and after they change something: simulations,
//! explanations, activity, and what one person did.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::external_access::{ACTIVITY, EXPLAIN, POLICIES, SIMULATE, TRAIL};
use visavis_tests::world::World;

#[tokio::test]
async fn t_234_a_change_is_simulated_before_it_is_made() {
    let world = World::start();
    let [aa, a, p, q] = world.people(["AA", "A", "P", "Q"]);
    a.befriend(p).await;
    a.start(q).await.expect(201);
    let asked = json!({"configuration": {"allowTeamsConsumer": false}});
    let mut found = aa.post(SIMULATE, asked).await.expect(200);
    found.as_object_mut().expect("an object").remove("@odata.context");
    assert!(found["people"].as_u64().is_some_and(|people| people > 1), "{found}");
    let none = json!({"oneOnOneChats": 0, "groupChats": 0, "requests": 0, "people": 0,
        "outsiders": 0});
    let loses = json!({"oneOnOneChats": 2, "groupChats": 0, "requests": 1, "people": 1,
        "outsiders": 2});
    assert_eq!(
        (&found["isComplete"], &found["loses"], &found["gains"]),
        (&json!(true), &loses, &none)
    );
    aa.give_policy("Closed", json!({"enableTeamsConsumerAccess": false}), &[]).await;
    for body in [
        json!({"assignment": {"userId": a.id, "policyId": "Tag:Closed"}}),
        json!({"policy": {"identity": "Global", "enableTeamsConsumerAccess": false}}),
    ] {
        assert_eq!(aa.post(SIMULATE, body).await.expect(200)["loses"], loses);
    }
    let kept = json!({"oneOnOneChats": 0, "groupChats": 0, "people": 0, "outsiders": 0});
    assert_eq!(found["removals"], kept);
    let removal = aa.post(SIMULATE, json!({"removedPolicy": "Closed"})).await.expect(200);
    assert_eq!((&removal["people"], &removal["loses"]), (&json!(0), &none));
    let group = aa.account_group("G", &[a]).await;
    let body = json!({"assignment": {"groupId": group, "policyId": "Closed", "rank": 1}});
    assert_eq!(aa.post(SIMULATE, body).await.expect(200)["loses"], loses);
    // Nothing was changed by all that.
    assert_eq!(aa.get(POLICIES).await.entries()[1]["assignments"], json!([]));
    assert_eq!(a.resolve("p@mail.test").await["result"], "found");
}

#[tokio::test]
async fn bad_proposals_are_refused_in_the_words_of_the_change() {
    let world = World::start();
    let aa = world.person("AA");
    for (body, target) in [
        (json!({}), "body"),
        (json!({"configuration": {}, "removedPolicy": "X"}), "body"),
        (json!({"configuration": {"blockedDomains": ["no domain"]}}), "blockedDomains"),
        (json!({"policy": {}}), "policy/identity"),
        (json!({"removedPolicy": "Tag:"}), "removedPolicy"),
        (json!({"assignment": {}}), "assignment"),
        (json!({"assignment": {"groupId": "x"}}), "assignment/groupId"),
        (json!({"assignment": {"userId": "x"}}), "assignment/userId"),
    ] {
        let answer = aa.post(SIMULATE, body.clone()).await;
        assert_eq!(answer.expect(400)["error"]["target"], target, "{body}");
    }
    assert_eq!(aa.post(SIMULATE, json!({"removedPolicy": "None"})).await.status, 404);
}

#[tokio::test]
async fn a_150_contact_is_explained_with_the_deciding_rule() {
    let world = World::start();
    let [aa, a, b] = world.people(["AA", "A", "B"]);
    let ask =
        json!({"action": "start", "actor": {"userId": a.id}, "target": {"email": "p@mail.test"}});
    let seen = aa.post(EXPLAIN, ask.clone()).await.expect(200);
    assert_eq!(
        (&seen["verdict"], &seen["other"], &seen["deciding"], &seen["policyId"]),
        (&json!("gate"), &json!("allows"), &Value::Null, &json!("Global"))
    );
    aa.configure(json!({"allowTeamsConsumer": false})).await;
    let seen = aa.post(EXPLAIN, ask).await.expect(200);
    assert_eq!((&seen["verdict"], &seen["other"]), (&json!("deny"), &json!("unknown")));
    let deciding = json!({"ruleId": "A-07", "code": "orgConsumerOff",
        "setting": "allowTeamsConsumer", "value": false});
    assert_eq!(seen["deciding"], deciding);
    let steps = seen["own"].as_array().expect("steps");
    let refusing: Vec<_> = steps.iter().filter(|step| step["isRefused"] == true).collect();
    assert_eq!(refusing.len(), 1);
    assert_eq!(refusing[0]["ruleId"], "A-07");
    // From outside, and an address that nobody has is no other answer than one who may not.
    let inbound = json!({"actor": {"email": "p@mail.test"}, "target": {"userId": a.id}});
    let inbound = aa.post(EXPLAIN, inbound).await.expect(200);
    assert_eq!((&inbound["isInbound"], &inbound["verdict"]), (&json!(true), &json!("deny")));
    world.person("BB").give_policy("No", json!({"enableFederationAccess": false}), &[b]).await;
    let mut answers = Vec::new();
    for email in ["b@b.test", "nobody@b.test"] {
        let ask = json!({"actor": {"userId": a.id}, "target": {"email": email}});
        answers.push(aa.post(EXPLAIN, ask).await.expect(200));
    }
    assert_eq!(answers[0], answers[1]);
    for (body, target) in [
        (json!({"target": {"userId": a.id}}), "actor"),
        (json!({"actor": {"userId": a.id}, "target": {}}), "target"),
        (
            json!({"actor": {"userId": a.id, "email": "a@a.test"}, "target": {"userId": b.id}}),
            "actor",
        ),
        (
            json!({"action": "send", "actor": {"userId": a.id}, "target": {"userId": b.id}}),
            "action",
        ),
        (json!({"actor": {"email": "x"}, "target": {"userId": b.id}}), "actor/email"),
        (json!({"actor": {"userId": b.id}, "target": {"email": "p@mail.test"}}), "actor"),
    ] {
        let answer = aa.post(EXPLAIN, body.clone()).await;
        assert_eq!(answer.expect(400)["error"]["target"], target, "{body}");
    }
}

#[tokio::test]
async fn p_60_activity_is_reported_by_day_and_partner() {
    let world = World::start();
    let [aa, a, b, p] = world.people(["AA", "A", "B", "P"]);
    let chat = a.befriend(b).await;
    a.say(&chat, "one").await.expect(201);
    b.say(&chat, "two").await.expect(201);
    let asked = p.start(a).await.id();
    p.say(&asked, "hello").await.expect(201);
    let seen = aa.get(ACTIVITY).await.expect(200);
    assert_eq!(seen["isComplete"], true);
    let days = seen["days"].as_array().expect("days");
    assert_eq!(days.len(), 11, "ten days and today");
    let partners = seen["partners"].as_array().expect("partners");
    let domains: Vec<_> = partners.iter().map(|partner| &partner["domain"]).collect();
    assert_eq!(domains, [&json!("b.test"), &Value::Null]);
    let personal = json!({"domain": null, "people": 0, "outsiders": 1, "messagesSent": 0,
        "messagesReceived": 1, "oneOnOneChatsFromOutside": 1, "groupChatsFromOutside": 0,
        "chatsStarted": 0});
    assert_eq!(partners[1], personal);
    for filter in [
        "activityDateTime ge 2020-01-01T00:00:00Z",
        "activityDateTime lt 2030-01-01T00:00:00Z",
        "kind eq 'MessageSent'",
    ] {
        let path = format!("{ACTIVITY}?$filter={}", filter.replace(' ', "%20"));
        assert_eq!(aa.get(&path).await.status, 400, "{filter}");
    }
}

#[tokio::test]
async fn the_trail_is_narrowed_to_what_one_person_did() {
    let world = World::start();
    let [aa, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    b.say(&chat, "from B").await.expect(201);
    let path =
        format!("{TRAIL}?$filter=actorId%20eq%20'{}'%20and%20kind%20eq%20'MessageSent'", b.id);
    let entries = aa.get(&path).await.entries();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actorId"], json!(b.id));
    let bad = format!("{TRAIL}?$filter=actorId%20eq%20'x'");
    assert_eq!(aa.get(&bad).await.status, 400);
}

#[tokio::test]
async fn the_trail_is_narrowed_to_one_chat_and_tells_nothing_of_the_chats_of_others() {
    let world = World::start();
    let [aa, a, a2, b, b2, c] = world.people(["AA", "A", "A2", "B", "B2", "C"]);
    let (chat, _other) = (a.befriend(b).await, a2.befriend(b).await);
    b.say(&chat, "from B").await.expect(201);
    let foreign = b2.befriend(c).await;
    let of = |chat: &str, rest: &str| {
        format!("{TRAIL}?$filter=chatId eq '{chat}'{rest}").replace(' ', "%20")
    };
    let entries = aa.get(&of(&chat, "")).await.entries();
    assert!(
        entries.len() > 2 && entries.iter().all(|entry| entry["chatId"] == *chat),
        "{entries:?}"
    );
    let by_b = aa.get(&of(&chat, &format!(" and actorId eq '{}'", b.id))).await.entries();
    assert!(!by_b.is_empty() && by_b.iter().all(|entry| entry["actorId"] == json!(b.id)));
    assert!(by_b.len() < entries.len());
    let absent = "19:0000000000000000000000000000000000000000@thread.v2";
    for nobodys in [&foreign, absent] {
        assert_eq!(aa.get(&of(nobodys, "")).await.entries(), Vec::<Value>::new());
    }
    assert_eq!(aa.get(&of("x", "")).await.status, 400);
}

/// Whoever takes part, from inside or outside, as the entries of one's own trail name them (P10).
#[tokio::test]
async fn p10_the_trail_is_narrowed_to_who_took_part_as_it_names_them_itself() {
    let world = World::start();
    let [aa, bb, a, a2, b, p] = world.people(["AA", "BB", "A", "A2", "B", "P"]);
    let with_b = a.befriend(b).await;
    let with_p = a.befriend(p).await;
    let other = a2.befriend(b).await;
    a.say(&with_p, "Hello again").await.expect(201);
    let list = async |who: &Client, id: &str, more: &str, top: usize| {
        let filter = format!("participants/members/any(m: m/id eq '{id}'){more}");
        who.all(&format!("{TRAIL}?$top={top}&$filter={filter}")).await
    };
    for (admin, person) in [(aa, p), (aa, a), (aa, b), (bb, a), (bb, a2), (bb, p), (bb, aa)] {
        let mut expected = admin.trail().await;
        expected.retain(|entry| {
            let members = entry["participants"]["members"].as_array();
            members.is_some_and(|members| members.iter().any(|one| one["id"] == person.id))
        });
        assert_eq!(list(admin, &person.id, "", 999).await, expected);
        assert_eq!(list(admin, &person.id, "", 2).await, expected, "page by page");
    }
    let chats = async |admin: &Client, id: &str, more: &str| {
        let found = list(admin, id, more, 999).await;
        let chats = found.iter().map(|entry| entry["chatId"].as_str().expect("a chat").to_owned());
        chats.collect::<BTreeSet<_>>()
    };
    let of = |chats: &[&String]| chats.iter().map(|chat| (*chat).clone()).collect::<BTreeSet<_>>();
    assert_eq!(chats(aa, &p.id, "").await, of(&[&with_p]));
    assert_eq!(chats(aa, &b.id, "").await, of(&[&with_b, &other]));
    assert_eq!(chats(aa, &a.id, &format!(" and actorId eq {}", b.id)).await, of(&[&with_b]));
    assert_eq!(chats(aa, &b.id, &format!(" and chatId eq '{other}'")).await, of(&[&other]));
    assert_eq!(list(aa, &p.id, " and kind eq 'MessageSent'", 999).await.len(), 2);
    assert!(list(aa, &p.id, " and activityDateTime lt 2020-01-01T00:00:00Z", 999).await.is_empty());
    // Nobody of this side met them, who are there, and nobody is called so: one and the same.
    assert_eq!(chats(bb, &a.id, "").await, of(&[&with_b]));
    for id in [&*p.id, "00000000-0000-7000-8000-000000000001"] {
        assert!(list(bb, id, "", 999).await.is_empty());
    }
    let both = format!(" and participants/members/any(m: m/id eq '{}')", a.id);
    let filter = format!("participants/members/any(m: m/id eq '{}'){both}", p.id);
    let refused = aa.get(&format!("{TRAIL}?$filter={filter}")).await;
    assert_eq!(refused.line(), "400 invalid");
    assert!(refused.text.contains("one participant"), "{}", refused.text);
    let alone = both.trim_start_matches(" and ");
    assert_eq!(a.get(&format!("{TRAIL}?$filter={alone}")).await.line(), "403 noPermission");
}
