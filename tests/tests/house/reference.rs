//! The reference is what the program says: its help, its operations, its fields of the log.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use visavis_tests::server;

use crate::source::Source;
use crate::{ratchet, tree};

const COMMAND_LINE: &str = "docs/reference/command-line.md";
const AUTHORISATION: &str = "docs/reference/authorisation.md";
const DESCRIPTION: &str = "docs/reference/openapi.json";
const LOG_FIELDS: &str = "docs/reference/log-fields.md";

/// The help of a command, without the options that every command has.
fn help(command: &[&str]) -> String {
    let output = server::command()
        .args(command)
        .arg("--help")
        .stdin(Stdio::null())
        .output()
        .expect("the program can be started");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    if command.is_empty() { text } else { without_connection(&text) }
}

/// Leaves out the part about the connection, which is the same for every command.
fn without_connection(help: &str) -> String {
    let mut is_left_out = false;
    let mut lines = Vec::new();
    for line in help.lines() {
        if line.starts_with("Connection:") {
            is_left_out = true;
        } else if is_left_out && !line.is_empty() && !line.starts_with(' ') {
            is_left_out = false;
        }
        if !is_left_out {
            lines.push(line.trim_end());
        }
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// The commands below a command, as its help lists them.
fn commands(help: &str) -> Vec<&str> {
    let listed = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    listed
        .lines()
        .take_while(|line| !line.is_empty())
        // What is indented further goes on with the description of the line above.
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect()
}

fn describe(command: &[&str], document: &mut String) {
    let help = help(command);
    let title = command.join(" ");
    if title.is_empty() {
        document.push_str("\n## visavis\n");
    } else {
        document.push_str(&format!("\n## {title}\n"));
    }
    document.push_str(&format!("\n```text\n{}\n```\n", help.trim_end()));
    for name in commands(&help) {
        describe(&[command, &[name]].concat(), document);
    }
}

/// What the document says before the first command.
const BEFORE_COMMANDS: &str = "\
# The command line

What `visavis --help` and the help of every command say. The test `the_command_line_is_described`
compares it with the program. The part about the connection, which is the same everywhere, is
left out below the first one.
";

/// Fails when a document is not as wanted, and leaves the wanted one where it can be taken from.
fn same(path: &str, wanted: &str) {
    if tree::exists(path) && tree::read(path) == wanted {
        return;
    }
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(path.replace('/', "-"));
    fs::write(&fresh, wanted).expect("a place for the new document");
    panic!("{path} is out of date: read the difference, then\n  cp {} {path}", fresh.display());
}

/// The rows of the tables of a document, without the backticks.
fn rows(document: &str) -> impl Iterator<Item = Vec<String>> {
    document.lines().filter(|line| line.starts_with("| `") || line.starts_with("| –")).map(|line| {
        let cells = line.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    })
}

/// The names of the fields that a file gives to what it logs.
fn fields(text: &str) -> BTreeSet<String> {
    let code = Source::new(text).shipped_code();
    let mut found = BTreeSet::new();
    for level in ["error!(", "warn!(", "info!(", "debug!("] {
        for (_, rest) in code
            .match_indices(&format!("tracing::{level}"))
            .map(|(at, start)| (at, code.get(at + start.len()..).unwrap_or_default()))
        {
            found.extend(arguments(rest).iter().filter_map(|argument| field(argument)));
        }
    }
    found
}

/// The arguments of a macro up to its end; braces around fields count for nothing. What follows
/// the message is not asked for: the message is blank here, so it ends the list.
fn arguments(rest: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut found = vec![String::new()];
    for c in rest.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => break,
            ')' | ']' => depth -= 1,
            '{' | '}' => continue,
            _ => {}
        }
        if c == ',' && depth == 0 {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    let is_message = |argument: &String| argument.trim().is_empty();
    found.into_iter().take_while(|argument| !is_message(argument)).collect()
}

/// The name of a field: `name = value`, `%name`, `?name` or `name`; none for the target.
fn field(argument: &str) -> Option<String> {
    let name = argument.split('=').next()?.trim().trim_start_matches(['%', '?']);
    let is_target = name.starts_with("target:");
    (!is_target && !name.is_empty()).then(|| name.to_owned())
}

#[test]
fn the_command_line_is_described() {
    let mut document = BEFORE_COMMANDS.to_owned();
    describe(&[], &mut document);
    same(COMMAND_LINE, &document);
}

/// Method and path at the beginning of a row, if it is one.
fn operation(row: &str) -> Option<String> {
    let mut words = row.split_whitespace();
    let (method, path) = (words.next()?, words.next()?);
    let is_operation =
        method.bytes().all(|byte| byte.is_ascii_uppercase()) && path.starts_with('/');
    is_operation.then(|| format!("{method} {path}"))
}

/// Who may do it is tried against a server, by the test that writes the table; this one notices
/// without a server that an operation is missing.
#[test]
fn who_may_do_what_is_told_of_every_operation() {
    let described: serde_json::Value =
        serde_json::from_str(&tree::read(DESCRIPTION)).expect("a description in JSON");
    let paths = described["paths"].as_object().expect("paths");
    let mut wanted = BTreeSet::new();
    for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with("/v1.0/me/chats")) {
        let methods = item.as_object().expect("operations").keys();
        wanted.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    assert!(wanted.len() > 80, "the operations were found");
    let rows: BTreeSet<String> = tree::read(AUTHORISATION).lines().filter_map(operation).collect();
    let missing: Vec<&String> = wanted.difference(&rows).collect();
    let surplus: Vec<&String> = rows.difference(&wanted).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{AUTHORISATION} lacks {missing:#?} and has too many {surplus:#?}. Say in \
         tests/tests/http/authorisation/recipes.rs how a new operation is called, then\n  \
         cargo build -p visavis-server && INSTA_UPDATE=always cargo nextest run -p visavis-tests \
         --test http every_operation\nand read the difference."
    );
}

#[test]
fn every_field_of_the_log_is_described() {
    let files = tree::files();
    let shipped = files.iter().filter(|file| file.is_rust() && ratchet::is_shipped(&file.path));
    let used: BTreeSet<String> = shipped.flat_map(|file| fields(&file.text)).collect();
    assert!(used.contains("request.id"), "the fields were found: {used:?}");
    let described: BTreeSet<String> =
        rows(&tree::read(LOG_FIELDS)).filter_map(|row| row.into_iter().next()).collect();
    assert_eq!(described, used, "{LOG_FIELDS}, left, and the code differ");
}

#[test]
fn what_the_program_says_is_read_correctly() {
    let help = "What.\n\nCommands:\n  one   First\n           of all\n  two   Second\n  help  Help\n\n\
                Options:\n  -h\n\nConnection:\n      --server\n                all\n\n  more\nExamples:\n  x\n";
    assert_eq!(commands(help), ["one", "two"]);
    assert!(without_connection(help).ends_with("  -h\n\nExamples:\n  x\n"));

    let code = "fn f() { tracing::info!(target: \"t\", { a.b = g(1, 2), %c, d }, \"{e}\", h); \
                tracing::warn!(\"only a message\", i); tracing::error!(?j, k = 1); }";
    let found: Vec<String> = fields(code).into_iter().collect();
    assert_eq!(found, ["a.b", "c", "d", "j", "k"]);
}

/// Whatever is answered below the API's root is described, and so stands in the table of who may do
/// what; but for what is known to be left out.
fn undescribed(code: &str, description: &serde_json::Value) -> Vec<String> {
    let routes = code.split(".route(\"").skip(1);
    routes
        .filter_map(|route| route.split_once('"'))
        .filter(|(path, rest)| {
            let handlers = rest.lines().next().unwrap_or_default();
            path.starts_with("/v1.0/") && !handlers.contains("left_out::")
        })
        .map(|(path, _rest)| path.to_owned())
        .filter(|path| description["paths"][path].is_null())
        .collect()
}

#[test]
fn every_route_of_the_api_is_described() {
    let description = serde_json::from_str(&tree::read(DESCRIPTION)).expect("JSON");
    let files = tree::files();
    let code = files.iter().filter(|file| file.is_rust() && file.path.starts_with("crates/"));
    let problems: Vec<String> = code
        .flat_map(|file| {
            let found = undescribed(&file.text, &description);
            found.into_iter().map(|path| format!("{}: {path} is not in {DESCRIPTION}", file.path))
        })
        .collect();
    tree::no_problems(&problems);
}

#[test]
fn a_route_that_is_not_described_is_found() {
    let description = serde_json::json!({"paths": {"/v1.0/me": {}}});
    let code = r#".route("/v1.0/me", get(me)).route("/v1.0/manage", get(manage))
        .route("/v1.0/teams", any(left_out::answer)).route("/found", get(found))"#;
    assert_eq!(undescribed(code, &description), ["/v1.0/manage"]);
}
