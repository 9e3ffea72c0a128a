//! Pinned messages: who pins, who sees which, what ends a pin.

use visavis_app::context::Caller;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::{message, pinned_message};
use visavis_domain::id::{ChatId, MessageId};
use visavis_domain::message::SystemEvent;

use crate::world::{People, World};

fn pin(world: &World, who: &Caller, chat: &ChatId, id: MessageId) -> Outcome<MessageId> {
    let chat = chat.clone();
    world
        .write(who, move |tx, ctx| pinned_message::pin(tx, ctx, &chat, id))
        .map(|view| view.message.id)
}

fn unpin(world: &World, who: &Caller, chat: &ChatId, id: MessageId) -> Outcome<()> {
    let chat = chat.clone();
    world.write(who, move |tx, ctx| pinned_message::unpin(tx, ctx, &chat, id))
}

fn pinned(world: &World, who: &Caller, chat: &ChatId) -> Outcome<Vec<MessageId>> {
    let chat = chat.clone();
    let views = world.read(who, move |tx, ctx| pinned_message::list(tx, ctx, &chat))?;
    Ok(views.iter().map(|view| view.message.id).collect())
}

fn say(world: &World, who: &Caller, chat: &ChatId, text: &str) -> MessageId {
    world.send(who, chat, text).unwrap().message.id
}

#[test]
fn a_deleted_message_is_pinned_no_more_and_stays_so_when_restored() {
    let (world, People { ada, bob, .. }) = World::new();
    let chat = world.start(&ada, "bob@contoso.example").unwrap().chat.id;
    let id = say(&world, &ada, &chat, "text");
    assert_eq!(pin(&world, &bob, &chat, id).unwrap(), id);
    assert_eq!(pinned(&world, &ada, &chat).unwrap(), [id]);
    let of = chat.clone();
    world.write(&ada, move |tx, ctx| message::delete(tx, ctx, &of, id)).unwrap();
    assert!(matches!(pin(&world, &bob, &chat, id), Err(Failure::Invalid { .. })));
    let of = chat.clone();
    world.write(&ada, move |tx, ctx| message::undelete(tx, ctx, &of, id)).unwrap();
    assert_eq!(pinned(&world, &ada, &chat).unwrap(), []);
    assert_eq!(pin(&world, &ada, &chat, id).unwrap(), id);
    world.verify_trails();
}

#[test]
fn p3_nothing_is_pinned_or_unpinned_after_contact_was_turned_off() {
    let (world, People { ada, finn, .. }) = World::new();
    let chat = world.start(&ada, "finn@fabrikam.example").unwrap().chat.id;
    let (first, second) = (say(&world, &ada, &chat, "1"), say(&world, &ada, &chat, "2"));
    assert!(matches!(pinned(&world, &finn, &chat), Err(Failure::NotFound)), "P5: pending");
    world.accept(&finn, &chat).unwrap();
    pin(&world, &finn, &chat, first).unwrap();
    world.configure(&ada, serde_json::json!({ "allowFederatedUsers": false }));
    for who in [&ada, &finn] {
        assert!(pin(&world, who, &chat, second).is_err());
        assert!(unpin(&world, who, &chat, first).is_err());
    }
    let key = chat.clone();
    let kept = world.app.store().read_blocking(move |tx| {
        let chat = tx.find_chat(&key)?.unwrap();
        tx.list_pinned_messages(chat.key)
    });
    assert_eq!(kept.unwrap(), [first]);
    world.verify_trails();
}

#[test]
fn each_act_leaves_one_line_and_a_repeated_one_none() {
    let (world, People { ada, bob, .. }) = World::new();
    let chat = world.start(&ada, "bob@contoso.example").unwrap().chat.id;
    let id = say(&world, &ada, &chat, "text");
    pin(&world, &ada, &chat, id).unwrap();
    pin(&world, &bob, &chat, id).unwrap();
    unpin(&world, &bob, &chat, id).unwrap();
    assert!(matches!(unpin(&world, &bob, &chat, id), Err(Failure::NotFound)));
    let of = chat.clone();
    let query = message::MessageQuery {
        order: visavis_app::MessageOrder::ById,
        after: None,
        before: None,
        page: visavis_app::page::PageRequest { top: 50, cursor: None },
    };
    let page = world.read(&bob, move |tx, ctx| message::list(tx, ctx, &of, query)).unwrap();
    let lines: Vec<_> = page
        .items
        .iter()
        .filter_map(|view| Some((view.message.sender?, view.message.extras.system.clone()?)))
        .collect();
    let expected =
        [(bob.account, SystemEvent::MessageUnpinned), (ada.account, SystemEvent::MessagePinned)];
    assert_eq!(lines, expected);
}
