//! Help teaches: every command says what it does and shows how it is used; what makes no sense is
//! answered with a sentence.

use visavis_tests::server::command;

use crate::terminal::{Ran, ran};

fn visavis(arguments: &[&str]) -> Ran {
    ran(command().args(arguments))
}

/// Every command below one, itself included, with its help.
fn helps(path: &[String], found: &mut Vec<(Vec<String>, String)>) {
    let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = visavis(&arguments).done().to_owned();
    for name in subcommands(&help) {
        helps(&[path, &[name]].concat(), found);
    }
    found.push((path.to_vec(), help));
}

/// The commands that a help lists.
fn subcommands(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| line.starts_with("  "));
    // Deeper lines go on with a description.
    let names = list.filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_teaches_with_an_example() {
    let mut found = Vec::new();
    helps(&[], &mut found);
    assert!(found.len() > 40, "only {} commands", found.len());
    for (path, help) in &found {
        let name = path.join(" ");
        let about = help.lines().next().unwrap_or_default();
        assert!(about.contains(' ') && !about.starts_with("Usage"), "{name} says nothing: {help}");
        let usage = help.lines().find(|line| line.starts_with("Usage: visavis")).unwrap();
        // What is called without arguments, or leads to other commands, is its own example.
        let needs_one = usage.contains('<') && !usage.contains("<COMMAND>");
        let has_one = help.lines().any(|line| line.starts_with("  visavis "));
        assert!(has_one || !needs_one, "`visavis {name}` has no example:\n{help}");
    }
}

#[test]
fn four_shells_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = visavis(&["completions", shell]);
        for word in ["external-access", "requests", "sign-in", "verify", "--json"] {
            let word = if shell == "fish" { word.trim_start_matches('-') } else { word };
            assert!(script.done().contains(word), "{shell} does not complete {word}");
        }
    }
}

#[test]
fn what_makes_no_sense_ends_with_two_and_a_sentence() {
    for (arguments, words) in [
        (&["chatt", "list"][..], "unrecognized subcommand"),
        (&["chat", "send"], "required arguments"),
        (&["chat", "list", "--colour"], "unexpected argument"),
        (&["chat", "history", "1", "-n", "51"], "51"),
        (&["chat", "send", "1", "x", "--importance", "huge"], "huge"),
        (&["external-access", "set"], "required arguments"),
        (&["external-access", "set", "--allow-organisations=perhaps"], "perhaps"),
        (
            &["external-access", "assign", "X", "--person", "a@b.test", "--everyone"],
            "cannot be used",
        ),
        (&["external-access", "assign", "X", "--rank", "1"], "required arguments"),
        (&["audit", "verify", "--organisation", "nobody"], "nobody"),
        (&["cs", "Get-CsNothing"], "Get-CsNothing"),
        (
            &["cs", "Set-CsTenantFederationConfiguration", "-AllowFederatedUsers", "maybe"],
            "$true or $false",
        ),
        (&["cs", "Set-CsTenantFederationConfiguration", "-Colour", "blue"], "Colour"),
        (&["cs", "New-CsExternalAccessPolicy"], "Identity"),
        (&["completions", "tcsh"], "tcsh"),
        (&["serve", "--listen", "nowhere"], "nowhere"),
        (&["serve", "--demo", "--listen", "192.0.2.1:80"], "this machine"),
        (&["--server", "gopher://x", "--token", "x", "chat", "list"], "gopher"),
        (&["--profile", "../../etc", "chat", "list"], "../../etc"),
    ] {
        visavis(arguments).refused(2, words);
    }
}
