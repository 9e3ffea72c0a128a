//! Two people of two organisations hold a conversation in two terminals.

use serde_json::{Value, json};
use visavis_tests::external_access::TRAIL;

use crate::terminal::Desk;

#[test]
fn a_stranger_asks_is_accepted_and_both_talk() {
    let desk = Desk::new(&["daniel", "isaac"]);
    let (daniel, isaac) = (desk.mail("daniel"), desk.mail("isaac"));
    let mut watched = desk.begin("isaac", &["chat", "watch"]);
    watched.shows("Listening");
    let secret = "the blue folder";
    let start = ["chat", "start", &isaac, "--message", &format!("It is about {secret}")];
    desk.run("daniel", &start).done();
    watched.shows("asks you");
    assert!(!watched.shown.contains(secret), "{}", watched.shown);
    let requests = desk.run("isaac", &["chat", "requests"]);
    assert!(requests.done().contains(&daniel) && !requests.said.contains(secret));
    assert!(desk.run("daniel", &["chat", "requests", "--sent"]).done().contains(&isaac));
    assert!(!desk.run("isaac", &["chat", "list"]).done().contains(secret));
    desk.run("isaac", &["chat", "history", &daniel]).refused(4, "");
    assert!(desk.run("isaac", &["chat", "preview", &daniel]).done().contains(secret));
    assert!(desk.run("daniel", &["chat", "list"]).done().contains("waiting, 1 of 10 sent"));
    desk.run("isaac", &["chat", "accept", &daniel]).done();
    watched.shows("accepted");
    desk.run("daniel", &["chat", "send", &isaac, "You have it now"]).done();
    let line = watched.shows("You have it now");
    assert!(line.contains("Daniel Weiss [external: Contoso"), "{line}");
    desk.run("isaac", &["chat", "send", &daniel, "Thank you"]).done();
    let history = desk.run("daniel", &["chat", "history", &isaac]);
    let shown = history.done();
    let place = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text} in {shown}"));
    assert!(place(secret) < place("You have it now"));
    assert!(place("You have it now") < place("Thank you"));
}

/// Both type, and each sees at once what the other writes.
#[test]
fn two_people_talk_with_open_terminals() {
    let desk = Desk::new(&["ben", "hana"]);
    let mut ben = desk.begin("ben", &["chat", "talk", &desk.mail("hana")]);
    let mut hana = desk.begin("hana", &["chat", "talk", &desk.mail("ben")]);
    ben.shows("Thursday");
    hana.shows("Thursday");
    for (number, text) in ["How thin?", "Two millimetres", "Äußerst dünn 👍"].iter().enumerate()
    {
        let (speaker, listener) =
            if number % 2 == 0 { (&mut ben, &mut hana) } else { (&mut hana, &mut ben) };
        speaker.types(text);
        listener.shows(text);
    }
    assert_eq!((ben.leaves(), hana.leaves()), (Some(0), Some(0)));
}

#[test]
fn whoever_is_blocked_learns_nothing_and_reaches_nobody() {
    let desk = Desk::new(&["daniel", "isaac"]);
    let (daniel, isaac) = (desk.mail("daniel"), desk.mail("isaac"));
    desk.run("daniel", &["chat", "start", &isaac, "--message", "Buy now"]).done();
    desk.run("isaac", &["chat", "block", &daniel, "--report", "spam"]).done();
    assert!(!desk.run("isaac", &["chat", "requests"]).done().contains(&daniel));
    assert!(!desk.run("isaac", &["chat", "list"]).done().contains("Daniel"));
    for number in 2..=10 {
        desk.run("daniel", &["chat", "send", &isaac, &format!("Buy {number}")]).done();
    }
    desk.run("daniel", &["chat", "send", &isaac, "Buy 11"]).refused(3, "");
    assert!(desk.run("daniel", &["chat", "list"]).done().contains("waiting, 10 of 10 sent"));
    assert!(!desk.run("isaac", &["chat", "list"]).done().contains("Daniel"));
}

#[test]
fn a_watcher_resumes_where_it_ended() {
    let desk = Desk::new(&["ben", "hana"]);
    let (ben, hana) = (desk.mail("ben"), desk.mail("hana"));
    let mut watched = desk.begin("hana", &["--json", "chat", "watch", &ben, "--count", "1"]);
    watched.shows("\"me\"");
    desk.run("ben", &["chat", "send", &hana, "first"]).done();
    let frame: Value = serde_json::from_str(&watched.shows("first")).unwrap();
    assert_eq!(watched.leaves(), Some(0));
    for text in ["second", "third"] {
        desk.run("ben", &["chat", "send", &hana, text]).done();
    }
    let since = frame["token"].as_str().unwrap();
    let watch = ["--json", "chat", "watch", &ben, "--since", since, "--count", "2"];
    let resumed = desk.run("hana", &watch);
    let frames: Vec<Value> =
        resumed.done().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = frames.iter().filter_map(|frame| frame["resourceData"]["body"]["content"].as_str());
    assert_eq!(said.collect::<Vec<_>>(), ["second", "third"]);
}

#[test]
fn three_houses_share_a_group() {
    let desk = Desk::new(&["chiara", "jonas", "kim"]);
    let jonas = desk.mail("jonas");
    let phone = desk.account("kim")["phone"].as_str().unwrap().to_owned();
    let start = ["chat", "start", &jonas, &phone, "--topic", "Trade fair", "--message", "Welcome"];
    desk.run("chiara", &start).done();
    for name in ["jonas", "kim"] {
        desk.run(name, &["chat", "accept", "1"]).done();
        desk.run(name, &["chat", "send", "Trade fair", &format!("{name} is here")]).done();
    }
    let history = desk.run("chiara", &["chat", "history", "Trade fair", "-n", "50"]);
    for text in ["Welcome", "jonas is here", "kim is here", "external: personal"] {
        assert!(history.done().contains(text), "`{text}` in {}", history.said);
    }
}

/// What is refused by one's own side is shown while one talks, with whom to ask.
#[tokio::test]
async fn contact_that_is_switched_off_shows_while_two_talk() {
    let desk = Desk::new(&["ada", "ben", "hana"]);
    let ada = desk.client("ada");
    let hana = desk.mail("hana");
    let mut talk = desk.begin("ben", &["chat", "talk", &hana]);
    talk.shows("Thursday");
    ada.configure(json!({"allowFederatedUsers": false})).await;
    talk.shows(
        "You cannot write here now. Your organisation does not talk to other organisations.",
    );
    assert!(desk.run("ben", &["chat", "list"]).done().contains("closed"));
    let asked = desk.run("ben", &["external-access", "administrators"]);
    assert!(asked.done().contains(&desk.mail("ada")), "{}", asked.said);
    ada.configure(json!({"allowFederatedUsers": true})).await;
    talk.shows("You can write here again.");
    assert_eq!(talk.leaves(), Some(0));
}

#[tokio::test]
async fn chats_are_muted_pinned_and_reported() {
    let desk = Desk::new(&["ada", "ben", "hana"]);
    let (ada, ben, hana) = (desk.client("ada"), desk.client("ben"), desk.mail("hana"));
    let chats = ben.all("me/chats?$expand=members").await;
    let is_theirs =
        |chat: &&Value| chat["chatType"] == "oneOnOne" && chat.to_string().contains(&hana);
    let chat = chats.iter().find(is_theirs).expect("a chat with Hana")["id"].clone();
    let chat = chat.as_str().expect("an id");
    for (act, name, expected) in [
        ("mute", "isMuted", true),
        ("pin", "isPinned", true),
        ("unmute", "isMuted", false),
        ("unpin", "isPinned", false),
    ] {
        desk.run("ben", &["chat", act, &hana]).done();
        let shown = ben.get(&format!("chats/{chat}")).await.expect(200);
        assert_eq!(shown["viewpoint"][name], expected, "{act}");
    }
    let reported = ["chat", "report", &hana, "--reason", "spam", "--comment", "too much"];
    desk.run("ben", &reported).done();
    desk.run("ben", &["chat", "report", &hana, "--reason", "boring"]).refused(2, "");
    desk.run("ben", &["chat", "report", &hana, "--reason", "spam", "--person", "nobody"])
        .refused(4, "nobody in this chat");
    let found = ada.get(&format!("{TRAIL}?$filter=kind eq 'UserReported'")).await.entries();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["detail"]["comment"], "too much");
}
