//! Reads that take long hold up whoever asked for them, and nobody else.

use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use visavis_app::context::Caller;
use visavis_app::failure::{Failure, Outcome};
use visavis_domain::account::{Role, Roles};
use visavis_domain::limit::READS_IN_FLIGHT_PER_ACCOUNT_MAX;

use crate::world::World;

/// Long enough for anything; a test that waits so long has failed.
const BOUND: Duration = Duration::from_secs(20);

type Asked<T> = Pin<Box<dyn Future<Output = Outcome<T>>>>;

fn poll<T>(asked: &mut Asked<T>) -> Poll<Outcome<T>> {
    asked.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn finish<T>(asked: &mut Asked<T>) -> Outcome<T> {
    let deadline = Instant::now() + BOUND;
    loop {
        if let Poll::Ready(outcome) = poll(asked) {
            return outcome;
        }
        assert!(Instant::now() < deadline, "it ends");
        std::thread::yield_now();
    }
}

/// A read that goes on until it is let go; tells when it has begun.
fn long(world: &World, who: &Caller, begun: &Sender<()>) -> (Asked<()>, Sender<()>) {
    let (app, who, begun) = (world.app.clone(), who.clone(), begun.clone());
    let (go, gone): (Sender<()>, Receiver<()>) = channel();
    let asked = async move {
        app.read_in_turn(who, move |_tx, _ctx| {
            begun.send(()).unwrap();
            gone.recv_timeout(BOUND).unwrap();
            Ok(())
        })
        .await
    };
    (Box::pin(asked), go)
}

fn short(world: &World, who: &Caller) -> Asked<i64> {
    let (app, who) = (world.app.clone(), who.clone());
    Box::pin(async move { app.read_in_turn(who, |tx, _ctx| Ok(tx.last_watermark()?.0)).await })
}

#[test]
fn p9_whoever_asks_for_much_waits_behind_themselves() {
    let (world, p) = World::new();
    let (begun, beginnings) = channel();
    let (mut asked, mut gates): (Vec<_>, Vec<_>) =
        (0..20).map(|_read| long(&world, &p.bob, &begun)).unzip();
    assert!(asked.iter_mut().all(|one| poll(one).is_pending()));
    for _place in 0..READS_IN_FLIGHT_PER_ACCOUNT_MAX {
        beginnings.recv_timeout(BOUND).unwrap();
    }
    // Everybody else is answered while all of them still go on.
    for other in [&p.carl, &p.finn, &p.pia] {
        finish(&mut short(&world, other)).unwrap();
    }
    assert!(beginnings.try_recv().is_err(), "the others wait for their turn");
    let mut own = short(&world, &p.bob);
    assert!(poll(&mut own).is_pending());
    // Whoever gives up waiting is out of the way.
    asked.truncate(READS_IN_FLIGHT_PER_ACCOUNT_MAX);
    gates.truncate(READS_IN_FLIGHT_PER_ACCOUNT_MAX);
    gates.iter().for_each(|go| go.send(()).unwrap());
    asked.iter_mut().for_each(|one| finish(one).unwrap());
    finish(&mut own).unwrap();
}

#[test]
fn p9_one_verification_of_a_trail_goes_on_and_another_is_told_to_wait() {
    let (world, p) = World::new();
    let chief = Roles::from_iter([Role::OrganisationAdministrator]);
    let ann = world.person("Ann", "ann@contoso.example", chief);
    let verify = |who: &Caller| -> Asked<_> {
        let (app, who) = (world.app.clone(), who.clone());
        Box::pin(async move { app.verify_trail(who).await })
    };
    assert!(matches!(finish(&mut verify(&p.bob)), Err(Failure::NoPermission)));
    // All reads that Ada may have at once are under way. One of them makes room for the beginning of
    // a verification, and then somebody else was there before its first piece.
    let (begun, beginnings) = channel();
    let (mut held, gates): (Vec<_>, Vec<_>) =
        (0..READS_IN_FLIGHT_PER_ACCOUNT_MAX).map(|_read| long(&world, &p.ada, &begun)).unzip();
    for one in &mut held {
        assert!(poll(one).is_pending());
        beginnings.recv_timeout(BOUND).unwrap();
    }
    let mut first = verify(&p.ada);
    assert!(poll(&mut first).is_pending());
    let (mut waiting, _never) = long(&world, &p.ada, &begun);
    assert!(poll(&mut waiting).is_pending());
    gates[0].send(()).unwrap();
    finish(&mut held[0]).unwrap();
    let deadline = Instant::now() + BOUND;
    loop {
        assert!(poll(&mut first).is_pending());
        match finish(&mut verify(&ann)) {
            Err(Failure::TooMany { retry_after_s }) => {
                assert!((1..=60).contains(&retry_after_s));
                break;
            }
            // Until the first has come so far, the other is the first.
            other => assert!(other.is_ok() && Instant::now() < deadline, "{other:?}"),
        }
    }
    drop(waiting);
    gates[1].send(()).unwrap();
    finish(&mut held[1]).unwrap();
    let report = finish(&mut first).unwrap();
    assert!(report.first_broken.is_none() && report.entries > 0, "{report:?}");
    // The next one may, and so may whoever comes after one that was given up.
    finish(&mut verify(&ann)).unwrap();
    let mut given_up = verify(&p.ada);
    assert!(poll(&mut given_up).is_pending());
    drop(given_up);
    finish(&mut verify(&ann)).unwrap();
    finish(&mut verify(&p.fay)).unwrap();
}
