//! What bad input gets: the envelope, the right status, a sentence that helps, and no change of
//! state. That every answer is an envelope with its ids is checked for each by the client.

use reqwest::Method;
use reqwest::header::{ALLOW, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, IF_MATCH};
use serde_json::{Value, json};
use visavis_tests::answer::Answer;
use visavis_tests::chat::member;
use visavis_tests::external_access::{CONFIGURATION, POLICIES};
use visavis_tests::world::{Person, World};

/// Everything that a request of these tests could have changed.
async fn state(world: &World, chat: &str) -> Value {
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let mut state = Vec::new();
    for who in [a, b] {
        state.push(json!(who.all("me/chats?$expand=members,lastMessagePreview").await));
        state.push(json!(who.all(&format!("chats/{chat}/messages")).await));
        state.push(json!(who.all("me/externalContacts/blocked").await));
        state.push(who.get("me/settings/externalChat").await.expect(200));
    }
    state.push(admin.get(CONFIGURATION).await.expect(200));
    state.push(json!(admin.all(POLICIES).await));
    state.push(json!(admin.all("users?$top=999").await));
    state.push(json!(admin.all("groups").await));
    state.push(json!(a.all("me/tokens").await));
    json!(state)
}

async fn raw(who: &Person, method: Method, path: &str, body: &[u8]) -> Answer {
    let request = who.request(method, path).header(CONTENT_TYPE, "application/json");
    who.send(request.body(body.to_vec())).await
}

#[tokio::test]
async fn bodies_that_are_no_json() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let before = state(&world, &chat).await;
    let messages = format!("chats/{chat}/messages");
    let deep = [b"{\"body\":{\"content\":".to_vec(), b"[".repeat(5_000)].concat();
    let deeper = b"{\"body\":".repeat(10_000);
    for body in [
        &b"{"[..],
        b"[]",
        b"null",
        b"\"text\"",
        b"42",
        b"not json",
        b"{\"body\":{\"content\":\"x\"}} trailing",
        b"{\"body\":{\"content\":\"x\",}}",
        b"{'body':{}}",
        b"\xFF\xFE",
        b"{\"body\":{\"content\":\"\xC3\x28\"}}",
        b"{\"body\":{\"content\":\"a\0b\"}}",
        b"{\"body\":{\"content\":\"a\\u0000b\"}}",
        b"{\"body\":{\"content\":\"a\nb\"}}",
        b"{\"body\":{\"content\":\"\\ud800\"}}",
        &deep,
        &deeper,
    ] {
        let answer = raw(a, Method::POST, &messages, body).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_eq!(answer.status, 400, "{shown}: {}", answer.text);
        assert!(answer.json()["error"]["target"].is_string(), "{shown}: {}", answer.text);
        for path in ["chats", "me/externalContacts/resolve", "me/tokens", "auth/signIn"] {
            let answer = raw(a, Method::POST, path, body).await;
            assert_eq!(answer.status, 400, "{path} {shown}: {}", answer.text);
        }
    }
    let request = a.request(Method::POST, &messages).header(CONTENT_TYPE, "text/plain");
    a.send(request.body("{\"body\":{\"content\":\"x\"}}")).await.expect(415);
    for coding in ["gzip", "br", "identity, gzip", "x"] {
        let request = a.request(Method::POST, &messages).header(CONTENT_ENCODING, coding);
        let refused = a.send(request.json(&json!({"body": {"content": "x"}}))).await;
        assert_eq!(refused.line(), "415", "{coding}");
        assert!(refused.text.contains("Content-Encoding"), "{}", refused.text);
    }
    assert_eq!(state(&world, &chat).await, before);
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let before = state(&world, &chat).await;
    let body = json!({"body": {"content": "x".repeat(2 * 1024 * 1024)}}).to_string();
    for path in [format!("chats/{chat}/messages"), "chats".to_owned(), "auth/signIn".to_owned()] {
        let answer = raw(a, Method::POST, &path, body.as_bytes()).await;
        assert_eq!(answer.line(), "413 requestTooLarge", "{path}");
    }
    assert_eq!(state(&world, &chat).await, before);
}

#[tokio::test]
async fn wrong_values_in_right_json() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    let id = a.say(&chat, "here").await.id();
    let before = state(&world, &chat).await;
    let said = |content: &str| json!({"body": {"content": content}});
    let pair = |key: &str| json!({"chatType": "oneOnOne", "members": [member(&a.id), member(key)]});
    let with_topic = |topic: &str| json!({"chatType": "group", "topic": topic, "members": [member(&a.id), member(&b.id)]});
    let mut since = member("a2@a.test");
    since["visibleHistoryStartDateTime"] = json!("yesterday");
    let no_role = json!({"user@odata.bind": "https://x.test/v1.0/users('b@b.test')"});
    let messages = format!("chats/{chat}/messages");
    let message = format!("{messages}/{id}");
    let resolve = "me/externalContacts/resolve";
    let email = |email: &str| json!({"identities": [{"email": email}]});
    let phone = |number: &str| json!({"identities": [{"phoneNumber": number}]});
    let user = |name: &str| json!({"displayName": "X", "userPrincipalName": name});
    for (who, method, path, body) in [
        (a, "POST", messages.as_str(), json!({})),
        (a, "POST", &messages, json!({"body": "text"})),
        (a, "POST", &messages, json!({"body": {"content": 5}})),
        (a, "POST", &messages, json!({"body": {"content": "x", "contentType": "markdown"}})),
        (a, "POST", &messages, json!({"body": {"content": "x"}, "importance": "vital"})),
        (a, "POST", &messages, json!({"body": {"content": "x"}, "mentions": [{"id": "zero"}]})),
        (
            a,
            "POST",
            &messages,
            json!({"body": {"content": "<at id=\"0\">C</at>", "contentType": "html"},
            "mentions": [{"id": 0, "mentioned": {"user": {"id": "nobody"}}}]}),
        ),
        (a, "POST", &messages, said("")),
        (a, "PATCH", &message, json!({"body": []})),
        (a, "PATCH", &message, json!({"body": {}})),
        (a, "PATCH", &message, said(" ")),
        (a, "PATCH", &message, json!({"importance": "vital"})),
        (a, "PATCH", &message, json!({"subject": "\u{7}"})),
        (a, "PATCH", &message, json!({"mentions": {}})),
        (
            a,
            "PATCH",
            &message,
            json!({"mentions": [{"id": 0, "mentionText": "C", "mentioned": {"user": {"id": "c@c.test"}}}]}),
        ),
        (
            a,
            "PATCH",
            &message,
            json!({"attachments": [{"id": "x", "contentType": "messageReference"}]}),
        ),
        (
            a,
            "PATCH",
            &message,
            json!({"hostedContents": [{"@microsoft.graph.temporaryId": "1", "contentBytes": "iVBORw0KGgo="}]}),
        ),
        (a, "POST", &format!("{message}/setReaction"), json!({"reactionType": ""})),
        (a, "POST", &format!("{message}/setReaction"), json!({"reactionType": "👍".repeat(20)})),
        (a, "POST", &format!("{message}/setReaction"), json!({})),
        (a, "POST", &format!("chats/{chat}/pinnedMessages"), json!({})),
        (
            a,
            "POST",
            &format!("{messages}/replyWithQuote"),
            json!({"messageIds": ["x"], "replyMessage": said("x")}),
        ),
        (
            a,
            "POST",
            &format!("{messages}/replyWithQuote"),
            json!({"messageIds": [], "replyMessage": said("x")}),
        ),
        (
            a,
            "POST",
            &format!("chats/{chat}/markChatUnreadForUser"),
            json!({"user": {"id": a.id}, "lastMessageReadDateTime": "soon"}),
        ),
        (
            a,
            "POST",
            &format!("chats/{chat}/markChatUnreadForUser"),
            json!({"user": {"id": a.id}, "lastMessageReadDateTime": "2026-13-01T00:00:00Z"}),
        ),
        (
            a,
            "POST",
            &format!("chats/{chat}/markChatUnreadForUser"),
            json!({"user": {"id": a.id}, "lastMessageReadDateTime": "12026-01-01T00:00:00Z"}),
        ),
        (a, "POST", &format!("chats/{chat}/leave"), Value::Null),
        (a, "PATCH", &format!("chats/{chat}"), json!({"topic": "a pair has none"})),
        (a, "POST", &format!("chats/{chat}/members"), member("a2@a.test")),
        (a, "POST", "chats", json!({"chatType": "oneOnOne"})),
        (
            a,
            "POST",
            "chats",
            json!({"chatType": "meeting", "members": [member(&a.id), member(&b.id)]}),
        ),
        (a, "POST", "chats", json!({"chatType": "oneOnOne", "members": [member(&a.id)]})),
        (
            a,
            "POST",
            "chats",
            json!({"chatType": "oneOnOne", "members": [member(&a.id), member(&a.mail)]}),
        ),
        (
            a,
            "POST",
            "chats",
            json!({"chatType": "oneOnOne", "members": [member(&b.id), member("c@c.test")]}),
        ),
        (a, "POST", "chats", json!({"chatType": "oneOnOne", "members": [member(&a.id), no_role]})),
        (
            a,
            "POST",
            "chats",
            json!({"chatType": "oneOnOne", "members":
            [member(&a.id), member(&b.id), member("c@c.test")]}),
        ),
        (a, "POST", "chats", json!({"chatType": "group", "members": [member(&a.id), since]})),
        (a, "POST", "chats", with_topic(&"x".repeat(257))),
        (a, "POST", "chats", with_topic("bell \u{7}")),
        (a, "POST", "chats", with_topic("right to left \u{202E}")),
        (a, "POST", "chats", pair("b@b..test")),
        (a, "POST", "chats", pair("b@-b.test")),
        (a, "POST", "chats", pair("b@b_b.test")),
        (a, "POST", "chats", pair("+49")),
        (a, "POST", "chats", pair("+490000000000000000")),
        (a, "POST", "chats", pair("0049301234567")),
        (a, "POST", "chats", pair("+49abc")),
        (a, "POST", resolve, json!({})),
        (a, "POST", resolve, email("b")),
        (a, "POST", resolve, email("b@")),
        (a, "POST", resolve, email("b@b.test\u{0}")),
        (a, "POST", resolve, email("b b@b.test")),
        (a, "POST", resolve, email(&format!("{}@b.test", "x".repeat(250)))),
        (a, "POST", resolve, phone("911")),
        (a, "POST", resolve, phone("+0301234567")),
        (
            a,
            "POST",
            resolve,
            json!({"identities": [{"@odata.type": "#visavis.phoneIdentity", "email": "b@b.test"}]}),
        ),
        (a, "POST", "me/externalContacts/blocked", json!({})),
        (a, "POST", "me/externalContacts/blocked", json!({"userId": "x"})),
        (a, "PATCH", "me/settings/externalChat", json!({"whoCanAddMeToGroups": "nobody"})),
        (a, "PATCH", "me/settings/externalChat", json!({"showPresenceToExternal": "yes"})),
        (a, "POST", "me/tokens", json!({})),
        (a, "POST", "me/tokens", json!({"name": ""})),
        (a, "POST", "me/tokens", json!({"name": "x", "expiresDateTime": "2001-01-01T00:00:00Z"})),
        (a, "POST", "me/tokens", json!({"name": "x", "expiresDateTime": "never"})),
        (
            a,
            "POST",
            "me/presence/setPresence",
            json!({"sessionId": "s", "availability": "Sleeping", "activity": "x"}),
        ),
        (
            a,
            "POST",
            "me/presence/setPresence",
            json!({"sessionId": "s", "availability": "Available",
            "activity": "Available", "expirationDuration": "P9000D"}),
        ),
        (a, "POST", "communications/getPresencesByUserId", json!({"ids": ["x"]})),
        (a, "POST", "auth/signIn", json!({"address": "a@a.test"})),
        (admin, "POST", "users", json!({"displayName": "X"})),
        (admin, "POST", "users", user("not an address")),
        (
            admin,
            "POST",
            "users",
            json!({"displayName": "X", "userPrincipalName": "x@a.test",
            "passwordProfile": {"password": "short"}}),
        ),
        (
            admin,
            "POST",
            "users",
            json!({"displayName": "X", "userPrincipalName": "x@a.test",
            "passwordProfile": {"password": "x".repeat(257)}}),
        ),
        (
            admin,
            "POST",
            "users",
            json!({"displayName": "X", "userPrincipalName": "x@a.test", "mobilePhone": "12"}),
        ),
        (admin, "POST", "users", json!({"displayName": "X\u{0}", "userPrincipalName": "x@a.test"})),
        (admin, "POST", "groups", json!({"displayName": ""})),
        (admin, "POST", "groups", json!({"displayName": "G", "securityEnabled": false})),
    ] {
        let answer = who.call(method, path, &body).await;
        assert_eq!(answer.status, 400, "{method} {path} {body}: {}", answer.text);
        let message = answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.len() > 10 && message.ends_with('.'), "no sentence: {message}");
        assert!(!answer.reason().is_empty(), "{}", answer.text);
    }
    assert_eq!(state(&world, &chat).await, before);
}

#[tokio::test]
async fn settings_that_cannot_be() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    let before = state(&world, &chat).await;
    let policy = json!({"identity": "Tag:X"});
    for (method, path, body, words) in [
        (
            "PATCH",
            CONFIGURATION,
            json!({"allowFederatedUser": true, "speed": 1}),
            vec!["allowFederatedUser", "speed"],
        ),
        (
            "PATCH",
            CONFIGURATION,
            json!({"allowFederatedUsers": false, "nonsense": 1}),
            vec!["nonsense"],
        ),
        (
            "PATCH",
            CONFIGURATION,
            json!({"allowFederatedUsers": "false"}),
            vec!["allowFederatedUsers"],
        ),
        ("PATCH", CONFIGURATION, json!({"allowFederatedUsers": null}), vec!["allowFederatedUsers"]),
        (
            "PATCH",
            CONFIGURATION,
            json!({"allowedDomains": {"mode": "everyone"}}),
            vec!["allowedDomains"],
        ),
        (
            "PATCH",
            CONFIGURATION,
            json!({"allowedDomains": {"mode": "allowList", "domain": []}}),
            vec!["allowedDomains"],
        ),
        ("PATCH", CONFIGURATION, json!({"blockedDomains": "b.test"}), vec!["blockedDomains"]),
        (
            "PATCH",
            CONFIGURATION,
            json!({"blockedDomains": ["https://b.test"]}),
            vec!["blockedDomains", "https://b.test"],
        ),
        ("PATCH", CONFIGURATION, json!({"blockedDomains": ["b@b.test"]}), vec!["b@b.test"]),
        ("PATCH", CONFIGURATION, json!({"blockedDomains": ["*.b.test"]}), vec!["*.b.test"]),
        ("PATCH", CONFIGURATION, json!({"blockedDomains": ["b.test/"]}), vec!["b.test/"]),
        ("PATCH", CONFIGURATION, json!({"blockedDomains": ["a b.test"]}), vec!["a b.test"]),
        ("PATCH", CONFIGURATION, json!({"blockedDomains": [5]}), vec!["blockedDomains"]),
        (
            "PATCH",
            CONFIGURATION,
            json!({"blockedDomains": {"append": ["b.test"]}}),
            vec!["blockedDomains"],
        ),
        ("PATCH", CONFIGURATION, json!({"blockedUsers": ["nobody"]}), vec!["blockedUsers"]),
        (
            "PATCH",
            CONFIGURATION,
            json!({"externalAccessWithTrialTenants": "Maybe"}),
            vec!["externalAccessWithTrialTenants"],
        ),
        ("POST", POLICIES, json!({}), vec!["identity"]),
        ("POST", POLICIES, json!({"identity": ""}), vec!["identity"]),
        ("POST", POLICIES, json!({"identity": "Tag:X", "speed": 1}), vec!["speed"]),
        (
            "POST",
            POLICIES,
            json!({"identity": "Tag:X", "enableFederationAccess": 1}),
            vec!["enableFederationAccess"],
        ),
        (
            "POST",
            POLICIES,
            json!({"identity": "Tag:X", "communicationWithExternalOrgs": "Some"}),
            vec!["communicationWithExternalOrgs"],
        ),
    ] {
        let answer = admin.call(method, path, &body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        let message = answer.json()["error"].to_string();
        for word in words {
            assert!(message.contains(word), "{body}: {word} is not named: {message}");
        }
    }
    assert_eq!(admin.post(POLICIES, json!({"identity": "Global"})).await.status, 409);
    assert_eq!(state(&world, &chat).await, before);
    admin.post(POLICIES, policy.clone()).await.expect(201);
    assert_eq!(admin.post(POLICIES, policy).await.status, 409);
    assert_eq!(
        admin.post(POLICIES, json!({"identity": "x"})).await.status,
        409,
        "the prefix and the case do not count"
    );
}

#[tokio::test]
async fn look_alike_domains_are_other_domains() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    // In Unicode, in Punycode, in capitals and with a trailing dot: one domain.
    admin
        .configure(json!({"blockedDomains": ["BÜCHER.test", "xn--bcher-kva.test", "bücher.test."]}))
        .await;
    let stored = admin.get(CONFIGURATION).await.expect(200)["blockedDomains"].clone();
    assert_eq!(stored.as_array().map(Vec::len), Some(1), "{stored}");
    // Cyrillic letters, a suffix and a subdomain are not b.test.
    admin
        .configure(json!({"blockedDomains": ["ь.test", "bb.test", "x.b.test", "b.test.test"]}))
        .await;
    a.start(b).await.expect(201);
    admin.configure(json!({"blockedDomains": ["B.TEST."]})).await;
    assert_eq!(a.start(world.person("B2")).await.line(), "403 domainBlocked");
}

#[tokio::test]
async fn queries_that_cannot_be_answered() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    for query in [
        "me/chats?$top=0",
        "me/chats?$top=51",
        "me/chats?$top=-1",
        "me/chats?$top=ten",
        "me/chats?$skiptoken=nonsense",
        "me/chats?$filter=topic eq 'x'",
        "me/chats?$filter=contactRequest/state eq 'asleep'",
        "me/chats?$filter=chatType eq",
        "me/chats?$filter=((((((((((chatType eq 'group'))))))))))",
        "me/chats?$orderby=topic",
        "me/chats?$orderby=lastMessagePreview/createdDateTime asc",
        "me/chats?$expand=owner",
        "me/chats?$apply=x",
        "me/chats?$search=x",
        "me/chats?$top=1&$top=2",
        "me/chats?$filter=chatType eq 'group'&%24Filter=chatType eq 'oneOnOne'",
        "me/chats?$count=maybe",
        "me/chats?$filter=%FF",
        "me/chats?$filter=chatType%20eq%20'%00'",
        "users?$filter=jobTitle eq 'x'",
        "users?$filter=mail ne 'x'",
        "users?$filter=mail eq 5",
        "users?$filter=mail eq a@a.test",
        "users?$filter=userPrincipalName in ('a', null)",
        "users?$filter=startswith(displayName,A)",
        "users?$filter=mobilePhone eq true",
        "users?$top=1000",
        "users?$orderby=mail",
        "me?$expand=manager",
    ] {
        let answer = a.get(query).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
    }
    for query in [
        "$filter=subject eq 'x'",
        "$filter=createdDateTime gt yesterday",
        "$filter=createdDateTime eq 2026-01-01T00:00:00Z",
        "$orderby=createdDateTime asc",
        "$orderby=subject desc",
        "$expand=replies",
        "$skip=3",
    ] {
        let answer = a.get(&format!("chats/{chat}/messages?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
    }
    for query in [
        "$filter=kind eq 'Nonsense'",
        "$filter=actorId eq 'x'",
        "$filter=participants/members/any(m: m/id eq 'x')",
        "$filter=participants/members/any(m: m/id ne '00000000-0000-7000-8000-000000000001')",
        "$filter=participants/members/any(m: m/displayName eq 'A')",
        "$filter=participants/any(p: p/id eq '00000000-0000-7000-8000-000000000001')",
        "$top=1000",
    ] {
        let answer = admin.get(&format!("admin/teams/externalAccess/auditEvents?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
    }
}

/// What a caller wrote comes back short, so that an answer is of bounded size.
#[tokio::test]
async fn no_more_is_repeated_than_a_hundred_characters() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    let before = state(&world, &chat).await;
    let long = "x".repeat(4_000);
    let mut answers = Vec::new();
    for query in [
        format!("me/chats?${long}=1"),
        format!("me/chats?$expand={long}"),
        format!("me/chats?$orderby={long}"),
        format!("me/chats?$skiptoken={long}"),
        format!("me/chats?$filter={long}"),
        format!("me/chats?$filter=a {long} 1"),
        format!("me/chats?$filter=a eq 1 {long}"),
        format!("me/chats?$filter=a eq 1 '{long}'"),
        format!("me/chats?$filter=a/any(b:{long} eq 1)"),
        format!("me/chats?$filter=a/any({long}:b eq 1)"),
        format!("me/chats?$filter=lastMessagePreview/createdDateTime gt {long}"),
        format!("chats/{chat}/messages/delta?$deltatoken={long}"),
        format!("users/{long}"),
    ] {
        let answer = a.get(&query).await;
        assert!([400, 404, 410].contains(&answer.status), "{query}: {}", answer.text);
        answers.push(answer);
    }
    let unsupported = &answers[0];
    assert_eq!(unsupported.line(), "400 unsupportedQueryOption");
    let start: String = format!("${long}").chars().take(100).collect();
    assert_eq!(unsupported.json()["error"]["target"], start);
    for (who, method, path, body) in [
        (admin, "PATCH", CONFIGURATION, json!({ long.as_str(): 1 })),
        (admin, "PATCH", CONFIGURATION, json!({"blockedDomains": [{ long.as_str(): long }]})),
        (admin, "PATCH", CONFIGURATION, json!({"blockedDomains": [long]})),
        (admin, "POST", POLICIES, json!({"identity": long})),
        (
            a,
            "POST",
            "$batch",
            json!({"requests": [{"id": "1", "method": "GET", "url": "/me",
            "headers": { long.as_str(): {} }}]}),
        ),
        (a, "POST", "$batch", json!({"requests": [{"id": long, "method": "GET", "url": "/me"}]})),
        (a, "POST", "chats", json!({"chatType": long, "members": [member(&a.id)]})),
        (
            a,
            "POST",
            "chats",
            json!({"chatType": "oneOnOne", "members": [member(&a.id), member(&long)]}),
        ),
        (a, "POST", "me/externalContacts/blocked", json!({"email": long})),
        (a, "PATCH", "me/settings/externalChat", json!({"whoCanAddMeToGroups": long})),
    ] {
        let answer = who.call(method, path, &body).await;
        assert!([400, 413].contains(&answer.status), "{method} {path}: {}", answer.text);
        answers.push(answer);
    }
    let some: Value = (0..100).map(|at| (format!("{at}{long}"), json!(1))).collect();
    answers.push(admin.patch(CONFIGURATION, some).await);
    for answer in answers {
        assert!(answer.text.len() < 2_000, "{}: {} bytes", answer.request, answer.text.len());
    }
    assert_eq!(state(&world, &chat).await, before);
}

#[tokio::test]
async fn ids_that_cannot_be() {
    let world = World::start();
    let a = world.person("A");
    let long = "x".repeat(5_000);
    for id in [
        "x",
        "19:x@thread.v2",
        "19%3A%00%40thread.v2",
        "%FF",
        "'",
        "('')",
        "-1",
        "99999999999999999999999",
        "null",
        "undefined",
        "%F0%9F%92%98",
        long.as_str(),
    ] {
        for path in [
            format!("chats/{id}/messages"),
            format!("chats/{id}"),
            format!("users/{id}/presence"),
            format!("me/chats/{id}/members/{id}"),
        ] {
            let answer = a.get(&path).await;
            assert!([400, 404, 405].contains(&answer.status), "{path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn methods_and_addresses_that_are_not_there() {
    let world = World::start();
    let a = world.person("A");
    for (method, path, allow) in [
        ("PUT", "me/chats", "POST"),
        ("DELETE", "me", "GET"),
        ("POST", "me/settings/externalChat", "PATCH"),
        ("PATCH", "me/tokens", "POST"),
        ("DELETE", "admin/teams/externalAccess/configuration", "PATCH"),
    ] {
        let answer = a.send(a.request(method.parse().expect("a method"), path)).await;
        assert_eq!(answer.line(), "405", "{method} {path}");
        let allowed = answer.headers.get(ALLOW).and_then(|allow| allow.to_str().ok());
        assert!(allowed.is_some_and(|methods| methods.contains(allow)), "{allowed:?}");
    }
    for path in [
        "nothing",
        "me/nothing",
        "chats/x/y/z",
        "/v1.0",
        "/v2.0/me",
        "/beta",
        "/beta/nothing",
        "/nothing",
        "admin/nothing",
        "me//",
        "/v1.0/me/chats/19:x/../..",
    ] {
        for who in [a, world.person("P")] {
            let answer = who.get(path).await;
            assert!([404, 200].contains(&answer.status), "{path}: {}", answer.text);
        }
        let answer = a.post(path, json!({})).await;
        assert!([404, 405].contains(&answer.status), "{path}: {}", answer.text);
    }
    assert_eq!(a.get("nothing").await.line(), "404 unknownRoute");
}

#[tokio::test]
async fn what_graph_has_and_this_server_has_not() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let left_out = "501 notImplemented";
    for path in [
        "teams",
        "teams/1/channels",
        "/beta/teamwork/deletedChats/1/undoDelete",
        "communications/calls",
        "users/x/people",
        "security/cases/ediscoveryCases",
        "me/presence/setManualLocation",
        "users/x/presence/clearLocation",
        "communications/presences/x/microsoft.graph.setAutomaticLocation",
    ] {
        assert_eq!(a.get(path).await.line(), left_out, "{path}");
        assert_eq!(a.post(path, json!({})).await.line(), left_out, "{path}");
    }
    // Whether or not there is such a chat.
    for chat in [chat.as_str(), "19:x"] {
        for below in [
            "tabs",
            "installedApps/1",
            "startMigration",
            "messages/1/replies",
            "messages/forwardToChat",
        ] {
            let [path, alias] =
                ["chats", "me/chats"].map(|chats| format!("{chats}/{chat}/{below}"));
            assert_eq!(a.post(&path, json!({})).await.line(), left_out, "{path}");
            assert_eq!(a.post(&alias, json!({})).await.line(), left_out, "{alias}");
        }
        assert_eq!(a.delete(&format!("chats/{chat}")).await.line(), left_out);
        let member = format!("chats/{chat}/members/{}", a.id);
        assert_eq!(a.patch(&member, json!({"roles": ["guest"]})).await.line(), left_out);
    }
    let message = format!("chats/{chat}/messages/{}", a.say(&chat, "x").await.id());
    let before = a.get(&message).await.expect(200);
    let violation = json!({"policyViolation": {"dlpAction": "blockAccess"}});
    let refused = a.patch(&message, violation).await;
    assert_eq!(refused.line(), left_out);
    assert_eq!(refused.json()["error"]["target"], "policyViolation");
    assert_eq!(a.get(&message).await.expect(200), before);
    a.patch(&message, before).await.expect(204);
    let mut new = json!({"chatType": "oneOnOne", "members": [member(&a.id), member("a2@a.test")],
        "installedApps": [{"teamsApp@odata.bind": "https://g/v1.0/appCatalogs/teamsApps/1"}]});
    let refused = a.post("chats", new.clone()).await;
    assert_eq!(refused.line(), left_out);
    assert_eq!(refused.json()["error"]["target"], "installedApps");
    new["installedApps"] = json!([]);
    a.post("chats", new).await.expect(201);
    assert_eq!(a.bytes("chats/getAllRetainedMessages").await.status, 501);
    assert_eq!(a.bytes("subscriptions/getVapidPublicKey()").await.status, 501);
    a.get(&format!("chats/{chat}")).await.expect(200);
}

#[tokio::test]
async fn tokens_that_are_not_good() {
    let world = World::start();
    let [admin, a] = world.people(["AA", "A"]);
    let made = a.post("me/tokens", json!({"name": "short-lived"})).await.expect(201);
    let secret = made["secret"].as_str().expect("a secret");
    let short = a.with_token(secret);
    short.get("me").await.expect(200);
    a.delete(&format!("me/tokens/{}", made["id"].as_str().expect("an id"))).await.expect(204);
    let mut presented = vec![format!("Bearer {secret}")];
    presented.extend(
        [
            "",
            "Bearer",
            "Bearer ",
            "Bearer x",
            "Bearer vv_",
            "Basic YTpi",
            "Token x",
            "Bearer a b c",
        ]
        .map(str::to_owned),
    );
    presented.push(format!("Bearer {}x", a.token()));
    let shorter: String = a.token().chars().skip(1).collect();
    presented.push(format!("Bearer {shorter}"));
    presented.push(format!("Bearer {}", "x".repeat(10_000)));
    presented.push(format!("Bearer {}", a.token().to_uppercase()));
    let anonymous = world.anonymous();
    for authorization in presented {
        for path in ["me", "me/chats", "me/tokens"] {
            let request =
                anonymous.request(Method::GET, path).header(AUTHORIZATION, &authorization);
            let answer = anonymous.send(request).await;
            assert_eq!(answer.line(), "401 notSignedIn", "{authorization} {path}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
    }
    // An account that is switched off is signed out.
    let other = world.newcomer("Gone", "gone@a.test").await;
    other.get("me").await.expect(200);
    admin.patch(&format!("users/{}", other.id), json!({"accountEnabled": false})).await.expect(204);
    assert_eq!(other.get("me").await.status, 401);
    let again = world.anonymous().sign_in("gone@a.test", visavis_tests::world::PASSWORD).await;
    assert_eq!(again.line(), "401 invalidCredentials");
}

#[tokio::test]
async fn a_token_ends_when_it_says() {
    let world = World::start();
    let a = world.person("A");
    let now = a.say(&a.start(world.person("A2")).await.id(), "now").await.expect(201);
    let now = now["createdDateTime"].as_str().expect("a time").to_owned();
    // A second from now, by the server's own clock.
    let (date, seconds) = now.trim_end_matches('Z').rsplit_once(':').expect("a time");
    let seconds: f64 = seconds.parse().expect("seconds");
    let until = if seconds < 57.0 {
        format!("{date}:{:06.3}Z", seconds + 1.5)
    } else {
        // Too near to the end of a minute: as long as the clock needs to get there.
        format!("{date}:59.999Z")
    };
    let made =
        a.post("me/tokens", json!({"name": "brief", "expiresDateTime": until})).await.expect(201);
    let brief = a.with_token(made["secret"].as_str().expect("a secret"));
    let mut answers = 0;
    let ended = std::time::Instant::now();
    let status = loop {
        let answer = brief.get("me").await;
        answers += 1;
        if answer.status != 200 || ended.elapsed().as_secs() > 20 {
            break answer.line();
        }
    };
    assert_eq!(status, "401 notSignedIn", "after {answers} answers");
}

#[tokio::test]
async fn changes_of_what_has_changed() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let read = admin.get(CONFIGURATION).await;
    let etag = read.header("etag").to_owned();
    assert!(!etag.is_empty());
    let change = async |etag: &str, value: bool| {
        let request = admin.request(Method::PATCH, CONFIGURATION).header(IF_MATCH, etag);
        admin.send(request.json(&json!({"blockAllSubdomains": value}))).await
    };
    let changed = change(&etag, true).await;
    changed.expect(200);
    assert_ne!(changed.header("etag"), etag);
    assert_eq!(change(&etag, false).await.status, 412);
    assert_eq!(change("\"nonsense\"", false).await.status, 412);
    assert_eq!(admin.get(CONFIGURATION).await.expect(200)["blockAllSubdomains"], true);
    change("*", false).await.expect(200);

    let chat = a.befriend(b).await;
    let sent = a.say(&chat, "one").await.expect(201);
    let path = format!("chats/{chat}/messages/{}", sent["id"].as_str().expect("an id"));
    let edit = async |etag: &str, text: &str| {
        let request = a.request(Method::PATCH, &path).header(IF_MATCH, format!("\"{etag}\""));
        a.send(request.json(&json!({"body": {"content": text}}))).await
    };
    let etag = sent["etag"].as_str().expect("an etag");
    edit(etag, "two").await.expect(204);
    assert_eq!(edit(etag, "three").await.status, 412);
    assert_eq!(b.read(&chat).await, ["Hello", "two"]);
}
