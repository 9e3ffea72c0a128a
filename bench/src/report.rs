//! What a run says: tables that can be pasted into a document. The only place that prints.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is there to be read")]

use std::time::Duration;

/// Rows of three columns: what, how much, what is asked for.
#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    rows: Vec<[String; 3]>,
}

impl Table {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), rows: Vec::new() }
    }

    /// A row about which nothing in particular is asked.
    pub(crate) fn row(&mut self, what: impl Into<String>, measured: impl Into<String>) {
        self.rows.push([what.into(), measured.into(), String::new()]);
    }

    /// A row with what is asked for, and whether it was reached.
    pub(crate) fn against(
        &mut self,
        what: impl Into<String>,
        measured: impl Into<String>,
        wanted: &str,
        is_met: bool,
    ) {
        let verdict = if is_met { "met" } else { "**missed**" };
        self.rows.push([what.into(), measured.into(), format!("{wanted}: {verdict}")]);
    }

    /// Writes the table as Markdown whose columns also line up in a terminal.
    pub(crate) fn print(&self) {
        let heads = ["", "measured", "asked for"].map(str::to_owned);
        let lines: Vec<&[String; 3]> = std::iter::once(&heads).chain(&self.rows).collect();
        let [first, second, third] = [0, 1, 2].map(|column| {
            lines.iter().filter_map(|line| line.get(column)).map(|cell| width(cell)).max()
        });
        let widths = [first, second, third].map(Option::unwrap_or_default);
        println!("### {}\n", self.title);
        for (number, line) in lines.iter().enumerate() {
            println!("{}", row(line, widths, ' '));
            if number == 0 {
                println!("{}", row(&heads.each_ref().map(|_head| String::new()), widths, '-'));
            }
        }
        println!();
    }
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

fn row(cells: &[String; 3], widths: [usize; 3], fill: char) -> String {
    let mut line = String::from("|");
    for (cell, width_max) in cells.iter().zip(widths) {
        line.push(fill);
        line.push_str(cell);
        line.extend(std::iter::repeat_n(fill, width_max - width(cell) + 1));
        line.push('|');
    }
    line
}

/// Tells the person who waits what happens; not part of the result.
pub(crate) fn progress(words: &str) {
    eprintln!("bench: {words}");
}

/// Text of a result that is no table.
pub(crate) fn text(words: &str) {
    println!("{words}");
}

/// Samples in their order, from which quantiles are read.
#[derive(Debug)]
pub(crate) struct Quantiles(Vec<Duration>);

impl Quantiles {
    pub(crate) fn of(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        Self(samples)
    }

    /// The sample below which this many thousandths of all lie.
    pub(crate) fn at(&self, thousandths: usize) -> Duration {
        let place = (self.0.len() * thousandths / 1_000).min(self.0.len().saturating_sub(1));
        self.0.get(place).copied().unwrap_or_default()
    }

    /// Median, 99th percentile and the longest.
    pub(crate) fn show(&self) -> String {
        let [median, p99, longest] = [500, 990, 1_000].map(|place| milliseconds(self.at(place)));
        format!("p50 {median} ms, p99 {p99} ms, longest {longest} ms")
    }
}

/// Milliseconds with as many digits as matter.
pub(crate) fn milliseconds(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1_000.0;
    if ms < 10.0 { format!("{ms:.2}") } else { format!("{ms:.1}") }
}

/// A whole number in groups of three digits.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_numbers_are_shown_as_meant() {
        let samples = (1..=1_000).rev().map(Duration::from_micros).collect();
        let quantiles = Quantiles::of(samples);
        assert_eq!(quantiles.show(), "p50 0.50 ms, p99 0.99 ms, longest 1.00 ms");
        assert_eq!(Quantiles::of(Vec::new()).at(500), Duration::ZERO);
        assert_eq!(grouped(1_234_567.4), "1,234,567");
        assert_eq!(grouped(999.0), "999");
    }
}
