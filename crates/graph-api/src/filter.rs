//! The part of OData's `$filter` that the resources can answer, read into a small tree.
//!
//! Comparisons, `startswith`, `any` over one variable, `and`, `or` and parentheses. What a
//! resource makes of the tree, and what it refuses, is the resource's matter.

use std::fmt;

use visavis_domain::limit::{FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_TERMS_MAX};
use visavis_domain::text::shown;
use visavis_domain::time::Timestamp;

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    StartsWith,
}

/// What a property is compared with, unquoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Literal {
    /// `'text'`.
    Text(String),
    /// A number, a date, `true`, `null`, a GUID.
    Bare(String),
}

impl Literal {
    /// The value as text, quoted or not: callers quote dates and GUIDs now and then.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Bare(text) => text,
        }
    }
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// The property, `contactRequest/state`; for a collection, `businessPhones/any`.
    pub(crate) path: String,
    /// How.
    pub(crate) operator: Operator,
    /// With what.
    pub(crate) value: Literal,
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    Term(Term),
    And(Vec<Filter>),
    Or(Vec<Filter>),
}

impl Filter {
    /// The comparisons, all of which must hold; `None` when there is an `or`.
    pub(crate) fn conjunction(&self) -> Option<Vec<&Term>> {
        self.joined(|filter| match filter {
            Self::And(parts) => Some(parts),
            Self::Term(_) | Self::Or(_) => None,
        })
    }

    /// The comparisons, one of which must hold; `None` when there is an `and`.
    pub(crate) fn disjunction(&self) -> Option<Vec<&Term>> {
        self.joined(|filter| match filter {
            Self::Or(parts) => Some(parts),
            Self::Term(_) | Self::And(_) => None,
        })
    }

    fn joined(&self, parts: impl Fn(&Self) -> Option<&Vec<Self>> + Copy) -> Option<Vec<&Term>> {
        if let Self::Term(term) = self {
            return Some(vec![term]);
        }
        let mut terms = Vec::new();
        for part in parts(self)? {
            terms.extend(part.joined(parts)?);
        }
        Some(terms)
    }
}

/// Why a filter was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) struct InvalidFilter(String);

impl fmt::Display for InvalidFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a filter.
pub(crate) fn parse(text: &str) -> Result<Filter, InvalidFilter> {
    if text.len() > FILTER_BYTES_MAX {
        return Err(InvalidFilter(format!("is longer than {FILTER_BYTES_MAX} bytes")));
    }
    let mut parser = Parser { tokens: tokens(text)?, at: 0, terms: 0 };
    let filter = parser.disjunction(0)?;
    match parser.peek() {
        None => Ok(filter),
        Some(token) => Err(InvalidFilter(format!("did not expect `{token}`"))),
    }
}

/// Reads a moment that a property is compared with.
pub(crate) fn moment(value: &Literal) -> Result<Timestamp, InvalidFilter> {
    let text = value.as_str();
    text.parse().map_err(|error| InvalidFilter(format!("`{}` is {error}", shown(text))))
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Comma,
    Colon,
    Word(String),
    Text(String),
}

/// As callers are told of it.
impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("("),
            Self::Close => f.write_str(")"),
            Self::Comma => f.write_str(","),
            Self::Colon => f.write_str(":"),
            Self::Word(word) => f.write_str(&shown(word)),
            Self::Text(text) => write!(f, "'{}'", shown(text)),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, InvalidFilter> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let token = match c {
            // Form encoding writes a space as a plus; inside quotes a plus is a plus.
            ' ' | '\t' | '+' => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            ':' => Token::Colon,
            '\'' => Token::Text(quoted(&mut rest)?),
            _ => Token::Word(word(c, &mut rest)?),
        };
        tokens.push(token);
    }
    Ok(tokens)
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn quoted(rest: &mut Chars<'_>) -> Result<String, InvalidFilter> {
    let mut text = String::new();
    loop {
        match rest.next() {
            None => return Err(InvalidFilter("has a quote that is not closed".to_owned())),
            Some('\'') if rest.next_if_eq(&'\'').is_some() => text.push('\''),
            Some('\'') => return Ok(text),
            Some(c) => text.push(c),
        }
    }
}

fn word(first: char, rest: &mut Chars<'_>) -> Result<String, InvalidFilter> {
    let mut word = String::from(first);
    // A date has colons, and a plus before its offset.
    let is_date = first.is_ascii_digit();
    let belongs = |c: &char| {
        c.is_alphanumeric()
            || matches!(c, '/' | '.' | '_' | '-' | '@' | '$')
            || (is_date && matches!(c, ':' | '+'))
    };
    if !belongs(&first) {
        return Err(InvalidFilter(format!("did not expect `{first}`")));
    }
    while let Some(c) = rest.next_if(belongs) {
        word.push(c);
    }
    Ok(word)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    terms: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Result<Token, InvalidFilter> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token.ok_or_else(|| InvalidFilter("ends too early".to_owned()))
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), InvalidFilter> {
        let token = self.next()?;
        if token == *wanted {
            Ok(())
        } else {
            Err(InvalidFilter(format!("expected `{wanted}`, not `{token}`")))
        }
    }

    fn word(&mut self) -> Result<String, InvalidFilter> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            token => Err(InvalidFilter(format!("expected a name, not `{token}`"))),
        }
    }

    fn skip_word(&mut self, wanted: &str) -> bool {
        let is_it =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(is_it);
        is_it
    }

    fn disjunction(&mut self, depth: usize) -> Result<Filter, InvalidFilter> {
        let mut parts = vec![self.conjunction(depth)?];
        while self.skip_word("or") {
            parts.push(self.conjunction(depth)?);
        }
        Ok(single(parts).unwrap_or_else(Filter::Or))
    }

    fn conjunction(&mut self, depth: usize) -> Result<Filter, InvalidFilter> {
        let mut parts = vec![self.part(depth)?];
        while self.skip_word("and") {
            parts.push(self.part(depth)?);
        }
        Ok(single(parts).unwrap_or_else(Filter::And))
    }

    fn part(&mut self, depth: usize) -> Result<Filter, InvalidFilter> {
        if depth > FILTER_DEPTH_MAX {
            return Err(InvalidFilter(format!("nests deeper than {FILTER_DEPTH_MAX}")));
        }
        if matches!(self.peek(), Some(Token::Open)) {
            self.at += 1;
            let inner = self.disjunction(depth + 1)?;
            self.expect(&Token::Close)?;
            return Ok(inner);
        }
        self.count_term()?;
        self.term()
    }

    fn count_term(&mut self) -> Result<(), InvalidFilter> {
        self.terms += 1;
        if self.terms > FILTER_TERMS_MAX {
            return Err(InvalidFilter(format!("has more than {FILTER_TERMS_MAX} comparisons")));
        }
        Ok(())
    }

    fn term(&mut self) -> Result<Filter, InvalidFilter> {
        let name = self.word()?;
        let is_call = matches!(self.peek(), Some(Token::Open));
        if is_call && name.eq_ignore_ascii_case("startswith") {
            self.at += 1;
            let path = self.word()?;
            self.expect(&Token::Comma)?;
            let value = self.literal()?;
            self.expect(&Token::Close)?;
            // `startswith(a,'b') eq true` says nothing more.
            if self.skip_word("eq") && !self.skip_word("true") {
                return Err(InvalidFilter("expected `true`".to_owned()));
            }
            return Ok(Filter::Term(Term { path, operator: Operator::StartsWith, value }));
        }
        if is_call && name.ends_with("/any") {
            return self.any(name).map(Filter::Term);
        }
        if self.skip_word("in") {
            return self.one_of(&name);
        }
        self.comparison(name).map(Filter::Term)
    }

    /// `mail in ('a','b')`, read as `mail eq 'a' or mail eq 'b'`.
    fn one_of(&mut self, path: &str) -> Result<Filter, InvalidFilter> {
        self.expect(&Token::Open)?;
        let mut parts = Vec::new();
        loop {
            let (path, operator) = (path.to_owned(), Operator::Equal);
            parts.push(Filter::Term(Term { path, operator, value: self.literal()? }));
            if matches!(self.peek(), Some(Token::Close)) {
                self.at += 1;
                return Ok(single(parts).unwrap_or_else(Filter::Or));
            }
            self.expect(&Token::Comma)?;
            self.count_term()?;
        }
    }

    /// `businessPhones/any(p:p eq '+49…')`, read as a comparison of `businessPhones/any`.
    fn any(&mut self, name: String) -> Result<Term, InvalidFilter> {
        self.expect(&Token::Open)?;
        let variable = self.word()?;
        self.expect(&Token::Colon)?;
        let subject = self.word()?;
        let rest = match subject.strip_prefix(&variable) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
            _ => {
                let (variable, subject) = (shown(&variable), shown(&subject));
                return Err(InvalidFilter(format!("expected `{variable}`, not `{subject}`")));
            }
        };
        let term = self.comparison(format!("{name}{rest}"))?;
        self.expect(&Token::Close)?;
        Ok(term)
    }

    fn comparison(&mut self, path: String) -> Result<Term, InvalidFilter> {
        let word = self.word()?;
        let operator = match word.to_ascii_lowercase().as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            _ => return Err(InvalidFilter(format!("`{}` is not a comparison", shown(&word)))),
        };
        Ok(Term { path, operator, value: self.literal()? })
    }

    fn literal(&mut self) -> Result<Literal, InvalidFilter> {
        match self.next()? {
            Token::Text(text) => Ok(Literal::Text(text)),
            Token::Word(word) => Ok(Literal::Bare(word)),
            token => Err(InvalidFilter(format!("expected a value, not `{token}`"))),
        }
    }
}

/// The only part, or all of them back.
fn single(mut parts: Vec<Filter>) -> Result<Filter, Vec<Filter>> {
    match parts.pop() {
        Some(only) if parts.is_empty() => Ok(only),
        Some(last) => {
            parts.push(last);
            Err(parts)
        }
        None => Err(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(text: &str) -> Vec<String> {
        let filter = parse(text).unwrap();
        let terms = filter.conjunction().or_else(|| filter.disjunction()).unwrap();
        terms.iter().map(|t| format!("{} {:?} {}", t.path, t.operator, t.value.as_str())).collect()
    }

    #[test]
    fn the_filters_of_the_specification_are_read() {
        for (text, read) in [
            ("mail eq 'a@b.example'", vec!["mail Equal a@b.example"]),
            ("mail+eq+'a+x@b.example'", vec!["mail Equal a+x@b.example"]),
            ("displayName eq 'O''Neil'", vec!["displayName Equal O'Neil"]),
            ("businessPhones/any(p:p eq '+4930')", vec!["businessPhones/any Equal +4930"]),
            (
                "proxyAddresses/any(x:x eq 'smtp:a@b.example')",
                vec!["proxyAddresses/any Equal smtp:a@b.example"],
            ),
            ("members/any(o: o/displayname eq 'x')", vec!["members/any/displayname Equal x"]),
            ("mail in ('a')", vec!["mail Equal a"]),
            ("mail IN ('a', 'b')", vec!["mail Equal a", "mail Equal b"]),
            ("id in (1,2) or mail eq 'c'", vec!["id Equal 1", "id Equal 2", "mail Equal c"]),
            ("startswith(displayName,'Ad')", vec!["displayName StartsWith Ad"]),
            ("startsWith(displayName, 'Ad') eq true", vec!["displayName StartsWith Ad"]),
            (
                "contactRequest/state eq 'pending' and contactRequest/direction eq 'inbound'",
                vec![
                    "contactRequest/state Equal pending",
                    "contactRequest/direction Equal inbound",
                ],
            ),
            (
                "(lastModifiedDateTime gt 2026-01-01T00:00:00Z and \
                 lastModifiedDateTime lt 2026-01-01T00:00:00.5+01:00)",
                vec![
                    "lastModifiedDateTime Greater 2026-01-01T00:00:00Z",
                    "lastModifiedDateTime Less 2026-01-01T00:00:00.5+01:00",
                ],
            ),
            (
                "mail eq 'a' or (userPrincipalName eq 'a' or mail eq 'b')",
                vec!["mail Equal a", "userPrincipalName Equal a", "mail Equal b"],
            ),
        ] {
            assert_eq!(terms(text), read, "{text}");
        }
    }

    #[test]
    fn mixed_filters_are_neither_conjunction_nor_disjunction() {
        let filter = parse("a eq 1 and b eq 2 or c eq 3").unwrap();
        assert_eq!((filter.conjunction(), filter.disjunction()), (None, None));
    }

    #[test]
    fn what_cannot_be_read_is_explained() {
        let deep = "(".repeat(20);
        let many = vec!["a eq 1"; 40].join(" or ");
        let long = "x".repeat(FILTER_BYTES_MAX + 1);
        let say = |text: &str| parse(text).unwrap_err().to_string();
        insta::assert_debug_snapshot!([
            say(""),
            say("mail"),
            say("mail like 'x'"),
            say("mail in 'x'"),
            say("mail in ()"),
            say("mail in ('x' 'y')"),
            say(&format!("mail in ({})", vec!["'x'"; 40].join(","))),
            say("mail eq"),
            say("mail eq 'x"),
            say("mail eq 'x' extra"),
            say("eq (mail)"),
            say("contains(mail,'x')"),
            say("a/any(p:q eq 1)"),
            say("\0"),
            say("mail eq \"x\""),
            say(&deep),
            say(&many),
            say(&long),
        ]);
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_the_reader(text in "\\PC{0,60}") {
            let _read = parse(&text);
        }
    }
}
