//! Bodies of messages: what is stored is clean, stays as it is when it is cleaned again, and its
//! plain text has no markup.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use visavis_app::body::{Sources, clean, plain, preview};
use visavis_domain::id::MessageId;
use visavis_domain::message::{Body, ContentType};

use crate::bytes::text;

const TAGS: &str = "a at attachment b blockquote br code codeblock del div em emoji h1 h2 h3 hr i img \
                    li ol p pre s span strike strong sub sup table tbody td th thead tr u ul";
const ATTRIBUTES: &str = "alt colspan height href id itemid rel rowspan src start title width";
const SCHEMES: [&str; 4] = ["http:", "https:", "mailto:", "tel:"];

fn html(content: &str) -> Body {
    Body { content_type: ContentType::Html, content: content.to_owned() }
}

/// The images that a text may show: one that came with it, and one that the message had.
fn sources() -> Arc<Sources> {
    let [new, kept] = ["1", "2"].map(|number| number.parse().expect("a number"));
    Arc::new(Sources {
        message: MessageId(1_616_964_509_832),
        names: BTreeMap::from([("x".to_owned(), new)]),
        kept: BTreeSet::from([new, kept]),
    })
}

pub fn target(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let _plain = clean(Body { content_type: ContentType::Text, content: text.to_owned() }, sources());
    let Ok((cleaned, shown)) = clean(html(text), sources()) else { return };
    let content = &cleaned.content;
    tags(content);
    if let Ok((again, shown_again)) = clean(html(content), sources()) {
        assert_eq!(again.content, *content, "cleaning twice differs from cleaning once");
        assert_eq!(shown_again, shown, "{content:?}");
    }
    let words = plain(&cleaned);
    assert!(!words.contains('\0'), "{words:?}");
    assert!(preview(&cleaned).chars().count() <= 200);
}

/// Every tag and attribute that is left is one of those that may be there.
fn tags(content: &str) {
    let mut rest = content;
    while let Some((_text, tag)) = rest.split_once('<') {
        match tag_at(tag) {
            ControlFlow::Continue(after) => rest = after,
            ControlFlow::Break(why) => panic!("{why} in {content:?}"),
        }
    }
}

/// Reads one tag after its `<`, as the cleaner writes tags: names, and values in double quotes.
fn tag_at(tag: &str) -> ControlFlow<String, &str> {
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    let end = tag.find([' ', '>']).unwrap_or(tag.len());
    let (name, mut rest) = tag.split_at(end);
    if !TAGS.split_whitespace().any(|known| known == name) {
        return ControlFlow::Break(format!("the tag {name:?}"));
    }
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return ControlFlow::Continue(after);
        }
        let Some((attribute, value)) = rest.split_once("=\"") else {
            return ControlFlow::Break(format!("no end of the tag {name:?}"));
        };
        if !ATTRIBUTES.split_whitespace().any(|known| known == attribute) {
            return ControlFlow::Break(format!("the attribute {attribute:?}"));
        }
        let Some((value, after)) = value.split_once('"') else {
            return ControlFlow::Break(format!("no end of the value of {attribute:?}"));
        };
        let is_link = matches!(attribute, "href" | "src");
        if attribute == "href" && !SCHEMES.iter().any(|scheme| value.to_lowercase().starts_with(scheme)) {
            return ControlFlow::Break(format!("a link to {value:?}"));
        }
        if attribute == "src" && !(value.starts_with("../hostedContents/") && value.ends_with("/$value")) {
            return ControlFlow::Break(format!("an image from {value:?}"));
        }
        if is_link && value.contains(['<', '>']) {
            return ControlFlow::Break(format!("markup in {value:?}"));
        }
        rest = after;
    }
}
