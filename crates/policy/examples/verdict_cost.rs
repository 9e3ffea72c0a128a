//! What a verdict costs, against compiled terms of full size.
//!
//! `cargo run --release -p visavis-policy --example verdict_cost`: both sides have 4,000 allowed
//! or blocked domains, 200 blocked people, 500 policies and 64 group assignments.
#![expect(clippy::print_stdout, reason = "a benchmark prints its numbers")]

use std::hint::black_box;
use std::time::Instant;

use visavis_domain::address::{Address, Domain};
use visavis_domain::chat::ChatKind;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, GroupId, OrganisationId};
use visavis_domain::organisation::TrustClass;
use visavis_policy::assignment::GroupAssignment;
use visavis_policy::facts::{AddToGroup, AddressKind, Person, Privacy, Relation, Rights, Start};
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{
    AllowedDomains, BlockedUser, CommunicationWithExternalOrgs, Configuration, ExternalAccessPolicy,
};
use visavis_policy::standing::{ChatFacts, SendRequest, Standing};
use visavis_policy::terms::{CompileInput, OrganisationTerms};
use visavis_policy::verdict::decide;

const SAMPLES: usize = 2_001;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let a_terms = terms(1, "contoso.example", true)?;
    let b_terms = terms(2, "fabrikam.example", false)?;
    let groups: Vec<_> = (0..64).rev().map(group).collect();
    measure("effective policy, member of 64 groups", 100, || a_terms.effective(None, &groups));
    measure("effective policy, member of 3 groups", 100, || {
        a_terms.effective(None, groups.get(..3).unwrap_or_default())
    });

    let a_domains = [domain("contoso.example")?];
    let b_domains = [domain("fabrikam.example")?];
    let a_addresses = [address("ada@contoso.example")?];
    let b_addresses = [address("bob@fabrikam.example")?];
    let p_addresses = [address("pat@mail.example")?];
    let a = person(1, Some(&a_terms), &a_domains, &a_addresses);
    let b = person(2, Some(&b_terms), &b_domains, &b_addresses);
    let p = person(3, None, &[], &p_addresses);

    let start = |actor, target| Start {
        actor,
        target,
        by: AddressKind::Email,
        relation: Relation::default(),
    };
    let known = Relation { are_contacts: true, ..Relation::default() };
    measure("start, two organisations, request", 100, || decide(&start(&a, &b)));
    measure("start, two organisations, contacts", 100, || {
        decide(&Start { relation: known, ..start(&a, &b) })
    });
    measure("start, organisation to personal", 100, || decide(&start(&a, &p)));
    measure("start, personal to organisation", 100, || decide(&start(&p, &a)));

    let pair = [a, b];
    let chat = chat_of(ChatKind::OneOnOne, &pair);
    measure("standing of a one-to-one chat", 100, || Standing::of(&chat));
    let standing = Standing::of(&chat);
    measure("send, standing known", 100, || {
        let request = SendRequest { pending_sent: Some(1), ..SendRequest::default() };
        standing.send(AccountId::from_bytes([1; 16]), request)
    });
    groups_of_250(&[a, b, p])
}

/// A full group of people of ten organisations and the personal realm.
fn groups_of_250(people: &[Person<'_>; 3]) -> Result<(), Box<dyn std::error::Error>> {
    let [a, _, p] = people;
    let names: Vec<_> = (0..10).map(|number| format!("partner{number}x.example")).collect();
    let mut terms = Vec::new();
    let mut domains = Vec::new();
    for (number, name) in (10..).zip(&names) {
        terms.push(terms_open(number, name)?);
        domains.push([domain(name)?]);
    }
    let mut members = Vec::new();
    for number in 0..249_u16 {
        let account = Some(account(number));
        let place = usize::from(number) % 11;
        let member = match (terms.get(place), domains.get(place)) {
            (Some(terms), Some(domains)) => Person {
                home: Home::Organisation(terms.id()),
                terms: Some(terms),
                domains,
                policy: Some(terms.global()),
                ..*a
            },
            _ => *p,
        };
        members.push(Person { account, ..member });
    }
    let group = chat_of(ChatKind::Group, &members);
    measure("standing of a group of 249, 11 homes", 1, || Standing::of(&group));
    let (adder, joiner) = match (members.first(), members.get(1)) {
        (Some(adder), Some(joiner)) => (*adder, Person { account: Some(account(999)), ..*joiner }),
        _ => return Ok(()),
    };
    measure("add the 250th member", 1, || {
        decide(&AddToGroup {
            adder: &adder,
            joiner: &joiner,
            by: AddressKind::Email,
            relation: Relation::default(),
            group: &group,
            added_in_call: 1,
            has_left: false,
            adder_has_unanswered_request: false,
        })
    });
    Ok(())
}

/// Prints the median over the samples, each of `repeats` calls.
fn measure<T>(name: &str, repeats: u32, mut act: impl FnMut() -> T) {
    let mut samples: Vec<_> = (0..SAMPLES)
        .map(|_sample| {
            let start = Instant::now();
            for _repeat in 0..repeats {
                black_box(act());
            }
            start.elapsed() / repeats
        })
        .collect();
    samples.sort_unstable();
    let at = |part: usize| samples.get(SAMPLES * part / 100).copied().unwrap_or_default();
    println!("{name:<42} median {:>9?}   p99 {:>9?}", at(50), at(99));
}

fn domain(text: &str) -> Result<Domain, visavis_domain::address::InvalidAddress> {
    text.parse()
}

fn address(text: &str) -> Result<Address, visavis_domain::address::InvalidAddress> {
    text.parse()
}

fn group(number: u8) -> GroupId {
    GroupId::from_bytes([number; 16])
}

fn account(number: u16) -> AccountId {
    let [high, low] = number.to_be_bytes();
    let mut bytes = [low; 16];
    if let Some(first) = bytes.first_mut() {
        *first = high;
    }
    AccountId::from_bytes(bytes)
}

fn chat_of<'a>(kind: ChatKind, members: &'a [Person<'a>]) -> ChatFacts<'a> {
    let first = members.first();
    ChatFacts {
        kind,
        initiator: first.and_then(|member| member.account).unwrap_or(account(0)),
        initiator_home: first.map_or(Home::Personal, |member| member.home),
        members,
        relation: None,
        barriers: &[],
    }
}

fn person<'a>(
    number: u8,
    terms: Option<&'a OrganisationTerms>,
    domains: &'a [Domain],
    addresses: &'a [Address],
) -> Person<'a> {
    Person {
        account: Some(AccountId::from_bytes([number; 16])),
        home: terms.map_or(Home::Personal, |terms| Home::Organisation(terms.id())),
        domains,
        addresses,
        terms,
        policy: terms.map(|terms| terms.effective(None, &[group(63)])),
        privacy: Privacy::default(),
        in_extended_directory: false,
        rights: Rights::default(),
    }
}

fn terms_open(number: u8, own: &str) -> Result<OrganisationTerms, Box<dyn std::error::Error>> {
    Ok(OrganisationTerms::compile(CompileInput {
        id: OrganisationId::from_bytes([number; 16]),
        epoch: 1,
        trust_class: TrustClass::Standard,
        domains: vec![domain(own)?],
        configuration: &Configuration::default(),
        policies: &[],
        group_assignments: &[],
    }))
}

/// Terms of full size. With `allows`, by an allow list that holds everybody concerned, else by a
/// block list with subdomains.
fn terms(
    number: u8,
    own: &str,
    allows: bool,
) -> Result<OrganisationTerms, Box<dyn std::error::Error>> {
    let mut list = Vec::new();
    for number in 0..3_999 {
        list.push(domain(&format!("partner-{number}.example"))?);
    }
    let mut blocked_users: Vec<BlockedUser> = Vec::new();
    for number in 0..200 {
        blocked_users.push(format!("spammer{number}@mail.example").parse()?);
    }
    let mut configuration = Configuration {
        block_external_user_access: true,
        block_all_subdomains: true,
        blocked_users,
        ..Configuration::default()
    };
    if allows {
        list.push(domain("fabrikam.example")?);
        configuration.allowed_domains = AllowedDomains::AllowList { domains: list };
    } else {
        configuration.blocked_domains = list;
    }
    let mut policies = Vec::new();
    for number in 0..499 {
        let policy = ExternalAccessPolicy {
            communication_with_external_orgs: CommunicationWithExternalOrgs::OrganizationDefault,
            ..ExternalAccessPolicy::default()
        };
        policies.push((format!("Policy {number}").parse::<PolicyName>()?, policy));
    }
    let named = (0..64).zip(&policies);
    let group_assignments: Vec<_> = named
        .map(|(number, (name, _))| GroupAssignment { group: group(number), policy: name.clone() })
        .collect();
    let mut domains = vec![domain(own)?];
    for number in 0..9 {
        domains.push(domain(&format!("region{number}.{own}"))?);
    }
    Ok(OrganisationTerms::compile(CompileInput {
        id: OrganisationId::from_bytes([number; 16]),
        epoch: 1,
        trust_class: TrustClass::Standard,
        domains,
        configuration: &configuration,
        policies: &policies,
        group_assignments: &group_assignments,
    }))
}
