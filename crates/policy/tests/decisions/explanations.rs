//! What administrators are told: explanations, trust marks, and the trail of either side.

use visavis_domain::home::{Home, Trust};
use visavis_policy::explain::{Encounter, Explanation, explain};
use visavis_policy::facts::{AddressKind, Consent, Person, Start};
use visavis_policy::reason::View;
use visavis_policy::settings::AllowedDomains;
use visavis_policy::verdict::decide;

use crate::world::{World, domains};

/// How `own` comes to `other`, or the other way round, by an e-mail address.
fn encountered(
    world: &World,
    own: &'static str,
    other: &'static str,
    is_inbound: bool,
) -> Explanation {
    let compiled = world.compiled();
    let person = compiled.person(other);
    // What the address alone says: nobody, with no policy of their own.
    let class = Person { account: None, policy: None, ..person };
    let (actor, target) = if is_inbound { (other, own) } else { (own, other) };
    explain(&Encounter {
        own: &compiled.person(own),
        other: &person,
        class: &class,
        by: AddressKind::Email,
        is_inbound,
        relation: world.relation(actor, target),
    })
}

fn explained(world: &World, actor: &'static str, target: &'static str) -> Explanation {
    encountered(world, actor, target, false)
}

fn written(explanation: &Explanation) -> String {
    let steps = explanation.own.iter().map(|step| match step.refusal {
        Some(refusal) => format!("{}: {}", step.rule, refusal.reason),
        None => step.rule.to_string(),
    });
    let deciding = explanation.deciding.and_then(|exact| exact.setting);
    format!(
        "{}; {}; other {}; deciding {}",
        explanation.verdict.as_str(),
        steps.collect::<Vec<_>>().join(", "),
        explanation.other.as_str(),
        deciding.map_or("-", |setting| setting.as_str()),
    )
}

#[test]
fn explanations_list_the_own_rules_in_their_order() {
    let mut world = World::default();
    assert_eq!(
        written(&explained(&world, "A", "B")),
        "gate; A-60, A-01, A-80, A-30, A-10, A-02; other allows; deciding -"
    );
    assert_eq!(
        written(&explained(&world, "A", "P")),
        "gate; A-60, S-07, A-07, A-80, A-34, A-09, A-36; other allows; deciding -"
    );
    world.policy("A").enable_federation_access = false;
    world.configuration("TA").blocked_domains = domains("b.test");
    assert_eq!(
        written(&explained(&world, "A", "B")),
        "deny; A-60, A-01, A-80, A-30: userFederationOff, A-10, A-04: domainBlocked; \
         other unknown; deciding enableFederationAccess"
    );
}

#[test]
fn explanations_tell_no_more_of_others_than_they_may() {
    let mut world = World::default();
    world.configuration("TB").allow_federated_users = false;
    world.someone("P").privacy.discoverable_by_email = false;
    world.blocks.insert(("Q", "A"));
    world.answer("A", "Q", Consent::Accepted);
    let other = |target| explained(&world, "A", target).other.as_str();
    assert_eq!(other("B"), "refuses");
    // Hidden and unknown people are the same, and a personal block is nobody else's business.
    assert_eq!(other("P"), "unknown");
    assert_eq!(other("N"), "unknown");
    assert_eq!(other("Q"), "allows");
    assert!(["B", "P", "N"].iter().all(|name| explained(&world, "A", name).deciding.is_none()));
}

/// A person of TB whose own policy refuses is no other answer than an address of TB that nobody has
/// (P6), whatever TB's terms say of everybody.
#[test]
fn explanations_are_no_way_to_find_out_who_has_an_account() {
    let mut world = World::default();
    world.policy("B").enable_federation_access = false;
    let same = |world: &World, one: &'static str, other: &'static str| {
        let (one, other) = (explained(world, "A", one), explained(world, "A", other));
        assert_eq!(one, other);
        one.other.as_str()
    };
    assert_eq!(same(&world, "B", "NB"), "unknown");
    world.configuration("TB").blocked_domains = domains("a.test");
    assert_eq!(same(&world, "B", "NB"), "refuses");
    world.configuration("TA").blocked_domains = domains("b.test");
    assert_eq!(same(&world, "B", "NB"), "unknown");
    world.someone("P").privacy.discoverable_by_email = false;
    assert_eq!(same(&world, "P", "N"), "unknown");
}

/// The same of somebody who would make the contact: whether there is anybody cannot be asked.
#[test]
fn explanations_of_contact_from_outside_tell_no_more_of_who_has_an_account() {
    let mut world = World::default();
    world.policy("B").enable_federation_access = false;
    let same = |world: &World, one: &'static str, other: &'static str| {
        let [one, other] = [one, other].map(|name| encountered(world, "A", name, true));
        assert_eq!(one, other);
        one.other.as_str()
    };
    assert_eq!(same(&world, "B", "NB"), "allows");
    world.configuration("TB").blocked_domains = domains("a.test");
    assert_eq!(same(&world, "B", "NB"), "refuses");
    world.configuration("TA").blocked_domains = domains("b.test");
    assert_eq!(same(&world, "B", "NB"), "unknown");
    world.someone("P").privacy.discoverable_by_email = false;
    assert_eq!(same(&world, "P", "N"), "allows");
}

/// The block of a person meets every address that they have. By one under which they are not to be
/// found it is no other answer than for nobody.
#[test]
fn explanations_do_not_tell_by_a_block_which_addresses_somebody_has() {
    let mut world = World::default();
    let terms = world.configuration("TA");
    terms.blocked_users = vec!["p@outlook.com".parse().unwrap()];
    terms.block_external_user_access = true;
    let by_number = |world: &World, is_inbound| {
        let compiled = world.compiled();
        let person = compiled.person("P");
        let number = ["+4930901820".parse().unwrap()];
        let class = Person { account: None, policy: None, addresses: &number, ..person };
        let (actor, target) = if is_inbound { ("P", "A") } else { ("A", "P") };
        let encounter = Encounter {
            own: &compiled.person("A"),
            other: &person,
            class: &class,
            by: AddressKind::Phone,
            is_inbound,
            relation: world.relation(actor, target),
        };
        let explained = written(&explain(&encounter));
        (
            explained.clone(),
            explained == written(&explain(&Encounter { other: &class, ..encounter })),
        )
    };
    for is_inbound in [false, true] {
        let (explained, is_as_nobody) = by_number(&world, is_inbound);
        assert!(explained.contains("A-60: orgBlockedUser") && !is_as_nobody, "{explained}");
    }
    world.someone("P").privacy.discoverable_by_phone = false;
    for is_inbound in [false, true] {
        let (explained, is_as_nobody) = by_number(&world, is_inbound);
        assert!(is_as_nobody, "{explained}");
    }
    // By the address that is on the list it shows, to be found or not.
    world.someone("P").privacy.discoverable_by_email = false;
    for is_inbound in [false, true] {
        let explained = written(&encountered(&world, "A", "P", is_inbound));
        assert!(explained.contains("A-60: orgBlockedUser"), "{explained}");
    }
}

#[test]
fn explanations_of_contact_from_outside_list_the_rules_about_that() {
    let mut world = World::default();
    let inbound = |world: &World, own, other| written(&encountered(world, own, other, true));
    assert_eq!(
        inbound(&world, "A", "P"),
        "gate; A-60, S-07, A-07, A-08, A-80, A-34, A-35, A-09, A-36; other allows; deciding -"
    );
    world.configuration("TA").allow_teams_consumer_inbound = false;
    world.policy("A").enable_teams_consumer_inbound = false;
    assert_eq!(
        inbound(&world, "A", "P"),
        "deny; A-60, S-07, A-07, A-08: orgConsumerInboundOff, A-80, A-34, \
         A-35: userConsumerInboundOff, A-09, A-36; \
         other unknown; deciding allowTeamsConsumerInbound"
    );
    // The other organisation's terms come into it as theirs.
    world.configuration("TB").allow_federated_users = false;
    assert_eq!(
        inbound(&world, "A", "B"),
        "deny; A-60, A-01, A-80, A-30, A-10, A-02, A-12; other refuses; deciding -"
    );
}

#[test]
fn each_trail_says_what_its_own_side_decided() {
    let mut world = World::default();
    world.configuration("TB").blocked_domains = domains("a.test");
    let compiled = world.compiled();
    let (actor, target) = (compiled.person("A"), compiled.person("B"));
    let verdict = decide(&Start {
        actor: &actor,
        target: &target,
        by: AddressKind::Email,
        relation: world.relation("A", "B"),
    });
    let refusal = verdict.refusal().unwrap();
    assert_eq!(refusal.for_actor(), View::NotReachable);
    assert_eq!(refusal.for_side_of(actor.home), View::NotReachable);
    assert_eq!(refusal.for_side_of(Home::Personal), View::NotReachable);
    assert_eq!(refusal.for_side_of(target.home).code(), "domainBlocked");
}

#[test]
fn personal_accounts_have_no_trail() {
    let mut world = World::default();
    world.blocks.insert(("P", "A"));
    let compiled = world.compiled();
    let (actor, target) = (compiled.person("A"), compiled.person("P"));
    let relation = world.relation("A", "P");
    let by = AddressKind::Email;
    let verdict = decide(&Start { actor: &actor, target: &target, by, relation });
    let refusal = verdict.refusal().unwrap();
    assert_eq!(refusal.for_side_of(Home::Personal), View::NotReachable);
    assert_eq!(refusal.for_side_of(actor.home), View::NotReachable);
}

#[test]
fn trust_marks_follow_the_allow_list() {
    let mut world = World::default();
    world.try_out("TC");
    world.organisations.get_mut("TF").unwrap().domains.clear();
    let list = domains("b.test c.test fabrikarn.test");
    world.configuration("TA").allowed_domains = AllowedDomains::AllowList { domains: list };
    let compiled = world.compiled();
    let own = compiled.terms("TA");
    let trust = |name| {
        let person = compiled.person(name);
        own.trust_of(person.terms, person.domains)
    };
    assert_eq!(trust("A2"), Trust::Colleague);
    assert_eq!(trust("B"), Trust::Familiar);
    assert_eq!(trust("C"), Trust::Unverified);
    assert_eq!(trust("F"), Trust::Unverified);
    assert_eq!(trust("G"), Trust::Unfamiliar);
    assert_eq!(trust("P"), Trust::Personal);
    assert_eq!(compiled.terms("TB").trust_of(Some(own), &domains("a.test")), Trust::Unfamiliar);
}
