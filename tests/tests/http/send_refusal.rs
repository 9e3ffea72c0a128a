//! What a chat says of whether one may write is what sending says, no more and no less.

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::world::{Person, World};

/// Looks until the eviction that a change of terms brings about is not between two looks.
const LOOKS_MAX: usize = 200;

/// Why somebody cannot write in a chat, as the chat says it; null when they can.
async fn shown(who: &Client, chat: &str) -> Value {
    who.get(&format!("chats/{chat}")).await.expect(200)["sendRefusal"].clone()
}

/// The same as the error of a message says it.
async fn told(who: &Client, chat: &str) -> Value {
    let answer = who.say(chat, "May I?").await;
    if answer.status == 201 {
        return Value::Null;
    }
    let error = &answer.json()["error"];
    let mut told = json!({"code": error["innerError"]["code"], "message": error["message"]});
    for name in ["ruleId", "side", "setting"] {
        if !error["innerError"][name].is_null() {
            told[name] = error["innerError"][name].clone();
        }
    }
    told
}

/// What both say, which must be the same; in the list, too.
#[track_caller]
fn assert_said(who: &Person, act: &str, [shown, listed, told]: [&Value; 3]) {
    assert_eq!(shown, told, "{} after {act}", who.name);
    assert_eq!(listed, told, "{} after {act}, in the list", who.name);
}

async fn said(who: &Person, chat: &str, act: &str) -> String {
    for _ in 0..LOOKS_MAX {
        let before = shown(who, chat).await;
        let chats = who.all("me/chats").await;
        let listed = chats.iter().find(|entry| entry["id"] == chat);
        let listed = listed.map_or(Value::Null, |entry| entry["sendRefusal"].clone());
        let told = told(who, chat).await;
        if before == shown(who, chat).await {
            assert_said(who, act, [&before, &listed, &told]);
            return told["code"].as_str().unwrap_or("may").to_owned();
        }
    }
    panic!("{} after {act}: no two looks are the same", who.name);
}

#[tokio::test]
async fn p3_p4_a_chat_of_two_says_what_sending_says() {
    let world = World::of_rows().await;
    let [aa, bb, a, b] = world.people(["AA", "BB", "A", "B"]);
    let chat = a.befriend(b).await;
    let both = async |act: &str| [said(a, &chat, act).await, said(b, &chat, act).await];
    assert_eq!(both("a start").await, ["may", "may"]);

    aa.configure(json!({"allowFederatedUsers": false})).await;
    assert_eq!(both("switching off").await, ["orgFederationOff", "notReachable"]);
    aa.configure(json!({"allowFederatedUsers": true})).await;
    assert_eq!(both("switching on").await, ["may", "may"]);

    bb.configure(json!({"blockedDomains": ["a.test"]})).await;
    assert_eq!(both("blocking a domain").await, ["notReachable", "domainBlocked"]);
    bb.configure(json!({"blockedDomains": []})).await;

    bb.give_policy("Closed", json!({"enableFederationAccess": false}), &[b]).await;
    assert_eq!(both("a policy").await, ["notReachable", "userFederationOff"]);
    aa.configure(json!({"allowFederatedUsers": false})).await;
    assert_eq!(both("both sides").await, ["orgFederationOff", "userFederationOff"]);
    aa.configure(json!({"allowFederatedUsers": true})).await;
    bb.configure_everybody(json!({})).await;
    let none = json!({"value": [visavis_tests::external_access::assignment(&b.id, "")]});
    bb.post(visavis_tests::external_access::ASSIGN_USERS, none).await.expect(204);
    assert_eq!(both("taking it away").await, ["may", "may"]);

    b.block(a).await.expect(201);
    assert_eq!(both("a block").await, ["notReachable", "personBlocked"]);
    b.unblock(a).await.expect(204);
    assert_eq!(both("unblocking").await, ["may", "may"]);

    // The block list takes the outsider out, and taking them off it brings nobody back.
    let listed = json!({"blockedUsers": [b.mail], "blockExternalUserAccess": true});
    aa.configure(listed).await;
    assert_eq!(said(a, &chat, "the block list").await, "orgBlockedUser");
    let code = said(b, &chat, "the block list").await;
    assert!(["notReachable", "notMember"].contains(&code.as_str()), "{code}");
    aa.configure(json!({"blockExternalUserAccess": false})).await;
    said(a, &chat, "taking them off").await;
    said(b, &chat, "taking them off").await;
}

#[tokio::test]
async fn p3_p4_personal_accounts_groups_and_colleagues_too() {
    let world = World::of_rows().await;
    let [aa, a, a2, b, p] = world.people(["AA", "A", "A2", "B", "P"]);
    let chat = a.befriend(p).await;
    assert_eq!(said(p, &chat, "a start").await, "may");
    aa.configure(json!({"allowTeamsConsumer": false})).await;
    assert_eq!(said(a, &chat, "switching off").await, "orgConsumerOff");
    assert_eq!(said(p, &chat, "switching off").await, "notReachable");

    let inside = a.start(a2).await.id();
    assert_eq!(said(a, &inside, "a start").await, "may");

    a.befriend(b).await;
    let group = a.group("Plans", &[b, a2]).await.id();
    b.accept(&group).await;
    assert_eq!(said(b, &group, "a start").await, "may");
    a2.act(&group, "leave").await.expect(204);
    assert_eq!(said(a2, &group, "leaving").await, "notMember");
    aa.configure(json!({"allowFederatedUsers": false})).await;
    assert_eq!(said(a, &group, "switching off").await, "may", "who began it stays");
    let code = said(b, &group, "switching off").await;
    assert!(["notReachable", "notMember"].contains(&code.as_str()), "{code}");
}

#[tokio::test]
async fn p5_before_an_answer_a_block_and_a_refusal_look_like_waiting() {
    let world = World::of_rows().await;
    let [bb, a, b, b2, s] = world.people(["BB", "A", "B", "B2", "S"]);
    let mut chats = Vec::new();
    for person in [b, b2, s] {
        chats.push(a.start(person).await.id());
    }
    assert_eq!(said(b, &chats[0], "being asked").await, "requestPending");
    b2.decline(&chats[1]).await.expect(204);
    s.block_request(&chats[2]).await.expect(204);
    for (chat, act) in chats.iter().zip(["asking", "a refusal", "a block"]) {
        assert_eq!(said(a, chat, act).await, "may", "{act}");
    }
    // What the other organisation does is told by sending, and so here: to all of them alike.
    bb.configure(json!({"allowFederatedUsers": false})).await;
    for (chat, act) in chats.iter().zip(["asking", "a refusal", "a block"]) {
        assert_eq!(said(a, chat, act).await, "notReachable", "{act}");
    }
    assert_eq!(said(b, &chats[0], "switching off").await, "orgFederationOff");
    bb.configure(json!({"allowFederatedUsers": true})).await;
    for chat in &chats {
        while a.say(chat, "Hello?").await.status == 201 {}
        assert_eq!(said(a, chat, "ten messages").await, "pendingCap");
    }
}

#[tokio::test]
async fn a_chat_by_itself_has_what_the_list_has_of_it() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    for number in 0..3 {
        b.say(&chat, &format!("{number}")).await.expect(201);
    }
    let expand = "$expand=lastMessagePreview,members";
    let listed = a.get(&format!("me/chats?{expand}")).await.entries();
    let mut fetched = a.get(&format!("chats/{chat}?{expand}")).await.expect(200);
    fetched.as_object_mut().expect("a chat").remove("@odata.context");
    assert_eq!(listed, [fetched.clone()]);
    assert_eq!(fetched["viewpoint"]["unreadCount"], 3);
    assert_eq!(fetched["lastMessagePreview"]["body"]["content"], "2");
    assert_eq!(fetched["members"].as_array().map(Vec::len), Some(2));

    let user = json!({"user": {"id": a.id}});
    a.post(&format!("chats/{chat}/markChatReadForUser"), user).await.expect(204);
    let plain = a.get(&format!("chats/{chat}")).await.expect(200);
    assert_eq!(plain["viewpoint"]["unreadCount"], 0);
    assert!(plain.get("lastMessagePreview").is_none() && plain.get("members").is_none());
    assert_eq!(a.get(&format!("chats/{chat}?$expand=messages")).await.status, 400);
}

#[tokio::test]
async fn p5_a_request_that_waits_has_no_count_and_no_preview() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.start(b).await.id();
    a.say(&chat, "quicksilver").await.expect(201);
    let path = format!("chats/{chat}?$expand=lastMessagePreview,members");
    let waiting = b.get(&path).await.expect(200);
    assert_eq!(waiting["lastMessagePreview"], Value::Null);
    assert!(waiting["viewpoint"].get("unreadCount").is_none(), "{waiting}");
    assert!(!waiting.to_string().contains("quicksilver"), "{waiting}");
    let asking = a.get(&path).await.expect(200);
    assert_eq!(asking["lastMessagePreview"]["body"]["content"], "quicksilver");
}
