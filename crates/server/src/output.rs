//! What a command writes: for people, or as JSON. The only place that writes to standard output.

use std::io::{self, Write};

use serde_json::Value;

use crate::exit::Complaint;

/// Where a command writes, and in which form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// Whether everything is JSON.
    pub is_json: bool,
}

/// The end of a pipe that nobody reads any more is a normal end.
fn put(text: &str) {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if written.is_err() {
        std::process::exit(0);
    }
}

impl Output {
    /// One line for people; nothing with `--json`.
    pub(crate) fn line(self, text: impl AsRef<str>) {
        if !self.is_json {
            self.raw(text);
        }
    }

    /// One line, whatever the form.
    pub(crate) fn raw(self, text: impl AsRef<str>) {
        put(&format!("{}\n", text.as_ref()));
    }

    /// One value on one line; nothing without `--json`.
    pub(crate) fn json(self, value: &Value) {
        if self.is_json {
            put(&format!("{value}\n"));
        }
    }

    /// The value with `--json`, the text without.
    pub(crate) fn answer(self, value: &Value, text: impl AsRef<str>) {
        if self.is_json {
            self.json(value);
        } else if !text.as_ref().is_empty() {
            self.line(text);
        }
    }

    /// The values with `--json`, a table without.
    pub(crate) fn table(self, value: &Value, head: &[&str], rows: &[Vec<String>], nothing: &str) {
        if self.is_json {
            self.json(value);
        } else if rows.is_empty() {
            self.line(nothing);
        } else {
            self.line(table(head, rows));
        }
    }

    /// A remark to the side, on standard error.
    pub(crate) fn note(self, text: impl AsRef<str>) {
        let mut out = io::stderr().lock();
        // Nobody can be told when this fails.
        let _ignored = writeln!(out, "{}", text.as_ref());
    }

    /// Why the command failed, on standard error.
    pub(crate) fn complain(self, complaint: &Complaint) {
        if self.is_json {
            self.note(complaint.to_json().to_string());
        } else {
            self.note(format!("visavis: {complaint}"));
        }
    }
}

/// Columns as wide as their widest entry; the last one is not padded.
#[must_use]
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        let title = head.get(column).map_or(0, |title| title.chars().count());
        cells.chain([title]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let titles = line(head.to_vec());
    let rows = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(titles).chain(rows).collect::<Vec<_>>().join("\n")
}

/// What somebody else wrote, fit for a terminal: control characters would move the cursor, change
/// colours or hide what was written before.
#[must_use]
pub(crate) fn harmless(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_hidden(c) { '\u{FFFD}' } else { c }).collect()
}

/// The text of a property, empty when there is none.
#[must_use]
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows =
            vec![vec!["a".to_owned(), "b".to_owned()], vec!["long".to_owned(), String::new()]];
        assert_eq!(table(&["X", "Y"], &rows), "X     Y\na     b\nlong");
    }

    #[test]
    fn a_terminal_is_not_steered_by_others() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{202e}c\nd"), "a\u{FFFD}[2Jb\u{FFFD}c\nd");
    }
}
