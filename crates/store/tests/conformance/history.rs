//! Messages and events: what a chat's history is made of.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use visavis_domain::chat::{Chat, Membership};
use visavis_domain::event::{Event, EventKind};
use visavis_domain::id::{AccountId, ChatKey, MessageId, Position, Watermark};
use visavis_domain::limit::UNREAD_COUNT_MAX;
use visavis_domain::message::{
    Body, ContentType, Extras, Importance, Mention, Message, Reaction, SystemEvent, Version,
};
use visavis_store::{
    ChangeRange, ExportBudget, ExportRange, MessageOrder, MessageRange, Store, StoreError, Tx,
};

use crate::fixture::{
    account_id, at, found_organisations, membership, message, prepare, send_permit, start_chat,
};

fn chat_of_two(tx: &mut Tx<'_>, a: u16, b: u16) -> Result<Chat, StoreError> {
    let homes = match tx.list_organisations(None, 1)?.first() {
        Some(found) => found.key,
        None => found_organisations(tx)?.0,
    };
    start_chat(tx, (account_id(a), account_id(b)), &[homes])
}

fn write<T: Send + 'static>(
    store: &Store,
    run: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write_blocking(run).unwrap()
}

fn everything(order: MessageOrder) -> MessageRange {
    let (before, before_id) = (None, None);
    MessageRange { order, before, before_id, after: None, from: MessageId(0), until: None }
}

pub(crate) fn positions_are_free_of_gaps(store: &Store) {
    let (ada, bob) = prepare(store).unwrap();
    for number in 0..40 {
        let sender = if number % 3 == 0 { ada.clone() } else { bob.clone() };
        let sent: Result<Event, StoreError> = store.write_blocking(move |tx| {
            let event = sender.send(tx, "hello")?;
            // Every fifth command fails after its event, which must leave no gap.
            if number % 5 == 4 { Err(StoreError::WrongPermit) } else { Ok(event) }
        });
        assert_eq!(sent.is_err(), number % 5 == 4);
    }
    let events =
        store.read_blocking(|tx| tx.events_for(account_id(1), Watermark(0), 1_000)).unwrap();
    let positions: Vec<i64> = events.iter().map(|event| event.position.0).collect();
    assert_eq!(positions, (1..=33).collect::<Vec<_>>());
    assert!(events.is_sorted_by(|a, b| a.watermark < b.watermark));
    let last = store.read_blocking(|tx| tx.last_watermark()).unwrap();
    assert_eq!(events.last().unwrap().watermark, last);
}

pub(crate) fn messages_come_back_as_they_were_written(store: &Store) {
    write(store, |tx| {
        let chat = chat_of_two(tx, 1, 2)?;
        let (ada, bob) = (account_id(1), account_id(2));
        let permit = send_permit(ada, bob)?;
        let mut full = message(&chat, MessageId(100), ada, "<p>Grüße \u{1f642}</p>");
        full.body.content_type = ContentType::Html;
        full.importance = Importance::Urgent;
        full.only_for = Some(ada);
        full.extras = Extras {
            subject: Some("Plans".to_owned()),
            mentions: vec![Mention { id: 0, text: "Bob".to_owned(), account: bob }],
            ..Extras::default()
        };
        tx.insert_message(&permit, &full)?;
        assert_eq!(tx.find_message(chat.key, MessageId(100))?, Some(full.clone()));
        assert_eq!(tx.find_message(chat.key, MessageId(101))?, None);
        assert_eq!(tx.find_message(ChatKey(99), MessageId(100))?, None);
        let changed = Message {
            body: Body { content_type: ContentType::Text, content: String::new() },
            importance: Importance::High,
            extras: Extras::default(),
            etag: 120,
            edited_at: Some(at(1)),
            edited_position: Some(Position(8)),
            deleted_at: Some(at(2)),
            ..full
        };
        tx.update_message(&changed)?;
        assert_eq!(tx.find_message(chat.key, MessageId(100))?, Some(changed));
        let line = Message {
            sender: None,
            extras: Extras {
                system: Some(SystemEvent::MembersLeft { members: vec![bob] }),
                ..Extras::default()
            },
            ..message(&chat, MessageId(101), ada, "")
        };
        tx.insert_system_message(&line)?;
        assert_eq!(tx.find_message(chat.key, MessageId(101))?, Some(line));
        Ok(())
    });
    let twice: Result<(), StoreError> = store.write_blocking(|tx| {
        let chat = tx.get_chat(ChatKey(1))?.ok_or(StoreError::WrongPermit)?;
        let twin = message(&chat, MessageId(100), account_id(1), "again");
        tx.insert_message(&send_permit(account_id(1), account_id(2))?, &twin)
    });
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
}

pub(crate) fn changed_messages_stand_at_their_last_change(store: &Store) {
    write(store, |tx| {
        let mut chat = chat_of_two(tx, 1, 2)?;
        let (ada, bob) = (account_id(1), account_id(2));
        let permit = send_permit(ada, bob)?;
        let start = chat.last_position;
        for id in [100, 200, 300] {
            let sent = Message {
                position: chat.last_position.next(),
                ..message(&chat, MessageId(id), ada, "text")
            };
            tx.insert_message(&permit, &sent)?;
            tx.append_event(&mut chat, EventKind::MessageCreated(sent.id), None, None)?;
        }
        let middle = chat.last_position;
        tx.append_event(&mut chat, EventKind::MessageEdited(MessageId(100)), None, None)?;
        tx.append_event(&mut chat, EventKind::ChatUpdated, None, None)?;
        tx.append_event(&mut chat, EventKind::MessageUpdated(MessageId(200)), Some(ada), None)?;
        tx.append_event(&mut chat, EventKind::MessageDeleted(MessageId(100)), None, None)?;
        let key = chat.key;
        let mut ids = |after: Position, [reached, upto]: [Position; 2], viewer, limit| {
            let (from, last) = (MessageId(100), MessageId(250));
            let range = ChangeRange { after, upto, reached, from, last, viewer };
            let rows = tx.list_changed_messages(key, &range, limit)?;
            Ok::<_, StoreError>(
                rows.iter().map(|(at, row)| (at.0 - start.0, row.id.0)).collect::<Vec<_>>(),
            )
        };
        let end = chat.last_position;
        assert_eq!(ids(start, [middle; 2], bob, 9)?, [(1, 100), (2, 200)]);
        assert_eq!(ids(start, [end; 2], ada, 9)?, [(6, 200), (7, 100)]);
        assert_eq!(ids(start, [end; 2], ada, 1)?, [(6, 200)]);
        assert_eq!(ids(middle, [end; 2], bob, 9)?, [(7, 100)]);
        assert_eq!(ids(end, [end; 2], ada, 9)?, []);
        // Read in two parts, each message stands where it stands in the whole.
        assert_eq!(ids(start, [middle, end], bob, 9)?, [(2, 200)]);
        assert_eq!(ids(middle, [end, end], bob, 9)?, [(7, 100)]);
        assert_eq!(ids(start, [middle, end], ada, 9)?, []);
        assert_eq!(ids(start, [Position(i64::MAX), middle], bob, 9)?, [(1, 100), (2, 200)]);
        assert_eq!(tx.newest_message_at(key, Position(start.0 + 2))?, Some(MessageId(200)));
        assert_eq!(tx.newest_message_at(key, start)?, None);
        assert_eq!(tx.position_before(key, MessageId(300))?, Position(start.0 + 2));
        assert_eq!(tx.position_before(key, MessageId(100))?, Position::START);
        Ok(())
    });
}

pub(crate) fn versions_and_reactions_come_back_in_order(store: &Store) {
    write(store, |tx| {
        let chat = chat_of_two(tx, 1, 2)?;
        let (ada, bob) = (account_id(1), account_id(2));
        let permit = send_permit(ada, bob)?;
        for id in [1, 2, 3] {
            tx.insert_message(&permit, &message(&chat, MessageId(id), ada, "text"))?;
        }
        let id = MessageId(2);
        let version = |ms, text: &str| Version {
            replaced_at: at(ms),
            body: Body { content_type: ContentType::Html, content: text.to_owned() },
        };
        tx.insert_version(chat.key, id, &version(5, "first"))?;
        tx.insert_version(chat.key, id, &version(5, "second"))?;
        assert_eq!(tx.list_versions(chat.key, id)?, [version(5, "first"), version(5, "second")]);
        assert!(tx.list_versions(chat.key, MessageId(1))?.is_empty());
        let reaction = |account, kind: &str, position| Reaction {
            account,
            kind: kind.to_owned(),
            created_at: at(position),
            position: Position(position),
        };
        let late = reaction(ada, "\u{1f44d}", 9);
        let early = reaction(bob, "heart", 8);
        assert!(tx.put_reaction(chat.key, id, &late)?);
        assert!(tx.put_reaction(chat.key, id, &early)?);
        assert!(!tx.put_reaction(chat.key, id, &reaction(bob, "heart", 10))?);
        let found = tx.find_message(chat.key, id)?.unwrap();
        assert_eq!(found.reactions, [early.clone(), late]);
        for order in [MessageOrder::ById, MessageOrder::ByChange] {
            let page = tx.list_messages(chat.key, &everything(order), 9)?;
            let counts: Vec<usize> = page.iter().map(|m| m.reactions.len()).collect();
            assert_eq!(counts, [0, 2, 0], "{order:?}");
        }
        assert!(tx.delete_reaction(chat.key, id, ada, "\u{1f44d}")?);
        assert!(!tx.delete_reaction(chat.key, id, ada, "\u{1f44d}")?);
        assert_eq!(tx.find_message(chat.key, id)?.unwrap().reactions, [early]);
        Ok(())
    });
}

pub(crate) fn pins_come_back_newest_first_and_belong_to_their_chat(store: &Store) {
    write(store, |tx| {
        let (chat, other) = (chat_of_two(tx, 1, 2)?, chat_of_two(tx, 1, 3)?);
        let permit = send_permit(account_id(1), account_id(2))?;
        let pins = [(MessageId(5), 7), (MessageId(2), 9), (MessageId(9), 8)];
        for (id, position) in pins {
            tx.insert_pinned_message(&permit, chat.key, id, Position(position))?;
        }
        tx.insert_pinned_message(&permit, other.key, MessageId(5), Position(1))?;
        let expected = [MessageId(2), MessageId(9), MessageId(5)];
        assert_eq!(tx.list_pinned_messages(chat.key)?, expected);
        assert!(tx.delete_pinned_message(&permit, chat.key, MessageId(9))?);
        assert!(!tx.delete_pinned_message(&permit, chat.key, MessageId(9))?);
        assert_eq!(tx.list_pinned_messages(chat.key)?, [MessageId(2), MessageId(5)]);
        assert_eq!(tx.list_pinned_messages(other.key)?, [MessageId(5)]);
        tx.insert_pinned_message(&permit, chat.key, MessageId(9), Position(10))?;
        assert_eq!(tx.list_pinned_messages(chat.key)?.first(), Some(&MessageId(9)));
        let again = tx.insert_pinned_message(&permit, chat.key, MessageId(9), Position(11));
        assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
        Ok(())
    });
}

/// One message as a list sees it: its id, its etag when it was changed, where it was edited.
type Sketch = (Option<i64>, Option<i64>);

fn range() -> impl Strategy<Value = MessageRange> {
    let place = || proptest::option::of(0..80_i64);
    let order = prop_oneof![Just(MessageOrder::ById), Just(MessageOrder::ByChange)];
    let until = proptest::option::of(0..40_i64);
    (order, place(), place(), place(), 0..60_i64, until).prop_map(
        |(order, before, before_id, after, from, until)| MessageRange {
            order,
            before,
            // By id there is one message at each place, and it is not before itself.
            before_id: before_id.filter(|_| order == MessageOrder::ByChange).map(MessageId),
            after,
            from: MessageId(from),
            until: until.map(Position),
        },
    )
}

/// The list that a plain filter and a sort make.
fn expected(all: &[Message], range: &MessageRange, limit: usize) -> Vec<MessageId> {
    let place = |message: &Message| match range.order {
        MessageOrder::ById => message.id.0,
        MessageOrder::ByChange => message.etag,
    };
    let mut found: Vec<&Message> = all
        .iter()
        .filter(|message| {
            let is_earlier = |id| message.id < id && message.etag > message.id.0;
            range.before.is_none_or(|before| {
                let is_there = place(message) == before;
                place(message) < before || is_there && range.before_id.is_some_and(is_earlier)
            })
        })
        .filter(|message| range.after.is_none_or(|after| place(message) > after))
        .filter(|message| message.id >= range.from)
        .filter(|message| {
            let changed = message.edited_position.unwrap_or(message.position);
            range.until.is_none_or(|until| changed <= until)
        })
        .collect();
    found.sort_by_key(|message| std::cmp::Reverse((place(message), message.id)));
    found.iter().take(limit).map(|message| message.id).collect()
}

pub(crate) fn lists_of_messages_are_what_a_filter_says(store: &Store) {
    let sketch = (proptest::option::of(1..40_i64), proptest::option::of(1..40_i64));
    let history = prop::collection::vec(sketch, 0..40);
    let mut runner = TestRunner::new(Config { cases: 60, ..Config::default() });
    let numbers = std::cell::Cell::new(10);
    let strategy = (history, prop::collection::vec((range(), 1..12_usize), 8));
    let result = runner.run(&strategy, |(history, questions)| {
        let number = numbers.get();
        numbers.set(number + 1);
        let all = write(store, move |tx| write_history(tx, number, &history));
        for (range, limit) in questions {
            let wanted = expected(&all, &range, limit);
            let key = all.first().map_or(ChatKey(0), |message| message.chat);
            let found =
                store.read_blocking(move |tx| tx.list_messages(key, &range, limit)).unwrap();
            let found: Vec<MessageId> = found.iter().map(|message| message.id).collect();
            prop_assert_eq!(found, wanted, "{:?}", range);
        }
        Ok(())
    });
    result.unwrap();
}

fn write_history(
    tx: &mut Tx<'_>,
    number: u16,
    history: &[Sketch],
) -> Result<Vec<Message>, StoreError> {
    let chat = chat_of_two(tx, 1, number)?;
    let permit = send_permit(account_id(1), account_id(number))?;
    let mut all = Vec::new();
    for (id, (later, edited)) in (1_i64..).zip(history) {
        let mut message = message(&chat, MessageId(id), account_id(1), "text");
        message.position = Position(id);
        tx.insert_message(&permit, &message)?;
        if later.is_some() || edited.is_some() {
            // Several may have been changed in the same millisecond, or when another was sent.
            message.etag = id + later.unwrap_or_default() % 8;
            message.edited_position = edited.map(Position);
            tx.update_message(&message)?;
        }
        all.push(message);
    }
    Ok(all)
}

pub(crate) fn events_are_told_after_a_watermark_and_to_whom_they_concern(store: &Store) {
    let (ada, bob): (AccountId, AccountId) = (account_id(1), account_id(2));
    write(store, move |tx| {
        let mut first = chat_of_two(tx, 1, 2)?;
        let mut second = chat_of_two(tx, 1, 3)?;
        let mut told = Vec::new();
        for id in 1..=6 {
            let kind = EventKind::MessageCreated(MessageId(id));
            let chat = if id % 2 == 0 { &mut first } else { &mut second };
            told.push(tx.append_event(chat, kind, None, None)?);
            tx.update_chat(chat)?;
        }
        let private = tx.append_event(&mut first, EventKind::ChatUpdated, Some(bob), None)?;
        let joined = tx.append_event(&mut first, EventKind::MemberAdded(bob), None, None)?;
        tx.update_chat(&first)?;
        assert_eq!(private.position.next(), joined.position);
        told.push(joined);
        let start = told.first().unwrap().watermark;
        let after = Watermark(start.0 - 1);
        assert_eq!(tx.events_for(ada, after, 99)?, told);
        let (head, tail) = told.split_at(3);
        assert_eq!(tx.events_for(ada, after, 3)?, head);
        assert_eq!(tx.events_for(ada, head.last().unwrap().watermark, 99)?, tail);
        let for_bob = tx.events_for(bob, after, 99)?;
        assert!(for_bob.contains(&private) && for_bob.iter().all(|e| e.chat == first.key));
        assert!(tx.events_for(account_id(9), Watermark(0), 99)?.is_empty());
        let last = tx.last_watermark()?;
        assert!(tx.events_for(ada, last, 99)?.is_empty());
        tx.put_membership(&membership(second.key, bob))?;
        assert_eq!(tx.events_for(bob, after, 99)?.len(), told.len() + 1);
        // A chat that is written without new events keeps its place.
        tx.update_chat(&second)?;
        assert_eq!(tx.events_for(ada, after, 99)?.len(), told.len());
        Ok(())
    });
}

pub(crate) fn an_export_reads_in_order_within_its_range_and_budget(store: &Store) {
    let (ada, bob) = (account_id(1), account_id(2));
    let first = write(store, move |tx| chat_of_two(tx, 1, 2));
    let second = write(store, move |tx| chat_of_two(tx, 1, 3));
    let chat = first.key;
    let entry = write(store, move |tx| {
        let permit = send_permit(ada, bob)?;
        for number in 1..=6 {
            let mut written = message(&first, MessageId(number * 10), ada, "12345");
            written.only_for = (number == 2).then_some(ada);
            if number == 3 {
                (written.etag, written.edited_position) = (1_000, Some(Position(9)));
            }
            tx.insert_message(&permit, &written)?;
        }
        let reaction = Reaction {
            account: bob,
            kind: "x".to_owned(),
            created_at: at(1),
            position: Position(8),
        };
        tx.put_reaction(chat, MessageId(40), &reaction)?;
        let entry = tx.newest_message_entry()?;
        tx.insert_message(&permit, &message(&first, MessageId(70), ada, "later"))?;
        Ok(entry)
    });
    let all = ExportRange {
        account: ada,
        from: MessageId(0),
        until: None,
        entry,
        after: i64::MIN,
        before: i64::MAX,
    };
    let much = ExportBudget { messages: 100, scanned: 100, bytes: 1_000 };
    let read = |range: ExportRange, budget| {
        store.read_blocking(move |tx| tx.export_stretch(chat, &range, budget)).unwrap()
    };
    let ids = |range, budget| {
        let stretch = read(range, budget);
        let ids: Vec<i64> = stretch.messages.iter().map(|message| message.id.0).collect();
        (ids, stretch.next.map(|next| next.0))
    };
    assert_eq!(ids(all, much), (vec![10, 20, 30, 40, 50, 60], None));
    assert_eq!(read(all, much).messages[3].reactions.len(), 1);
    for (range, wanted) in [
        (ExportRange { account: bob, ..all }, vec![10, 30, 40, 50, 60]),
        (ExportRange { from: MessageId(40), ..all }, vec![40, 50, 60]),
        (ExportRange { until: Some(Position(8)), ..all }, vec![10, 20, 40, 50, 60]),
        (ExportRange { after: 50, ..all }, vec![30, 60]),
        (ExportRange { before: 50, ..all }, vec![10, 20, 40]),
        (ExportRange { entry: entry + 1, ..all }, vec![10, 20, 30, 40, 50, 60, 70]),
    ] {
        assert_eq!(ids(range, much), (wanted, None), "{range:?}");
    }
    for (budget, wanted) in [
        (ExportBudget { messages: 2, ..much }, (vec![10, 20], Some(21))),
        (ExportBudget { scanned: 3, ..much }, (vec![10, 20, 30], Some(31))),
        (ExportBudget { bytes: 6, ..much }, (vec![10, 20], Some(21))),
    ] {
        assert_eq!(ids(all, budget), wanted, "{budget:?}");
    }
    let changed = |after, looked_at| {
        store.read_blocking(move |tx| tx.first_changed_after(chat, after, looked_at)).unwrap()
    };
    assert_eq!(changed(55, 9), (MessageId(30), 1));
    assert_eq!(changed(1_000, 9), (MessageId(1_001), 0));
    assert_eq!(changed(55, 1), (MessageId(i64::MIN), 1), "there may be more");
    let keys = |from, limit| {
        let chats = store.read_blocking(move |tx| tx.list_chats_to_export(ada, from, limit));
        chats.unwrap().iter().map(|(chat, _mine)| chat.key).collect::<Vec<_>>()
    };
    assert_eq!(keys(ChatKey(0), 9), [chat, second.key]);
    assert_eq!(keys(second.key, 9), [second.key]);
    assert_eq!(keys(ChatKey(0), 1), [chat]);
}

pub(crate) fn unread_messages_are_counted_up_to_a_limit(store: &Store) {
    write(store, |tx| {
        let (ada, bob, eve) = (account_id(1), account_id(2), account_id(3));
        let chat = chat_of_two(tx, 1, 2)?;
        let mine = membership(chat.key, ada);
        assert_eq!(tx.count_unread(&mine)?, 0);
        let post = |tx: &mut Tx<'_>, number, sender, change: fn(Message) -> Message| {
            let peer = if sender == ada { bob } else { ada };
            let written = change(message(&chat, MessageId(number), sender, "x"));
            tx.insert_message(&send_permit(sender, peer)?, &written)
        };
        let hidden = |message| Message { only_for: Some(account_id(3)), ..message };
        let shown = |message| Message { only_for: Some(account_id(1)), ..message };
        let deleted = |message| Message { deleted_at: Some(at(1)), ..message };
        for (number, sender, change) in [
            (1, bob, (|message| message) as fn(Message) -> Message),
            (2, ada, |message| message),
            (3, bob, hidden),
            (4, bob, shown),
            (5, bob, deleted),
            (6, bob, |message| Message { position: Position(9), ..message }),
        ] {
            post(tx, number, sender, change)?;
        }
        assert_eq!(tx.count_unread(&mine)?, 3, "the first, the fourth and the sixth");
        let others = membership(chat.key, eve);
        assert_eq!(tx.count_unread(&others)?, 4, "hers, and not what is Ada's");
        let since = Membership { visible_from: MessageId(4), ..mine.clone() };
        assert_eq!(tx.count_unread(&since)?, 2);
        let read = Membership { read_up_to: Some(MessageId(4)), ..mine.clone() };
        assert_eq!(tx.count_unread(&read)?, 1);
        let until = Membership { visible_until: Some(Position(8)), ..mine.clone() };
        assert_eq!(tx.count_unread(&until)?, 2);
        for number in 7..120 {
            post(tx, number, bob, |message| message)?;
        }
        assert_eq!(tx.count_unread(&mine)?, UNREAD_COUNT_MAX);
        for number in 120..320 {
            post(tx, number, ada, |message| message)?;
        }
        assert_eq!(tx.count_unread(&mine)?, 0, "only so many are looked at");
        Ok(())
    });
}
