//! Guides are programs: their fenced blocks are run in order, and what they say comes out is compared.
//!
//! * `sh` is typed into a terminal. A second word names the terminal, where there are several: each
//!   has its own variables, functions and aliases.
//! * `text`, `json` or `jsonl` after it is what the block before printed last; `…` stands for anything.
//! * `js` and `py` are files; their first line is a comment with the name.
//!
//! Commands find what a newcomer has in the folder after `make run`: `data/` with the demonstration,
//! and `target/debug/visavis`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::server::binary;
use crate::stage::Stage;

/// Where the demonstration listens in the guides.
const USUAL: [&str; 2] = ["http://127.0.0.1:8080", "http://localhost:8080"];

/// One fenced block of a guide.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// The line of its first fence, from 1.
    pub line: usize,
    /// What stands after the fence: the language, then perhaps a name.
    pub info: String,
    /// What stands between the fences.
    pub text: String,
}

/// The fenced blocks of a text.
#[must_use]
pub fn blocks(guide: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in guide.lines().enumerate() {
        match (open.take(), line.strip_prefix("```")) {
            (None, Some(info)) => {
                let info = info.trim().to_owned();
                open = Some(Block { line: number + 1, info, text: String::new() });
            }
            (Some(block), Some(_fence)) => blocks.push(block),
            (Some(mut block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks
}

/// Whether an output ends as a guide shows it; `…` stands for anything within a line.
#[must_use]
pub fn is_as_shown(output: &str, shown: &str) -> bool {
    let lines = |text: &str| text.trim().lines().map(|line| line.trim_end().to_owned()).collect();
    let (output, shown): (Vec<String>, Vec<String>) = (lines(output), lines(shown));
    let Some(before) = output.len().checked_sub(shown.len()) else { return false };
    output.iter().skip(before).zip(&shown).all(|(line, shown)| fits(line, shown))
}

fn fits(line: &str, shown: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some((_anything, after)) = rest.split_once(part) else { return false };
        rest = after;
        last = Some(part);
    }
    rest.is_empty() || last.is_some_and(|part| part.is_empty() || line.ends_with(part))
}

/// Runs a guide on a stage, and tells of each place that is done. Whatever fails, or prints
/// something else, fails.
///
/// # Panics
///
/// With the line of the guide, and with what came out.
pub fn run(stage: &Stage, guide: &Path, mut done: impl FnMut(&str)) {
    let text = fs::read_to_string(guide);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", guide.display()));
    let text =
        USUAL.iter().fold(text, |text, usual| text.replace(usual, stage.server().base_url()));
    let terminals = Terminals::new(stage);
    let mut printed: Option<String> = None;
    for block in blocks(&text) {
        let place = format!("{}:{}", guide.display(), block.line);
        let mut words = block.info.split_whitespace();
        match words.next().unwrap_or_default() {
            "sh" => {
                printed = Some(terminals.run(&block, words.next().unwrap_or("usual"), &place));
                done(&place);
            }
            "js" | "py" => terminals.keep(&block, &place),
            "text" | "json" | "jsonl" => {
                let printed = printed.take();
                let printed = printed.unwrap_or_else(|| panic!("{place}: follows no command"));
                let is_right = is_as_shown(&printed, &block.text);
                assert!(is_right, "{place}: shown was\n{}\nprinted was\n{printed}", block.text);
            }
            other => panic!("{place}: blocks of {other:?} are not known"),
        }
    }
}

/// Terminals in one folder.
struct Terminals<'a> {
    stage: &'a Stage,
    folder: PathBuf,
}

impl<'a> Terminals<'a> {
    fn new(stage: &'a Stage) -> Self {
        let folder = stage.home().join("visavis");
        fs::create_dir_all(folder.join("target/debug")).expect("a folder");
        symlink(stage.server().data(), folder.join("data")).expect("a link to the data");
        symlink(binary(), folder.join("target/debug/visavis")).expect("a link to the program");
        Self { stage, folder }
    }

    /// Runs a block, with what the same terminal knew before; answers what it printed.
    fn run(&self, block: &Block, terminal: &str, place: &str) -> String {
        let state = self.stage.home().join(format!("{terminal}.state"));
        let out = self.stage.home().join("out");
        // `make run` is what the stage has done already. Variables that bash keeps to itself are
        // read-only; what a terminal knew includes functions and aliases.
        let script = format!(
            "shopt -s expand_aliases\n\
             make() {{ [ \"$*\" = run ]; }}\n\
             [ ! -e '{state}' ] || . '{state}'\n\
             trap '{{ declare -p | grep -v \"^declare -[a-zA-Z]*r\"; declare -f; alias -p; }} > {state}' EXIT\n\
             set -eo pipefail\n{text}",
            state = state.display(),
            text = block.text,
        );
        // A file and no pipe: what goes on in the background keeps it open.
        let file = File::create(&out).expect("a file for the output");
        let mut bash = self.stage.command("bash");
        bash.args(["-c", &script]).current_dir(&self.folder).stdin(Stdio::null());
        bash.stdout(file.try_clone().expect("a file")).stderr(file);
        let ended = bash.status();
        let ended = ended.unwrap_or_else(|error| panic!("{place}: bash is needed: {error}"));
        let printed = fs::read_to_string(&out).expect("what was printed");
        assert!(ended.success(), "{place}: {ended}\n{}\n{printed}", block.text);
        printed
    }

    /// Writes a file that a guide shows.
    fn keep(&self, block: &Block, place: &str) {
        let first = block.text.lines().next().unwrap_or_default();
        let name = first.trim_start_matches(['/', '#', ' ']).trim();
        let is_name = !name.is_empty() && !name.contains(['/', ' ']);
        assert!(is_name, "{place}: the first line names no file");
        fs::write(self.folder.join(name), &block.text).expect("a file of the guide");
    }
}

/// The guides in a folder that say of themselves that they are not run, with their reasons.
#[must_use]
pub fn not_run(folder: &Path) -> BTreeMap<String, String> {
    let mut reasons = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the guides").flatten() {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        let reason =
            text.split_once("<!-- not run: ").and_then(|(_, rest)| rest.split_once(" -->"));
        if let Some((reason, _)) = reason {
            reasons.insert(entry.file_name().to_string_lossy().into_owned(), reason.to_owned());
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_their_place_and_language() {
        let found = blocks("a\n```sh elif\necho 1\n```\n\n```text\n1\n```\n");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].line, found[0].info.as_str()), (2, "sh elif"));
        assert_eq!(found[1].text, "1\n");
    }

    #[test]
    fn anything_may_stand_where_a_guide_leaves_out() {
        for (printed, shown, is_right) in [
            ("a\nb\n", "a\nb", true),
            ("a\n", "a\nb", false),
            ("b\na\n", "a", true),
            ("a\nb\n", "a", false),
            ("id 17 of 20", "id … of …", true),
            ("id 17", "id … of …", false),
            ("ab", "a", false),
            ("a…", "a…", true),
            ("x-1-x-2", "x-…2", true),
        ] {
            assert_eq!(is_as_shown(printed, shown), is_right, "{printed} as {shown}");
        }
    }
}
