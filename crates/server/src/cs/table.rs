//! What each way of writing a cmdlet means, as a table.

use super::plan;

fn meaning(line: &[&str]) -> String {
    let arguments: Vec<String> = line[1..].iter().map(|text| (*text).to_owned()).collect();
    match plan::read(line[0], &arguments) {
        Ok((plan, false)) => format!("{plan:?}"),
        Ok((plan, true)) => format!("what if {plan:?}"),
        Err(why) => format!("refused: {}", why.lines().next().unwrap_or_default()),
    }
}

const SET: &str = "Set-CsTenantFederationConfiguration";
const NEW_POLICY: &str = "New-CsExternalAccessPolicy";
const GRANT: &str = "Grant-CsExternalAccessPolicy";

fn patch(json: &str) -> String {
    let map: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap();
    format!("{:?}", plan::Plan::ChangeConfiguration(map))
}

#[test]
fn values_are_read_as_powershell_writes_them() {
    let off = patch(r#"{"allowTeamsConsumer":false}"#);
    let table: [(&[&str], String); 8] = [
        (&[SET, "-AllowTeamsConsumer", "$false"], off.clone()),
        (&[SET, "-AllowTeamsConsumer:$false"], off.clone()),
        (&[SET, "-allowteamsconsumer", "False"], off.clone()),
        (&["set-cstenantfederationconfiguration", "-AllowTeamsConsumer", "($false)"], off.clone()),
        (
            &[SET, "Global", "-AllowTeamsConsumer", "$FALSE", "-Force", "-Confirm:$false"],
            off.clone(),
        ),
        (&[SET, "-AllowTeamsConsumer", "$false", "-WhatIf:$false"], off),
        (&[SET, "-AllowFed", "$true"], patch(r#"{"allowFederatedUsers":true}"#)),
        (
            &[SET, "-ExternalAccessWithTrialTenants", "Allowed"],
            patch(r#"{"externalAccessWithTrialTenants":"Allowed"}"#),
        ),
    ];
    for (line, expected) in table {
        assert_eq!(meaning(line), expected, "{line:?}");
    }
}

#[test]
fn lists_are_read_as_powershell_writes_them() {
    let table: [(&[&str], String); 14] = [
        (&[SET, "-BlockedDomains", "a.example"], patch(r#"{"blockedDomains":["a.example"]}"#)),
        (
            &[SET, "-BlockedDomains", "a.example,b.example"],
            patch(r#"{"blockedDomains":["a.example","b.example"]}"#),
        ),
        (
            &[SET, "-BlockedDomains", "\"a.example\",", "'b.example'"],
            patch(r#"{"blockedDomains":["a.example","b.example"]}"#),
        ),
        (
            &[SET, "-BlockedDomains", "@(\"a.example\")"],
            patch(r#"{"blockedDomains":["a.example"]}"#),
        ),
        (&[SET, "-BlockedDomains", "@()"], patch(r#"{"blockedDomains":[]}"#)),
        (&[SET, "-BlockedDomains", "$null"], patch(r#"{"blockedDomains":null}"#)),
        (
            &[SET, "-BlockedDomains", "@{Add=\"a.example\",\"b.example\"}"],
            patch(r#"{"blockedDomains":{"add":["a.example","b.example"]}}"#),
        ),
        (
            &[SET, "-BlockedDomains", "@{add='a.example'; REMOVE=@('b.example')}"],
            patch(r#"{"blockedDomains":{"add":["a.example"],"remove":["b.example"]}}"#),
        ),
        (
            &[SET, "-BlockedDomains", "@{Replace", "=", "a.example}"],
            patch(r#"{"blockedDomains":{"replace":["a.example"]}}"#),
        ),
        (
            &[SET, "-AllowedDomains", "AllowAllKnownDomains"],
            patch(r#"{"allowedDomains":{"mode":"allKnownDomains"}}"#),
        ),
        (
            &[SET, "-AllowedDomains", "(New-CsEdgeAllowAllKnownDomains)"],
            patch(r#"{"allowedDomains":{"mode":"allKnownDomains"}}"#),
        ),
        (&[SET, "-AllowedDomains", "$null"], patch(r#"{"allowedDomainsAsAList":null}"#)),
        (
            &[SET, "-AllowedDomainsAsAList", "@{Add=\"a.example\"}"],
            patch(r#"{"allowedDomainsAsAList":{"add":["a.example"]}}"#),
        ),
        (
            &[
                "Set-CsTeamsExternalAccessConfiguration",
                "-BlockedUsers",
                "a@b.example",
                "-BlockExternalUserAccess",
                "$true",
            ],
            patch(r#"{"blockedUsers":["a@b.example"],"blockExternalUserAccess":true}"#),
        ),
    ];
    for (line, expected) in table {
        assert_eq!(meaning(line), expected, "{line:?}");
    }
}

#[test]
fn acts_are_told_apart() {
    for (line, expected) in [
        (&["Get-CsTenantFederationConfiguration"][..], "ShowConfiguration"),
        (&["Get-CsTeamsExternalAccessConfiguration", "-Identity", "Global"], "ShowBlockedPeople"),
        (&["Get-CsExternalAccessPolicy"], "ShowPolicies { identity: None, filter: None }"),
        (
            &["Get-CsExternalAccessPolicy", "NoInbound"],
            "ShowPolicies { identity: Some(\"NoInbound\"), filter: None }",
        ),
        (
            &["Get-CsExternalAccessPolicy", "-Filter", "tag:*"],
            "ShowPolicies { identity: None, filter: Some(\"tag:*\") }",
        ),
        (
            &[NEW_POLICY, "-Identity", "NoInbound", "-EnableTeamsConsumerInbound", "$false"],
            "MakePolicy(\"NoInbound\", {\"enableTeamsConsumerInbound\": Bool(false)})",
        ),
        (&["Remove-CsExternalAccessPolicy", "Tag:X"], "RemovePolicy(\"Tag:X\")"),
        (
            &[GRANT, "ceo@contoso.example", "NoInbound"],
            "Assign { to: Person(\"ceo@contoso.example\"), policy: Some(\"NoInbound\") }",
        ),
        (
            &[GRANT, "-Identity", "ceo@contoso.example", "-PolicyName", "$null"],
            "Assign { to: Person(\"ceo@contoso.example\"), policy: None }",
        ),
        (
            &[GRANT, "-Group", "Executives", "-Rank", "1", "-PolicyName", "NoInbound"],
            "Assign { to: Group(\"Executives\", Some(1)), policy: Some(\"NoInbound\") }",
        ),
        (
            &[GRANT, "-Global", "-PolicyName", "NoInbound", "-WhatIf"],
            "what if Assign { to: Everyone, policy: Some(\"NoInbound\") }",
        ),
        (
            &[
                "New-CsGroupPolicyAssignment",
                "-GroupId",
                "g",
                "-PolicyType",
                "externalaccesspolicy",
                "-PolicyName",
                "P",
            ],
            "Assign { to: Group(\"g\", None), policy: Some(\"P\") }",
        ),
        (
            &["Set-CsGroupPolicyAssignment", "-GroupId", "g", "-Rank", "2"],
            "Reassign { group: \"g\", policy: None, rank: Some(2) }",
        ),
        (
            &[
                "Remove-CsGroupPolicyAssignment",
                "-GroupId",
                "g",
                "-PolicyType",
                "ExternalAccessPolicy",
            ],
            "Assign { to: Group(\"g\", None), policy: None }",
        ),
        (&["Get-CsUserPolicyAssignment", "a@b.example"], "ShowPerson(\"a@b.example\")"),
    ] {
        assert_eq!(meaning(line), expected, "{line:?}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_a_sentence() {
    for (line, why) in [
        (&["Get-CsTeam"][..], "there is no cmdlet Get-CsTeam"),
        (&[SET], "name at least one setting"),
        (&[SET, "-AllowTeamsConsumer"], "single quotes"),
        (&[SET, "-AllowTeamsConsumer", "maybe"], "give $true or $false"),
        (&[SET, "-AllowTeamsConsumer", "$no"], "$no is a variable"),
        (&[SET, "-Allow", "$true"], "could be any of"),
        (&[SET, "-AllowPublicUsers", "$true"], "has no parameter -AllowPublicUsers"),
        (&[SET, "-BlockedDomains", "@{Append='a'}"], "append is not one of"),
        (&[SET, "-BlockedDomains", "@{Add='a'; Replace='b'}"], "Replace stands alone"),
        (&[SET, "-BlockedDomains", "@{}"], "write it as"),
        (&[SET, "-BlockedDomains", "'a"], "is not closed"),
        (&[SET, "-BlockedDomains", "System.Collections.Hashtable"], "single quotes"),
        (&[SET, "-AllowTeamsConsumer", "$true", "-AllowTeamsConsumer", "$true"], "given twice"),
        (&[SET, "-Identity", "Other", "-AllowTeamsConsumer", "$true"], "only Global"),
        (&[SET, "Global", "stray", "-AllowTeamsConsumer", "$true"], "a value without a parameter"),
        (&[NEW_POLICY], "-Identity is missing"),
        (&[GRANT, "-PolicyName", "P"], "say to whom"),
        (&[GRANT, "-Identity", "a", "-Global", "-PolicyName", "P"], "exclude each other"),
        (&[GRANT, "-Identity", "a"], "-PolicyName is missing"),
        (&[GRANT, "-Identity", "a", "-Rank", "1", "-PolicyName", "P"], "-Rank goes with -Group"),
        (&[GRANT, "-Group", "g", "-Rank", "0", "-PolicyName", "P"], "whole number from 1"),
        (
            &["Get-CsGroupPolicyAssignment", "-PolicyType", "TeamsMeetingPolicy"],
            "only ExternalAccessPolicy",
        ),
    ] {
        let said = meaning(line);
        assert!(said.starts_with("refused: ") && said.contains(why), "{line:?}: {said}");
    }
}
