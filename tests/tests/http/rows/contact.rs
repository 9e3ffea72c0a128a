//! Starting a chat with somebody of another organisation (6.2) or with a personal account (6.3).

use serde_json::json;
use visavis_tests::external_access::POLICIES;
use visavis_tests::world::World;

use crate::rows::Given::{Block, Configuration, Contact, Licence, Policy, Settings, Trial};
use crate::rows::rows;

rows! {
    t_001_a_stranger_is_asked: [] => ["A starts B: gate"];
    t_003_own_organisation_off: [
        Configuration("AA", json!({"allowFederatedUsers": false})),
    ] => ["A starts B: 403 orgFederationOff A-01"];
    t_004_the_others_organisation_off: [
        Configuration("AA", json!({"allowFederatedUsers": false})),
    ] => ["B starts A: 404 notReachable"];
    t_006_both_must_trust: [
        Configuration("BB", json!({"allowFederatedUsers": false})),
    ] => ["A starts B: 404 notReachable"];
    t_007_policy_off: [
        Policy("AA", "A", json!({"enableFederationAccess": false})),
    ] => ["A starts B: 403 userFederationOff A-30", "B starts A: 404 notReachable"];
    t_008_policy_is_per_user: [
        Policy("AA", "A", json!({"enableFederationAccess": false})),
    ] => ["A2 starts B: gate"];
    t_009_allow_list_names_them: [
        Configuration("AA", json!({"allowedDomains": {"mode": "allowList", "domains": ["b.test"]}})),
    ] => ["A starts B: gate"];
    t_010_allow_list_names_others: [
        Configuration("AA", json!({"allowedDomains": {"mode": "allowList", "domains": ["c.test"]}})),
    ] => ["A starts B: 403 domainNotAllowed A-02"];
    t_012_empty_allow_list: [
        Configuration("AA", json!({"allowedDomains": {"mode": "allowList", "domains": []}})),
    ] => ["A starts B: 403 domainNotAllowed A-02"];
    t_013_policy_allows_all: [
        Configuration("AA", json!({"allowedDomains": {"mode": "allowList", "domains": []}})),
        Policy("AA", "A", json!({"communicationWithExternalOrgs": "AllowAllExternalDomains"})),
    ] => ["A starts B: gate"];
    t_014_policy_allows_one: [
        Configuration("AA", json!({"allowedDomains": {"mode": "allowList", "domains": []}})),
        Policy("AA", "A", json!({
            "communicationWithExternalOrgs": "AllowSpecificExternalDomains",
            "allowedExternalDomains": ["b.test"],
        })),
    ] => ["A starts B: gate", "A starts C: 403 domainNotAllowed A-32"];
    t_015_blocked_domain: [
        Configuration("AA", json!({"blockedDomains": ["b.test"]})),
    ] => ["A starts B: 403 domainBlocked A-04", "B starts A: 404 notReachable"];
    t_016_subdomain_of_a_blocked_domain: [
        Configuration("AA", json!({"blockedDomains": ["b.test"]})),
    ] => ["A starts S: gate"];
    t_017_all_subdomains_blocked: [
        Configuration("AA", json!({"blockedDomains": ["b.test"], "blockAllSubdomains": true})),
    ] => ["A starts S: 403 domainBlocked A-06", "S starts A: 404 notReachable"];
    t_020_policy_opens_a_blocked_domain: [
        Configuration("AA", json!({"blockedDomains": ["b.test"]})),
        Policy("AA", "A", json!({
            "communicationWithExternalOrgs": "AllowSpecificExternalDomains",
            "allowedExternalDomains": ["b.test"],
        })),
    ] => ["A starts B: gate"];
    t_021_policy_blocks_one: [
        Policy("AA", "A", json!({
            "communicationWithExternalOrgs": "BlockSpecificExternalDomains",
            "blockedExternalDomains": ["b.test"],
        })),
    ] => ["A starts B: 403 domainBlocked A-33", "A starts C: gate"];
    t_022_policy_blocks_all: [
        Policy("AA", "A", json!({"communicationWithExternalOrgs": "BlockAllExternalDomains"})),
    ] => ["A starts B: 403 domainNotAllowed A-31", "A starts C: 403 domainNotAllowed A-31"];
    t_026_their_allow_list: [
        Configuration("BB", json!({"allowedDomains": {"mode": "allowList", "domains": ["c.test"]}})),
    ] => ["A starts B: 404 notReachable"];
    t_027_their_policy: [
        Policy("BB", "B", json!({"communicationWithExternalOrgs": "BlockAllExternalDomains"})),
    ] => ["A starts B: 404 notReachable", "A starts B2: gate"];
    t_028_trial: [Trial("b.test")] => [
        "A starts B: 403 trialBlocked A-10",
        "B starts A: 404 notReachable",
        "A searches B: refused trialBlocked A-10",
    ];
    t_029_trials_allowed: [
        Trial("b.test"),
        Configuration("AA", json!({"externalAccessWithTrialTenants": "Allowed"})),
    ] => ["A starts B: gate"];
    t_030_trial_on_the_safe_list: [
        Trial("b.test"),
        Configuration("AA", json!({"allowedTrialTenantDomains": ["b.test"]})),
    ] => ["A starts B: gate"];
    t_032_two_trials: [
        Trial("a.test"),
        Trial("b.test"),
        Configuration("AA", json!({"externalAccessWithTrialTenants": "Allowed"})),
    ] => ["A starts B: 404 notReachable", "B starts A: 403 trialBlocked A-10"];
    t_034_a_licence_was_bought: [Licence("b.test")] => ["A starts B: gate"];
    t_036_trials_allowed_but_nobody: [
        Trial("b.test"),
        Configuration("AA", json!({
            "externalAccessWithTrialTenants": "Allowed",
            "allowedDomains": {"mode": "allowList", "domains": []},
        })),
    ] => ["A starts B: 403 domainNotAllowed A-02"];
    t_037_blocked_person: [
        Configuration("AA", json!({"blockedUsers": ["b@b.test"], "blockExternalUserAccess": true})),
    ] => [
        "A starts B: 403 orgBlockedUser A-60",
        "B starts A: 404 notReachable",
        "B adds A: 404 notReachable",
    ];
    t_037_without_the_flag_the_list_has_no_effect: [
        Configuration("AA", json!({"blockedUsers": ["b@b.test"]})),
    ] => ["A starts B: gate"];
    t_039_another_of_the_same_domain: [
        Configuration("AA", json!({"blockedUsers": ["b@b.test"], "blockExternalUserAccess": true})),
    ] => ["B2 starts A: gate"];
    t_041_unverified_partner: [
        Configuration("AA", json!({"treatDiscoveredPartnersAsUnverified": true})),
    ] => ["B starts A: 404 notReachable"];
    t_042_unverified_partner_in_contact: [
        Contact("B", "A"),
        Configuration("AA", json!({"treatDiscoveredPartnersAsUnverified": true})),
    ] => ["B says to A: 201", "A says to B: 201"];
    t_043_blocked_before_any_contact: [Block("A", "B")] => ["B starts A: 404 notReachable"];
    t_044_own_block: [Contact("B", "A"), Block("A", "B")] => [
        "A says to B: 403 personBlocked U-40",
        "B says to A: 404 notReachable",
    ];
    t_045_colleagues: [] => ["A starts A2: allow", "A says to A2: 201"];

    t_060_personal_account: [] => ["A starts P: gate"];
    t_061_by_phone: [] => ["A phones P: gate"];
    t_062_personal_account_starts: [] => ["P starts A: gate"];
    t_064_personal_accounts_off: [
        Configuration("AA", json!({"allowTeamsConsumer": false})),
    ] => [
        "A starts P: 403 orgConsumerOff A-07",
        "P starts A: 404 notReachable",
        "P searches A: notReachable",
    ];
    t_065_inbound_off_outbound_on: [
        Configuration("AA", json!({"allowTeamsConsumerInbound": false})),
    ] => ["A starts P: gate"];
    t_066_inbound_off: [
        Configuration("AA", json!({"allowTeamsConsumerInbound": false})),
    ] => ["P starts A: 404 notReachable", "P searches A: notReachable"];
    t_068_policy_off_for_personal_accounts: [
        Policy("AA", "A", json!({"enableTeamsConsumerAccess": false})),
    ] => ["A starts P: 403 userConsumerOff A-34", "P starts A: 404 notReachable"];
    t_069_policy_off_inbound: [
        Policy("AA", "A", json!({"enableTeamsConsumerInbound": false})),
    ] => ["P starts A: 404 notReachable", "A starts P: gate"];
    t_070_inbound_policy_is_per_user: [
        Policy("AA", "A", json!({"enableTeamsConsumerInbound": false})),
    ] => ["P starts A2: gate"];
    t_073_allow_list_is_not_for_personal_accounts: [
        Configuration("AA", json!({"allowedDomains": {"mode": "allowList", "domains": ["b.test"]}})),
    ] => ["A starts P: gate"];
    t_074_block_list_is_not_for_personal_accounts: [
        Configuration("AA", json!({"blockedDomains": ["outlook.test"]})),
    ] => ["A starts R: gate"];
    t_075_separate_switches: [
        Configuration("AA", json!({"allowFederatedUsers": false})),
    ] => ["A starts P: gate"];
    t_076_not_in_the_directory: [
        Configuration("AA", json!({"restrictTeamsConsumerToExternalUserProfiles": true})),
    ] => ["A starts P: 403 directoryRestricted A-09"];
    t_076_by_policy: [
        Policy("AA", "A", json!({"restrictTeamsConsumerAccessToExternalUserProfiles": true})),
    ] => ["A starts P: 403 directoryRestricted A-36"];
    t_078_not_discoverable: [
        Settings("P", json!({"isDiscoverableByEmail": false})),
    ] => ["A starts P: 404 notReachable", "A searches P: notReachable", "A phones P: gate"];
    t_080_undiscoverable_but_in_contact: [
        Contact("A", "P"),
        Settings("P", json!({"isDiscoverableByEmail": false, "isDiscoverableByPhone": false})),
    ] => ["A says to P: 201"];
    t_083_blocked_by_a_personal_account: [Contact("A", "P"), Block("P", "A")] => [
        "A says to P: 404 notReachable",
    ];
    t_085_inbound_off_later: [
        Contact("P", "A"),
        Configuration("AA", json!({"allowTeamsConsumerInbound": false})),
    ] => ["P says to A: 201", "A says to P: 201"];
}

#[tokio::test]
async fn t_002_and_t_063_a_part_of_a_name_finds_nobody() {
    let world = World::of_rows().await;
    for (who, whom, part) in
        [("A", "B", "b@b.tes"), ("P", "A", "a@a.tes"), ("A", "P", "p@mail.tes")]
    {
        let [who, whom] = world.people([who, whom]);
        assert_eq!(who.resolve(part).await["result"], "notReachable", "{part}");
        assert_eq!(who.start_with(part).await.line(), "404 notReachable", "{part}");
        for name in [&whom.name, "Nobody"] {
            assert_eq!(who.start_with(name).await.line(), "400 invalid", "{name}");
            let starting = format!("users?$filter=startswith(displayName,'{name}')");
            let found = who.get(&starting).await.entries();
            assert!(found.iter().all(|user| user["id"] != whom.id), "{name}: {found:?}");
        }
        let by_mail = who.get(&format!("users?$filter=mail eq '{}'", whom.mail)).await.entries();
        assert!(by_mail.is_empty(), "{by_mail:?}");
    }
}

#[tokio::test]
async fn t_024_the_global_policy_has_no_domain_mode() {
    let world = World::of_rows().await;
    let admin = world.person("AA");
    let global = format!("{POLICIES}/Global");
    let before = admin.get(&global).await.expect(200);
    for mode in
        ["AllowSpecificExternalDomains", "BlockAllExternalDomains", "allowallexternaldomains"]
    {
        let refused = admin.patch(&global, json!({"communicationWithExternalOrgs": mode})).await;
        assert_eq!(refused.status, 400, "{mode}: {}", refused.text);
    }
    assert_eq!(admin.get(&global).await.expect(200), before);
    admin
        .patch(&global, json!({"communicationWithExternalOrgs": "organizationdefault"}))
        .await
        .expect(200);
}

#[tokio::test]
async fn t_040_a_person_listed_by_id() {
    let world = World::of_rows().await;
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    admin.configure(json!({"blockedUsers": [b.id], "blockExternalUserAccess": true})).await;
    assert_eq!(a.start(b).await.line(), "403 orgBlockedUser");
    assert_eq!(a.start_with(&b.id).await.line(), "403 orgBlockedUser");
    assert_eq!(b.start(a).await.line(), "404 notReachable");
}

#[tokio::test]
async fn t_043_blocked_while_pending() {
    let world = World::of_rows().await;
    let [a, b] = world.people(["A", "B"]);
    let chat = b.start(a).await.id();
    b.say(&chat, "1").await.expect(201);
    a.block_request(&chat).await.expect(204);
    assert_eq!(b.request_of(&chat).await["state"], "pending", "B is not told");
    b.say(&chat, "2").await.expect(201);
    assert_eq!(b.start(a).await.id(), chat);
    assert_eq!(b.read(&chat).await, ["1", "2"]);
    assert!(!a.lists(&chat).await);
}

#[tokio::test]
async fn t_081_minors_cannot_be_found() {
    let world = World::of_rows().await;
    let a = world.person("A");
    let body = json!({
        "displayName": "Young",
        "mail": "young@mail.test",
        "ageGroup": "minor",
        "mobilePhone": "+4930901823",
    });
    let young = world.operator().post("deployment/accounts", body).await.id();
    let unknown = a.resolve("nobody@mail.test").await;
    for address in ["young@mail.test", "+4930901823"] {
        assert_eq!(a.resolve(address).await["result"], unknown["result"], "{address}");
        assert_eq!(a.start_with(address).await.line(), "404 notReachable", "{address}");
    }
    assert_eq!(a.start_with(&young).await.line(), "404 notReachable");
}
