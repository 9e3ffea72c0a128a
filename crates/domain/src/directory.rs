//! By which words somebody is found in the directory of their organisation.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::limit::DIRECTORY_WORDS_MAX;

/// Every word that finds somebody by its beginning: those of the display name, each address as a
/// whole, and the words of what stands before its `@`.
#[must_use]
pub fn words_of<'a>(
    display_name: &str,
    addresses: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = words(display_name).collect();
    for address in addresses {
        let local = address.split_once('@').map_or(address, |(local, _domain)| local);
        all.extend(words(local));
        all.insert(folded(address));
    }
    all
}

/// What a search looks for: beginnings of words, the longest first, at most
/// [`DIRECTORY_WORDS_MAX`]. None when the text has neither letters nor digits.
#[must_use]
pub fn wanted(search: &str) -> Vec<String> {
    let mut all = BTreeSet::new();
    for token in search.split_whitespace() {
        if token.contains('@') {
            all.insert(folded(token));
        } else {
            all.extend(words(token));
        }
    }
    // Whatever begins with a word begins with each beginning of it, too.
    let mut longest: Vec<String> = all
        .iter()
        .filter(|word| !all.iter().any(|other| other != *word && other.starts_with(word.as_str())))
        .cloned()
        .collect();
    longest.sort_by_key(|word| std::cmp::Reverse(word.len()));
    longest.truncate(DIRECTORY_WORDS_MAX);
    longest
}

/// Whether each wanted beginning is that of one of the words.
#[must_use]
pub fn finds(wanted: &[String], words: &BTreeSet<String>) -> bool {
    wanted.iter().all(|start| words.iter().any(|word| word.starts_with(start.as_str())))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = folded(text);
    let all: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    all.into_iter()
}

/// Without case and accents, so that `Émile` is found by `emile`, `Łukasz` by `lukasz`.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            other => folded.extend(other.to_lowercase()),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(search: &str, name: &str, address: &str) -> bool {
        finds(&wanted(search), &words_of(name, [address]))
    }

    #[test]
    fn people_are_found_by_every_word_in_any_order() {
        for search in
            ["el", "ELIF", "kaya", "kaya el", "el kaya", "k e", "e.kaya@", "e.ka", "kaya e"]
        {
            assert!(is_found(search, "Elif Kaya", "e.kaya@contoso.example"), "{search}");
        }
        for search in ["lif", "aya", "kaya x", "kaya@", "elif@", "contoso", "e.kaya@fabrikam"] {
            assert!(!is_found(search, "Elif Kaya", "e.kaya@contoso.example"), "{search}");
        }
    }

    #[test]
    fn neither_case_nor_accents_nor_signs_matter() {
        for (search, name) in [
            ("emile", "Émile Zola"),
            ("ÉMILE", "Emile Zola"),
            ("lukasz", "Łukasz Nowak"),
            ("weiss", "Daniel Weiß"),
            ("marie", "Anne-Marie Duval"),
            ("anne-m", "Anne-Marie Duval"),
            ("o'br", "Sinéad O’Brien"),
            ("ισος", "Ίσοσα"),
            ("izm", "İzmir Ltd."),
            ("山", "山田 太郎"),
        ] {
            assert!(is_found(search, name, "x@contoso.example"), "{search} for {name}");
        }
    }

    #[test]
    fn so_many_words_count_and_no_beginning_twice() {
        assert_eq!(wanted("a ada AD  lovelace"), ["lovelace", "ada"]);
        assert_eq!(wanted("one two3 three four55 five sixsix").len(), DIRECTORY_WORDS_MAX);
        assert_eq!(wanted("  … 🙂"), Vec::<String>::new());
        assert_eq!(wanted("Ben.Okafor@Contoso.example"), ["ben.okafor@contoso.example"]);
    }
}
