//! Adding to groups, and membership (6.7).

use serde_json::{Value, json};
use visavis_tests::chat::{ALL_HISTORY, member};
use visavis_tests::world::{Person, World};

use crate::rows::verdict;

/// Whether somebody is asked to join the group.
async fn is_asked(who: &Person, chat: &str) -> bool {
    let seen = who.get(&format!("chats/{chat}")).await;
    seen.status == 200 && seen.json()["contactRequest"]["state"] == "pending"
}

#[tokio::test]
async fn t_170_a_pair_stays_a_pair() {
    let world = World::of_rows().await;
    let [a, b, p] = world.people(["A", "B", "P"]);
    let pair = a.befriend(b).await;
    assert_eq!(a.add(&pair, p, None).await.status, 400);
    let chat = a.group("Three", &[b, p]).await.id();
    assert_ne!(chat, pair);
    assert_eq!(a.read(&chat).await, [""; 0]);
    assert_eq!(a.read(&pair).await, ["Hello"]);
    assert_eq!(a.get(&format!("chats/{pair}/members")).await.entries().len(), 2);
}

#[tokio::test]
async fn t_171_and_t_172_history_as_the_adder_chose() {
    let world = World::of_rows().await;
    let [a, a2, b, b2, c] = world.people(["A", "A2", "B", "B2", "C"]);
    let chat = a.group("Team", &[a2]).await.id();
    a.say(&chat, "one").await.expect(201);
    let two = a.say(&chat, "two").await.expect(201);
    let since = two["createdDateTime"].as_str().expect("a time");
    for (who, history, expected) in [
        (b, None, vec!["three"]),
        (b2, Some(since), vec!["two", "three"]),
        (c, Some(ALL_HISTORY), vec!["one", "two", "three"]),
    ] {
        let added = a.add(&chat, who, history).await;
        added.expect(201);
        let location = added.header("location").to_owned();
        assert!(location.contains("/members/"), "{location}");
        assert_eq!(a.get(&location).await.expect(200)["userId"], who.id.as_str());
        assert!(is_asked(who, &chat).await, "{}", who.name);
        assert_eq!(who.get(&format!("chats/{chat}/messages")).await.status, 404);
        if who.id == c.id {
            a.say(&chat, "three").await.expect(201);
        }
        drop(expected);
    }
    for (who, expected) in
        [(b, vec!["three"]), (b2, vec!["two", "three"]), (c, vec!["one", "two", "three"])]
    {
        who.accept(&chat).await.expect(204);
        assert_eq!(who.read(&chat).await, expected, "{}", who.name);
    }
}

#[tokio::test]
async fn t_173_and_t_174_a_personal_member_adds() {
    let world = World::of_rows().await;
    let [admin, a, a2, a3, p] = world.people(["AA", "A", "A2", "A3", "P"]);
    let chat = a.group("Team", &[p]).await.id();
    p.accept(&chat).await.expect(204);
    p.add(&chat, a3, None).await.expect(201);
    assert!(is_asked(a3, &chat).await);
    admin.configure(json!({"allowTeamsConsumerInbound": false})).await;
    assert_eq!(verdict(&p.add(&chat, a2, None).await), "404 notReachable");
}

#[tokio::test]
async fn t_175_inbound_off_does_not_stop_adding_outwards() {
    let world = World::of_rows().await;
    let [admin, a, a2, p] = world.people(["AA", "A", "A2", "P"]);
    let chat = a.group("Team", &[a2]).await.id();
    admin.configure(json!({"allowTeamsConsumerInbound": false})).await;
    a.add(&chat, p, None).await.expect(201);
    assert!(is_asked(p, &chat).await);
}

#[tokio::test]
async fn t_177_and_t_179_people_without_external_access_in_external_groups() {
    for is_restricted in [false, true] {
        let world = World::of_rows().await;
        let [admin, a, a2, b] = world.people(["AA", "A", "A2", "B"]);
        let chat = a2.group("Team", &[b]).await.id();
        b.accept(&chat).await.expect(204);
        admin.give_policy("Inside", json!({"enableFederationAccess": false}), &[a]).await;
        if is_restricted {
            let name = "enableExternalAccessRestrictionsForChatParticipants";
            admin.configure(json!({name: true})).await;
        }
        let expected = if is_restricted { "403 groupFederationRestricted G-10" } else { "201" };
        assert_eq!(verdict(&a2.add(&chat, a, None).await), expected);
    }
}

#[tokio::test]
async fn t_180_the_restriction_removes_them() {
    let world = World::of_rows().await;
    let [admin, a, a2, b] = world.people(["AA", "A", "A2", "B"]);
    let chat = a2.group("Team", &[a, b]).await.id();
    b.accept(&chat).await.expect(204);
    let name = "enableExternalAccessRestrictionsForChatParticipants";
    admin.configure(json!({name: true})).await;
    assert!(a.is_in(&chat).await);
    admin.give_policy("Inside", json!({"enableFederationAccess": false}), &[a]).await;
    a2.say(&chat, "x").await.expect(201);
    assert!(!a.is_in(&chat).await && b.is_in(&chat).await);
}

#[tokio::test]
async fn t_181_and_t_182_the_pairwise_rule() {
    for is_pairwise in [false, true] {
        let world = World::of_rows().await;
        let [admin, a, b, c] = world.people(["AA", "A", "B", "C"]);
        let list = json!({"mode": "allowList", "domains": ["b.test"]});
        admin.configure(json!({"allowedDomains": list})).await;
        if is_pairwise {
            admin.configure(json!({"enableMutualFederationForChatParticipants": true})).await;
        }
        let chat = b.group("Team", &[c]).await.id();
        let expected = if is_pairwise { "404 notReachable" } else { "201" };
        assert_eq!(verdict(&b.add(&chat, a, None).await), expected);
    }
}

#[tokio::test]
async fn t_182_by_default_the_pairwise_rule_holds() {
    let world = World::start();
    let [admin, a, b, c] = world.people(["AA", "A", "B", "C"]);
    admin.configure(json!({"allowedDomains": {"mode": "allowList", "domains": ["b.test"]}})).await;
    let chat = b.group("Team", &[c]).await.id();
    assert_eq!(verdict(&b.add(&chat, a, None).await), "404 notReachable");
    let a_first = a.group("Mine", &[b]).await.id();
    b.accept(&a_first).await.expect(204);
    assert_eq!(verdict(&b.add(&a_first, c, None).await), "404 notReachable");
}

#[tokio::test]
async fn t_185_and_t_186_who_may_add_a_personal_account() {
    let world = World::of_rows().await;
    let [a, a2, p] = world.people(["A", "A2", "P"]);
    let chat = a.group("Team", &[a2]).await.id();
    let path = "me/settings/externalChat";
    p.patch(path, json!({"whoCanAddMeToGroups": "contacts"})).await.expect(200);
    assert_eq!(verdict(&a.add(&chat, p, None).await), "404 notReachable");
    assert_eq!(verdict(&a.group("New", &[p]).await), "404 notReachable");
    p.patch(path, json!({"whoCanAddMeToGroups": "everyone"})).await.expect(200);
    a.add(&chat, p, None).await.expect(201);
    assert!(is_asked(p, &chat).await);
}

#[tokio::test]
async fn t_187_and_t_188_a_group_has_250_and_a_call_adds_200() {
    let world = World::of_rows().await;
    let [a, a2] = world.people(["A", "A2"]);
    let crowd = world.crowd("a.test", 250).await;
    let chat = a.group("Crowd", &[a2]).await.id();
    let add = async |ids: &[String]| {
        let values: Vec<Value> = ids.iter().map(|id| member(id)).collect();
        a.post(&format!("chats/{chat}/members/add"), json!({"values": values})).await
    };
    assert_eq!(add(&crowd[..201]).await.line(), "403 groupFull");
    assert_eq!(a.get(&format!("chats/{chat}/members")).await.entries().len(), 2);
    add(&crowd[..200]).await.expect(200);
    add(&crowd[200..248]).await.expect(200);
    assert_eq!(add(&crowd[248..249]).await.line(), "403 groupFull");
    assert_eq!(a.all(&format!("chats/{chat}/members")).await.len(), 250);
    a2.say(&chat, "Room for nobody").await.expect(201);
}

#[tokio::test]
async fn t_189_the_same_person_twice() {
    let world = World::of_rows().await;
    let [a, a2, b, p] = world.people(["A", "A2", "B", "P"]);
    let chat = a.group("Team", &[a2]).await.id();
    for (one, other) in
        [(&b.mail, &b.id), (&b.mail, &"B@B.test".to_owned()), (&p.mail, &"+4930901820".to_owned())]
    {
        let body = json!({"values": [member(one), member(other)]});
        let answer = a.post(&format!("chats/{chat}/members/add"), body).await;
        assert_eq!(answer.line(), "400 duplicateMember", "{one} {other}");
        let members = [member(&a.id), member(one), member(other)];
        let body = json!({"chatType": "group", "members": members});
        assert_eq!(a.post("chats", body).await.line(), "400 duplicateMember", "{one} {other}");
    }
    assert_eq!(a.add(&chat, a2, None).await.line(), "400 duplicateMember", "a member already");
    assert_eq!(a.get(&format!("chats/{chat}/members")).await.entries().len(), 2);
}

#[tokio::test]
async fn t_191_a_blocked_person_is_not_added() {
    let world = World::of_rows().await;
    let [admin, a, a2, b, p] = world.people(["AA", "A", "A2", "B", "P"]);
    let chat = a.group("Team", &[a2, b]).await.id();
    b.accept(&chat).await.expect(204);
    let list = json!({"blockedUsers": [p.mail], "blockExternalUserAccess": true});
    admin.configure(list).await;
    assert_eq!(verdict(&a2.add(&chat, p, None).await), "403 orgBlockedUser A-60");
    // B may see no more than that they cannot be together here.
    assert_eq!(verdict(&b.add(&chat, p, None).await), "404 notReachable");
}

#[tokio::test]
async fn t_192_a_personal_block_does_not_rule_a_group() {
    let world = World::of_rows().await;
    let [a, a2, p] = world.people(["A", "A2", "P"]);
    p.post("me/externalContacts/blocked", json!({"email": a.mail})).await.expect(201);
    let chat = a2.group("Team", &[a]).await.id();
    a2.add(&chat, p, None).await.expect(201);
    p.accept(&chat).await.expect(204);
    a.say(&chat, "Hello").await.expect(201);
    assert!(a.is_in(&chat).await && p.is_in(&chat).await);
}

#[tokio::test]
async fn t_193_and_t_196_removal_with_a_line() {
    let world = World::of_rows().await;
    let [a, b, p] = world.people(["A", "B", "P"]);
    let chat = a.group("Team", &[b, p]).await.id();
    for who in [b, p] {
        who.accept(&chat).await.expect(204);
    }
    for who in [b, p] {
        a.remove(&chat, who).await.expect(204);
        a.say(&chat, "without you").await.expect(201);
        assert_eq!(who.read(&chat).await.len(), usize::from(who.id == p.id));
    }
    let prefer = a
        .request(reqwest::Method::GET, &format!("chats/{chat}/messages"))
        .header("Prefer", "include-unknown-enum-members");
    let lines = a.send(prefer).await.entries();
    let removed = lines.iter().filter(|line| {
        line["messageType"] == "systemEventMessage"
            && line["eventDetail"]["@odata.type"]
                == "#microsoft.graph.membersDeletedEventMessageDetail"
    });
    assert_eq!(removed.count(), 2);
}

#[tokio::test]
async fn t_197_who_removes_whom_in_a_group_of_a_personal_account() {
    let world = World::of_rows().await;
    let [p, a, a2, b] = world.people(["P", "A", "A2", "B"]);
    let chat = p.group("Mine", &[a, a2, b]).await.id();
    for who in [a, a2, b] {
        who.accept(&chat).await.expect(204);
    }
    assert_eq!(a.remove(&chat, b).await.line(), "403 noPermission");
    assert_eq!(a.remove(&chat, p).await.line(), "403 noPermission");
    a.remove(&chat, a2).await.expect(204);
    p.remove(&chat, a).await.expect(204);
    assert!(b.is_in(&chat).await);
}

#[tokio::test]
async fn t_198_who_left_is_asked_again() {
    let world = World::of_rows().await;
    let [a, b] = world.people(["A", "B"]);
    let chat = a.group("Team", &[b]).await.id();
    b.accept(&chat).await.expect(204);
    a.say(&chat, "one").await.expect(201);
    b.act(&chat, "leave").await.expect(204);
    a.say(&chat, "two").await.expect(201);
    assert_eq!(b.read(&chat).await, ["one"]);
    a.add(&chat, b, None).await.expect(201);
    assert!(is_asked(b, &chat).await);
    b.accept(&chat).await.expect(204);
    a.say(&chat, "three").await.expect(201);
    assert_eq!(b.read(&chat).await, ["three"], "the history was chosen anew");
}

#[tokio::test]
async fn t_199_and_t_200_above_twenty_there_are_no_live_signals() {
    let world = World::of_rows().await;
    let [a, a2] = world.people(["A", "A2"]);
    let crowd = world.crowd("a.test", 19).await;
    let chat = a.group("Twenty", &[a2]).await.id();
    let path = format!("chats/{chat}/members");
    for id in &crowd[..18] {
        a.post(&path, member(id)).await.expect(201);
    }
    a.say(&chat, "Hello").await.expect(201);
    a2.act(&chat, "markChatReadForUser").await.expect(204);
    let shows_read = async || {
        let members = a.get(&path).await.entries();
        members.iter().any(|one| {
            one["userId"] == a2.id.as_str() && one["lastMessageReadDateTime"].is_string()
        })
    };
    assert!(shows_read().await);
    a2.act(&chat, "typing").await.expect(204);
    a.post(&path, member(&crowd[18])).await.expect(201);
    assert!(!shows_read().await);
    assert_eq!(a2.act(&chat, "typing").await.line(), "403 featureOff");
    a.delete(&format!("{path}/{}", crowd[18])).await.expect(204);
    assert!(shows_read().await);
    a2.act(&chat, "typing").await.expect(204);
}

#[tokio::test]
async fn t_201_nobody_is_asked_twice() {
    let world = World::of_rows().await;
    let [a, a2, p] = world.people(["A", "A2", "P"]);
    let chat = a.group("Team", &[a2, p]).await.id();
    let before = p.request_of(&chat).await;
    a.add(&chat, p, None).await.expect(201);
    a2.add(&chat, p, Some(ALL_HISTORY)).await.expect(201);
    assert_eq!(p.request_of(&chat).await, before);
    let pending = p.all("me/chats?$filter=contactRequest/state eq 'pending'").await;
    assert_eq!(pending.iter().filter(|entry| entry["id"] == chat.as_str()).count(), 1);
}

#[tokio::test]
async fn t_202_the_last_one_stays() {
    let world = World::of_rows().await;
    let [a, b] = world.people(["A", "B"]);
    let chat = a.group("Team", &[b]).await.id();
    b.accept(&chat).await.expect(204);
    a.remove(&chat, b).await.expect(204);
    a.say(&chat, "alone").await.expect(201);
    assert_eq!(a.get(&format!("chats/{chat}/members")).await.entries().len(), 1);
    assert_eq!(a.read(&chat).await, ["alone"]);
}
