//! Whom the rules take out of a running group.
//!
//! The rules are applied in the order of [`RULES`], each to those whom the ones before have left;
//! all of them again until nobody has to go. Within one rule everybody is judged at once, so the
//! order of members plays no part.
//!
//! Whether people trust each other depends on who else is there. So whoever goes for want of it is
//! judged anew when somebody has gone for another reason, and nobody stays out because of people
//! who are not there (decision 0073).
//!
//! Members who are alike to every rule form a class, and classes are compared, not people.

use std::collections::{BTreeMap, HashMap, HashSet};

use visavis_domain::address::Domain;
use visavis_domain::home::Home;
use visavis_domain::id::AccountId;

use super::ChatFacts;
use crate::facts::Person;
use crate::reason::{Ground, Reason};
use crate::side::{
    BLOCK_LIST, CONSUMER_OF_ORGANISATION, CONSUMER_OF_POLICY, Contact, Say, Step, TRIAL, TRUST,
};
use crate::terms::{OrganisationTerms, PolicyHandle};

/// The people of a group, and what of the chat the rules ask.
#[derive(Debug)]
pub(crate) struct Roster<'a> {
    initiator: AccountId,
    initiator_home: Home,
    people: Vec<(AccountId, &'a Person<'a>)>,
    barriers: &'a [(AccountId, AccountId)],
}

impl<'a> Roster<'a> {
    /// The group as it is, and one who would join.
    pub(crate) fn new(chat: &ChatFacts<'a>, joiner: Option<&'a Person<'a>>) -> Self {
        let people = chat.members.iter().chain(joiner);
        let mut people: Vec<_> =
            people.filter_map(|person| Some((person.account?, person))).collect();
        people.sort_by_key(|(account, _person)| *account);
        people.dedup_by_key(|(account, _person)| *account);
        Self {
            initiator: chat.initiator,
            initiator_home: chat.initiator_home,
            people,
            barriers: chat.barriers,
        }
    }
}

/// Somebody who has to go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evicted {
    pub(crate) account: AccountId,
    pub(crate) home: Home,
    pub(crate) ground: Ground,
    /// Whose terms say so.
    pub(crate) decider: Home,
}

/// Everybody who has to go.
pub(crate) fn evicted(roster: &Roster<'_>) -> Vec<Evicted> {
    let mut gathering = Gathering::new(roster);
    let mut settled = Vec::new();
    loop {
        let before = settled.len();
        let mut untrusted = Vec::new();
        for rule in RULES {
            let leaving = (rule.judge)(&gathering);
            let gone = if rule.is_about_trust { &mut untrusted } else { &mut settled };
            gathering.dismiss(&leaving, gone);
        }
        if settled.len() == before && !untrusted.is_empty() {
            // Those who went for want of trust may have been what others were let stay for.
            for rule in RULES {
                let leaving = (rule.judge)(&gathering);
                gathering.dismiss(&leaving, &mut settled);
            }
        }
        if settled.len() == before {
            settled.append(&mut untrusted);
            return settled;
        }
        gathering.readmit(&untrusted);
    }
}

#[derive(Debug, Clone, Copy)]
struct Rule {
    judge: fn(&Gathering<'_>) -> Vec<Leaving>,
    is_about_trust: bool,
}

impl Rule {
    const fn of_trust(judge: fn(&Gathering<'_>) -> Vec<Leaving>) -> Self {
        Self { judge, is_about_trust: true }
    }

    const fn new(judge: fn(&Gathering<'_>) -> Vec<Leaving>) -> Self {
        Self { judge, is_about_trust: false }
    }
}

/// First whom the initiator could not have brought along: nobody goes because of them.
const RULES: [Rule; 8] = [
    Rule::of_trust(initiator_test),
    Rule::new(block_lists),
    Rule::new(personal_accounts),
    Rule::new(trials),
    Rule::new(restricted_people),
    Rule::of_trust(pair_test),
    Rule::new(bilateral_people),
    Rule::new(barred_people),
];

/// One or several who leave, why, and by whose terms.
#[derive(Debug, Clone, Copy)]
struct Leaving {
    who: Who,
    ground: Ground,
    decider: Home,
}

#[derive(Debug, Clone, Copy)]
enum Who {
    Class(usize),
    Member(usize),
}

/// What makes members different to the rules about terms.
type ClassKey<'a> = (Home, Option<PolicyHandle>, &'a [Domain], bool, bool, bool);

#[derive(Debug)]
struct Class<'a> {
    person: &'a Person<'a>,
    is_initiator: bool,
    present: usize,
}

#[derive(Debug)]
struct Member<'a> {
    account: AccountId,
    person: &'a Person<'a>,
    class: usize,
    is_present: bool,
}

#[derive(Debug)]
struct Gathering<'a> {
    initiator_home: Home,
    members: Vec<Member<'a>>,
    classes: Vec<Class<'a>>,
    barriers: &'a [(AccountId, AccountId)],
}

impl<'a> Gathering<'a> {
    fn new(roster: &Roster<'a>) -> Self {
        let mut members = Vec::with_capacity(roster.people.len());
        let mut classes: Vec<Class<'a>> = Vec::new();
        let mut by_key: HashMap<ClassKey<'a>, usize> = HashMap::new();
        for &(account, person) in &roster.people {
            let is_initiator = account == roster.initiator;
            let key = (
                person.home,
                person.policy,
                person.domains,
                person.in_extended_directory,
                person.rights.is_isolated,
                is_initiator,
            );
            let class = *by_key.entry(key).or_insert_with(|| {
                classes.push(Class { person, is_initiator, present: 0 });
                classes.len() - 1
            });
            if let Some(class) = classes.get_mut(class) {
                class.present += 1;
            }
            members.push(Member { account, person, class, is_present: true });
        }
        let Roster { initiator_home, barriers, .. } = *roster;
        Self { initiator_home, members, classes, barriers }
    }

    fn dismiss(&mut self, leaving: &[Leaving], evicted: &mut Vec<Evicted>) {
        for leave in leaving {
            match leave.who {
                Who::Member(index) => self.dismiss_where(leave, evicted, |i, _class| i == index),
                Who::Class(meant) => self.dismiss_where(leave, evicted, |_i, class| class == meant),
            }
        }
    }

    fn dismiss_where(
        &mut self,
        leave: &Leaving,
        evicted: &mut Vec<Evicted>,
        is_meant: impl Fn(usize, usize) -> bool,
    ) {
        let Leaving { ground, decider, .. } = *leave;
        let present = self.members.iter_mut().enumerate().filter(|(_, member)| member.is_present);
        for (_index, member) in present.filter(|(index, member)| is_meant(*index, member.class)) {
            member.is_present = false;
            let home = member.person.home;
            evicted.push(Evicted { account: member.account, home, ground, decider });
            if let Some(class) = self.classes.get_mut(member.class) {
                class.present -= 1;
            }
        }
    }

    /// Takes back those who went.
    fn readmit(&mut self, gone: &[Evicted]) {
        let gone: HashSet<_> = gone.iter().map(|evicted| evicted.account).collect();
        for member in self.members.iter_mut().filter(|member| gone.contains(&member.account)) {
            member.is_present = true;
            if let Some(class) = self.classes.get_mut(member.class) {
                class.present += 1;
            }
        }
    }

    fn present(&self, class: usize) -> usize {
        self.classes.get(class).map_or(0, |class| class.present)
    }

    fn classes(&self) -> impl Iterator<Item = (usize, &Class<'a>)> + Clone {
        self.classes.iter().enumerate().filter(|(_index, class)| class.present > 0)
    }

    fn organisations(&self) -> impl Iterator<Item = (usize, &Class<'a>)> + Clone {
        self.classes().filter(|(_index, class)| !class.person.is_personal())
    }

    fn personal(&self) -> impl Iterator<Item = (usize, &Class<'a>)> + Clone {
        self.classes().filter(|(_index, class)| class.person.is_personal())
    }

    fn members(&self) -> impl Iterator<Item = (usize, &Member<'a>)> {
        self.members.iter().enumerate().filter(|(_index, member)| member.is_present)
    }
}

impl<'a> Class<'a> {
    /// What this class's terms say against another.
    fn objection(&self, other: &Self, steps: &[Step]) -> Option<Ground> {
        Say::of(self.person, other.person, Contact::default()).objection_of_terms(steps)
    }

    /// Whether the other is refused to everybody of this class's organisation who has no policy of
    /// their own.
    fn refuses_as_organisation(&self, other: &Self, steps: &[Step]) -> bool {
        let anybody = Person { policy: None, ..*self.person };
        let say = Say::of(&anybody, other.person, Contact::default());
        say.objection_of_terms(steps).is_some()
    }

    const fn home(&self) -> Home {
        self.person.home
    }

    fn is_external_to(&self, other: &Self) -> bool {
        self.home().is_external_to(other.home())
    }

    const fn terms(&self) -> Option<&'a OrganisationTerms> {
        self.person.terms
    }

    fn wants_mutual_trust(&self) -> bool {
        let configuration = self.terms().map(OrganisationTerms::configuration);
        configuration.is_some_and(|set| set.enable_mutual_federation_for_chat_participants)
    }
}

/// Blocked people go from every chat with people of the organisation that blocks them.
fn block_lists(gathering: &Gathering<'_>) -> Vec<Leaving> {
    let mut asked = HashSet::new();
    let mut leaving = Vec::new();
    for (_index, class) in gathering.organisations() {
        let blocks = class.terms().is_some_and(|terms| !terms.blocked_people.is_empty());
        if !blocks || !asked.insert(class.home()) {
            continue;
        }
        for (index, member) in gathering.members() {
            let say = Say::of(class.person, member.person, Contact::default());
            if let Some(ground) = say.objection_of_terms(&[BLOCK_LIST]) {
                leaving.push(Leaving { who: Who::Member(index), ground, decider: class.home() });
            }
        }
    }
    leaving
}

/// Organisations and personal accounts. Where an organisation refuses them, the personal
/// accounts go. Where a person's policy does, that person goes, unless nobody may (T-143).
fn personal_accounts(gathering: &Gathering<'_>) -> Vec<Leaving> {
    let mut leaving = Vec::new();
    for (index, outsider) in gathering.personal() {
        let objection = |class: &Class<'_>, steps: &[Step]| {
            let ground = class.objection(outsider, steps)?;
            Some((ground, class.home()))
        };
        let mut organisations = gathering.organisations().map(|(_index, class)| class);
        let by_organisation =
            organisations.find_map(|class| objection(class, &CONSUMER_OF_ORGANISATION));
        let by_policy: Vec<_> = gathering
            .organisations()
            .map(|(class_index, class)| (class_index, objection(class, &CONSUMER_OF_POLICY)))
            .collect();
        let nobody_may = by_policy.iter().all(|(_index, objection)| objection.is_some());
        let by_all = by_policy.first().and_then(|(_index, objection)| *objection);
        let leave = |who, (ground, decider)| Leaving { who: Who::Class(who), ground, decider };
        match (by_organisation, by_all.filter(|_first| nobody_may)) {
            (Some(by), _) | (None, Some(by)) => leaving.push(leave(index, by)),
            (None, None) => {
                let refused = by_policy.into_iter();
                leaving.extend(refused.filter_map(|(class, by)| Some(leave(class, by?))));
            }
        }
    }
    leaving
}

/// People of trial organisations go.
fn trials(gathering: &Gathering<'_>) -> Vec<Leaving> {
    let mut leaving = Vec::new();
    for (index, outsider) in gathering.organisations() {
        if !outsider.terms().is_some_and(OrganisationTerms::is_trial) {
            continue;
        }
        let objection = |(_index, class): (usize, &Class<'_>)| {
            let ground = class.objection(outsider, &[TRIAL])?;
            Some(Leaving { who: Who::Class(index), ground, decider: class.home() })
        };
        leaving.extend(gathering.organisations().find_map(objection));
    }
    leaving
}

/// Who stands for the initiator: themselves, or those of their home who are still there.
fn anchors(gathering: &Gathering<'_>) -> Vec<usize> {
    let initiator = gathering.classes().find(|(_index, class)| class.is_initiator);
    match initiator {
        Some((index, _class)) => vec![index],
        None if gathering.initiator_home == Home::Personal => Vec::new(),
        None => {
            let home = gathering.initiator_home;
            let colleagues = gathering.organisations().filter(|(_, class)| class.home() == home);
            colleagues.map(|(index, _class)| index).collect()
        }
    }
}

/// A member goes when nobody who stands for the initiator is in mutual trust with them (G-08).
fn initiator_test(gathering: &Gathering<'_>) -> Vec<Leaving> {
    let indices = anchors(gathering);
    let anchors = || indices.iter().filter_map(|index| gathering.classes.get(*index));
    let mut leaving = Vec::new();
    for (index, member) in gathering.organisations() {
        let objection = |anchor: &Class<'_>| {
            let own = member.objection(anchor, &TRUST).map(|ground| (ground, member.home()));
            own.or_else(|| Some((anchor.objection(member, &TRUST)?, anchor.home())))
        };
        let concerns = |anchor: &Class<'_>| anchor.is_external_to(member);
        let first = anchors().next().filter(|anchor| concerns(anchor)).and_then(objection);
        if let Some((ground, decider)) = first
            && anchors().all(|anchor| objection(anchor).is_some())
        {
            let ground = ground.through(Reason::GroupInitiatorRefused, "G-08");
            leaving.push(Leaving { who: Who::Class(index), ground, decider });
        }
    }
    leaving
}

/// Of two who may not be together, which one yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Yields {
    This,
    Rival,
    Either,
}

impl Yields {
    const fn seen_by_rival(self) -> Self {
        match self {
            Self::This => Self::Rival,
            Self::Rival => Self::This,
            Self::Either => Self::Either,
        }
    }
}

/// A class that may not be together with another.
#[derive(Debug, Clone, Copy)]
struct Rival {
    class: usize,
    yields: Yields,
    /// How the rival leaves if the other stays.
    leaving: Leaving,
}

/// Every pair of which one organisation wants mutual trust (G-11); all, where nobody is left who
/// vouches for those whom the initiator brought together. The initiator is in none: the initiator
/// test has taken away whoever may not be with them.
///
/// One class after the other is let stay, and its rivals go: first those who yield to
/// nobody, among them who costs the fewest people. So nobody goes but for somebody who stays.
fn pair_test(gathering: &Gathering<'_>) -> Vec<Leaving> {
    let mut open = rivals(gathering);
    let mut leaving = Vec::new();
    while let Some(stays) = who_stays(gathering, &open) {
        for rival in open.remove(&stays).unwrap_or_default() {
            if open.remove(&rival.class).is_some() {
                leaving.push(rival.leaving);
            }
        }
    }
    leaving
}

/// Whoever has rivals, with these.
fn rivals(gathering: &Gathering<'_>) -> BTreeMap<usize, Vec<Rival>> {
    let is_pairwise = anchors(gathering).is_empty();
    let mut rivals: BTreeMap<usize, Vec<Rival>> = BTreeMap::new();
    for (index, class) in gathering.organisations() {
        let others = gathering.organisations().filter(|(other_index, other)| {
            *other_index > index
                && class.is_external_to(other)
                && (is_pairwise || class.wants_mutual_trust() || other.wants_mutual_trust())
        });
        for (other_index, other) in others {
            let (own, others) = (class.objection(other, &TRUST), other.objection(class, &TRUST));
            let by_own = own.map(|ground| (ground, class.home()));
            let by_other = others.map(|ground| (ground, other.home()));
            let leave = |who: usize, by: Option<(Ground, Home)>| {
                let (ground, decider) = by?;
                let ground = ground.through(Reason::GroupPairRefused, "G-11");
                Some(Leaving { who: Who::Class(who), ground, decider })
            };
            // Whoever goes is told of their own side's terms first.
            let this_leaves = leave(index, by_own.or(by_other));
            let other_leaves = leave(other_index, by_other.or(by_own));
            let (Some(this_leaves), Some(other_leaves)) = (this_leaves, other_leaves) else {
                continue;
            };
            let yields = who_yields(gathering, class, other);
            let rival = Rival { class: other_index, yields, leaving: other_leaves };
            rivals.entry(index).or_default().push(rival);
            let yields = yields.seen_by_rival();
            let rival = Rival { class: index, yields, leaving: this_leaves };
            rivals.entry(other_index).or_default().push(rival);
        }
    }
    rivals
}

/// The side that withdrew the trust yields. In a group of their own organisation,
/// colleagues stay, unless it is a policy of their own that keeps them apart (T-143).
fn who_yields(gathering: &Gathering<'_>, this: &Class<'_>, rival: &Class<'_>) -> Yields {
    let is_at_home = |class: &Class<'_>| class.home() == gathering.initiator_home;
    let objects = |class: &Class<'_>, other: &Class<'_>| class.objection(other, &TRUST).is_some();
    let yields_at_home = |host: &Class<'_>, outsider: &Class<'_>| {
        !objects(outsider, host) && !host.refuses_as_organisation(outsider, &TRUST)
    };
    match (is_at_home(this), is_at_home(rival)) {
        (true, _) if yields_at_home(this, rival) => Yields::This,
        (true, _) => Yields::Rival,
        (_, true) if yields_at_home(rival, this) => Yields::Rival,
        (_, true) => Yields::This,
        (false, false) => match (objects(this, rival), objects(rival, this)) {
            (true, false) => Yields::This,
            (false, true) => Yields::Rival,
            (true, true) | (false, false) => Yields::Either,
        },
    }
}

/// Who is let stay next. Where some yield to each other in a circle, anybody.
fn who_stays(gathering: &Gathering<'_>, open: &BTreeMap<usize, Vec<Rival>>) -> Option<usize> {
    let is_open = |rival: &&Rival| open.contains_key(&rival.class);
    let yields =
        |rivals: &[Rival]| rivals.iter().filter(is_open).any(|rival| rival.yields == Yields::This);
    let cost = |rivals: &[Rival]| -> usize {
        rivals.iter().filter(is_open).map(|rival| gathering.present(rival.class)).sum()
    };
    let free = open.iter().filter(|(_class, rivals)| !yields(rivals));
    let cheapest = free.min_by_key(|(_class, rivals)| cost(rivals));
    let any = || open.iter().min_by_key(|(_class, rivals)| cost(rivals));
    cheapest.or_else(any).map(|(class, _rivals)| *class)
}

/// People without access to other organisations, where theirs wants them kept out.
fn restricted_people(gathering: &Gathering<'_>) -> Vec<Leaving> {
    let mut leaving = Vec::new();
    for (index, class) in gathering.organisations() {
        let Some(terms) = class.terms() else { continue };
        let policy = terms.policy(class.person.policy.unwrap_or(terms.global()));
        let is_restricted = !policy.enable_federation_access
            && terms.configuration().enable_external_access_restrictions_for_chat_participants;
        let mut others = gathering.organisations();
        if is_restricted && others.any(|(_index, other)| class.is_external_to(other)) {
            let setting = "enableFederationAccess";
            let ground = Ground::new(Reason::GroupFederationRestricted, "G-10", setting);
            leaving.push(Leaving { who: Who::Class(index), ground, decider: class.home() });
        }
    }
    leaving
}

/// People whose groups hold two organisations at most. All personal accounts together
/// count as one organisation.
fn bilateral_people(gathering: &Gathering<'_>) -> Vec<Leaving> {
    let homes: HashSet<Home> = gathering.classes().map(|(_index, class)| class.home()).collect();
    if homes.len() <= 2 {
        return Vec::new();
    }
    let mut leaving = Vec::new();
    for (index, class) in gathering.organisations() {
        let Some(terms) = class.terms() else { continue };
        let policy = terms.policy(class.person.policy.unwrap_or(terms.global()));
        if policy.federated_bilateral_chats {
            let setting = "federatedBilateralChats";
            let ground = Ground::new(Reason::BilateralLimit, "A-37", setting);
            leaving.push(Leaving { who: Who::Class(index), ground, decider: class.home() });
        }
    }
    leaving
}

/// Both of two colleagues between whom a barrier stands (C-63).
fn barred_people(gathering: &Gathering<'_>) -> Vec<Leaving> {
    if gathering.barriers.is_empty() {
        return Vec::new();
    }
    let present: HashSet<AccountId> =
        gathering.members().map(|(_index, member)| member.account).collect();
    let is_here = |(a, b): &&(AccountId, AccountId)| present.contains(a) && present.contains(b);
    let barred: HashSet<AccountId> =
        gathering.barriers.iter().filter(is_here).flat_map(|(a, b)| [*a, *b]).collect();
    let ground = Ground::plain(Reason::Barrier, "C-63");
    gathering
        .members()
        .filter(|(_index, member)| barred.contains(&member.account))
        .map(|(index, member)| Leaving {
            who: Who::Member(index),
            ground,
            decider: member.person.home,
        })
        .collect()
}
