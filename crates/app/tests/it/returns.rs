//! People who come back: after an administrator took them out, after a block was taken back.

use visavis_domain::chat::Consent;
use visavis_domain::contact::RequestState;

use crate::world::{World, code};

/// T-158: whom an administrator took out of a chat is asked anew, and old messages stay away.
#[test]
fn whom_an_administrator_took_out_is_asked_anew() {
    let (world, p) = World::new();
    let id = world.start(&p.finn, "bob@contoso.example").unwrap().chat.id;
    world.accept(&p.bob, &id).unwrap();
    world.send(&p.finn, &id, "old").unwrap();
    let (chat, bob) = (id.clone(), p.bob.account);
    world
        .write(&p.ada, move |tx, ctx| visavis_app::chat::remove_all_access(tx, ctx, &chat, bob))
        .unwrap();
    assert_eq!(code(world.chat(&p.bob, &id)), "not found");
    let again = world.start(&p.finn, "bob@contoso.example").unwrap();
    assert_eq!(again.request.unwrap().state, RequestState::Pending);
    world.send(&p.finn, &id, "new").unwrap();
    assert_eq!(world.preview(&p.bob, &id).unwrap(), ["new"]);
    world.accept(&p.bob, &id).unwrap();
    assert_eq!(world.messages(&p.bob, &id).unwrap(), ["new"]);
}

/// A request that came during the block was never seen: taking the block back does not accept it.
#[test]
fn what_was_asked_during_a_block_waits_when_the_block_is_taken_back() {
    let (world, p) = World::new();
    let group = world.group(&p.finn, &["bob@contoso.example"]).unwrap().chat.id;
    world.block(&p.bob, &p.finn).unwrap();
    let id = world.start(&p.finn, "bob@contoso.example").unwrap().chat.id;
    world.send(&p.finn, &id, "unseen").unwrap();
    assert_eq!(code(world.chat(&p.bob, &id)), "not found");
    world.unblock(&p.bob, &p.finn).unwrap();
    let seen = world.chat(&p.bob, &id).unwrap();
    assert_eq!(seen.membership.consent, Consent::Pending);
    assert_eq!(code(world.chat(&p.bob, &group)), "not found");
}

/// A person who blocked somebody whom they had asked themselves is not put into a group by them.
#[test]
fn whoever_blocked_is_not_put_into_a_group() {
    let (world, p) = World::new();
    world.group(&p.finn, &["bob@contoso.example"]).unwrap();
    world.start(&p.bob, "finn@fabrikam.example").unwrap();
    world.block(&p.bob, &p.finn).unwrap();
    assert_eq!(code(world.group(&p.finn, &["bob@contoso.example"])), "notReachable");
}
