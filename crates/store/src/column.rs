//! What columns hold beyond plain values: names, JSON, counts.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{EngineError, StoreError};

/// A limit as the engine takes it.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Makes sure that a change changed what it meant.
pub(crate) fn expect_one(touched: u64, what: &'static str) -> Result<(), StoreError> {
    if touched == 1 { Ok(()) } else { Err(StoreError::Missing { what }) }
}

/// A stored text as what it once was.
pub(crate) fn parsed<T: FromStr>(text: &str, what: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_invalid| StoreError::corrupt(format!("not a {what}")))
}

/// A stored name as the value that it names.
pub(crate) fn named<T>(
    name: &str,
    what: &str,
    from_name: impl Fn(&str) -> Option<T>,
) -> Result<T, StoreError> {
    from_name(name).ok_or_else(|| StoreError::corrupt(format!("not a {what}: {name}")))
}

/// A value as the JSON that is stored of it.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Engine(EngineError::new(error)))
}

/// A value from its stored JSON.
pub(crate) fn from_json<T: DeserializeOwned>(json: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(json)
        .map_err(|error| StoreError::corrupt(format!("not a {what}: {error}")))
}

/// A value from its stored JSON; the usual one is not stored.
pub(crate) fn from_json_or_default<T: DeserializeOwned + Default>(
    json: Option<&str>,
    what: &str,
) -> Result<T, StoreError> {
    json.map_or_else(|| Ok(T::default()), |json| from_json(json, what))
}
