//! Message bodies: checked and cleaned on the way in, reduced to their text for previews.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use visavis_domain::hosted_content::ImageNumber;
use visavis_domain::id::{AccountId, MessageId};
use visavis_domain::limit::MESSAGE_BODY_BYTES_MAX;
use visavis_domain::message::{Body, ContentType, SystemEvent};
use visavis_domain::text;

use crate::failure::{Failure, Outcome};

const PREVIEW_CHARACTERS_MAX: usize = 200;

/// The images to which a text may refer.
#[derive(Debug)]
pub struct Sources {
    /// The message in which they stand.
    pub message: MessageId,
    /// New ones, by what the text calls them.
    pub names: BTreeMap<String, ImageNumber>,
    /// Those that the message has already.
    pub kept: BTreeSet<ImageNumber>,
}

impl Sources {
    /// The image that stands at an address: `../hostedContents/{name}/$value`, or the address of
    /// one that the message has, as answers write it. Others are from elsewhere.
    fn find(&self, address: &str) -> Found {
        let Some((before, name)) = hosted_name(address) else { return Found::Elsewhere };
        if before == HERE
            && let Some(number) = self.names.get(name)
        {
            return Found::Image(*number);
        }
        let is_own = before == HERE || before.ends_with(&format!("messages/{}/", self.message));
        match name.parse::<ImageNumber>() {
            Ok(number) if is_own && self.kept.contains(&number) => Found::Image(number),
            _ if is_own => Found::Missing,
            _ => Found::Elsewhere,
        }
    }
}

enum Found {
    Image(ImageNumber),
    Missing,
    Elsewhere,
}

/// How a text begins the address of its own images.
const HERE: &str = "../";

/// The parts of `{before}hostedContents/{name}/$value`.
fn hosted_name(address: &str) -> Option<(&str, &str)> {
    let address = address.strip_suffix("/$value").or_else(|| address.strip_suffix("/%24value"))?;
    let (before, name) = address.rsplit_once("hostedContents/")?;
    (!name.is_empty() && !name.contains('/')).then_some((before, name))
}

/// How a stored text names an image; edges put the address of the message in its place.
#[must_use]
pub fn image_source(number: ImageNumber) -> String {
    format!("{HERE}hostedContents/{number}/$value")
}

/// The stored text with the addresses of its images below `message`, the address of the message.
#[must_use]
pub fn with_image_addresses(content: &str, message: &str) -> String {
    content.replace("src=\"../hostedContents/", &format!("src=\"{message}/hostedContents/"))
}

/// How often HTML is cleaned at most until it stays as it is.
const CLEANING_TURNS: usize = 5;

/// Checks a body and cleans its HTML; tells which images it shows. Images from elsewhere go.
///
/// # Errors
///
/// [`Failure::TooLarge`] past 28 KiB; [`Failure::Invalid`] for an empty body, control characters,
/// and a place for an image that is not there.
pub fn clean(body: Body, sources: Arc<Sources>) -> Outcome<(Body, BTreeSet<ImageNumber>)> {
    if body.content.len() > MESSAGE_BODY_BYTES_MAX {
        return Err(Failure::TooLarge);
    }
    text::body(&body.content).map_err(|why| Failure::invalid("body", why.to_string()))?;
    let (content, shown) = match body.content_type {
        ContentType::Text => (body.content, BTreeSet::new()),
        ContentType::Html => clean_html(body.content, sources)?,
    };
    if content.len() > MESSAGE_BODY_BYTES_MAX {
        return Err(Failure::TooLarge);
    }
    if content.trim().is_empty() {
        return Err(Failure::invalid("body", "A message must say something."));
    }
    Ok((Body { content_type: body.content_type, content }, shown))
}

/// Cleans until nothing changes. Markup that is read otherwise once it was written, such as a link
/// within a link around a table, takes more than one turn; what is stored must be what is read.
fn clean_html(
    mut html: String,
    mut sources: Arc<Sources>,
) -> Outcome<(String, BTreeSet<ImageNumber>)> {
    for _turn in 0..CLEANING_TURNS {
        let (cleaned, shown) = if has_image(&html) {
            clean_images(&html, Arc::clone(&sources))?
        } else {
            (CLEANER.clean(&html).to_string(), BTreeSet::new())
        };
        if cleaned == html {
            return Ok((cleaned, shown));
        }
        // From now on images are called by their numbers, whatever they were called before.
        let (names, kept) = (BTreeMap::new(), shown);
        sources = Arc::new(Sources { message: sources.message, names, kept });
        html = cleaned;
    }
    Err(Failure::invalid("body", "The markup is too tangled. Send it with fewer nested parts."))
}

fn has_image(html: &str) -> bool {
    html.as_bytes().windows(4).any(|window| window.eq_ignore_ascii_case(b"<img"))
}

/// What was seen of images while cleaning.
#[derive(Debug, Default)]
struct Seen {
    shown: BTreeSet<ImageNumber>,
    is_one_missing: bool,
}

fn clean_images(html: &str, sources: Arc<Sources>) -> Outcome<(String, BTreeSet<ImageNumber>)> {
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let noted = Arc::clone(&seen);
    let mut builder = builder();
    builder
        .add_tags(["img"])
        .add_tag_attributes("img", ["src", "alt", "title", "width", "height"])
        .url_relative(ammonia::UrlRelative::PassThrough)
        .attribute_filter(move |tag, attribute, value| {
            let is_image = tag == "img" && attribute == "src";
            if !is_image {
                let is_address = attribute == "href";
                return (!is_address || is_absolute(value)).then(|| value.into());
            }
            let mut seen = noted.lock().unwrap_or_else(PoisonError::into_inner);
            match sources.find(value) {
                Found::Image(number) => {
                    seen.shown.insert(number);
                    Some(image_source(number).into())
                }
                Found::Missing => {
                    seen.is_one_missing = true;
                    None
                }
                Found::Elsewhere => None,
            }
        });
    let content = without_empty_images(&builder.clean(html).to_string());
    drop(builder);
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    if seen.is_one_missing {
        let words = "The text shows an image that neither came with it nor is in the message.";
        return Err(Failure::invalid("hostedContents", words));
    }
    Ok((content, seen.shown))
}

/// Whether an address that the cleaner let through has a scheme: then it is one of those allowed.
fn is_absolute(address: &str) -> bool {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    address.split_once(':').is_some_and(|(scheme, _rest)| scheme.chars().all(is_scheme))
}

/// Clean HTML without the images that lost their source.
fn without_empty_images(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once("<img") {
        kept.push_str(before);
        let mut is_quoted = false;
        let end = tag.find(|c| {
            is_quoted ^= c == '"';
            c == '>' && !is_quoted
        });
        let (attributes, after) = tag.split_at(end.unwrap_or(tag.len()));
        if attributes.contains("src=\"../hostedContents/") {
            kept.push_str("<img");
            kept.push_str(attributes);
            rest = after;
        } else {
            rest = after.strip_prefix('>').unwrap_or(after);
        }
    }
    kept.push_str(rest);
    kept
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
        SystemEvent::ChatRenamed { .. }
        | SystemEvent::MessagePinned
        | SystemEvent::MessageUnpinned => Vec::new(),
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

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(builder);

/// What Graph's chatMessage may hold: text markup, lists, tables, links, mentions, attachments.
/// No script, style sheet, form, frame, or image.
fn builder() -> ammonia::Builder<'static> {
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
}

static NO_TAGS: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder.clean_content_tags(HashSet::from(["script", "style", "title"]));
    builder
});

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(body: Body) -> Outcome<Body> {
        let (names, kept) = (BTreeMap::new(), BTreeSet::new());
        let sources = Sources { message: MessageId(77), names, kept };
        super::clean(body, Arc::new(sources)).map(|(body, _shown)| body)
    }

    fn html(content: &str) -> Body {
        Body { content_type: ContentType::Html, content: content.to_owned() }
    }

    #[test]
    fn tangled_markup_stays_as_it_was_stored() {
        for tangled in
            ["<a>x<table><a>y</a></table>z</a>", "<tr>e<a>b<t<table><t>e<a>b<", "<p><h1><p>"]
        {
            let Ok(once) = clean(html(&format!("a{tangled}"))) else { continue };
            assert_eq!(clean(once.clone()).unwrap().content, once.content, "{tangled}");
        }
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

    fn with_images(content: &str) -> Outcome<(String, Vec<u32>)> {
        let sources = Sources {
            message: MessageId(77),
            names: [("1".to_owned(), ImageNumber(4)), ("new".to_owned(), ImageNumber(5))].into(),
            kept: [ImageNumber(1), ImageNumber(2)].into(),
        };
        let (body, shown) = super::clean(html(content), Arc::new(sources))?;
        Ok((body.content, shown.into_iter().map(|number| number.0).collect()))
    }

    #[test]
    fn images_of_the_message_stay_and_others_go() {
        let of = |number: u32| format!("<img src=\"../hostedContents/{number}/$value\">");
        for (written, kept, shown) in [
            (of(1), of(4), vec![4]),
            (of(2), of(2), vec![2]),
            ("<IMG SRC='../hostedContents/new/%24value'>".to_owned(), of(5), vec![5]),
            (
                "<img src=\"https://h/v1.0/chats/19:a/messages/77/hostedContents/1/$value\">"
                    .to_owned(),
                of(1),
                vec![1],
            ),
            (
                "<img src=\"/v1.0/chats/c/messages/77/hostedContents/2/$value\">".to_owned(),
                of(2),
                vec![2],
            ),
            (
                "a<img src=\"https://h/messages/78/hostedContents/1/$value\">".to_owned(),
                "a".to_owned(),
                vec![],
            ),
            (
                "a<img src=\"https://tracker.example/a.png\" alt=\"x>y\">b".to_owned(),
                "ab".to_owned(),
                vec![],
            ),
            ("a<img src=\"data:image/png;base64,AAAA\">".to_owned(), "a".to_owned(), vec![]),
            ("a<img alt='>' onerror=x>b<img>".to_owned(), "ab".to_owned(), vec![]),
            (
                format!(
                    "<a href=\"../hostedContents/1/$value\">x</a><a href=\"//evil\">y</a>{}",
                    of(1)
                ),
                format!(
                    "<a rel=\"noopener noreferrer nofollow\">x</a><a rel=\"noopener noreferrer nofollow\">y</a>{}",
                    of(4)
                ),
                vec![4],
            ),
            (
                "<img src=\"../hostedContents/1/$value\" onerror=\"x\" style=\"x\" width=\"9\">"
                    .to_owned(),
                "<img src=\"../hostedContents/4/$value\" width=\"9\">".to_owned(),
                vec![4],
            ),
        ] {
            assert_eq!(with_images(&written).unwrap(), (kept, shown), "{written}");
        }
        for missing in [
            "../hostedContents/3/$value",
            "../hostedContents/other/$value",
            "/messages/77/hostedContents/9/$value",
        ] {
            let written = format!("<img src=\"{missing}\">a");
            assert!(matches!(with_images(&written), Err(Failure::Invalid { .. })), "{missing}");
        }
        assert!(with_images("<img src=x>").is_err(), "nothing is left");
    }

    #[test]
    fn addresses_of_images_are_those_of_their_message() {
        let stored = "<p>a<img src=\"../hostedContents/1/$value\"></p>";
        assert_eq!(
            with_image_addresses(stored, "https://h/v1.0/chats/c/messages/1"),
            "<p>a<img src=\"https://h/v1.0/chats/c/messages/1/hostedContents/1/$value\"></p>"
        );
    }
}
