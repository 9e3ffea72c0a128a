//! What was sent, acknowledged and delivered, and when.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

/// Bytes of the text of every message.
pub(crate) const TEXT_BYTES: usize = 100;
/// What stands on both sides of a message's number. Nothing else in a frame contains it.
const MARK: u8 = b'~';
const DIGITS: usize = 10;

/// Nanoseconds since the run began; 0 means that it did not happen.
type Nanoseconds = u64;

/// The state that all tasks of a run share. They all run on one thread.
#[derive(Debug)]
pub(crate) struct Run {
    started: Instant,
    /// Nothing new is sent once this is set.
    pub(crate) is_over: Cell<bool>,
    /// Messages that were both acknowledged and delivered to everybody.
    pub(crate) completed: Cell<u64>,
    /// Frames about messages that were received.
    pub(crate) deliveries: Cell<u64>,
    /// Connections that the server cut because they were too slow, and that resumed.
    pub(crate) resumes: Cell<u64>,
}

impl Run {
    pub(crate) fn start() -> Rc<Self> {
        Rc::new(Self {
            started: Instant::now(),
            is_over: Cell::new(false),
            completed: Cell::new(0),
            deliveries: Cell::new(0),
            resumes: Cell::new(0),
        })
    }

    pub(crate) fn now(&self) -> Nanoseconds {
        self.at(Instant::now())
    }

    pub(crate) fn at(&self, moment: Instant) -> Nanoseconds {
        let elapsed = moment.saturating_duration_since(self.started);
        Nanoseconds::try_from(elapsed.as_nanos()).unwrap_or(Nanoseconds::MAX)
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Entry {
    sent: Nanoseconds,
    acknowledged: Nanoseconds,
    /// To the last of the readers so far.
    delivered: Nanoseconds,
    deliveries: u32,
}

/// What happened to the messages of one chat.
#[derive(Debug)]
pub(crate) struct Ledger {
    run: Rc<Run>,
    readers: u32,
    entries: RefCell<Vec<Entry>>,
    repeats: Cell<u64>,
    /// Every delivery's delay, with when the message was sent.
    delays: RefCell<Vec<(Nanoseconds, Nanoseconds)>>,
}

impl Ledger {
    pub(crate) fn new(run: &Rc<Run>, readers: u32) -> Rc<Self> {
        Rc::new(Self {
            run: Rc::clone(run),
            readers,
            entries: RefCell::default(),
            repeats: Cell::new(0),
            delays: RefCell::default(),
        })
    }

    /// Enters a message that is due at this time, and gives it its number.
    pub(crate) fn send(&self, due: Nanoseconds) -> usize {
        let mut entries = self.entries.borrow_mut();
        entries.push(Entry { sent: due.max(1), ..Entry::default() });
        entries.len() - 1
    }

    pub(crate) fn acknowledge(&self, number: usize) {
        let now = self.run.now();
        if let Some(entry) = self.entries.borrow_mut().get_mut(number) {
            entry.acknowledged = now;
            self.count_if_complete(entry);
        }
    }

    /// Enters the arrival of a message at one of the readers.
    pub(crate) fn deliver(&self, number: usize, seen: &mut Vec<bool>) {
        let now = self.run.now();
        let mut entries = self.entries.borrow_mut();
        let Some(entry) = entries.get_mut(number) else { return };
        if seen.len() <= number {
            seen.resize(number + 1024, false);
        }
        match seen.get_mut(number) {
            Some(is_seen) if !*is_seen => *is_seen = true,
            _ => {
                self.repeats.set(self.repeats.get() + 1);
                return;
            }
        }
        entry.delivered = now;
        entry.deliveries += 1;
        self.run.deliveries.set(self.run.deliveries.get() + 1);
        self.delays.borrow_mut().push((entry.sent, now.saturating_sub(entry.sent)));
        self.count_if_complete(entry);
    }

    fn count_if_complete(&self, entry: &Entry) {
        if entry.acknowledged > 0 && entry.deliveries == self.readers {
            self.run.completed.set(self.run.completed.get() + 1);
        }
    }

    /// Whether everything that was acknowledged has arrived everywhere.
    pub(crate) fn is_settled(&self) -> bool {
        self.missing() == 0
    }

    /// Acknowledged messages that have not arrived at every reader.
    pub(crate) fn missing(&self) -> usize {
        let entries = self.entries.borrow();
        let is_missing = |entry: &&Entry| entry.acknowledged > 0 && entry.deliveries < self.readers;
        entries.iter().filter(is_missing).count()
    }

    /// Arrivals of a message that had arrived before.
    pub(crate) fn repeats(&self) -> u64 {
        self.repeats.get()
    }

    /// The numbers of the messages that were acknowledged.
    pub(crate) fn acknowledged(&self) -> Vec<usize> {
        let entries = self.entries.borrow();
        let numbered = entries.iter().enumerate();
        numbered.filter(|(_, entry)| entry.acknowledged > 0).map(|(number, _)| number).collect()
    }

    /// How long acknowledgements took, of messages sent in the window.
    pub(crate) fn acknowledgements(&self, window: &Window) -> Vec<Duration> {
        let entries = self.entries.borrow();
        let in_window =
            entries.iter().filter(|entry| window.has(entry.sent) && entry.acknowledged > 0);
        in_window.map(|entry| Duration::from_nanos(entry.acknowledged - entry.sent)).collect()
    }

    /// How long deliveries took, of messages sent in the window.
    pub(crate) fn deliveries(&self, window: &Window) -> Vec<Duration> {
        let delays = self.delays.borrow();
        let in_window = delays.iter().filter(|(sent, _)| window.has(*sent));
        in_window.map(|(_, delay)| Duration::from_nanos(*delay)).collect()
    }
}

/// A span of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) from: Nanoseconds,
    pub(crate) until: Nanoseconds,
}

impl Window {
    fn has(&self, moment: Nanoseconds) -> bool {
        (self.from..self.until).contains(&moment)
    }

    pub(crate) fn seconds(&self) -> f64 {
        Duration::from_nanos(self.until - self.from).as_secs_f64()
    }
}

/// A text of [`TEXT_BYTES`] with room for a number.
pub(crate) fn text(number: usize) -> String {
    let mark = char::from(MARK);
    let head = format!("{mark}{number:0DIGITS$}{mark} ");
    format!("{head}{}", "x".repeat(TEXT_BYTES - head.len()))
}

/// A request that sends a message, of which only the number changes.
#[derive(Debug)]
pub(crate) struct Template {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Template {
    pub(crate) fn new(bytes: Vec<u8>) -> Result<Self> {
        let number = text(0);
        let number = number.as_bytes().get(..DIGITS + 2).unwrap_or_default();
        let windows = bytes.windows(number.len()).enumerate();
        let places: Vec<usize> =
            windows.filter(|(_, window)| *window == number).map(|(at, _)| at + 1).collect();
        ensure!(!places.is_empty(), "a request without a number");
        Ok(Self { bytes, places })
    }

    pub(crate) fn numbered(&mut self, number: usize) -> &[u8] {
        for place in &self.places {
            let mut rest = number;
            let digits = self.bytes.get_mut(*place..*place + DIGITS).unwrap_or_default();
            for digit in digits.iter_mut().rev() {
                *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
                rest /= 10;
            }
        }
        &self.bytes
    }
}

/// Finds the number in a frame or an answer; `hint` is where it stood the last time.
pub(crate) fn number_in(text: &[u8], hint: &mut usize) -> Option<usize> {
    let at = |place: usize| {
        let number = text.get(place..place + DIGITS + 2)?;
        let (open, rest) = number.split_first()?;
        let (close, digits) = rest.split_last()?;
        if *open != MARK || *close != MARK {
            return None;
        }
        digits.iter().try_fold(0_usize, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + usize::from(digit - b'0'))
        })
    };
    at(*hint).or_else(|| {
        *hint = text.iter().position(|byte| *byte == MARK)?;
        at(*hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_in_and_come_out() {
        assert_eq!(text(12).len(), TEXT_BYTES);
        let request = format!("head {} and {} tail", text(0), text(0));
        let mut template = Template::new(request.into_bytes()).unwrap();
        let mut hint = 0;
        for number in [0, 7, 123_456, 9_999_999_999] {
            assert_eq!(number_in(template.numbered(number), &mut hint), Some(number));
            assert_eq!(hint, 5);
            let again = &template.numbered(number)[5 + TEXT_BYTES..];
            assert_eq!(number_in(again, &mut 0), Some(number));
        }
        assert_eq!(number_in(b"no number here", &mut hint), None);
        assert_eq!(number_in(b"~12345~", &mut hint), None);
    }

    #[test]
    fn a_message_is_complete_when_it_is_acknowledged_and_everywhere() {
        let run = Run::start();
        let ledger = Ledger::new(&run, 2);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let number = ledger.send(run.now());
        ledger.deliver(number, &mut first);
        ledger.acknowledge(number);
        assert_eq!((ledger.missing(), run.completed.get()), (1, 0));
        ledger.deliver(number, &mut first);
        assert_eq!((ledger.missing(), ledger.repeats()), (1, 1));
        ledger.deliver(number, &mut second);
        assert!(ledger.is_settled());
        assert_eq!((run.completed.get(), run.deliveries.get()), (1, 2));
    }
}
