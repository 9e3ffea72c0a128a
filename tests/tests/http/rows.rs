//! The decision table of the specification (sections 6.2 to 6.8), as it shows from outside. Each
//! test bears the number of its row; rows that need what cannot be set up over HTTP are left to
//! the policy engine's own table.
//!
//! Each row has a server of its own, with the cast of the table. The pairwise rule of groups is
//! off unless the row names it (decision Q-25).

mod changes;
mod contact;
mod effective;
mod group;
mod requests;

use serde_json::{Value, json};
use visavis_tests::answer::Answer;
use visavis_tests::world::{Person, World};

/// What is so before somebody acts.
pub(crate) enum Given {
    /// This administrator changes the configuration.
    Configuration(&'static str, Value),
    /// This administrator gives this person a policy of their own.
    Policy(&'static str, &'static str, Value),
    /// The organisation of this domain is a trial.
    Trial(&'static str),
    /// It was a trial, and has bought a licence.
    Licence(&'static str),
    /// The first has accepted the second, or the other way round.
    Contact(&'static str, &'static str),
    /// The first has blocked the second.
    Block(&'static str, &'static str),
    /// The person changes their own settings for external chat.
    Settings(&'static str, Value),
}

impl Given {
    async fn arrange(self, world: &World) {
        match self {
            Self::Configuration(who, change) => {
                world.person(who).configure(change).await;
            }
            Self::Policy(who, whom, policy) => {
                let name = format!("For{whom}");
                world.person(who).give_policy(&name, policy, &[world.person(whom)]).await;
            }
            Self::Trial(domain) => world.set_trust_class(domain, "trial").await,
            Self::Licence(domain) => {
                world.set_trust_class(domain, "trial").await;
                world.set_trust_class(domain, "standard").await;
            }
            Self::Contact(asking, asked) => {
                world.person(asking).befriend(world.person(asked)).await;
            }
            Self::Block(who, whom) => {
                let [who, whom] = world.people([who, whom]);
                let email = json!({"email": whom.mail});
                who.post("me/externalContacts/blocked", email).await.expect(201);
            }
            Self::Settings(who, settings) => {
                let path = "me/settings/externalChat";
                world.person(who).patch(path, settings).await.expect(200);
            }
        }
    }
}

/// Arranges what is given, then checks sentences such as `A starts B: gate`.
pub(crate) async fn check(given: Vec<Given>, sentences: &[&str]) {
    let world = World::of_rows().await;
    for given in given {
        given.arrange(&world).await;
    }
    for sentence in sentences {
        let (act, _expected) = sentence.split_once(": ").expect("an act and what comes of it");
        let said = format!("{act}: {}", outcome(&world, act).await);
        assert_eq!(&said, sentence, "(expected right)");
    }
}

async fn outcome(world: &World, act: &str) -> String {
    let words: Vec<&str> = act.split(' ').collect();
    match words[..] {
        [who, "starts", whom] => {
            let [who, whom] = world.people([who, whom]);
            started(who, whom, &who.start(whom).await).await
        }
        [who, "phones", whom] => {
            let (who, whom) = (world.person(who), world.person(whom));
            let me = who.get(&format!("users/{}", whom.id)).await;
            assert_eq!(me.status, 404, "nobody's number is shown before contact");
            let number = whom.get("me").await.expect(200)["mobilePhone"].clone();
            let number = number.as_str().expect("a number");
            started(who, whom, &who.start_with(number).await).await
        }
        [who, "adds", whom] => {
            // To a new group with a colleague of the one who adds.
            let (who, whom) = (world.person(who), world.person(whom));
            verdict(&who.group("New", &[whom]).await)
        }
        [who, "searches", whom] => {
            let found = world.person(who).resolve(&world.person(whom).mail).await;
            let refusal = found["refusal"]["code"].as_str().unwrap_or_default();
            let rule = found["refusal"]["ruleId"].as_str().unwrap_or_default();
            let result = found["result"].as_str().expect("a result");
            format!("{result} {refusal} {rule}").trim_end().to_owned()
        }
        [who, "says", "to", whom] => {
            let (who, whom) = (world.person(who), world.person(whom));
            let chat = who.start(whom).await;
            if chat.status == 201 {
                verdict(&who.say(&chat.id(), "Hello").await)
            } else {
                verdict(&chat)
            }
        }
        _ => panic!("not a known act: {act}"),
    }
}

/// What came of a start: `gate`, `allow`, or the refusal. A gate must show on both sides.
async fn started(who: &Person, whom: &Person, answer: &Answer) -> String {
    if answer.status != 201 {
        return verdict(answer);
    }
    let seen = answer.json();
    let request = &seen["contactRequest"];
    if request.is_null() || request["state"] == "accepted" {
        return "allow".to_owned();
    }
    assert_eq!(request["state"], "pending", "{seen}");
    assert_eq!(request["direction"], "outbound", "{seen}");
    let pending = "me/chats?$filter=contactRequest/state eq 'pending' and \
                   contactRequest/direction eq 'inbound'";
    let asked = whom.all(pending).await;
    let theirs = asked.iter().find(|chat| chat["id"] == seen["id"]);
    let theirs = theirs.unwrap_or_else(|| panic!("{} does not see the request", whom.name));
    assert_eq!(theirs["contactRequest"]["requestedBy"]["id"], who.id, "{theirs}");
    "gate".to_owned()
}

/// A refusal in one line: the status, the reason, and one's own side's rule.
pub(crate) fn verdict(answer: &Answer) -> String {
    let body = answer.json();
    let inner = &body["error"]["innerError"];
    let rule = inner["ruleId"].as_str().unwrap_or_default();
    if inner["code"] == "notReachable" {
        assert_eq!(answer.status, 404, "{}", answer.text);
        for name in ["ruleId", "side", "setting", "target"] {
            assert!(inner[name].is_null(), "{name} is told: {}", answer.text);
        }
    }
    if inner["side"] == "own" {
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert!(!rule.is_empty(), "{}", answer.text);
    }
    format!("{} {rule}", answer.line()).trim_end().to_owned()
}

macro_rules! rows {
    ($($name:ident: [$($given:expr),* $(,)?] => [$($sentence:literal),* $(,)?];)*) => {$(
        #[tokio::test]
        async fn $name() {
            $crate::rows::check(vec![$($given),*], &[$($sentence),*]).await;
        }
    )*};
}
pub(crate) use rows;
