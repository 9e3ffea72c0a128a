//! Parameters of the address that opens a connection.

use visavis_app::failure::Failure;

/// A parameter of the query: the token after which to start, the account that is meant.
///
/// # Errors
///
/// [`Failure::Invalid`] for what is not UTF-8.
pub(crate) fn parameter(query: Option<&str>, wanted: &str) -> Result<Option<String>, Failure> {
    let mut pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let Some((_, value)) = pairs.find(|(name, _)| *name == wanted) else { return Ok(None) };
    let value = percent_encoding::percent_decode_str(value).decode_utf8();
    match value {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value.into_owned())),
        Err(_not_utf8) => Err(Failure::invalid(wanted, "It is not UTF-8.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_read_from_the_query() {
        let since = |query| parameter(query, "since");
        assert_eq!(since(None).unwrap(), None);
        assert_eq!(since(Some("a=b&since=")).unwrap(), None);
        assert_eq!(since(Some("since=a%2Bb%3D")).unwrap().as_deref(), Some("a+b="));
        assert!(since(Some("since=%FF")).is_err());
    }
}
