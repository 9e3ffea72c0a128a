//! A Rust file split into code and comments, without parsing it: enough to measure and to search.

/// The two halves of a file. Each has every line of the file, with the other half as blanks.
pub(crate) struct Source {
    /// Code; comments and the contents of strings are blank.
    pub(crate) code: String,
    /// Comments of every kind.
    pub(crate) comments: String,
}

/// One function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Lines between the braces.
    pub(crate) lines: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
}

impl Source {
    pub(crate) fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let kinds = classify(&characters);
        let half = |wanted| {
            let keep = |(&c, &kind)| if kind == wanted || c == '\n' { c } else { ' ' };
            characters.iter().zip(&kinds).map(keep).collect()
        };
        Self { code: half(Kind::Code), comments: half(Kind::Comment) }
    }

    /// The code without what is compiled for tests only.
    pub(crate) fn shipped_code(&self) -> String {
        let mut code: Vec<char> = self.code.chars().collect();
        while let Some(start) = find(&code, 0, "#[cfg(test)]") {
            let end = item_end(&code, start);
            // Newlines go too, so that the lines of tests are not counted.
            code.splice(start..end, []);
        }
        code.into_iter().collect()
    }

    /// The shipped functions, in the order of the file.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let code: Vec<char> = self.shipped_code().chars().collect();
        let mut functions = Vec::new();
        let mut at = 0;
        while let Some(start) = find(&code, at, "fn ") {
            at = start + 3;
            let is_word = start == 0 || !is_identifier(code[start - 1]);
            let name: String = code[at..].iter().take_while(|c| is_identifier(**c)).collect();
            if !is_word || name.is_empty() {
                continue;
            }
            if let Some((open, close)) = body(&code, at) {
                let breaks = code[open..close].iter().filter(|c| **c == '\n').count();
                functions.push(Function { name, lines: breaks.saturating_sub(1) });
            }
        }
        functions
    }

    /// The identifiers of the code, with the number of their line.
    pub(crate) fn identifiers(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().flat_map(|(line, text)| {
            text.split(|c| !is_identifier(c))
                .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
                .map(move |word| (line + 1, word))
        })
    }
}

fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn find(code: &[char], from: usize, wanted: &str) -> Option<usize> {
    let wanted: Vec<char> = wanted.chars().collect();
    let found = code.get(from..)?.windows(wanted.len()).position(|window| window == wanted);
    found.map(|position| from + position)
}

/// Where the item that starts here (attributes first) ends.
fn item_end(code: &[char], start: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in code[start..].iter().enumerate() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' => depth -= 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return start + offset + 1;
                }
            }
            ';' if depth == 0 => return start + offset + 1,
            _ => {}
        }
    }
    code.len()
}

/// The braces of the function whose name starts here; none when it is only declared.
fn body(code: &[char], start: usize) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    for (offset, c) in code[start..].iter().enumerate() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.checked_sub(1)?,
            ';' if depth == 0 => return None,
            '{' if depth == 0 => return Some((start + offset, item_end(code, start + offset))),
            _ => {}
        }
    }
    None
}

fn classify(text: &[char]) -> Vec<Kind> {
    let mut kinds = vec![Kind::Code; text.len()];
    let mut at = 0;
    while at < text.len() {
        let (end, kind) = token(text, at);
        for kind_of in &mut kinds[at..end] {
            *kind_of = kind;
        }
        at = end;
    }
    kinds
}

/// The end and kind of the comment, literal or single character that starts here.
fn token(text: &[char], at: usize) -> (usize, Kind) {
    let next = text.get(at + 1).copied();
    let is_in_word = at > 0 && is_identifier(text[at - 1]);
    match text[at] {
        '/' if next == Some('/') => (line_end(text, at), Kind::Comment),
        '/' if next == Some('*') => (block_end(text, at), Kind::Comment),
        '"' => (string_end(text, at), Kind::Text),
        'r' if !is_in_word || matches!(text[at - 1], 'b' | 'c') => match raw_end(text, at) {
            Some(end) => (end, Kind::Text),
            None => (at + 1, Kind::Code),
        },
        '\'' => match character_end(text, at) {
            Some(end) => (end, Kind::Text),
            None => (at + 1, Kind::Code),
        },
        _ => (at + 1, Kind::Code),
    }
}

fn line_end(text: &[char], at: usize) -> usize {
    text[at..].iter().position(|c| *c == '\n').map_or(text.len(), |offset| at + offset)
}

fn block_end(text: &[char], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at + 1 < text.len() {
        match (text[at], text[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn string_end(text: &[char], mut at: usize) -> usize {
    at += 1;
    while at < text.len() {
        match text[at] {
            '"' => return at + 1,
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

fn raw_end(text: &[char], at: usize) -> Option<usize> {
    let hashes = text[at + 1..].iter().take_while(|c| **c == '#').count();
    if text.get(at + 1 + hashes) != Some(&'"') {
        return None;
    }
    let closing = format!("\"{}", "#".repeat(hashes));
    let end = find(text, at + 2 + hashes, &closing)?;
    Some(end + closing.len())
}

/// None when the quote starts a lifetime.
fn character_end(text: &[char], at: usize) -> Option<usize> {
    if text.get(at + 1) == Some(&'\\') {
        let end = text.get(at + 3..)?.iter().position(|c| *c == '\'')?;
        return Some(at + 3 + end + 1);
    }
    (text.get(at + 2) == Some(&'\'')).then_some(at + 3)
}

#[test]
fn code_and_comments_are_told_apart() {
    let source = Source::new(concat!(
        "fn a<'x>(b: &'x str) -> char { '\"' } // one\n",
        "const C: &str = \"// not\"; /* two /* three */ */ let d = r#\"fn \"e\"#; '\\'';\n",
    ));
    assert_eq!(
        source.comments.split_whitespace().collect::<Vec<_>>().join(" "),
        "// one /* two /* three */ */"
    );
    assert!(source.code.contains("fn a<'x>(b: &'x str) -> char {"));
    assert!(!source.code.contains("not") && !source.code.contains("fn \"e"));
    assert!(source.code.contains("let d = "));
}

#[test]
fn functions_are_measured_without_tests() {
    let source = Source::new(
        "fn short() {}\ntrait T { fn declared(a: [u8; 2]); }\n\
         fn long(f: fn(u8) -> u8) -> [u8; 2] {\n let s = \"}\";\n\n // }\n s\n}\n\
         #[cfg(test)]\n#[rustfmt::skip]\nmod tests {\n fn unseen() {\n }\n}\nfn last() {\n 1\n}\n",
    );
    let function = |name: &str, lines| Function { name: name.to_owned(), lines };
    assert_eq!(
        source.functions(),
        [function("short", 0), function("long", 4), function("last", 1)]
    );
    assert_eq!(source.shipped_code().lines().count(), 12);
}
