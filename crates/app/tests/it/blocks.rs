//! A block holds everywhere at once, wherever it was said.

use crate::world::{World, code};

/// A block said on the request into a group holds in the chat of the two as well.
#[test]
fn a_block_in_a_group_request_holds_in_the_chat_of_the_two() {
    for block in ["decline", "block"] {
        let (world, p) = World::new();
        let pair = world.start(&p.pia, "bob@contoso.example").unwrap().chat.id;
        let group = world.group(&p.pia, &["carl@contoso.example", "bob@contoso.example"]);
        let group = group.unwrap().chat.id;
        world.accept(&p.bob, &pair).unwrap();
        world.send(&p.pia, &pair, "before").unwrap();
        match block {
            "decline" => world.decline(&p.bob, &group, true).unwrap(),
            _ => world
                .write(&p.bob, move |tx, ctx| visavis_app::request::block(tx, ctx, &group, None))
                .unwrap(),
        }
        assert_eq!(code(world.send(&p.pia, &pair, "after")), "notReachable", "{block}");
    }
}
