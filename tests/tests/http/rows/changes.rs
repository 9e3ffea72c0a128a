//! Settings that change while a chat exists (6.6).

use serde_json::json;
use visavis_tests::world::{Person, World};

/// A group that these people are in, everybody having accepted.
async fn group(who: &Person, others: &[&Person]) -> String {
    let chat = who.group("Together", others).await.id();
    who.say(&chat, "Hello").await.expect(201);
    for other in others {
        if other.organisation != who.organisation {
            other.accept(&chat).await.expect(204);
        }
    }
    chat
}

#[tokio::test]
async fn t_140_and_t_141_contact_off_and_on_again() {
    let world = World::of_rows().await;
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    admin.configure(json!({"allowFederatedUsers": false})).await;
    assert_eq!(a.say(&chat, "x").await.line(), "403 orgFederationOff");
    assert_eq!(b.say(&chat, "x").await.line(), "404 notReachable");
    for who in [a, b] {
        assert_eq!(who.read(&chat).await, ["Hello"], "history stays readable");
    }
    admin.configure(json!({"allowFederatedUsers": true})).await;
    a.say(&chat, "y").await.expect(201);
    b.say(&chat, "z").await.expect(201);
    assert_eq!(b.request_of(&chat).await["state"], "accepted", "no new request");
}

#[tokio::test]
async fn t_142_personal_accounts_off() {
    let world = World::of_rows().await;
    let [admin, a, a2, p, q] = world.people(["AA", "A", "A2", "P", "Q"]);
    let pair = a.befriend(q).await;
    let three = group(a, &[a2, p]).await;
    admin.configure(json!({"allowTeamsConsumer": false})).await;
    assert_eq!(a.say(&pair, "x").await.line(), "403 orgConsumerOff");
    assert_eq!(q.say(&pair, "x").await.line(), "404 notReachable");
    a.say(&three, "without P").await.expect(201);
    assert!(!p.is_in(&three).await && a2.is_in(&three).await);
    assert_eq!(p.read(&three).await, ["Hello"]);
}

#[tokio::test]
async fn t_143_a_policy_takes_its_person_out() {
    let world = World::of_rows().await;
    let [admin, a, a2, p] = world.people(["AA", "A", "A2", "P"]);
    let chat = group(a2, &[a, p]).await;
    admin.give_policy("NoPersonal", json!({"enableTeamsConsumerAccess": false}), &[a]).await;
    let refused = a.say(&chat, "x").await;
    assert!([403, 404].contains(&refused.status), "{}", refused.text);
    a2.say(&chat, "on with P").await.expect(201);
    assert!(!a.is_in(&chat).await && p.is_in(&chat).await && a2.is_in(&chat).await);
}

#[tokio::test]
async fn t_144_the_initiators_side_blocks_a_domain() {
    let world = World::of_rows().await;
    let [admin, a, b, c] = world.people(["AA", "A", "B", "C"]);
    let chat = group(a, &[b, c]).await;
    admin.configure(json!({"blockedDomains": ["c.test"]})).await;
    assert!(c.say(&chat, "x").await.status >= 400);
    b.say(&chat, "y").await.expect(201);
    assert!(!c.is_in(&chat).await && a.is_in(&chat).await && b.is_in(&chat).await);
    assert_eq!(c.read(&chat).await, ["Hello"], "to the end and no further");
}

#[tokio::test]
async fn t_145_a_members_side_blocks_a_domain() {
    let world = World::of_rows().await;
    let [admin, a, b, c] = world.people(["AA", "A", "B", "C"]);
    let chat = group(b, &[a, c]).await;
    admin.configure(json!({"blockedDomains": ["c.test"]})).await;
    for who in [a, b, c] {
        who.say(&chat, "still here").await.expect(201);
    }
    for who in [a, b, c] {
        assert!(who.is_in(&chat).await, "{}", who.name);
    }
}

#[tokio::test]
async fn t_148_an_organisation_becomes_a_trial() {
    let world = World::of_rows().await;
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let chat = group(a, &[a2, b]).await;
    let pair = a.befriend(b).await;
    world.set_trust_class("b.test", "trial").await;
    assert!(b.say(&chat, "x").await.status >= 400);
    a.say(&chat, "y").await.expect(201);
    assert!(!b.is_in(&chat).await);
    assert_eq!(a.say(&pair, "x").await.line(), "403 trialBlocked");
}

#[tokio::test]
async fn t_149_and_t_150_the_block_list() {
    let world = World::of_rows().await;
    let [admin, a, a2, b] = world.people(["AA", "A", "A2", "B"]);
    let chat = group(a, &[a2, b]).await;
    admin.configure(json!({"blockedUsers": ["b@b.test"], "blockExternalUserAccess": true})).await;
    assert!(b.say(&chat, "x").await.status >= 400);
    a.say(&chat, "y").await.expect(201);
    assert!(!b.is_in(&chat).await);
    admin.configure(json!({"blockedUsers": {"remove": ["b@b.test"]}})).await;
    a.say(&chat, "z").await.expect(201);
    assert!(!b.is_in(&chat).await, "does not come back by itself");
    a.add(&chat, b, None).await.expect(201);
}

#[tokio::test]
async fn t_151_bilateral_chats_only() {
    let world = World::of_rows().await;
    let [admin, a, b, c] = world.people(["AA", "A", "B", "C"]);
    let chat = group(b, &[a, c]).await;
    let pair = group(b, &[a]).await;
    admin.give_policy("Bilateral", json!({"federatedBilateralChats": true}), &[a]).await;
    assert!(a.say(&chat, "x").await.status >= 400);
    b.say(&chat, "y").await.expect(201);
    assert!(!a.is_in(&chat).await && c.is_in(&chat).await);
    a.say(&pair, "two organisations are fine").await.expect(201);
}

#[tokio::test]
async fn t_154_what_a_removed_person_has() {
    let world = World::of_rows().await;
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let chat = group(a, &[a2, b]).await;
    let last = a.say(&chat, "last").await.id();
    a.remove(&chat, b).await.expect(204);
    let late = a.say(&chat, "later").await.id();
    assert_eq!(b.read(&chat).await, ["Hello", "last"]);
    assert_eq!(b.get(&format!("chats/{chat}/messages/{late}")).await.status, 404);
    assert_eq!(b.say(&chat, "x").await.line(), "403 notMember");
    let reaction = json!({"reactionType": "like"});
    let refused = b.post(&format!("chats/{chat}/messages/{last}/setReaction"), reaction).await;
    assert_eq!(refused.line(), "403 notMember");
    a.patch(&format!("chats/{chat}/messages/{last}"), json!({"body": {"content": "other"}}))
        .await
        .expect(204);
    assert_eq!(b.read(&chat).await, ["Hello"], "what is edited afterwards is hidden (U-47)");
}

#[tokio::test]
async fn t_156_t_157_and_t_158_remove_all_access() {
    let world = World::of_rows().await;
    let [admin, other, a, a2, b] = world.people(["AA", "BB", "A", "A2", "B"]);
    let chat = group(b, &[a, a2]).await;
    let body = json!({"user": {"id": a.id}});
    let path = format!("chats/{chat}/removeAllAccessForUser");
    let refused = other.post(&path, body.clone()).await;
    assert!([403, 404].contains(&refused.status), "own people only: {}", refused.text);
    assert!(a.is_in(&chat).await);
    assert_eq!(a2.post(&path, body.clone()).await.status, 403, "no administrator");
    admin.post(&path, body.clone()).await.expect(204);
    admin.post(&path, body).await.expect(204);
    assert!(!a.lists(&chat).await);
    assert_eq!(a.get(&format!("chats/{chat}")).await.status, 404, "all access ends");
    assert_eq!(a.get(&format!("chats/{chat}/messages")).await.status, 404);
    assert!(a2.is_in(&chat).await);
    let again = b.start(a).await;
    assert_eq!(again.json()["contactRequest"]["state"], "pending", "{}", again.text);
}
