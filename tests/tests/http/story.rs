//! The main job from end to end: people of different homes find each other by exact address, ask,
//! accept or refuse, and talk, in pairs and in groups.

use serde_json::{Value, json};
use visavis_tests::chat::text_of;
use visavis_tests::client::Client;
use visavis_tests::world::{Person, World};

#[tokio::test]
async fn strangers_of_two_organisations_find_each_other_ask_and_talk() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let found = a.resolve("B@B.Test").await;
    assert_eq!(found["result"], "found");
    assert_eq!(found["identity"]["email"], "b@b.test");
    let user = found["user"].as_object().expect("the person").keys();
    let told = ["displayName", "id", "isExternal", "mail", "organisationName", "tenantId", "trust"];
    assert_eq!(user.collect::<Vec<_>>(), told, "id, name, mail and organisation, nothing else");

    let chat = a.start(b).await.id();
    a.say(&chat, "Hello B").await.expect(201);
    let seen = b.request_of(&chat).await;
    assert_eq!((&seen["state"], &seen["direction"]), (&json!("pending"), &json!("inbound")));
    assert_eq!(seen["requestedBy"]["userIdentityType"], "federatedUser");
    assert_eq!(seen["requestedBy"]["organisationName"], "Alpha");
    let preview = b.get(&format!("chats/{chat}/requestPreview")).await.entries();
    assert_eq!(preview.iter().map(text_of).collect::<Vec<_>>(), ["Hello B"]);

    b.accept(&chat).await.expect(204);
    b.accept(&chat).await.expect(204);
    b.say(&chat, "Hello A").await.expect(201);
    for who in [a, b] {
        assert_eq!(who.read(&chat).await, ["Hello B", "Hello A"]);
        assert_eq!(who.request_of(&chat).await["state"], "accepted");
        assert_eq!(who.start(if who.id == a.id { b } else { a }).await.id(), chat, "the same chat");
    }
    assert_eq!(a.get(&format!("users/{}", b.id)).await.expect(200)["mail"], "b@b.test");
    let by_mail = a.get("users?$filter=mail eq 'b@b.test'").await.entries();
    assert_eq!(by_mail.len(), 1, "accepted contacts are found");
}

#[tokio::test]
async fn personal_accounts_are_found_by_address_and_by_number() {
    let world = World::start();
    let [a, p, q] = world.people(["A", "P", "Q"]);
    let found = a.resolve("+4930901820").await;
    assert_eq!((&found["result"], &found["user"]["id"]), (&json!("found"), &json!(p.id)));
    let chat = a.start_with("+4930901820").await.id();
    assert_eq!(a.start_with("p@mail.test").await.id(), chat);
    assert_eq!(a.start_with(&p.id).await.id(), chat);
    let seen = p.request_of(&chat).await;
    assert_eq!(seen["requestedBy"]["email"], "a@a.test");
    p.accept(&chat).await.expect(204);
    let members = a.get(&format!("chats/{chat}/members")).await.entries();
    let them = members.iter().find(|one| one["userId"] == p.id.as_str()).expect("P");
    assert_eq!(them["@odata.type"], "#microsoft.graph.microsoftAccountUserConversationMember");
    assert_eq!((&them["isExternal"], &them["trust"]), (&json!(true), &json!("personal")));
    let personal = p.start(q).await.id();
    q.accept(&personal).await.expect(204);
    q.say(&personal, "two personal accounts").await.expect(201);
}

#[tokio::test]
async fn blocked_and_unblocked() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let blocked = b.block(a).await.expect(201);
    assert_eq!((&blocked["id"], &blocked["email"]), (&json!(a.id), &json!("a@a.test")));
    assert_eq!(b.get("me/externalContacts/blocked").await.entries().len(), 1);
    assert_eq!(a.get("me/externalContacts/blocked").await.entries().len(), 0);
    assert_eq!(a.say(&chat, "?").await.line(), "404 notReachable");
    assert_eq!(b.say(&chat, "?").await.line(), "403 personBlocked");
    b.unblock(a).await.expect(204);
    assert_eq!(b.unblock(a).await.line(), "404");
    a.say(&chat, "back").await.expect(201);
    assert_eq!(b.read(&chat).await, ["Hello", "back"]);
}

/// Three homes in one chat, with comings and goings.
#[tokio::test]
async fn a_group_of_three_homes() {
    let world = World::start();
    let [a, a2, b, p] = world.people(["A", "A2", "B", "P"]);
    let made = a.group("Catalogue", &[b, p]).await.expect(201);
    let chat = made["id"].as_str().expect("an id").to_owned();
    assert_eq!((&made["topic"], &made["chatType"]), (&json!("Catalogue"), &json!("group")));
    a.say(&chat, "one").await.expect(201);
    b.accept(&chat).await.expect(204);
    assert_eq!(p.get(&format!("chats/{chat}/messages")).await.status, 404, "P has not answered");
    p.accept(&chat).await.expect(204);
    for who in [a, b, p] {
        who.say(&chat, &who.name).await.expect(201);
    }
    assert_eq!(p.read(&chat).await, ["one", "A", "B", "P"]);

    a.add(&chat, a2, None).await.expect(201);
    assert_eq!(a2.read(&chat).await, [""; 0], "no history unless it is chosen");
    let renamed = b.patch(&format!("chats/{chat}"), json!({"topic": "Spring"})).await.expect(200);
    assert_eq!(renamed["topic"], "Spring");
    assert_eq!(a2.get(&format!("chats/{chat}")).await.expect(200)["topic"], "Spring");

    p.act(&chat, "leave").await.expect(204);
    a.say(&chat, "two").await.expect(201);
    assert_eq!(p.read(&chat).await, ["one", "A", "B", "P"]);
    assert_eq!(p.say(&chat, "?").await.line(), "403 notMember");
    a.add(&chat, p, None).await.expect(201);
    p.accept(&chat).await.expect(204);
    a.say(&chat, "three").await.expect(201);
    assert_eq!(p.read(&chat).await, ["three"]);
    a.remove(&chat, b).await.expect(204);
    a.say(&chat, "four").await.expect(201);
    assert_eq!(b.read(&chat).await, ["one", "A", "B", "P", "two", "three"]);
    assert_eq!(a.remove(&chat, b).await.line(), "404");
}

#[tokio::test]
async fn a_message_is_edited_deleted_and_restored() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let sent = a.say(&chat, "first").await.expect(201);
    let id = sent["id"].as_str().expect("an id").to_owned();
    assert_eq!(sent["etag"], sent["id"], "the first etag is the id");
    assert_eq!(
        (&sent["lastEditedDateTime"], &sent["importance"]),
        (&Value::Null, &json!("normal"))
    );
    let path = format!("chats/{chat}/messages/{id}");
    for text in ["second", "third"] {
        a.patch(&path, json!({"body": {"content": text}})).await.expect(204);
    }
    let seen = b.get(&path).await.expect(200);
    assert_eq!(text_of(&seen), "third");
    assert!(seen["lastEditedDateTime"].is_string() && seen["etag"] != sent["etag"], "{seen}");
    let versions = a.get(&format!("{path}/versions")).await.entries();
    assert_eq!(versions.iter().map(text_of).collect::<Vec<_>>(), ["first", "second"]);

    b.act(&chat, &format!("messages/{id}/softDelete")).await.expect(403);
    a.act(&chat, &format!("messages/{id}/softDelete")).await.expect(204);
    let seen = b.get(&path).await.expect(200);
    assert_eq!(text_of(&seen), "");
    assert!(seen["deletedDateTime"].is_string(), "{seen}");
    assert!(
        !b.get(&format!("{path}/versions")).await.text.contains("second"),
        "deleted text is gone"
    );
    a.act(&chat, &format!("messages/{id}/undoSoftDelete")).await.expect(204);
    assert_eq!(text_of(&b.get(&path).await.expect(200)), "third");
}

#[tokio::test]
async fn reactions_mentions_and_quotes() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let html = "<p>See <at id=\"0\">B</at> <b>now</b><script>alert(1)</script></p>";
    let body = json!({
        "body": {"contentType": "html", "content": html},
        "importance": "urgent",
        "subject": "News",
        "mentions": [{"id": 0, "mentionText": "B", "mentioned": {"user": {"id": b.id}}}],
    });
    let sent = a.post(&format!("chats/{chat}/messages"), body).await.expect(201);
    let id = sent["id"].as_str().expect("an id").to_owned();
    let path = format!("chats/{chat}/messages/{id}");
    let seen = b.get(&path).await.expect(200);
    let content = text_of(&seen);
    assert!(content.contains("<at id=\"0\">B</at>") && !content.contains("script"), "{content}");
    assert_eq!((&seen["importance"], &seen["subject"]), (&json!("urgent"), &json!("News")));
    assert_eq!(seen["mentions"][0]["mentioned"]["user"]["id"], b.id.as_str());

    for reaction in ["like", "💘"] {
        let body = json!({"reactionType": reaction});
        b.post(&format!("{path}/setReaction"), body.clone()).await.expect(204);
        b.post(&format!("{path}/setReaction"), body).await.expect(204);
    }
    let reactions = a.get(&path).await.expect(200)["reactions"].clone();
    assert_eq!(reactions.as_array().map(Vec::len), Some(2), "{reactions}");
    assert_eq!(reactions[0]["user"]["user"]["id"], b.id.as_str(), "{reactions}");
    b.post(&format!("{path}/unsetReaction"), json!({"reactionType": "like"})).await.expect(204);
    assert_eq!(a.get(&path).await.expect(200)["reactions"].as_array().map(Vec::len), Some(1));

    let reply = json!({"messageIds": [id], "replyMessage": {"body": {"content": "Seen"}}});
    let reply = b.post(&format!("chats/{chat}/messages/replyWithQuote"), reply).await.expect(201);
    let quote = &reply["attachments"][0];
    assert_eq!((&quote["contentType"], &quote["id"]), (&json!("messageReference"), &json!(id)));
    let quoted: Value =
        serde_json::from_str(quote["content"].as_str().expect("a text")).expect("JSON in a text");
    assert_eq!(quoted["messageId"], id);
    assert_eq!(quoted["messageSender"]["user"]["id"], a.id.as_str());
    assert!(text_of(&reply).contains(&format!("<attachment id=\"{id}\"></attachment>")), "{reply}");
    assert_eq!(reply["body"]["contentType"], "html");
}

/// What the web client offers as reactions.
fn offered() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let grid = std::fs::read_to_string(root.join("web/src/chat/EmojiGrid.tsx")).expect("a grid");
    let line = grid.lines().find(|line| line.contains(".split(' ')")).expect("the emoji");
    let emoji = line.split('\'').nth(1).expect("a text");
    emoji.split(' ').chain(["👍", "❤️", "😆", "😮"]).map(ToOwned::to_owned).collect()
}

#[tokio::test]
async fn a_reaction_is_one_emoji() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let id = a.say(&chat, "Hello").await.id();
    let path = format!("chats/{chat}/messages/{id}");
    let act = async |action: &str, reaction: &str| {
        a2.post(&format!("{path}/{action}"), json!({"reactionType": reaction})).await
    };
    let mut good = offered();
    assert!(good.len() > 80, "the emoji of the web client were found");
    let names = ["like", "angry", "sad", "laugh", "heart", "surprised"];
    let others = ["🇩🇪", "👩🏾‍💻", "1️⃣", "🏴‍☠️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤", " 👍 "];
    good.extend(names.iter().chain(&others).map(|text| (*text).to_owned()));
    for reaction in &good {
        act("setReaction", reaction).await.expect(204);
        let seen = a.get(&path).await.expect(200)["reactions"].clone();
        assert_eq!(seen[0]["reactionType"], reaction.trim(), "{seen}");
        act("unsetReaction", reaction).await.expect(204);
    }
    for reaction in [
        "hello world",
        "<b>x</b>",
        "\u{202e}",
        "👍\u{202e}",
        "\u{2066}👍\u{2069}",
        "👍\u{7}",
        "👍👍",
        "👍a",
        "LIKE",
        "custom",
        "7",
        "",
        "🏴\u{e0068}\u{e0069}\u{e0064}\u{e0064}\u{e0065}\u{e006e}\u{e0021}\u{e007f}",
    ] {
        for action in ["setReaction", "unsetReaction"] {
            let refused = act(action, reaction).await;
            assert_eq!(refused.line(), "400 invalid", "{action} {reaction:?}");
            let message = refused.json()["error"]["message"].to_string();
            assert!(message.contains("A reaction is one emoji, or one of like,"), "{message}");
        }
    }
    assert_eq!(a.get(&path).await.expect(200)["reactions"], json!([]));
}

#[tokio::test]
async fn read_unread_and_receipts() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let first = a.say(&chat, "one").await.expect(201);
    a.say(&chat, "two").await.expect(201);
    let user =
        json!({"user": {"id": b.id, "@odata.type": "#microsoft.graph.teamworkUserIdentity"}});
    b.post(&format!("chats/{chat}/markChatReadForUser"), user.clone()).await.expect(204);
    let read_until = async |who: &Person| {
        who.get(&format!("chats/{chat}")).await.expect(200)["viewpoint"]["lastMessageReadDateTime"]
            .clone()
    };
    let all = read_until(b).await;
    let mut unread = user.clone();
    unread["lastMessageReadDateTime"] = first["createdDateTime"].clone();
    b.post(&format!("chats/{chat}/markChatUnreadForUser"), unread).await.expect(204);
    assert_eq!(read_until(b).await, first["createdDateTime"]);
    assert_ne!(read_until(b).await, all);

    let mark_of_b = async || {
        let members = a.get(&format!("chats/{chat}/members")).await.entries();
        let b = members.into_iter().find(|one| one["userId"] == b.id.as_str()).expect("B");
        b["lastMessageReadDateTime"].clone()
    };
    assert_eq!(mark_of_b().await, Value::Null, "off by default across homes (Q-15)");
    for (who, expected) in [(a, false), (b, true)] {
        let on = json!({"sendReadReceiptsToExternal": true});
        who.patch("me/settings/externalChat", on).await.expect(200);
        assert_eq!(mark_of_b().await.is_string(), expected, "both sides' setting is required");
    }
    let other = json!({"user": {"id": a.id}});
    assert_eq!(b.post(&format!("chats/{chat}/markChatReadForUser"), other).await.status, 404);
}

#[tokio::test]
async fn hidden_and_shown_again() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let is_hidden = async |who: &Client| {
        who.get(&format!("chats/{chat}")).await.expect(200)["viewpoint"]["isHidden"] == true
    };
    let user = json!({"user": {"id": b.id}});
    b.post(&format!("chats/{chat}/hideForUser"), user.clone()).await.expect(204);
    assert!(is_hidden(b).await && !is_hidden(a).await);
    b.post(&format!("chats/{chat}/unhideForUser"), user).await.expect(204);
    assert!(!is_hidden(b).await);
}

/// The description of `hideForUser` says: until something new is said.
#[tokio::test]
async fn a_new_message_shows_a_hidden_chat() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    b.post(&format!("chats/{chat}/hideForUser"), json!({"user": {"id": b.id}})).await.expect(204);
    a.say(&chat, "news").await.expect(201);
    let seen = b.get(&format!("chats/{chat}")).await.expect(200);
    assert_eq!(seen["viewpoint"]["isHidden"], false);
}

#[tokio::test]
async fn the_demonstration_has_chats_in_every_state() {
    let world = World::start();
    let demo = world.server.demo();
    assert_eq!(demo["baseUrl"], world.server.base_url());
    let mut states = std::collections::BTreeSet::new();
    for account in demo["accounts"].as_array().expect("accounts") {
        let who = world.anonymous().with_token(account["token"].as_str().expect("a token"));
        let me = who.get("me").await.expect(200);
        assert_eq!((&me["id"], &me["displayName"]), (&account["id"], &account["displayName"]));
        for chat in who.all("me/chats?$expand=members").await {
            let request = &chat["contactRequest"];
            states.insert(format!(
                "{} {} {}",
                chat["chatType"].as_str().unwrap_or_default(),
                request["state"].as_str().unwrap_or("none"),
                request["direction"].as_str().unwrap_or_default()
            ));
        }
        let (mail, password) = (&account["mail"], &account["password"]);
        assert!(mail.is_string() && password.is_string());
    }
    for state in [
        "oneOnOne none ",
        "oneOnOne accepted outbound",
        "oneOnOne pending inbound",
        "oneOnOne pending outbound",
    ] {
        assert!(states.contains(state), "{state} is not in {states:?}");
    }
    assert!(states.iter().any(|state| state.starts_with("group")), "{states:?}");
}
