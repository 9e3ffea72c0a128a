//! A request acts as whoever its caller is when it acts, not as they were when its head came (P3).
//!
//! In each row somebody sends the head of a request, which the server accepts. Then an
//! administrator, or its owner, takes something from them; after the answer to that the rest of the
//! request arrives.

use serde_json::{Value, json};
use visavis_tests::external_access::CONFIGURATION;
use visavis_tests::receiver::{Receiver, Validation, wish};
use visavis_tests::world::{PASSWORD, Person, World};

const NEW_PASSWORD: &str = "a password of later";
const ADMINISTRATOR: &str = "organisationAdministrator";

/// What happens between the head and the rest of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Revoked,
    SwitchedOff,
    Reset,
    Demoted,
    Promoted,
    Everything,
}

impl Meanwhile {
    async fn happens(self, to: &Person, administrator: &Person) {
        let account = format!("users/{}", to.id);
        let reset = json!({"password": NEW_PASSWORD});
        let change = match self {
            Self::Revoked => {
                let token = to.get("me/tokens").await.entries()[0]["id"].clone();
                let path = format!("me/tokens/{}", token.as_str().expect("an id"));
                to.delete(&path).await.expect(204);
                return;
            }
            Self::SwitchedOff => json!({"accountEnabled": false}),
            Self::Reset => json!({"passwordProfile": reset}),
            Self::Demoted => json!({"roles": []}),
            Self::Promoted => json!({"roles": [ADMINISTRATOR]}),
            Self::Everything => {
                json!({"accountEnabled": false, "roles": [], "passwordProfile": reset})
            }
        };
        administrator.patch(&account, change).await.expect(204);
    }
}

/// Somebody new in the organisation of `AA`, who has one token.
async fn somebody(world: &World, number: usize, roles: &[&str]) -> Person {
    let mail = format!("late{number}@a.test");
    let new = world.newcomer("Late", &mail).await;
    if !roles.is_empty() {
        let change = json!({"roles": roles});
        world.person("AA").patch(&format!("users/{}", new.id), change).await.expect(204);
    }
    new
}

fn message(text: &str) -> Value {
    json!({"body": {"contentType": "text", "content": text}})
}

/// What is asked for, with what roles, what happens meanwhile, and the answer.
type Row = (&'static str, &'static str, Value, &'static [&'static str], Meanwhile, &'static str);

fn rows() -> Vec<Row> {
    use Meanwhile::{Demoted, Everything, Promoted, Reset, Revoked, SwitchedOff};
    const YES: &[&str] = &[ADMINISTRATOR];
    const NO: &[&str] = &[];
    let everything = json!({"roles": [ADMINISTRATOR], "accountEnabled": true,
        "passwordProfile": {"password": PASSWORD}});
    let again = json!({"roles": [ADMINISTRATOR]});
    let off = json!({"allowFederatedUsers": false});
    let account = json!({"displayName": "Heir", "userPrincipalName": "heir@a.test",
        "passwordProfile": {"password": PASSWORD}});
    let presence = json!({"sessionId": "1", "availability": "Busy", "activity": "InACall"});
    let sought = json!({"identities": [{"email": "b@b.test"}]});
    let token = json!({"name": "kept"});
    const POST_MESSAGE: &str = "chats/CHAT/messages";
    vec![
        ("POST", POST_MESSAGE, message("revoked"), NO, Revoked, "401"),
        ("POST", POST_MESSAGE, message("off"), NO, SwitchedOff, "401"),
        ("POST", POST_MESSAGE, message("reset"), NO, Reset, "401"),
        ("POST", POST_MESSAGE, message("demoted"), YES, Demoted, "201"),
        ("POST", "chats/CHAT/typing", json!({}), NO, Revoked, "401"),
        ("POST", "chats/CHAT/markChatReadForUser", json!({}), NO, Revoked, "401"),
        ("POST", "me/presence/setPresence", presence, NO, SwitchedOff, "401"),
        ("POST", "me/externalContacts/resolve", sought, NO, Reset, "401"),
        ("POST", "me/tokens", token.clone(), NO, Revoked, "401"),
        ("POST", "me/tokens", token, NO, Reset, "401"),
        ("PATCH", CONFIGURATION, off.clone(), YES, Demoted, "403"),
        ("PATCH", CONFIGURATION, off, YES, Revoked, "401"),
        ("PATCH", "users/ME", again, YES, Demoted, "403"),
        ("PATCH", "users/ME", everything.clone(), YES, Demoted, "403"),
        ("PATCH", "users/ME", everything, YES, Everything, "401"),
        ("POST", "users", account, YES, Demoted, "403"),
        // A role that was given counts as much as one that was taken.
        ("PATCH", CONFIGURATION, json!({}), NO, Promoted, "200"),
    ]
}

#[tokio::test]
async fn p3_a_request_acts_as_its_caller_is_when_it_acts() {
    let world = World::start();
    let [admin, a] = world.people(["AA", "A"]);
    let before = admin.get(CONFIGURATION).await.expect(200);
    for (number, (method, path, body, roles, meanwhile, expected)) in (0..).zip(rows()) {
        let who = somebody(&world, number, roles).await;
        let chat = a.start(&who).await.id();
        let path = path.replace("CHAT", &chat).replace("ME", &who.id);
        let begun = who.begin(method, &path, &body).await;
        meanwhile.happens(&who, admin).await;
        let answer = begun.finish().await;
        assert!(answer.line().starts_with(expected), "{path} {meanwhile:?}: {}", answer.text);
        let written = a.read(&chat).await;
        assert_eq!(written.len(), usize::from(expected == "201"), "{meanwhile:?}: {written:?}");
        let known = admin.get(&format!("users/{}?$select=roles,accountEnabled", who.id)).await;
        let is_administrator = known.json()["roles"] == json!([ADMINISTRATOR]);
        let is_expected = match meanwhile {
            Meanwhile::Demoted | Meanwhile::Everything => false,
            Meanwhile::Promoted => true,
            _ => !roles.is_empty(),
        };
        assert_eq!(is_administrator, is_expected, "{path} {meanwhile:?}: {}", known.text);
        let is_off = matches!(meanwhile, Meanwhile::SwitchedOff | Meanwhile::Everything);
        assert_eq!(known.json()["accountEnabled"], !is_off, "{path} {meanwhile:?}");
    }
    let after = admin.get(CONFIGURATION).await.expect(200);
    assert_eq!(after["allowFederatedUsers"], before["allowFederatedUsers"]);
    admin.get("users/heir@a.test").await.expect(404);
}

/// While the address of a subscription is asked whether it wants it, the subscriber goes.
#[tokio::test]
async fn p3_a_subscription_is_not_made_for_who_went_while_its_address_was_asked() {
    let world = World::start();
    let admin = world.person("AA");
    for (number, meanwhile) in (100..).zip([Meanwhile::Revoked, Meanwhile::SwitchedOff]) {
        let who = somebody(&world, number, &[]).await;
        let receiver = Receiver::start().await;
        receiver.validates(Validation::RepeatWhenTold);
        let (client, body) = (who.clone(), wish("/me/chats", &receiver));
        let asking = tokio::spawn(async move { client.post("subscriptions", body).await });
        receiver.wait_for_arrivals(1).await;
        meanwhile.happens(&who, admin).await;
        receiver.validates(Validation::Repeat);
        let answer = asking.await.expect("an answer");
        assert_eq!(answer.status, 401, "{meanwhile:?}: {}", answer.text);
        assert_eq!(receiver.arrivals().len(), 2, "both addresses were asked");
    }
}
