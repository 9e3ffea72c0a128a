//! What nobody may tell apart (P5, P6), and what one's own side says exactly.

use serde_json::{Value, json};
use visavis_tests::answer::Answer;
use visavis_tests::chat::member;
use visavis_tests::external_access::{ASSIGN_USERS, CONFIGURATION, POLICIES, assignment};
use visavis_tests::world::{PASSWORD, Person, World};

const UNKNOWN: &str = "00000000-0000-7000-8000-000000000000";

/// Every way to try an address, answered in one value.
async fn tried(who: &Person, colleague: &Person, group: &str, key: &str) -> Vec<Value> {
    let groups = [member(&who.id), member(&colleague.id), member(key)];
    let answers: [Answer; 5] = [
        who.start_with(key).await,
        who.post("chats", json!({"chatType": "group", "members": groups})).await,
        who.post(&format!("chats/{group}/members"), member(key)).await,
        who.post(&format!("chats/{group}/members/add"), json!({"values": [member(key)]})).await,
        who.post("me/externalContacts/blocked", json!({"email": key})).await,
    ];
    let mut bodies: Vec<Value> = answers
        .iter()
        .map(|answer| json!([answer.status, answer.header("content-type"), answer.timeless()]))
        .collect();
    let mut found = who.resolve(key).await;
    found["identity"] = Value::Null;
    bodies.push(found);
    bodies
}

#[tokio::test]
async fn unknown_undiscoverable_refused_and_blocked_are_one_answer() {
    let world = World::start();
    let [a, a2, bb, b, b2, c, p, q] = world.people(["A", "A2", "BB", "B", "B2", "C", "P", "Q"]);
    let group = a.group("Inside", &[a2]).await.id();
    let hidden = json!({"isDiscoverableByEmail": false, "isDiscoverableByPhone": false});
    p.patch("me/settings/externalChat", hidden).await.expect(200);
    q.post("me/externalContacts/blocked", json!({"email": a.mail})).await.expect(201);
    bb.give_policy("Closed", json!({"enableFederationAccess": false}), &[b]).await;
    let blocking = json!({"blockedUsers": [a.mail], "blockExternalUserAccess": true});
    world.person("CC").configure(blocking).await;

    let unknown = tried(a, a2, &group, "nobody@mail.test").await;
    assert_eq!(unknown[0][0], 404);
    for key in ["nobody@b.test", "nobody@nowhere.test", "x@unknown.b.test"] {
        assert_eq!(tried(a, a2, &group, key).await, unknown, "{key}");
    }
    for (who, why) in [(p, "undiscoverable"), (b, "their policy"), (c, "their block list")] {
        assert_eq!(tried(a, a2, &group, &who.mail).await, unknown, "{why}");
    }
    let own = tried(a, a2, &group, &b2.mail).await;
    assert_ne!(own[0], unknown[0], "the others of that organisation can be reached");
    // A personal block stops the pair, and a group may hold both all the same (U-43).
    let blocked = a.start(q).await;
    assert_eq!(
        json!([blocked.status, blocked.header("content-type"), blocked.timeless()]),
        unknown[0]
    );
    // By id as by address.
    for key in [UNKNOWN, &p.id, &b.id, &c.id, &q.id] {
        let answer = a.start_with(key).await;
        assert_eq!(answer.timeless(), unknown[0][2], "{key}");
    }
}

#[tokio::test]
async fn an_unknown_number_is_as_an_undiscoverable_one() {
    let world = World::start();
    let [a, p] = world.people(["A", "P"]);
    p.patch("me/settings/externalChat", json!({"isDiscoverableByPhone": false})).await.expect(200);
    let (hidden, unknown) = (a.resolve("+4930901820").await, a.resolve("+4930901829").await);
    assert_eq!(hidden["result"], unknown["result"]);
    assert_eq!(
        a.start_with("+4930901820").await.timeless(),
        a.start_with("+4930901829").await.timeless()
    );
}

#[tokio::test]
async fn the_own_side_says_rule_side_and_setting_for_anybody_there_or_not() {
    let world = World::start();
    let [admin, a] = world.people(["AA", "A"]);
    admin.configure(json!({"allowFederatedUsers": false, "allowTeamsConsumer": false})).await;
    for (key, code, rule, setting) in [
        ("b@b.test", "orgFederationOff", "A-01", "allowFederatedUsers"),
        ("nobody@b.test", "orgFederationOff", "A-01", "allowFederatedUsers"),
        ("p@mail.test", "orgConsumerOff", "A-07", "allowTeamsConsumer"),
        ("nobody@mail.test", "orgConsumerOff", "A-07", "allowTeamsConsumer"),
        ("+4930901829", "orgConsumerOff", "A-07", "allowTeamsConsumer"),
    ] {
        let refused = a.start_with(key).await;
        let error = refused.expect(403)["error"].clone();
        let inner = &error["innerError"];
        assert_eq!(error["code"], "Forbidden");
        assert_eq!((&inner["code"], &inner["ruleId"]), (&json!(code), &json!(rule)), "{key}");
        assert_eq!((&inner["side"], &inner["setting"]), (&json!("own"), &json!(setting)), "{key}");
        let found = a.resolve(key).await;
        assert_eq!(found["result"], "refused", "{key}");
        assert_eq!(found["user"], Value::Null, "{key}");
        assert_eq!(found["refusal"], json!({"code": code, "ruleId": rule, "setting": setting}));
    }
}

#[tokio::test]
async fn what_belongs_to_others_does_not_exist() {
    let world = World::start();
    let [a, b, c, admin] = world.people(["A", "B", "C", "CC"]);
    let chat = a.befriend(b).await;
    let message = a.say(&chat, "between us").await.id();
    let member_id = a.get(&format!("chats/{chat}/members")).await.entries()[0]["id"].clone();
    let member_id = member_id.as_str().expect("an id").replace('=', "%3D");
    let no_chat = "19:00000000000000000000000000000000@thread.v2";
    let reaction = json!({"reactionType": "like"});
    let body = json!({"body": {"content": "x"}});
    let user = |who: &Person| json!({"user": {"id": who.id}});
    for who in [c, admin] {
        let requests: Vec<(&str, String, Value)> = vec![
            ("GET", String::new(), Value::Null),
            ("PATCH", String::new(), json!({"topic": "x"})),
            ("GET", "/members".into(), Value::Null),
            ("POST", "/members".into(), member(&c.id)),
            ("POST", "/members/add".into(), json!({"values": [member(&c.id)]})),
            ("POST", "/members/remove".into(), json!({"values": [member(&a.id)]})),
            ("GET", format!("/members/{member_id}"), Value::Null),
            ("DELETE", format!("/members/{}", a.id), Value::Null),
            ("GET", "/messages".into(), Value::Null),
            ("POST", "/messages".into(), body.clone()),
            (
                "POST",
                "/messages/replyWithQuote".into(),
                json!({"messageIds": [message], "replyMessage": body}),
            ),
            ("GET", format!("/messages/{message}"), Value::Null),
            ("PATCH", format!("/messages/{message}"), body.clone()),
            ("GET", format!("/messages/{message}/versions"), Value::Null),
            ("POST", format!("/messages/{message}/softDelete"), Value::Null),
            ("POST", format!("/messages/{message}/undoSoftDelete"), Value::Null),
            ("POST", format!("/messages/{message}/setReaction"), reaction.clone()),
            ("POST", format!("/messages/{message}/unsetReaction"), reaction.clone()),
            ("GET", "/pinnedMessages".into(), Value::Null),
            ("GET", "/pinnedMessages?$expand=message".into(), Value::Null),
            ("DELETE", format!("/pinnedMessages/{message}"), Value::Null),
            ("POST", "/hideForUser".into(), user(who)),
            ("POST", "/unhideForUser".into(), user(who)),
            ("POST", "/markChatReadForUser".into(), user(who)),
            ("POST", "/markChatUnreadForUser".into(), user(who)),
            ("POST", "/acceptRequest".into(), json!({})),
            ("POST", "/declineRequest".into(), json!({})),
            ("POST", "/blockRequest".into(), json!({})),
            ("GET", "/requestPreview".into(), Value::Null),
            ("POST", "/leave".into(), Value::Null),
            ("POST", "/typing".into(), Value::Null),
        ];
        for (method, path, body) in requests {
            let there = who.call(method, &format!("chats/{chat}{path}"), &body).await;
            let nowhere = who.call(method, &format!("chats/{no_chat}{path}"), &body).await;
            assert_eq!(there.status, 404, "{method} {path}: {}", there.text);
            assert_eq!(there.timeless(), nowhere.timeless(), "{method} {path}");
        }
    }
    // The message id of one chat is nothing in another.
    let other = a.befriend(c).await;
    assert_eq!(a.get(&format!("chats/{other}/messages/{message}")).await.status, 404);
    assert_eq!(a.get(&format!("chats/{other}/members/{member_id}")).await.status, 404);
    let quote = json!({"messageIds": [message], "replyMessage": {"body": {"content": "x"}}});
    let quoting = a.post(&format!("chats/{other}/messages/replyWithQuote"), quote).await;
    assert!([400, 404].contains(&quoting.status), "{}", quoting.text);
    // Other people's lists are nobody's.
    assert_eq!(a.get(&format!("users/{}/chats", b.id)).await.status, 404);
    assert_eq!(a.get(&format!("users/{}/chats", a.id)).await.status, 200);
    assert_eq!(a.get(&format!("users/{}/chats", a.mail)).await.status, 200);
}

#[tokio::test]
async fn another_organisations_directory_does_not_exist() {
    let world = World::start();
    let [aa, bb, a, b] = world.people(["AA", "BB", "A", "B"]);
    let group = bb.account_group("Theirs", &[b]).await;
    bb.give_policy("Theirs", json!({"enableFederationAccess": true}), &[b]).await;
    let policy = format!("{POLICIES}/Theirs");
    let reference = json!({"@odata.id": format!("https://x.test/v1.0/users/{}", a.id)});
    for (method, path, body) in [
        ("GET", format!("groups/{group}"), Value::Null),
        ("PATCH", format!("groups/{group}"), json!({"displayName": "Ours"})),
        ("DELETE", format!("groups/{group}"), Value::Null),
        ("GET", format!("groups/{group}/members"), Value::Null),
        ("POST", format!("groups/{group}/members/$ref"), reference.clone()),
        ("DELETE", format!("groups/{group}/members/{}/$ref", b.id), Value::Null),
        ("GET", policy.clone(), Value::Null),
        ("PATCH", policy.clone(), json!({"enableFederationAccess": false})),
        ("DELETE", policy.clone(), Value::Null),
        ("POST", format!("{policy}/assign"), json!({"global": true})),
        ("POST", format!("{POLICIES}/Global/assign"), json!({"groupId": group})),
        ("GET", format!("users/{}", b.id), Value::Null),
        ("GET", format!("users/{}", b.mail), Value::Null),
        ("PATCH", format!("users/{}", b.id), json!({"accountEnabled": false})),
        ("GET", format!("users/{}/externalAccessPolicy", b.id), Value::Null),
        ("POST", ASSIGN_USERS.into(), json!({"value": [assignment(&b.id, "")]})),
    ] {
        let answer = aa.call(method, &path, &body).await;
        assert!([400, 404].contains(&answer.status), "{method} {path}: {}", answer.text);
        assert!(
            answer.status == 404 || path.contains("Global"),
            "{method} {path}: {}",
            answer.text
        );
    }
    let own = aa.account_group("Ours", &[]).await;
    let theirs = json!({"@odata.id": format!("https://x.test/v1.0/users/{}", b.id)});
    assert_eq!(aa.post(&format!("groups/{own}/members/$ref"), theirs).await.status, 404);
    assert_eq!(bb.get(&policy).await.expect(200)["enableFederationAccess"], true);
    assert_eq!(bb.get(&format!("groups/{group}/members")).await.entries().len(), 1);
    assert_eq!(bb.get(&format!("groups/{group}")).await.expect(200)["displayName"], "Theirs");
    let people = aa.all("users?$top=999").await;
    assert!(people.iter().all(|user| user["tenantId"] == aa.organisation.as_deref().unwrap_or("")));
    assert_eq!(aa.get("groups").await.entries().len(), 1);
    let trail = aa.trail().await;
    assert!(!json!(trail).to_string().contains("Theirs"));
    drop(aa.get(CONFIGURATION).await.expect(200));
}

/// Wrong and unknown are the same answer when signing in, too.
#[tokio::test]
async fn signing_in_tells_nothing_of_who_exists() {
    let world = World::start();
    let client = world.anonymous();
    let wrong = client.sign_in("a@a.test", "wrong password").await;
    assert_eq!(wrong.line(), "401 invalidCredentials");
    for address in ["nobody@a.test", "nobody@nowhere.test", "+4930901829"] {
        let unknown = client.sign_in(address, "wrong password").await;
        assert_eq!(unknown.timeless(), wrong.timeless(), "{address}");
        assert_eq!(unknown.header("www-authenticate"), wrong.header("www-authenticate"));
    }
}

/// The list of somebody's chats as it is sent, page by page, links included.
async fn pages(who: &Person) -> Vec<String> {
    let mut pages = Vec::new();
    let mut next = Some("me/chats?$top=1&$expand=members,lastMessagePreview".to_owned());
    while let Some(path) = next.take() {
        let page = who.get(&path).await;
        next = page.expect(200)["@odata.nextLink"].as_str().map(str::to_owned);
        pages.push(page.text);
    }
    pages
}

/// P5: neither the order of chats nor the links from page to page tell that something was written
/// which their person may not see.
#[tokio::test]
async fn p5_a_list_is_the_same_bytes_whether_or_not_more_is_written() {
    let world = World::start();
    let [a, a2, b, b2, p] = world.people(["A", "A2", "B", "B2", "P"]);
    b.say(&b.start(b2).await.id(), "older").await.expect(201);
    let asked = a.start(b).await.id();
    a.say(&asked, "first").await.expect(201);
    b.befriend(p).await;
    let left = a.group("Left", &[a2]).await.id();
    a.add(&left, b, None).await.expect(201);
    b.accept(&left).await.expect(204);
    a.say(&left, "seen").await.expect(201);
    b.act(&left, "leave").await.expect(204);
    b.say(&b.group("Newer", &[b2]).await.id(), "newer").await.expect(201);

    let shown = async || {
        let mut shown = pages(b).await;
        for chat in [&asked, &left] {
            let path = format!("chats/{chat}?$expand=members,lastMessagePreview");
            shown.push(b.get(&path).await.text);
        }
        shown
    };
    let before = shown().await;
    assert_eq!(before.len(), 7, "each chat is a page, and two are looked at alone");
    for chat in [&asked, &left] {
        a.say(chat, "more").await.expect(201);
        a.say(chat, "and more").await.expect(201);
        assert_eq!(shown().await, before);
    }
    // Not one after the other, but for whoever sees it.
    assert_eq!(a.get("me/chats?$top=1").await.entries()[0]["id"], left.as_str());
    b.accept(&asked).await.expect(204);
    a.say(&asked, "seen").await.expect(201);
    assert_eq!(b.get("me/chats?$top=1").await.entries()[0]["id"], asked.as_str());
    assert_ne!(shown().await, before);
}

/// Where a list goes on is sealed: it tells no times and no numbers, and opens for whom it was given.
#[tokio::test]
async fn places_in_the_list_of_chats_are_for_their_person() {
    let world = World::start();
    let [a, b, b2] = world.people(["A", "B", "B2"]);
    let chat = a.befriend(b).await;
    let sent = a.say(&chat, "when").await.expect(201);
    a.befriend(b2).await;
    a.say(&a.befriend(world.person("A2")).await, "x").await.expect(201);
    let token = |link: &Value| {
        let link = link["@odata.nextLink"].as_str().expect("a link").to_owned();
        let token = link.split_once("$skiptoken=").expect("a token").1;
        token.replace("%2D", "-").replace("%5F", "_")
    };
    let given = token(&a.get("me/chats?$top=1").await.expect(200));
    let second = token(&a.get(&format!("me/chats?$top=1&$skiptoken={given}")).await.expect(200));
    let milliseconds = sent["id"].as_str().expect("milliseconds");
    assert!(![&given, &second].iter().any(|token| token.contains(milliseconds)), "{second}");
    assert_eq!(given, token(&a.get("me/chats?$top=1").await.expect(200)), "one place, one token");
    let flipped = |at: usize| {
        let mut bytes = given.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).expect("ASCII")
    };
    let altered = [0, 12, 40].map(flipped);
    let cut = given.chars().take(given.len() - 4).collect::<String>();
    for token in altered.iter().chain([&cut, &format!("{milliseconds}_1"), &"1_1".to_owned()]) {
        let refused = a.get(&format!("me/chats?$skiptoken={token}")).await;
        assert_eq!(refused.line(), "400 invalid", "{token}");
        assert_eq!(refused.json()["error"]["target"], "$skiptoken");
    }
    assert_eq!(b.get(&format!("me/chats?$skiptoken={given}")).await.line(), "400 invalid");
    assert_eq!(a.get(&format!("me/chats/getAllMessages?$skiptoken={given}")).await.status, 400);
    let delta = a.get(&format!("chats/{chat}/messages/delta?$skiptoken={given}")).await;
    assert_eq!(delta.line(), "410 syncStateNotFound");
}

/// P6: a block meets a person by every address that they have, and tells of none by which they are not
/// to be found.
#[tokio::test]
async fn a_block_does_not_tell_which_addresses_somebody_has() {
    let world = World::start();
    let [admin, a, b, p] = world.people(["AA", "A", "B", "P"]);
    let (theirs, nobodys) = ("+4930901820", "+4930901829");
    admin.configure(json!({"blockedUsers": [p.mail], "blockExternalUserAccess": true})).await;
    b.post("me/externalContacts/blocked", json!({"email": p.mail})).await.expect(201);
    assert_eq!(a.start_with(theirs).await.line(), "403 orgBlockedUser");
    assert_eq!(b.start_with(theirs).await.line(), "403 personBlocked");

    p.patch("me/settings/externalChat", json!({"isDiscoverableByPhone": false})).await.expect(200);
    for who in [a, b] {
        let unknown = who.start_with(nobodys).await;
        assert_eq!(who.start_with(theirs).await.timeless(), unknown.timeless());
        let results = [who.resolve(theirs).await, who.resolve(nobodys).await];
        assert_eq!(results[0]["result"], results[1]["result"]);
        assert_eq!(results[0]["refusal"], results[1]["refusal"]);
    }
    for (from, to) in [("actor", "target"), ("target", "actor")] {
        let explained = async |number: &str| {
            let body = json!({from: {"userId": a.id}, to: {"phoneNumber": number}});
            admin.post("admin/teams/externalAccess/explain", body).await.expect(200)
        };
        assert_eq!(explained(theirs).await, explained(nobodys).await);
    }
    assert_eq!(a.start(p).await.line(), "403 orgBlockedUser", "the listed address says so");
}

/// P6, U-80, U-81: being in contact, or only asked, tells no address that is not shown. Who has switched
/// off being found is found by no further e-mail address and by no number.
#[tokio::test]
async fn p6_a_request_tells_no_further_address_of_its_sender() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let kim = world.newcomer("Kim", "kim@mail.test").await;
    let more = json!({"displayName": "Rae", "mail": "rae@mail.test", "mobilePhone": "+4930901840",
        "otherMails": ["rae@support.test"], "passwordProfile": {"password": PASSWORD}});
    world.operator().post("deployment/accounts", more).await.expect(201);
    let token = world.anonymous().sign_in("rae@mail.test", PASSWORD).await.expect(200);
    let rae = world.anonymous().with_token(token["token"].as_str().expect("a token"));
    let rae_id = rae.get("me").await.id();
    let hidden = json!({"isDiscoverableByEmail": false, "isDiscoverableByPhone": false});
    rae.patch("me/settings/externalChat", hidden).await.expect(200);
    let tried = async |key: &str| {
        let mut found = a.resolve(key).await;
        found["identity"] = Value::Null;
        let kind = if key.starts_with('+') { "phoneNumber" } else { "email" };
        let blocked = a.post("me/externalContacts/blocked", json!({kind: key})).await;
        json!([a.start_with(key).await.timeless(), found, blocked.status])
    };
    let unknown = tried("nobody@support.test").await;
    let members = [member(&rae_id), member(&a.id)];
    let chat = json!({"chatType": "oneOnOne", "members": members});
    let chat = rae.post("chats", chat).await.id();
    let hello = json!({"body": {"content": "Hello"}});
    rae.post(&format!("chats/{chat}/messages"), hello).await.expect(201);
    for is_accepted in [false, true] {
        if is_accepted {
            a.accept(&chat).await.expect(204);
        }
        for key in ["rae@support.test", "+4930901840", "+4930901829"] {
            assert_eq!(tried(key).await, unknown, "{key}, accepted: {is_accepted}");
        }
        assert_eq!(a.resolve("rae@mail.test").await["user"]["id"], rae_id, "what the chat shows");
        assert_eq!(b.resolve("rae@mail.test").await["result"], "notReachable");
        assert_eq!(a.start_with("rae@mail.test").await.id(), chat);
        assert_eq!(a.start_with(&rae_id).await.id(), chat);
    }
    // Whoever may be found is found by every address, as by a stranger.
    let open = json!({"isDiscoverableByEmail": true});
    rae.patch("me/settings/externalChat", open).await.expect(200);
    for who in [a, &kim] {
        assert_eq!(who.resolve("rae@support.test").await["user"]["id"], rae_id);
    }
}

/// P6, U-86: the trails of both sides name people by what chats show of them, before consent and after.
#[tokio::test]
async fn p6_a_trail_tells_no_address_that_is_not_shown() {
    let world = World::start();
    let [admin, a] = world.people(["AA", "A"]);
    let more = json!({"displayName": "Rae", "mail": "rae@mail.test", "mobilePhone": "+4930901840",
        "otherMails": ["rae@support.test"], "passwordProfile": {"password": PASSWORD}});
    world.operator().post("deployment/accounts", more).await.expect(201);
    let token = world.anonymous().sign_in("rae@mail.test", PASSWORD).await.expect(200);
    let rae = world.anonymous().with_token(token["token"].as_str().expect("a token"));
    let members = [member(&rae.get("me").await.id()), member(&a.id)];
    let chat = json!({"chatType": "oneOnOne", "members": members});
    let chat = rae.post("chats", chat).await.id();
    let hello = json!({"body": {"content": "Hello"}});
    rae.post(&format!("chats/{chat}/messages"), hello).await.expect(201);
    a.accept(&chat).await.expect(204);
    let trail = json!(admin.trail().await);
    let text = trail.to_string();
    assert!(text.contains("rae@mail.test"), "{text}");
    for hidden in ["support.test", "+49309018"] {
        assert!(!text.contains(hidden), "{hidden} is in {text}");
    }
    let mut domains = trail.as_array().into_iter().flatten().filter_map(|entry| {
        entry["participants"]["participantInfo"]["participatingDomains"].as_array()
    });
    let shown = [json!("a.test"), json!("mail.test")];
    assert!(domains.clone().count() > 0 && domains.all(|domains| *domains == shown));
}
