//! Paths, in every spelling: what the router gets is one spelling, and stays it.

use axum::http::Uri;
use visavis_graph_api::fuzzing;

use crate::bytes::text;

pub fn target(bytes: &[u8]) {
    let Some(uri) = text(bytes).and_then(|text| text.parse::<Uri>().ok()) else { return };
    let link = fuzzing::link("https://a.example", &uri, "a+/=");
    assert!(link.starts_with("https://a.example") && link.ends_with("$skiptoken=a%2B%2F%3D"), "{link}");
    let Some((normal, _user)) = fuzzing::path(&uri) else { return };
    let Some(normal) = normal else { return };
    assert!(normal.path().starts_with("/v1.0"), "{uri} became {normal}");
    assert_eq!(normal.query(), uri.query(), "{uri} became {normal}");
    assert!(!normal.path().contains("//"), "{uri} became {normal}");
    // A second look finds nothing more to do, but for keys that look like something else once decoded.
    if let Some((Some(again), _user)) = fuzzing::path(&normal) {
        assert!(again.path().len() <= normal.path().len() * 3, "{normal} became {again}");
    }
}
