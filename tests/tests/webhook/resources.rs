//! Everything that can be watched says what live delivery says, and nothing else.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_tests::external_access::TRAIL;
use visavis_tests::receiver::{Receiver, wish};
use visavis_tests::socket::Socket;
use visavis_tests::world::World;

const QUIET: Duration = Duration::from_millis(400);

fn changes(items: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    items.iter().map(|item| (text(&item["changeType"]), text(&item["resource"]))).collect()
}

#[tokio::test]
async fn messages_members_and_chats_are_told_as_live_delivery_tells_them() {
    let world = World::start();
    let [a, b, a2] = world.people(["A", "B", "A2"]);
    let chat = a.befriend(b).await;
    let group = a.group("Plans", &[a2]).await.id();
    let mut socket = Socket::open(b).await.unwrap();
    let mut receivers = Vec::new();
    for _ in 0..6 {
        receivers.push(Receiver::start().await);
    }
    let [messages, all, one, chats, members, all_members] = receivers.as_slice() else {
        panic!("six receivers")
    };
    b.subscribe(&format!("/chats/{chat}/messages"), messages).await;
    b.subscribe("/me/chats/getAllMessages", all).await;
    b.subscribe(&format!("chats('{chat}')"), one).await;
    b.subscribe(&format!("/users/{}/chats", b.id), chats).await;
    b.subscribe(&format!("/me/chats/{chat}/members"), members).await;
    b.subscribe("/chats/getAllMembers", all_members).await;
    // What is told is how things are when it is told, so each act waits until the one before was.
    let both_told = async |count: usize, of: &str| {
        messages.wait_for(count, of).await;
        all.wait_for(count, of).await;
    };
    let first = a.say(&chat, "One").await.id();
    both_told(1, &first).await;
    let text = json!({"body": {"contentType": "text", "content": "Two"}});
    a.patch(&format!("chats/{chat}/messages/{first}"), text).await.expect(204);
    both_told(2, &first).await;
    let reaction = json!({"reactionType": "👍"});
    b.post(&format!("chats/{chat}/messages/{first}/setReaction"), reaction).await.expect(204);
    both_told(3, &first).await;
    a.post(&format!("chats/{chat}/messages/{first}/softDelete"), json!({})).await.expect(204);
    // Somebody else's group is none of B's business until B is in it.
    a.say(&group, "Ours").await;
    a.add(&group, b, None).await.expect(201);
    b.accept(&group).await;
    let second = a2.say(&group, "Hello B").await.id();
    a.add(&group, world.person("A3"), None).await.expect(201);
    let resource = format!("chats('{chat}')/messages('{first}')");
    let told = messages.wait_for(4, &first).await;
    let wanted = ["created", "updated", "updated", "deleted"];
    assert_eq!(changes(&told), wanted.map(|change| (change.to_owned(), resource.clone())));
    for item in &told {
        assert_eq!(item["clientState"], "sesame");
        assert_eq!(item["tenantId"].as_str(), b.organisation.as_deref());
        assert_eq!(item["resourceData"]["id"], first);
        assert_eq!(item["resourceData"]["@odata.type"], "#Microsoft.Graph.chatMessage");
        assert_eq!(item["resourceData"]["@odata.id"], resource);
        assert!(!item.to_string().contains("One"), "no content without encryption: {item}");
        let path = item["resource"].as_str().unwrap();
        assert_eq!(b.get(path).await.status, 200, "the resource can be fetched: {path}");
    }
    all.wait_for(1, &second).await;
    all_members.wait_for(1, &format!("chats('{group}')/members(")).await;
    chats.wait_for(1, &format!("chats('{group}')")).await;
    tokio::time::sleep(QUIET).await;
    assert!(messages.items_with(&group).is_empty(), "one chat means one chat");
    assert!(one.items_with("/messages(").is_empty() && one.items_with(&group).is_empty());
    assert!(members.items_with("/messages(").is_empty());
    // Live delivery is the measure: what it told, in its order, is what was told here.
    let frames = socket.drain(QUIET).await.unwrap();
    let of_frames = |is_wanted: &dyn Fn(&str) -> bool| -> Vec<(String, String)> {
        changes(&frames).into_iter().filter(|(_, resource)| is_wanted(resource)).collect()
    };
    let is_message = |resource: &str| resource.contains("/messages('");
    let is_member = |resource: &str| resource.contains("/members('");
    let is_chat = |resource: &str| !resource.contains('/') && resource.starts_with("chats");
    assert_eq!(changes(&all.items()), of_frames(&is_message));
    assert_eq!(changes(&all_members.items()), of_frames(&is_member));
    assert_eq!(changes(&chats.items()), of_frames(&is_chat));
    assert_eq!(
        changes(&one.items()),
        of_frames(&|resource: &str| is_chat(resource) && resource.contains(&chat))
    );
}

#[tokio::test]
async fn what_only_the_subscriber_sees_of_a_chat_is_told_to_them_alone() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let (mine, theirs) = (Receiver::start().await, Receiver::start().await);
    a.subscribe("/me/chats?notifyOnUserSpecificProperties=true", &mine).await;
    let theirs_all = format!("/users/{}/chats?notifyOnUserSpecificProperties=true", a2.id);
    a2.subscribe(&theirs_all, &theirs).await;
    let of_chat = format!("chats('{chat}')");
    for (told, act) in (1..).zip(["hideForUser", "unhideForUser"]) {
        let user = json!({"user": {"id": a.id}});
        a.post(&format!("chats/{chat}/{act}"), user).await.expect(204);
        mine.wait_for(told, &of_chat).await;
    }
    for (told, act) in (3..).zip(["muteForUser", "pinForUser"]) {
        a.act(&chat, act).await.expect(204);
        mine.wait_for(told, &of_chat).await;
    }
    let only_updated = changes(&mine.items()).iter().all(|(change, _)| change == "updated");
    assert!(only_updated, "{:?}", mine.items());
    tokio::time::sleep(QUIET).await;
    assert!(theirs.items_with(&of_chat).is_empty(), "{:?}", theirs.items());
}

#[tokio::test]
async fn only_the_wanted_kinds_of_change_are_told() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let receiver = Receiver::start().await;
    let mut body = wish(&format!("/chats/{chat}/messages"), &receiver);
    body["changeType"] = json!("Deleted");
    a2.post("subscriptions", body).await.expect(201);
    let first = a.say(&chat, "One").await.id();
    let second = a.say(&chat, "Two").await.id();
    a.post(&format!("chats/{chat}/messages/{first}/softDelete"), json!({})).await.expect(204);
    a.post(&format!("chats/{chat}/messages/{second}/softDelete"), json!({})).await.expect(204);
    receiver.wait_for(1, &second).await;
    // An earlier event is told as a deletion too, when that has come about meanwhile.
    let told = changes(&receiver.items());
    assert!(told.iter().all(|(change, _)| change == "deleted"), "{told:?}");
    assert!(told.iter().any(|(_, resource)| resource.contains(&first)), "{told:?}");
}

#[tokio::test]
async fn contact_requests_are_told_to_both_sides_as_far_as_each_may_know() {
    let world = World::start();
    let [a, b, c] = world.people(["A", "B", "C"]);
    let (asking, asked) = (Receiver::start().await, Receiver::start().await);
    a.subscribe("/me/chats/requests", &asking).await;
    b.subscribe("/me/chats/requests", &asked).await;
    // A colleague needs no request.
    let colleague = a.start(world.person("A2")).await.id();
    let chat = a.start(b).await.id();
    let resource = format!("chats('{chat}')");
    let created = ("created".to_owned(), resource.clone());
    assert_eq!(changes(&asked.wait_for(1, &chat).await)[0], created);
    assert_eq!(changes(&asking.wait_for(1, &chat).await)[0], created);
    b.accept(&chat).await.expect(204);
    let updated = ("updated".to_owned(), resource);
    assert_eq!(changes(&asked.wait_for(2, &chat).await).last(), Some(&updated));
    assert_eq!(changes(&asking.wait_for(2, &chat).await).last(), Some(&updated));
    // From then on the chat is no request any more.
    tokio::time::sleep(QUIET).await;
    let before = (asking.items().len(), asked.items().len());
    a.say(&chat, "Thanks").await;
    b.act(&chat, "typing").await;
    b.post(&format!("chats/{chat}/hideForUser"), json!({"user": {"id": b.id}})).await;
    tokio::time::sleep(QUIET).await;
    assert_eq!((asking.items().len(), asked.items().len()), before, "{:#?}", asked.items());
    assert!(asking.items_with(&colleague).is_empty(), "{:#?}", asking.items());
    // A refusal is told to whoever refused, and looks like waiting to the other (P5).
    let other = Receiver::start().await;
    c.subscribe("/me/chats/requests", &other).await;
    let refused = b.start(c).await.id();
    other.wait_for(1, &refused).await;
    tokio::time::sleep(QUIET).await;
    let before = asked.items().len();
    c.decline(&refused).await.expect(204);
    let told = other.wait_for(2, &refused).await;
    assert_eq!(changes(&told)[1].0, "deleted");
    tokio::time::sleep(QUIET).await;
    assert_eq!(asked.items().len(), before, "a refusal shows: {:#?}", asked.items());
}

#[tokio::test]
async fn presence_is_told_to_those_who_may_see_it() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let (colleague, outsider) = (Receiver::start().await, Receiver::start().await);
    let filter = format!("/communications/presences?$filter=id in ('{}','{}')", a.id, b.id);
    a2.subscribe(&filter, &colleague).await;
    b.subscribe(&format!("/communications/presences/{}", a.id), &outsider).await;
    let set = async |who: &str, availability: &str| {
        let body = json!({"availability": availability, "activity": availability});
        world.person(who).post("me/presence/setUserPreferredPresence", body).await;
    };
    set("A", "Busy").await;
    let told = colleague.wait_for(1, &a.id).await;
    assert_eq!(told[0]["changeType"], "updated");
    assert_eq!(told[0]["resource"], format!("communications/presences('{}')", a.id));
    assert_eq!(told[0]["resourceData"]["@odata.type"], "#Microsoft.Graph.presence");
    // Strangers learn nothing, not even that something changed (P5).
    set("B", "Busy").await;
    tokio::time::sleep(QUIET).await;
    assert!(outsider.items().is_empty(), "{:#?}", outsider.items());
    assert!(colleague.items_with(&b.id).is_empty(), "{:#?}", colleague.items());
    a.befriend(b).await;
    for person in [a, b] {
        let shows = json!({"showPresenceToExternal": true});
        person.patch("me/settings/externalChat", shows).await.expect(200);
    }
    set("A", "DoNotDisturb").await;
    outsider.wait_for(1, &a.id).await;
    // Blocking takes it back.
    a.block(b).await.expect(201);
    tokio::time::sleep(QUIET).await;
    let before = outsider.items().len();
    set("A", "Away").await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(outsider.items().len(), before, "{:#?}", outsider.items());
}

#[tokio::test]
async fn administrative_changes_are_told_to_those_who_may_read_the_trail() {
    let world = World::start();
    let [admin, member, other] = world.people(["AA", "A", "BB"]);
    let (receiver, theirs) = (Receiver::start().await, Receiver::start().await);
    admin.subscribe("/admin/teams/externalAccess", &receiver).await;
    other.subscribe("admin/teams/externalAccess", &theirs).await;
    let answer = member.try_subscribe("/admin/teams/externalAccess", &receiver).await;
    assert_eq!(answer.line(), "403 noPermission");
    let personal = world.person("P").try_subscribe("/admin/teams/externalAccess", &receiver).await;
    assert_eq!(personal.line(), "403 noPermission");
    admin.configure(json!({"blockedDomains": {"add": ["evil.test"]}})).await;
    let told = receiver.wait_for(1, "auditEvents").await;
    assert_eq!(told[0]["changeType"], "created");
    let path = told[0]["resource"].as_str().unwrap();
    let entry = admin.get(path).await.expect(200);
    assert_eq!(entry["kind"], "TeamsTenantSettingChanged");
    assert_eq!(admin.trail().await[0]["id"], entry["id"]);
    for (who, line) in [(member, "403 noPermission"), (other, "404")] {
        assert_eq!(who.get(path).await.line(), line);
    }
    assert_eq!(admin.get(&format!("{TRAIL}/x")).await.line(), "404");
    assert_eq!(admin.get(&format!("{TRAIL}/9999999999")).await.line(), "404");
    tokio::time::sleep(QUIET).await;
    assert!(theirs.items().is_empty(), "another organisation's act: {:#?}", theirs.items());
    // Each act is told, once, in the order of the trail.
    for number in 0..5 {
        admin.configure(json!({"blockedDomains": {"add": [format!("d{number}.test")]}})).await;
    }
    let told = receiver.wait_for(6, "auditEvents").await;
    let ids: Vec<&Value> = told.iter().map(|item| &item["resourceData"]["id"]).collect();
    let trail = admin.trail().await;
    let newest: Vec<&Value> = trail.iter().take(6).rev().map(|entry| &entry["id"]).collect();
    assert_eq!(ids, newest);
    assert_eq!(told.len(), 6, "{ids:?}");
}
