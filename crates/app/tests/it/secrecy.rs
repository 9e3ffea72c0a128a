//! Consent first (P5) and no enumeration (P6): what the asking side can and cannot tell.

use visavis_app::contact::{Found, resolve};
use visavis_domain::contact::RequestState;

use crate::world::{World, code};

/// Everything that the asking side sees of the chat, with what must differ anyway left out.
fn asking_side(
    world: &World,
    who: &visavis_app::context::Caller,
    id: &visavis_domain::id::ChatId,
) -> String {
    let mut view = world.chat(who, id).unwrap();
    view.chat.access_version = 0;
    view.chat.last_position = visavis_domain::id::Position(0);
    let sent = world.messages(who, id).unwrap();
    let found = {
        let address = "finn@fabrikam.example".parse().unwrap();
        let results = world.read(who, move |tx, ctx| resolve(tx, ctx, vec![address])).unwrap();
        matches!(results[0].result, Found::Person(_))
    };
    format!("{view:?} {sent:?} {found}")
}

#[test]
fn declined_and_blocked_look_like_waiting() {
    for act in ["nothing", "decline", "decline and block", "block"] {
        let (world, p) = World::new();
        let id = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
        world.send(&p.bob, &id, "1").unwrap();
        let before = asking_side(&world, &p.bob, &id);
        match act {
            "decline" => world.decline(&p.finn, &id, false).unwrap(),
            "decline and block" => world.decline(&p.finn, &id, true).unwrap(),
            "block" => world.block(&p.finn, &p.bob).unwrap(),
            _ => drop(world.preview(&p.finn, &id).unwrap()),
        }
        assert_eq!(asking_side(&world, &p.bob, &id), before, "{act}");
        for number in 2..=10 {
            world.send(&p.bob, &id, &format!("{number}")).unwrap();
        }
        assert_eq!(code(world.send(&p.bob, &id, "11")), "pendingCap", "{act}");
        assert_eq!(world.messages(&p.bob, &id).unwrap().len(), 10, "{act}");
        let again = world.start(&p.bob, "finn@fabrikam.example").unwrap();
        assert_eq!(again.request.unwrap().state, RequestState::Pending, "{act}");
        if act != "nothing" {
            assert_eq!(code(world.chat(&p.finn, &id)), "not found", "{act}");
        }
    }
}

#[test]
fn what_was_sent_into_a_refusal_is_never_seen() {
    let (world, p) = World::new();
    let id = world.start(&p.pia, "bob@contoso.example").unwrap().chat.id;
    world.send(&p.pia, &id, "seen").unwrap();
    world.block(&p.bob, &p.pia).unwrap();
    world.send(&p.pia, &id, "never seen").unwrap();
    world.unblock(&p.bob, &p.pia).unwrap();
    assert_eq!(world.messages(&p.bob, &id).unwrap(), ["seen"]);
    world.send(&p.pia, &id, "accepted now").unwrap();
    assert_eq!(world.messages(&p.bob, &id).unwrap(), ["seen", "accepted now"]);
}

#[test]
fn blocked_after_acceptance_is_not_reachable_in_both_directions() {
    let (world, p) = World::new();
    let id = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &id).unwrap();
    world.block(&p.finn, &p.bob).unwrap();
    assert_eq!(code(world.send(&p.bob, &id, "hello?")), "notReachable");
    assert_eq!(code(world.send(&p.finn, &id, "own block")), "personBlocked");
    world.unblock(&p.finn, &p.bob).unwrap();
    world.send(&p.bob, &id, "back").unwrap();
}

#[test]
fn unknown_undiscoverable_and_refused_are_the_same_answer() {
    let (world, p) = World::new();
    let hidden = visavis_app::account::SettingsChange {
        is_discoverable_by_email: Some(false),
        is_discoverable_by_phone: Some(false),
        ..Default::default()
    };
    world
        .write(&p.pia, move |tx, ctx| {
            visavis_app::account::change_external_chat_settings(tx, ctx, hidden)
        })
        .unwrap();
    world.configure(&p.fay, serde_json::json!({ "allowFederatedUsers": false }));
    for address in [
        "nobody@outlook.example",
        "nobody@fabrikam.example",
        "pia@outlook.example",
        "finn@fabrikam.example",
    ] {
        assert_eq!(code(world.start(&p.bob, address)), "notReachable", "{address}");
        let key = address.parse().unwrap();
        let results = world.read(&p.bob, move |tx, ctx| resolve(tx, ctx, vec![key])).unwrap();
        assert!(matches!(results[0].result, Found::NotReachable), "{address}");
        assert_eq!(code(world.group(&p.bob, &["carl@contoso.example", address])), "notReachable");
        let key: visavis_app::subject::UserKey = address.parse().unwrap();
        let blocked =
            world.write(&p.bob, move |tx, ctx| visavis_app::contact::block(tx, ctx, &key));
        assert_eq!(code(blocked), "notReachable", "{address}");
    }
}

#[test]
fn the_own_side_says_exactly_why() {
    let (world, p) = World::new();
    world.configure(&p.ada, serde_json::json!({ "allowTeamsConsumer": false }));
    for address in ["pia@outlook.example", "nobody@outlook.example"] {
        assert_eq!(code(world.start(&p.bob, address)), "orgConsumerOff", "{address}");
    }
    assert_eq!(code(world.start(&p.pia, "bob@contoso.example")), "notReachable");
}
