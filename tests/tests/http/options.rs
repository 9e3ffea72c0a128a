//! Query options: those of the description are read, all others refused before anything happens.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use visavis_tests::answer::Answer;
use visavis_tests::client::Client;
use visavis_tests::description::Operation;
use visavis_tests::world::World;

/// Options that OData has, of which every operation takes some or none.
const OF_ODATA: [&str; 12] = [
    "$apply",
    "$compute",
    "$count",
    "$deltatoken",
    "$expand",
    "$filter",
    "$format",
    "$orderby",
    "$search",
    "$select",
    "$skip",
    "$top",
];

const WEB_SOCKET: &str = "/v1.0/me/notifications";

/// What cannot be the value of an option, where anything is.
fn nonsense(option: &str) -> Option<String> {
    let value = match option {
        "$top" | "$count" | "model" => "zzz".to_owned(),
        "$filter" => "zzz(".to_owned(),
        "$orderby" => "a,b".to_owned(),
        "$select" | "$expand" => vec!["x"; 65].join(","),
        // Of the others every text may have been given out, or be looked for.
        _ => return None,
    };
    Some(value)
}

/// Calls an operation with this query; the ids in its path are nobody's.
async fn called(client: &Client, operation: &Operation, query: &str) -> Answer {
    let mut path = operation.path.clone();
    for (parameter, value) in [
        ("{chat_id}", "19:00000000000000000000000000000000@thread.v2"),
        ("{message_id}", "1"),
        ("{hosted_content_id}", "1"),
        ("{pinned_message_id}", "1"),
        ("{event_id}", "1.administration"),
    ] {
        path = path.replace(parameter, value);
    }
    while let Some((before, rest)) = path.split_once('{') {
        let after = rest.split_once('}').expect("a parameter").1;
        path = format!("{before}00000000-0000-7000-8000-000000000000{after}");
    }
    let request = client.request(operation.method.clone(), &format!("{path}?{query}"));
    client.send(request.header(CONTENT_TYPE, "application/json").body("{}")).await
}

#[tokio::test]
async fn every_operation_refuses_the_options_that_its_description_does_not_name() {
    let world = World::start();
    let admin = world.person("AA");
    let operations = admin.description().await.operations().to_vec();
    let mut checked = 0;
    // A WebSocket is no answer with options: its address reads its own.
    let answered = |one: &&Operation| one.path.starts_with("/v1.0") && one.path != WEB_SOCKET;
    for operation in operations.iter().filter(answered) {
        let unnamed = OF_ODATA.into_iter().filter(|&option| !operation.options.contains(option));
        for option in unnamed.chain(["$nonsense", "nonsense"]) {
            let answer = called(admin, operation, &format!("{option}=1")).await;
            let line = format!("{} {}?{option}", operation.method, operation.path);
            assert_eq!(answer.line(), "400 unsupportedQueryOption", "{line}: {}", answer.text);
            assert_eq!(answer.json()["error"]["target"], option, "{line}");
            checked += 1;
        }
        let is_write = operation.method != Method::GET;
        assert!(!is_write || operation.options.is_empty(), "{:?}", operation.path);
    }
    assert!(checked > 1_500, "only {checked}");
}

#[tokio::test]
async fn every_option_that_a_description_names_is_read() {
    let world = World::start();
    let admin = world.person("AA");
    let operations = admin.description().await.operations();
    let named = operations.iter().flat_map(|one| one.options.iter().map(move |name| (one, name)));
    let spelled = named.flat_map(|(operation, option)| {
        let encoded = option.replace('$', "%24").to_uppercase();
        let plain = option.trim_matches('$').to_owned();
        [option.clone(), encoded, plain].map(|name| (operation, option, name))
    });
    let mut checked = 0;
    for (operation, option, name) in spelled {
        let Some(value) = nonsense(option) else { continue };
        let answer = called(admin, operation, &format!("{name}={value}")).await;
        let line = format!("{} {}?{name}", operation.method, operation.path);
        assert_eq!(answer.line(), "400 invalid", "{line}: {}", answer.text);
        assert_eq!(&answer.json()["error"]["target"], option, "{line}");
        checked += 1;
    }
    assert!(checked > 200, "only {checked}");
}

/// Spec 1.3: `$select` reduces what `$expand` asked for no more than it reduces the id.
#[tokio::test]
async fn what_is_expanded_stays_when_properties_are_selected() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let id = a.say(&chat, "one").await.id();
    a.pin(&chat, &id).await.expect(201);
    let keys = |value: &Value| -> Vec<String> {
        let object = value.as_object().expect("an object");
        object.keys().filter(|name| !name.starts_with('@')).cloned().collect()
    };
    let both = "$expand=members,lastMessagePreview&$select=topic";
    let one = a.get(&format!("chats/{chat}?{both}")).await.expect(200);
    let listed = a.get(&format!("me/chats?{both}")).await.entries();
    for shown in [&one, &listed[0]] {
        assert_eq!(keys(shown), ["id", "lastMessagePreview", "members", "topic"], "{shown}");
        assert_eq!(shown["members"].as_array().map(Vec::len), Some(2));
    }
    let one = a.get(&format!("chats/{chat}?expand=Members&$select=ID,chatTYPE")).await.expect(200);
    assert_eq!(keys(&one), ["chatType", "id", "members"]);
    let pins = format!("chats/{chat}/pinnedMessages?$expand=message&$select=id");
    assert_eq!(keys(&a.get(&pins).await.entries()[0]), ["id", "message"]);
    // All of them, and what is always there.
    let whole = a.get(&format!("chats/{chat}")).await.expect(200);
    for all in ["*", "", "id,*"] {
        assert_eq!(a.get(&format!("chats/{chat}?$select={all}")).await.expect(200), whole);
    }
    let annotation = a.get(&format!("chats/{chat}?$select=@odata.type,topic")).await.expect(200);
    assert_eq!(keys(&annotation), ["id", "topic"]);
}

/// What an answer has can be selected, whatever it is, and what it cannot have is refused.
#[tokio::test]
async fn properties_that_there_are_not_cannot_be_selected() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    let operations = admin.description().await.operations();
    let selecting =
        operations.iter().filter(|one| one.options.iter().any(|name| name == "$select"));
    let mut checked = 0;
    for operation in selecting {
        for names in ["nonsense", "id,nonsense", "body/content"] {
            let answer = called(admin, operation, &format!("$select={names}")).await;
            let line = format!("{} {}", operation.method, operation.path);
            assert_eq!(answer.line(), "400 invalid", "{line}: {}", answer.text);
            assert_eq!(answer.json()["error"]["target"], "$select", "{line}");
        }
        checked += 1;
    }
    assert!(checked > 30, "only {checked}");
    for (who, path) in [
        (a, "me".to_owned()),
        (a, "me/chats".to_owned()),
        (a, format!("chats/{chat}/members")),
        (a, format!("chats/{chat}/messages")),
        (a, "me/presence".to_owned()),
        (a, "me/settings/externalChat".to_owned()),
        (a, "me/externalAccessAdministrators".to_owned()),
        (admin, "admin/teams/externalAccess/configuration".to_owned()),
        (admin, "admin/teams/externalAccess/policies".to_owned()),
        (admin, "admin/teams/externalAccess/auditEvents".to_owned()),
        (admin, "auditLogs/directoryAudits".to_owned()),
        (admin, "users".to_owned()),
        (admin, "organization".to_owned()),
    ] {
        let answer = who.get(&path).await.expect(200);
        let shown = answer.get("value").map_or(&answer, |entries| &entries[0]);
        let names: Vec<&str> =
            shown.as_object().expect("an object").keys().map(String::as_str).collect();
        let names =
            names.into_iter().filter(|name| !name.starts_with('@')).collect::<Vec<_>>().join(",");
        let selected = who.get(&format!("{path}?$select={names}")).await.expect(200);
        let again = selected.get("value").map_or(&selected, |entries| &entries[0]);
        for name in names.split(',') {
            assert_eq!(again[name], shown[name], "{path} {name}");
        }
    }
}

/// Decision 0079: programs for Graph select what they would find there.
#[tokio::test]
async fn what_only_graph_has_is_passed_over_in_a_selection() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    for (path, theirs, ours) in [
        ("me".to_owned(), "department", "displayName"),
        ("me".to_owned(), "EMPLOYEEID,otherMails", "mail"),
        ("users?$top=1".to_owned(), "usageLocation", "displayName"),
        (format!("chats/{chat}"), "installedApps", "chatType"),
        (format!("chats/{chat}/messages"), "messageHistory", "body"),
        ("me/presence".to_owned(), "workLocation", "availability"),
        ("organization".to_owned(), "country,technicalNotificationMails", "displayName"),
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        let answer = a.get(&format!("{path}{mark}$select={theirs},{ours}")).await.expect(200);
        let shown = answer.get("value").map_or(&answer, |entries| &entries[0]);
        assert!(!shown[ours].is_null(), "{path}: {shown}");
        for name in theirs.split(',') {
            assert_eq!(shown.get(name), None, "{path} {name}");
        }
    }
    admin.get("groups?$select=id,displayName,description,mail").await.expect(200);
    // What it has elsewhere is as wrong here as what is misspelt.
    for path in ["me?$select=messageHistory", "me/chats?$select=department", "me?$select=deparment"]
    {
        assert_eq!(a.get(path).await.line(), "400 invalid", "{path}");
    }
}

/// Decision 0079: a count that was asked for is of all, or not said.
#[tokio::test]
async fn a_count_of_chats_and_messages_is_of_all_or_not_said() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let chat = a.befriend(b).await;
    a.befriend(a2).await;
    a.say(&chat, "one").await;
    let messages = format!("chats/{chat}/messages");
    for (path, all) in [("me/chats", 2), (messages.as_str(), 2)] {
        let count = async |query: &str| {
            let page = a.get(&format!("{path}?{query}")).await.expect(200);
            (page["@odata.count"].clone(), page["@odata.nextLink"].clone())
        };
        assert_eq!(count("$count=true").await, (json!(all), Value::Null), "{path}");
        let (first, next) = count("$count=true&$top=1").await;
        assert_eq!(first, Value::Null, "{path}: more than the page");
        let next = next.as_str().expect("a link").to_owned();
        let last = a.get(&next).await.expect(200);
        assert_eq!(last.get("@odata.count"), None, "{path}: {last}");
        assert_eq!(count("$top=1").await.0, json!(1), "{path}: of the page");
        assert_eq!(count("$count=false&$top=1").await.0, json!(1), "{path}: of the page");
    }
}

/// Spec 1.3, 1.5: bounds that are there twice are both meant; nothing equals two values.
#[tokio::test]
async fn bounds_that_are_there_twice_are_both_meant() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    a.say(&chat, "one").await.expect(201);
    let (early, late) = ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z");
    let trail = "admin/teams/externalAccess/auditEvents";
    for (who, path, property) in [
        (a, format!("chats/{chat}/messages"), "lastModifiedDateTime"),
        (a, format!("chats/{chat}/messages"), "createdDateTime"),
        (a, "me/chats".to_owned(), "lastMessagePreview/createdDateTime"),
        (a, "me/chats/getAllMessages".to_owned(), "lastModifiedDateTime"),
        (admin, trail.to_owned(), "activityDateTime"),
        (admin, "auditLogs/directoryAudits".to_owned(), "activityDateTime"),
    ] {
        admin.configure(json!({"blockAllSubdomains": true})).await;
        let found =
            async |filter: &str| who.get(&format!("{path}?$filter={filter}")).await.entries().len();
        for (bound, one, other) in ["gt", "ge", "lt", "le"]
            .into_iter()
            .flat_map(|bound| [(bound, early, late), (bound, late, early)])
        {
            let twice = format!("{property} {bound} {one} and {property} {bound} {other}");
            assert_eq!(found(&twice).await, 0, "{path}: {twice}");
        }
        for (low, high) in [("gt", "lt"), ("ge", "le")] {
            let within = format!("{property} {low} {early} and {property} {high} {late}");
            assert!(found(&within).await > 0, "{path}");
        }
    }
    for (who, path, one, other) in [
        (a, "me/chats", "chatType eq 'group'", "chatType eq 'oneOnOne'"),
        (a, "me/chats", "contactRequest/state eq 'pending'", "contactRequest/state eq 'accepted'"),
        (
            a,
            "me/chats",
            "contactRequest/direction eq 'inbound'",
            "contactRequest/direction eq 'outbound'",
        ),
        (admin, trail, "kind eq 'MessageSent'", "kind eq 'DirectoryChanged'"),
        (admin, trail, &format!("actorId eq {}", a.id), &format!("actorId eq {}", b.id)),
    ] {
        let refused = who.get(&format!("{path}?$filter={one} and {other}")).await;
        assert_eq!(refused.line(), "400 invalid", "{path} {one}: {}", refused.text);
        assert_eq!(refused.json()["error"]["target"], "$filter");
        who.get(&format!("{path}?$filter={one} and {one}")).await.expect(200);
    }
}

/// Spec 1.4: members are found by roles, names, addresses and ids, as they are shown.
#[tokio::test]
async fn members_are_filtered_by_what_is_shown_of_them() {
    let world = World::start();
    let [a, a2, b, p] = world.people(["A", "A2", "B", "P"]);
    let group = a.group("All", &[a2, b, p]).await.id();
    let found = async |filter: &str| -> Vec<String> {
        let members = a.get(&format!("chats/{group}/members?$filter={filter}")).await;
        let ids =
            members.entries().into_iter().map(|one| one["userId"].as_str().map(str::to_owned));
        ids.map(|id| id.expect("an id")).collect()
    };
    let aad = "microsoft.graph.aadUserConversationMember";
    assert_eq!(found("roles/any(r:r eq 'owner')").await.len(), 4);
    assert_eq!(found("roles/any(r:r eq 'guest')").await.len(), 0);
    assert_eq!(found(&format!("userId eq '{}'", b.id)).await, [&*b.id]);
    assert_eq!(found("email eq 'B@B.TEST'").await, [&*b.id]);
    assert_eq!(found(&format!("{aad}/email eq 'b@b.test'")).await, [&*b.id]);
    assert_eq!(found(&format!("{aad}/email eq 'p@mail.test'")).await.len(), 0, "no such member");
    assert_eq!(found("email eq 'p@mail.test'").await, [&*p.id]);
    assert_eq!(found("displayName eq 'A2'").await, [&*a2.id]);
    assert_eq!(found("startswith(displayName,'a')").await.len(), 2);
    let both = format!("{aad}/displayName eq 'B' or {aad}/email eq 'a2@a.test'");
    assert_eq!(found(&both).await.len(), 2);
    assert_eq!(found("displayName in ('A','B') and email eq 'b@b.test'").await, [&*b.id]);
    // P6: by what is not shown nobody is found.
    assert_eq!(found("email eq '%2B4930901820'").await.len(), 0);
    for refused in ["tenantId eq 'x'", "displayName ne 'A'", "email eq 'a@a.test' or phone eq '1'"]
    {
        let answer = a.get(&format!("chats/{group}/members?$filter={refused}")).await;
        assert_eq!(answer.line(), "400 invalid", "{refused}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_write_with_an_option_does_nothing() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    let group = a.group("Old", &[b]).await.id();
    a.say(&chat, "one").await;
    let messages = format!("chats/{chat}/messages");
    let before = a.get(&messages).await.expect(200);
    let body = json!({"body": {"content": "two"}});
    for query in ["$apply=x", "$top=zzz", "$select=id", "x=1", "%FF", "$filter=zzz("] {
        let answer = a.post(&format!("{messages}?{query}"), body.clone()).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        let renamed = a.patch(&format!("me/chats/{group}?{query}"), json!({"topic": "New"})).await;
        assert_eq!(renamed.status, 400, "{query}: {}", renamed.text);
        let left = a.delete(&format!("chats/{group}/members/{}?{query}", a.id)).await;
        assert_eq!(left.status, 400, "{query}: {}", left.text);
        let person = json!({"displayName": "N", "userPrincipalName": "n@a.test"});
        let made = admin.post(&format!("users?{query}"), person).await;
        assert_eq!(made.status, 400, "{query}: {}", made.text);
        let step = json!({"id": "1", "method": "POST", "url": format!("/{messages}?{query}"),
            "headers": {"Content-Type": "application/json"}, "body": body});
        let batch = a.post("$batch", json!({"requests": [step]})).await;
        assert_eq!(batch.expect(200)["responses"][0]["status"], 400, "{query}: {}", batch.text);
        let whole = a.post(&format!("$batch?{query}"), json!({"requests": []})).await;
        assert_eq!(whole.status, 400, "{query}: {}", whole.text);
    }
    assert_eq!(a.get(&messages).await.expect(200), before);
    assert_eq!(a.get(&format!("chats/{group}")).await.expect(200)["topic"], "Old");
    assert_eq!(admin.get("users/n@a.test").await.status, 404);
    // An empty query is none.
    a.post(&format!("{messages}?"), body.clone()).await.expect(201);
    a.post(&format!("{messages}?&"), body).await.expect(201);
}

#[tokio::test]
async fn the_dollar_may_be_left_out() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    for text in ["one", "two", "three"] {
        a.say(&chat, text).await;
    }
    let page = a.get(&format!("chats/{chat}/messages?top=1&Select=id")).await.expect(200);
    assert_eq!(page["value"].as_array().map(Vec::len), Some(1), "{page}");
    assert!(page["value"][0].get("body").is_none(), "{page}");
    let walked = a.all(&format!("chats/{chat}/messages?top=1")).await;
    let whole = a.all(&format!("chats/{chat}/messages")).await;
    assert_eq!(walked, whole);
    let twice = a.get("me/chats?top=1&$top=1").await;
    assert_eq!(twice.line(), "400 invalid");
}
