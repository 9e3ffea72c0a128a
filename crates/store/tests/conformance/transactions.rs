//! Batches, savepoints, snapshots and queues.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use visavis_domain::limit::READS_IN_FLIGHT_PER_ACCOUNT_MAX;
use visavis_store::{Store, StoreError, Tx};

use crate::fixture::prepare;

/// Long enough for anything; a test that waits so long has failed.
const BOUND: Duration = Duration::from_secs(20);

/// Holds the writer until told otherwise, so that what comes next is one batch.
struct Gate {
    open: Sender<()>,
    held: thread::JoinHandle<Result<(), StoreError>>,
}

impl Gate {
    fn close(store: &Store) -> Self {
        let (open, opened): (Sender<()>, Receiver<()>) = channel();
        let (entered, inside) = channel();
        let store = store.clone();
        let held = thread::spawn(move || {
            store.write_blocking(move |_tx| {
                entered.send(()).unwrap();
                opened.recv_timeout(BOUND).unwrap();
                Ok::<(), StoreError>(())
            })
        });
        inside.recv_timeout(BOUND).unwrap();
        Self { open, held }
    }

    fn open(self) {
        self.open.send(()).unwrap();
        self.held.join().unwrap().unwrap();
    }
}

/// Queues a command behind a gate and waits until it stands in the queue.
fn queue<T: Send + 'static>(
    store: &Store,
    run: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> thread::JoinHandle<Result<T, StoreError>> {
    let before = store.stats().queue_length;
    let writer = store.clone();
    let handle = thread::spawn(move || writer.write_blocking(run));
    while store.stats().queue_length == before {
        thread::yield_now();
    }
    handle
}

fn names(store: &Store) -> Vec<&'static str> {
    store
        .read_blocking(|tx| {
            let mut there = Vec::new();
            for name in ["a", "b", "c", "d"] {
                if tx.meta(name)?.is_some() {
                    there.push(name);
                }
            }
            Ok::<_, StoreError>(there)
        })
        .unwrap()
}

pub(crate) fn a_failed_command_is_taken_back_alone(store: &Store) {
    let gate = Gate::close(store);
    let before = store.stats();
    let good = queue(store, |tx| tx.set_meta("a", b"1"));
    let bad = queue(store, |tx| {
        tx.set_meta("b", b"1")?;
        tx.set_meta("a", b"2")?;
        Err::<(), _>(StoreError::WrongPermit)
    });
    let next = queue(store, |tx| {
        assert_eq!(tx.meta("a")?.as_deref(), Some(&b"1"[..]), "only the failed one is gone");
        tx.set_meta("c", b"1")
    });
    gate.open();
    good.join().unwrap().unwrap();
    assert!(matches!(bad.join().unwrap(), Err(StoreError::WrongPermit)));
    next.join().unwrap().unwrap();
    assert_eq!(names(store), ["a", "c"]);
    let after = store.stats();
    assert_eq!((after.commits - before.commits, after.commands - before.commands), (2, 4));
}

pub(crate) fn a_panic_is_taken_back_alone(store: &Store) {
    let gate = Gate::close(store);
    let bad = queue(store, |tx| {
        tx.set_meta("a", b"1")?;
        if tx.meta("a")?.is_some() {
            panic!("a mistake in a use case");
        }
        Ok(())
    });
    let good = queue(store, |tx| tx.set_meta("b", b"1"));
    gate.open();
    assert!(matches!(bad.join().unwrap(), Err(StoreError::Panicked)));
    good.join().unwrap().unwrap();
    assert_eq!(names(store), ["b"]);
    let read: Result<(), StoreError> = store.read_blocking(|_tx| panic!("in a reader"));
    assert!(matches!(read, Err(StoreError::Panicked)));
    store.write_blocking(|tx| tx.set_meta("c", b"1")).unwrap();
    assert_eq!(names(store), ["b", "c"]);
}

pub(crate) fn what_was_committed_is_told_in_order_before_the_answers(store: &Store) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let gate = Gate::close(store);
    let mut waiting = Vec::new();
    for number in 0..4 {
        let told = Arc::clone(&told);
        waiting.push(queue(store, move |tx| {
            tx.after_commit(Box::new(move || told.lock().unwrap().push(number)));
            if number == 2 { Err(StoreError::WrongPermit) } else { tx.set_meta("a", b"1") }
        }));
    }
    gate.open();
    for (number, handle) in waiting.into_iter().enumerate() {
        assert_eq!(handle.join().unwrap().is_err(), number == 2);
        assert_eq!(*told.lock().unwrap(), [0, 1, 3], "told before any answer");
    }
}

pub(crate) fn a_snapshot_stays_as_it_was(store: &Store) {
    store.write_blocking(|tx| tx.set_meta("a", b"old")).unwrap();
    let (entered, inside) = channel();
    let (go, gone) = channel();
    let reader = store.clone();
    let handle = thread::spawn(move || {
        reader.read_blocking(move |tx| {
            let before = tx.meta("a")?;
            entered.send(()).unwrap();
            gone.recv_timeout(BOUND).unwrap();
            Ok::<_, StoreError>((before, tx.meta("a")?))
        })
    });
    inside.recv_timeout(BOUND).unwrap();
    store.write_blocking(|tx| tx.set_meta("a", b"new")).unwrap();
    let fresh = store.read_blocking(|tx| tx.meta("a")).unwrap();
    assert_eq!(fresh.as_deref(), Some(&b"new"[..]), "what was answered is seen at once");
    go.send(()).unwrap();
    let (before, after) = handle.join().unwrap().unwrap();
    assert_eq!(before.as_deref(), Some(&b"old"[..]));
    assert_eq!(before, after);
}

pub(crate) fn readers_see_no_half_batch(store: &Store) {
    let writer = store.clone();
    let handle = thread::spawn(move || {
        for number in 0..200_u32 {
            let content = number.to_be_bytes();
            writer
                .write_blocking(move |tx| {
                    tx.set_meta("a", &content)?;
                    tx.set_meta("b", &content)
                })
                .unwrap();
        }
    });
    while !handle.is_finished() {
        let (a, b) =
            store.read_blocking(|tx| Ok::<_, StoreError>((tx.meta("a")?, tx.meta("b")?))).unwrap();
        assert_eq!(a, b);
    }
    handle.join().unwrap();
}

pub(crate) fn a_full_queue_refuses_at_once(store: &Store) {
    let gate = Gate::close(store);
    let waiting: Vec<_> =
        (0..64).map(|_number| queue(store, |tx| tx.set_meta("a", b"1"))).collect();
    let refused = store.write_blocking(|tx| tx.set_meta("b", b"1"));
    assert!(matches!(refused, Err(StoreError::Overloaded)), "{refused:?}");
    gate.open();
    for handle in waiting {
        handle.join().unwrap().unwrap();
    }
    store.write_blocking(|tx| tx.set_meta("c", b"1")).unwrap();
    assert_eq!(names(store), ["a", "c"]);
}

pub(crate) fn a_read_that_nobody_waits_for_is_not_run(store: &Store) {
    const READERS: usize = READS_IN_FLIGHT_PER_ACCOUNT_MAX + 1;
    let (entered, inside) = channel();
    let (mut gates, mut busy) = (Vec::new(), Vec::new());
    for _reader in 0..READERS {
        let (go, gone) = channel::<()>();
        let (reader, entered) = (store.clone(), entered.clone());
        busy.push(thread::spawn(move || {
            reader.read_blocking(move |tx| {
                entered.send(()).unwrap();
                gone.recv_timeout(BOUND).unwrap();
                tx.meta("a")
            })
        }));
        gates.push(go);
    }
    (0..READERS).for_each(|_reader| inside.recv_timeout(BOUND).unwrap());
    let has_run = Arc::new(AtomicBool::new(false));
    let runs = Arc::clone(&has_run);
    let mut waiting = Box::pin(store.read(move |tx| {
        runs.store(true, Ordering::SeqCst);
        tx.meta("a")
    }));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    assert_eq!(store.stats().read_queue_length, 1);
    drop(waiting);
    gates.iter().for_each(|go| go.send(()).unwrap());
    for handle in busy {
        handle.join().unwrap().unwrap();
    }
    // Later ones have had their turn.
    for _read in 0..2 * READERS {
        store.read_blocking(|tx| tx.meta("a")).unwrap();
    }
    assert_eq!(store.stats().read_queue_length, 0);
    assert!(!has_run.load(Ordering::SeqCst));
}

pub(crate) fn readers_cannot_write(store: &Store) {
    let refused = store.read_blocking(|tx| tx.set_meta("a", b"1"));
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    assert!(names(store).is_empty());
}

pub(crate) fn a_command_without_writes_breaks_nothing(store: &Store) {
    let answer = store.write_blocking(|tx| tx.meta("a")).unwrap();
    assert_eq!(answer, None);
    let failed: Result<(), StoreError> = store.write_blocking(|_tx| Err(StoreError::WrongPermit));
    assert!(failed.is_err());
    store.write_blocking(|tx| tx.set_meta("a", b"1")).unwrap();
    assert_eq!(names(store), ["a"]);
}

pub(crate) fn what_waits_is_done_before_shutdown(store: &Store) {
    let (ada, _bob) = prepare(store).unwrap();
    let gate = Gate::close(store);
    let waiting: Vec<_> = (0..8)
        .map(|_number| {
            let ada = ada.clone();
            queue(store, move |tx| ada.send(tx, "hello"))
        })
        .collect();
    let ending = store.clone();
    let shutdown = thread::spawn(move || ending.shutdown());
    gate.open();
    for handle in waiting {
        handle.join().unwrap().unwrap();
    }
    shutdown.join().unwrap();
    let late = store.write_blocking(|tx| tx.set_meta("a", b"1"));
    assert!(matches!(late, Err(StoreError::Closed)));
    let late = store.read_blocking(|tx| tx.meta("a"));
    assert!(matches!(late, Err(StoreError::Closed)));
}
