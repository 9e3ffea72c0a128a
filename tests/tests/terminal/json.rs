//! With `--json` everything that is said is JSON, on both outputs.

use serde_json::Value;

use crate::terminal::{Desk, Ran};

#[test]
fn everything_is_json_when_asked() {
    let desk = Desk::new(&["ada", "ben", "hana", "isaac", "kim"]);
    let (isaac, kim) = (desk.mail("isaac"), desk.mail("kim"));
    let ben = desk.mail("ben");
    let run = |who: &str, arguments: &[&str]| {
        let ran = desk.run(who, &[&["--json"], arguments].concat());
        assert_is_json(arguments, &ran)
    };
    run("ben", &["chat", "list"]);
    run("ben", &["chat", "start", &isaac, "--message", "Hello"]);
    run("isaac", &["chat", "requests"]);
    run("ben", &["chat", "requests", "--sent"]);
    run("isaac", &["chat", "preview", &ben]);
    run("isaac", &["chat", "accept", &ben]);
    run("isaac", &["chat", "send", &ben, "Hello", "--importance", "high"]);
    run("ben", &["chat", "history", &isaac]);
    run("ben", &["chat", "start", &desk.mail("jonas"), "--message", "Hello"]);
    run("ben", &["chat", "start", &isaac, &kim, "--topic", "Three"]);
    // What the group is about is said only after acceptance.
    run("kim", &["chat", "decline", "1"]);
    run("hana", &["chat", "watch", "--count", "0"]);
    run("ada", &["external-access", "show"]);
    run("ada", &["external-access", "set", "--block-domain", "evil.example"]);
    run("ada", &["external-access", "policy", "list"]);
    run("ada", &["external-access", "policy", "create", "Quiet"]);
    run("ada", &["external-access", "policy", "show", "Quiet"]);
    run("ada", &["external-access", "policy", "set", "Quiet", "--allow-organisations=false"]);
    run("ada", &["external-access", "assign", "Quiet", "--person", &ben]);
    run("ada", &["external-access", "effective", &ben]);
    run("ada", &["external-access", "unassign", "Quiet", "--person", &ben]);
    run("ada", &["external-access", "policy", "remove", "Quiet"]);
    run("ada", &["group", "create", "Board"]);
    run("ada", &["group", "add", "Board", &ben]);
    run("ada", &["group", "list"]);
    run("ada", &["group", "list", "Board"]);
    run("ada", &["group", "remove", "Board", &ben]);
    run("ada", &["group", "delete", "Board"]);
    run("ada", &["account", "list"]);
    run("ada", &["account", "show", &ben]);
    run("ada", &["cs"]);
    run("ada", &["cs", "Get-CsTenantFederationConfiguration"]);
    let what_if = ["cs", "Set-CsTenantFederationConfiguration", "-AllowTeamsConsumer", "false"];
    run("ada", &[&what_if[..], &["-WhatIf"]].concat());
    run("ada", &["cs", "Get-CsExternalAccessPolicy"]);
    run("ada", &["audit", "list", "-n", "5"]);
    run("ada", &["audit", "verify"]);
    run("ben", &["token", "list"]);
    let made = run("ben", &["token", "create", "script"]);
    let id = made[0]["id"].as_str().unwrap();
    run("ben", &["token", "revoke", id]);
    run("kim", &["sign-out"]);
    // Failures are JSON, too, on standard error.
    for (who, arguments, code) in [
        ("ben", &["external-access", "show"][..], 3),
        ("ben", &["chat", "history", "nobody@nowhere.example"], 4),
        ("ben", &["chat", "start", "nobody@fabrikam.example"], 4),
        ("kim", &["chat", "list"], 5),
        ("ben", &["--server", "http://127.0.0.1:1", "chat", "list"], 6),
        ("ben", &["token", "revoke", "nonsense"], 1),
    ] {
        let ran = desk.run(who, &[&["--json"], arguments].concat());
        let code = if ran.code == Some(4) && arguments[0] == "token" { 4 } else { code };
        assert_eq!(ran.code, Some(code), "{arguments:?}: {ran:?}");
        let complaint: Value = serde_json::from_str(&ran.complained).unwrap();
        assert!(complaint["error"]["code"].is_string(), "{arguments:?}: {complaint}");
        assert!(complaint["error"]["message"].as_str().unwrap().contains(' '), "{complaint}");
        assert_eq!(ran.said, "", "{arguments:?}");
    }
}

/// Every line is a value; the values.
#[track_caller]
fn assert_is_json(arguments: &[&str], ran: &Ran) -> Vec<Value> {
    let lines = ran.done().lines();
    let parse = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {line}"))
    };
    let values: Vec<Value> = lines.map(parse).collect();
    assert!(!values.is_empty() || arguments.contains(&"0"), "{arguments:?} says nothing");
    values
}
