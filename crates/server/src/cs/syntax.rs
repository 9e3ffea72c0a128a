//! The syntax of PowerShell's parameters, as far as the cmdlets need it.
//!
//! Arguments arrive as the shell has split them. A parameter starts with one hyphen; everything up
//! to the next one is its value: `$true`, `$false`, `$null`, text with or without quotes, lists
//! with commas, `@("a","b")`, and `@{Add="a","b"; Remove="c"}`.

/// What was written after a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// Nothing.
    Nothing,
    /// `$null`.
    Null,
    /// `$true` or `$false`.
    Bool(bool),
    /// One text or number.
    Text(String),
    /// Several texts; also an empty list, and a list of one in `@(…)`.
    List(Vec<String>),
    /// `@{Add=…; Remove=…; Replace=…}`.
    Change(Vec<(Operation, Vec<String>)>),
}

/// What is done to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Entries are added.
    Add,
    /// Entries are taken out.
    Remove,
    /// The list becomes these entries.
    Replace,
}

/// What was written, split into its parts but not yet understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Line {
    /// Values before any parameter.
    pub positional: Vec<String>,
    /// Parameters in their order, without the hyphen.
    pub named: Vec<(String, Written)>,
}

/// Reads the arguments after the cmdlet's name.
///
/// # Errors
///
/// A sentence that says what cannot be read.
pub(crate) fn read(arguments: &[String]) -> Result<Line, String> {
    let mut line = Line::default();
    let mut rest = arguments.iter().peekable();
    while let Some(argument) = rest.next() {
        let Some((name, attached)) = parameter(argument) else {
            line.positional.push(unquoted(argument));
            continue;
        };
        let mut words: Vec<&str> = attached.into_iter().collect();
        while let Some(word) = rest.next_if(|word| parameter(word).is_none()) {
            words.push(word);
            // A second word belongs to the value only when a list or a hashtable goes on.
            if !goes_on(&words.join(" "), rest.peek().map(|next| next.as_str())) {
                break;
            }
        }
        let value = written(&words.join(" ")).map_err(|why| format!("-{name}: {why}"))?;
        line.named.push((name.to_owned(), value));
    }
    Ok(line)
}

/// `-Name` or `-Name:value`; none for everything else, negative numbers included.
fn parameter(argument: &str) -> Option<(&str, Option<&str>)> {
    let rest = argument.strip_prefix('-')?;
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    Some(match rest.split_once(':') {
        Some((name, value)) => (name, Some(value)),
        None => (rest, None),
    })
}

fn goes_on(value: &str, next: Option<&str>) -> bool {
    let count = |c: char| value.matches(c).count();
    let is_open = count('{') > count('}') || count('(') > count(')');
    is_open || value.trim_end().ends_with(',') || next.is_some_and(|next| next.starts_with(','))
}

fn written(text: &str) -> Result<Written, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Written::Nothing);
    }
    if let Some(inner) = enclosed(text, "@{", "}") {
        return change(inner).map(Written::Change);
    }
    if let Some(inner) = enclosed(text, "@(", ")") {
        return list(inner).map(Written::List);
    }
    if text == "System.Collections.Hashtable" {
        return Err(
            "PowerShell has taken the hashtable apart; put it into single quotes".to_owned()
        );
    }
    let plain = enclosed(text, "(", ")").unwrap_or(text);
    match plain.to_ascii_lowercase().as_str() {
        "$null" => return Ok(Written::Null),
        "$true" | "true" => return Ok(Written::Bool(true)),
        "$false" | "false" => return Ok(Written::Bool(false)),
        _ => {}
    }
    if plain.starts_with('$') {
        return Err(format!("{plain} is a variable; only $true, $false and $null are known"));
    }
    let mut entries = list(plain)?;
    match entries.len() {
        1 => Ok(Written::Text(entries.pop().unwrap_or_default())),
        _ => Ok(Written::List(entries)),
    }
}

fn enclosed<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    text.strip_prefix(open)?.strip_suffix(close).map(str::trim)
}

fn change(text: &str) -> Result<Vec<(Operation, Vec<String>)>, String> {
    let mut operations = Vec::new();
    for part in split(text, ';')? {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let (name, values) = part
            .split_once('=')
            .ok_or_else(|| format!("{part}: write it as @{{Add=\"a\",\"b\"}}"))?;
        let operation = match name.trim().to_ascii_lowercase().as_str() {
            "add" => Operation::Add,
            "remove" => Operation::Remove,
            "replace" => Operation::Replace,
            other => return Err(format!("{other} is not one of Add, Remove, Replace")),
        };
        let values = values.trim();
        operations.push((operation, list(enclosed(values, "@(", ")").unwrap_or(values))?));
    }
    if operations.is_empty() {
        return Err("write it as @{Add=\"a\",\"b\"}".to_owned());
    }
    Ok(operations)
}

fn list(text: &str) -> Result<Vec<String>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let entries = split(text, ',')?;
    Ok(entries.iter().map(|entry| unquoted(entry.trim())).collect())
}

/// Splits at a character that is not within quotes.
fn split(text: &str, separator: char) -> Result<Vec<String>, String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == separator => {
                parts.push(String::new());
                continue;
            }
            Some(_) | None => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    match quote {
        Some(open) => Err(format!("a quote {open} is not closed")),
        None => Ok(parts),
    }
}

/// The text without the quotes around it; doubled quotes within become single ones.
fn unquoted(text: &str) -> String {
    for quote in ['"', '\''] {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner.replace(&format!("{quote}{quote}"), &quote.to_string());
        }
    }
    text.to_owned()
}
