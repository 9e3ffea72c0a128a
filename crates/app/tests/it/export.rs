//! Exports: whose, of what, and that writers do not disturb them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use visavis_app::context::Caller;
use visavis_app::export::{self, ExportPage, ExportQuery, ExportReach};
use visavis_app::failure::{Failure, Outcome};
use visavis_app::subject::UserKey;
use visavis_app::view::MessageView;
use visavis_domain::account::{Role, Roles};
use visavis_domain::audit::AuditKind;
use visavis_domain::id::{ChatId, MessageId};
use visavis_domain::limit::{EXPORT_AGE_MS_MAX, EXPORT_SCANNED_MAX};
use visavis_domain::time::Timestamp;

use crate::world::{People, World, code, draft};

const OFFICER: &str = "olga@contoso.example";

const FIVE: ExportReach = ExportReach { messages: 5, scanned: EXPORT_SCANNED_MAX };

/// What names a message wherever it is exported from.
type Name = (String, i64);

fn of(whom: &Caller) -> ExportQuery {
    ExportQuery { whose: Some(UserKey::Id(whom.account)), ..ExportQuery::default() }
}

fn name(view: &MessageView) -> Name {
    (view.chat_id.to_string(), view.message.id.0)
}

fn begin(world: &World, who: &Caller, query: &ExportQuery) -> Outcome<String> {
    let query = query.clone();
    world.write(who, move |tx, ctx| export::begin(tx, ctx, &query))
}

fn page(
    world: &World,
    who: &Caller,
    query: &ExportQuery,
    token: &str,
    reach: ExportReach,
) -> Outcome<ExportPage> {
    let (query, token) = (query.clone(), token.to_owned());
    world.read(who, move |tx, ctx| export::page(tx, ctx, &query, &token, reach))
}

/// The whole export, page by page, with something done between the pages.
fn walk(
    world: &World,
    who: &Caller,
    query: &ExportQuery,
    top: usize,
    between: impl FnMut(),
) -> Outcome<Vec<MessageView>> {
    let reach = ExportReach { messages: top, scanned: EXPORT_SCANNED_MAX };
    walk_reaching(world, who, query, reach, between)
}

/// The same, with pages that look at so many messages.
fn walk_reaching(
    world: &World,
    who: &Caller,
    query: &ExportQuery,
    reach: ExportReach,
    mut between: impl FnMut(),
) -> Outcome<Vec<MessageView>> {
    let mut all = Vec::new();
    let mut token = Some(begin(world, who, query)?);
    while let Some(here) = token {
        let ExportPage { messages, next } = page(world, who, query, &here, reach)?;
        assert!(messages.len() <= reach.messages.min(reach.scanned));
        all.extend(messages);
        token = next;
        between();
    }
    Ok(all)
}

/// What is said in an export, in its order.
fn said(world: &World, who: &Caller, query: &ExportQuery) -> Outcome<Vec<String>> {
    let all = walk(world, who, query, 2, || ())?;
    let said = all.iter().filter(|view| !view.message.is_system());
    Ok(said.map(|view| view.message.body.content.clone()).collect())
}

fn officer(world: &World) -> Caller {
    world.person("Olga", OFFICER, Roles::from_iter([Role::ComplianceOfficer]))
}

fn edit(world: &World, who: &Caller, chat: &ChatId, id: MessageId, text: &str) {
    let (chat, draft) = (chat.clone(), draft(text));
    world
        .write(who, move |tx, ctx| {
            visavis_app::message::edit(tx, ctx, &chat, id, draft, None).map(drop)
        })
        .unwrap();
}

fn delete(world: &World, who: &Caller, chat: &ChatId, id: MessageId) {
    let chat = chat.clone();
    world.write(who, move |tx, ctx| visavis_app::message::delete(tx, ctx, &chat, id)).unwrap();
}

fn react(world: &World, who: &Caller, chat: &ChatId, id: MessageId) {
    let chat = chat.clone();
    world.write(who, move |tx, ctx| visavis_app::message::react(tx, ctx, &chat, id, "👍")).unwrap();
}

/// Bob of Contoso has a chat with Carl, one with Finn of Fabrikam, and a group with both.
fn chats(world: &World, p: &People) -> [ChatId; 3] {
    let inside = world.start(&p.bob, "carl@contoso.example").unwrap().chat.id;
    let outside = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &outside).unwrap();
    let both = ["carl@contoso.example", "finn@fabrikam.example"];
    let group = world.group(&p.bob, &both).unwrap().chat.id;
    [inside, outside, group]
}

#[test]
fn t_281_everything_that_somebody_sees_is_exported_with_its_people() {
    let (world, p) = World::new();
    let [inside, outside, group] = chats(&world, &p);
    world.send(&p.bob, &inside, "one").unwrap();
    world.send(&p.finn, &outside, "two").unwrap();
    world.send(&p.carl, &group, "three").unwrap();
    let edited = world.send(&p.carl, &inside, "four").unwrap().message.id;
    edit(&world, &p.carl, &inside, edited, "four, edited");
    let deleted = world.send(&p.finn, &outside, "five").unwrap().message.id;
    delete(&world, &p.finn, &outside, deleted);
    react(&world, &p.finn, &group, world.send(&p.bob, &group, "six").unwrap().message.id);

    let all = walk(&world, &p.bob, &ExportQuery::default(), 3, || ()).unwrap();
    for view in &all {
        let (chat, id) = (view.chat_id.clone(), view.message.id);
        let fetched = world
            .read(&p.bob, move |tx, ctx| visavis_app::message::get(tx, ctx, &chat, id))
            .unwrap();
        assert_eq!(*view, fetched, "an export shows what a fetch shows");
    }
    let said = said(&world, &p.bob, &ExportQuery::default()).unwrap();
    assert_eq!(said, ["one", "four, edited", "two", "", "three", "six"]);
    let theirs = all.iter().find(|view| view.message.body.content == "two").unwrap();
    assert!(theirs.person(p.finn.account).unwrap().is_external);
    assert!(all.iter().any(|view| view.message.deleted_at.is_some()));
    assert!(all.iter().any(|view| view.message.reactions.len() == 1));
}

#[test]
fn p5_nothing_of_a_pending_or_declined_request_is_exported() {
    let (world, p) = World::new();
    let officer = officer(&world);
    let pending = world.start(&p.finn, "bob@contoso.example").unwrap().chat.id;
    world.send(&p.finn, &pending, "not yet").unwrap();
    let declined = world.start(&p.pia, "bob@contoso.example").unwrap().chat.id;
    world.send(&p.pia, &declined, "never").unwrap();
    world.decline(&p.bob, &declined, false).unwrap();
    for who in [&p.bob, &officer] {
        assert!(walk(&world, who, &of(&p.bob), 10, || ()).unwrap().is_empty());
    }
    world.accept(&p.bob, &pending).unwrap();
    assert_eq!(said(&world, &officer, &of(&p.bob)).unwrap(), ["not yet"]);
    assert_eq!(said(&world, &p.pia, &ExportQuery::default()).unwrap(), ["never"]);
}

#[test]
fn p10_an_officer_sees_what_the_own_member_sees_and_no_more() {
    let (world, p) = World::new();
    let officer = officer(&world);
    let group = world.group(&p.finn, &["bob@contoso.example"]).unwrap().chat.id;
    world.accept(&p.bob, &group).unwrap();
    world.send(&p.finn, &group, "while in").unwrap();
    world.remove(&p.finn, &group, &p.bob).unwrap();
    world.send(&p.finn, &group, "after that").unwrap();
    assert_eq!(said(&world, &officer, &of(&p.bob)).unwrap(), ["while in"]);
    assert_eq!(said(&world, &p.finn, &of(&p.finn)).unwrap(), ["while in", "after that"]);
}

#[test]
fn p10_whose_messages_may_be_exported_by_whom() {
    let (world, p) = World::new();
    let officer = officer(&world);
    let outside = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &outside).unwrap();
    let asked = |who: &Caller, whom: &Caller| code(begin(&world, who, &of(whom)).map(|_| ()));
    assert_eq!(asked(&officer, &p.bob), "done: ()");
    assert_eq!(asked(&p.bob, &p.bob), "done: ()");
    // The administrator of the organisation has no claim to what people write.
    assert_eq!(asked(&p.ada, &p.bob), "the caller has no permission");
    assert_eq!(asked(&p.bob, &p.carl), "the caller has no permission");
    for (who, whom) in [(&officer, &p.finn), (&p.fay, &p.bob), (&p.finn, &p.bob), (&p.pia, &p.bob)]
    {
        assert_eq!(asked(who, whom), "not found");
    }
    assert_eq!(asked(&world.operator, &p.bob), "not found");
}

#[test]
fn p7_an_officers_export_is_in_the_trail_once() {
    let (world, p) = World::new();
    let officer = officer(&world);
    let [inside, ..] = chats(&world, &p);
    for number in 0..6 {
        world.send(&p.bob, &inside, &format!("{number}")).unwrap();
    }
    let query = ExportQuery { after: Some(Timestamp::from_ms(0)), ..of(&p.bob) };
    assert!(walk(&world, &officer, &query, 2, || ()).unwrap().len() >= 6);
    walk(&world, &p.bob, &ExportQuery::default(), 2, || ()).unwrap();
    let trail = world
        .read(&p.ada, |tx, ctx| {
            let query = visavis_app::trail::TrailQuery {
                from: None,
                to: None,
                kind: Some(AuditKind::MessagesExported),
                actor: None,
                participant: None,
                chain: Some(visavis_app::trail::TrailChain::Administration),
                page: visavis_app::page::PageRequest::large(None, None),
            };
            visavis_app::trail::list(tx, ctx, &query)
        })
        .unwrap();
    assert_eq!(trail.items.len(), 1, "once for the walk, and not for one's own");
    let record = &trail.items[0].record;
    assert_eq!(record.actor, Some(officer.account));
    let detail: serde_json::Value = serde_json::from_str(&record.detail).unwrap();
    assert_eq!(detail["exported"], p.bob.account.to_string());
    assert_eq!(detail["changedAfter"], "1970-01-01T00:00:00.000Z");
    world.verify_trails();
}

#[test]
fn tokens_open_for_whoever_began_and_for_the_same_question() {
    let (world, p) = World::new();
    let (officer, second) = (
        officer(&world),
        world.person("Otto", "otto@contoso.example", Roles::from_iter([Role::ComplianceOfficer])),
    );
    let token = begin(&world, &officer, &of(&p.bob)).unwrap();
    let refused = |who: &Caller, query: &ExportQuery, token: &str| {
        matches!(page(&world, who, query, token, FIVE), Err(Failure::Invalid { .. }))
    };
    assert!(refused(&second, &of(&p.bob), &token), "somebody else's, which is not in the trail");
    assert!(refused(&officer, &of(&p.carl), &token), "of somebody else");
    let later = ExportQuery { after: Some(Timestamp::from_ms(1)), ..of(&p.bob) };
    assert!(refused(&officer, &later, &token), "of another time");
    assert!(refused(&officer, &of(&p.bob), "1_2"), "made up");
    assert!(page(&world, &officer, &of(&p.bob), &token, FIVE).is_ok());
    world.forward(EXPORT_AGE_MS_MAX);
    assert!(refused(&officer, &of(&p.bob), &token), "too old");
}

#[test]
fn looking_for_changed_messages_counts_as_looking() {
    let (world, p) = World::new();
    let chats = chats(&world, &p);
    world.forward(10_000);
    for chat in &chats {
        for number in 0..8 {
            let sent = world.send(&p.bob, chat, &format!("{number}")).unwrap().message.id;
            edit(&world, &p.bob, chat, sent, "edited");
        }
    }
    let since = Some(Timestamp::from_ms(world.app.now().as_ms() - 5_000));
    let query = ExportQuery { after: since, ..ExportQuery::default() };
    let pages = |scanned| {
        let (mut pages, mut count) = (0, 0);
        let reach = ExportReach { messages: 1_000, scanned };
        count += walk_reaching(&world, &p.bob, &query, reach, || pages += 1).unwrap().len();
        assert_eq!(count, 24, "{scanned}");
        pages
    };
    // In each chat eight are looked at to find the first, and then the eight themselves: 48 in all.
    assert_eq!(pages(1_000), 1);
    assert!(pages(48) >= 2, "the looking counts");
    assert!(pages(5) >= 6);
}

/// One thing that a writer does between two pages.
#[derive(Debug, Clone)]
enum Act {
    Send(usize),
    Edit(usize, usize),
    React(usize, usize),
    Delete(usize, usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..3_usize).prop_map(Act::Send),
        1 => (0..3_usize, any::<usize>()).prop_map(|(chat, which)| Act::Edit(chat, which)),
        1 => (0..3_usize, any::<usize>()).prop_map(|(chat, which)| Act::React(chat, which)),
        1 => (0..3_usize, any::<usize>()).prop_map(|(chat, which)| Act::Delete(chat, which)),
    ]
}

/// The chats with what Bob wrote in each.
struct Writer<'w> {
    world: &'w World,
    bob: Caller,
    chats: [ChatId; 3],
    written: [Vec<MessageId>; 3],
    count: usize,
}

impl Writer<'_> {
    fn perform(&mut self, act: &Act) {
        let (chat, which) = match *act {
            Act::Send(chat) => {
                self.count += 1;
                let text = format!("message {}", self.count);
                let sent = self.world.send(&self.bob, &self.chats[chat], &text).unwrap();
                return self.written[chat].push(sent.message.id);
            }
            Act::Edit(chat, which) | Act::React(chat, which) | Act::Delete(chat, which) => {
                (chat, which)
            }
        };
        if self.written[chat].is_empty() {
            return;
        }
        let which = which % self.written[chat].len();
        let id = self.written[chat][which];
        match act {
            Act::Edit(..) => edit(self.world, &self.bob, &self.chats[chat], id, "edited"),
            Act::React(..) => react(self.world, &self.bob, &self.chats[chat], id),
            Act::Delete(..) => {
                self.written[chat].remove(which);
                delete(self.world, &self.bob, &self.chats[chat], id);
            }
            Act::Send(_) => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is written between the pages: what was there at the beginning comes once, and
    /// nothing else comes.
    #[test]
    fn an_export_neither_repeats_nor_skips_under_writes(
        before in proptest::collection::vec(act(), 1..25),
        meanwhile in proptest::collection::vec(act(), 1..25),
        top in 1..6_usize,
        scanned in prop::sample::select(vec![1, 2, 5, 20, EXPORT_SCANNED_MAX]),
    ) {
        let (world, p) = World::new();
        let chats = chats(&world, &p);
        let written = [Vec::new(), Vec::new(), Vec::new()];
        let mut writer = Writer { world: &world, bob: p.bob.clone(), chats, written, count: 0 };
        before.iter().for_each(|act| writer.perform(act));
        let there: BTreeSet<Name> = walk(&world, &p.bob, &ExportQuery::default(), 1_000, || ())
            .unwrap().iter().map(name).collect();
        // With pages that look at one message, a writer who never stopped would never be overtaken.
        let mut acts = meanwhile.iter().cycle().take(60);
        let reach = ExportReach { messages: top, scanned };
        let walked = walk_reaching(&world, &p.bob, &ExportQuery::default(), reach, || {
            for act in acts.by_ref().take(3) {
                writer.perform(act);
            }
        });
        let walked: Vec<Name> = walked.unwrap().iter().map(name).collect();
        let once: BTreeSet<Name> = walked.iter().cloned().collect();
        prop_assert_eq!(walked.len(), once.len(), "something came twice");
        prop_assert_eq!(once, there);
    }

    /// A job that takes one window of time after the other ends with every message as it is now.
    #[test]
    fn windows_one_after_the_other_miss_nothing(
        rounds in proptest::collection::vec(proptest::collection::vec(act(), 0..12), 1..6),
        top in 1..6_usize,
        scanned in prop::sample::select(vec![1, 2, 5, 20, EXPORT_SCANNED_MAX]),
    ) {
        let (world, p) = World::new();
        let chats = chats(&world, &p);
        let written = [Vec::new(), Vec::new(), Vec::new()];
        let mut writer = Writer { world: &world, bob: p.bob.clone(), chats, written, count: 0 };
        let mut archive = BTreeMap::new();
        let mut since = None;
        for round in &rounds {
            round.iter().for_each(|act| writer.perform(act));
            // A message may be dated a little ahead of the clock when many come at once.
            world.forward(1_000);
            let now = world.app.now();
            let window = ExportQuery { whose: None, after: since, before: Some(now.plus_ms(1)) };
            let reach = ExportReach { messages: top, scanned };
            for view in walk_reaching(&world, &p.bob, &window, reach, || ()).unwrap() {
                archive.insert(name(&view), view.message.body.content.clone());
            }
            since = Some(now);
        }
        let all = walk(&world, &p.bob, &ExportQuery::default(), 1_000, || ()).unwrap();
        let now: BTreeMap<Name, String> =
            all.iter().map(|view| (name(view), view.message.body.content.clone())).collect();
        prop_assert_eq!(archive, now);
    }
}
