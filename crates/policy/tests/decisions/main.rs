//! The decision table: every row of sections 6.2 to 6.8 of the specification, by its id.
//!
//! A row that is a verdict, a policy that applies or a limit is judged here; a row about
//! something else says where it belongs. The snapshot shows all of them with reason, side, rule
//! and what the actor may see.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests: a world that cannot be built has to stop the test"
)]

mod explanations;
mod properties;
mod rows_between_organisations;
mod rows_beyond;
mod rows_membership;
mod rows_personal;
mod rows_policies;
mod rows_requests;
mod rows_running;
mod world;

use std::collections::BTreeSet;
use std::fmt::Write;

use visavis_domain::chat::ChatKind;
use visavis_policy::facts::{
    Accept, AddToGroup, AddressKind, Find, Invite, Remove, RemoveAccess, Send, ShareFile,
    ShareImage, Start,
};
use visavis_policy::reason::{Refusal, Side, View};
use visavis_policy::standing::Standing;
use visavis_policy::verdict::{Delivery, Verdict, authorise, decide};
use world::{Compiled, World};

/// A row of the table, or a part of one.
#[derive(Debug)]
pub(crate) struct Row {
    id: &'static str,
    given: &'static str,
    set: fn(&mut World),
    judged: Vec<(Act, &'static str)>,
}

/// A row that is judged.
pub(crate) fn row(
    id: &'static str,
    given: &'static str,
    set: fn(&mut World),
    judged: Vec<(Act, &'static str)>,
) -> Row {
    Row { id, given, set, judged }
}

/// A row that is no verdict, and where it belongs.
pub(crate) fn elsewhere(id: &'static str, given: &'static str, place: &'static str) -> Row {
    Row { id, given, set: |_world| {}, judged: vec![(Act::Elsewhere, place)] }
}

/// What is judged. In a list of members the first is the initiator.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Find(&'static str, &'static str),
    Start(&'static str, &'static str),
    StartBy(&'static str, &'static str, AddressKind),
    Invite(&'static str, &'static str),
    /// Who accepts, and whose request.
    Accept(&'static str, &'static str),
    /// Who writes, in the one-to-one chat of whom.
    Send(&'static str, &'static str),
    /// Who writes, in the group of whom.
    SendToGroup(&'static str, &'static str),
    /// Who adds, whom, to the group of whom.
    Add(&'static str, &'static str, &'static str),
    Remove(&'static str, &'static str, &'static str),
    /// Who shares a file in the group of whom.
    Share(&'static str, &'static str),
    /// Who shows an image in a chat that whom started.
    ShowImage(&'static str, &'static str),
    /// Whose administrator takes out whom.
    RemoveAccess(&'static str, &'static str),
    /// Who has to go from the one-to-one chat of whom.
    EvictFromPair(&'static str),
    /// Who has to go from the group of whom.
    EvictFromGroup(&'static str),
    /// Something else, by a name.
    Ask(&'static str, fn(&Compiled<'_>) -> String),
    Elsewhere,
}

impl Act {
    fn name(self) -> String {
        match self {
            Self::Find(a, b) => format!("{a} looks for {b}"),
            Self::Start(a, b) => format!("{a} starts with {b}"),
            Self::StartBy(a, b, by) => format!("{a} starts with {b} by {by:?}"),
            Self::Invite(a, b) => format!("{a} invites {b}"),
            Self::Accept(a, b) => format!("{a} accepts {b}"),
            Self::Send(a, members) => format!("{a} sends in {{{members}}}"),
            Self::SendToGroup(a, members) => format!("{a} sends in group {{{members}}}"),
            Self::Add(a, b, members) => format!("{a} adds {b} to {{{members}}}"),
            Self::Remove(a, b, members) => format!("{a} removes {b} from {{{members}}}"),
            Self::Share(a, members) => format!("{a} shares a file in {{{members}}}"),
            Self::ShowImage(a, b) => format!("{a} shows an image where {b} began"),
            Self::RemoveAccess(a, b) => format!("administrator of {a} takes out {b}"),
            Self::EvictFromPair(members) => format!("who must leave {{{members}}}"),
            Self::EvictFromGroup(members) => format!("who must leave group {{{members}}}"),
            Self::Ask(name, _ask) => name.to_owned(),
            Self::Elsewhere => "elsewhere".to_owned(),
        }
    }

    fn answer(self, world: &Compiled<'_>) -> Answer {
        let Compiled { world: facts, .. } = world;
        let person = |name| world.person(name);
        let by = AddressKind::Email;
        let of = |a, b| facts.relation(a, b);
        match self {
            Self::Find(a, b) => {
                let (actor, target) = (&person(a), &person(b));
                decide(&Find { actor, target, by, relation: of(a, b) }).into()
            }
            Self::Start(a, b) => Self::StartBy(a, b, by).answer(world),
            Self::StartBy(a, b, by) => {
                let (actor, target) = (&person(a), &person(b));
                decide(&Start { actor, target, by, relation: of(a, b) }).into()
            }
            Self::Invite(a, b) => {
                let (actor, target) = (&person(a), &person(b));
                decide(&Invite { actor, target, by, relation: of(a, b) }).into()
            }
            Self::Accept(a, b) => {
                let (actor, requester, relation) = (&person(a), &person(b), of(b, a));
                let is_risk_acknowledged = facts.is_risk_acknowledged;
                decide(&Accept { actor, requester, relation, is_risk_acknowledged }).into()
            }
            Self::Send(a, members) => sending(world, a, members, ChatKind::OneOnOne),
            Self::SendToGroup(a, members) => sending(world, a, members, ChatKind::Group),
            Self::Add(a, b, members) => world.in_chat(ChatKind::Group, members, |group| {
                decide(&AddToGroup {
                    adder: &person(a),
                    joiner: &person(b),
                    by,
                    relation: of(a, b),
                    group,
                    added_in_call: facts.added_in_call,
                    has_left: facts.has_left,
                    adder_has_unanswered_request: false,
                })
                .into()
            }),
            Self::Remove(a, b, members) => world.in_chat(ChatKind::Group, members, |group| {
                decide(&Remove { actor: &person(a), target: &person(b), group }).into()
            }),
            Self::Share(a, members) => world.in_chat(ChatKind::Group, members, |chat| {
                let is_pending = facts.request.pending_sent.is_some();
                decide(&ShareFile { sender: &person(a), chat, is_pending }).into()
            }),
            Self::ShowImage(a, b) => {
                let (sender, initiator_home) = (&person(a), person(b).home);
                decide(&ShareImage { sender, initiator_home }).into()
            }
            Self::RemoveAccess(a, b) => decide(&RemoveAccess {
                administrator: facts.account(a),
                organisation: person(a).home.organisation().unwrap(),
                target: &person(b),
            })
            .into(),
            Self::EvictFromPair(members) => evictions(world, members, ChatKind::OneOnOne),
            Self::EvictFromGroup(members) => evictions(world, members, ChatKind::Group),
            Self::Ask(_name, ask) => Answer::told(ask(world)),
            Self::Elsewhere => Answer::told(String::new()),
        }
    }
}

fn sending(world: &Compiled<'_>, sender: &str, members: &'static str, kind: ChatKind) -> Answer {
    let standing = world.in_chat(kind, members, Standing::of);
    let sender = world.world.account(sender);
    let request = world.world.request;
    let verdict = decide(&Send { standing: &standing, sender, request });
    let permit = authorise(&Send { standing: &standing, sender, request });
    assert_eq!(permit.is_ok(), verdict.refusal().is_none());
    match standing.send(sender, request) {
        Ok(permit) if permit.delivery() == Delivery::SenderOnly => {
            Answer::told("allow, seen by the sender only".to_owned())
        }
        Ok(_permit) => Answer::told("allow".to_owned()),
        Err(refusal) => Verdict::Deny(refusal).into(),
    }
}

fn evictions(world: &Compiled<'_>, members: &'static str, kind: ChatKind) -> Answer {
    let standing = world.in_chat(kind, members, Standing::of);
    let mut gone = Vec::new();
    let mut refusals = Vec::new();
    for name in members.split(' ').filter(|name| !name.starts_with('(')) {
        let account = world.world.account(name);
        let eviction = standing.evictions().iter().find(|eviction| eviction.account == account);
        assert_eq!(eviction.is_some(), standing.evict(account).is_some());
        assert_eq!(eviction.is_none(), standing.may_read(account));
        if let Some(eviction) = eviction {
            gone.push(format!("{name} ({})", reason(&eviction.refusal)));
            refusals.push(eviction.refusal);
        }
    }
    let text = if gone.is_empty() { "nobody".to_owned() } else { gone.join(", ") };
    Answer { text, refusals }
}

/// What came out, and the refusals in it.
struct Answer {
    text: String,
    refusals: Vec<Refusal>,
}

impl Answer {
    const fn told(text: String) -> Self {
        Self { text, refusals: Vec::new() }
    }
}

impl From<Verdict> for Answer {
    fn from(verdict: Verdict) -> Self {
        let text = match &verdict {
            Verdict::Allow => "allow".to_owned(),
            Verdict::Gate(gate) => {
                let risk = if gate.risk.is_high() { ", high risk" } else { "" };
                let is_lost = gate.delivery == Delivery::SenderOnly;
                let delivery = if is_lost { ", seen by the sender only" } else { "" };
                format!("gate{risk}{delivery}")
            }
            Verdict::Deny(refusal) => format!("deny {}", reason(refusal)),
        };
        Self { text, refusals: verdict.refusal().copied().into_iter().collect() }
    }
}

/// Reason, side and rule; the words of the deciding side where they differ.
fn reason(refusal: &Refusal) -> String {
    let Refusal { reason, rule, side, .. } = refusal;
    let exact = refusal.exact().reason;
    let exact = if exact == *reason { String::new() } else { format!(" = {exact}") };
    format!("{reason}{exact}, {}, {rule}", side.as_str())
}

fn all_rows() -> Vec<Row> {
    [
        rows_between_organisations::rows(),
        rows_personal::rows(),
        rows_requests::rows(),
        rows_running::rows(),
        rows_membership::rows(),
        rows_policies::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_row_is_answered_as_the_specification_says() {
    check("decisions", &all_rows());
}

#[test]
fn what_the_table_leaves_open_is_answered_as_decided() {
    check("decisions_beyond", &rows_beyond::rows());
}

/// Judges the rows, and compares all answers with what was expected and with the snapshot.
fn check(snapshot: &str, rows: &[Row]) {
    let mut wrong = String::new();
    let mut table = String::new();
    for row in rows {
        let mut world = World::default();
        (row.set)(&mut world);
        let world = world.compiled();
        writeln!(table, "{} {}", row.id, row.given).unwrap();
        for (act, expected) in &row.judged {
            let Answer { text, refusals } = act.answer(&world);
            if matches!(act, Act::Elsewhere) {
                writeln!(table, "      elsewhere: {expected}").unwrap();
                continue;
            }
            let seen: Vec<_> = refusals
                .iter()
                .map(|refusal| match refusal.for_actor() {
                    View::Exact(exact) => {
                        let setting = exact.setting.map_or("", |setting| setting.as_str());
                        format!(" [shown: {} {setting}]", exact.reason).replace(" ]", "]")
                    }
                    View::NotReachable => " [shown: notReachable]".to_owned(),
                })
                .collect();
            writeln!(table, "      {}: {text}{}", act.name(), seen.join("")).unwrap();
            if text != *expected {
                let name = act.name();
                writeln!(wrong, "{} {name}\n  is       {text}\n  expected {expected}", row.id)
                    .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(snapshot, table));
}

#[test]
fn the_other_side_is_never_shown() {
    for row in all_rows().into_iter().chain(rows_beyond::rows()) {
        let mut world = World::default();
        (row.set)(&mut world);
        let world = world.compiled();
        for refusal in row.judged.iter().flat_map(|(act, _)| act.answer(&world).refusals) {
            let is_hidden = refusal.for_actor() == View::NotReachable;
            assert_eq!(is_hidden, refusal.side == Side::Other, "{} {refusal:?}", row.id);
            assert!(!is_hidden || refusal.setting.is_none(), "{} {refusal:?}", row.id);
        }
    }
}

/// The ids of the rows of sections 6.2 to 6.8.
const IDS: &str = "
    001 002 003 004 006 007 008 009 010 012 013 014 015 016 017 020 021 022 024 026 027 028 029
    030 032 034 036 037 039 040 041 042 043 044 045 046
    060 061 062 063 064 065 066 068 069 070 073 074 075 076 077 078 080 081 083 085 086
    090 091 092 093 094 096 097 098 099
    110 111 112 113 114 115 116 118 119 120 121 123 124 125 127 128 129 130 132
    140 141 142 143 144 145 148 149 150 151 154 156 157 158 159
    170 171 172 173 174 175 177 179 180 181 182 185 186 187 188 189 191 192 193 194 196 197 198
    199 200 201 202
    210 211 212 213 215 217 218 219 220 221 223 224 225 227 228 229 230 231 232 234";

#[test]
fn no_row_is_missing() {
    let wanted: BTreeSet<String> =
        IDS.split_whitespace().map(|number| format!("T-{number}")).collect();
    let judged: BTreeSet<String> = all_rows().iter().map(|row| row.id.to_owned()).collect();
    assert_eq!(judged, wanted);
}
