//! Accounts: whom a telephone number is shown to, and what an administrator's changes do.

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::world::{PASSWORD, Person, World};

/// The number of `P`, who has a personal account.
const TAKEN: &str = "+4930901820";
const FREE: &str = "+4930901826";

fn with_phone(name: &str, phone: &str) -> Value {
    json!({"displayName": name, "userPrincipalName": format!("{name}@a.test"), "mobilePhone": phone,
        "passwordProfile": {"password": PASSWORD}})
}

/// How often somebody finds a number in the directory, in each way.
async fn found_by(who: &Client, phone: &str) -> Vec<usize> {
    let number = phone.replace('+', "%2B");
    let mut found = Vec::new();
    for filter in [
        format!("mobilePhone eq '{number}'"),
        format!("businessPhones/any(p:p eq '{number}')"),
        format!("proxyAddresses/any(x:x eq 'tel:{number}')"),
    ] {
        found.push(who.get(&format!("users?$filter={filter}")).await.entries().len());
    }
    found.push(usize::from(who.get(&format!("users/{number}")).await.status == 200));
    found
}

/// U-86: whoever is in contact with somebody outside sees the profile, without the number.
#[tokio::test]
async fn the_number_of_an_outsider_is_hidden() {
    let world = World::start();
    let [admin, a, p] = world.people(["AA", "A", "P"]);
    let chat = a.befriend(p).await;
    p.say(&chat, "Hello").await.expect(201);
    for path in [
        format!("users/{}", p.id),
        format!("users/{}?$select=mobilePhone,businessPhones,proxyAddresses", p.id),
        format!("users/{}", p.mail),
    ] {
        let seen = a.get(&path).await.expect(200);
        assert_eq!((&seen["mobilePhone"], &seen["businessPhones"]), (&Value::Null, &json!([])));
    }
    for path in [
        format!(
            "users?$filter=mail eq '{}'&$select=mobilePhone,proxyAddresses,displayName",
            p.mail
        ),
        format!("users/{}", p.id),
        format!("chats/{chat}?$expand=members"),
        format!("chats/{chat}/members"),
        format!("chats/{chat}/messages"),
        "me/chats?$expand=members,lastMessagePreview".to_owned(),
    ] {
        let seen = a.get(&path).await.expect(200).to_string();
        assert!(seen.contains("\"P\""), "{path}: {seen}");
        assert!(!seen.contains("30901820"), "{path}: {seen}");
    }
    // Nor is a guess confirmed, though they are in contact.
    assert_eq!(found_by(a, TAKEN).await, [0, 0, 0, 0]);
    let group = a.group("Two homes", &[p]).await.id();
    let by_number = json!({"values": [{"@odata.type": "#microsoft.graph.aadUserConversationMember",
        "user@odata.bind": format!("https://graph.microsoft.com/v1.0/users('{TAKEN}')")}]});
    let removed = a.post(&format!("chats/{group}/members/remove"), by_number).await;
    assert!(removed.status == 404 || removed.text.contains("NotFound"), "{}", removed.text);
    assert!(a.get(&format!("chats/{group}/members")).await.text.contains(&p.id));
    // Oneself and colleagues see a number and find by it.
    assert_eq!(p.get("me").await.expect(200)["mobilePhone"], TAKEN);
    assert_eq!(found_by(p, TAKEN).await, [1, 1, 1, 1]);
    let colleague = admin.post("users", with_phone("colleague", FREE)).await.id();
    let seen = a.get(&format!("users/{colleague}")).await.expect(200);
    assert_eq!((&seen["mobilePhone"], &seen["businessPhones"]), (&json!(FREE), &json!([FREE])));
    assert_eq!(found_by(a, FREE).await, [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_change_happens_as_a_whole_or_not_at_all() {
    let world = World::start();
    let admin = world.person("AA");
    let new = world.newcomer("Before", "new@a.test").await;
    let path = format!("users/{}", new.id);
    let all = "$select=displayName,jobTitle,mobilePhone,accountEnabled,roles,proxyAddresses";
    let state = async || admin.get(&format!("{path}?{all}")).await.expect(200);
    let before = state().await;
    let change = |wrong: Value| {
        let mut body = json!({"displayName": "After", "jobTitle": "Changed", "mobilePhone": FREE,
            "passwordProfile": {"password": "another password"}});
        let wrong = wrong.as_object().cloned().expect("an object");
        body.as_object_mut().expect("an object").extend(wrong);
        body
    };
    for (wrong, status) in [
        (json!({"passwordProfile": {"password": "short"}}), 400),
        (json!({"passwordProfile": {"password": "x".repeat(257)}}), 400),
        (json!({"displayName": "bell \u{7}"}), 400),
        (json!({"mobilePhone": "12"}), 400),
        (json!({"roles": ["emperor"]}), 400),
        (json!({"roles": ["deploymentOperator"]}), 403),
    ] {
        let answer = admin.patch(&path, change(wrong)).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(state().await, before);
        new.get("me").await.expect(200);
        world.anonymous().sign_in("new@a.test", PASSWORD).await.expect(200);
    }
    // Those who may not are refused before a password is looked at.
    for (who, status) in [("A", 403), ("B", 404), ("P", 404), ("BB", 404)] {
        for password in ["short", "another password"] {
            let body = json!({"passwordProfile": {"password": password}});
            let answer = world.person(who).patch(&path, body).await;
            assert_eq!(answer.status, status, "{who} {password}: {}", answer.text);
            let body = json!({"password": password});
            let answer = world.person(who).post(&format!("{path}/setPassword"), body).await;
            assert!([403, 404].contains(&answer.status), "{who} {password}: {}", answer.text);
        }
    }
    assert_eq!(state().await, before);
    admin.patch(&path, change(json!({}))).await.expect(204);
    let after = state().await;
    assert_eq!((&after["displayName"], &after["jobTitle"]), (&json!("After"), &json!("Changed")));
    assert_eq!(new.get("me").await.status, 401, "a new password ends what was signed in");
    for address in ["new@a.test", FREE] {
        assert_eq!(world.anonymous().sign_in(address, PASSWORD).await.status, 401);
        world.anonymous().sign_in(address, "another password").await.expect(200);
    }
    // What is not named stays.
    admin.patch(&path, json!({"officeLocation": "Here"})).await.expect(204);
    assert_eq!(admin.get(&path).await.expect(200)["jobTitle"], "Changed");
}

/// Everything that an administrator is shown of somebody who was given a number.
async fn shown(admin: &Person, colleague: &Person, id: &str, phone: &str) -> String {
    let all = "$select=mobilePhone,businessPhones,proxyAddresses";
    let mut shown = Vec::new();
    for who in [admin, colleague] {
        shown.push(who.get(&format!("users/{id}?{all}")).await.expect(200));
        shown.push(json!(found_by(who, phone).await));
    }
    json!(shown).to_string().replace(id, "ID").replace(phone, "PHONE")
}

/// P6: a number is no organisation's, so who sets one must not learn whether somebody has it.
#[tokio::test]
async fn setting_a_number_does_not_tell_whether_it_is_taken() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let mut seen = Vec::new();
    for (name, phone) in [("first", FREE), ("second", TAKEN)] {
        let made = admin.post("users", with_phone(name, phone)).await;
        assert_eq!(made.expect(201)["mobilePhone"], phone);
        let text = shown(admin, a, &made.id(), phone).await;
        seen.push(text.replace(name, "NAME"));
        let again = json!({"mobilePhone": phone});
        admin.patch(&format!("users/{}", made.id()), again).await.expect(204);
        let plain = admin.post("users", with_phone(&format!("plain{name}"), "+4930901899")).await;
        let path = format!("users/{}", plain.id());
        admin.patch(&path, json!({"mobilePhone": phone})).await.expect(204);
        let seen = admin.get(&path).await.expect(200);
        assert_eq!(seen["mobilePhone"], phone);
    }
    assert_eq!(seen[0], seen[1]);
    // It stays whose it was.
    let found = b.resolve(TAKEN).await;
    assert_eq!(found["user"]["id"], world.person("P").id.as_str());
    let owner = world.anonymous().sign_in(TAKEN, PASSWORD).await.expect(200);
    assert_eq!(owner["account"]["id"], world.person("P").id.as_str());
    // Another way to give out numbers would tell: it is the operator's alone.
    for phone in [TAKEN, "+4930901827"] {
        let path = format!("users/{}/addAddress", a.id);
        assert_eq!(admin.post(&path, json!({"address": phone})).await.status, 400, "{phone}");
    }
    let taken = json!({"displayName": "X", "mail": "x@mail.test", "mobilePhone": TAKEN});
    assert_eq!(world.operator().post("deployment/accounts", taken).await.status, 409);
}

/// Whose organisation the operator of the deployment belongs to does not rule over them.
#[tokio::test]
async fn an_operator_is_changed_by_operators_alone() {
    let world = World::start();
    let [admin] = world.people(["AA"]);
    let operator = world.operator();
    let body = json!({"displayName": "Op", "userPrincipalName": "op@a.test",
        "roles": ["deploymentOperator", "organisationAdministrator"],
        "passwordProfile": {"password": PASSWORD}});
    let path = format!("users/{}", operator.post("deployment/accounts", body).await.id());
    for change in [
        json!({"accountEnabled": false}),
        json!({"displayName": "Somebody"}),
        json!({"mobilePhone": FREE}),
        json!({"roles": []}),
        json!({"passwordProfile": {"password": "another-password"}}),
    ] {
        assert_eq!(admin.patch(&path, change.clone()).await.line(), "403 noPermission", "{change}");
    }
    assert_eq!(admin.get(&path).await.expect(200)["displayName"], "Op");
    world.anonymous().sign_in("op@a.test", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_replaced_number_is_free_again() {
    let world = World::start();
    let [admin, admin_b, c] = world.people(["AA", "BB", "C"]);
    let one = admin.post("users", with_phone("one", FREE)).await.id();
    let owner = async || c.resolve(FREE).await["user"]["id"].clone();
    assert_eq!(owner().await, one.as_str());
    let path = format!("users/{one}");
    admin.patch(&path, json!({"mobilePhone": "+4930901827"})).await.expect(204);
    assert_eq!(owner().await, Value::Null);
    assert_eq!(world.anonymous().sign_in(FREE, PASSWORD).await.status, 401);
    world.anonymous().sign_in("+4930901827", PASSWORD).await.expect(200);
    let body =
        json!({"displayName": "Two", "userPrincipalName": "two@b.test", "mobilePhone": FREE});
    let two = admin_b.post("users", body).await.id();
    assert_eq!(owner().await, two.as_str());
    let seen = admin.get(&format!("{path}?$select=proxyAddresses")).await.expect(200).to_string();
    assert!(!seen.contains(FREE) && seen.contains("+4930901827"), "{seen}");
    // A number that never was theirs is not taken from its owner by setting another.
    admin.patch(&path, json!({"mobilePhone": FREE})).await.expect(204);
    admin.patch(&path, json!({"mobilePhone": "+4930901828"})).await.expect(204);
    assert_eq!(owner().await, two.as_str());
}

/// Whatever address finds somebody in the directory names them before their own chats and presence.
#[tokio::test]
async fn one_names_oneself_by_every_address_one_has() {
    let world = World::start();
    let [admin, a, b, p] = world.people(["AA", "A", "B", "P"]);
    let further = json!({"address": "ada@a.test"});
    admin.post(&format!("users/{}/addAddress", a.id), further).await.expect(204);
    a.start(p).await.expect(201);
    let spaced = TAKEN.replace("+4930", "%2B49%2030%20");
    for (who, key) in [
        (a, a.id.clone()),
        (a, a.mail.clone()),
        (a, "A@A.test".to_owned()),
        (a, "ada@a.test".to_owned()),
        (p, p.id.clone()),
        (p, p.mail.clone()),
        (p, TAKEN.replace('+', "%2B")),
        (p, spaced),
    ] {
        who.get(&format!("users/{key}")).await.expect(200);
        assert_eq!(who.get(&format!("users/{key}/chats")).await.entries().len(), 1, "{key}");
        who.get(&format!("users/{key}/presence")).await.expect(200);
        let ended = format!("users/{key}/presence/clearUserPreferredPresence");
        who.post(&ended, json!({})).await.expect(200);
        // Nobody else is named so, whoever asks.
        for other in [admin, b] {
            assert_eq!(other.get(&format!("users/{key}/chats")).await.line(), "404", "{key}");
            assert_eq!(other.post(&ended, json!({})).await.line(), "404", "{key}");
        }
    }
    for nobody in ["nobody", "%2B49", "nobody@a.test", "x@y@z"] {
        assert_eq!(a.get(&format!("users/{nobody}/chats")).await.line(), "404", "{nobody}");
    }
}

/// Spec 1.2: null takes away, and what is not named stays.
#[tokio::test]
async fn what_is_named_as_null_is_taken_away() {
    let world = World::start();
    let [admin, a] = world.people(["AA", "A"]);
    let path = format!("users/{}", a.id);
    let full = json!({"givenName": "Ay", "surname": "Bee", "jobTitle": "Tester", "officeLocation": "1",
        "preferredLanguage": "de-DE", "mobilePhone": FREE});
    admin.patch(&path, full.clone()).await.expect(204);
    for name in full.as_object().expect("properties").keys() {
        let before = admin.get(&path).await.expect(200);
        assert_eq!(before[name], full[name], "{name}");
        admin.patch(&path, json!({name: null})).await.expect(204);
        let after = admin.get(&path).await.expect(200);
        assert_eq!(after[name], Value::Null, "{name}");
        for other in ["displayName", "givenName", "surname", "jobTitle", "mail", "mobilePhone"] {
            assert!(other == name || after[other] == before[other], "{other} after {name}");
        }
    }
    assert_eq!(found_by(admin, FREE).await, [0, 0, 0, 0], "the number is free");
    let [other, _] = world.people(["A2", "A"]);
    let taken = json!({"mobilePhone": FREE});
    admin.patch(&format!("users/{}", other.id), taken).await.expect(204);
    for (name, value) in
        [("displayName", Value::Null), ("accountEnabled", Value::Null), ("roles", Value::Null)]
    {
        let refused = admin.patch(&path, json!({name: value, "jobTitle": "Nothing"})).await;
        assert_eq!(
            (refused.line(), &refused.json()["error"]["target"]),
            ("400 invalid".to_owned(), &json!(name))
        );
    }
    assert_eq!(admin.get(&path).await.expect(200)["jobTitle"], Value::Null);
    admin.patch(&path, json!({"passwordProfile": null})).await.expect(204);
}

/// Spec 1.2: what cannot be changed is named, unless it is said to be what it is.
#[tokio::test]
async fn what_cannot_be_changed_of_an_account_is_named() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let path = format!("users/{}", a.id);
    let all = format!("{path}?$select=*");
    let before = admin.get(&all).await.expect(200);
    for (name, value) in [
        ("userPrincipalName", json!("other@a.test")),
        ("mail", json!("other@a.test")),
        ("mail", Value::Null),
        ("otherMails", json!(["other@a.test"])),
        ("businessPhones", json!([FREE])),
        ("department", json!("Tests")),
        ("id", json!(b.id)),
        ("userType", json!("Guest")),
        ("ageGroup", json!("minor")),
    ] {
        let refused = admin.patch(&path, json!({name: value, "jobTitle": "Nothing"})).await;
        assert_eq!(refused.line(), "400 invalid", "{name}: {}", refused.text);
        assert_eq!(refused.json()["error"]["target"], name);
    }
    assert_eq!(admin.get(&all).await.expect(200), before);
    // Who may not change it is told that, whatever they name; whom one may not know is not there.
    let change = json!({"department": "Tests"});
    assert_eq!(a.patch(&path, change.clone()).await.line(), "403 noPermission");
    assert_eq!(admin.patch(&format!("users/{}", b.id), change).await.status, 404);
    // The whole account, as it was read, and as it was read with everything.
    let names = "id,displayName,userPrincipalName,mail,mobilePhone,businessPhones,roles,accountEnabled,\
                 createdDateTime,proxyAddresses,userType,tenantId,trust,isExternal,organisationName";
    for query in ["", &*format!("?$select={names}")] {
        let mut whole = admin.get(&format!("{path}{query}")).await.expect(200);
        whole["jobTitle"] = json!(format!("Tester {query}").chars().take(9).collect::<String>());
        whole["department"] = Value::Null;
        whole["mail"] = json!(a.mail.to_uppercase());
        admin.patch(&path, whole.clone()).await.expect(204);
        assert_eq!(admin.get(&path).await.expect(200)["jobTitle"], whole["jobTitle"]);
    }
}
