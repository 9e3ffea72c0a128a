//! The main job from end to end: find, ask, preview, accept, talk, add, remove, leave.

use visavis_domain::contact::RequestState;

use crate::world::{World, code, ids, is_personal};

#[test]
fn two_organisations_hold_a_conversation() {
    let (world, p) = World::new();
    let chat = world.start(&p.bob, "finn@fabrikam.example").unwrap();
    let request = chat.request.unwrap();
    assert_eq!((request.state, request.is_outbound), (RequestState::Pending, true));
    assert_eq!(request.messages, Some((0, 10)));
    let id = chat.chat.id;
    world.send(&p.bob, &id, "Hello Finn").unwrap();

    let seen = world.chat(&p.finn, &id).unwrap();
    let request = seen.request.clone().unwrap();
    assert_eq!((request.state, request.is_outbound), (RequestState::Pending, false));
    assert_eq!(request.requested_by.card.display_name, "Bob");
    assert!(request.requested_by.is_external);
    assert_eq!(code(world.messages(&p.finn, &id)), "not found");
    assert_eq!(code(world.send(&p.finn, &id, "too early")), "requestPending");
    assert_eq!(world.preview(&p.finn, &id).unwrap(), ["Hello Finn"]);

    world.accept(&p.finn, &id).unwrap();
    world.accept(&p.finn, &id).unwrap();
    world.send(&p.finn, &id, "Hello Bob").unwrap();
    assert_eq!(world.messages(&p.bob, &id).unwrap(), ["Hello Finn", "Hello Bob"]);
    assert_eq!(world.messages(&p.finn, &id).unwrap(), ["Hello Finn", "Hello Bob"]);
    let again = world.start(&p.finn, "bob@contoso.example").unwrap();
    assert_eq!(again.chat.id, id);
    assert_eq!(again.request.unwrap().state, RequestState::Accepted);
    assert!(world.verify_trails() > 6);
}

#[test]
fn a_personal_account_and_a_group_of_three_homes() {
    let (world, p) = World::new();
    assert!(is_personal(&p.pia));
    let chat = world.group(&p.bob, &["ada@contoso.example", "finn@fabrikam.example"]).unwrap();
    let id = chat.chat.id.clone();
    assert_eq!(ids(&chat).len(), 3);
    world.send(&p.bob, &id, "one").unwrap();
    world.accept(&p.finn, &id).unwrap();
    assert_eq!(world.add(&p.bob, &id, &["pia@outlook.example"]).unwrap(), 1);
    assert_eq!(world.add(&p.ada, &id, &["pia@outlook.example"]).unwrap(), 1, "asked once only");
    world.accept(&p.pia, &id).unwrap();
    world.send(&p.pia, &id, "two").unwrap();
    assert_eq!(world.messages(&p.finn, &id).unwrap(), ["one", "two"]);
    assert_eq!(world.messages(&p.pia, &id).unwrap(), ["one", "two"]);

    world.remove(&p.bob, &id, &p.pia).unwrap();
    world.send(&p.bob, &id, "three").unwrap();
    assert_eq!(world.messages(&p.pia, &id).unwrap(), ["one", "two"]);
    assert_eq!(code(world.send(&p.pia, &id, "no")), "notMember");
    assert_eq!(world.messages(&p.ada, &id).unwrap(), ["one", "two", "three"]);
    world.verify_trails();
}

#[test]
fn colleagues_need_no_request() {
    let (world, p) = World::new();
    let chat = world.start(&p.bob, "carl@contoso.example").unwrap();
    assert!(chat.request.is_none());
    world.send(&p.carl, &chat.chat.id, "at once").unwrap();
    assert_eq!(world.messages(&p.bob, &chat.chat.id).unwrap(), ["at once"]);
}

#[test]
fn the_same_person_twice_is_refused_after_resolution() {
    let (world, p) = World::new();
    let id = p.finn.account.to_string();
    let twice = world.group(&p.bob, &["finn@fabrikam.example", &id]);
    assert_eq!(code(twice), "the same person twice");
}

#[test]
fn ten_messages_may_wait_and_an_eleventh_is_refused() {
    let (world, p) = World::new();
    let id = world.start(&p.pia, "bob@contoso.example").unwrap().chat.id;
    for number in 1..=10 {
        world.send(&p.pia, &id, &format!("{number}")).unwrap();
    }
    assert_eq!(code(world.send(&p.pia, &id, "11")), "pendingCap");
    world.accept(&p.bob, &id).unwrap();
    world.send(&p.pia, &id, "11").unwrap();
    assert_eq!(world.messages(&p.bob, &id).unwrap().len(), 11);
}

#[test]
fn leaving_keeps_the_history_up_to_then() {
    let (world, p) = World::new();
    let id = world.group(&p.bob, &["carl@contoso.example"]).unwrap().chat.id;
    world.send(&p.bob, &id, "one").unwrap();
    let leaving = id.clone();
    world.write(&p.carl, move |tx, ctx| visavis_app::chat::leave(tx, ctx, &leaving)).unwrap();
    world.send(&p.bob, &id, "two").unwrap();
    assert_eq!(world.messages(&p.carl, &id).unwrap(), ["one"]);
    assert_eq!(world.add(&p.bob, &id, &["carl@contoso.example"]).unwrap(), 1);
    world.send(&p.carl, &id, "three").unwrap();
    assert_eq!(world.messages(&p.carl, &id).unwrap(), ["one", "two", "three"]);
}
