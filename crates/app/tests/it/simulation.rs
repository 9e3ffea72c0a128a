//! What a change would do, said before it is made (T-234), why contact is possible or not,
//! and what crosses the boundary (4.7).

use serde_json::{Value, json};
use visavis_app::activity;
use visavis_app::context::Caller;
use visavis_app::explain::ExplainView;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::simulation::{Effect, Proposal, Removals, Simulation};
use visavis_app::subject::UserKey;
use visavis_domain::id::GroupId;
use visavis_domain::time::Timestamp;
use visavis_policy::name::PolicyName;

use crate::world::World;

fn object(value: Value) -> serde_json::Map<String, Value> {
    let Value::Object(object) = value else { panic!("not an object") };
    object
}

fn configuration(patch: Value) -> Proposal {
    Proposal::Configuration(object(patch))
}

fn name(text: &str) -> PolicyName {
    text.parse().unwrap()
}

impl World {
    fn simulate(&self, admin: &Caller, proposal: Proposal) -> Outcome<Simulation> {
        self.read(admin, move |tx, ctx| visavis_app::simulation::simulate(tx, ctx, &proposal))
    }

    fn explain(&self, admin: &Caller, actor: &str, target: &str) -> Outcome<ExplainView> {
        let (actor, target): (UserKey, UserKey) = (actor.parse()?, target.parse()?);
        self.read(admin, move |tx, ctx| visavis_app::explain::explain(tx, ctx, &actor, &target))
    }

    fn policy(&self, admin: &Caller, identity: &str, settings: Value) {
        let (identity, settings) = (name(identity), object(settings));
        self.write(admin, move |tx, ctx| {
            visavis_app::external_access::create_policy(tx, ctx, &identity, &settings)
        })
        .unwrap();
    }

    fn give(&self, admin: &Caller, whom: &Caller, identity: &str) {
        let value = vec![(UserKey::Id(whom.account), Some(name(identity)))];
        self.write(admin, move |tx, ctx| {
            visavis_app::external_access::assign_to_users(tx, ctx, value)
        })
        .unwrap();
    }
}

/// Why a question was not answered: the part that is wrong, or the kind of failure.
fn code<T: std::fmt::Debug>(outcome: Outcome<T>) -> String {
    match outcome.unwrap_err() {
        Failure::Invalid { target, .. } => target,
        other => other.to_string(),
    }
}

/// Verdict, other side, deciding rule.
fn line(explained: Outcome<ExplainView>) -> String {
    let view = explained.unwrap();
    let explanation = &view.explanation;
    let deciding = explanation.deciding.map_or("-", |exact| exact.rule.as_str());
    format!("{} {} {deciding}", explanation.verdict.as_str(), explanation.other.as_str())
}

#[test]
fn t_234_a_simulation_counts_what_then_happens_and_changes_nothing() {
    let (world, p) = World::new();
    let pair = world.start(&p.bob, "pia@outlook.example").unwrap().chat.id;
    world.accept(&p.pia, &pair).unwrap();
    let group = world.group(&p.bob, &["carl@contoso.example", "pia@outlook.example"]).unwrap();
    let group = group.chat.id;
    world.accept(&p.pia, &group).unwrap();
    let waiting = world.start(&p.carl, "pia@outlook.example").unwrap().chat.id;
    world.start(&p.bob, "finn@fabrikam.example").unwrap();
    world.start(&p.bob, "carl@contoso.example").unwrap();
    let off = json!({ "allowTeamsConsumer": false });

    let found = world.simulate(&p.ada, configuration(off.clone())).unwrap();
    let loses = Effect { one_on_one: 2, groups: 1, requests: 1, people: 2, outsiders: 1 };
    let expected = Simulation {
        is_complete: true,
        people: 3,
        loses: loses.clone(),
        gains: Effect::default(),
        removals: Removals { groups: 1, outsiders: 1, ..Removals::default() },
    };
    assert_eq!(found, expected);
    world.send(&p.bob, &pair, "nothing was changed").unwrap();

    world.configure(&p.ada, off);
    for chat in [&pair, &waiting] {
        assert!(world.send(&p.pia, chat, "no").is_err(), "as was said");
    }
    assert!(world.send(&p.pia, &group, "no").is_err(), "as was said");
    // And back: the chats of two work again, who was taken out of a group has to be added.
    let on = world.simulate(&p.ada, configuration(json!({ "allowTeamsConsumer": true }))).unwrap();
    assert_eq!((on.loses, on.gains.one_on_one, on.gains.requests), (Effect::default(), 2, 1));
    assert_eq!(on.removals, Removals::default());
    let same = world.simulate(&p.ada, configuration(json!({ "allowTeamsConsumer": false })));
    assert_eq!(same.unwrap(), Simulation { is_complete: true, ..Simulation::default() });
    world.verify_trails();
}

#[test]
fn t_234_policies_and_their_assignment_are_simulated() {
    let (world, p) = World::new();
    let pair = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &pair).unwrap();
    world.policy(&p.ada, "Tag:Closed", json!({ "enableFederationAccess": false }));
    let lost = Effect { one_on_one: 1, people: 1, outsiders: 1, ..Effect::default() };
    let to_bob = |policy: Option<&str>| Proposal::PersonAssignment {
        person: UserKey::Id(p.bob.account),
        policy: policy.map(name),
    };
    let found = world.simulate(&p.ada, to_bob(Some("Tag:Closed"))).unwrap();
    assert_eq!((found.people, &found.loses), (1, &lost));
    let global =
        Proposal::Policy(PolicyName::global(), object(json!({ "enableFederationAccess": false })));
    let found = world.simulate(&p.ada, global.clone()).unwrap();
    assert_eq!((found.people, &found.loses), (3, &lost));

    let group =
        world.write(&p.ada, |tx, ctx| visavis_app::group::create(tx, ctx, "Sales")).unwrap().id;
    let bob = UserKey::Id(p.bob.account);
    world
        .write(&p.ada, move |tx, ctx| visavis_app::group::add_member(tx, ctx, group, &bob))
        .unwrap();
    let to_group =
        Proposal::GroupAssignment { group, policy: Some(name("Tag:Closed")), rank: None };
    let found = world.simulate(&p.ada, to_group.clone()).unwrap();
    assert_eq!((found.people, &found.loses), (1, &lost));

    world.policy(&p.ada, "Tag:Open", json!({}));
    world.give(&p.ada, &p.bob, "Tag:Open");
    // Who has a policy of their own is touched by neither.
    assert_eq!(world.simulate(&p.ada, global).unwrap().loses, Effect::default());
    assert_eq!(world.simulate(&p.ada, to_group).unwrap().people, 0);
    world.give(&p.ada, &p.bob, "Tag:Closed");
    let removal = Proposal::PolicyRemoval(name("Tag:Closed"));
    let found = world.simulate(&p.ada, removal).unwrap();
    assert_eq!((found.people, found.gains), (1, lost.clone()));
    assert_eq!(world.simulate(&p.ada, to_bob(None)).unwrap().gains, lost);
}

#[test]
fn a_simulation_tells_nothing_of_blocks_and_refusals() {
    let (world, p) = World::new();
    let pair = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &pair).unwrap();
    let asked = world.start(&p.carl, "finn@fabrikam.example").unwrap().chat.id;
    let off = || configuration(json!({ "allowFederatedUsers": false }));
    let before = world.simulate(&p.ada, off()).unwrap();
    assert_eq!((before.loses.one_on_one, before.loses.requests), (2, 1));
    world.block(&p.finn, &p.bob).unwrap();
    world.decline(&p.finn, &asked, true).unwrap();
    assert_eq!(world.simulate(&p.ada, off()).unwrap(), before);
}

#[test]
fn a_proposal_is_judged_like_the_change_itself() {
    let (world, p) = World::new();
    let refused = |proposal| code(world.simulate(&p.ada, proposal));
    assert_eq!(refused(configuration(json!({ "nothing": 1 }))), "body");
    assert_eq!(refused(configuration(json!({ "allowTeamsConsumer": 1 }))), "allowTeamsConsumer");
    assert_eq!(refused(Proposal::PolicyRemoval(name("Tag:None"))), "not found");
    let global = object(json!({ "communicationWithExternalOrgs": "AllowAllExternalDomains" }));
    let global = Proposal::Policy(PolicyName::global(), global);
    assert_eq!(refused(global), "communicationWithExternalOrgs");
    let group = GroupId::from_bytes([9; 16]);
    let nothing = Proposal::GroupAssignment { group, policy: None, rank: None };
    assert_eq!(refused(nothing), "not found");
    let outside = UserKey::Id(p.finn.account);
    let outside = Proposal::PersonAssignment { person: outside, policy: None };
    assert_eq!(refused(outside), "not found");
    let by_member = world.simulate(&p.bob, configuration(json!({})));
    assert_eq!(code(by_member), "the caller has no permission");
}

#[test]
fn a_150_explains_both_directions_and_names_the_deciding_rule() {
    let (world, p) = World::new();
    let (bob, finn, pia) = ("bob@contoso.example", "finn@fabrikam.example", "pia@outlook.example");
    let ask = |from, to| line(world.explain(&p.ada, from, to));
    assert_eq!(ask(bob, finn), "gate allows -");
    assert_eq!(ask(pia, bob), "gate allows -");
    assert_eq!(ask(bob, "carl@contoso.example"), "allow allows -");
    world.configure(
        &p.ada,
        json!({ "allowTeamsConsumerInbound": false, "blockedDomains": ["fabrikam.example"] }),
    );
    assert_eq!(ask(bob, finn), "deny unknown A-04");
    assert_eq!(ask(finn, bob), "deny unknown A-04");
    assert_eq!(ask(pia, bob), "deny unknown A-08");
    assert_eq!(ask(bob, pia), "gate allows -");
    let view = world.explain(&p.ada, pia, bob).unwrap();
    assert_eq!((view.value, view.is_inbound), (Some(json!(false)), true));
    world.policy(
        &p.ada,
        "Tag:Open",
        json!({ "communicationWithExternalOrgs": "AllowAllExternalDomains" }),
    );
    world.give(&p.ada, &p.bob, "Tag:Open");
    let view = world.explain(&p.ada, bob, finn).unwrap();
    assert_eq!(view.policy, name("Tag:Open"));
    assert_eq!(line(Ok(view)), "gate allows -");
}

#[test]
fn an_explanation_finds_nobody_whom_looking_does_not_find() {
    let (world, p) = World::new();
    let (bob, finn) = ("bob@contoso.example", "finn@fabrikam.example");
    let ask = |to: &str| line(world.explain(&p.ada, bob, to));
    // Finn's own policy refuses: no other answer than for nobody, down to the rules.
    world.policy(&p.fay, "Tag:Closed", json!({ "enableFederationAccess": false }));
    world.give(&p.fay, &p.finn, "Tag:Closed");
    let [there, nobody] = [finn, "nobody@fabrikam.example"]
        .map(|address| world.explain(&p.ada, bob, address).unwrap().explanation);
    assert_eq!(there, nobody);
    assert_eq!(ask(finn), "deny unknown -");
    assert_eq!(ask("nobody@outlook.example"), "deny unknown -");
    world.configure(&p.fay, json!({ "allowFederatedUsers": false }));
    assert_eq!(ask(finn), "deny refuses -");
    assert_eq!(ask("nobody@fabrikam.example"), "deny refuses -");
    assert_eq!(code(world.explain(&p.ada, finn, "pia@outlook.example")), "actor");
    assert_eq!(code(world.explain(&p.ada, "no@fabrikam.example", "no@outlook.example")), "actor");
    assert_eq!(code(world.explain(&p.ada, bob, bob)), "target");
    assert_eq!(code(world.explain(&p.bob, bob, finn)), "the caller has no permission");
}

#[test]
fn p_60_to_p_62_activity_counts_messages_and_first_contacts_by_partner() {
    let (world, p) = World::new();
    let pair = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &pair).unwrap();
    world.send(&p.bob, &pair, "one").unwrap();
    world.send(&p.bob, &pair, "two").unwrap();
    world.send(&p.finn, &pair, "three").unwrap();
    let unanswered = world.start(&p.pia, "carl@contoso.example").unwrap().chat.id;
    world.send(&p.pia, &unanswered, "hello").unwrap();
    let inside = world.start(&p.bob, "carl@contoso.example").unwrap().chat.id;
    world.send(&p.bob, &inside, "not counted").unwrap();
    let start = Timestamp::from_ms(1_800_000_000_000);
    let activity = world.read(&p.ada, move |tx, ctx| activity::since(tx, ctx, start)).unwrap();
    assert!(activity.is_complete);
    let partners: Vec<_> = activity
        .partners
        .iter()
        .map(|partner| {
            let domain = partner.domain.as_deref().unwrap_or("personal");
            let numbers = partner.numbers;
            let from_outside = numbers.one_on_one_from_outside;
            (
                domain,
                partner.people,
                partner.outsiders,
                numbers.sent,
                numbers.received,
                from_outside,
            )
        })
        .collect();
    assert_eq!(partners, [("fabrikam.example", 1, 1, 2, 1, 0), ("personal", 0, 1, 0, 1, 1)]);
    let [day] = activity.days.as_slice() else { panic!("one day: {:?}", activity.days) };
    assert_eq!((day.numbers.sent, day.numbers.received, day.numbers.started), (2, 2, 1));
    // Each side sees its own trail.
    let theirs = world.read(&p.fay, move |tx, ctx| activity::since(tx, ctx, start)).unwrap();
    let [contoso] = theirs.partners.as_slice() else { panic!("{:?}", theirs.partners) };
    assert_eq!((contoso.numbers.sent, contoso.numbers.received), (1, 2));
    let by_member = world.read(&p.bob, move |tx, ctx| activity::since(tx, ctx, start));
    assert_eq!(code(by_member), "the caller has no permission");
}
