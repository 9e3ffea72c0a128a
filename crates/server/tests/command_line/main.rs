//! The program `visavis` as people and scripts use it: what it says, and how it ends.
#![cfg(test)]

mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::program::{Stage, account, read_json};

#[test]
fn help_teaches() {
    let stage = Stage::new();
    for (name, arguments) in [
        ("root", &["--help"][..]),
        ("serve", &["serve", "--help"]),
        ("chat", &["chat", "--help"]),
        ("chat_start", &["chat", "start", "--help"]),
        ("external_access_set", &["external-access", "set", "--help"]),
        ("cs", &["cs", "--help"]),
    ] {
        let shown = stage.run(arguments).done();
        insta::assert_snapshot!(format!("help_{name}"), shown.said);
    }
}

#[test]
fn every_shell_gets_completions() {
    let stage = Stage::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(
            stage.run(&["completions", shell]).done().said.contains("external-access"),
            "{shell}"
        );
    }
}

#[test]
fn exit_codes_are_as_documented() {
    let stage = Stage::new();
    for (arguments, code) in [
        (&["--version"][..], 0),
        (&["nonsense"], 2),
        (&["chat", "send"], 2),
        (&["cs", "Get-CsTeam"], 2),
        (&["--profile", "../x", "chat", "list"], 2),
        (&["--server", "ftp://x", "--token", "x", "chat", "list"], 2),
        (&["serve", "--demo", "--listen", "0.0.0.0:0"], 2),
        (&["audit", "verify"], 4),
        (&["chat", "list"], 5),
        (&["organisation", "list"], 5),
        (&["--server", "http://127.0.0.1:1", "--token", "x", "chat", "list"], 6),
        (&["--server", "http://127.0.0.1:1", "--token", "x", "chat", "watch"], 6),
    ] {
        let ran = stage.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.complained);
    }
    let ran = stage.run(&["--json", "chat", "list"]);
    let complaint: Value = serde_json::from_str(&ran.complained).unwrap();
    assert_eq!(complaint["error"]["code"], "SignInNeeded");
}

/// The server of the data folder, wherever it listens, is the one that is meant.
#[test]
fn the_data_folder_says_where_the_server_is() {
    let stage = Stage::new();
    let serving = stage.serve(&["--demo"]);
    assert!(!serving.base_url.ends_with(":8080"));
    let data = stage.data();
    let (address, password) = ("daniel.weiss@contoso.example", "visavis-demo");
    let sign_in = ["--profile", "daniel", "sign-in", address, "--password", password];
    let named = [&["--data", data.to_str().unwrap(), "--json"], &sign_in[..]].concat();
    assert_eq!(stage.run(&named).done().json()["server"], serving.base_url.as_str());
    stage.run_as("daniel", &["chat", "list"]).done();
    let token = account(&read_json(&data.join("demo.json")), "daniel")["token"].clone();
    stage.run(&["--token", token.as_str().unwrap(), "chat", "list"]).done();
    // What is said expressly goes before.
    let elsewhere = [&["--server", "http://127.0.0.1:1"], &sign_in[..]].concat();
    assert_eq!(stage.run(&elsewhere).code, 6);
}

#[test]
fn two_people_of_two_organisations_talk() {
    let stage = Stage::new();
    let (_serving, _demo) = stage.demonstration(&["daniel", "isaac"]);
    let (daniel, isaac) = ("daniel.weiss@contoso.example", "isaac.mensah@fabrikam.example");
    stage.run_as("daniel", &["chat", "start", isaac, "--message", "Hello Isaac"]).done();
    assert!(!stage.run_as("isaac", &["chat", "list"]).done().said.contains("Hello"));
    assert!(stage.run_as("isaac", &["chat", "requests"]).done().said.contains(daniel));
    assert_eq!(stage.run_as("isaac", &["chat", "history", daniel]).code, 4);
    assert!(
        stage.run_as("isaac", &["chat", "preview", daniel]).done().said.contains("Hello Isaac")
    );
    stage.run_as("isaac", &["chat", "accept", daniel]).done();
    let first = stage.run_as("daniel", &["--json", "chat", "watch", "--count", "0"]).done();
    assert!(first.said.is_empty());
    let sent = stage.run_as("isaac", &["--json", "chat", "send", daniel, "Hello Daniel"]).done();
    assert_eq!(sent.json()["body"]["content"], "Hello Daniel");
    let shown = stage.run_as("daniel", &["chat", "history", isaac]).done().said;
    let place = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text} in {shown}"));
    assert!(place("Daniel Weiss: Hello Isaac") < place("Fabrikam, unfamiliar]: Hello Daniel"));
    stage.run_as("isaac", &["sign-out"]).done();
    assert_eq!(stage.run_as("isaac", &["chat", "list"]).code, 5);
}

#[test]
fn a_watcher_resumes_from_a_token() {
    let stage = Stage::new();
    let (_serving, _demo) = stage.demonstration(&["ben", "hana"]);
    let watch = ["--json", "chat", "watch", "--count", "1"];
    let sent = |text: &str| {
        stage.run_as("hana", &["chat", "send", "ben.okafor@contoso.example", text]).done();
    };
    let watching = std::thread::scope(|scope| {
        let watching = scope.spawn(|| stage.run_as("ben", &watch).done().said);
        // Whoever starts to watch hears what is said from then on; when that is, only they know.
        while !watching.is_finished() {
            sent("first");
        }
        watching.join().unwrap()
    });
    let frames: Vec<Value> =
        watching.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(frames[0]["resource"], "me");
    assert_eq!(frames[1]["changeType"], "created");
    sent("last");
    let token = frames[1]["token"].as_str().unwrap();
    let resumed = ["--json", "chat", "watch", "--since", token, "--count", "8"];
    let count =
        stage.run_as("hana", &["--json", "chat", "watch", "--since", "garbage", "--count", "0"]);
    assert_eq!(count.code, 0);
    let heard = std::thread::scope(|scope| {
        let resumed = scope.spawn(|| stage.run_as("ben", &resumed).done().said);
        while !resumed.is_finished() {
            sent("more");
        }
        resumed.join().unwrap()
    });
    assert!(heard.contains("\"content\":\"last\""), "{heard}");
}

#[test]
fn an_administrator_sets_the_terms_and_they_hold_at_once() {
    let stage = Stage::new();
    let (_serving, _demo) = stage.demonstration(&["ada", "ben", "luca"]);
    let kim = "kim.nguyen@outlook.example";
    assert_eq!(stage.run_as("ben", &["external-access", "show"]).code, 3);
    stage.run_as("ben", &["chat", "start", kim]).done();
    let write = ["chat", "send", kim, "Hello"];
    let off = ["external-access", "set", "--allow-personal-accounts=false"];
    assert!(stage.run_as("ada", &off).done().said.contains("allowTeamsConsumer: false"));
    let refused = stage.run_as("ben", &[&["--json"], &write[..]].concat());
    assert_eq!(refused.code, 3);
    let complaint: Value = serde_json::from_str(&refused.complained).unwrap();
    assert_eq!(complaint["error"]["innerError"]["setting"], "allowTeamsConsumer");
    assert_eq!(stage.run_as("luca", &["chat", "start", "ada.lindqvist@contoso.example"]).code, 4);
    let on = ["cs", "Set-CsTenantFederationConfiguration", "-AllowTeamsConsumer", "$true"];
    let tried = stage.run_as("ada", &[&on[..], &["-WhatIf"]].concat()).done().said;
    assert!(tried.contains("AllowTeamsConsumer from False to True"), "{tried}");
    assert_eq!(stage.run_as("ben", &write).code, 3, "only a trial");
    stage.run_as("ada", &on).done();
    stage.run_as("ben", &write).done();

    let make =
        ["cs", "New-CsExternalAccessPolicy", "Quiet", "-EnableTeamsConsumerAccess", "$false"];
    stage.run_as("ada", &make).done();
    stage.run_as("ada", &["group", "create", "Executives"]).done();
    stage.run_as("ada", &["group", "add", "Executives", "ben.okafor@contoso.example"]).done();
    stage.run_as("ada", &["external-access", "assign", "Quiet", "--group", "Executives"]).done();
    let shown =
        stage.run_as("ada", &["cs", "Get-CsUserPolicyAssignment", "ben.okafor@contoso.example"]);
    assert!(shown.done().said.contains("Tag:Quiet, assigned to the group"));
    assert_eq!(stage.run_as("ben", &write).code, 3);
    let group = ["cs", "Remove-CsGroupPolicyAssignment", "-GroupId", "Executives"];
    stage.run_as("ada", &group).done();
    stage.run_as("ben", &write).done();
}

#[test]
fn the_demonstration_is_kept_when_it_starts_again() {
    let stage = Stage::new();
    let (serving, demo) = stage.demonstration(&["ben"]);
    assert_eq!(demo["baseUrl"], serving.base_url);
    let file = stage.data().join("demo.json");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&demo), ["accounts", "baseUrl", "organisations"]);
    assert_eq!(keys(&demo["organisations"][0]), ["domain", "id", "name"]);
    let account_keys =
        ["displayName", "id", "mail", "organisationId", "password", "phone", "roles", "token"];
    for one in demo["accounts"].as_array().unwrap() {
        assert_eq!(keys(one), account_keys);
    }
    for organisation in demo["organisations"].as_array().unwrap() {
        let is_administrator = |account: &&Value| {
            account["organisationId"] == organisation["id"]
                && account["roles"] == serde_json::json!(["organisationAdministrator"])
        };
        assert_eq!(demo["accounts"].as_array().unwrap().iter().filter(is_administrator).count(), 1);
    }
    let personal = account(&demo, "kim");
    assert!(personal["organisationId"].is_null() && personal["phone"].is_string());
    let before = stage.run_as("ben", &["chat", "list"]).done().said;
    assert_eq!(serving.stop(), Some(0));
    assert!(!stage.data().join("visavis.db-wal").exists(), "the log is in the database");

    let serving = stage.serve(&["--demo"]);
    let again = read_json(&file);
    assert_eq!(again["accounts"], demo["accounts"]);
    let after = stage.run_as("ben", &["--server", &serving.base_url, "chat", "list"]).done().said;
    assert_eq!(after, before);
}

#[test]
fn a_trail_that_somebody_changed_is_found_out() {
    let stage = Stage::new();
    let (serving, _demo) = stage.demonstration(&["ada"]);
    let whole = stage.run(&["--json", "audit", "verify"]).done();
    assert_eq!(whole.json()["isWhole"], true, "beside the running server");
    assert!(stage.run_as("ada", &["audit", "list"]).done().said.contains("DirectoryChanged"));
    assert_eq!(serving.stop(), Some(0));
    let database = stage.data().join("visavis.db");
    let mut bytes = fs::read(&database).unwrap();
    let (from, to) = (b"{\"created\"", b"{\"creAted\"");
    let places = bytes.windows(from.len()).enumerate().filter(|(_, window)| window == from);
    let places: Vec<usize> = places.map(|(place, _)| place).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place..place + from.len()].copy_from_slice(to);
    }
    fs::write(&database, bytes).unwrap();
    let broken = stage.run(&["audit", "verify"]);
    assert_eq!(broken.code, 1);
    assert!(broken.complained.contains("administration, entry"), "{}", broken.complained);
}

#[test]
fn the_first_organisation_is_founded_with_the_code_from_the_console() {
    let stage = Stage::new();
    let serving = stage.serve(&[]);
    let code = serving.said.iter().find_map(|line| line.split("with the code ").nth(1)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let found = |code: &str| {
        let body = format!(
            "code={code}&organisation=Adatum&domain=adatum.example&name=Zoe&\
             address=zoe%40adatum.example&password=correct+horse"
        );
        runtime.block_on(async {
            let request = reqwest::Client::new()
                .post(format!("{}/found", serving.base_url))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        })
    };
    let get = || {
        runtime.block_on(async {
            let response = reqwest::get(format!("{}/found", serving.base_url)).await.unwrap();
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
            response.text().await.unwrap()
        })
    };
    assert!(get().contains("Found the first organisation"));
    let (status, page) = found("wrong");
    assert_eq!(status, 403);
    assert!(page.contains("not the one on the console") && page.contains("value=\"Adatum\""));
    let (status, page) = found(code);
    assert_eq!(status, 200, "{page}");
    assert_eq!(found(code).0, 409);
    assert!(!get().contains("Found the first organisation"));
    let sign_in = ["--server", &serving.base_url, "sign-in", "zoe@adatum.example"];
    stage.run(&[&sign_in[..], &["--password", "correct horse"]].concat()).done();
    let make = ["--profile", "default", "account", "create", "--name", "Yan", "--address"];
    let make = [&make[..], &["yan@adatum.example", "--password", "password 2"]].concat();
    stage.run(&make).done();
    assert!(stage.run(&["account", "list"]).done().said.contains("yan@adatum.example"));
    let second = ["organisation", "create", "Second", "--domain", "second.example"];
    stage.run(&second).done();
    assert!(stage.run(&["organisation", "list"]).done().said.contains("second.example"));
    stage.run(&["organisation", "set-trust-class", "second.example", "trial"]).done();
    let personal = ["account", "create", "--personal", "--name", "Kim", "--address"];
    let personal = [&personal[..], &["kim@outlook.example", "--password", "password 3"]].concat();
    stage.run(&personal).done();
}
