//! The law of delta: what a walk showed, with the rounds after it, is what a fresh fetch shows;
//! nothing is skipped, and within a round nothing is shown twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;
use visavis_app::chat::NewMember;
use visavis_app::context::{Caller, Context};
use visavis_app::delta::{self, DeltaItem, DeltaNext, DeltaReach, DeltaStart};
use visavis_app::failure::{Failure, Outcome};
use visavis_app::member;
use visavis_app::message::{self, MessageQuery};
use visavis_app::page::PageRequest;
use visavis_app::subject::UserKey;
use visavis_app::view::MessageView;
use visavis_app::{MessageOrder, Tx};
use visavis_domain::chat::HistoryChoice;
use visavis_domain::id::{ChatId, MessageId};
use visavis_domain::limit::DELTA_SCANNED_MAX;

use crate::push_law::{Stage, Step, step};
use crate::world::{World, draft};

const REACH: DeltaReach = DeltaReach { entries: 50, scanned: DELTA_SCANNED_MAX };

type State = BTreeMap<MessageId, String>;

fn shown(view: &MessageView) -> String {
    let message = &view.message;
    let body = &message.body.content;
    format!("{body} {} {:?} {:?}", message.etag, message.deleted_at, message.reactions)
}

fn fetched(world: &World, who: &Caller, chat: &ChatId) -> Outcome<State> {
    let chat = chat.clone();
    let query = MessageQuery {
        order: MessageOrder::ById,
        after: None,
        before: None,
        page: PageRequest { top: 10_000, cursor: None },
    };
    let page = world.read(who, move |tx, ctx| message::list(tx, ctx, &chat, query))?;
    Ok(page.items.iter().map(|view| (view.message.id, shown(view))).collect())
}

/// Somebody who follows a chat by its delta.
struct Walker {
    who: Caller,
    chat: ChatId,
    start: DeltaStart,
    /// Events that a page looks at.
    scanned: usize,
    state: State,
    in_round: BTreeSet<MessageId>,
}

impl Walker {
    fn new(who: &Caller, chat: &ChatId) -> Self {
        Self::reaching(who, chat, DELTA_SCANNED_MAX)
    }

    fn reaching(who: &Caller, chat: &ChatId, scanned: usize) -> Self {
        Self {
            scanned,
            who: who.clone(),
            chat: chat.clone(),
            start: DeltaStart::Fresh { modified_after: None },
            state: State::new(),
            in_round: BTreeSet::new(),
        }
    }

    /// Reads a page; tells whether the round is over. What was shown stays when the chat is gone.
    fn page(&mut self, world: &World, top: usize) -> Outcome<bool> {
        let (chat, start) = (self.chat.clone(), self.start.clone());
        let reach = DeltaReach { entries: top, scanned: self.scanned };
        let page =
            world.read(&self.who, move |tx, ctx| delta::messages(tx, ctx, &chat, &start, reach))?;
        assert!(page.items.len() <= top.min(self.scanned));
        for item in page.items {
            let id = match &item {
                DeltaItem::Message(view) => view.message.id,
                DeltaItem::Removed(id) => *id,
            };
            assert!(self.in_round.insert(id), "{id} is there twice in a round");
            match item {
                DeltaItem::Message(view) => self.state.insert(id, shown(&view)),
                DeltaItem::Removed(id) => self.state.remove(&id),
            };
        }
        let (token, is_over) = match page.next {
            DeltaNext::Page(token) => (token, false),
            DeltaNext::Round(token) => (token, true),
        };
        self.start = DeltaStart::Token(token);
        if is_over {
            self.in_round.clear();
        }
        Ok(is_over)
    }

    fn round(&mut self, world: &World, top: usize) -> Outcome<()> {
        while !self.page(world, top)? {}
        Ok(())
    }
}

#[derive(Debug, Clone)]
enum Act {
    Do(Step),
    /// Somebody reads a page of so many of a chat.
    Page(usize, usize, usize),
}

fn act() -> impl Strategy<Value = Act> {
    let is_of_the_chat = |step: &Step| !matches!(step, Step::Disconnect(_) | Step::Resume(..));
    prop_oneof![
        3 => step().prop_filter("a step of push", is_of_the_chat).prop_map(Act::Do),
        1 => (0..5_usize, 0..6_usize, 1..6_usize).prop_map(|(a, c, top)| Act::Page(a, c, top)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_and_its_rounds_show_what_a_fetch_shows(
        acts in prop::collection::vec(act(), 0..120),
        scanned in prop::sample::select(vec![1, 2, 5, 20, DELTA_SCANNED_MAX]),
    ) {
        let mut stage = Stage::new();
        let mut walkers: BTreeMap<(usize, ChatId), Walker> = BTreeMap::new();
        for act in &acts {
            match act {
                Act::Do(step) => { stage.run(step, &mut []); }
                Act::Page(a, c, top) => {
                    let Some(at) = c.checked_rem(stage.chats.len()) else { continue };
                    let chat = stage.chats[at].clone();
                    let who = &stage.people[*a].0;
                    let walker =
                        walkers.entry((*a, chat.clone())).or_insert_with(|| Walker::reaching(who, &chat, scanned));
                    match walker.page(&stage.world, *top) {
                        Ok(_) | Err(Failure::NotFound) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        }
        for walker in walkers.values_mut() {
            let fetched = fetched(&stage.world, &walker.who, &walker.chat);
            prop_assert_eq!(walker.scanned, scanned);
            // The round that is under way, and one that begins after everything.
            let walked = walker
                .round(&stage.world, 3)
                .and_then(|()| walker.round(&stage.world, 2));
            match (walked, fetched) {
                (Ok(()), Ok(fetched)) => prop_assert_eq!(&walker.state, &fetched),
                (Err(Failure::NotFound), Err(Failure::NotFound)) => {}
                (walked, fetched) => panic!("{walked:?} {fetched:?}"),
            }
        }
    }
}

/// Sends, and does something to earlier messages in between.
fn write_a_lot(world: &World, who: &Caller, chat: &ChatId) {
    let mut sent = Vec::new();
    for number in 0..150_usize {
        sent.push(world.send(who, chat, &format!("{number}")).unwrap().message.id);
        let (chat, old) = (chat.clone(), sent[number / 2]);
        let change = move |tx: &mut Tx<'_>, ctx: &Context<'_>| match number % 4 {
            0 => message::edit(tx, ctx, &chat, old, draft("new"), None).map(|_| ()),
            1 => message::react(tx, ctx, &chat, old, "👍"),
            2 => message::delete(tx, ctx, &chat, old),
            _ => message::unreact(tx, ctx, &chat, old, "👍"),
        };
        // A deleted message can be changed no more; that is no concern here.
        let _refused = world.write(who, change);
    }
}

/// Walks until nobody writes any more, and then to the end.
fn walk_meanwhile(world: &World, walker: &mut Walker, top: usize, is_over: &AtomicBool) {
    while !is_over.load(Ordering::SeqCst) {
        walker.page(world, top).unwrap();
    }
    walker.round(world, top).unwrap();
    walker.round(world, top).unwrap();
}

#[test]
fn writers_at_the_same_time_make_no_walk_skip_or_repeat() {
    let (world, people) = World::new();
    let addresses = ["bob@contoso.example", "carl@contoso.example"];
    let chat = world.group(&people.ada, &addresses).unwrap().chat.id;
    let is_over = AtomicBool::new(false);
    let walkers =
        [(1, DELTA_SCANNED_MAX), (7, DELTA_SCANNED_MAX), (50, DELTA_SCANNED_MAX), (50, 9)];
    let mut walkers =
        walkers.map(|(top, scanned)| (top, Walker::reaching(&people.carl, &chat, scanned)));
    std::thread::scope(|scope| {
        let writers =
            [&people.ada, &people.bob].map(|who| scope.spawn(|| write_a_lot(&world, who, &chat)));
        for (top, walker) in &mut walkers {
            scope.spawn(|| walk_meanwhile(&world, walker, *top, &is_over));
        }
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        is_over.store(true, Ordering::SeqCst);
    });
    let fetched = fetched(&world, &people.carl, &chat).unwrap();
    for (top, walker) in walkers {
        assert_eq!(walker.state, fetched, "{top}");
    }
}

#[test]
fn a_page_looks_at_so_many_events_and_leads_on() {
    let (world, people) = World::new();
    let chat = world.start(&people.ada, "bob@contoso.example").unwrap().chat.id;
    let old = world.send(&people.ada, &chat, "old").unwrap().message.id;
    for number in 0..40 {
        let (id, text) = (chat.clone(), format!("new {number}"));
        let edit = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
            message::edit(tx, ctx, &id, old, draft(&text), None).map(drop)
        };
        world.write(&people.ada, edit).unwrap();
    }
    let mut walker = Walker::reaching(&people.bob, &chat, 10);
    let mut lengths = Vec::new();
    loop {
        let is_over = walker.page(&world, 50).unwrap();
        lengths.push(walker.state.len());
        if is_over {
            break;
        }
    }
    // What is changed again and again stands at the end; the pages before are empty and lead on.
    assert!((4..=6).contains(&lengths.len()), "{lengths:?}");
    assert!(lengths.iter().rev().skip(1).all(|shown| *shown == 0), "{lengths:?}");
    assert_eq!(walker.state, fetched(&world, &people.bob, &chat).unwrap());
}

#[test]
fn whoever_was_added_again_gets_what_was_missed_and_loses_what_is_not_theirs() {
    let (world, people) = World::new();
    let chat = world.group(&people.ada, &["bob@contoso.example"]).unwrap().chat.id;
    world.send(&people.ada, &chat, "one").unwrap();
    let mut walker = Walker::new(&people.bob, &chat);
    walker.round(&world, 50).unwrap();
    world.remove(&people.ada, &chat, &people.bob).unwrap();
    let missed = world.send(&people.ada, &chat, "two").unwrap().message.id;
    let before = walker.state.clone();
    walker.round(&world, 50).unwrap();
    assert!(!walker.state.contains_key(&missed));
    assert!(before.keys().all(|id| walker.state.contains_key(id)));
    world.add(&people.ada, &chat, &["bob@contoso.example"]).unwrap();
    walker.round(&world, 1).unwrap();
    assert_eq!(walker.state, fetched(&world, &people.bob, &chat).unwrap());
    assert!(walker.state.contains_key(&missed));
    // With no history, what was shown before is gone.
    world.remove(&people.ada, &chat, &people.bob).unwrap();
    let wanted = vec![NewMember {
        key: UserKey::Id(people.bob.account),
        home: None,
        history: HistoryChoice::None,
    }];
    let id = chat.clone();
    world.write(&people.ada, move |tx, ctx| member::add(tx, ctx, &id, wanted)).unwrap();
    walker.round(&world, 1).unwrap();
    assert_eq!(walker.state, fetched(&world, &people.bob, &chat).unwrap());
    assert!(!walker.state.contains_key(&missed));
}

#[test]
fn nobody_elses_token_opens_and_a_pending_recipient_has_none() {
    let (world, people) = World::new();
    let chat = world.start(&people.ada, "bob@contoso.example").unwrap().chat.id;
    let other = world.start(&people.ada, "carl@contoso.example").unwrap().chat.id;
    let asked = world.start(&people.ada, "finn@fabrikam.example").unwrap().chat.id;
    world.send(&people.ada, &chat, "one").unwrap();
    let mut walker = Walker::new(&people.ada, &chat);
    walker.page(&world, 1).unwrap();
    let DeltaStart::Token(token) = walker.start.clone() else { panic!("no token") };
    let ask = |who: &Caller, chat: &ChatId, token: &str| {
        let (chat, start) = (chat.clone(), DeltaStart::Token(token.to_owned()));
        world.read(who, move |tx, ctx| delta::messages(tx, ctx, &chat, &start, REACH))
    };
    assert!(ask(&people.ada, &chat, &token).is_ok());
    let mut altered = token.clone();
    let was = altered.remove(20);
    altered.insert(20, if was == 'A' { 'B' } else { 'A' });
    let resume = world.app.seal(visavis_domain::id::Watermark(1));
    for (who, chat, token) in [
        (&people.bob, &chat, &token),
        (&people.ada, &other, &token),
        (&people.ada, &chat, &altered),
        (&people.ada, &chat, &resume),
        (&people.ada, &chat, &String::new()),
    ] {
        let answer = ask(who, chat, token);
        assert!(matches!(answer, Err(Failure::TokenUnknown)), "{token}: {answer:?}");
    }
    let start = DeltaStart::Fresh { modified_after: None };
    let asked_too =
        world.read(&people.finn, move |tx, ctx| delta::messages(tx, ctx, &asked, &start, REACH));
    assert!(matches!(asked_too, Err(Failure::NotFound)), "{asked_too:?}");
    assert!(matches!(ask(&people.pia, &chat, &token), Err(Failure::NotFound)));
}
