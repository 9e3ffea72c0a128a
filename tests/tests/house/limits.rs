//! `docs/reference/limits.md` says what `crates/domain/src/limit.rs` says.

use std::collections::BTreeMap;

use crate::source::Source;
use crate::tree;

type Values = BTreeMap<String, i64>;

/// The constants of the code, in the order of the file so that one may use another.
fn constants(text: &str) -> Result<Values, String> {
    let code = Source::new(text).code;
    let mut values = Values::new();
    for statement in code.split(';') {
        let Some((_, definition)) = statement.split_once("pub const ") else { continue };
        let (name, rest) = definition.split_once(':').ok_or("a constant without a type")?;
        let (_, expression) = rest.split_once('=').ok_or("a constant without a value")?;
        let value =
            evaluate(expression, &values).ok_or_else(|| format!("`{name}`: {expression}"))?;
        values.insert(name.trim().to_owned(), value);
    }
    Ok(values)
}

/// Sums of products of numbers and earlier constants: limits need no more.
fn evaluate(expression: &str, known: &Values) -> Option<i64> {
    let factor = |text: &str| {
        let text = text.trim();
        known.get(text).copied().or_else(|| text.replace('_', "").parse().ok())
    };
    let product = |text: &str| {
        text.split('*').map(factor).try_fold(1, |total: i64, value| total.checked_mul(value?))
    };
    expression.split('+').map(product).try_fold(0, |total: i64, value| total.checked_add(value?))
}

/// The rows of the table: the name in backticks, then the value with commas between thousands.
fn rows(text: &str) -> Result<Values, String> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, value, meaning, past] = cells.as_slice() else {
            return Err(format!("limits.md: not four columns: {row}"));
        };
        let value = value.replace(',', "").parse();
        let value = value.map_err(|error| format!("limits.md: {error}: {row}"))?;
        if meaning.is_empty() || past.is_empty() {
            return Err(format!("limits.md: an empty cell: {row}"));
        }
        Ok((name.trim_matches('`').to_owned(), value))
    })
    .collect()
}

/// Where the two differ.
fn differences(code: &Values, document: &Values) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, value) in code {
        match document.get(name) {
            None => problems.push(format!("{name} = {value} is not in limits.md")),
            Some(other) if other != value => {
                problems.push(format!("{name} is {value} in the code, {other} in limits.md"));
            }
            Some(_) => {}
        }
    }
    for name in document.keys().filter(|name| !code.contains_key(*name)) {
        problems.push(format!("{name} is in limits.md only"));
    }
    problems
}

/// Public limits that get their number outside the file of limits.
fn stray_limits(path: &str, text: &str) -> Vec<String> {
    let code = Source::new(text).shipped_code();
    let definitions = code.split("pub const ").skip(1).filter_map(|rest| rest.split_once(';'));
    definitions
        .filter_map(|(definition, _)| {
            let (name, rest) = definition.split_once(':')?;
            let (_, value) = rest.split_once('=')?;
            let is_limit = name.ends_with("_MAX") && value.contains(|c: char| c.is_ascii_digit());
            is_limit.then(|| format!("{path}: `{name}` belongs in crates/domain/src/limit.rs"))
        })
        .collect()
}

#[test]
fn limits_are_named_in_one_place() {
    let files = tree::files();
    let elsewhere = files.iter().filter(|file| {
        file.is_rust() && file.path.starts_with("crates/") && !file.path.ends_with("/limit.rs")
    });
    let problems: Vec<String> =
        elsewhere.flat_map(|file| stray_limits(&file.path, &file.text)).collect();
    tree::no_problems(&problems);
}

#[test]
fn limits_are_documented_as_they_are() {
    let code = constants(&tree::read("crates/domain/src/limit.rs")).expect("constants");
    let document = rows(&tree::read("docs/reference/limits.md")).expect("rows");
    assert!(code.len() > 20, "the constants were found");
    tree::no_problems(&differences(&code, &document));
}

#[test]
fn a_wrong_limit_is_found() {
    let code = constants(
        "/// Doc: x = 1;\npub const A_MAX: usize = 28 * 1_024;\npub const B_MAX: u32 = A_MAX + 2;",
    )
    .expect("constants");
    assert_eq!(code, Values::from([("A_MAX".to_owned(), 28_672), ("B_MAX".to_owned(), 28_674)]));
    let row = "| `A_MAX` | 28,672 | text | 413 |\n| `B_MAX` | 28,674 | text | 413 |\n";
    assert_eq!(differences(&code, &rows(row).expect("rows")), [""; 0]);
    let other = row.replace("28,672", "28,673");
    assert_eq!(differences(&code, &rows(&other).expect("rows")).len(), 1);
    for bad in [row.replace("28,672", "many"), row.replace("| 413 ", ""), row.replace("text", "")] {
        assert!(rows(&bad).is_err(), "{bad}");
    }
    assert_eq!(differences(&code, &Values::new()).len(), 2);
    assert_eq!(differences(&Values::new(), &code).len(), 2);
    assert_eq!(stray_limits("a.rs", "pub const A_MAX: usize = 4_096;\n").len(), 1);
    assert_eq!(stray_limits("a.rs", "const A_MAX: usize = limit::A_MAX;\n"), [""; 0]);
    assert!(constants("pub const C_MAX: usize = size_of::<u8>();").is_err());
}
