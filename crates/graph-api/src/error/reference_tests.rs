//! `docs/reference/error-codes.md` and `limits.md` are what the code says.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use visavis_app::rate::{RateLimits, RateSetting};
use visavis_domain::limit::{self, Limit};

use super::refusal::advice;
use super::*;

const BEFORE_CODES: &str = "\
# Codes of failures

A failure of the HTTP API is this, with the status of its row:

```json
{\"error\": {\"code\": \"Forbidden\", \"message\": \"A sentence for a person.\",
           \"innerError\": {\"code\": \"pendingCap\", \"date\": \"…\", \"request-id\": \"…\",
                          \"client-request-id\": \"…\"}}}
```

`error.code` is Microsoft Graph's; programs should look at `error.innerError.code`. Both are
stable, messages are not. Nothing has changed when a failure is answered. This page is written from
`crates/graph-api/src/error/` by the test `codes_of_failures_are_described`.

A *–* means that there is no inner code: what does not exist and what one may not know of are the
same answer. Where something in the request is wrong, `target` names it. A sentence after *such as*
depends on the request. A status without a row has `invalid` below 500 and
`internal` from there on.

| Inner code | Status | Code | Says | When | What to do |
|---|---|---|---|---|---|
";

const BEFORE_REFUSALS: &str = "
## Refusals

What the verdict engine refuses because of one's own side, or nobody's. When one's own side decided,
`innerError` has the reason as its code, `ruleId`, `side: \"own\"` and, for what an administrator can
change, `setting`: the name of the property
([0009](../decisions/0009-settings-are-named-by-their-property.md)). When the other side decided, the
answer is `notReachable` and nothing more, whatever the reason.

| Inner code | Status | Code | Says | When | What to do |
|---|---|---|---|---|---|
";

const BEFORE_UNTOLD: &str = "
## Reasons that the caller is not told

These are the other side's, or would tell whether somebody has an address. Who asks gets
`notReachable`; the trail of the side that decided has the reason, in that side's words.

| Reason | When |
|---|---|
";

const BEFORE_LIMITS: &str = "\
# Limits

Everything that could grow without end has a limit, named in `crates/domain/src/limit.rs`; this page
is written from it by the test `limits_are_documented_as_they_are`.

What a caller gets past a limit is an error with the usual envelope: the status and the inner code of
[error-codes.md](error-codes.md). Nothing has changed then.
";

const BEFORE_RATES: &str = "
## Rates

How often something may come. All of a period may come at once; past it the answer is 429 `tooMany`
with `Retry-After`. Each node counts for itself. `visavis serve --limit NAME=COUNT`, or
`VISAVIS_LIMITS` with several separated by commas, sets one; 0 counts as 1. The demonstration sets
them out of the way. Administrators see them, and what is used of them, at `GET /v1.0/admin/limits`.
Of the addresses that requests come from, an IPv6 network of 64 bits counts as one.

| Name | Usual | Demonstration | In | Counts |
|---|---:|---:|---:|---|
";

fn page_of_codes() -> String {
    let mut page = BEFORE_CODES.to_owned();
    for kind in Kind::ALL {
        let Known { status, code, inner, says } = kind.known();
        let (when, advice) = kind.advice();
        let inner = inner.map_or_else(|| "–".to_owned(), |inner| format!("`{inner}`"));
        let says = match says {
            Says::Always(sentence) => sentence.to_owned(),
            Says::SuchAs(example) => format!("such as: {example}"),
        };
        let status = status.as_u16();
        writeln!(page, "| {inner} | {status} | `{code}` | {says} | {when} | {advice} |").unwrap();
    }
    page.push_str(BEFORE_REFUSALS);
    let mut untold = BEFORE_UNTOLD.to_owned();
    for reason in Reason::ALL.iter().copied() {
        let when = reason.meaning().trim_end_matches('.');
        let Some(advice) = advice(reason) else {
            writeln!(untold, "| `{reason}` | {when} |").unwrap();
            continue;
        };
        let (status, code) = status_of(reason);
        let (status, says) = (status.as_u16(), sentence(reason));
        writeln!(page, "| `{reason}` | {status} | `{code}` | {says} | {when} | {advice} |")
            .unwrap();
    }
    page + &untold
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A value with its unit, and in a larger one where it is a whole number of it.
fn with_unit(name: &str, value: u64) -> String {
    let has = |word: &str| name.split('_').any(|part| part == word);
    let (unit, larger): (&str, &[(u64, &str)]) = if has("BYTES") {
        ("bytes", &[(1 << 20, "MiB"), (1 << 10, "KiB")])
    } else if has("MS") {
        ("ms", &[(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")])
    } else if has("CHARACTERS") {
        ("characters", &[])
    } else if has("DAYS") {
        ("days", &[])
    } else {
        return grouped(value);
    };
    let whole = larger.iter().find(|(size, _)| value.is_multiple_of(*size));
    let whole = whole.map(|(size, unit)| format!(" ({} {unit})", value / size));
    format!("{} {unit}{}", grouped(value), whole.unwrap_or_default())
}

fn page_of_limits() -> String {
    let mut page = BEFORE_LIMITS.to_owned();
    for (section, limits) in limit::ALL {
        write!(
            page,
            "\n## {section}\n\n| Constant | Value | Meaning | Past it |\n|---|---:|---|---|\n"
        )
        .unwrap();
        for Limit { name, value, about, past } in *limits {
            let value = with_unit(name, value.to_string().parse().unwrap());
            let about = about.trim().trim_end_matches('.');
            writeln!(page, "| `{name}` | {value} | {about} | {past} |").unwrap();
        }
    }
    page.push_str(BEFORE_RATES);
    for RateSetting { name, about, period, usual, generous, .. } in RateLimits::ALL {
        let (usual, generous) = (grouped((*usual).into()), grouped((*generous).into()));
        let about = about.trim().trim_end_matches('.');
        let seconds = period.as_secs();
        writeln!(page, "| `{name}` | {usual} | {generous} | {seconds} s | {about} |").unwrap();
    }
    page
}

/// Fails when a page is not as wanted, and says how to renew it.
#[expect(clippy::disallowed_methods, reason = "listens to the variable that snapshots listen to")]
fn is_committed(page: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(page);
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed == wanted {
        return;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    let at = committed.lines().zip(wanted.lines()).take_while(|(old, new)| old == new).count();
    panic!(
        "docs/reference/{page} is not what the code says, from line {} on. Bring it up to date \
         with\n  INSTA_UPDATE=always cargo test -p visavis-graph-api\nand read the difference.",
        at + 1
    );
}

#[test]
fn codes_of_failures_are_described() {
    is_committed("error-codes.md", &page_of_codes());
}

#[test]
fn limits_are_documented_as_they_are() {
    is_committed("limits.md", &page_of_limits());
}

#[test]
fn rows_of_the_reference_are_whole() {
    let pages = [page_of_codes(), page_of_limits()];
    for page in &pages {
        let mut columns = 0;
        for row in page.lines() {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            if !row.starts_with('|') {
                columns = 0;
            } else if columns == 0 {
                columns = cells.len();
            } else {
                let count = cells.len();
                assert_eq!(count, columns, "{row}");
                assert!(cells[1..count - 1].iter().all(|cell| !cell.is_empty()), "{row}");
            }
        }
    }
    let names = limit::ALL.iter().flat_map(|(_, limits)| limits.iter().map(|limit| limit.name));
    let names: Vec<&str> = names.chain(RateLimits::NAMES.iter().copied()).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[test]
fn what_happens_past_a_limit_has_a_known_code() {
    let known: BTreeSet<String> = Kind::ALL
        .iter()
        .map(|kind| kind.known())
        .filter_map(|known| Some(format!("{} `{}`", known.status.as_u16(), known.inner?)))
        .chain(
            Reason::ALL
                .iter()
                .filter(|reason| advice(**reason).is_some())
                .map(|reason| format!("{} `{reason}`", status_of(*reason).0.as_u16())),
        )
        .collect();
    let limits = limit::ALL.iter().flat_map(|(_, limits)| limits.iter());
    let failing = limits.filter(|limit| limit.past.starts_with(['4', '5']));
    let mut count = 0;
    for limit in failing.filter(|limit| limit.name != "REQUEST_HEAD_BYTES_MAX") {
        assert!(
            known.iter().any(|known| limit.past.starts_with(known)),
            "{limit:?} {}",
            limit.past
        );
        count += 1;
    }
    assert!(count > 30, "the limits were found");
}

/// What the other side decided has neither a sentence of its own nor advice (P6).
#[test]
fn what_the_other_side_decides_is_not_told() {
    let page = page_of_codes();
    let (told, untold) = page.split_once("\n## Reasons that the caller is not told").unwrap();
    for reason in Reason::ALL {
        let row = format!("| `{reason}` |");
        let is_vague = sentence(*reason) == "This person cannot be reached.";
        assert_eq!(untold.contains(&row), is_vague, "{reason}");
        assert_eq!(told.contains(&row), !is_vague, "{reason}");
    }
}

#[test]
fn values_have_their_units() {
    for (name, value, shown) in [
        ("A_BYTES_MAX", 28_672, "28,672 bytes (28 KiB)"),
        ("A_BYTES_MAX", 2_097_152, "2,097,152 bytes (2 MiB)"),
        ("A_BYTES_MAX", 254, "254 bytes"),
        ("A_AGE_MS_MAX", 86_400_000, "86,400,000 ms (1 d)"),
        ("A_MS_MIN", 2_700_000, "2,700,000 ms (45 min)"),
        ("A_CHARACTERS_MAX", 8, "8 characters"),
        ("ITEMS_MAX", 1_000, "1,000"),
    ] {
        assert_eq!(with_unit(name, value), shown);
    }
}
