//! What holds in every world, however it departs from the defaults.

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use visavis_domain::account::WhoCanAdd;
use visavis_domain::chat::ChatKind;
use visavis_policy::facts::{
    Accept, AddToGroup, AddressKind, Consent, Find, Person, Relation, Start,
};
use visavis_policy::reason::{Reason, Refusal, Side, View};
use visavis_policy::settings::{
    AllowedDomains, AllowedOrBlocked, CommunicationWithExternalOrgs as Mode,
};
use visavis_policy::standing::{ChatFacts, SendRequest, Standing};
use visavis_policy::verdict::{Question, Verdict, authorise, decide};

use crate::world::{Compiled, World, domain, domains};

/// A departure from the defaults.
type Change = (String, Box<dyn Fn(&mut World)>);

const ORGANISATIONS: [(&str, &str); 3] = [("TA", "a.test"), ("TB", "b.test"), ("TC", "c.test")];
const MANAGED: [&str; 5] = ["A", "A2", "B", "B2", "C"];
const PEOPLE: [&str; 7] = ["A", "A2", "B", "B2", "C", "P", "Q"];

fn change(name: String, set: impl Fn(&mut World) + 'static) -> Change {
    (name, Box::new(set))
}

/// Everything that closes something: switches turned off, blocks.
fn restrictions() -> Vec<Change> {
    let mut all = Vec::new();
    for (organisation, proved) in ORGANISATIONS {
        all.extend(restrictions_of_organisation(organisation));
        for (other, _) in ORGANISATIONS.into_iter().filter(|(other, _)| *other != organisation) {
            all.push(change(format!("{other} blocks {proved}"), move |world| {
                world.configuration(other).blocked_domains.push(domain(proved));
            }));
            let name = format!("{other} allows {proved} no more");
            all.push(change(name, move |world| unlist(world, other, proved)));
        }
        for person in PEOPLE {
            all.push(change(format!("{organisation} blocks {person}"), move |world| {
                let address = world.people[person].addresses[0].to_string();
                let configuration = world.configuration(organisation);
                configuration.block_external_user_access = true;
                configuration.blocked_users.push(address.parse().unwrap());
            }));
        }
    }
    all.extend(MANAGED.into_iter().flat_map(restrictions_of_person));
    all.extend(restrictions_of_personal_accounts());
    for (one, other) in [("A", "B"), ("B", "A"), ("A", "P"), ("P", "A"), ("P", "Q"), ("C", "P")] {
        all.push(change(format!("{one} blocks {other} personally"), move |world| {
            world.blocks.insert((one, other));
        }));
    }
    all
}

/// Takes a domain from the allow list, if there is one.
fn unlist(world: &mut World, organisation: &str, proved: &str) {
    let allowed = &mut world.configuration(organisation).allowed_domains;
    if let AllowedDomains::AllowList { domains } = allowed {
        domains.retain(|listed| *listed != domain(proved));
    }
}

fn restrictions_of_organisation(organisation: &'static str) -> Vec<Change> {
    let off = |name: &str, set: fn(&mut visavis_policy::settings::Configuration)| {
        change(format!("{organisation}: {name}"), move |world| {
            set(world.configuration(organisation));
        })
    };
    vec![
        off("A-01 off", |set| set.allow_federated_users = false),
        off("A-06 on", |set| set.block_all_subdomains = true),
        off("A-07 off", |set| set.allow_teams_consumer = false),
        off("A-08 off", |set| set.allow_teams_consumer_inbound = false),
        off("A-09 on", |set| set.restrict_teams_consumer_to_external_user_profiles = true),
        off("A-10 Blocked", |set| {
            set.external_access_with_trial_organisations = AllowedOrBlocked::Blocked;
        }),
        off("A-11 emptied", |set| set.allowed_trial_organisation_domains.clear()),
        off("A-12 on", |set| set.treat_discovered_partners_as_unverified = true),
        off("A-17 on", |set| {
            set.enable_external_access_restrictions_for_chat_participants = true;
        }),
        off("A-18 on", |set| set.enable_mutual_federation_for_chat_participants = true),
        change(format!("{organisation} is being tried out"), move |world| {
            world.try_out(organisation);
        }),
    ]
}

fn restrictions_of_person(person: &'static str) -> Vec<Change> {
    let off = |name: &str, set: fn(&mut visavis_policy::settings::ExternalAccessPolicy)| {
        change(format!("{person}: {name}"), move |world| set(world.policy(person)))
    };
    vec![
        off("A-30 off", |set| set.enable_federation_access = false),
        off("A-31 none", |set| {
            set.communication_with_external_orgs = Mode::BlockAllExternalDomains;
        }),
        off("A-34 off", |set| set.enable_teams_consumer_access = false),
        off("A-35 off", |set| set.enable_teams_consumer_inbound = false),
        off("A-36 on", |set| {
            set.restrict_teams_consumer_access_to_external_user_profiles = Some(true);
        }),
        off("A-37 on", |set| set.federated_bilateral_chats = true),
        change(format!("{person}: A-80 off"), move |world| {
            world.someone(person).rights.allow_user_chat = false;
        }),
        change(format!("{person}: S-07"), move |world| {
            world.someone(person).rights.is_isolated = true;
        }),
    ]
}

fn restrictions_of_personal_accounts() -> Vec<Change> {
    let mut all = Vec::new();
    for person in ["P", "Q"] {
        all.push(change(format!("{person}: U-80 off"), move |world| {
            world.someone(person).privacy.discoverable_by_email = false;
        }));
        all.push(change(format!("{person}: contacts only"), move |world| {
            world.someone(person).privacy.who_can_add_me = WhoCanAdd::Contacts;
        }));
        all.push(change(format!("{person} is a minor"), move |world| {
            world.someone(person).privacy.is_minor = true;
        }));
    }
    all
}

/// What opens or merely differs.
fn departures() -> Vec<Change> {
    let mut all = Vec::new();
    for (organisation, _) in ORGANISATIONS {
        for list in ["", "a.test", "b.test c.test", "a.test b.test c.test"] {
            all.push(change(format!("{organisation} allows only {{{list}}}"), move |world| {
                let list = AllowedDomains::AllowList { domains: domains(list) };
                world.configuration(organisation).allowed_domains = list;
            }));
        }
        all.push(change(format!("{organisation}: A-10 Allowed"), move |world| {
            world.configuration(organisation).external_access_with_trial_organisations =
                AllowedOrBlocked::Allowed;
        }));
        all.push(change(format!("{organisation}: A-11 a.test b.test"), move |world| {
            world.configuration(organisation).allowed_trial_organisation_domains =
                domains("a.test b.test");
        }));
    }
    for person in MANAGED {
        for (mode, list) in [
            (Mode::AllowAllExternalDomains, ""),
            (Mode::AllowSpecificExternalDomains, "a.test c.test"),
            (Mode::BlockSpecificExternalDomains, "b.test"),
        ] {
            all.push(change(format!("{person}: {} {list}", mode.as_str()), move |world| {
                let policy = world.policy(person);
                policy.communication_with_external_orgs = mode;
                policy.allowed_external_domains = domains(list);
                policy.blocked_external_domains = domains(list);
            }));
        }
    }
    for (one, other) in [("A", "B"), ("P", "A"), ("A", "P"), ("B", "C")] {
        for consent in [Consent::Requested { sent: 1 }, Consent::Accepted, Consent::Declined] {
            all.push(change(format!("{one} asked {other}: {consent:?}"), move |world| {
                world.answer(one, other, consent);
            }));
        }
    }
    for person in ["P", "Q"] {
        all.push(change(format!("{person} is in the directory"), move |world| {
            world.someone(person).in_extended_directory = true;
        }));
    }
    all
}

/// A world as the names and places of its changes.
fn any_world() -> impl Strategy<Value = Vec<usize>> {
    let count = restrictions().len() + departures().len();
    subsequence((0..count).collect::<Vec<_>>(), 0..8)
}

fn changed(chosen: &[usize]) -> World {
    let all: Vec<_> = restrictions().into_iter().chain(departures()).collect();
    let mut world = World::default();
    for (_name, set) in chosen.iter().filter_map(|index| all.get(*index)) {
        set(&mut world);
    }
    world
}

/// The same, most of whose changes are about which organisation trusts which.
fn any_world_of_distrust() -> impl Strategy<Value = Vec<usize>> {
    let about_trust = ["A-01", "A-30", "A-31", "allows only", "ExternalDomains"];
    let is_about_trust = |name: &str| {
        about_trust.iter().any(|part| name.contains(part))
            || ORGANISATIONS.iter().any(|(_, proved)| name.ends_with(&format!("blocks {proved}")))
    };
    let all = restrictions().into_iter().chain(departures()).enumerate();
    let chosen = all.filter(|(_index, (name, _set))| is_about_trust(name));
    let chosen: Vec<usize> = chosen.map(|(index, _change)| index).collect();
    (subsequence(chosen, 0..10), any_world()).prop_map(|(mut distrust, mut others)| {
        others.truncate(2);
        distrust.extend(others);
        distrust
    })
}

/// A changed world in which every organisation wants mutual trust (G-11).
fn wary(chosen: &[usize]) -> World {
    let mut world = changed(chosen);
    for organisation in world.organisations.values_mut() {
        organisation.configuration.enable_mutual_federation_for_chat_participants = true;
    }
    world
}

fn any_person() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PEOPLE.as_slice())
}

fn any_group() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(PEOPLE.as_slice(), 1..6).prop_shuffle()
}

fn start(world: &World, actor: &'static str, target: &'static str) -> Verdict {
    let compiled = world.compiled();
    let (actor_facts, target_facts) = (&compiled.person(actor), &compiled.person(target));
    decide(&Start {
        actor: actor_facts,
        target: target_facts,
        by: AddressKind::Email,
        relation: world.relation(actor, target),
    })
}

/// How much a verdict permits.
fn permits(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Deny(_) => 0,
        Verdict::Gate(_) => 1,
        Verdict::Allow => 2,
    }
}

/// What two people may do with each other, as numbers that may only fall.
fn permitted(world: &World, one: &'static str, other: &'static str) -> Vec<u8> {
    let compiled = world.compiled();
    let (actor, target) = (&compiled.person(one), &compiled.person(other));
    let (relation, by) = (world.relation(one, other), AddressKind::Email);
    let accept = Accept {
        actor: target,
        requester: actor,
        relation: world.relation(one, other),
        is_risk_acknowledged: true,
    };
    let pair = [one, other];
    let standing = with_chat(&compiled, ChatKind::OneOnOne, &pair, Standing::of);
    let sends =
        |sender| u8::from(standing.send(world.account(sender), SendRequest::default()).is_ok());
    vec![
        permits(&decide(&Find { actor, target, by, relation })),
        permits(&decide(&Start { actor, target, by, relation })),
        permits(&decide(&accept)),
        sends(one),
        sends(other),
    ]
}

/// Runs `act` on a chat of these people, the first of whom is the initiator.
fn with_chat<T>(
    compiled: &Compiled<'_>,
    kind: ChatKind,
    names: &[&'static str],
    act: impl FnOnce(&ChatFacts<'_>) -> T,
) -> T {
    let names: &'static str = Box::leak(names.join(" ").into_boxed_str());
    compiled.in_chat(kind, names, act)
}

fn evicted(compiled: &Compiled<'_>, names: &[&'static str]) -> Vec<&'static str> {
    let standing = with_chat(compiled, ChatKind::Group, names, Standing::of);
    names.iter().copied().filter(|name| standing.is_evicted(compiled.world.account(name))).collect()
}

/// Who has to go from a group, and why, in the order of their accounts.
fn evictions(
    compiled: &Compiled<'_>,
    initiator: &str,
    members: &[&'static str],
) -> Vec<(&'static str, Refusal)> {
    let people: Vec<_> = members.iter().map(|name| compiled.person(name)).collect();
    let standing = Standing::of(&ChatFacts {
        kind: ChatKind::Group,
        initiator: compiled.world.account(initiator),
        initiator_home: compiled.person(initiator).home,
        members: &people,
        relation: None,
        barriers: &[],
    });
    let refusal = |name: &&'static str| {
        let account = compiled.world.account(name);
        let found = standing.evictions().iter().find(|eviction| eviction.account == account)?;
        Some((*name, found.refusal))
    };
    let mut evictions: Vec<_> = members.iter().filter_map(refusal).collect();
    evictions.sort_unstable_by_key(|(name, _refusal)| compiled.world.account(name));
    evictions
}

/// Those of some who are not among others.
fn without(names: &[&'static str], gone: &[(&'static str, Refusal)]) -> Vec<&'static str> {
    let is_left = |name: &&'static str| gone.iter().all(|(other, _refusal)| other != name);
    names.iter().copied().filter(is_left).collect()
}

fn add(compiled: &Compiled<'_>, names: &[&'static str], joiner: &'static str) -> Verdict {
    let adder = names[0];
    with_chat(compiled, ChatKind::Group, names, |group| {
        decide(&AddToGroup {
            adder: &compiled.person(adder),
            joiner: &compiled.person(joiner),
            by: AddressKind::Email,
            relation: compiled.world.relation(adder, joiner),
            group,
            added_in_call: 1,
            has_left: false,
            adder_has_unanswered_request: false,
        })
    })
}

/// A permit exists exactly when the verdict is no refusal.
fn check_permit<Q: Question>(question: &Q) -> Result<(), TestCaseError> {
    match (decide(question), authorise(question)) {
        (Verdict::Deny(refusal), Err(refused)) => prop_assert_eq!(refusal, refused),
        (Verdict::Gate(gate), Ok(permit)) => {
            prop_assert_eq!(permit.delivery(), gate.delivery);
            prop_assert_eq!(permit.gate(), Some(&gate));
        }
        (Verdict::Allow, Ok(permit)) => prop_assert!(permit.gate().is_none()),
        (verdict, permit) => prop_assert!(false, "{verdict:?} but {permit:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Adding a block or turning a switch off never allows what was refused.
    #[test]
    fn restrictions_never_allow(
        chosen in any_world(),
        restriction in any::<Index>(),
        (one, other) in (any_person(), any_person()),
    ) {
        let restrictions = restrictions();
        let (name, restrict) = restriction.get(&restrictions);
        let mut world = changed(&chosen);
        let before = permitted(&world, one, other);
        restrict(&mut world);
        let after = permitted(&world, one, other);
        let is_fallen = before.iter().zip(&after).all(|(before, after)| after <= before);
        prop_assert!(is_fallen, "{name} for {one} and {other}: {before:?} became {after:?}");
    }

    /// The same for groups, while nobody has to go from them.
    #[test]
    fn restrictions_never_allow_in_groups(
        chosen in any_world(),
        restriction in any::<Index>(),
        names in any_group(),
        joiner in any_person(),
    ) {
        let restrictions = restrictions();
        let (name, restrict) = restriction.get(&restrictions);
        let mut world = changed(&chosen);
        let before = add(&world.compiled(), &names, joiner);
        let is_stable_before = evicted(&world.compiled(), &names).is_empty();
        restrict(&mut world);
        let after = add(&world.compiled(), &names, joiner);
        let is_stable = is_stable_before && evicted(&world.compiled(), &names).is_empty();
        let is_fallen = permits(&after) <= permits(&before);
        prop_assert!(!is_stable || is_fallen, "{name}: {before:?} became {after:?}");
    }

    /// The order of lists and of members plays no part.
    #[test]
    fn order_plays_no_part(
        chosen in any_world(),
        names in any_group(),
        turn in any::<Index>(),
        (one, other) in (any_person(), any_person()),
    ) {
        let world = changed(&chosen);
        let mut turned = changed(&chosen);
        for organisation in turned.organisations.values_mut() {
            organisation.configuration.blocked_domains.reverse();
            organisation.configuration.blocked_users.reverse();
            if let AllowedDomains::AllowList { domains } =
                &mut organisation.configuration.allowed_domains
            {
                domains.reverse();
            }
        }
        prop_assert_eq!(start(&world, one, other), start(&turned, one, other));

        let compiled = world.compiled();
        let people: Vec<Person<'_>> = names.iter().map(|name| compiled.person(name)).collect();
        let mut turned: Vec<_> = people.clone();
        turned.rotate_left(turn.index(people.len()));
        turned.reverse();
        let standing = |members: &[Person<'_>]| {
            Standing::of(&ChatFacts {
                kind: ChatKind::Group,
                initiator: world.account(names[0]),
                initiator_home: compiled.person(names[0]).home,
                members,
                relation: None,
                barriers: &[],
            })
        };
        prop_assert_eq!(standing(&people), standing(&turned));
    }

    /// Between organisations it does not matter who starts: both sides are asked. Only A-12 is
    /// about who speaks first.
    #[test]
    fn both_sides_are_consulted(
        chosen in any_world(),
        (one, other) in (
            prop::sample::select(MANAGED.as_slice()),
            prop::sample::select(MANAGED.as_slice()),
        ),
    ) {
        let mut world = changed(&chosen);
        world.consents.clear();
        for organisation in world.organisations.values_mut() {
            organisation.configuration.treat_discovered_partners_as_unverified = false;
        }
        let (there, back) = (start(&world, one, other), start(&world, other, one));
        prop_assert_eq!(permits(&there), permits(&back));
        if let (Some(there), Some(back)) = (there.refusal(), back.refusal())
            && there.side != Side::Request
            && one != other
        {
            // Whoever decides, one of them is refused by their own side, or both sides refuse.
            prop_assert!(there.side == Side::Own || back.side == Side::Own);
        }
    }

    /// A refusal by the own side is the same whether or not the outsider exists, and whatever the
    /// other side says: so it tells nothing about them.
    #[test]
    fn the_own_side_answers_before_anybody_else(
        chosen in any_world(),
        (one, other) in (any_person(), any_person()),
    ) {
        let world = changed(&chosen);
        let verdict = start(&world, one, other);
        let relation = Relation { target_blocked_actor: true, ..world.relation(one, other) };
        let compiled = world.compiled();
        let (actor, target) = (compiled.person(one), compiled.person(other));
        prop_assume!(actor.is_external_to(&target));
        let nobody = Person { account: None, ..target };
        let unknown = decide(&Start {
            actor: &actor,
            target: &nobody,
            by: AddressKind::Email,
            relation,
        });
        match (&verdict, &unknown) {
            (Verdict::Deny(known), Verdict::Deny(unknown)) if known.side == Side::Own => {
                // Account ids on the block list and barriers need an account.
                prop_assert_eq!(known.reason, unknown.reason);
            }
            (Verdict::Deny(known), Verdict::Deny(unknown)) if known.side == Side::Other => {
                prop_assert_eq!(known.for_actor(), unknown.for_actor());
                prop_assert_eq!(known.for_actor(), View::NotReachable);
            }
            (_, unknown) => prop_assert!(unknown.refusal().is_some()),
        }
    }

    /// Permits are there exactly when the verdict allows.
    #[test]
    fn permits_are_verdicts_that_allow(
        chosen in any_world(),
        (one, other) in (any_person(), any_person()),
        joiner in any_person(),
    ) {
        let world = changed(&chosen);
        let compiled = world.compiled();
        let (actor, target) = (&compiled.person(one), &compiled.person(other));
        let (relation, by) = (world.relation(one, other), AddressKind::Email);
        check_permit(&Find { actor, target, by, relation })?;
        check_permit(&Start { actor, target, by, relation })?;
        let accept =
            Accept { actor: target, requester: actor, relation, is_risk_acknowledged: false };
        check_permit(&accept)?;
        with_chat(&compiled, ChatKind::Group, &[one, other], |group| {
            check_permit(&AddToGroup {
                adder: actor,
                joiner: &compiled.person(joiner),
                by,
                relation: world.relation(one, joiner),
                group,
                added_in_call: 1,
                has_left: false,
                adder_has_unanswered_request: false,
            })
        })?;
    }

    /// After those who have to go have gone, nobody has to go.
    #[test]
    fn evicting_is_enough(chosen in any_world(), names in any_group()) {
        let world = changed(&chosen);
        let compiled = world.compiled();
        let gone = evicted(&compiled, &names);
        let initiator = names[0];
        let left: Vec<_> = names.iter().copied().filter(|name| !gone.contains(name)).collect();
        let people: Vec<_> = left.iter().map(|name| compiled.person(name)).collect();
        let again = Standing::of(&ChatFacts {
            kind: ChatKind::Group,
            initiator: world.account(initiator),
            initiator_home: compiled.person(initiator).home,
            members: &people,
            relation: None,
            barriers: &[],
        });
        prop_assert_eq!(again.evictions(), &[], "of {:?} went {:?}", names, gone);
    }

    /// An outsider whom the initiator test removes separates nobody: everybody else stays or goes
    /// as if that one had not been there (G-08).
    #[test]
    fn g_08_nobody_goes_because_of_whom_the_initiator_test_removes(
        chosen in any_world_of_distrust(),
        names in any_group(),
    ) {
        let world = wary(&chosen);
        let compiled = world.compiled();
        let gone = evictions(&compiled, names[0], &names);
        prop_assume!(gone.iter().all(|(name, _refusal)| *name != names[0]));
        let is_refused = |refusal: &Refusal| refusal.reason == Reason::GroupInitiatorRefused;
        let (refused, others): (Vec<_>, Vec<_>) =
            gone.into_iter().partition(|(_name, refusal)| is_refused(refusal));
        let alone = evictions(&compiled, names[0], &without(&names, &refused));
        prop_assert_eq!(alone, others, "{:?}", refused);
    }

    /// After the evictions every two trust each other, and nobody went who could have stayed
    /// beside the rest; the order of the members plays no part (G-11).
    #[test]
    fn g_11_as_many_stay_as_may_be_together(
        chosen in any_world_of_distrust(),
        names in any_group(),
    ) {
        let world = wary(&chosen);
        let compiled = world.compiled();
        let gone = evictions(&compiled, names[0], &names);
        let left = without(&names, &gone);
        for (number, one) in left.iter().enumerate() {
            for other in left.iter().skip(number + 1) {
                let apart = evictions(&compiled, one, &[one, other]);
                prop_assert!(apart.is_empty(), "{one} and {other} stay: {apart:?}");
            }
        }
        let is_for_trust = |refusal: &Refusal| {
            [Reason::GroupInitiatorRefused, Reason::GroupPairRefused].contains(&refusal.reason)
        };
        for (name, _refusal) in gone.iter().filter(|(_name, refusal)| is_for_trust(refusal)) {
            let mut with = left.clone();
            with.push(name);
            let again = evictions(&compiled, names[0], &with);
            prop_assert!(!again.is_empty(), "{name} could have stayed with {left:?}");
        }
        let mut turned = names.clone();
        turned.reverse();
        prop_assert_eq!(evictions(&compiled, names[0], &turned), gone);
    }

    /// In a group of their own organisation nobody yields to an outsider, unless it is a
    /// policy of their own that keeps them apart (G-11, T-143).
    #[test]
    fn g_11_colleagues_of_the_initiator_stay_unless_their_own_policy_says_otherwise(
        chosen in any_world_of_distrust(),
        names in any_group(),
        has_left in any::<bool>(),
    ) {
        let world = wary(&chosen);
        let compiled = world.compiled();
        let members = &names[usize::from(has_left && names.len() > 1)..];
        let home = compiled.person(names[0]).home;
        for (name, refusal) in evictions(&compiled, names[0], members) {
            let is_at_home = home.organisation().is_some() && compiled.person(name).home == home;
            if is_at_home && refusal.reason == Reason::GroupPairRefused {
                prop_assert!(world.people[name].policy.is_some(), "{name}: {refusal:?}");
                prop_assert_eq!(refusal.side, Side::Own);
            }
            prop_assert!(!is_at_home || refusal.reason != Reason::GroupInitiatorRefused);
        }
    }

    /// An addition that is permitted makes nobody go.
    #[test]
    fn permitted_additions_evict_nobody(
        chosen in any_world(),
        names in any_group(),
        joiner in any_person(),
    ) {
        let world = changed(&chosen);
        let compiled = world.compiled();
        if add(&compiled, &names, joiner).refusal().is_none() {
            let before = evicted(&compiled, &names);
            let mut after: Vec<_> = names.clone();
            after.push(joiner);
            let after = evicted(&compiled, &after);
            prop_assert!(after.iter().all(|gone| before.contains(gone)), "{before:?} {after:?}");
        }
    }

    /// Domains are compared by their normal form, whole labels at a time.
    #[test]
    fn domains_are_compared_exactly(
        (listed, others) in prop::sample::select(vec![
            ("contoso.com", ["subcontoso.com", "contoso.com.evil.test", "contoso.co"]),
            ("bücher.test", ["bucher.test", "xbücher.test", "bücher.example"]),
        ]),
        in_upper_case in any::<bool>(),
        with_dot in any::<bool>(),
        as_punycode in any::<bool>(),
        with_subdomains in any::<bool>(),
    ) {
        let mut written = listed.to_owned();
        if as_punycode {
            written = domain(listed).to_string();
        }
        if in_upper_case {
            written = written.to_uppercase();
        }
        if with_dot {
            written.push('.');
        }
        let reach = |sender: &str| {
            let mut world = World::default();
            let configuration = world.configuration("TA");
            configuration.blocked_domains = vec![domain(&written)];
            configuration.block_all_subdomains = with_subdomains;
            world.someone("B").domains = vec![domain(sender)];
            start(&world, "A", "B").refusal().is_none()
        };
        prop_assert!(!reach(listed));
        prop_assert_eq!(reach(&format!("sub.{listed}")), !with_subdomains);
        prop_assert_eq!(reach(&format!("a.sub.{listed}")), !with_subdomains);
        for other in others {
            prop_assert!(reach(other), "{other} is not {listed}");
        }
    }
}
