//! What a database engine must offer, and the values that go in and come out.
//!
//! Everything above this file is written once. An engine knows three types: 64-bit integers, text
//! and bytes.

use visavis_domain::audit::Hash;
use visavis_domain::id::{
    AccountId, ChatId, ChatKey, GroupId, MessageId, OrganisationId, OrganisationKey, Position,
    SubscriptionId, TokenId, Watermark,
};
use visavis_domain::time::Timestamp;

use crate::error::StoreError;

/// One open connection to a database.
///
/// Statements are `'static`: an engine may key its prepared statements by their address.
pub(crate) trait Engine {
    /// Runs statements that are not worth preparing, separated by semicolons.
    fn script(&mut self, sql: &str) -> Result<(), StoreError>;

    /// Whether there is a table of this name.
    fn has_table(&mut self, name: &str) -> Result<bool, StoreError>;

    /// Runs a statement that answers no rows; tells how many it touched.
    fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Runs an `INSERT` of one row; tells the number that the engine gave to its column `key`.
    fn insert(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        key: &'static str,
    ) -> Result<i64, StoreError>;

    /// Runs a query and shows its rows, one after the other, until the last or a [`Next::Stop`].
    fn query(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<Next, StoreError>,
    ) -> Result<(), StoreError>;

    /// Opens the transaction of a batch of writes.
    fn begin_write(&mut self) -> Result<(), StoreError>;

    /// Opens a snapshot for reading.
    fn begin_read(&mut self) -> Result<(), StoreError>;

    /// Makes the transaction durable.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Ends the transaction without a trace. Harmless when there is none.
    fn rollback(&mut self);

    /// Whether a transaction is open. Engines end one by themselves after grave failures.
    fn is_in_transaction(&self) -> bool;

    /// Marks the place to which [`Engine::undo_command`] goes back.
    fn begin_command(&mut self) -> Result<(), StoreError>;

    /// Keeps what was written since the mark.
    fn keep_command(&mut self) -> Result<(), StoreError>;

    /// Takes back what was written since the mark.
    fn undo_command(&mut self) -> Result<(), StoreError>;

    /// Moves what is in a log into the database proper, before closing.
    fn checkpoint(&mut self) -> Result<(), StoreError>;
}

/// Whether a query goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Show the next row.
    Row,
    /// That was enough.
    Stop,
}

/// What goes into a statement and comes out of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Nothing.
    Null,
    /// A number, a moment in milliseconds, a yes (1) or no (0).
    Integer(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// Where the columns of a row come from.
pub(crate) trait Columns {
    /// The column at this place.
    fn column(&self, index: usize) -> Result<Value<'_>, StoreError>;
}

/// One row of an answer.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a>(&'a dyn Columns);

impl<'a> Row<'a> {
    pub(crate) fn new(columns: &'a dyn Columns) -> Self {
        Self(columns)
    }

    /// The column at this place, as the type that is wanted.
    pub(crate) fn get<T: FromValue<'a>>(self, index: usize) -> Result<T, StoreError> {
        let value = self.0.column(index)?;
        T::from_value(value).ok_or_else(|| {
            let kind = std::any::type_name::<T>().rsplit("::").next().unwrap_or_default();
            StoreError::corrupt(format!("column {index} of a row is no {kind}"))
        })
    }
}

/// What a column can be read as.
pub(crate) trait FromValue<'a>: Sized {
    /// The value, unless the column holds something else.
    fn from_value(value: Value<'a>) -> Option<Self>;
}

impl<'a, T: FromValue<'a>> FromValue<'a> for Option<T> {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl FromValue<'_> for i64 {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl FromValue<'_> for bool {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(number != 0),
            _ => None,
        }
    }
}

impl<'a> FromValue<'a> for &'a str {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl FromValue<'_> for String {
    fn from_value(value: Value<'_>) -> Option<Self> {
        <&str>::from_value(value).map(str::to_owned)
    }
}

impl<'a> FromValue<'a> for &'a [u8] {
    fn from_value(value: Value<'a>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl FromValue<'_> for Vec<u8> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        <&[u8]>::from_value(value).map(<[u8]>::to_vec)
    }
}

impl FromValue<'_> for ChatId {
    fn from_value(value: Value<'_>) -> Option<Self> {
        <&str>::from_value(value)?.parse().ok()
    }
}

impl FromValue<'_> for Timestamp {
    fn from_value(value: Value<'_>) -> Option<Self> {
        i64::from_value(value).map(Self::from_ms)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(moment: Timestamp) -> Self {
        Self::Integer(moment.as_ms())
    }
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    T: Into<Value<'a>>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(is_so: bool) -> Self {
        Self::Integer(i64::from(is_so))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a> From<&'a ChatId> for Value<'a> {
    fn from(id: &'a ChatId) -> Self {
        Self::Text(id.as_str())
    }
}

impl FromValue<'_> for Hash {
    fn from_value(value: Value<'_>) -> Option<Self> {
        <&[u8]>::from_value(value)?.try_into().ok().map(Self)
    }
}

impl<'a> From<&'a Hash> for Value<'a> {
    fn from(hash: &'a Hash) -> Self {
        Self::Blob(&hash.0)
    }
}

macro_rules! sixteen_bytes {
    ($($id:ident),*) => {$(
        impl FromValue<'_> for $id {
            fn from_value(value: Value<'_>) -> Option<Self> {
                <&[u8]>::from_value(value)?.try_into().ok().map(Self::from_bytes)
            }
        }

        impl<'a> From<&'a $id> for Value<'a> {
            fn from(id: &'a $id) -> Self {
                Self::Blob(id.as_bytes())
            }
        }
    )*};
}

macro_rules! numbers {
    ($($id:ident),*) => {$(
        impl FromValue<'_> for $id {
            fn from_value(value: Value<'_>) -> Option<Self> {
                i64::from_value(value).map(Self)
            }
        }

        impl From<$id> for Value<'_> {
            fn from(id: $id) -> Self {
                Self::Integer(id.0)
            }
        }
    )*};
}

sixteen_bytes!(AccountId, OrganisationId, GroupId, TokenId, SubscriptionId);
numbers!(ChatKey, OrganisationKey, MessageId, Position, Watermark);
