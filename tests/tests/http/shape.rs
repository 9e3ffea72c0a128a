//! The shape that Graph's clients rely on, and the spellings that occur in practice.

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};
use visavis_tests::chat::{member, text_of};
use visavis_tests::world::{PASSWORD, World};

const UNKNOWN: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test]
async fn ids_raw_encoded_and_in_parentheses() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let message = a.say(&chat, "x").await.id();
    let encoded = chat.replace(':', "%3A").replace('@', "%40");
    let expected = a.get(&format!("chats/{chat}/messages/{message}")).await.timeless();
    let same = |mut body: Value| {
        body["@odata.context"] = Value::Null;
        body
    };
    for path in [
        format!("chats/{encoded}/messages/{message}"),
        format!("chats('{chat}')/messages('{message}')"),
        format!("chats('{encoded}')/messages('{message}')"),
        format!("chats(%27{encoded}%27)/messages(%27{message}%27)"),
        format!("me/chats/{chat}/messages/{message}"),
        format!("me/chats('{chat}')/messages/{message}"),
        format!("users/{}/chats/{chat}/messages/{message}", a.id),
        format!("users('{}')/chats('{chat}')/messages('{message}')", a.mail),
        format!("/beta/chats/{chat}/messages/{message}"),
        format!("/beta/me/chats('{encoded}')/messages('{message}')"),
        format!("chats/{chat}/messages/{message}/"),
    ] {
        let answer = a.get(&path).await;
        assert_eq!(same(answer.expect(200)), same(expected.clone()), "{path}");
    }
    let member_id = a.get(&format!("chats/{chat}/members")).await.entries()[1]["id"].clone();
    let member_id = member_id.as_str().expect("an id").replace('=', "%3D");
    a.get(&format!("chats/{encoded}/members/{member_id}")).await.expect(200);
    a.get(&format!("chats('{chat}')/members('{member_id}')")).await.expect(200);
}

#[tokio::test]
async fn actions_with_an_empty_body_and_with_a_namespace() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.start(b).await.id();
    let id = a.say(&chat, "x").await.id();
    let empty = async |who: &visavis_tests::client::Client, path: &str, kind: Option<&str>| {
        let request = who.request(Method::POST, path).header("content-length", "0");
        let request = match kind {
            Some(kind) => request.header(CONTENT_TYPE, kind),
            None => request,
        };
        who.send(request.body("")).await.expect(204);
    };
    let message = format!("me/chats/{chat}/messages/{id}");
    empty(b, &format!("chats/{chat}/acceptRequest"), Some("application/json")).await;
    empty(a, &format!("{message}/softDelete"), Some("application/json")).await;
    empty(a, &format!("{message}/undoSoftDelete"), None).await;
    empty(a, &format!("users/{}/chats/{chat}/messages/{id}/softDelete", a.id), None).await;
    empty(a, &format!("chats/{chat}/markChatReadForUser"), None).await;
    empty(a, &format!("chats/{chat}/microsoft.graph.hideForUser"), None).await;
    empty(a, &format!("chats/{chat}/microsoft.graph.unhideForUser()"), None).await;
    let unassign = json!({"value": [{"userId": a.id, "policyType": "ExternalAccessPolicy",
        "@odata.type": "#microsoft.graph.teamsAdministration.teamsPolicyUserAssignment", "policyId": ""}]});
    for action in [
        "admin/teams/policy/userAssignments/microsoft.graph.teamsAdministration.assign",
        "admin/teams/policy/userAssignments/microsoft.graph.teamsAdministration.unassign",
        "admin/teams/policy/userAssignments/assign",
        "/beta/admin/teams/policy/userAssignments/unassign",
    ] {
        admin.post(action, unassign.clone()).await.expect(204);
    }
}

#[tokio::test]
async fn pages_are_complete_and_repeat_nothing() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let mut sent = Vec::new();
    for number in 0..53 {
        sent.push(a.say(&chat, &number.to_string()).await.id());
    }
    sent.reverse();
    let ids = |entries: &[Value]| -> Vec<String> {
        entries.iter().map(|entry| entry["id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    for top in 1..=50 {
        let path = format!("chats/{chat}/messages?$top={top}");
        assert_eq!(ids(&a2.all(&path).await), sent, "$top={top}");
    }
    for order in [
        "$orderby=createdDateTime desc",
        "$orderBy=createdDateTime%20desc",
        "%24orderby=lastModifiedDateTime%20desc",
        "$orderBy=lastModifiedDateTime+desc",
    ] {
        let path = format!("chats/{chat}/messages?$top=7&{order}");
        assert_eq!(ids(&a2.all(&path).await), sent, "{order}");
    }
    // Messages that arrive between two pages come in no later page, and push out none.
    let first = a2
        .get(&format!("chats/{chat}/messages?$top=20&$orderby=createdDateTime desc"))
        .await
        .expect(200);
    a.say(&chat, "late").await.expect(201);
    let next = first["@odata.nextLink"].as_str().expect("a link");
    let mut seen = ids(first["value"].as_array().expect("a page"));
    seen.extend(ids(&a2.all(next).await));
    assert_eq!(seen, sent);

    let middle = a.get(&format!("chats/{chat}/messages/{}", sent[26])).await.expect(200);
    let moment = middle["createdDateTime"].as_str().expect("a time");
    let newer = a
        .all(&format!("chats/{chat}/messages?$filter=lastModifiedDateTime gt {moment}&$top=5"))
        .await;
    assert_eq!(newer.len(), 27);
    let older = format!("$orderby=createdDateTime desc&$filter=createdDateTime lt {moment}&$top=5");
    assert_eq!(a.all(&format!("chats/{chat}/messages?{older}")).await.len(), 26);
}

#[tokio::test]
async fn lists_of_chats_in_pages() {
    let world = World::start();
    let a = world.person("A");
    let mut made = BTreeSet::new();
    for number in 0..23 {
        let chat = a.group(&format!("G{number}"), &[world.person("A2")]).await.id();
        if number % 3 == 0 {
            a.say(&chat, "x").await.expect(201);
        }
        made.insert(chat);
    }
    for top in [1, 2, 7, 22, 23, 24, 50] {
        for expand in ["", "&$expand=members,lastMessagePreview"] {
            let path = format!(
                "me/chats?$top={top}{expand}&$orderby=lastMessagePreview/createdDateTime desc"
            );
            let listed = a.all(&path).await;
            let ids: BTreeSet<String> = listed
                .iter()
                .map(|chat| chat["id"].as_str().unwrap_or_default().to_owned())
                .collect();
            assert_eq!((ids.len(), listed.len()), (made.len(), made.len()), "{path}");
            assert_eq!(ids, made, "{path}");
        }
    }
    let groups = a.all("me/chats?$filter=chatType eq 'group'&$top=50").await;
    assert_eq!(groups.len(), 23);
    assert!(a.all("chats?$filter=chatType eq 'oneOnOne'").await.is_empty());
    let people = a.all("users?$top=2").await;
    let ids: BTreeSet<String> = people.iter().map(|user| user["id"].to_string()).collect();
    assert_eq!((people.len(), ids.len()), (4, 4));
    let some = a.get("me/chats?$top=1&$select=id,topic").await.entries();
    let names: Vec<&String> = some[0].as_object().expect("a chat").keys().collect();
    assert_eq!(names, ["id", "topic"]);
    let counted = a.get("me/chats?$top=5").await.expect(200);
    assert_eq!(counted["@odata.count"], 5);
    assert!(
        counted["@odata.context"].as_str().is_some_and(|c| c.ends_with("/v1.0/$metadata#chats"))
    );
}

#[tokio::test]
async fn links_are_on_the_host_that_the_caller_used() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    for _ in 0..3 {
        a.say(&chat, "x").await.expect(201);
    }
    for host in ["chat.contoso.example", "chat.contoso.example:8443"] {
        let request = a.request(Method::GET, &format!("/beta/chats/{chat}/messages?$top=2"));
        let page = a.send(request.header(HOST, host)).await.expect(200);
        let next = page["@odata.nextLink"].as_str().expect("a link");
        assert!(next.starts_with(&format!("http://{host}/beta/chats/")), "{next}");
        let context = page["@odata.context"].as_str().expect("a context");
        assert!(context.starts_with(&format!("http://{host}/")), "{context}");
    }
}

#[tokio::test]
async fn system_messages_are_unknown_to_who_does_not_prefer_them() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.group("G", &[a2]).await.id();
    a.patch(&format!("chats/{chat}"), json!({"topic": "H"})).await.expect(200);
    let path = format!("chats/{chat}/messages");
    let kinds = |entries: Vec<Value>| -> BTreeSet<String> {
        entries
            .iter()
            .map(|entry| entry["messageType"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(
        kinds(a.get(&path).await.entries()),
        BTreeSet::from(["unknownFutureValue".to_owned()])
    );
    let preferring = a.request(Method::GET, &path).header("Prefer", "include-unknown-enum-members");
    let entries = a.send(preferring).await.entries();
    let renamed = entries.iter().find(|entry| {
        entry["eventDetail"]["@odata.type"] == "#microsoft.graph.chatRenamedEventMessageDetail"
    });
    let renamed = renamed.expect("a line about the new name");
    assert_eq!(
        (&renamed["from"], &renamed["eventDetail"]["chatDisplayName"]),
        (&Value::Null, &json!("H"))
    );
    assert_eq!(text_of(renamed), "<systemEventMessage/>");
    assert_eq!(renamed["eventDetail"]["initiator"]["user"]["id"], a.id.as_str());
    assert_eq!(kinds(entries), BTreeSet::from(["systemEventMessage".to_owned()]));
}

#[tokio::test]
async fn a_message_that_was_read_can_be_sent_back_changed() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let id = a.say(&chat, "one").await.id();
    b.post(&format!("chats/{chat}/messages/{id}/setReaction"), json!({"reactionType": "like"}))
        .await
        .expect(204);
    let path = format!("chats/{chat}/messages/{id}");
    let mut whole = a.get(&path).await.expect(200);
    whole["body"]["content"] = json!("two");
    whole["from"]["user"]["id"] = json!(b.id);
    whole["createdDateTime"] = json!("2001-01-01T00:00:00Z");
    whole["reactions"] = json!([]);
    whole["policyViolation"] = Value::Null;
    let before = a.get(&path).await.expect(200);
    a.patch(&path, whole).await.expect(204);
    let after = a.get(&path).await.expect(200);
    assert_eq!(text_of(&after), "two");
    for name in ["from", "createdDateTime", "reactions", "id", "chatId"] {
        assert_eq!(after[name], before[name], "{name}");
    }
}

/// Spec 1.5: what a change of a message does not name stays, null takes away, and what changes nothing is
/// no change.
#[tokio::test]
async fn an_edit_changes_what_it_names() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let quoted = b.say(&chat, "a question").await.id();
    let mention = json!({"id": 0, "mentionText": "B",
        "mentioned": {"user": {"id": b.id, "displayName": "B"}}});
    let said = json!({
        "body": {"contentType": "html", "content": "<p><at id=\"0\">B</at> one</p>"},
        "importance": "high",
        "subject": "The plan",
        "mentions": [mention],
        "attachments": [{"id": quoted, "contentType": "messageReference"}],
    });
    let path = format!("chats/{chat}/messages");
    let id = a.post(&path, said).await.id();
    let path = format!("{path}/{id}");
    let names = ["body", "importance", "subject", "mentions", "attachments"];
    let mut expected = a.get(&path).await.expect(200);
    let changed = async |change: Value, expected: &Value| {
        a.patch(&path, change.clone()).await.expect(204);
        let shown = a.get(&path).await.expect(200);
        for name in names {
            assert_eq!(shown[name], expected[name], "{name} after {change}");
        }
        shown
    };
    // Nothing is named, or only what the server decides, or what is so already.
    for nothing in
        [json!({}), json!({"locale": "de-de", "from": null}), json!({"importance": "high"})]
    {
        assert_eq!(changed(nothing, &expected).await, expected);
    }
    let versions = format!("{path}/versions");
    assert!(a.get(&versions).await.entries().is_empty());

    let text = "<p><at id=\"0\">B</at> two</p>";
    let place = format!("<attachment id=\"{quoted}\"></attachment>");
    expected["body"]["content"] = json!(format!("{place}{text}"));
    let change = json!({"body": {"contentType": "html", "content": text}});
    let shown = changed(change, &expected).await;
    assert_ne!(shown["lastEditedDateTime"], Value::Null);
    assert_eq!(a.get(&versions).await.entries().len(), 1);
    for (name, value, then) in [
        ("importance", json!("urgent"), json!("urgent")),
        ("importance", Value::Null, json!("normal")),
        ("subject", json!("Another plan"), json!("Another plan")),
        ("subject", Value::Null, Value::Null),
        ("mentions", json!([]), json!([])),
    ] {
        expected[name] = then;
        changed(json!({name: value}), &expected).await;
    }
    assert_eq!(a.get(&versions).await.entries().len(), 1, "the text is as it was");
    expected["attachments"] = json!([]);
    expected["body"]["content"] = json!(text);
    changed(
        json!({"attachments": null, "body": {"contentType": "html", "content": text}}),
        &expected,
    )
    .await;
}

/// Spec 1.5: the whole message can be sent back whatever became of what it quotes and whom it names.
#[tokio::test]
async fn a_message_is_sent_back_whole_after_what_it_names_has_gone() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let group = a.group("Going", &[a2, b]).await.id();
    b.accept(&group).await.expect(204);
    let (quoted, other) =
        (b.say(&group, "a question").await.id(), b.say(&group, "more").await.id());
    let mention = |who: &str| {
        json!({"id": 0, "mentionText": "Somebody",
        "mentioned": {"application": null, "user": {"id": who}}})
    };
    let messages = format!("chats/{group}/messages");
    let quote = |id: &str| json!({"id": id, "contentType": "messageReference"});
    let said = json!({"body": {"content": "an answer"}, "mentions": [mention(&b.id)],
        "attachments": [quote(&quoted)]});
    let id = a.post(&messages, said).await.id();
    let path = format!("{messages}/{id}");
    for gone in [&quoted, &other] {
        b.post(&format!("{messages}/{gone}/softDelete"), Value::Null).await.expect(204);
    }
    b.act(&group, "leave").await.expect(204);
    let mut whole = a.get(&path).await.expect(200);
    let before = whole.clone();
    let content = whole["body"]["content"].as_str().expect("a text").replace("answer", "end");
    whole["body"]["content"] = json!(content);
    a.patch(&path, whole).await.expect(204);
    let after = a.get(&path).await.expect(200);
    for name in ["attachments", "mentions", "importance", "subject", "from", "createdDateTime"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert!(text_of(&after).ends_with("an end"), "{after}");
    // What it did not name before is judged as in a new message.
    for change in
        [json!({"mentions": [mention("c@c.test")]}), json!({"attachments": [quote(&other)]})]
    {
        assert_eq!(a.patch(&path, change.clone()).await.line(), "400 invalid", "{change}");
    }
    let second = a.say(&group, "unnamed").await.id();
    let change = json!({"mentions": [mention(&b.id)]});
    assert_eq!(a.patch(&format!("{messages}/{second}"), change).await.line(), "400 invalid");
}

#[tokio::test]
async fn the_bind_takes_any_key_and_any_host() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.start(b).await.id();
    for bind in [
        format!("https://graph.microsoft.com/v1.0/users('{}')", b.id),
        format!("https://graph.microsoft.com/beta/users/{}", b.id),
        format!("{}/v1.0/users('b@b.test')", a.base_url()),
        "https://x.test/v1.0/users/b%40b.test".to_owned(),
        "users('B@B.TEST')".to_owned(),
    ] {
        let mut other = member(&b.id);
        other["user@odata.bind"] = json!(bind);
        other["tenantId"] = json!(b.organisation);
        let members = [member(&a.id), other];
        let answer = a.post("chats", json!({"chatType": "oneOnOne", "members": members})).await;
        assert_eq!(answer.id(), chat, "{bind}");
    }
}

#[tokio::test]
async fn chats_and_members_as_graph_types_them() {
    let world = World::start();
    let [a, a2, b, p] = world.people(["A", "A2", "B", "P"]);
    let chat = a.group("Kinds", &[a2, b, p]).await.expect(201);
    assert_eq!(chat["tenantId"], json!(a.organisation));
    assert_eq!(chat["viewpoint"]["isHidden"], false);
    let id = chat["id"].as_str().expect("an id");
    assert!(id.starts_with("19:") && id.ends_with("@thread.v2"), "{id}");
    let pair = a.start(a2).await.id();
    assert!(pair.starts_with("19:") && pair.ends_with("@unq.gbl.spaces"), "{pair}");
    let members =
        a.get(&format!("chats/{id}?$expand=members")).await.expect(200)["members"].clone();
    let consumer = "9188040d-6c67-4c5b-b112-36a304b66dad";
    for (who, kind, tenant, is_external, trust) in [
        (a, "aadUser", a.organisation.as_deref().unwrap_or_default(), false, "colleague"),
        (a2, "aadUser", a.organisation.as_deref().unwrap_or_default(), false, "colleague"),
        (b, "aadUser", b.organisation.as_deref().unwrap_or_default(), true, "unfamiliar"),
        (p, "microsoftAccountUser", consumer, true, "personal"),
    ] {
        let one = members
            .as_array()
            .expect("members")
            .iter()
            .find(|one| one["userId"] == who.id.as_str());
        let one = one.unwrap_or_else(|| panic!("{} is missing", who.name));
        assert_eq!(one["@odata.type"], format!("#microsoft.graph.{kind}ConversationMember"));
        assert_eq!((&one["tenantId"], &one["isExternal"]), (&json!(tenant), &json!(is_external)));
        assert_eq!((&one["trust"], &one["roles"]), (&json!(trust), &json!(["owner"])));
        assert_eq!((&one["displayName"], &one["email"]), (&json!(who.name), &json!(who.mail)));
    }
}

#[tokio::test]
async fn people_are_found_by_the_filters_that_scripts_use() {
    let world = World::start();
    let [a, a2, p] = world.people(["A", "A2", "P"]);
    let admin = world.person("AA");
    let body = json!({"displayName": "O'Neil", "userPrincipalName": "o'neil@a.test", "mobilePhone": "+4930901824",
        "otherMails": ["neil@a.test"]});
    let neil = admin.post("users", body).await.id();
    for filter in [
        "mail eq 'o''neil@a.test'",
        "userPrincipalName eq 'o''neil@a.test'",
        "mail%20eq%20%27o%27%27neil%40a.test%27",
        "mobilePhone eq '%2B4930901824'",
        "businessPhones/any(p:p eq '%2B4930901824')",
        "proxyAddresses/any(x:x eq 'smtp:neil@a.test')",
        "proxyAddresses/any(x:x eq 'SMTP:Neil@a.test')",
        "proxyAddresses/any(x:x eq 'SMTP:o''neil@a.test')",
        "proxyAddresses/any(x:x eq 'smtp:o''neil@a.test')",
        "proxyAddresses/any(x:x eq 'TEL:%2B4930901824')",
        "otherMails/any(x:x eq 'neil@a.test')",
        "startswith(displayName,'O''N')",
    ] {
        let found =
            a.get(&format!("users?$filter={filter}&$select=id,displayName")).await.entries();
        let ids: Vec<&Value> = found.iter().map(|user| &user["id"]).collect();
        assert_eq!(ids, [&json!(neil)], "{filter}");
        assert_eq!(found[0].as_object().map(|user| user.len()), Some(2), "{filter}");
    }
    let seen = a.get(&format!("users/{neil}?$select=proxyAddresses")).await.expect(200);
    let addresses = json!(["SMTP:o'neil@a.test", "tel:+4930901824", "smtp:neil@a.test"]);
    assert_eq!(seen["proxyAddresses"], addresses);
    let both = format!("users?$filter=mail eq '{}' or mail eq '{}'", a.mail, a2.mail);
    assert_eq!(a.get(&both).await.entries().len(), 2);
    for filter in
        ["mail eq 'nobody@a.test'", "mail eq 'p@mail.test'", "mobilePhone eq '%2B4930901820'"]
    {
        assert!(a.get(&format!("users?$filter={filter}")).await.entries().is_empty(), "{filter}");
    }
    let me = a.get("me").await.expect(200);
    for name in [
        "businessPhones",
        "displayName",
        "givenName",
        "id",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
    ] {
        assert!(me.as_object().is_some_and(|me| me.contains_key(name)), "{name}");
    }
    let missing = a.get("users/nobody@a.test").await;
    assert_eq!(missing.expect(404)["error"]["code"], "Request_ResourceNotFound");
    assert_eq!(a.get(&format!("users/{}", p.id)).await.status, 404, "no contact yet");
    assert!(p.get("users").await.entries().iter().all(|user| user["id"] == p.id.as_str()));
}

#[tokio::test]
async fn presence_is_set_and_got() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let path = format!("users/{}/presence", a.id);
    assert_eq!(a2.get(&path).await.expect(200)["availability"], "Offline");
    let set = |availability: &str, activity: &str, duration: &str| json!({"sessionId": "s1", "availability": availability, "activity": activity, "expirationDuration": duration});
    for duration in ["PT1H", "1:00:00"] {
        a.post(&format!("{path}/setPresence"), set("Busy", "InACall", duration)).await.expect(200);
    }
    let seen = a2.get(&path).await.expect(200);
    assert_eq!((&seen["availability"], &seen["activity"]), (&json!("Busy"), &json!("InACall")));
    let status =
        json!({"statusMessage": {"message": {"content": "In Oslo", "contentType": "text"}}});
    a.post("me/presence/setStatusMessage", status).await.expect(200);
    let many = json!({"ids": [a.id, a2.id, b.id]});
    let all = a2.post("communications/getPresencesByUserId", many).await.entries();
    assert_eq!(all.len(), 3);
    let status = &all[0]["statusMessage"];
    assert_eq!(status["message"]["content"], "In Oslo");
    assert!(status["publishedDateTime"].is_string() && status["expiryDateTime"].is_null());
    let until = json!({"statusMessage": {"message": {"content": "In Oslo"},
        "expiryDateTime": {"dateTime": "2999-01-01T00:00:00.0000000", "timeZone": "UTC"}}});
    a.post("me/presence/setStatusMessage", until).await.expect(200);
    let status = a2.get(&path).await.expect(200)["statusMessage"]["expiryDateTime"].clone();
    assert_eq!(status, json!({"dateTime": "2999-01-01T00:00:00.000Z", "timeZone": "UTC"}));
    let backwards = json!({"ids": [b.id, a.id, UNKNOWN, a.id]});
    let order = a2.post("communications/getPresencesByUserId", backwards).await.entries();
    let order: Vec<&Value> = order.iter().map(|presence| &presence["id"]).collect();
    assert_eq!(order, [&json!(b.id), &json!(a.id), &json!(UNKNOWN), &json!(a.id)]);
    for (action, body) in [
        ("setPresence", set("Busy", "Available", "PT1H")),
        ("setPresence", set("Away", "Away", "PT4M")),
        ("setPresence", set("Away", "Away", "PT5H")),
        ("setUserPreferredPresence", json!({"availability": "Busy", "activity": "InACall"})),
        (
            "setUserPreferredPresence",
            json!({"availability": "Away", "activity": "Away",
            "expirationDuration": "PT0S"}),
        ),
        ("setStatusMessage", json!({"statusMessage": {"message": {"content": "x".repeat(281)}}})),
    ] {
        let refused = a.post(&format!("me/presence/{action}"), body.clone()).await;
        assert_eq!(refused.line(), "400 invalid", "{action} {body}");
    }
    assert_eq!(all[2]["availability"], "PresenceUnknown", "B is a stranger");
    let preferred = json!({"availability": "DoNotDisturb", "activity": "DoNotDisturb"});
    a.post("me/presence/setUserPreferredPresence", preferred).await.expect(200);
    let availability = async || a2.get(&path).await.expect(200)["availability"].clone();
    assert_eq!(availability().await, "DoNotDisturb");
    a.post("me/presence/clearUserPreferredPresence", Value::Null).await.expect(200);
    assert_eq!(availability().await, "Busy");
    a.post("me/presence/clearPresence", json!({"sessionId": "s1"})).await.expect(200);
    assert_eq!(availability().await, "Offline");
    let others = a2.post(&format!("{path}/setPresence"), set("Away", "Away", "PT1H")).await;
    assert_eq!(others.status, 404, "nobody sets another one's presence");
}

#[tokio::test]
async fn request_ids_come_back() {
    let world = World::start();
    let a = world.person("A");
    let request = a.request(Method::GET, "me").header("client-request-id", "my-own-id");
    let answer = a.send(request).await;
    assert_eq!(answer.header("client-request-id"), "my-own-id");
    let request = a.request(Method::GET, "nothing").header("client-request-id", "my-own-id");
    let answer = a.send(request).await;
    assert_eq!(answer.json()["error"]["innerError"]["client-request-id"], "my-own-id");
    let (one, other) = (a.get("me").await, a.get("me").await);
    assert_ne!(one.header("request-id"), other.header("request-id"));
}

#[tokio::test]
async fn a_session_is_a_cookie_that_other_sites_cannot_use() {
    let world = World::start();
    let client = world.anonymous();
    let body = json!({"address": "a@a.test", "password": PASSWORD});
    let signed_in = client.post("auth/signIn", body.clone()).await;
    let account = signed_in.expect(200);
    assert!(account["token"].is_null());
    assert_eq!(account["account"]["mail"], "a@a.test");
    let cookie =
        signed_in.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok()).expect("a cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let session = cookie.split(';').next().expect("a name and a value").to_owned();
    let with = |method: Method, path: &str| client.request(method, path).header(COOKIE, &session);
    assert_eq!(client.send(with(Method::GET, "me")).await.expect(200)["mail"], "a@a.test");
    let post = || with(Method::POST, "me/tokens").json(&json!({"name": "from a browser"}));
    let origin = client.base_url();
    for (request, expected) in [
        (post(), "403 crossOrigin"),
        (post().header(ORIGIN, "https://evil.test"), "403 crossOrigin"),
        (post().header(ORIGIN, "null"), "403 crossOrigin"),
        (post().header("Sec-Fetch-Site", "cross-site"), "403 crossOrigin"),
        (post().header("Sec-Fetch-Site", "same-site"), "403 crossOrigin"),
        (post().header(ORIGIN, format!("{origin}.evil.test")), "403 crossOrigin"),
        (post().header(ORIGIN, origin), "201"),
        (post().header("Sec-Fetch-Site", "same-origin"), "201"),
    ] {
        assert_eq!(client.send(request).await.line(), expected);
    }
    let evil =
        client.request(Method::POST, "auth/signIn").header(ORIGIN, "https://evil.test").json(&body);
    assert_eq!(client.send(evil).await.line(), "403 crossOrigin");
    let out = with(Method::POST, "auth/signOut").header(ORIGIN, origin);
    client.send(out).await.expect(204);
    assert_eq!(client.send(with(Method::GET, "me")).await.status, 401, "signed out at once");
}

#[tokio::test]
async fn tokens_are_listed_made_and_revoked_at_once() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let made = a.post("me/tokens", json!({"name": "Script"})).await.expect(201);
    let (id, secret) =
        (made["id"].as_str().expect("an id"), made["secret"].as_str().expect("a secret"));
    let list = a.get("me/tokens").await;
    assert!(!list.text.contains(secret), "the secret is shown once");
    let listed = list.entries();
    let one = listed.iter().find(|token| token["id"] == id).expect("the token");
    assert_eq!((&one["name"], &one["kind"]), (&json!("Script"), &json!("bearer")));
    assert_eq!(listed.iter().filter(|token| token["isCurrent"] == true).count(), 1);
    let script = a.with_token(secret);
    script.get("me").await.expect(200);
    assert_eq!(
        b.delete(&format!("me/tokens/{id}")).await.status,
        404,
        "others' tokens do not exist"
    );
    a.delete(&format!("me/tokens/{id}")).await.expect(204);
    assert_eq!(script.get("me").await.status, 401);
    assert_eq!(a.delete(&format!("me/tokens/{id}")).await.status, 404);
    let other = a.sign_in("+4930901820", PASSWORD).await.expect(200);
    assert_eq!(other["account"]["mail"], "p@mail.test", "a number is an address, too");
}
