//! Whom to ask when one's own side refuses: administrators of one's own organisation, told to its own
//! people only.

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::world::World;

const PATH: &str = "me/externalAccessAdministrators";

async fn mails(who: &Client) -> Vec<String> {
    let found = who.get(PATH).await.entries();
    found.iter().map(|one| one["mail"].as_str().expect("a mail").to_owned()).collect()
}

#[tokio::test]
async fn people_are_told_the_administrators_of_their_own_organisation() {
    let world = World::start();
    let [a, a2, a3, aa, b, p] = world.people(["A", "A2", "A3", "AA", "B", "P"]);
    assert_eq!(
        a.get(PATH).await.entries(),
        [json!({"id": aa.id, "displayName": "AA", "mail": aa.mail})]
    );
    assert_eq!(mails(aa).await, [aa.mail.as_str()]);
    assert_eq!(mails(b).await, ["admin@b.test"]);
    assert!(mails(p).await.is_empty(), "nobody administers a personal account");
    a.anonymous().get(PATH).await.expect(401);

    // Who has just that role comes first; other roles cannot change it.
    let role = |name: &str| json!({"roles": [name]});
    aa.patch(&format!("users/{}", a2.id), role("externalAccessAdministrator")).await;
    aa.patch(&format!("users/{}", a3.id), role("complianceOfficer")).await;
    assert_eq!(mails(a).await, [a2.mail.as_str(), &aa.mail]);
    assert_eq!(mails(b).await, ["admin@b.test"], "never those of others");
    aa.patch(&format!("users/{}", a2.id), json!({"accountEnabled": false})).await;
    assert_eq!(mails(a).await, [aa.mail.as_str()], "who cannot sign in cannot help");
}

#[tokio::test]
async fn p9_ten_are_named_and_no_more() {
    let world = World::start();
    let [a] = world.people(["A"]);
    let operator = world.operator();
    for number in 0..12 {
        let body = json!({
            "displayName": format!("N{number:02}"),
            "userPrincipalName": format!("n{number:02}@a.test"),
            "roles": ["externalAccessAdministrator"],
        });
        operator.post("deployment/accounts", body).await.expect(201);
    }
    let found = a.get(PATH).await.entries();
    let names: Vec<&Value> = found.iter().map(|one| &one["displayName"]).collect();
    assert_eq!(names.len(), 10);
    assert_eq!((names[0], names[9]), (&json!("N00"), &json!("N09")));
    a.get(&format!("{PATH}?$top=5")).await.expect(400);
}
