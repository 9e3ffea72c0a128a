//! Limits that show from outside (P9); more stand with the rows of the decision table.

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::world::{PASSWORD, World};

#[tokio::test]
async fn twenty_addresses_at_once() {
    let world = World::start();
    let a = world.person("A");
    let ask = async |count: usize| {
        let one = json!({"@odata.type": "#microsoft.graph.emailIdentity", "email": "b@b.test"});
        a.post("me/externalContacts/resolve", json!({"identities": vec![one; count]})).await
    };
    assert_eq!(ask(20).await.entries().len(), 20);
    assert_eq!(ask(21).await.line(), "400 invalid");
    assert!(ask(0).await.entries().is_empty());
    // In the order that was asked for.
    let mixed = json!({"identities": [
        {"email": "nobody@mail.test"}, {"phoneNumber": "+4930901820"}, {"email": "b@b.test"},
    ]});
    let found = a.post("me/externalContacts/resolve", mixed).await.entries();
    let results: Vec<&Value> = found.iter().map(|one| &one["result"]).collect();
    assert_eq!(results, [&json!("notReachable"), &json!("found"), &json!("found")]);
}

#[tokio::test]
async fn bodies_count_before_and_after_cleaning() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let path = format!("chats/{chat}/messages");
    let html = |content: String| json!({"body": {"contentType": "html", "content": content}});
    let removed = "<script>evil()</script>".repeat(1_000);
    a.post(&path, html(format!("<p>small</p>{removed}"))).await.expect(201);
    let removed = "<script>evil()</script>".repeat(2_000);
    let large = html(format!("<p>small</p>{removed}"));
    assert_eq!(a.post(&path, large).await.line(), "413 messageTooLarge");
    let large = html("<b>x</b>".repeat(28 * 1024 / 8 + 1));
    assert_eq!(a.post(&path, large).await.line(), "413 messageTooLarge");
    let sent = a.say(&chat, "short").await.id();
    let edit = json!({"body": {"content": "x".repeat(28 * 1024 + 1)}});
    assert_eq!(a.patch(&format!("{path}/{sent}"), edit).await.line(), "413 messageTooLarge");
    assert_eq!(a.read(&chat).await.last().map(String::as_str), Some("short"));
}

#[tokio::test]
async fn quotes_mentions_reactions_and_tokens() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let id = a.say(&chat, "x").await.id();
    let path = format!("chats/{chat}/messages");
    let mut ids = Vec::new();
    for number in 0..11 {
        ids.push(a.say(&chat, &number.to_string()).await.id());
    }
    let reply =
        |ids: &[String]| json!({"messageIds": ids, "replyMessage": {"body": {"content": "x"}}});
    a.post(&format!("{path}/replyWithQuote"), reply(&ids[..10])).await.expect(201);
    let twice = [ids[0].clone(), ids[1].clone(), ids[0].clone()];
    let refused = a.post(&format!("{path}/replyWithQuote"), reply(&twice)).await;
    assert_eq!(refused.line(), "400 invalid");
    assert_eq!(refused.json()["error"]["target"], "messageIds");
    let quote = json!({"id": ids[0], "contentType": "messageReference"});
    let body = json!({"body": {"content": "x"}, "attachments": [quote, quote]});
    let sent = a.post(&path, body).await.expect(201);
    assert_eq!(sent["attachments"].as_array().map(Vec::len), Some(1), "{sent}");
    let refused = a.post(&format!("{path}/replyWithQuote"), reply(&ids)).await;
    assert!([400, 403].contains(&refused.status), "{}", refused.text);
    let mentions: Vec<Value> = (0..51)
        .map(|id| json!({"id": id, "mentionText": "A2", "mentioned": {"user": {"id": a2.id}}}))
        .collect();
    let body = json!({"body": {"contentType": "html", "content": "x"}, "mentions": mentions});
    let refused = a.post(&path, body).await;
    assert!([400, 403].contains(&refused.status), "{}", refused.text);
    let react = async |number: u32| {
        let reaction = char::from_u32(0x1F600 + number).expect("a smiley").to_string();
        a.post(&format!("{path}/{id}/setReaction"), json!({"reactionType": reaction})).await
    };
    for number in 0..20 {
        react(number).await.expect(204);
    }
    assert_eq!(react(20).await.line(), "403 limitReached");
    let mut last = 0;
    for number in 0..=100 {
        last = a.post("me/tokens", json!({"name": format!("T{number}")})).await.status;
    }
    assert_eq!(last, 403);
    assert_eq!(a.get("me/tokens").await.entries().len(), 100);
}

#[tokio::test]
async fn versions_of_a_message_are_bounded() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let id = a.say(&chat, "0").await.id();
    let path = format!("chats/{chat}/messages/{id}");
    for number in 1..=200 {
        a.patch(&path, json!({"body": {"content": number.to_string()}})).await.expect(204);
    }
    let refused = a.patch(&path, json!({"body": {"content": "201"}})).await;
    assert_eq!(refused.line(), "403 limitReached");
    assert_eq!(a.get(&format!("{path}/versions")).await.entries().len(), 200);
    assert_eq!(a2.read(&chat).await, ["200"]);
}

/// Somebody who may look up three addresses a minute, one way or the other.
async fn refused_after_three(limit: &str, tries: &[(&str, &str)]) -> Vec<String> {
    let world = World::start_with(&["--limit", &format!("{limit}=3")]);
    let mut lines = Vec::new();
    for (name, address) in tries {
        let body = json!({"identities": [{"email": address}]});
        let answer = world.person(name).post("me/externalContacts/resolve", body).await;
        if answer.status == 429 {
            let seconds: u32 = answer.header("retry-after").parse().expect("seconds");
            assert!((1..=60).contains(&seconds), "{seconds}");
            assert_eq!(answer.json()["error"]["code"], "TooManyRequests");
        }
        lines.push(answer.line());
    }
    lines
}

#[tokio::test]
async fn many_accounts_of_an_organisation_find_out_no_more_than_it_may() {
    let tries = [("A", "b@b.test"), ("A2", "x@b.test"), ("A3", "p@mail.test"), ("AA", "b@b.test")];
    let by_organisation = "lookupsPerMinutePerOrganisation";
    let expected = ["200", "200", "200", "429 tooMany"];
    assert_eq!(refused_after_three(by_organisation, &tries).await, expected);
    // Another organisation and personal accounts have what is theirs.
    let others = [("A", "b@b.test"), ("B", "a@a.test"), ("P", "a@a.test"), ("C", "a@a.test")];
    assert_eq!(refused_after_three(by_organisation, &others).await, ["200"; 4]);
    // From one place, whoever asks.
    assert_eq!(refused_after_three("lookupsPerMinutePerClient", &others).await, expected);
}

#[tokio::test]
async fn known_and_unknown_addresses_count_alike() {
    for address in ["b@b.test", "nobody@mail.test", "nobody@b.test"] {
        let tries = [("A", address); 4];
        let lines = refused_after_three("lookupsPerMinute", &tries).await;
        assert_eq!(lines, ["200", "200", "200", "429 tooMany"], "{address}");
    }
}

/// Ways to name somebody by an address when reading the directory.
fn ways_to_read(address: &str) -> Vec<String> {
    vec![
        format!("users/{address}"),
        format!("users/{address}/photo"),
        format!("users/{address}/presence"),
        format!("users?$filter=mail eq '{address}'"),
        format!("users?$filter=userPrincipalName eq '{address}'"),
        format!("users?$filter=proxyAddresses/any(x:x eq 'SMTP:{address}')"),
    ]
}

#[tokio::test]
async fn reading_the_directory_by_an_address_counts_as_resolving_it_does() {
    const PEOPLE: [&str; 10] = ["A", "A2", "A3", "AA", "C", "CC", "Q", "R", "BB", "B"];
    let world = World::start_with(&["--limit", "lookupsPerMinute=1"]);
    // Somebody out of sight, nobody of an organisation, nobody at all, and numbers likewise.
    let mut ways = ways_to_read("p@mail.test");
    ways.push("users?$filter=mail eq 'nobody@sub.b.test'".to_owned());
    ways.push("users/nobody@nowhere.test".to_owned());
    ways.push("users?$filter=mobilePhone eq '%2B4930901820'".to_owned());
    ways.push("users?$filter=businessPhones/any(p:p eq '%2B4930901829')".to_owned());
    let body = json!({"identities": [{"email": "c@c.test"}]});
    for (way, name) in ways.iter().zip(PEOPLE) {
        let who = world.person(name);
        let first = who.get(way).await.status;
        assert!([200, 404].contains(&first), "{name} {way}: {first}");
        let refused = who.post("me/externalContacts/resolve", body.clone()).await;
        assert_eq!(refused.line(), "429 tooMany", "{name} {way}");
    }
}

#[tokio::test]
async fn whoever_has_looked_up_too_many_looks_up_nobody_else_in_any_way() {
    let world = World::start_with(&["--limit", "lookupsPerMinute=1"]);
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let body = json!({"identities": [{"email": "c@c.test"}]});
    a.post("me/externalContacts/resolve", body).await.expect(200);
    for address in ["b@b.test", "nobody@b.test", "p@mail.test", "%2B4930901820"] {
        for way in ways_to_read(address) {
            let refused = a.get(&way).await;
            assert_eq!(refused.line(), "429 tooMany", "{way}");
            let seconds: u32 = refused.header("retry-after").parse().expect("seconds");
            assert!((1..=60).contains(&seconds), "{seconds}");
        }
    }
    let users = json!({"interactionType": "createChat", "users": [{"id": b.id}]});
    let ask = a.post("teamwork/determineIfInteractionIsAllowed", users).await;
    assert_eq!(ask.line(), "429 tooMany");
    assert_eq!(a.start(b).await.line(), "429 tooMany");
    // Colleagues are listed anyway, and an id is no address.
    for free in ["users/a2@a.test", "users/nobody@a.test", "users?$filter=mail eq 'a2@a.test'"] {
        assert!([200, 404].contains(&a.get(free).await.status), "{free}");
    }
    a.get(&format!("users/{}", a2.id)).await.expect(200);
    a.get(&format!("users/{}", b.id)).await.expect(404);
}

#[tokio::test]
async fn requests_are_counted_also_with_made_up_tokens() {
    let world = World::start_with(&["--limit", "requestsPerMinutePerToken=2"]);
    let [a, a2] = world.people(["A", "A2"]);
    for expected in [200, 200, 429] {
        assert_eq!(a.get("me").await.status, expected);
    }
    a2.get("me").await.expect(200);
    let world = World::start_with(&["--limit", "requestsPerMinutePerClient=3"]);
    for number in 0..3 {
        let made_up = world.anonymous().with_token(&format!("made-up-{number}"));
        assert_eq!(made_up.get("me").await.status, 401);
    }
    assert_eq!(world.person("A").get("me").await.line(), "429 tooMany");
    assert_eq!(world.anonymous().get("me").await.status, 401, "nothing is presented");
}

/// Calls through a proxy that is told this by whoever is before it, and adds an address of its own.
async fn forwarded(who: &Client, path: &str, lines: &[&str]) -> u16 {
    let mut request = who.request(reqwest::Method::GET, path);
    for line in lines {
        request = request.header("X-Forwarded-For", *line);
    }
    // Not all of them are described.
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn behind_a_proxy_the_address_that_it_appended_counts() {
    let limit = ["--limit", "requestsPerMinutePerClient=2"];
    let world = World::start_with(&[&limit[..], &["--trust-forwarded-headers"]].concat());
    let a = world.person("A");
    for (lines, expected) in [
        (&["203.0.113.1", "198.51.100.1"][..], 200),
        (&["203.0.113.2, 198.51.100.1"], 200),
        // What the client makes up before it changes nothing.
        (&["203.0.113.3", "198.51.100.1"], 429),
        (&["203.0.113.4, 203.0.113.5", "203.0.113.6, 198.51.100.1"], 429),
        (&["198.51.100.1", "203.0.113.1"], 200),
        (&["2001:db8:1:2::1"], 200),
        (&["2001:db8:1:2::2"], 200),
        (&["2001:db8:1:2:ffff::3"], 429),
        (&["2001:db8:1:3::1"], 200),
    ] {
        assert_eq!(forwarded(a, "me", lines).await, expected, "{lines:?}");
    }
    // Wherever a token is presented.
    for path in ["deployment/organisations", "me/notifications"] {
        assert_eq!(forwarded(a, path, &["198.51.100.1"]).await, 429, "{path}");
        assert_ne!(forwarded(a, path, &["198.51.100.2"]).await, 429, "{path}");
    }
    // Without the option nobody is believed.
    let world = World::start_with(&limit);
    let a = world.person("A");
    for (line, expected) in [("203.0.113.1", 200), ("203.0.113.2", 200), ("203.0.113.3", 429)] {
        assert_eq!(forwarded(a, "me", &[line]).await, expected);
    }
}

#[tokio::test]
async fn administrators_see_limits_and_what_is_used() {
    let limits = "lookupsPerMinutePerOrganisation=5,requestsPerMinutePerToken=700";
    let world = World::start_with(&["--limit", limits]);
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let body = json!({"identities": [{"email": "b@b.test"}, {"email": "c@c.test"}]});
    a.post("me/externalContacts/resolve", body).await.expect(200);
    admin.give_policy("One", json!({}), &[]).await;
    let of = |entries: &[Value], id: &str| {
        let found = entries.iter().find(|entry| entry["id"] == id);
        found.unwrap_or_else(|| panic!("{id}: {entries:?}")).clone()
    };
    let seen = admin.get("admin/limits").await.entries();
    let lookups = of(&seen, "lookupsPerMinutePerOrganisation");
    assert_eq!((&lookups["limit"], &lookups["periodSeconds"]), (&json!(5), &json!(60)));
    assert!([1, 2].contains(&lookups["used"].as_u64().expect("a number")), "{lookups}");
    assert_eq!(of(&seen, "requestsPerMinutePerToken")["limit"], 700);
    assert_eq!(of(&seen, "externalAccessPolicies")["used"], 2);
    let groups = of(&seen, "groups");
    assert_eq!((&groups["limit"], &groups["used"]), (&json!(10_000), &json!(0)));
    let subscriptions = of(&seen, "subscriptions");
    assert_eq!((&subscriptions["limit"], &subscriptions["used"]), (&json!(10_000), &json!(0)));
    admin.account_group("G", &[]).await;
    assert_eq!(of(&admin.get("admin/limits").await.entries(), "groups")["used"], 1);
    let blocked = of(&seen, "blockedDomains");
    assert_eq!((&blocked["limit"], &blocked["used"]), (&json!(4_000), &json!(0)));
    admin.configure(json!({"blockedDomains": ["x.test", "y.test"]})).await;
    assert_eq!(of(&admin.get("admin/limits").await.entries(), "blockedDomains")["used"], 2);
    assert_eq!(of(&seen, "signInsPerMinute")["used"], Value::Null);
    let theirs = world.person("BB").get("admin/limits").await.entries();
    assert_eq!(of(&theirs, "lookupsPerMinutePerOrganisation")["used"], 0, "of the own one only");
    for nobody in [a, b] {
        assert_eq!(nobody.get("admin/limits").await.line(), "403 noPermission");
    }
}

#[tokio::test]
async fn bodies_that_are_too_deep() {
    let world = World::start();
    let a = world.person("A");
    for depth in [40, 20_000] {
        let body = format!("{{\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        let request = a.request(reqwest::Method::PATCH, "me/settings/externalChat");
        let refused = a.send(request.header("content-type", "application/json").body(body)).await;
        assert_eq!(refused.line(), "400 invalid");
        assert!(refused.text.contains("more than 32 deep"), "{}", refused.text);
    }
}

/// However an address is written, its tries are counted together; and those of an address that nobody
/// has just the same (P6).
#[tokio::test]
async fn sign_ins_are_counted_by_the_address_that_is_meant() {
    let limits = ["--limit", "signInsPerMinute=3", "--limit", "signInsPerMinutePerClient=1000"];
    let world = World::start_with(&limits);
    let client = world.anonymous();
    for spellings in [
        ["a@a.test", " A@A.TEST ", "a@a.test.", "a@\u{ff41}.test"],
        ["+4930901820", "+49 30 901820", "+49-30-90 18 20", " +49 (30) 901820"],
        ["nobody@b.test", "Nobody@B.test", "nobody@b.test.", "nobody@\u{ff42}.test"],
        ["no address", "No Address", " no address ", "NO ADDRESS"],
    ] {
        for spelling in &spellings[..3] {
            let wrong = client.sign_in(spelling, "wrong password").await;
            assert_eq!(wrong.line(), "401 invalidCredentials", "{spelling}");
        }
        for spelling in spellings {
            let refused = client.sign_in(spelling, PASSWORD).await;
            assert_eq!(refused.status, 429, "{spelling}: {}", refused.text);
            assert!(!refused.header("retry-after").is_empty(), "{spelling}");
        }
    }
    // Another address of the same person is counted by itself: else it would show whose it is.
    client.sign_in("p@mail.test", PASSWORD).await.expect(200);
    client.sign_in("a2@a.test.", PASSWORD).await.expect(200);
}
