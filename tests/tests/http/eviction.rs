//! Changed terms take people out of groups: whom, what they and those who stay are told, and that
//! nobody comes back by themselves.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use visavis_tests::external_access::SIMULATE;
use visavis_tests::socket::Socket;
use visavis_tests::world::{Person, World};

/// So long an eviction may take to reach who is connected.
const SOON: Duration = Duration::from_secs(20);

/// Three groups of Alpha's people, each with one of Beta's.
struct Groups<'a> {
    world: &'a World,
    /// The group, who made it, colleagues, the one from outside.
    groups: Vec<(String, &'a Person, [&'a Person; 2], &'a Person)>,
}

impl<'a> Groups<'a> {
    async fn of(world: &'a World) -> Self {
        let [a, a2, a3, b, b2] = world.people(["A", "A2", "A3", "B", "B2"]);
        let mut groups = Vec::new();
        for (maker, colleagues, outsider) in [(a, [a2, a3], b), (a2, [a, a3], b2), (a3, [a, a2], b)]
        {
            let group = maker.group("Plans", &[colleagues[0], colleagues[1], outsider]).await.id();
            outsider.accept(&group).await.expect(204);
            outsider.say(&group, "Here I am").await.expect(201);
            groups.push((group, maker, colleagues, outsider));
        }
        Self { world, groups }
    }

    /// Leaves Beta out of the domains that Alpha allows.
    async fn leave_beta_out(&self) {
        self.world.person("AA").configure(without_beta()).await;
    }
}

fn without_beta() -> Value {
    json!({"allowedDomains": {"mode": "allowList", "domains": ["c.test"]}})
}

fn everybody() -> Value {
    json!({"allowedDomains": {"mode": "allKnownDomains"}})
}

/// What a simulation says would end for good, when no colleague goes.
fn removals(pairs: usize, groups: usize, outsiders: usize) -> Value {
    json!({"oneOnOneChats": pairs, "groupChats": groups, "people": 0, "outsiders": outsiders})
}

/// Waits for a frame about something.
async fn hears(socket: &mut Socket, what: &str, is_it: impl Fn(&Value) -> bool) {
    let heard = timeout(SOON, heard(socket, is_it)).await;
    assert!(heard.is_ok(), "nobody is told {what}");
}

async fn heard(socket: &mut Socket, is_it: impl Fn(&Value) -> bool) {
    while !is_it(&socket.frame().await.unwrap()) {}
}

/// Whether a frame is the line that somebody was removed by the terms.
fn is_line(frame: &Value, group: &str, gone: &Person) -> bool {
    let resource = frame["resource"].as_str().unwrap_or_default();
    resource.starts_with(&format!("chats('{group}')/messages"))
        && is_removal(&frame["resourceData"], gone)
}

fn is_removal(message: &Value, gone: &Person) -> bool {
    let detail = &message["eventDetail"];
    detail["byPolicy"] == true && detail["members"].to_string().contains(&gone.id)
}

/// Whether a frame shows somebody a group that the terms have taken them out of.
fn is_end(frame: &Value, group: &str) -> bool {
    let viewpoint = &frame["resourceData"]["viewpoint"];
    frame["resource"] == format!("chats('{group}')")
        && viewpoint["isMember"] == false
        && viewpoint["membershipEnd"] == "terms"
}

/// How many people somebody sees in a group.
async fn count(who: &Person, group: &str) -> usize {
    who.get(&format!("chats/{group}/members")).await.entries().len()
}

#[tokio::test]
async fn g_08_an_allow_list_takes_the_outsiders_out_of_ones_own_groups_and_no_colleague() {
    let world = World::start();
    let all = Groups::of(&world).await;
    let foreseen = world.person("AA").post(SIMULATE, json!({"configuration": without_beta()}));
    let foreseen = foreseen.await.expect(200)["removals"].clone();
    assert_eq!(foreseen, removals(0, 3, 2));

    all.leave_beta_out().await;
    for (group, maker, colleagues, outsider) in &all.groups {
        for inside in [*maker, colleagues[0], colleagues[1]] {
            assert!(inside.is_in(group).await, "{}", inside.name);
            inside.say(group, "Still here").await.expect(201);
            assert_eq!(count(inside, group).await, 3, "{}", inside.name);
        }
        assert!(!outsider.is_in(group).await, "{}", outsider.name);
        let refused = outsider.say(group, "And I?").await;
        assert_eq!(refused.status, 403, "{}", outsider.name);
        let seen = outsider.read(group).await;
        assert_eq!(seen, ["Here I am"], "what was said until then, and nothing since");
    }

    // Back again: the change says that nobody comes back, and nobody does.
    let back = world.person("AA").post(SIMULATE, json!({"configuration": everybody()}));
    let back = back.await.expect(200);
    assert_eq!(back["gains"]["groupChats"], 0);
    assert_eq!(back["removals"], removals(0, 0, 0));
    world.person("AA").configure(everybody()).await;
    for (group, maker, _colleagues, outsider) in &all.groups {
        maker.say(group, "Come back").await.expect(201);
        assert!(!outsider.is_in(group).await, "{}", outsider.name);
        assert_eq!(count(maker, group).await, 3);
        // Until somebody adds them, and they accept.
        maker.add(group, outsider, None).await.expect(201);
        outsider.accept(group).await.expect(204);
        outsider.say(group, "Thank you").await.expect(201);
        assert_eq!(count(outsider, group).await, 4);
    }
}

#[tokio::test]
async fn a_141_who_is_taken_out_and_who_stays_are_told_at_once_and_why() {
    let world = World::start();
    let all = Groups::of(&world).await;
    let mut sockets = Vec::new();
    for (_group, _maker, [colleague, _other], outsider) in &all.groups {
        sockets
            .push((Socket::open(colleague).await.unwrap(), Socket::open(outsider).await.unwrap()));
    }
    all.leave_beta_out().await;
    for ((group, _maker, [colleague, _other], outsider), (stays, goes)) in
        all.groups.iter().zip(&mut sockets)
    {
        hears(stays, "who stays", |frame| is_line(frame, group, outsider)).await;
        hears(goes, "who goes", |frame| is_end(frame, group)).await;

        let order = "$top=5&$orderby=createdDateTime desc";
        let lines = colleague.get(&format!("chats/{group}/messages?{order}")).await.entries();
        assert!(lines.iter().any(|line| is_removal(line, outsider)), "{lines:?}");
        let there = colleague.get(&format!("chats/{group}")).await.expect(200);
        assert_eq!(there["viewpoint"]["isMember"], true);
        assert!(there["viewpoint"].get("membershipEnd").is_none(), "{there}");

        let gone = outsider.get(&format!("chats/{group}?$expand=members")).await.expect(200);
        assert_eq!(gone["viewpoint"]["isMember"], false);
        assert_eq!(gone["viewpoint"]["membershipEnd"], "terms");
        assert_eq!(gone["sendRefusal"]["code"], "notMember");
        // Those of the time until then (decision 0010), also when more come and go.
        colleague.act(group, "leave").await.expect(204);
        let members = gone["members"].as_array().expect("members");
        assert_eq!(members.len(), 4, "{gone}");
        assert_eq!(count(outsider, group).await, 4);
    }
}

#[tokio::test]
async fn membership_ends_in_one_of_three_ways() {
    let world = World::start();
    let [a, a2, a3] = world.people(["A", "A2", "A3"]);
    let group = a.group("Plans", &[a2, a3]).await.id();
    a2.act(&group, "leave").await.expect(204);
    a.remove(&group, a3).await.expect(204);
    for (who, end) in [(a2, "left"), (a3, "removed")] {
        let viewpoint = who.get(&format!("chats/{group}")).await.expect(200)["viewpoint"].clone();
        assert_eq!(
            (&viewpoint["isMember"], &viewpoint["membershipEnd"]),
            (&json!(false), &json!(end))
        );
    }
}

/// in chats of two: how many end for good is said before, since changing the terms
/// back opens none of them; whoever starts one again has it again.
#[tokio::test]
async fn a_130_and_a_131_say_which_chats_of_two_end_for_good() {
    let world = World::start();
    let [aa, a, a2, a3, b, c, p] = world.people(["AA", "A", "A2", "A3", "B", "C", "P"]);
    let (pair, _personal, _trial) =
        (a.befriend(b).await, a.befriend(p).await, a3.befriend(c).await);
    a2.start(b).await.expect(201);
    let blocked = |people: &[&Person], is_on: bool| {
        let people: Vec<&str> = people.iter().map(|person| &*person.mail).collect();
        json!({"blockedUsers": people, "blockExternalUserAccess": is_on})
    };
    let foreseen = async |change: Value| {
        let found = aa.post(SIMULATE, json!({"configuration": change})).await.expect(200);
        (found["removals"].clone(), found["loses"]["oneOnOneChats"].clone(), found["gains"].clone())
    };
    for (change, ends, loses) in [
        (blocked(&[b], true), 2, 2),
        (blocked(&[b, p], true), 3, 3),
        (blocked(&[b, p], false), 0, 0),
        // Contact that ends because it is off comes back with the setting.
        (json!({"allowFederatedUsers": false}), 0, 3),
    ] {
        let (found, lost, _gained) = foreseen(change.clone()).await;
        assert_eq!((found, lost), (removals(ends, 0, 0), json!(loses)), "{change}");
    }

    aa.configure(blocked(&[b], true)).await;
    assert_eq!(a.say(&pair, "no").await.status, 403);
    assert_eq!(foreseen(blocked(&[b], true)).await.0, removals(0, 0, 0), "they are gone already");
    // Once they are taken out, which takes a moment where nobody writes, nothing opens them again.
    let back = async || foreseen(blocked(&[], false)).await;
    let ended = async { while back().await.2["oneOnOneChats"] != 0 {} };
    assert!(timeout(SOON, ended).await.is_ok(), "they are still in the chats");
    assert_eq!(back().await.0, removals(0, 0, 0));
    aa.configure(blocked(&[], false)).await;
    assert_eq!(a.say(&pair, "no").await.line(), "404 notReachable", "as was said");
    assert_eq!(a.start(b).await.id(), pair);
    a.say(&pair, "again").await.expect(201);

    // An organisation that is being tried out.
    aa.configure(json!({"externalAccessWithTrialTenants": "Allowed"})).await;
    let path = format!("deployment/organisations/{}", world.organisation("c.test"));
    world.operator().patch(&path, json!({"trustClass": "trial"})).await.expect(200);
    let off = json!({"externalAccessWithTrialTenants": "Blocked"});
    let (found, lost, _gained) = foreseen(off).await;
    assert_eq!((found, lost), (removals(1, 0, 0), json!(1)));
    let all_but_one = json!({"externalAccessWithTrialTenants": "Blocked",
        "allowedTrialTenantDomains": ["c.test"]});
    assert_eq!(foreseen(all_but_one).await.0, removals(0, 0, 0));
}
