//! Names that are nearly right: types, tenants, casts, preferences.

use reqwest::Method;
use serde_json::{Value, json};
use visavis_tests::answer::Answer;
use visavis_tests::chat::member;
use visavis_tests::world::World;

const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const NO_TENANT: &str = "00000000-0000-7000-8000-000000000000";

/// A member with this property besides.
fn with(key: &str, name: &str, value: &Value) -> Value {
    let mut one = member(key);
    one[name] = value.clone();
    one
}

fn one_on_one(me: &str, other: &Value) -> Value {
    json!({"chatType": "oneOnOne", "members": [member(me), other]})
}

#[tokio::test]
async fn a_member_is_written_as_what_members_are() {
    let world = World::start();
    let [a, a2, b, p] = world.people(["A", "A2", "B", "P"]);
    let group = a.group("Inside", &[a2]).await.id();
    for kind in [
        "#microsoft.graph.group",
        "nonsense",
        "",
        "#aadUserConversationMember",
        "#microsoft.graph.evil.aadUserConversationMember",
        "#microsoft.graph.conversationMember",
    ] {
        let other = with(&b.mail, "@odata.type", &json!(kind));
        for (path, body, target) in [
            ("chats".to_owned(), one_on_one(&a.id, &other), "members/1/@odata.type"),
            (format!("chats/{group}/members"), other.clone(), "@odata.type"),
            (
                format!("chats/{group}/members/add"),
                json!({"values": [other]}),
                "values/0/@odata.type",
            ),
        ] {
            let answer = a.post(&path, body).await;
            assert_eq!(answer.line(), "400 invalid", "{kind:?} {path}: {}", answer.text);
            assert_eq!(answer.json()["error"]["target"], target);
        }
    }
    for (kind, person) in [
        (json!("microsoft.graph.aadUserConversationMember"), b),
        (json!("#microsoft.graph.microsoftAccountUserConversationMember"), p),
        (Value::Null, b),
    ] {
        let other = with(&person.mail, "@odata.type", &kind);
        a.post("chats", one_on_one(&a.id, &other)).await.expect(201);
    }
}

/// What an answer tells, without when and to whom.
fn told(answer: &Answer) -> Value {
    json!([answer.status, answer.header("content-type"), answer.timeless()])
}

/// P6: whoever names another tenant than the person's learns nothing of the person.
#[tokio::test]
async fn p6_a_person_of_another_tenant_is_nobody() {
    let world = World::start();
    let [a, a2, b, p] = world.people(["A", "A2", "B", "P"]);
    let [ours, theirs] = ["a.test", "b.test"].map(|domain| json!(world.organisation(domain)));
    let (consumers, no_tenant) = (json!(CONSUMERS), json!(NO_TENANT));
    let group = a.group("Inside", &[a2]).await.id();
    let tried = async |key: &str, tenant: &Value| {
        let other = with(key, "tenantId", tenant);
        let three = json!({"chatType": "group", "members": [member(&a.id), member(&a2.id), other]});
        let members = format!("chats/{group}/members");
        let answers = [
            a.post("chats", one_on_one(&a.id, &other)).await,
            a.post("chats", three).await,
            a.post(&members, other.clone()).await,
            a.post(&format!("{members}/add"), json!({"values": [other]})).await,
        ];
        answers.map(|answer| told(&answer))
    };
    for (person, nobody, wrong) in [
        (b, "nobody@b.test", [&ours, &consumers, &no_tenant]),
        (p, "nobody@mail.test", [&ours, &theirs, &no_tenant]),
    ] {
        let unknown = tried(nobody, &Value::Null).await;
        assert_eq!(unknown[0][0], 404, "{unknown:?}");
        let keys = [person.mail.as_str(), nobody, person.id.as_str(), NO_TENANT];
        for (key, tenant) in keys.iter().flat_map(|key| wrong.map(|tenant| (key, tenant))) {
            assert_eq!(tried(key, tenant).await, unknown, "{key} {tenant}");
        }
        for key in [&person.mail, &person.id] {
            let malformed = with(key, "tenantId", &json!("xyz"));
            let refused = a.post("chats", one_on_one(&a.id, &malformed)).await;
            assert_eq!(refused.line(), "400 invalid");
            assert_eq!(refused.json()["error"]["target"], "members/1/tenantId");
            let refused = a.post(&format!("chats/{group}/members"), malformed).await;
            assert_eq!(refused.json()["error"]["target"], "tenantId");
        }
    }
    assert_eq!(a.get(&format!("chats/{group}/members")).await.entries().len(), 2);
    // Not even the chat that there is.
    let chat = a.befriend(b).await;
    let wrong = with(&b.mail, "tenantId", &ours);
    assert_eq!(a.post("chats", one_on_one(&a.id, &wrong)).await.status, 404);
    let right = with(&b.mail, "tenantId", &theirs);
    assert_eq!(a.post("chats", one_on_one(&a.id, &right)).await.id(), chat);
    let right = with(&p.mail, "tenantId", &json!(CONSUMERS.to_uppercase()));
    a.post("chats", one_on_one(&a.id, &right)).await.expect(201);
    // Oneself as well.
    let me = with(&a.id, "tenantId", &theirs);
    let body = json!({"chatType": "oneOnOne", "members": [me, member(&b.mail)]});
    assert_eq!(a.post("chats", body).await.line(), "400 invalid");
    // And who is taken out.
    let remove = format!("chats/{group}/members/remove");
    let wrong = with(&a2.id, "tenantId", &theirs);
    assert_eq!(a.post(&remove, json!({"values": [wrong]})).await.status, 404);
    let right = with(&a2.id, "tenantId", &ours);
    a.post(&remove, json!({"values": [right]})).await.expect(200);
}

#[tokio::test]
async fn an_action_for_oneself_names_ones_own_tenant() {
    let world = World::start();
    let [admin, a, b, p] = world.people(["AA", "A", "B", "P"]);
    let chat = a.befriend(b).await;
    let (ours, theirs) = (world.organisation("a.test"), world.organisation("b.test"));
    for action in [
        "hideForUser",
        "unhideForUser",
        "markChatReadForUser",
        "markChatUnreadForUser",
        "muteForUser",
        "unmuteForUser",
        "pinForUser",
        "unpinForUser",
    ] {
        let path = format!("chats/{chat}/{action}");
        for tenant in ["xyz", theirs, CONSUMERS, NO_TENANT] {
            let answer = a.post(&path, json!({"user": {"id": a.id, "tenantId": tenant}})).await;
            assert_eq!(answer.line(), "400 invalid", "{action} {tenant}: {}", answer.text);
            assert_eq!(answer.json()["error"]["target"], "user/tenantId");
        }
        a.post(&path, json!({"user": {"id": a.id, "tenantId": ours}})).await.expect(204);
    }
    let shown = a.get(&format!("chats/{chat}")).await.expect(200);
    assert_eq!(shown["viewpoint"]["isHidden"], false);
    let other = a.befriend(p).await;
    let user = json!({"user": {"id": p.id, "tenantId": CONSUMERS}});
    p.post(&format!("chats/{other}/hideForUser"), user).await.expect(204);
    let path = format!("chats/{chat}/removeAllAccessForUser");
    let wrong = json!({"user": {"id": a.id, "tenantId": theirs}});
    assert_eq!(admin.post(&path, wrong).await.line(), "400 invalid");
    admin.post(&path, json!({"user": {"id": a.id, "tenantId": ours}})).await.expect(204);
}

#[tokio::test]
async fn a_cast_to_nothing_leads_nowhere() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    for path in [
        "microsoft.graph.evil.me",
        "me/microsoft.graph.nonsense.presence",
        "me/microsoft.graph.presence",
        "microsoft.graph.group.chats",
        "me/microsoft.graph.chats",
        "/beta/microsoft.graph.chats",
    ] {
        assert_eq!(a.get(path).await.line(), "404 unknownRoute", "{path}");
    }
    let hide = |name: &str| format!("chats/{chat}/{name}");
    for name in ["microsoft.graph.evil.hideForUser", "microsoft.graph.acceptRequest"] {
        assert_eq!(a.post(&hide(name), json!({})).await.line(), "404 unknownRoute", "{name}");
    }
    a.post(&hide("microsoft.graph.hideForUser"), json!({})).await.expect(204);
    a.get(&hide("messages/microsoft.graph.delta()")).await.expect(200);
}

#[tokio::test]
async fn a_preference_is_its_name() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let group = a.group("Old", &[b]).await.id();
    a.patch(&format!("chats/{group}"), json!({"topic": "New"})).await.expect(200);
    let path = format!("chats/{group}/messages");
    for (prefer, kind) in [
        ("include-unknown-enum-members", "systemEventMessage"),
        ("respond-async, Include-Unknown-Enum-Members;a=b", "systemEventMessage"),
        ("xxinclude-unknown-enum-membersxx", "unknownFutureValue"),
        ("a=\"x, include-unknown-enum-members\"", "unknownFutureValue"),
        ("include-unknown-enum-members=false", "unknownFutureValue"),
    ] {
        let request = a.request(Method::GET, &path).header("Prefer", prefer);
        let newest = a.send(request).await.entries()[0].clone();
        assert_eq!(newest["messageType"], kind, "{prefer}");
    }
}

/// Roles make no difference, but what is no role is told as it is where a chat begins.
#[tokio::test]
async fn a_member_who_is_added_has_a_role_that_there_is() {
    let world = World::start();
    let [a, a2, a3] = world.people(["A", "A2", "A3"]);
    let group = a.group("Inside", &[a2]).await.id();
    let (one, many) = (format!("chats/{group}/members"), format!("chats/{group}/members/add"));
    for roles in [json!(["bogus", "x"]), json!(["bogus"]), json!(["owner", "guest"]), json!([""])] {
        let other = with(&a3.mail, "roles", &roles);
        let refused = a.post(&one, other.clone()).await;
        assert_eq!(refused.line(), "400 invalid", "{roles}");
        assert_eq!(refused.json()["error"]["target"], "roles", "{roles}");
        let refused = a.post(&many, json!({"values": [other.clone()]})).await;
        assert_eq!(refused.line(), "400 invalid", "{roles}");
        assert_eq!(refused.json()["error"]["target"], "values/0/roles", "{roles}");
        let refused = a.post("chats", one_on_one(&a.id, &other)).await;
        assert_eq!(refused.json()["error"]["target"], "members/1/roles", "{roles}");
    }
    let missing = a.post("chats", one_on_one(&a.id, &with(&a3.mail, "roles", &json!([])))).await;
    assert_eq!(missing.json()["error"]["target"], "members/1/roles");
    for roles in [json!(["owner"]), json!(["Guest"]), json!([]), Value::Null] {
        let added = a.post(&one, with(&a3.mail, "roles", &roles)).await;
        assert_eq!(added.status, 201, "{roles}: {}", added.text);
        a.remove(&group, a3).await.expect(204);
    }
}
