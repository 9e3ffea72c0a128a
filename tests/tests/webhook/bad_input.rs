//! What bad input gets: a stable code, the part that is wrong, and no subscription.

use serde_json::{Value, json};
use visavis_tests::receiver::{Receiver, in_minutes, wish};
use visavis_tests::world::World;

const CERTIFICATE: &str = include_str!("../../fixtures/subscriber.pem");
const WEAK: &str = include_str!("../../fixtures/weak.pem");
const ELLIPTIC: &str = include_str!("../../fixtures/elliptic.pem");

/// Changes to a good wish, and what they get: the answer and its target.
fn changes() -> Vec<(Value, &'static str, &'static str)> {
    let invalid = "400 invalid";
    vec![
        (json!({"resource": null}), invalid, "resource"),
        (json!({"resource": 1}), invalid, "resource"),
        (json!({"resource": ""}), invalid, "resource"),
        (json!({"resource": "/teams/x/channels"}), invalid, "resource"),
        (json!({"resource": "/communications/presences"}), invalid, "resource"),
        (json!({"resource": "/communications/presences/ada"}), invalid, "resource"),
        (json!({"resource": "/chats?$filter=a eq 'b'"}), "400 unsupportedQueryOption", "$filter"),
        (json!({"resource": "/chats?$search=x"}), "400 unsupportedQueryOption", "$search"),
        (json!({"resource": "/chats/getAllMessages?$search=x"}), "501 notImplemented", ""),
        (
            json!({"resource": "/me/chats/getAllMessages?$filter=mentions/any(u: u/mentioned/user/id eq 'x')"}),
            "501 notImplemented",
            "",
        ),
        (
            json!({"resource": "/me/chats?notifyOnUserSpecificProperties=false"}),
            invalid,
            "resource",
        ),
        (
            json!({"resource": "/chats/getAllMembers?notifyOnUserSpecificProperties=true"}),
            "400 unsupportedQueryOption",
            "notifyOnUserSpecificProperties",
        ),
        (json!({"resource": "/chats/nonsense/messages"}), "404", ""),
        (json!({"resource": "/users/nobody@a.test/chats"}), "404", ""),
        (json!({"resource": "/admin/teams/externalAccess"}), "403 noPermission", ""),
        (json!({"changeType": null}), invalid, "changeType"),
        (json!({"changeType": ""}), invalid, "changeType"),
        (json!({"changeType": "created,destroyed"}), invalid, "changeType"),
        (json!({"notificationUrl": null}), invalid, "notificationUrl"),
        (json!({"notificationUrl": "nonsense"}), invalid, "notificationUrl"),
        (json!({"notificationUrl": "file:///etc/passwd"}), invalid, "notificationUrl"),
        (json!({"notificationUrl": "http://a:b@127.0.0.1/"}), invalid, "notificationUrl"),
        (json!({"notificationUrl": "http://127.0.0.1/#x"}), invalid, "notificationUrl"),
        (
            json!({"notificationUrl": format!("http://127.0.0.1/{}", "x".repeat(2_048))}),
            invalid,
            "notificationUrl",
        ),
        (json!({"lifecycleNotificationUrl": "ftp://a"}), invalid, "lifecycleNotificationUrl"),
        (json!({"expirationDateTime": null}), invalid, "expirationDateTime"),
        (json!({"expirationDateTime": "tomorrow"}), invalid, "expirationDateTime"),
        (json!({"expirationDateTime": in_minutes(-1)}), invalid, "expirationDateTime"),
        (json!({"expirationDateTime": in_minutes(4_322)}), invalid, "expirationDateTime"),
        (
            json!({"expirationDateTime": in_minutes(62), "lifecycleNotificationUrl": null}),
            invalid,
            "expirationDateTime",
        ),
        (json!({"clientState": "x".repeat(129)}), invalid, "clientState"),
        (json!({"includeResourceData": true}), invalid, "encryptionCertificate"),
        (json!({"encryptionCertificateId": "x"}), invalid, "encryptionCertificate"),
        (json!({"encryptionCertificate": CERTIFICATE}), invalid, "encryptionCertificate"),
        (
            json!({"encryptionCertificate": CERTIFICATE, "encryptionCertificateId": "x".repeat(129)}),
            invalid,
            "encryptionCertificate",
        ),
        (
            json!({"encryptionCertificate": "%%%", "encryptionCertificateId": "x"}),
            invalid,
            "encryptionCertificate",
        ),
        (
            json!({"encryptionCertificate": "AAAA", "encryptionCertificateId": "x"}),
            invalid,
            "encryptionCertificate",
        ),
        (
            json!({"encryptionCertificate": "A".repeat(20_000), "encryptionCertificateId": "x"}),
            invalid,
            "encryptionCertificate",
        ),
        (
            json!({"encryptionCertificate": WEAK, "encryptionCertificateId": "x"}),
            invalid,
            "encryptionCertificate",
        ),
        (
            json!({"encryptionCertificate": ELLIPTIC, "encryptionCertificateId": "x"}),
            invalid,
            "encryptionCertificate",
        ),
    ]
}

fn changed(mut body: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[tokio::test]
async fn every_part_that_is_wrong_is_named() {
    let world = World::start();
    let a = world.person("A");
    let receiver = Receiver::start().await;
    for (change, line, target) in changes() {
        let answer = a.post("subscriptions", changed(wish("/me/chats", &receiver), &change)).await;
        assert_eq!(answer.line(), line, "{change}: {}", answer.text);
        assert_eq!(
            answer.json()["error"]["target"].as_str().unwrap_or_default(),
            target,
            "{change}"
        );
    }
    assert!(receiver.arrivals().is_empty(), "nothing is sent for what is refused anyway");
    assert!(a.all("subscriptions").await.is_empty());
    for (resource, types) in [
        (format!("/communications/presences/{}", a.id), "created"),
        ("/admin/teams/externalAccess".to_owned(), "updated"),
    ] {
        let body = changed(wish(&resource, &receiver), &json!({"changeType": types}));
        assert_eq!(world.person("AA").post("subscriptions", body).await.line(), "400 invalid");
    }
    // Presence lasts an hour, whatever the addresses.
    let presence = format!("/communications/presences/{}", a.id);
    let long = json!({"expirationDateTime": in_minutes(62)});
    let answer = a.post("subscriptions", changed(wish(&presence, &receiver), &long)).await;
    assert_eq!(answer.line(), "400 invalid");
    // Three days with a lifecycle URL are fine.
    let days = json!({"expirationDateTime": in_minutes(4_300)});
    let made = a.post("subscriptions", changed(wish("/me/chats", &receiver), &days)).await;
    let id = made.id();
    for (change, target) in [
        (json!({"notificationUrl": receiver.url("other")}), "notificationUrl"),
        (json!({"lifecycleNotificationUrl": receiver.url("o")}), "lifecycleNotificationUrl"),
        (json!({"clientState": "another"}), "clientState"),
        (json!({"resource": "/me/chats/requests"}), "resource"),
        (json!({"changeType": "deleted"}), "changeType"),
        (json!({"includeResourceData": true}), "includeResourceData"),
        (json!({"nonsense": 1}), "nonsense"),
        (json!({"expirationDateTime": in_minutes(-5)}), "expirationDateTime"),
        (json!({"expirationDateTime": in_minutes(5_000)}), "expirationDateTime"),
        (json!({"expirationDateTime": "x"}), "expirationDateTime"),
        (
            json!({"encryptionCertificate": WEAK, "encryptionCertificateId": "x"}),
            "encryptionCertificate",
        ),
    ] {
        let answer = a.patch(&format!("subscriptions/{id}"), change.clone()).await;
        assert_eq!(answer.line(), "400 invalid", "{change}");
        assert_eq!(answer.json()["error"]["target"], target, "{change}");
    }
    // What is so already may be said again, as somebody does who sends back what they read.
    let mut whole = a.get(&format!("subscriptions/{id}")).await.expect(200);
    whole["expirationDateTime"] = json!(in_minutes(30));
    whole["@odata.etag"] = json!("x");
    let renewed = a.patch(&format!("subscriptions/{id}"), whole).await.expect(200);
    assert_eq!(renewed["resource"], made.json()["resource"]);
    for path in ["subscriptions/x", "subscriptions/00000000-0000-7000-8000-000000000000"] {
        assert_eq!(a.get(path).await.line(), "404");
        assert_eq!(a.delete(path).await.line(), "404");
    }
    assert_eq!(a.get("subscriptions?$filter=a eq 'b'").await.line(), "400 unsupportedQueryOption");
    assert_eq!(a.get("subscriptions?$skiptoken=x").await.line(), "400 invalid");
}

#[tokio::test]
async fn addresses_inside_are_refused_unless_a_switch_says_otherwise() {
    let world = World::in_earnest(&[]);
    let a = world.person("A");
    let receiver = Receiver::start().await;
    let good = wish("/me/chats", &receiver);
    for url in [
        receiver.url("changes"),
        receiver.url("changes").replace("http://", "https://"),
        "https://127.1/".to_owned(),
        "https://2130706433/".to_owned(),
        "https://0x7f000001/".to_owned(),
        "https://[::1]/".to_owned(),
        "https://[::ffff:127.0.0.1]/".to_owned(),
        "https://[64:ff9b::7f00:1]/".to_owned(),
        "https://[2002:7f00:1::]/".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "https://8.8.8.8:22/".to_owned(),
        "http://example.org/".to_owned(),
    ] {
        for name in ["notificationUrl", "lifecycleNotificationUrl"] {
            let answer = a.post("subscriptions", changed(good.clone(), &json!({name: url}))).await;
            assert_eq!(answer.line(), "400 invalid", "{name} {url}");
        }
    }
    // A name that leads inside is asked for, found out, and answered like one that leads nowhere.
    let mut answers = Vec::new();
    for url in ["https://localhost:8443/", "https://no-such-host.invalid:8443/"] {
        let both = json!({"notificationUrl": url, "lifecycleNotificationUrl": null});
        answers.push(a.post("subscriptions", changed(good.clone(), &both)).await);
    }
    assert_eq!(answers[0].line(), "400 validationFailed");
    assert_eq!(answers[0].timeless(), answers[1].timeless());
    assert!(receiver.arrivals().is_empty(), "{:?}", receiver.arrivals());
    assert!(a.all("subscriptions").await.is_empty());
    let allowing = World::in_earnest(&["--allow-private-notification-urls"]);
    allowing.person("A").subscribe("/me/chats", &receiver).await;
}

#[tokio::test]
async fn an_account_has_a_hundred_subscriptions_at_most() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let receiver = Receiver::start().await;
    let mut body = wish("/me/chats", &receiver);
    body["lifecycleNotificationUrl"] = Value::Null;
    for _ in 0..100 {
        a.post("subscriptions", body.clone()).await.expect(201);
    }
    let before = receiver.arrivals().len();
    assert_eq!(a.post("subscriptions", body.clone()).await.line(), "403 limitReached");
    assert_eq!(receiver.arrivals().len(), before, "nothing is asked for what is refused anyway");
    a2.post("subscriptions", body.clone()).await.expect(201);
    let all = a.all("subscriptions?$top=30").await;
    assert_eq!(all.len(), 100);
    let id = all[0]["id"].as_str().unwrap();
    a.delete(&format!("subscriptions/{id}")).await.expect(204);
    a.post("subscriptions", body).await.expect(201);
    // Making them is limited in time, too, where it is meant.
    let earnest = World::in_earnest(&["--allow-private-notification-urls"]);
    let a = earnest.person("A");
    let mut refused = wish("/me/chats", &receiver);
    refused["notificationUrl"] = json!("http://127.0.0.1:9/");
    let mut lines = std::collections::BTreeMap::new();
    // Sixty at once, and one more for each second that this takes.
    while !lines.contains_key("429 tooMany") {
        let answer = a.post("subscriptions", refused.clone()).await;
        *lines.entry(answer.line()).or_insert(0) += 1;
        assert!(lines.values().sum::<usize>() <= 200, "{lines:?}");
    }
    assert!(lines["400 validationFailed"] >= 60, "{lines:?}");
}
