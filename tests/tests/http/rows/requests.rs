//! Requests and messages (6.5).

use serde_json::{Value, json};
use visavis_tests::world::{Person, World};

const DAY: &str = "2020-01-01T00:00:00Z";

/// Everything that the asking side can look at, but for its own messages.
async fn asking_side(who: &Person, whom: &Person, chat: &str) -> Value {
    json!({
        "chat": who.get(&format!("chats/{chat}?$expand=members")).await.timeless(),
        "members": who.get(&format!("chats/{chat}/members")).await.timeless(),
        "presence": who.get(&format!("users/{}/presence", whom.id)).await.timeless(),
        "user": who.get(&format!("users/{}", whom.id)).await.timeless(),
        "found": who.resolve(&whom.mail).await,
        "list": who.all("me/chats?$expand=members,lastMessagePreview").await,
    })
}

async fn set_available(who: &Person) {
    let body = json!({"sessionId": "s", "availability": "Available", "activity": "Available",
        "expirationDuration": "PT1H"});
    who.post(&format!("users/{}/presence/setPresence", who.id), body).await.expect(200);
}

async fn availability(who: &Person, whom: &Person) -> String {
    let seen = who.get(&format!("users/{}/presence", whom.id)).await;
    if seen.status == 404 {
        return "not found".to_owned();
    }
    seen.expect(200)["availability"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn t_110_and_t_111_the_list_names_and_only_the_preview_shows_text() {
    let world = World::of_rows().await;
    let [p, a] = world.people(["P", "A"]);
    let chat = p.start(a).await.id();
    p.say(&chat, "A secret <b>plan</b>").await.expect(201);
    let html = json!({"body": {"contentType": "html", "content":
        "<p>See <a href=\"https://evil.test/x\">this</a> <img src=\"https://evil.test/y\"></p>"}});
    let sent = p.post(&format!("chats/{chat}/messages"), html).await.id();

    let expand = "me/chats?$expand=members,lastMessagePreview";
    let listed = a.all(expand).await;
    let seen = listed.iter().find(|entry| entry["id"] == chat.as_str()).expect("the request");
    let by = &seen["contactRequest"]["requestedBy"];
    assert_eq!((&by["displayName"], &by["email"]), (&json!("P"), &json!("p@mail.test")));
    assert_eq!((&by["isExternal"], &by["trust"]), (&json!(true), &json!("personal")));
    assert_eq!((&seen["topic"], &seen["lastMessagePreview"]), (&Value::Null, &Value::Null));
    assert!(seen["contactRequest"]["messagesSent"].is_null(), "told to the asking side only");
    assert_eq!(seen["members"].as_array().map(Vec::len), Some(2));
    assert!(!json!(listed).to_string().contains("secret"));
    for path in
        ["messages".to_owned(), format!("messages/{sent}"), format!("messages/{sent}/versions")]
    {
        assert_eq!(a.get(&format!("chats/{chat}/{path}")).await.line(), "404", "{path}");
    }

    let before = asking_side(p, a, &chat).await;
    let preview = a.get(&format!("chats/{chat}/requestPreview")).await;
    let shown = preview.entries();
    let bodies: Vec<_> = shown.iter().map(|message| &message["body"]).collect();
    assert!(bodies.iter().all(|body| body["contentType"] == "text"), "{bodies:?}");
    assert!(preview.text.contains("A secret <b>plan</b>"), "plain text stays as written");
    assert!(
        preview.text.contains("this") && !preview.text.contains("evil.test"),
        "{}",
        preview.text
    );
    assert!(shown.iter().all(|message| message["attachments"] == json!([])));
    assert_eq!(asking_side(p, a, &chat).await, before, "the preview left a trace");
}

#[tokio::test]
async fn t_112_and_t_123_presence_shows_after_acceptance() {
    let world = World::of_rows().await;
    let [p, a] = world.people(["P", "A"]);
    set_available(a).await;
    let unknown = "00000000-0000-7000-8000-000000000000";
    let nobody = p.get(&format!("users/{unknown}/presence")).await;
    let chat = p.start(a).await.id();
    let early = p.get(&format!("users/{}/presence", a.id)).await;
    assert_eq!(early.status, nobody.status);
    let plain = |text: &str, id: &str| text.replace(id, "id");
    assert_eq!(
        plain(&early.timeless().to_string(), &a.id),
        plain(&nobody.timeless().to_string(), unknown),
        "as for somebody who does not exist"
    );
    a.accept(&chat).await.expect(204);
    assert_eq!(availability(p, a).await, "Available");
    a.patch("me/settings/externalChat", json!({"showPresenceToExternal": false})).await.expect(200);
    assert_ne!(availability(p, a).await, "Available");
}

#[tokio::test]
async fn t_113_blocked_while_pending_is_not_told() {
    for act in ["nothing", "block", "decline", "decline and block"] {
        let world = World::of_rows().await;
        let [p, a] = world.people(["P", "A"]);
        set_available(a).await;
        let chat = p.start(a).await.id();
        p.say(&chat, "1").await.expect(201);
        let before = asking_side(p, a, &chat).await;
        match act {
            "block" => a.block_request(&chat).await.expect(204),
            "decline" => a.decline(&chat).await.expect(204),
            "decline and block" => {
                let path = format!("chats/{chat}/declineRequest");
                a.post(&path, json!({"blockRequester": true})).await.expect(204)
            }
            _ => Value::Null,
        };
        assert_eq!(asking_side(p, a, &chat).await, before, "{act}");
        for number in 2..=10 {
            p.say(&chat, &number.to_string()).await.expect(201);
        }
        assert_eq!(p.say(&chat, "11").await.line(), "403 pendingCap", "{act}");
        assert_eq!(p.read(&chat).await.len(), 10, "{act}");
        let request = p.request_of(&chat).await;
        assert_eq!(request["messagesSent"], 10, "{act}");
        assert_eq!(a.lists(&chat).await, act == "nothing", "{act}");
    }
}

#[tokio::test]
async fn t_115_t_116_and_t_118_ten_sends_count_not_ten_messages() {
    let world = World::of_rows().await;
    let [p, a] = world.people(["P", "A"]);
    let chat = p.start(a).await.id();
    let mut last = String::new();
    for number in 1..=10 {
        last = p.say(&chat, &number.to_string()).await.id();
        let request = p.request_of(&chat).await;
        assert_eq!(
            (&request["messagesSent"], &request["messagesAllowed"]),
            (&json!(number), &json!(10))
        );
    }
    assert_eq!(p.say(&chat, "11").await.line(), "403 pendingCap");
    p.act(&chat, &format!("messages/{last}/softDelete")).await.expect(204);
    assert_eq!(p.say(&chat, "instead").await.line(), "403 pendingCap");
    a.accept(&chat).await.expect(204);
    p.say(&chat, "12").await.expect(201);
    assert!(p.request_of(&chat).await["messagesSent"].is_null());
}

#[tokio::test]
async fn t_119_no_reply_before_acceptance() {
    let world = World::of_rows().await;
    let [p, a] = world.people(["P", "A"]);
    let chat = p.start(a).await.id();
    let first = p.say(&chat, "1").await.id();
    assert_eq!(a.say(&chat, "who?").await.line(), "403 requestPending");
    for (action, body) in [
        (format!("messages/{first}/setReaction"), json!({"reactionType": "like"})),
        (format!("messages/{first}/softDelete"), Value::Null),
        (
            "messages/replyWithQuote".to_owned(),
            json!({"messageIds": [first], "replyMessage": {"body": {"content": "x"}}}),
        ),
        ("typing".to_owned(), Value::Null),
    ] {
        let answer = a.post(&format!("chats/{chat}/{action}"), body).await;
        assert!([403, 404].contains(&answer.status), "{action}: {}", answer.text);
    }
    assert_eq!(p.read(&chat).await, ["1"]);
}

#[tokio::test]
async fn t_120_a_known_contact_needs_no_new_request() {
    let world = World::of_rows().await;
    let [p, a] = world.people(["P", "A"]);
    let chat = p.befriend(a).await;
    a.post(&format!("chats/{chat}/hideForUser"), json!({"user": {"id": a.id}})).await.expect(204);
    p.say(&chat, "again").await.expect(201);
    let seen = a.get(&format!("chats/{chat}")).await.expect(200);
    assert_eq!(seen["contactRequest"]["state"], "accepted");
    assert_eq!(a.read(&chat).await, ["Hello", "again"]);
}

#[tokio::test]
async fn t_121_unblocked_is_accepted() {
    let world = World::of_rows().await;
    let [p, a] = world.people(["P", "A"]);
    let chat = p.start(a).await.id();
    p.say(&chat, "1").await.expect(201);
    a.block_request(&chat).await.expect(204);
    p.say(&chat, "into the void").await.expect(201);
    a.unblock(p).await.expect(204);
    p.say(&chat, "2").await.expect(201);
    assert_eq!(a.read(&chat).await, ["1", "2"], "what a blocked person wrote is never seen");
    assert_eq!(p.request_of(&chat).await["state"], "accepted");
}

#[tokio::test]
async fn t_124_and_t_125_a_lookalike_must_be_previewed_and_acknowledged() {
    let world = World::of_rows().await;
    let operator = world.operator();
    let body = json!({"displayName": "Contoso", "domains": ["cont0so.example"]});
    operator.post("deployment/organisations", body).await.expect(201);
    let body = json!({"displayName": "Ada Lindqvist", "userPrincipalName": "ada@cont0so.example",
        "passwordProfile": {"password": "a password of hers"}});
    operator.post("deployment/accounts", body).await.expect(201);
    let signed_in = operator.sign_in("ada@cont0so.example", "a password of hers").await.expect(200);
    let ada = operator.with_token(signed_in["token"].as_str().expect("a token"));
    let demo = world.server.demo();
    let daniel = demo["accounts"]
        .as_array()
        .expect("accounts")
        .iter()
        .find(|account| account["mail"] == "daniel.weiss@contoso.example")
        .expect("Daniel");
    let victim = operator.with_token(daniel["token"].as_str().expect("a token"));
    let members = [
        visavis_tests::chat::member("ada@cont0so.example"),
        visavis_tests::chat::member("daniel.weiss@contoso.example"),
    ];
    let chat = ada.post("chats", json!({"chatType": "oneOnOne", "members": members})).await;
    let (chat, asking) = (chat.id(), chat.json());
    assert!(asking["contactRequest"]["risk"].is_null(), "the asking side is not told");
    ada.say(&chat, "Please pay this").await.expect(201);
    let risk =
        victim.get(&format!("chats/{chat}")).await.expect(200)["contactRequest"]["risk"].clone();
    assert_eq!(risk, json!({"level": "high", "reasons": ["lookalikeDomain"]}));
    let accept = format!("chats/{chat}/acceptRequest");
    let acknowledged = json!({"acknowledgeRisk": true});
    assert_eq!(victim.accept(&chat).await.line(), "409 riskNotAcknowledged");
    assert_eq!(victim.post(&accept, acknowledged.clone()).await.line(), "409 riskNotAcknowledged");
    victim.get(&format!("chats/{chat}/requestPreview")).await.expect(200);
    assert_eq!(victim.accept(&chat).await.line(), "409 riskNotAcknowledged");
    victim.post(&accept, acknowledged).await.expect(204);
    victim.say(&chat, "Hm").await.expect(201);
}

#[tokio::test]
async fn t_127_a_group_request_is_declined() {
    let world = World::of_rows().await;
    let [p, a, b] = world.people(["P", "A", "B"]);
    let chat = p.group("Plans", &[a, b]).await.id();
    p.say(&chat, "1").await.expect(201);
    let seen = a.get(&format!("chats/{chat}?$expand=members")).await.expect(200);
    assert_eq!(seen["topic"], Value::Null);
    assert_eq!(seen["members"].as_array().map(Vec::len), Some(2), "the asker and oneself");
    let decline = format!("chats/{chat}/declineRequest");
    a.post(&decline, json!({"blockRequester": true})).await.expect(204);
    assert!(!a.lists(&chat).await);
    assert_eq!(a.get(&format!("chats/{chat}")).await.status, 404);
    let blocked = a.get("me/externalContacts/blocked").await.entries();
    assert_eq!(blocked.len(), 1);
    assert_eq!(blocked[0]["id"], p.id.as_str());
    assert!(b.lists(&chat).await, "the others are still asked");
    // To the asker it goes on looking as if the request waited, and nothing arrives.
    let pair = p.start(a).await.id();
    p.say(&pair, "2").await.expect(201);
    assert_eq!(p.request_of(&pair).await["state"], "pending");
    assert!(!a.lists(&pair).await);
}

#[tokio::test]
async fn s_20_a_stranger_who_does_not_answer_silences_no_team() {
    let world = World::of_rows().await;
    let [a, a2, b, p] = world.people(["A", "A2", "B", "P"]);
    let team = a.group("Team", &[a2]).await.id();
    a.add(&team, b, None).await.expect(201);
    for number in 0..12 {
        a2.say(&team, &format!("among us {number}")).await.expect(201);
    }
    for one in [a, a2] {
        let request = one.request_of(&team).await;
        assert_eq!(
            (&request["state"], &request["messagesAllowed"]),
            (&json!("pending"), &Value::Null)
        );
    }
    assert_eq!(b.get(&format!("chats/{team}/messages")).await.status, 404);
    // Whoever is alone with those who were asked has ten messages, as in a chat of two.
    let alone = a.group("Alone", &[b, p]).await.id();
    for number in 0..10 {
        a.say(&alone, &format!("{number}")).await.expect(201);
    }
    assert_eq!(a.say(&alone, "11").await.line(), "403 pendingCap");
    a.add(&alone, a2, None).await.expect(201);
    a.say(&alone, "among us").await.expect(201);
}

#[tokio::test]
async fn t_129_and_t_130_edits_and_deletions_reach_everybody() {
    let world = World::of_rows().await;
    let [p, a] = world.people(["P", "A"]);
    let chat = p.befriend(a).await;
    let id = p.say(&chat, "teh").await.id();
    let message = format!("chats/{chat}/messages/{id}");
    p.patch(&message, json!({"body": {"content": "the"}})).await.expect(204);
    let seen = a.get(&message).await.expect(200);
    assert_eq!(seen["body"]["content"], "the");
    assert!(seen["lastEditedDateTime"].as_str().is_some_and(|at| at > DAY), "{seen}");
    assert_eq!(
        a.patch(&message, json!({"body": {"content": "mine"}})).await.line(),
        "403 noPermission"
    );

    p.act(&chat, &format!("messages/{id}/softDelete")).await.expect(204);
    for who in [p, a] {
        let seen = who.get(&message).await.expect(200);
        assert_eq!(seen["body"]["content"], "", "{seen}");
        assert!(seen["deletedDateTime"].is_string(), "{seen}");
    }
}

#[tokio::test]
async fn t_132_a_message_has_28_kb_at_most() {
    let world = World::of_rows().await;
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    a.say(&chat, &"x".repeat(28 * 1024)).await.expect(201);
    let refused = a.say(&chat, &"x".repeat(28 * 1024 + 1)).await;
    assert_eq!(refused.line(), "413 messageTooLarge");
    let refused = a.say(&chat, &"é".repeat(14 * 1024 + 1)).await;
    assert_eq!(refused.line(), "413 messageTooLarge", "bytes count, not characters");
    assert_eq!(a2.read(&chat).await.len(), 1);
}
