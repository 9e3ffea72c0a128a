//! Message bodies: checked and cleaned on the way in, reduced to their text for previews.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use visavis_domain::id::AccountId;
use visavis_domain::limit::MESSAGE_BODY_BYTES_MAX;
use visavis_domain::message::{Body, ContentType, SystemEvent};
use visavis_domain::text;

use crate::failure::{Failure, Outcome};

const PREVIEW_CHARACTERS_MAX: usize = 200;

/// Checks a body and cleans its HTML.
///
/// # Errors
///
/// [`Failure::TooLarge`] past 28 KiB; [`Failure::Invalid`] for an empty body or control
/// characters.
pub fn clean(body: Body) -> Outcome<Body> {
    if body.content.len() > MESSAGE_BODY_BYTES_MAX {
        return Err(Failure::TooLarge);
    }
    text::body(&body.content).map_err(|why| Failure::invalid("body", why.to_string()))?;
    let content = match body.content_type {
        ContentType::Text => body.content,
        ContentType::Html => CLEANER.clean(&body.content).to_string(),
    };
    if content.len() > MESSAGE_BODY_BYTES_MAX {
        return Err(Failure::TooLarge);
    }
    if content.trim().is_empty() {
        return Err(Failure::invalid("body", "A message must say something."));
    }
    Ok(Body { content_type: body.content_type, content })
}

/// The body as inert plain text: what a preview shows.
#[must_use]
pub fn plain(body: &Body) -> String {
    match body.content_type {
        ContentType::Text => body.content.clone(),
        ContentType::Html => plain_of_html(&body.content),
    }
}

/// The first words of a body as plain text.
#[must_use]
pub fn preview(body: &Body) -> String {
    plain(body).chars().take(PREVIEW_CHARACTERS_MAX).collect()
}

/// Everybody whom a system line names.
#[must_use]
pub fn named_in(event: &SystemEvent) -> Vec<AccountId> {
    match event {
        SystemEvent::MembersAdded { members, .. }
        | SystemEvent::MembersDeleted { members, .. }
        | SystemEvent::MembersJoined { members }
        | SystemEvent::MembersLeft { members } => members.clone(),
        SystemEvent::ChatRenamed { .. } => Vec::new(),
    }
}

/// Tags that stand on a line of their own once the markup is gone.
const BLOCKS: [&str; 10] = [
    "</p>",
    "</div>",
    "</li>",
    "<br>",
    "</h1>",
    "</h2>",
    "</h3>",
    "</tr>",
    "</blockquote>",
    "</pre>",
];

fn plain_of_html(html: &str) -> String {
    let mut with_lines = html.replace('\n', " ");
    for block in BLOCKS {
        with_lines = with_lines.replace(block, &format!("{block}\n"));
    }
    let bare = NO_TAGS.clean(&with_lines).to_string();
    let text = unescape(&bare);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Undoes the escapes that the cleaner writes.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

/// What Graph's chatMessage may hold: text markup, lists, tables, links, mentions, attachments.
/// No script, style sheet, form, frame, or image from elsewhere.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags: HashSet<&str> = [
        "a",
        "at",
        "attachment",
        "b",
        "blockquote",
        "br",
        "code",
        "codeblock",
        "del",
        "div",
        "em",
        "emoji",
        "h1",
        "h2",
        "h3",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
    .into();
    let attributes: HashMap<&str, HashSet<&str>> = [
        ("a", HashSet::from(["href", "title"])),
        ("at", HashSet::from(["id"])),
        ("attachment", HashSet::from(["id"])),
        ("emoji", HashSet::from(["alt", "id", "title"])),
        ("ol", HashSet::from(["start"])),
        ("td", HashSet::from(["colspan", "rowspan"])),
        ("th", HashSet::from(["colspan", "rowspan"])),
    ]
    .into();
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(tags)
        .tag_attributes(attributes)
        .clean_content_tags(HashSet::from(["script", "style", "title", "textarea", "iframe"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true);
    builder
});

static NO_TAGS: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder.clean_content_tags(HashSet::from(["script", "style", "title"]));
    builder
});

#[cfg(test)]
mod tests {
    use super::*;

    fn html(content: &str) -> Body {
        Body { content_type: ContentType::Html, content: content.to_owned() }
    }

    #[test]
    fn attacks_do_not_come_through() {
        for attack in [
            "<p>a<script>alert(1)</script></p>",
            "<p onclick=alert(1)>a</p>",
            "<p>a<img src=x onerror=alert(1)></p>",
            "<a href=\"javascript:alert(1)\">a</a>",
            "<a href=\" &#x6A;avascript:alert(1)\">a</a>",
            "<p style=\"background:url(https://tracker.example)\">a</p>",
            "<iframe src=https://x.example></iframe><p>a</p>",
            "<svg/onload=alert(1)>a",
            "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">a",
            "<form action=https://x.example><input></form><p>a</p>",
            "<!--<p>--><p>a</p>",
            "<p>a</p><base href=https://x.example>",
        ] {
            // What has nothing left to say is refused; that is as good.
            let Ok(cleaned) = clean(html(attack)) else { continue };
            let cleaned = cleaned.content.to_lowercase();
            for bad in [
                "script", "onclick", "onerror", "onload", "style", "iframe", "form", "base",
                "<!--", "img", "svg",
            ] {
                assert!(!cleaned.contains(bad), "{attack} became {cleaned}");
            }
        }
    }

    #[test]
    fn markup_that_people_write_stays() {
        let text = "<p>Hello <b>Ada</b>, <at id=\"0\">Bob</at><br>see \
                    <a href=\"https://contoso.example/x?a=1&amp;b=2\">this</a></p>";
        let cleaned = clean(html(text)).unwrap().content;
        assert!(cleaned.contains("<at id=\"0\">Bob</at>"), "{cleaned}");
        assert!(cleaned.contains("https://contoso.example/x?a=1&amp;b=2"), "{cleaned}");
        assert!(cleaned.contains("noopener"), "{cleaned}");
    }

    #[test]
    fn plain_text_has_no_markup_and_keeps_lines() {
        let body = html("<p>One &amp; <b>two</b></p><ul><li>a</li><li>b &lt;c&gt;</li></ul>");
        assert_eq!(plain(&body), "One & two\na\nb <c>");
    }

    #[test]
    fn size_and_emptiness() {
        let text = |content: String| Body { content_type: ContentType::Text, content };
        assert!(clean(text("x".repeat(MESSAGE_BODY_BYTES_MAX))).is_ok());
        assert!(matches!(
            clean(text("x".repeat(MESSAGE_BODY_BYTES_MAX + 1))),
            Err(Failure::TooLarge)
        ));
        assert!(matches!(clean(text("  \n".to_owned())), Err(Failure::Invalid { .. })));
        assert!(matches!(clean(html("<script>x</script>")), Err(Failure::Invalid { .. })));
        assert!(matches!(clean(text("a\0".to_owned())), Err(Failure::Invalid { .. })));
    }
}
