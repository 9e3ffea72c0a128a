//! Administrators at a terminal: what they set is what the API shows.

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::external_access::{CONFIGURATION, POLICIES};

use crate::terminal::Desk;

async fn configuration(client: &Client) -> Value {
    client.get(CONFIGURATION).await.expect(200)
}

#[tokio::test]
async fn cmdlets_change_what_the_api_shows() {
    let desk = Desk::new(&["ada"]);
    let ada = desk.client("ada");
    let set = "Set-CsTenantFederationConfiguration";
    let before = configuration(&ada).await;
    let tried = ["cs", set, "-AllowFederatedUsers", "$false", "-WhatIf"];
    assert!(desk.run("ada", &tried).done().contains("AllowFederatedUsers"));
    assert_eq!(configuration(&ada).await, before, "-WhatIf changes nothing");
    let list = json!({"mode": "allowList", "domains": ["fabrikam.example", "adatum.example"]});
    for (parameters, name, value) in [
        (&["-AllowFederatedUsers", "$false"][..], "allowFederatedUsers", json!(false)),
        (&["-AllowFederatedUsers", "$true"], "allowFederatedUsers", json!(true)),
        (&["-allowteamsconsumer", "false"], "allowTeamsConsumer", json!(false)),
        (&["-AllowTeamsConsumerInbound:$false"], "allowTeamsConsumerInbound", json!(false)),
        (&["-BlockedDomains", "evil.example"], "blockedDomains", json!(["evil.example"])),
        (
            &["-BlockedDomains", "@{Add=\"bad.example\"}"],
            "blockedDomains",
            json!(["bad.example", "evil.example"]),
        ),
        (
            &["-BlockedDomains", "@{Remove=\"evil.example\"}"],
            "blockedDomains",
            json!(["bad.example"]),
        ),
        (&["-AllowedDomainsAsAList", "fabrikam.example,adatum.example"], "allowedDomains", list),
    ] {
        desk.run("ada", &[&["cs", set], parameters].concat()).done();
        let shown = sorted(configuration(&ada).await[name].clone());
        assert_eq!(shown, sorted(value), "{parameters:?}");
    }
}

/// Lists of domains have no order of their own.
fn sorted(mut value: Value) -> Value {
    let list = if value.is_object() { &mut value["domains"] } else { &mut value };
    if let Some(list) = list.as_array_mut() {
        list.sort_by_key(ToString::to_string);
    }
    value
}

#[tokio::test]
async fn policies_are_made_assigned_and_taken_back() {
    let desk = Desk::new(&["ada", "ben", "luca"]);
    let (ada, ben) = (desk.client("ada"), desk.mail("ben"));
    let make = ["cs", "New-CsExternalAccessPolicy", "-Identity", "NoInbound"];
    desk.run("ada", &[&make[..], &["-EnableTeamsConsumerInbound", "$false"]].concat()).done();
    let policy = ada.get(&format!("{POLICIES}/NoInbound")).await.expect(200);
    assert_eq!(policy["enableTeamsConsumerInbound"], false, "{policy}");
    let grant = ["cs", "Grant-CsExternalAccessPolicy", "-Identity", &ben];
    desk.run("ada", &[&grant[..], &["-PolicyName", "NoInbound"]].concat()).done();
    let id = desk.account("ben")["id"].as_str().unwrap().to_owned();
    let effective = format!("users/{id}/externalAccessPolicy");
    let shown = ada.get(&effective).await.expect(200);
    assert_eq!(shown["effective"]["identity"], "Tag:NoInbound", "{shown}");
    assert_eq!(shown["source"]["type"], "direct", "{shown}");
    desk.run("ada", &[&grant[..], &["-PolicyName", "$null"]].concat()).done();
    assert_eq!(ada.get(&effective).await.expect(200)["source"]["type"], "global");
    desk.run("ada", &["cs", "Remove-CsExternalAccessPolicy", "-Identity", "NoInbound"]).done();
    ada.get(&format!("{POLICIES}/NoInbound")).await.expect(404);
    desk.run("ben", &["cs", "Get-CsTenantFederationConfiguration"]).refused(3, "");
}

/// With a rank an assignment is for a group, and for nobody else.
#[tokio::test]
async fn groups_get_policies_with_a_rank() {
    let desk = Desk::new(&["ada"]);
    let (ada, ben) = (desk.client("ada"), desk.mail("ben"));
    desk.run("ada", &["group", "create", "Board"]).done();
    desk.run("ada", &["group", "add", "Board", &ben]).done();
    let create = ["external-access", "policy", "create"];
    desk.run("ada", &[&create[..], &["Quiet", "--allow-personal-accounts=false"]].concat()).done();
    let assign = ["external-access", "assign", "Quiet"];
    desk.run("ada", &[&assign[..], &["--rank", "1"]].concat()).refused(2, "--group");
    let global = ada.get(&format!("{POLICIES}/Global")).await.expect(200);
    assert_eq!(global["enableTeamsConsumerAccess"], true, "{global}");
    desk.run("ada", &[&assign[..], &["--group", "Board", "--rank", "1"]].concat()).done();
    let shown = desk.run("ada", &["--json", "external-access", "effective", &ben]).json();
    assert_eq!(shown["effective"]["identity"], "Tag:Quiet", "{shown}");
    assert_eq!(shown["source"]["type"], "group", "{shown}");
    assert_eq!(desk.run("ada", &["group", "rename", "Board", "Directors"]).done(), "Renamed.\n");
    let list = desk.run("ada", &["group", "list"]);
    let list = list.done();
    assert!(list.contains("Directors") && !list.contains("Board"), "{list}");
    let twice = ["group", "rename", "Board", "X"];
    desk.run("ada", &twice).refused(4, "Board");
}

#[tokio::test]
async fn what_is_set_holds_from_the_answer_on() {
    let desk = Desk::new(&["ada", "ben"]);
    let (ada, hana) = (desk.client("ada"), desk.mail("hana"));
    desk.run("ben", &["chat", "send", &hana, "before"]).done();
    let set = ["external-access", "set", "--allow-organisations=false"];
    assert!(desk.run("ada", &set).done().contains("allowFederatedUsers: false"));
    assert_eq!(configuration(&ada).await["allowFederatedUsers"], false);
    desk.run("ben", &["chat", "send", &hana, "no"]).refused(3, "");
    desk.run("ada", &["external-access", "set", "--allow-organisations=true"]).done();
    desk.run("ben", &["chat", "send", &hana, "after"]).done();
    desk.run("ben", &set).refused(3, "");
    let listed = desk.run("ada", &["audit", "list", "--kind", "TeamsTenantSettingChanged"]);
    assert_eq!(listed.done().matches("TeamsTenantSettingChanged").count(), 2, "{}", listed.said);
    assert!(desk.run("ada", &["audit", "verify"]).done().starts_with("Whole: "));
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once() {
    let desk = Desk::new(&["ben"]);
    let made = desk.run("ben", &["--json", "token", "create", "script"]).json();
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let list = ["--server", desk.server.base_url(), "--token", secret, "chat", "list"];
    assert!(desk.run("nobody", &list).done().contains("Hana"));
    assert!(desk.run("ben", &["token", "list"]).done().contains("script"));
    let watch = ["--server", desk.server.base_url(), "--token", secret, "chat", "watch"];
    let mut watched = desk.begin("nobody", &watch);
    watched.shows("Listening");
    desk.run("ben", &["token", "revoke", id]).done();
    assert_eq!(watched.leaves(), Some(5));
    desk.run("nobody", &list).refused(5, "");
    desk.client("ben").with_token(secret).get("me").await.expect(401);
    assert!(!desk.run("ben", &["token", "list"]).done().contains("script"));
}
