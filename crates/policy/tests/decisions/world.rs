//! Worlds: organisations, people and what stands between them, built from the defaults.

use std::collections::{BTreeMap, BTreeSet};

use visavis_domain::address::{Address, Domain};
use visavis_domain::chat::ChatKind;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, OrganisationId};
use visavis_domain::organisation::TrustClass;
use visavis_policy::facts::{AddressKind, Consent, Person, Privacy, Relation, Rights, Start};
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{
    CommunicationWithExternalOrgs as Mode, Configuration, ExternalAccessPolicy,
};
use visavis_policy::standing::{ChatFacts, PairRelation, SendRequest, Stance};
use visavis_policy::terms::{CompileInput, OrganisationTerms};
use visavis_policy::verdict::decide;

/// A domain.
pub(crate) fn domain(text: &str) -> Domain {
    text.parse().unwrap()
}

/// Several domains, apart by spaces.
pub(crate) fn domains(text: &str) -> Vec<Domain> {
    text.split_whitespace().map(domain).collect()
}

/// An organisation before compilation.
#[derive(Debug)]
pub(crate) struct Organisation {
    pub(crate) domains: Vec<Domain>,
    pub(crate) trust_class: TrustClass,
    pub(crate) configuration: Configuration,
    pub(crate) global: ExternalAccessPolicy,
}

/// A person before compilation.
#[derive(Debug)]
pub(crate) struct Someone {
    pub(crate) number: u8,
    pub(crate) organisation: Option<&'static str>,
    pub(crate) has_account: bool,
    pub(crate) addresses: Vec<Address>,
    pub(crate) domains: Vec<Domain>,
    pub(crate) policy: Option<ExternalAccessPolicy>,
    pub(crate) privacy: Privacy,
    pub(crate) in_extended_directory: bool,
    pub(crate) rights: Rights,
}

/// TA (`a.test`: A, A2, A3), TB (`b.test`: B, B2, X), TC (`c.test`: C), TS (`sub.b.test`: S), TF
/// (`fabrikarn.test`: F), TG (`fabrikam.test`: G); personal P and Q; N whom nobody knows, and NB,
/// an unknown address of `b.test`.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) organisations: BTreeMap<&'static str, Organisation>,
    pub(crate) people: BTreeMap<&'static str, Someone>,
    pub(crate) blocks: BTreeSet<(&'static str, &'static str)>,
    pub(crate) consents: BTreeMap<(&'static str, &'static str), Consent>,
    pub(crate) contacts: BTreeSet<(&'static str, &'static str)>,
    pub(crate) barriers: Vec<(&'static str, &'static str)>,
    pub(crate) request: SendRequest,
    pub(crate) extra_members: usize,
    pub(crate) added_in_call: usize,
    pub(crate) has_left: bool,
    pub(crate) is_risk_acknowledged: bool,
}

impl Default for World {
    fn default() -> Self {
        let organisation = |name, proved: &str| {
            let configuration = Configuration {
                // rows that do not name the flag run without it.
                enable_mutual_federation_for_chat_participants: false,
                ..Configuration::default()
            };
            let trust_class = TrustClass::Standard;
            let global = ExternalAccessPolicy::default();
            let domains = domains(proved);
            (name, Organisation { domains, trust_class, configuration, global })
        };
        let mut world = Self {
            organisations: BTreeMap::from([
                organisation("TA", "a.test"),
                organisation("TB", "b.test"),
                organisation("TC", "c.test"),
                organisation("TS", "sub.b.test"),
                organisation("TF", "fabrikarn.test"),
                organisation("TG", "fabrikam.test"),
            ]),
            people: BTreeMap::new(),
            blocks: BTreeSet::new(),
            consents: BTreeMap::new(),
            contacts: BTreeSet::new(),
            barriers: Vec::new(),
            request: SendRequest::default(),
            extra_members: 0,
            added_in_call: 1,
            has_left: false,
            is_risk_acknowledged: false,
        };
        for (name, organisation, address) in [
            ("A", Some("TA"), "a@a.test"),
            ("A2", Some("TA"), "a2@a.test"),
            ("A3", Some("TA"), "a3@a.test"),
            ("B", Some("TB"), "b@b.test"),
            ("B2", Some("TB"), "b2@b.test"),
            ("C", Some("TC"), "c@c.test"),
            ("S", Some("TS"), "s@sub.b.test"),
            ("F", Some("TF"), "f@fabrikarn.test"),
            ("G", Some("TG"), "g@fabrikam.test"),
            ("P", None, "p@outlook.com"),
            ("Q", None, "q@mail.test"),
            ("N", None, "n@x.test"),
            ("NB", Some("TB"), "nobody@b.test"),
        ] {
            world.admit(name, organisation, address);
        }
        world.someone("N").has_account = false;
        world.someone("NB").has_account = false;
        world
    }
}

impl World {
    /// Adds somebody with the defaults.
    pub(crate) fn admit(
        &mut self,
        name: &'static str,
        organisation: Option<&'static str>,
        address: &str,
    ) {
        let address: Address = address.parse().unwrap();
        let own_domain = address.domain().filter(|_domain| organisation.is_some());
        let someone = Someone {
            number: u8::try_from(self.people.len() + 1).unwrap(),
            organisation,
            has_account: true,
            domains: own_domain.into_iter().collect(),
            addresses: vec![address],
            policy: None,
            privacy: Privacy::default(),
            in_extended_directory: false,
            rights: Rights::default(),
        };
        self.people.insert(name, someone);
    }

    /// An organisation's configuration, to be changed.
    pub(crate) fn configuration(&mut self, organisation: &str) -> &mut Configuration {
        &mut self.organisations.get_mut(organisation).unwrap().configuration
    }

    /// A person's own policy, to be changed; with the defaults at first.
    pub(crate) fn policy(&mut self, person: &str) -> &mut ExternalAccessPolicy {
        self.someone(person).policy.get_or_insert_default()
    }

    /// Somebody, to be changed.
    pub(crate) fn someone(&mut self, person: &str) -> &mut Someone {
        self.people.get_mut(person).unwrap()
    }

    /// The account of somebody.
    pub(crate) fn account(&self, person: &str) -> AccountId {
        AccountId::from_bytes([self.people[person].number; 16])
    }

    /// Makes an organisation one that is being tried out.
    pub(crate) fn try_out(&mut self, organisation: &str) {
        self.organisations.get_mut(organisation).unwrap().trust_class = TrustClass::Trial;
    }

    /// `asker` asked, and `asked` said this.
    pub(crate) fn answer(&mut self, asker: &'static str, asked: &'static str, consent: Consent) {
        self.consents.insert((asker, asked), consent);
    }

    /// Lets everybody have accepted everybody.
    pub(crate) fn accept_all(&mut self) {
        let names: Vec<_> = self.people.keys().copied().collect();
        for one in &names {
            self.contacts.extend(names.iter().map(|other| (*one, *other)));
        }
    }

    /// What stands between two people.
    pub(crate) fn relation(&self, actor: &'static str, target: &'static str) -> Relation {
        let has = |set: &BTreeSet<_>, a, b| set.contains(&(a, b));
        let barred = |pair| self.barriers.contains(&pair);
        Relation {
            actor_blocked_target: has(&self.blocks, actor, target),
            target_blocked_actor: has(&self.blocks, target, actor),
            consent: self.consents.get(&(actor, target)).copied().unwrap_or_default(),
            are_contacts: has(&self.contacts, actor, target) || has(&self.contacts, target, actor),
            share_a_group: false,
            is_barred: barred((actor, target)) || barred((target, actor)),
        }
    }

    /// Compiles every organisation.
    pub(crate) fn compiled(&self) -> Compiled<'_> {
        let terms = (1u8..).zip(&self.organisations).map(|(number, (name, organisation))| {
            let custom = self.people.iter().filter(|(_, who)| who.organisation == Some(*name));
            let global = (PolicyName::global(), organisation.global.clone());
            let custom =
                custom.filter_map(|(person, who)| Some((policy_name(person), who.policy.clone()?)));
            let policies: Vec<_> = std::iter::once(global).chain(custom).collect();
            let terms = OrganisationTerms::compile(CompileInput {
                id: OrganisationId::from_bytes([number; 16]),
                epoch: 1,
                trust_class: organisation.trust_class,
                domains: organisation.domains.clone(),
                configuration: &organisation.configuration,
                policies: &policies,
                group_assignments: &[],
            });
            (*name, terms)
        });
        Compiled { world: self, terms: terms.collect() }
    }
}

fn policy_name(person: &str) -> PolicyName {
    format!("Tag:{person}").parse().unwrap()
}

/// A world with its terms.
#[derive(Debug)]
pub(crate) struct Compiled<'a> {
    pub(crate) world: &'a World,
    terms: BTreeMap<&'static str, OrganisationTerms>,
}

impl Compiled<'_> {
    /// The terms of an organisation.
    pub(crate) fn terms(&self, organisation: &str) -> &OrganisationTerms {
        &self.terms[organisation]
    }

    /// Somebody as policy sees them.
    pub(crate) fn person(&self, name: &str) -> Person<'_> {
        let who = &self.world.people[name];
        let terms = who.organisation.map(|organisation| self.terms(organisation));
        Person {
            account: who.has_account.then(|| self.world.account(name)),
            home: terms.map_or(Home::Personal, |terms| Home::Organisation(terms.id())),
            domains: &who.domains,
            addresses: &who.addresses,
            terms,
            policy: terms.map(|terms| terms.effective(Some(&policy_name(name)), &[])),
            privacy: who.privacy,
            in_extended_directory: who.in_extended_directory,
            rights: who.rights,
        }
    }

    /// People by names that are apart by spaces, and as many more colleagues of A as wanted.
    pub(crate) fn people(&self, names: &str) -> Vec<Person<'_>> {
        let mut people: Vec<_> = names.split(' ').map(|name| self.person(name)).collect();
        let more = (0..self.world.extra_members).map(|number| {
            let mut bytes = [0xEE; 16];
            bytes[0] = u8::try_from(number).unwrap();
            Person { account: Some(AccountId::from_bytes(bytes)), ..self.person("A3") }
        });
        people.extend(more);
        people
    }

    /// Runs `act` on a chat of these people, the first of whom is the initiator; in brackets, one
    /// who is there no more.
    pub(crate) fn in_chat<T>(
        &self,
        kind: ChatKind,
        names: &'static str,
        act: impl FnOnce(&ChatFacts<'_>) -> T,
    ) -> T {
        let (first, rest) = names.split_once(' ').unwrap_or((names, ""));
        let initiator = first.trim_matches(['(', ')']);
        let present = if initiator == first { names } else { rest };
        let account = |name| self.world.account(name);
        let barriers: Vec<_> =
            self.world.barriers.iter().map(|(a, b)| (account(a), account(b))).collect();
        let relation = (kind == ChatKind::OneOnOne).then(|| self.pair_relation(initiator, rest));
        act(&ChatFacts {
            kind,
            initiator: account(initiator),
            initiator_home: self.person(initiator).home,
            members: &self.people(present),
            relation,
            barriers: &barriers,
        })
    }

    fn pair_relation(&self, initiator: &'static str, other: &'static str) -> PairRelation {
        let to_other = self.world.relation(initiator, other);
        let to_initiator = self.world.relation(other, initiator);
        PairRelation {
            initiator: Stance {
                consent: to_initiator.consent,
                has_blocked: to_other.actor_blocked_target,
            },
            other: Stance { consent: to_other.consent, has_blocked: to_other.target_blocked_actor },
            are_contacts: to_other.are_contacts,
        }
    }
}

/// Whether a domain mode that the store has for `Global` is without effect.
pub(crate) fn global_mode_is_ignored() -> bool {
    let mut world = World::default();
    for organisation in world.organisations.values_mut() {
        organisation.global = ExternalAccessPolicy {
            communication_with_external_orgs: Mode::BlockAllExternalDomains,
            ..ExternalAccessPolicy::default()
        };
    }
    let compiled = world.compiled();
    let (actor, target) = (&compiled.person("A"), &compiled.person("B"));
    let (by, relation) = (AddressKind::Email, Relation::default());
    decide(&Start { actor, target, by, relation }).refusal().is_none()
}
