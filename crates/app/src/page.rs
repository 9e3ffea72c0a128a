//! Pages of collections: how many entries, from where.

use std::str::FromStr;

use visavis_domain::limit::{ADMIN_PAGE_ENTRIES_MAX, PAGE_ENTRIES_MAX};

use crate::context::Context;
use crate::failure::{Failure, Outcome};

/// How many entries, from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// At most so many.
    pub top: usize,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// A page of at most 50.
    #[must_use]
    pub fn small(top: Option<usize>, cursor: Option<String>) -> Self {
        Self { top: top.unwrap_or(PAGE_ENTRIES_MAX).clamp(1, PAGE_ENTRIES_MAX), cursor }
    }

    /// A page of at most 999.
    #[must_use]
    pub fn large(top: Option<usize>, cursor: Option<String>) -> Self {
        Self { top: top.unwrap_or(100).clamp(1, ADMIN_PAGE_ENTRIES_MAX), cursor }
    }

    /// The cursor as the number that it is.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] when it is not one of ours.
    pub fn cursor_number(&self) -> Outcome<Option<i64>> {
        self.cursor.as_deref().map(|text| text.parse().map_err(|_parse| not_ours())).transpose()
    }

    /// The cursor as its two parts, `number_text`.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] when it is not one of ours.
    pub fn cursor_pair(&self) -> Outcome<Option<(i64, i64)>> {
        let read = |text: &str| {
            let (first, second) = text.split_once('_').ok_or_else(not_ours)?;
            let first = first.parse().map_err(|_parse| not_ours())?;
            let second = second.parse().map_err(|_parse| not_ours())?;
            Ok((first, second))
        };
        self.cursor.as_deref().map(read).transpose()
    }
}

/// Writes a number as a cursor.
#[must_use]
pub fn cursor_of_number(number: i64) -> String {
    number.to_string()
}

/// Writes two numbers as a cursor.
#[must_use]
pub fn cursor_of_pair(first: i64, second: i64) -> String {
    format!("{first}_{second}")
}

/// Reads the cursor of a list in the order of ids.
///
/// # Errors
///
/// [`Failure::Invalid`] when it is not one of ours.
pub(crate) fn id_of_cursor<T: FromStr>(text: &str) -> Outcome<T> {
    text.parse().map_err(|_id| not_ours())
}

/// A list whose places tell something: its cursors are sealed and open for the caller alone. One place
/// always has the same cursor, so that nothing but the list itself can be told from it.
#[derive(Debug, Clone, Copy)]
pub struct SealedList(pub &'static str);

impl SealedList {
    /// The cursor of a place.
    #[must_use]
    pub fn cursor(self, ctx: &Context<'_>, (first, second): (i64, i64)) -> String {
        let content = [first.to_be_bytes(), second.to_be_bytes()].concat();
        ctx.seal.seal_place(&self.binding(ctx), &content)
    }

    /// The place at which a page begins; none at the beginning.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for a cursor that this deployment did not give to the caller for this list.
    pub fn place(self, ctx: &Context<'_>, page: &PageRequest) -> Outcome<Option<(i64, i64)>> {
        let read = |text: &str| {
            let content = ctx.seal.unseal_content(&self.binding(ctx), text)?;
            let ([first, second], []) = content.as_chunks::<8>() else { return None };
            Some((i64::from_be_bytes(*first), i64::from_be_bytes(*second)))
        };
        page.cursor.as_deref().map(|text| read(text).ok_or_else(not_ours)).transpose()
    }

    fn binding(self, ctx: &Context<'_>) -> Vec<u8> {
        [b"list ", self.0.as_bytes(), b" ", ctx.caller.account.as_bytes()].concat()
    }
}

pub(crate) fn not_ours() -> Failure {
    Failure::invalid("$skiptoken", "Follow @odata.nextLink as it was given.")
}
