//! One word for one thing. `docs/reference/glossary.md` has the list that these bans protect.

use crate::ratchet;
use crate::source::Source;
use crate::tree;

/// Words that are not used for what the glossary calls otherwise, in documents and doc comments.
const BANNED: [(&str, &str); 7] = [
    ("rooms", "chats"),
    ("chat room", "chat"),
    ("chatroom", "chat"),
    ("channel", "chat"),
    ("channels", "chats"),
    ("friend request", "contact request"),
    ("user group chat", "group"),
];

/// With one of these in the line, the word for a means of sending is meant, not a chat.
const ENGINEERING: [&str; 8] = [
    "mpsc",
    "oneshot",
    "watch",
    "broadcast",
    "in-process",
    "side channel",
    "side channels",
    "Teams channel",
];

/// Words that no identifier is made of, with those that Graph or a library obliges us to have.
const BANNED_IN_NAMES: [(&str, &[&str]); 5] = [
    ("room", &[]),
    ("rooms", &[]),
    ("chatroom", &[]),
    ("conversation", &["ConversationMember", "conversation_member"]),
    ("channel", &["channel", "sync_channel", "unbounded_channel", "channel_identity"]),
];

/// Crates that know no HTTP: an organisation is a tenant in the API, and only there.
const TENANTLESS: [&str; 6] = [
    "crates/domain/",
    "crates/policy/",
    "crates/store/",
    "crates/bus/",
    "crates/app/",
    "crates/push/",
];

/// What is wrong with the words of a text.
fn text_problems(path: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let words = format!(" {} ", plain_words(line));
        for (banned, instead) in BANNED {
            let is_engineering =
                banned.starts_with("channel") && ENGINEERING.iter().any(|word| line.contains(word));
            if words.contains(&format!(" {banned} ")) && !is_engineering {
                problems.push(format!("{path}:{}: `{banned}`: say {instead}", number + 1));
            }
        }
    }
    problems
}

/// The words of a line in lower case, with single spaces.
fn plain_words(line: &str) -> String {
    let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// What is wrong with the names in a Rust file.
fn name_problems(path: &str, source: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    for (line, name) in source.identifiers() {
        let words = parts(name);
        for (banned, allowed) in BANNED_IN_NAMES {
            if words.iter().any(|word| word == banned)
                && !allowed
                    .iter()
                    .any(|part| name == *part || part.len() > 12 && name.contains(part))
            {
                problems.push(format!("{path}:{line}: `{name}`: not the glossary's word"));
            }
        }
        let is_tenantless = TENANTLESS.iter().any(|folder| path.starts_with(folder));
        // Names of Teams' own cmdlets and audit operations stay as they are.
        let is_foreign = name.contains("Teams") || name.contains("Cs");
        if is_tenantless
            && !is_foreign
            && words.iter().any(|word| word == "tenant" || word == "tenants")
        {
            problems.push(format!("{path}:{line}: `{name}`: say organisation"));
        }
    }
    problems
}

/// The words that an identifier is made of, in lower case.
fn parts(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let Some(word) = words.last_mut()
            && c != '_'
        {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// The comments of a file that end up in its documentation, on their lines.
fn doc_comments(source: &Source) -> String {
    let is_doc = |line: &str| {
        let line = line.trim_start();
        line.starts_with("///") || line.starts_with("//!") || line.starts_with("/**")
    };
    let docs = source.comments.lines().map(|line| if is_doc(line) { line } else { "" });
    docs.collect::<Vec<_>>().join("\n")
}

#[test]
fn words_are_those_of_the_glossary() {
    let mut problems = Vec::new();
    for file in tree::files() {
        if file.is_rust() {
            let source = Source::new(&file.text);
            problems.extend(text_problems(&file.path, &doc_comments(&source)));
            // The names of tests are sentences: a conversation is held in them, a disk has room.
            if ratchet::is_shipped(&file.path) {
                problems.extend(name_problems(&file.path, &source));
            }
        } else if file.extension() == "md" && !file.path.ends_with("glossary.md") {
            problems.extend(text_problems(&file.path, &file.text));
        }
    }
    tree::no_problems(&problems);
}

#[test]
fn wrong_words_are_found() {
    let count = |text: &str| {
        let source = Source::new(text);
        let docs = text_problems("crates/app/src/a.rs", &doc_comments(&source));
        docs.len() + name_problems("crates/app/src/a.rs", &source).len()
    };
    for good in [
        "//! Room for three. An mpsc channel.",
        "let (to, from) = mpsc::channel(8); // the channel of the writer",
        "enum Kind { TeamsTenantSettingChanged }",
        "struct AadUserConversationMember { channel_identity: () }",
        "let text = \"tenantId\";",
    ] {
        assert_eq!(count(good), 0, "{good}");
    }
    for bad in [
        "/// Opens a chat room.",
        "/// The channel of a group.",
        "struct ChatRoom;",
        "fn find_conversation() {}",
        "fn f(channel_id: u8) {}",
        "struct TenantId;",
    ] {
        assert_eq!(count(bad), 1, "{bad}");
    }
}
