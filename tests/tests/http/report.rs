//! Reports of messages, people and chats: who finds them, and that nobody else learns of them.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::external_access::TRAIL;
use visavis_tests::socket::Socket;
use visavis_tests::world::World;

/// So long nothing must come before everything has come.
const QUIET: Duration = Duration::from_millis(400);

/// The reports in the trail of an administrator's organisation, newest first.
async fn reports(admin: &Client) -> Vec<Value> {
    admin.get(&format!("{TRAIL}?$filter=kind eq 'UserReported'")).await.entries()
}

#[tokio::test]
async fn t_256_a_message_is_reported_to_the_own_side_and_stays_as_it_is() {
    let world = World::start();
    let [a, b, aa, bb] = world.people(["A", "B", "AA", "BB"]);
    let chat = a.befriend(b).await;
    let id = b.say(&chat, "quicksilver").await.id();
    let message = format!("chats/{chat}/messages/{id}");
    let before = b.get(&message).await.expect(200);
    let chat_before = b.get(&format!("chats/{chat}?$expand=members")).await.expect(200);
    let mut socket = Socket::open(b).await.unwrap();
    let body = json!({"reason": "securityRisk", "comment": " asks for a password "});
    a.post(&format!("{message}/report"), body).await.expect(204);
    // It may be reported again.
    a.post(&format!("{message}/report"), json!({"reason": "other"})).await.expect(204);

    let found = reports(aa).await;
    assert_eq!(found.len(), 2, "{found:?}");
    let (first, again) = (&found[1], &found[0]);
    assert_eq!(first["actorId"], a.id.as_str());
    assert_eq!(first["chatId"], chat.as_str());
    assert_eq!(first["messageId"], id.as_str());
    let detail =
        json!({"person": b.id, "reason": "securityRisk", "comment": "asks for a password"});
    assert_eq!(first["detail"], detail);
    assert_eq!(again["detail"]["comment"], Value::Null);
    assert!(!first.to_string().contains("quicksilver"), "{first}");
    let proof = aa.get(&format!("{TRAIL}/verification")).await.expect(200);
    assert_eq!(proof["isIntact"], true);

    // The other side: nothing in the trail, in the chat, in the message, over the connection.
    assert!(reports(bb).await.is_empty());
    assert!(socket.drain(QUIET).await.unwrap().is_empty());
    assert_eq!(b.get(&message).await.expect(200), before);
    assert_eq!(b.get(&format!("chats/{chat}?$expand=members")).await.expect(200), chat_before);
    assert!(world.operator().get("deployment/reports").await.entries().is_empty());
}

#[tokio::test]
async fn p8_a_repeated_key_reports_once() {
    let world = World::start();
    let [a, b, aa] = world.people(["A", "B", "AA"]);
    let chat = a.befriend(b).await;
    let path = format!("chats/{chat}/report");
    let send = async |body: Value| {
        let request = a.request(reqwest::Method::POST, &path).header("Idempotency-Key", "r-1");
        a.send(request.json(&body)).await
    };
    for _ in 0..3 {
        send(json!({"reason": "spam"})).await.expect(204);
    }
    assert_eq!(reports(aa).await.len(), 1);
    assert_eq!(send(json!({"reason": "other"})).await.line(), "409 conflict");
}

#[tokio::test]
async fn u_29_p5_a_request_is_reported_before_it_is_answered() {
    let world = World::start();
    let [a, b, aa, bb] = world.people(["A", "B", "AA", "BB"]);
    let chat = a.start(b).await.id();
    let id = a.say(&chat, "quicksilver").await.id();
    let before = a.get(&format!("chats/{chat}?$expand=members")).await.expect(200);
    let mut socket = Socket::open(a).await.unwrap();
    // What was written is not there for them, so it cannot be reported by itself.
    let message = format!("chats/{chat}/messages/{id}/report");
    b.post(&message, json!({"reason": "spam"})).await.expect(404);
    b.post(&format!("chats/{chat}/report"), json!({"reason": "impersonation"})).await.expect(204);
    let found = reports(bb).await;
    assert_eq!(found[0]["detail"]["person"], a.id.as_str(), "{found:?}");
    // Blocking with a report is found in the same place; any words will do.
    let report = json!({"reason": "sells cars", "comment": "again"});
    b.post(&format!("chats/{chat}/blockRequest"), json!({"report": report})).await.expect(204);
    let found = reports(bb).await;
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0]["detail"],
        json!({"person": a.id, "reason": "other", "comment": "sells cars: again"})
    );
    b.post(&format!("chats/{chat}/report"), json!({"reason": "spam"})).await.expect(404);

    assert!(reports(aa).await.is_empty());
    assert!(socket.drain(QUIET).await.unwrap().is_empty(), "who asks is told nothing");
    assert_eq!(a.get(&format!("chats/{chat}?$expand=members")).await.expect(200), before);
}

#[tokio::test]
async fn u_51_people_and_groups_are_reported() {
    let world = World::of_rows().await;
    let [a, a2, b, c, aa] = world.people(["A", "A2", "B", "C", "AA"]);
    a.befriend(b).await;
    let group = a.group("Plans", &[b, a2]).await.id();
    b.accept(&group).await;
    let path = format!("chats/{group}/report");
    a.post(&path, json!({"reason": "harassment", "user": {"id": b.id}})).await.expect(204);
    a.post(&path, json!({"reason": "harassment", "user": {"id": a2.id}})).await.expect(204);
    a.post(&path, json!({"reason": "spam"})).await.expect(204);
    let people: Vec<Value> =
        reports(aa).await.iter().rev().map(|one| one["detail"]["person"].clone()).collect();
    assert_eq!(people, [json!(b.id), json!(a2.id), Value::Null], "the last is the group");
    for (body, status) in [
        (json!({"reason": "spam", "user": {"id": c.id}}), 404),
        (json!({"reason": "spam", "user": {"id": a.id}}), 400),
        (json!({"reason": "spam", "user": {"id": "somebody"}}), 400),
    ] {
        assert_eq!(a.post(&path, body.clone()).await.status, status, "{body}");
    }
    c.post(&path, json!({"reason": "spam"})).await.expect(404);
    a.anonymous().post(&path, json!({"reason": "spam"})).await.expect(401);
    assert_eq!(reports(aa).await.len(), 3);
}

#[tokio::test]
async fn p10_a_former_member_reports_and_learns_of_nobody_who_came_later() {
    let world = World::of_rows().await;
    let [a, b, c, bb] = world.people(["A", "B", "C", "BB"]);
    a.befriend(b).await;
    let group = a.group("Plans", &[b]).await.id();
    b.accept(&group).await;
    let id = a.say(&group, "Hello").await.id();
    b.act(&group, "leave").await.expect(204);
    a.add(&group, c, None).await.expect(201);
    let path = format!("chats/{group}/messages/{id}/report");
    b.post(&path, json!({"reason": "harassment"})).await.expect(204);
    let later = json!({"reason": "spam", "user": {"id": c.id}});
    b.post(&format!("chats/{group}/report"), later).await.expect(404);
    let found = reports(bb).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["participants"], Value::Null);
    assert!(!found[0].to_string().contains(&c.id), "{}", found[0]);
}

#[tokio::test]
async fn u_52_the_operator_finds_what_personal_accounts_report() {
    let world = World::start();
    let [a, p, q, aa] = world.people(["A", "P", "Q", "AA"]);
    let chat = a.befriend(p).await;
    let id = a.say(&chat, "quicksilver").await.id();
    p.post(&format!("chats/{chat}/messages/{id}/report"), json!({"reason": "spam"}))
        .await
        .expect(204);
    let other = q.start(p).await.id();
    let body = json!({"reason": "impersonation", "comment": "line one\nline two"});
    p.post(&format!("chats/{other}/report"), body).await.expect(204);

    let operator = world.operator();
    let found = operator.get("deployment/reports").await.entries();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["reporter"], json!({"id": p.id, "displayName": "P", "mail": p.mail}));
    assert_eq!(found[0]["person"]["id"], q.id.as_str());
    assert_eq!(found[0]["messageId"], Value::Null);
    assert_eq!(found[0]["comment"], "line one\nline two");
    assert_eq!(found[1]["person"]["id"], a.id.as_str());
    assert_eq!((&found[1]["chatId"], &found[1]["messageId"]), (&json!(chat), &json!(id)));
    assert!(!found[1].to_string().contains("quicksilver"), "the operator sees no content");
    let paged = operator.all("deployment/reports?$top=1").await;
    assert_eq!(paged, found);
    for somebody in [a, p, aa] {
        somebody.get("deployment/reports").await.expect(403);
    }
    assert!(reports(aa).await.is_empty());
    operator.get("deployment/reports?$filter=reason eq 'spam'").await.expect(400);
}

#[tokio::test]
async fn what_is_no_report_is_refused() {
    let world = World::start();
    let [a, b, aa] = world.people(["A", "B", "AA"]);
    let chat = a.befriend(b).await;
    let mine = a.say(&chat, "mine").await.id();
    let theirs = b.say(&chat, "theirs").await.id();
    let all = a.all(&format!("chats/{chat}/messages")).await;
    let line = all.iter().find(|message| message["messageType"] != "message");
    for body in [
        json!({}),
        json!([]),
        json!({"reason": null}),
        json!({"reason": ""}),
        json!({"reason": "Spam"}),
        json!({"reason": 5}),
        json!({"reason": "spam", "comment": 5}),
        json!({"reason": "spam", "comment": "x".repeat(1_001)}),
        json!({"reason": "spam", "comment": "a\u{7}b"}),
    ] {
        for path in
            [format!("chats/{chat}/report"), format!("chats/{chat}/messages/{theirs}/report")]
        {
            assert_eq!(a.post(&path, body.clone()).await.status, 400, "{path} {body}");
        }
    }
    let spam = json!({"reason": "spam"});
    a.post(&format!("chats/{chat}/messages/{mine}/report"), spam.clone()).await.expect(400);
    a.post(&format!("chats/{chat}/messages/17/report"), spam.clone()).await.expect(404);
    if let Some(line) = line {
        let id = line["id"].as_str().expect("an id");
        a.post(&format!("chats/{chat}/messages/{id}/report"), spam.clone()).await.expect(400);
    }
    let longest = json!({"reason": "spam", "comment": "x".repeat(1_000)});
    assert!(reports(aa).await.is_empty());
    for user in [json!({}), json!({"id": null}), json!({"id": "nobody"})] {
        let body = json!({"reason": "spam", "user": user});
        a.post(&format!("chats/{chat}/report"), body).await.expect(400);
    }
    a.post(&format!("chats/{chat}/report"), longest).await.expect(204);
}

#[tokio::test]
async fn p9_reports_are_limited() {
    let world = World::start_with(&["--limit", "reportsPerMinute=2"]);
    let [a, b, aa] = world.people(["A", "B", "AA"]);
    let chat = a.befriend(b).await;
    let path = format!("chats/{chat}/report");
    let spam = json!({"reason": "spam"});
    for _ in 0..2 {
        a.post(&path, spam.clone()).await.expect(204);
    }
    assert_eq!(a.post(&path, spam.clone()).await.line(), "429 tooMany");
    b.post(&path, spam).await.expect(204);
    assert_eq!(reports(aa).await.len(), 2);
}

#[tokio::test]
async fn u_29_nothing_in_a_report_keeps_anybody_from_blocking() {
    let world = World::start_with(&["--limit", "reportsPerMinute=2"]);
    let [a, a2, a3, b, bb] = world.people(["A", "A2", "A3", "B", "BB"]);
    for (asker, report, is_kept) in [
        (a, json!({"reason": "x".repeat(1_500), "comment": "a\u{7}b"}), true),
        (a2, json!({"comment": "only this"}), true),
        (a3, json!({"reason": "spam"}), false),
    ] {
        let before = reports(bb).await.len();
        let chat = asker.start(b).await.id();
        asker.say(&chat, "hello").await.expect(201);
        let path = format!("chats/{chat}/blockRequest");
        b.post(&path, json!({"report": report})).await.expect(204);
        assert_eq!(reports(bb).await.len() - before, usize::from(is_kept));
        let blocked = b.all("me/externalContacts/blocked").await;
        assert!(blocked.iter().any(|person| person.to_string().contains(&asker.id)), "{blocked:?}");
    }
}
