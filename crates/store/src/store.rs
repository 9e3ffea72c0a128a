//! The store as a whole: opening it, and handing it things to do.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use visavis_domain::limit::{READS_IN_FLIGHT_PER_ACCOUNT_MAX, WRITE_QUEUE_MAX};
use visavis_domain::time::Timestamp;

use crate::error::StoreError;
use crate::migration;
use crate::queue::{Queue, command};
use crate::reader;
use crate::sqlite::{self, Purpose, Sqlite};
use crate::tx::Tx;
use crate::writer::{Counters, OnCommit, Writer};

/// Threads that read, one more than an account may have at once: one is left for others.
const READERS: usize = READS_IN_FLIGHT_PER_ACCOUNT_MAX + 1;
/// Bytes of a page of the database.
const PAGE_BYTES: u64 = 4_096;
/// Bytes that the log adds to each page, and those at its beginning.
const LOG_FRAME_HEADER_BYTES: u64 = 24;
const LOG_HEADER_BYTES: u64 = 32;

/// How to open a store.
#[derive(Clone)]
pub struct Options {
    /// The file of the database. A lock file lies next to it, in the data folder.
    pub path: PathBuf,
    /// Threads that read.
    pub readers: usize,
    /// Who is told what was committed: on the writer, in order, before the commands are answered.
    pub on_commit: Option<OnCommit>,
    /// When the store is opened; noted with migrations.
    pub now: Timestamp,
    /// Commands that may wait for the writer; past it they are refused.
    pub write_queue_max: usize,
    /// Commands that may wait for the readers; past it they are refused.
    pub read_queue_max: usize,
    /// Pages beyond which the database may not grow; for tests of a full disk.
    pub pages_max: Option<u32>,
}

impl Options {
    /// The usual way to open the database in this file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: READERS,
            on_commit: None,
            now: Timestamp::default(),
            write_queue_max: WRITE_QUEUE_MAX,
            read_queue_max: WRITE_QUEUE_MAX,
            pages_max: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("path", &self.path)
            .field("readers", &self.readers)
            .finish_non_exhaustive()
    }
}

/// What the store has done, and what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Commits of the writer.
    pub commits: u64,
    /// Commands in them.
    pub commands: u64,
    /// Commands that wait for the writer.
    pub queue_length: usize,
    /// Commands that wait for the readers.
    pub read_queue_length: usize,
    /// Pages in the log. Growing without end means that a reader does not finish.
    pub wal_pages: u64,
}

/// The store. Clones share it; it is shut down when the last one goes.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

struct Shared {
    path: PathBuf,
    writes: Arc<Queue>,
    reads: Arc<Queue>,
    counters: Arc<Counters>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    readers: Vec<JoinHandle<()>>,
    writer: Option<JoinHandle<()>>,
    /// Held until both are gone.
    lock: Option<File>,
}

impl Store {
    /// Opens the database, makes it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] when another process has it open, [`StoreError::ReadOnly`],
    /// [`StoreError::NewerSchema`], [`StoreError::ChangedMigration`]; nothing was changed then.
    pub fn open(options: Options) -> Result<Self, StoreError> {
        let lock = lock(&options.path)?;
        keep_private(&options.path)?;
        let store = Self::without_threads(&options);
        store.start_writer(&options)?;
        store.start_readers(&options.path, options.readers.max(1))?;
        store.shared.threads().lock = Some(lock);
        Ok(store)
    }

    /// Opens the database for reading, next to a server that may be running. Writing is answered
    /// with [`StoreError::ReadOnly`].
    ///
    /// # Errors
    ///
    /// [`StoreError::NewerSchema`], [`StoreError::OlderSchema`]; or what the engine says.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let connection = sqlite::open(path, Purpose::Read)?;
        migration::require(&mut Sqlite::new(&connection), migration::SQLITE)?;
        let store = Self::without_threads(&Options::new(path));
        store.shared.writes.close(StoreError::ReadOnly);
        store.start_readers(path, 1)?;
        Ok(store)
    }

    fn without_threads(options: &Options) -> Self {
        Self {
            shared: Arc::new(Shared {
                path: options.path.clone(),
                writes: Arc::new(Queue::new(options.write_queue_max)),
                reads: Arc::new(Queue::new(options.read_queue_max)),
                counters: Arc::default(),
                threads: Mutex::default(),
            }),
        }
    }

    /// Starts the writer and waits until the schema is up to date.
    fn start_writer(&self, options: &Options) -> Result<(), StoreError> {
        let connection = sqlite::open(&options.path, Purpose::Write)?;
        migration::upgrade(&mut Sqlite::new(&connection), migration::SQLITE, options.now)?;
        if let Some(pages) = options.pages_max {
            sqlite::limit_pages(&connection, pages)?;
        }
        let queue = Arc::clone(&self.shared.writes);
        let counters = Arc::clone(&self.shared.counters);
        let on_commit = options.on_commit.clone();
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || {
            let mut engine = Sqlite::new(&connection);
            let engine = &mut engine;
            Writer { engine, on_commit, counters: &counters }.run(&queue);
        });
        self.shared.threads().writer = Some(thread.map_err(StoreError::from_file)?);
        Ok(())
    }

    fn start_readers(&self, path: &Path, count: usize) -> Result<(), StoreError> {
        for number in 1..=count {
            let connection = sqlite::open(path, Purpose::Read)?;
            let queue = Arc::clone(&self.shared.reads);
            let name = format!("store-reader-{number}");
            let thread = std::thread::Builder::new().name(name).spawn(move || {
                reader::run(&mut Sqlite::new(&connection), &queue);
            });
            self.shared.threads().readers.push(thread.map_err(StoreError::from_file)?);
        }
        Ok(())
    }

    /// Runs something in the next transaction of the writer, and answers once it is durable.
    ///
    /// An error takes back what `run` wrote and nothing else. Dropping the future does not stop
    /// what was begun.
    ///
    /// # Errors
    ///
    /// What `run` answers; [`StoreError::Overloaded`] at once when too much waits;
    /// [`StoreError::Panicked`]; and whatever made the commit fail, in which case nothing of it
    /// happened.
    pub async fn write<T, E, F>(&self, run: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<StoreError> + Send + 'static,
        T: Send + 'static,
    {
        answered(submit(&self.shared.writes, run)?.await)
    }

    /// Runs something in a snapshot of what was committed last. It can only read. Dropping the
    /// future while it waits for its turn has it not run at all.
    ///
    /// # Errors
    ///
    /// As [`Store::write`]; [`StoreError::ReadOnly`] when `run` writes.
    pub async fn read<T, E, F>(&self, run: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<StoreError> + Send + 'static,
        T: Send + 'static,
    {
        answered(submit(&self.shared.reads, run)?.await)
    }

    /// As [`Store::write`], for threads that are not asynchronous.
    ///
    /// # Errors
    ///
    /// As [`Store::write`].
    pub fn write_blocking<T, E, F>(&self, run: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<StoreError> + Send + 'static,
        T: Send + 'static,
    {
        answered(submit(&self.shared.writes, run)?.blocking_recv())
    }

    /// As [`Store::read`], for threads that are not asynchronous.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub fn read_blocking<T, E, F>(&self, run: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        E: From<StoreError> + Send + 'static,
        T: Send + 'static,
    {
        answered(submit(&self.shared.reads, run)?.blocking_recv())
    }

    /// Does what still waits, moves the log into the database and ends the threads. Blocks until
    /// then; what comes later is answered with [`StoreError::Closed`].
    pub fn shutdown(&self) {
        self.shared.shutdown();
    }

    /// What the store has done, and what waits.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let counters = &self.shared.counters;
        let log = self.shared.path.as_os_str().to_owned();
        let log = PathBuf::from([log, "-wal".into()].into_iter().collect::<std::ffi::OsString>());
        let log_bytes = std::fs::metadata(log).map_or(0, |file| file.len());
        Stats {
            commits: counters.commits.load(Ordering::Relaxed),
            commands: counters.commands.load(Ordering::Relaxed),
            queue_length: self.shared.writes.len(),
            read_queue_length: self.shared.reads.len(),
            wal_pages: log_bytes.saturating_sub(LOG_HEADER_BYTES)
                / (PAGE_BYTES + LOG_FRAME_HEADER_BYTES),
        }
    }
}

impl Shared {
    fn threads(&self) -> std::sync::MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shutdown(&self) {
        let Threads { readers, writer, lock } = std::mem::take(&mut *self.threads());
        // Readers first: the log moves into the database only with the last connection, and of
        // two that close at once neither is the last.
        self.reads.close(StoreError::Closed);
        readers.into_iter().for_each(wait_for);
        self.writes.close(StoreError::Closed);
        writer.into_iter().for_each(wait_for);
        drop(lock);
    }
}

fn wait_for(thread: JoinHandle<()>) {
    // A command may hold the last clone of the store; a thread cannot wait for itself.
    if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
        tracing::error!("a thread of the store ended with a panic");
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.shutdown();
    }
}

fn submit<T, E, F>(queue: &Queue, run: F) -> Result<oneshot::Receiver<Result<T, E>>, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    E: From<StoreError> + Send + 'static,
    T: Send + 'static,
{
    let (command, answer) = command(run);
    queue.push(command)?;
    Ok(answer)
}

fn answered<T, E: From<StoreError>>(
    answer: Result<Result<T, E>, oneshot::error::RecvError>,
) -> Result<T, E> {
    answer.unwrap_or_else(|_thread_gone| Err(StoreError::Closed.into()))
}

/// Takes the lock of the data folder, which the operating system gives back whatever happens.
/// Makes sure that nobody else on the machine can read the database, whoever may enter its folder.
/// SQLite gives its log the permissions of the database.
#[cfg(unix)]
fn keep_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = File::options().create_new(true).write(true).mode(0o600).open(path);
    match made {
        Ok(_empty) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::from_file(error)),
    }
}

/// Permissions are the folder's business elsewhere.
#[cfg(not(unix))]
fn keep_private(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("visavis.lock"))
        .map_err(StoreError::from_file)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked),
        Err(TryLockError::Error(error)) => Err(StoreError::from_file(error)),
    }
}
