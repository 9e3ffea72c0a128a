//! Governed at once (P3), and the effect on running chats (section 6.6).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use visavis_app::context::Caller;
use visavis_domain::id::ChatId;

use crate::world::{World, code};

const TRIALS: usize = 200;
const SENDERS: usize = 8;

/// While eight senders write as fast as they can, an administrator turns contact off: nothing is
/// committed after the answer.
#[test]
fn nothing_is_committed_after_contact_was_turned_off() {
    let (world, p) = World::new();
    let id = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &id).unwrap();
    let world = Arc::new(world);
    for trial in 0..TRIALS {
        let stop = Arc::new(AtomicBool::new(false));
        let senders: Vec<_> = (0..SENDERS)
            .map(|number| {
                let (world, id, stop) = (Arc::clone(&world), id.clone(), Arc::clone(&stop));
                let sender = if number % 2 == 0 { p.bob.clone() } else { p.finn.clone() };
                std::thread::spawn(move || write_until(&world, &sender, &id, &stop))
            })
            .collect();
        let before = last_watermark(&world);
        while last_watermark(&world) < before + 8 {
            std::thread::yield_now();
        }
        let admin = if trial % 2 == 0 { &p.ada } else { &p.fay };
        world.configure(admin, serde_json::json!({ "allowFederatedUsers": false }));
        let answered = last_watermark(&world);
        for _ in 0..SENDERS {
            std::thread::yield_now();
        }
        stop.store(true, Ordering::SeqCst);
        let sent: usize = senders.into_iter().map(|sender| sender.join().unwrap()).sum();
        assert!(sent > 0, "trial {trial}: nobody wrote");
        assert_eq!(last_watermark(&world), answered, "trial {trial}: written after the answer");
        world.configure(admin, serde_json::json!({ "allowFederatedUsers": true }));
    }
    world.verify_trails();
}

/// Writes as fast as it can; tells how many messages were accepted.
fn write_until(world: &World, sender: &Caller, id: &ChatId, stop: &AtomicBool) -> usize {
    let mut accepted = 0;
    while !stop.load(Ordering::SeqCst) {
        accepted += usize::from(world.send(sender, id, "on").is_ok());
    }
    accepted
}

fn last_watermark(world: &World) -> i64 {
    world.app.store().read_blocking(|tx| tx.last_watermark()).unwrap().0
}

#[test]
fn t_140_and_t_141_a_one_on_one_is_refused_and_works_again() {
    let (world, p) = World::new();
    let id = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &id).unwrap();
    world.send(&p.bob, &id, "before").unwrap();
    world.configure(&p.ada, serde_json::json!({ "allowFederatedUsers": false }));
    assert_eq!(code(world.send(&p.bob, &id, "no")), "orgFederationOff");
    assert_eq!(code(world.send(&p.finn, &id, "no")), "notReachable");
    assert_eq!(world.messages(&p.finn, &id).unwrap(), ["before"]);
    world.configure(&p.ada, serde_json::json!({ "allowFederatedUsers": true }));
    world.send(&p.finn, &id, "after").unwrap();
    assert_eq!(world.messages(&p.bob, &id).unwrap(), ["before", "after"]);
}

/// A request does not outlive whoever asked: nobody would be there for whom it could be accepted.
#[test]
fn what_waits_ends_with_whoever_asked_and_can_be_asked_anew() {
    let (world, p) = World::new();
    let id = world.start(&p.finn, "bob@contoso.example").unwrap().chat.id;
    world.send(&p.finn, &id, "old").unwrap();
    let group = world.group(&p.finn, &["bob@contoso.example"]).unwrap().chat.id;
    let list = |users: &[&str]| serde_json::json!({ "blockedUsers": users, "blockExternalUserAccess": true });
    world.configure(&p.ada, list(&["finn@fabrikam.example"]));
    assert_eq!(code(world.accept(&p.bob, &id)), "orgBlockedUser");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(world.app.sweep(&mut visavis_app::sweep::Swept::default())).unwrap();
    assert_eq!(code(world.chat(&p.bob, &id)), "not found");
    // P7: the trail of those who were asked has both ends.
    let query = visavis_app::trail::TrailQuery {
        from: None,
        to: None,
        kind: Some(visavis_domain::audit::AuditKind::MemberRemoved),
        actor: None,
        participant: None,
        chain: Some(visavis_app::trail::TrailChain::Chat(id.clone())),
        page: visavis_app::page::PageRequest::large(None, None),
    };
    let trail = world.read(&p.ada, move |tx, ctx| visavis_app::trail::list(tx, ctx, &query));
    let ended: Vec<bool> = trail
        .unwrap()
        .items
        .iter()
        .map(|entry| entry.record.detail.contains("requestWithdrawn"))
        .collect();
    assert_eq!(ended, [true, false]);
    world.configure(&p.ada, list(&[]));
    assert_eq!(code(world.accept(&p.bob, &id)), "not found");
    assert_eq!(code(world.preview(&p.bob, &id)), "not found");
    // In a group others may be left: it waits on.
    assert!(world.chat(&p.bob, &group).is_ok());
    let again = world.start(&p.finn, "bob@contoso.example").unwrap();
    assert_eq!(again.request.unwrap().state, visavis_domain::contact::RequestState::Pending);
    world.send(&p.finn, &id, "new").unwrap();
    assert_eq!(world.preview(&p.bob, &id).unwrap(), ["new", "old"]);
    world.accept(&p.bob, &id).unwrap();
    assert_eq!(world.messages(&p.bob, &id).unwrap(), ["old", "new"]);
    world.verify_trails();
}

#[test]
fn t_142_in_groups_personal_people_go_at_the_next_write() {
    let (world, p) = World::new();
    let id = world.group(&p.bob, &["carl@contoso.example", "pia@outlook.example"]).unwrap().chat.id;
    world.accept(&p.pia, &id).unwrap();
    world.send(&p.pia, &id, "before").unwrap();
    world.configure(&p.ada, serde_json::json!({ "allowTeamsConsumer": false }));
    assert_eq!(code(world.send(&p.pia, &id, "no")), "notReachable");
    world.send(&p.bob, &id, "after").unwrap();
    assert_eq!(world.messages(&p.carl, &id).unwrap(), ["before", "after"]);
    assert_eq!(world.messages(&p.pia, &id).unwrap(), ["before"]);
    world.configure(&p.ada, serde_json::json!({ "allowTeamsConsumer": true }));
    assert_eq!(code(world.send(&p.pia, &id, "still out")), "notMember");
    world.verify_trails();
}

#[test]
fn t_149_and_t_150_a_blocked_person_goes_and_does_not_come_back_by_itself() {
    let (world, p) = World::new();
    let id = world.start(&p.bob, "finn@fabrikam.example").unwrap().chat.id;
    world.accept(&p.finn, &id).unwrap();
    let blocked = serde_json::json!({
        "blockedUsers": ["finn@fabrikam.example"], "blockExternalUserAccess": true
    });
    world.configure(&p.ada, blocked);
    assert_eq!(code(world.send(&p.finn, &id, "no")), "notReachable");
    assert_eq!(code(world.send(&p.bob, &id, "no")), "orgBlockedUser");
    let runtime = runtime();
    let mut swept = visavis_app::sweep::Swept::default();
    assert_eq!(runtime.block_on(world.app.sweep(&mut swept)).unwrap(), 1);
    assert_eq!(runtime.block_on(world.app.sweep(&mut swept)).unwrap(), 0);
    assert_eq!(code(world.send(&p.bob, &id, "no")), "orgBlockedUser");
    world.configure(&p.ada, serde_json::json!({ "blockedUsers": [] }));
    assert_eq!(code(world.send(&p.finn, &id, "still out")), "notMember");
    world.start(&p.bob, "finn@fabrikam.example").unwrap();
    world.send(&p.finn, &id, "back").unwrap();
    world.verify_trails();
}

#[test]
fn a_person_opted_out_by_policy_is_refused_alone() {
    let (world, p) = World::new();
    let serde_json::Value::Object(off) = serde_json::json!({ "enableTeamsConsumerInbound": false })
    else {
        panic!("not an object")
    };
    let bob = visavis_app::subject::UserKey::Id(p.bob.account);
    world
        .write(&p.ada, move |tx, ctx| {
            let name: visavis_policy::name::PolicyName = "NoInbound".parse().unwrap();
            visavis_app::external_access::create_policy(tx, ctx, &name, &off)?;
            visavis_app::external_access::assign_to_users(tx, ctx, vec![(bob, Some(name))])
        })
        .unwrap();
    assert_eq!(code(world.start(&p.pia, "bob@contoso.example")), "notReachable");
    world.start(&p.pia, "carl@contoso.example").unwrap();
    world.start(&p.bob, "pia@outlook.example").unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// Until somebody whom the terms no longer allow is taken out, reads show what they will show then
///
#[test]
fn reads_apply_the_verdict_before_the_eviction() {
    let (world, p) = World::new();
    let id = world.group(&p.bob, &["carl@contoso.example", "pia@outlook.example"]).unwrap().chat.id;
    world.accept(&p.pia, &id).unwrap();
    world.send(&p.bob, &id, "before").unwrap();
    world.configure(&p.ada, serde_json::json!({ "allowTeamsConsumer": false }));
    let seen = world.chat(&p.pia, &id).unwrap();
    assert_eq!(seen.membership.state, visavis_domain::chat::MembershipState::RemovedByPolicy);
    let marked = id.clone();
    world
        .write(&p.pia, move |tx, ctx| visavis_app::chat::mark_read(tx, ctx, &marked, None))
        .unwrap();
    let others = crate::world::ids(&world.chat(&p.bob, &id).unwrap());
    assert!(!others.contains(&p.pia.account));
    world.configure(&p.ada, serde_json::json!({ "allowTeamsConsumer": true }));
    let seen = world.chat(&p.pia, &id).unwrap();
    assert_eq!(seen.membership.state, visavis_domain::chat::MembershipState::Member);
    world.send(&p.pia, &id, "never taken out").unwrap();
}
