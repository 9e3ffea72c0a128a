//! What was taken from somebody is taken at once: their next write sees it (P3).

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use visavis_app::account::{self, AccountChange, NewAccount};
use visavis_app::context::Caller;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::sign_in::SignInWant;
use visavis_app::subject::UserKey;
use visavis_app::{external_access, token};
use visavis_domain::account::{Profile, Role, Roles};
use visavis_domain::id::ChatId;

use crate::world::{World, code};

/// Takes something from a caller.
type Withdraw<'a> = &'a dyn Fn(&Caller);

const YEAR_MS: i64 = 366 * 24 * 60 * 60 * 1000;

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

/// Somebody as the server knows them who presents a new token.
fn with_token(world: &World, who: &Caller) -> Caller {
    let id = who.account;
    let secret = world
        .write(&world.operator, move |tx, ctx| account::issue_token(tx, ctx, id, "Script"))
        .unwrap();
    wait_for(world.app.authenticate(&secret, None)).unwrap()
}

fn change(world: &World, by: &Caller, whom: &Caller, change: AccountChange) {
    let key = UserKey::Id(whom.account);
    wait_for(account::change(&world.app, by.clone(), key, change)).unwrap();
}

fn revoke(world: &World, who: &Caller) -> Outcome<()> {
    let id = who.token;
    world.write(who, move |tx, ctx| token::revoke(tx, ctx, id))
}

/// A configuration that is as it was: who may change it is all that is asked.
fn configure(world: &World, who: &Caller) -> String {
    let nothing = serde_json::Map::new();
    let changed = world.write(who, move |tx, ctx| {
        external_access::change_configuration(tx, ctx, &nothing, None).map(drop)
    });
    code(changed)
}

#[test]
fn p3_a_grant_that_was_withdrawn_writes_and_reads_nothing() {
    let (world, p) = World::new();
    let chat = world.start(&p.bob, "carl@contoso.example").unwrap().chat.id;
    let off = AccountChange { is_enabled: Some(false), ..AccountChange::default() };
    let on = AccountChange { is_enabled: Some(true), ..AccountChange::default() };
    let password = || AccountChange {
        password: Some("another password".to_owned()),
        ..AccountChange::default()
    };
    let withdrawals: [(&str, Withdraw<'_>); 5] = [
        ("revoked", &|by| revoke(&world, by).unwrap()),
        ("switched off", &|by| change(&world, &p.ada, by, off.clone())),
        ("off and on again", &|by| {
            change(&world, &p.ada, by, off.clone());
            change(&world, &p.ada, by, on.clone());
        }),
        ("a new password", &|by| change(&world, &p.ada, by, password())),
        ("expired", &|_by| world.forward(YEAR_MS)),
    ];
    for (what, withdraw) in withdrawals {
        change(&world, &p.ada, &p.bob, on.clone());
        let bob = with_token(&world, &p.bob);
        world.send(&bob, &chat, "before").unwrap();
        withdraw(&bob);
        let refused = world.send(&bob, &chat, "after");
        assert!(matches!(refused, Err(Failure::NotSignedIn)), "{what}: {refused:?}");
        let renewed = wait_for(world.app.renewed(bob));
        assert!(matches!(renewed, Err(Failure::NotSignedIn)), "{what}: {renewed:?}");
    }
}

#[test]
fn p3_roles_are_those_of_the_moment() {
    let (world, p) = World::new();
    let roles = |roles: &[Role]| AccountChange {
        roles: Some(roles.iter().copied().collect()),
        ..AccountChange::default()
    };
    let administrator = [Role::OrganisationAdministrator];
    let bob = with_token(&world, &p.bob);
    assert_eq!(configure(&world, &bob), format!("{}", Failure::NoPermission));
    change(&world, &p.ada, &bob, roles(&administrator));
    assert_eq!(configure(&world, &bob), "done: ()");
    let renewed = wait_for(world.app.renewed(bob.clone())).unwrap();
    assert!(renewed.roles.has(Role::OrganisationAdministrator));
    change(&world, &p.ada, &bob, roles(&[]));
    for stale in [&bob, &renewed] {
        assert_eq!(configure(&world, stale), format!("{}", Failure::NoPermission));
    }
    assert!(!wait_for(world.app.renewed(renewed)).unwrap().roles.has(administrator[0]));
}

/// The order on the writer counts, not the commit: what was revoked before in the same commit holds
/// no more, though nothing has told the cache of tokens yet.
#[test]
fn p3_whoever_comes_after_a_revocation_in_the_same_commit_writes_nothing() {
    let (world, p) = World::new();
    let chat = world.start(&p.bob, "carl@contoso.example").unwrap().chat.id;
    let [bob, revoking] = [with_token(&world, &p.bob), p.bob.clone()];
    let world = Arc::new(world);
    let (go, gate) = mpsc::channel::<()>();
    let (begin, begun) = mpsc::channel::<()>();
    let before = world.app.store().stats().commits;
    let holder = spawn(&world, move |world| {
        world.write(&world.operator, move |_tx, _ctx| {
            begin.send(()).unwrap();
            gate.recv().unwrap();
            Ok(())
        })
    });
    begun.recv().unwrap();
    let id = bob.token;
    let revoked = spawn(&world, move |world| {
        world.write(&revoking, move |tx, ctx| token::revoke(tx, ctx, id))
    });
    wait_until(|| world.app.store().stats().queue_length == 1);
    let said = {
        let (bob, chat) = (bob.clone(), chat.clone());
        spawn(&world, move |world| say(world, &bob, &chat))
    };
    wait_until(|| world.app.store().stats().queue_length == 2);
    go.send(()).unwrap();
    holder.join().unwrap().unwrap();
    revoked.join().unwrap().unwrap();
    let said = said.join().unwrap();
    assert!(matches!(said, Err(Failure::NotSignedIn)), "{said:?}");
    assert_eq!(world.app.store().stats().commits, before + 2, "the two were not in one commit");
    assert!(world.messages(&p.bob, &chat).unwrap().is_empty());
}

/// What was taken back with its transaction took nothing.
#[test]
fn a_revocation_that_failed_takes_nothing() {
    let (world, p) = World::new();
    let chat = world.start(&p.bob, "carl@contoso.example").unwrap().chat.id;
    let bob = with_token(&world, &p.bob);
    let id = bob.token;
    let failed: Outcome<()> = world.write(&bob, move |tx, ctx| {
        token::revoke(tx, ctx, id)?;
        Err(Failure::NotFound)
    });
    assert!(matches!(failed, Err(Failure::NotFound)));
    world.send(&bob, &chat, "still here").unwrap();
    assert_eq!(wait_for(world.app.renewed(bob.clone())).unwrap().account, bob.account);
}

/// A password is compared outside of any transaction, which takes a while.
#[test]
fn p3_who_gave_the_old_password_is_not_let_in_once_it_was_replaced() {
    let (world, p) = World::new();
    let (mail, old, new) = ("dora@contoso.example", "an old password", "a newer password");
    let dora = NewAccount {
        display_name: "Dora".to_owned(),
        user_principal_name: mail.parse().unwrap(),
        phone: None,
        password: Some(old.to_owned()),
        is_enabled: true,
        profile: Profile::default(),
        roles: Roles::default(),
        is_personal: false,
        further_addresses: Vec::new(),
        is_minor: false,
    };
    let made = wait_for(account::create(&world.app, p.ada.clone(), dora)).unwrap();
    let id = made.person.card.id;
    let check = |password: &str| {
        wait_for(world.app.check_credentials(mail.to_owned(), password.to_owned(), None))
    };
    let admit = |credentials| {
        let want = SignInWant::Token { name: "Script".to_owned() };
        wait_for(world.app.admit(credentials, want))
    };
    let switch = |is_enabled| {
        let change = AccountChange { is_enabled: Some(is_enabled), ..AccountChange::default() };
        wait_for(account::change(&world.app, p.ada.clone(), UserKey::Id(id), change)).unwrap();
    };
    assert!(admit(check(old).unwrap()).is_ok());
    assert!(matches!(check(new), Err(Failure::NotSignedIn)));
    let [compared, switched] = [check(old).unwrap(), check(old).unwrap()];
    switch(false);
    assert!(matches!(admit(switched), Err(Failure::NotSignedIn)), "switched off");
    switch(true);
    let set = account::set_password(&world.app, p.ada.clone(), UserKey::Id(id), new.to_owned());
    wait_for(set).unwrap();
    assert!(matches!(admit(compared), Err(Failure::NotSignedIn)), "another password");
    assert!(admit(check(new).unwrap()).is_ok());
}

fn say(world: &World, who: &Caller, chat: &ChatId) -> Outcome<()> {
    world.send(who, chat, "after").map(drop)
}

fn spawn<T: Send + 'static>(
    world: &Arc<World>,
    run: impl FnOnce(&World) -> T + Send + 'static,
) -> std::thread::JoinHandle<T> {
    let world = Arc::clone(world);
    std::thread::spawn(move || run(&world))
}

fn wait_until(is_so: impl Fn() -> bool) {
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(std::time::Instant::now() < deadline, "it never came to that");
        std::thread::yield_now();
    }
}
