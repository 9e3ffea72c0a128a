//! Query options: `$top`, `$skiptoken`, `$filter`, `$expand`, `$orderby`, `$select`, `$count`,
//! `$search`, each also without its `$` and in any case, as OData 4.01 has it. What an operation does
//! not take is refused, never silently dropped: see the module `declared`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use visavis_domain::text::shown;
use visavis_domain::time::Timestamp;

use crate::error::ApiError;
use crate::filter::{self, Filter, InvalidFilter};

/// Names in `$select` or `$expand`.
const NAMES_MAX: usize = 64;

/// The names that OData has for options, of which the `$` may be left out.
const SYSTEM_OPTIONS: [&str; 15] = [
    "apply",
    "compute",
    "count",
    "deltatoken",
    "expand",
    "filter",
    "format",
    "index",
    "levels",
    "orderby",
    "search",
    "select",
    "skip",
    "skiptoken",
    "top",
];

/// Which properties are shown.
pub(crate) const SELECT: &str = "$select";

/// How Microsoft is paid for an export. The one option that is not OData's.
pub(crate) const MODEL: &str = "model";

/// A query option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Top,
    SkipToken,
    DeltaToken,
    Filter,
    Expand,
    OrderBy,
    Search,
}

/// Which way a collection is sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderBy {
    pub(crate) property: String,
    pub(crate) is_descending: bool,
}

/// The query options of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Options {
    pub(crate) top: Option<usize>,
    pub(crate) skip_token: Option<String>,
    pub(crate) delta_token: Option<String>,
    pub(crate) filter: Option<Filter>,
    pub(crate) expand: Vec<String>,
    pub(crate) order_by: Option<OrderBy>,
    pub(crate) select: Option<Vec<String>>,
    pub(crate) count: bool,
    pub(crate) search: Option<String>,
}

impl Options {
    /// Refuses options other than these, besides `$select` and `$count`.
    pub(crate) fn only(&self, allowed: &[Ask]) -> Result<(), ApiError> {
        let given = [
            (Ask::Top, "$top", self.top.is_some()),
            (Ask::SkipToken, "$skiptoken", self.skip_token.is_some()),
            (Ask::DeltaToken, "$deltatoken", self.delta_token.is_some()),
            (Ask::Filter, "$filter", self.filter.is_some()),
            (Ask::Expand, "$expand", !self.expand.is_empty()),
            (Ask::OrderBy, "$orderby", self.order_by.is_some()),
            (Ask::Search, "$search", self.search.is_some()),
        ];
        match given.iter().find(|(option, _name, is_given)| *is_given && !allowed.contains(option))
        {
            Some((_option, name, _is_given)) => Err(ApiError::unsupported_option(name)),
            None => Ok(()),
        }
    }

    /// How many entries a page has.
    pub(crate) fn top(&self, usual: usize, max: usize) -> Result<usize, ApiError> {
        match self.top {
            None => Ok(usual.min(max)),
            Some(top) if (1..=max).contains(&top) => Ok(top),
            Some(_) => Err(ApiError::invalid("$top", format!("`$top` must be 1 to {max}."))),
        }
    }

    /// Whether this navigation is expanded.
    pub(crate) fn expands(&self, name: &str) -> bool {
        self.expand.iter().any(|other| other.eq_ignore_ascii_case(name))
    }

    /// Refuses expansions other than these.
    pub(crate) fn expand_only(&self, allowed: &[&str]) -> Result<(), ApiError> {
        let is_allowed =
            |name: &String| allowed.iter().any(|other| other.eq_ignore_ascii_case(name));
        match self.expand.iter().find(|name| !is_allowed(name)) {
            None => Ok(()),
            Some(name) => Err(ApiError::invalid(
                "$expand",
                format!("`{}` cannot be expanded here; {} can.", shown(name), allowed.join(", ")),
            )),
        }
    }

    pub(crate) fn read(query: &str) -> Result<Self, ApiError> {
        let mut options = Self::default();
        let mut seen = Vec::new();
        for pair in pairs(query) {
            let (name, value) = (name_of(pair)?, value_of(pair)?);
            options.take(&name, &value)?;
            // Which of the two is meant, nobody knows.
            if seen.contains(&name) {
                return Err(ApiError::invalid(name, "It is there twice."));
            }
            seen.push(name);
        }
        Ok(options)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "$top" => {
                let top = value.parse();
                self.top = Some(top.map_err(|_number: std::num::ParseIntError| {
                    ApiError::invalid("$top", "`$top` must be a whole number.")
                })?);
            }
            "$skiptoken" => self.skip_token = Some(value.to_owned()),
            "$deltatoken" => self.delta_token = Some(value.to_owned()),
            "$filter" => {
                let filter = filter::parse(value).map_err(|error| invalid_filter(&error))?;
                self.filter = Some(filter);
            }
            "$expand" => self.expand = names("$expand", value)?,
            SELECT => self.select = selected(value)?,
            "$orderby" => self.order_by = Some(order_by(value)?),
            "$count" => {
                let count = value.to_ascii_lowercase().parse();
                self.count = count.map_err(|_bool: std::str::ParseBoolError| {
                    ApiError::invalid("$count", "`$count` is true or false.")
                })?;
            }
            "$search" => self.search = Some(value.to_owned()),
            // What Microsoft would charge makes no difference here.
            MODEL if value.eq_ignore_ascii_case("A") || value.eq_ignore_ascii_case("B") => {}
            MODEL => return Err(ApiError::invalid(MODEL, "`model` is A or B.")),
            other => return Err(ApiError::unsupported_option(other)),
        }
        Ok(())
    }
}

impl<S: Sync> FromRequestParts<S> for Options {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Self::read(parts.uri.query().unwrap_or_default())
    }
}

/// The sentence about a filter that was not understood.
pub(crate) fn invalid_filter(error: &InvalidFilter) -> ApiError {
    ApiError::invalid("$filter", format!("`$filter` {error}."))
}

/// The sentence about a filter that cannot be answered.
pub(crate) fn unsupported_filter(possible: &str) -> ApiError {
    ApiError::invalid("$filter", format!("This `$filter` cannot be answered. {possible}"))
}

/// Takes what a property has to equal. Compared with another value as well, it would equal neither.
pub(crate) fn equals<T: PartialEq>(
    wanted: &mut Option<T>,
    value: T,
    path: &str,
) -> Result<(), ApiError> {
    if wanted.as_ref().is_some_and(|other| *other != value) {
        let words = format!("`{}` is compared with two values: nothing equals both.", shown(path));
        return Err(ApiError::invalid("$filter", words));
    }
    *wanted = Some(value);
    Ok(())
}

/// Takes an end of a stretch of time: of several the earliest.
pub(crate) fn not_after(end: &mut Option<Timestamp>, moment: Timestamp) {
    *end = Some(end.map_or(moment, |end| end.min(moment)));
}

/// Takes a beginning of a stretch of time: of several the latest.
pub(crate) fn not_before(beginning: &mut Option<Timestamp>, moment: Timestamp) {
    *beginning = Some(beginning.map_or(moment, |beginning| beginning.max(moment)));
}

/// The parts of a query, each a name with a value.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|pair| !pair.is_empty())
}

/// The name of the option in a part of a query, in lower case; those of OData with their `$`.
pub(crate) fn name_of(pair: &str) -> Result<String, ApiError> {
    let name = pair.split_once('=').map_or(pair, |(name, _value)| name);
    let name = decoded(name)?.to_ascii_lowercase();
    Ok(if SYSTEM_OPTIONS.contains(&name.as_str()) { format!("${name}") } else { name })
}

fn decoded(text: &str) -> Result<String, ApiError> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) if text.contains('\0') => {
            Err(ApiError::invalid("query", "The query contains a NUL character."))
        }
        Ok(text) => Ok(text.into_owned()),
        Err(_utf8) => Err(ApiError::invalid("query", "The query is not valid UTF-8.")),
    }
}

/// The properties that `$select` names; none when it names all of them.
pub(crate) fn selected(value: &str) -> Result<Option<Vec<String>>, ApiError> {
    let names = names(SELECT, value)?;
    let names_all = names.is_empty() || names.iter().any(|name| name == "*");
    Ok((!names_all).then_some(names))
}

/// The value of the option in a part of a query.
pub(crate) fn value_of(pair: &str) -> Result<String, ApiError> {
    decoded(pair.split_once('=').map_or("", |(_name, value)| value))
}

fn names(option: &'static str, value: &str) -> Result<Vec<String>, ApiError> {
    let names: Vec<String> = value
        .split(',')
        .map(|name| name.trim_matches([' ', '+']).to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    if names.len() > NAMES_MAX {
        return Err(ApiError::invalid(option, format!("`{option}` names more than {NAMES_MAX}.")));
    }
    Ok(names)
}

fn order_by(value: &str) -> Result<OrderBy, ApiError> {
    let words: Vec<&str> = value.split([' ', '+']).filter(|word| !word.is_empty()).collect();
    if value.contains(',') {
        return Err(ApiError::invalid("$orderby", "`$orderby` takes one property."));
    }
    let (property, direction) = match words.as_slice() {
        [property] => (property, "asc"),
        [property, direction] => (property, *direction),
        _ => return Err(ApiError::invalid("$orderby", "`$orderby` takes one property.")),
    };
    let is_descending = match direction.to_ascii_lowercase().as_str() {
        "asc" => false,
        "desc" => true,
        _ => return Err(ApiError::invalid("$orderby", "`$orderby` ends in `asc` or `desc`.")),
    };
    Ok(OrderBy { property: (*property).to_owned(), is_descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_the_spellings_that_occur() {
        let options = Options::read(
            "$expand=members,lastMessagePreview&$top=50&%24orderBy=lastMessagePreview%2Fcreated%20desc\
             &$filter=chatType%20eq%20%27group%27&$count=true&$select=id,%20topic",
        )
        .unwrap();
        assert!(options.expands("members") && options.expands("lastmessagepreview"));
        assert_eq!(options.top(20, 50).ok(), Some(50));
        assert_eq!(
            options.order_by,
            Some(OrderBy {
                property: "lastMessagePreview/created".to_owned(),
                is_descending: true
            })
        );
        assert_eq!(options.select, Some(vec!["id".to_owned(), "topic".to_owned()]));
        assert!(options.count && options.filter.is_some());
        for all in ["$select=*", "$select=", "$select=id,*"] {
            assert_eq!(Options::read(all).unwrap().select, None, "{all}");
        }
        assert_eq!(
            Options::read("$orderby=a+desc").unwrap().order_by,
            Some(OrderBy { property: "a".to_owned(), is_descending: true })
        );
        assert_eq!(
            Options::read("top=3&OrderBy=a desc&skipToken=x&model=B").unwrap(),
            Options::read("$top=3&%24orderby=a desc&$skiptoken=x").unwrap()
        );
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        for query in
            ["$apply=x", "$top=many", "$top=-1", "$orderby=a,b desc", "$filter=%FF", "$filter=x"]
        {
            assert!(Options::read(query).is_err(), "{query}");
        }
        for query in [
            "$top=1&$top=1",
            "$top=1&%24TOP=2",
            "$top=1&top=1",
            "$count=",
            "$count=1",
            "$select=a&top=1&$select=b",
            "a=1",
            "model=C",
            "$model=A",
            "apply=x",
            "$$top=1",
            "=1",
            "%FF",
        ] {
            assert!(Options::read(query).is_err(), "{query}");
        }
        assert!(Options::read("&$count=False&").is_ok());
        let options = Options::read("$top=51&$skiptoken=x").unwrap();
        assert!(options.top(20, 50).is_err());
        assert!(options.only(&[Ask::Top]).is_err());
        assert!(options.only(&[Ask::Top, Ask::SkipToken]).is_ok());
    }
}
