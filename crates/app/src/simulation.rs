//! What a change of external access would do to the chats that exist, before it is made (T-234).
//!
//! Nothing is written. The same engine judges each chat twice, under the terms of now and under
//! those that are proposed. People's own blocks and refusals are left out of both, so that the
//! counts tell nobody of them (P5).

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use visavis_domain::chat::{Chat, ChatKind, Consent};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatKey, GroupId, OrganisationId};
use visavis_domain::limit::{
    ADMIN_PAGE_ENTRIES_MAX, PAGE_ENTRIES_MAX, SIMULATED_ACCOUNTS_MAX, SIMULATED_CHATS_MAX,
    SIMULATED_MEMBERSHIPS_MAX,
};
use visavis_domain::organisation::Organisation;
use visavis_policy::assignment::{self, GroupAssignment};
use visavis_policy::facts::{Consent as Stance, Person};
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{Configuration, ExternalAccessPolicy};
use visavis_policy::standing::{ChatFacts, PairRelation, SendRequest, Stance as Said, Standing};
use visavis_policy::terms::{CompileInput, OrganisationTerms, PolicyHandle};
use visavis_store::{DirectoryFilter, Tx, directory_key};

use crate::context::Context;
use crate::external_access::{colleague, find, invalid, reader, refused};
use crate::failure::{Failure, Outcome};
use crate::roster::{self, Roster, RosterMember};
use crate::subject::UserKey;

/// A change that somebody thinks of.
#[derive(Debug, Clone)]
pub enum Proposal {
    /// Of the configuration: what is named.
    Configuration(Map<String, Value>),
    /// Of a policy: what is named.
    Policy(PolicyName, Map<String, Value>),
    /// To delete a policy, or to give Global its defaults.
    PolicyRemoval(PolicyName),
    /// To give a group a policy at a rank, or to take it away.
    GroupAssignment {
        /// Which group.
        group: GroupId,
        /// Which policy; none takes it away.
        policy: Option<PolicyName>,
        /// At which rank; the lowest if there is none.
        rank: Option<u32>,
    },
    /// To give somebody a policy, or to take theirs away.
    PersonAssignment {
        /// Who.
        person: UserKey,
        /// Which policy; none takes it away.
        policy: Option<PolicyName>,
    },
}

/// What the change would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Simulation {
    /// Whether everything was looked through; else each number is "at least".
    pub is_complete: bool,
    /// Colleagues to whom other settings would apply than now.
    pub people: usize,
    /// Contact that would end.
    pub loses: Effect,
    /// Contact that would be possible again.
    pub gains: Effect,
    /// What would end for good: changing the terms back does not undo it.
    pub removals: Removals,
}

/// Chats that changed terms take people out of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removals {
    /// Chats of two: the outsider goes, and somebody has to start the chat again.
    pub one_on_one: usize,
    /// Out of how many groups.
    pub groups: usize,
    /// Colleagues who are taken out of groups.
    pub people: usize,
    /// People outside who are taken out of groups.
    pub outsiders: usize,
}

/// Contact that exists in chats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// Chats of two.
    pub one_on_one: usize,
    /// Groups.
    pub groups: usize,
    /// How many of both wait for an answer to a contact request.
    pub requests: usize,
    /// Colleagues.
    pub people: usize,
    /// People outside.
    pub outsiders: usize,
}

/// Everything that the terms of an organisation are compiled from.
#[derive(Clone)]
struct Basis {
    organisation: Organisation,
    configuration: Configuration,
    policies: Vec<(PolicyName, ExternalAccessPolicy)>,
    group_assignments: Vec<GroupAssignment>,
    /// What somebody would have directly instead of what they have.
    direct: Option<(AccountId, Option<PolicyName>)>,
}

/// Says what a change would do to the organisation's people and chats.
///
/// # Errors
///
/// [`Failure::NoPermission`]; the failures of the change itself.
pub fn simulate(tx: &mut Tx<'_>, ctx: &Context<'_>, proposal: &Proposal) -> Outcome<Simulation> {
    let id = reader(ctx)?;
    let now = Basis::read(tx, id)?;
    let proposed = now.clone().changed(tx, ctx, proposal)?;
    let mut comparison = Comparison {
        home: Home::Organisation(id),
        now: Side::of(&now),
        proposed: Side::of(&proposed),
        is_complete: true,
        chats: 0,
        memberships: 0,
        loses: Tally::default(),
        gains: Tally::default(),
        removals: Removed::default(),
    };
    comparison.compare_chats(tx, ctx, &now.organisation)?;
    let people = comparison.compare_people(tx, id)?;
    Ok(Simulation {
        is_complete: comparison.is_complete,
        people,
        loses: comparison.loses.effect(),
        gains: comparison.gains.effect(),
        removals: comparison.removals.counted(),
    })
}

impl Basis {
    fn read(tx: &mut Tx<'_>, id: OrganisationId) -> Outcome<Self> {
        let missing = Failure::Internal { code: "own-organisation" };
        Ok(Self {
            organisation: tx.find_organisation(id)?.ok_or(missing)?,
            configuration: tx.configuration(id)?.0,
            policies: tx.policies(id)?,
            group_assignments: tx.group_assignments(id)?,
            direct: None,
        })
    }

    fn changed(mut self, tx: &mut Tx<'_>, ctx: &Context<'_>, proposal: &Proposal) -> Outcome<Self> {
        let id = self.organisation.id;
        let mut known = |name: &PolicyName| find(tx, id, name);
        match proposal {
            Proposal::Configuration(patch) => {
                self.configuration =
                    self.configuration.patched(patch).map_err(|error| invalid(&error))?;
            }
            Proposal::Policy(name, properties) => {
                let (name, old) = known(name)?;
                let new = old.patched(&name, properties).map_err(|error| invalid(&error))?;
                self.set_policy(&name, new);
            }
            Proposal::PolicyRemoval(name) => {
                let (name, _old) = known(name)?;
                if name.is_global() {
                    self.set_policy(&name, ExternalAccessPolicy::default());
                } else {
                    self.policies.retain(|(other, _settings)| *other != name);
                    self.group_assignments.retain(|entry| entry.policy != name);
                }
            }
            Proposal::GroupAssignment { group, policy, rank } => {
                let policy = policy.as_ref().map(&mut known).transpose()?;
                tx.find_group(id, *group)?.ok_or(Failure::NotFound)?;
                let policy = policy.map(|(name, _settings)| name);
                self.group_assignments = assigned(&self.group_assignments, *group, policy, *rank)?;
            }
            Proposal::PersonAssignment { person, policy } => {
                let policy = policy.as_ref().map(&mut known).transpose()?;
                let account = colleague(tx, ctx, id, person)?;
                let policy = policy.map(|(name, _settings)| name);
                self.direct = Some((account, policy.filter(|name| !name.is_global())));
            }
        }
        Ok(self)
    }

    fn set_policy(&mut self, name: &PolicyName, settings: ExternalAccessPolicy) {
        self.policies.retain(|(other, _settings)| other != name);
        self.policies.push((name.clone(), settings));
    }
}

fn assigned(
    old: &[GroupAssignment],
    group: GroupId,
    policy: Option<PolicyName>,
    rank: Option<u32>,
) -> Outcome<Vec<GroupAssignment>> {
    let Some(policy) = policy else {
        return assignment::unassigned(old, group).map_err(|_none| Failure::NotFound);
    };
    if policy.is_global() {
        return Err(Failure::invalid("policyId", "Global applies to everybody already."));
    }
    let entry = GroupAssignment { group, policy };
    let new = match assignment::rank_of(old, group) {
        Some(_rank) => assignment::reassigned(old, entry, rank),
        None => assignment::assigned(old, entry, rank),
    };
    new.map_err(|error| refused(&error))
}

/// Compiled terms, with what somebody has directly in them, and whose policies are known.
struct Side {
    terms: OrganisationTerms,
    direct: Option<(AccountId, Option<PolicyName>)>,
    handles: HashMap<AccountId, PolicyHandle>,
}

impl Side {
    fn of(basis: &Basis) -> Self {
        let terms = OrganisationTerms::compile(CompileInput {
            id: basis.organisation.id,
            epoch: basis.organisation.epoch,
            trust_class: basis.organisation.trust_class,
            domains: basis.organisation.domains.clone(),
            configuration: &basis.configuration,
            policies: &basis.policies,
            group_assignments: &basis.group_assignments,
        });
        Self { terms, direct: basis.direct.clone(), handles: HashMap::new() }
    }

    fn handle(
        &self,
        account: AccountId,
        direct: Option<&PolicyName>,
        groups: &[GroupId],
    ) -> PolicyHandle {
        let direct = match &self.direct {
            Some((whose, instead)) if *whose == account => instead.as_ref(),
            _ => direct,
        };
        self.terms.effective(direct, groups)
    }

    /// How a chat stands when these are the terms of the own people in it.
    fn standing(&self, judged: &Judged<'_>) -> Standing {
        let members: Vec<_> = judged.present.iter().map(|member| self.person(member)).collect();
        Standing::of(&ChatFacts {
            kind: judged.chat.kind,
            initiator: judged.chat.initiator,
            initiator_home: judged.chat.initiator_home,
            members: &members,
            relation: judged.relation,
            barriers: &[],
        })
    }

    fn person<'a>(&'a self, member: &'a RosterMember) -> Person<'a> {
        let facts = member.subject.facts();
        match self.handles.get(&member.membership.account) {
            None => facts,
            Some(handle) => Person { terms: Some(&self.terms), policy: Some(*handle), ..facts },
        }
    }
}

/// A chat that is judged.
struct Judged<'a> {
    chat: &'a Chat,
    present: Vec<&'a RosterMember>,
    relation: Option<PairRelation>,
}

/// Both sides, and what was found so far.
struct Comparison {
    home: Home,
    now: Side,
    proposed: Side,
    is_complete: bool,
    chats: usize,
    memberships: usize,
    loses: Tally,
    gains: Tally,
    removals: Removed,
}

/// Which chats of two would end for good, and who would be taken out of groups, each person once.
#[derive(Default)]
struct Removed {
    one_on_one: usize,
    groups: usize,
    people: HashSet<AccountId>,
    outsiders: HashSet<AccountId>,
}

impl Removed {
    fn count(&mut self, home: Home, judged: &Judged<'_>, now: &Standing, then: &Standing) {
        let goes = |member: &&RosterMember| {
            let account = member.membership.account;
            then.is_evicted(account) && !now.is_evicted(account)
        };
        let gone: Vec<_> = judged.present.iter().copied().filter(goes).collect();
        if judged.chat.kind == ChatKind::OneOnOne {
            self.one_on_one += usize::from(!gone.is_empty());
            return;
        }
        self.groups += usize::from(!gone.is_empty());
        for member in gone {
            let is_own = member.subject.home == home;
            let whose = if is_own { &mut self.people } else { &mut self.outsiders };
            whose.insert(member.membership.account);
        }
    }

    fn counted(self) -> Removals {
        let (people, outsiders) = (self.people.len(), self.outsiders.len());
        Removals { one_on_one: self.one_on_one, groups: self.groups, people, outsiders }
    }
}

/// What was counted, each person once.
#[derive(Default)]
struct Tally {
    counts: Effect,
    people: HashSet<AccountId>,
    outsiders: HashSet<AccountId>,
}

impl Tally {
    /// Counts a chat in which contact changes for `whom`, and everybody on either side of the
    /// boundary for whom somebody on the other side of it comes or goes.
    fn count(&mut self, home: Home, judged: &Judged<'_>, whom: &HashSet<AccountId>) {
        if whom.is_empty() {
            return;
        }
        let is_own = |member: &RosterMember| member.subject.home == home;
        let is_touched = |member: &RosterMember| whom.contains(&member.membership.account);
        let touched = || judged.present.iter().filter(|member| is_touched(member));
        let own_change = touched().any(|member| is_own(member));
        let other_change = touched().any(|member| !is_own(member));
        match judged.chat.kind {
            ChatKind::OneOnOne => self.counts.one_on_one += 1,
            ChatKind::Group => self.counts.groups += 1,
        }
        // Whether an outsider has declined looks like a request that waits (P5).
        let waits = |member: &&RosterMember| match is_own(member) {
            true => member.membership.consent == Consent::Pending,
            false => member.membership.consent.is_open(),
        };
        self.counts.requests += usize::from(judged.present.iter().any(waits));
        for member in &judged.present {
            let account = member.membership.account;
            if is_own(member) && (is_touched(member) || other_change) {
                self.people.insert(account);
            }
            if !is_own(member) && (is_touched(member) || own_change) {
                self.outsiders.insert(account);
            }
        }
    }

    fn effect(self) -> Effect {
        Effect { people: self.people.len(), outsiders: self.outsiders.len(), ..self.counts }
    }
}

impl Comparison {
    fn handles(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
    ) -> Outcome<(PolicyHandle, PolicyHandle)> {
        let direct = tx.direct_assignment(account)?;
        let groups = tx.groups_of(account)?;
        let of = |side: &Side| side.handle(account, direct.as_ref(), &groups);
        Ok((of(&self.now), of(&self.proposed)))
    }

    /// To how many colleagues other settings would apply.
    fn compare_people(&mut self, tx: &mut Tx<'_>, id: OrganisationId) -> Outcome<usize> {
        let is_everybody = self.now.terms.configuration() != self.proposed.terms.configuration();
        if is_everybody {
            return Ok(usize::try_from(tx.count_accounts(id)?).unwrap_or(usize::MAX));
        }
        let (mut changed, mut seen) = (0, 0);
        let mut filter = DirectoryFilter::default();
        loop {
            let page = tx.list_accounts(id, &filter, ADMIN_PAGE_ENTRIES_MAX)?;
            let Some(last) = page.last() else { return Ok(changed) };
            if seen + page.len() > SIMULATED_ACCOUNTS_MAX {
                self.is_complete = false;
                return Ok(changed);
            }
            seen += page.len();
            filter.after = Some((directory_key(&last.display_name), last.id));
            for account in page {
                let (now, proposed) = self.handles(tx, account.id)?;
                let is_other = self.now.terms.policy(now) != self.proposed.terms.policy(proposed);
                changed += usize::from(is_other);
            }
        }
    }

    fn compare_chats(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        organisation: &Organisation,
    ) -> Outcome<()> {
        let mut after: Option<ChatKey> = None;
        while self.is_complete {
            let page = tx.list_chats_of_organisation(organisation.key, after, PAGE_ENTRIES_MAX)?;
            let Some(last) = page.last() else { break };
            after = Some(*last);
            for key in page {
                self.look_at(tx, ctx, key)?;
            }
        }
        Ok(())
    }

    fn look_at(&mut self, tx: &mut Tx<'_>, ctx: &Context<'_>, key: ChatKey) -> Outcome<()> {
        if self.chats >= SIMULATED_CHATS_MAX || self.memberships >= SIMULATED_MEMBERSHIPS_MAX {
            self.is_complete = false;
            return Ok(());
        }
        let Some(chat) = tx.get_chat(key)? else { return Ok(()) };
        let homes = tx.chat_homes(key)?;
        let roster = Roster::of(tx, ctx, &chat, &homes)?;
        self.chats += 1;
        self.memberships += roster.members.len();
        if roster.is_external { self.compare_chat(tx, &chat, &roster) } else { Ok(()) }
    }

    fn compare_chat(&mut self, tx: &mut Tx<'_>, chat: &Chat, roster: &Roster) -> Outcome<()> {
        let home = self.home;
        let present: Vec<&RosterMember> = roster.present().collect();
        let own = || present.iter().filter(|member| member.subject.home == home);
        let has_declined = own().any(|member| member.membership.consent == Consent::Declined);
        if has_declined && chat.kind == ChatKind::OneOnOne {
            return Ok(());
        }
        for member in own() {
            self.know(tx, member.membership.account)?;
        }
        let relation = match (chat.kind, roster.members.as_slice()) {
            (ChatKind::OneOnOne, [first, second]) => {
                let told = roster::relation(tx, chat, &first.membership, &second.membership)?;
                Some(without_secrets(told))
            }
            _ => None,
        };
        let judged = Judged { chat, present, relation };
        let now = self.now.standing(&judged);
        let then = self.proposed.standing(&judged);
        let changed = |before: &Standing, after: &Standing| -> HashSet<AccountId> {
            let accounts = judged.present.iter().map(|member| member.membership.account);
            accounts
                .filter(|account| may_write(before, *account) && !may_write(after, *account))
                .collect()
        };
        self.loses.count(home, &judged, &changed(&now, &then));
        self.gains.count(home, &judged, &changed(&then, &now));
        self.removals.count(home, &judged, &now, &then);
        Ok(())
    }

    /// Finds the policy of one of the own people in both terms.
    fn know(&mut self, tx: &mut Tx<'_>, account: AccountId) -> Outcome<()> {
        if !self.now.handles.contains_key(&account) {
            let (now, proposed) = self.handles(tx, account)?;
            self.now.handles.insert(account, now);
            self.proposed.handles.insert(account, proposed);
        }
        Ok(())
    }
}

fn may_write(standing: &Standing, account: AccountId) -> bool {
    standing.send(account, SendRequest::default()).is_ok()
}

/// What two people have said to each other without what is theirs alone.
fn without_secrets(relation: PairRelation) -> PairRelation {
    let told = |said: Said| Said {
        has_blocked: false,
        consent: match said.consent {
            Stance::Declined => Stance::Requested { sent: 0 },
            other => other,
        },
    };
    PairRelation { initiator: told(relation.initiator), other: told(relation.other), ..relation }
}
