//! Section 6.2: one-to-one between two organisations.

use visavis_domain::address::Address;
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{
    AllowedDomains, AllowedOrBlocked, BlockedUser, CommunicationWithExternalOrgs as Mode,
    ExternalAccessPolicy,
};

use crate::Act::{Add, Ask, EvictFromGroup, Find, Send, Start};
use crate::world::{World, domains};
use crate::{Row, row};

fn allow_list(list: &str) -> AllowedDomains {
    AllowedDomains::AllowList { domains: domains(list) }
}

fn allow_only(world: &mut World, person: &str, list: &str) {
    let policy = world.policy(person);
    policy.communication_with_external_orgs = Mode::AllowSpecificExternalDomains;
    policy.allowed_external_domains = domains(list);
}

fn block_person(world: &mut World, organisation: &str, entry: BlockedUser) {
    let configuration = world.configuration(organisation);
    configuration.block_external_user_access = true;
    configuration.blocked_users.push(entry);
}

/// The rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = switches_and_lists();
    rows.extend(both_sides_and_trials());
    rows.extend(people());
    rows
}

fn switches_and_lists() -> Vec<Row> {
    vec![
        row("T-001", "-", |_| {}, vec![(Start("A", "B"), "gate")]),
        row(
            "T-002",
            "A types only a first name",
            |_| {},
            vec![(Find("A", "N"), "deny notFound, other, S-12")],
        ),
        row(
            "T-003",
            "TA.AllowFederatedUsers=false",
            |w| {
                w.configuration("TA").allow_federated_users = false;
            },
            vec![(Start("A", "B"), "deny orgFederationOff, own, A-01")],
        ),
        row(
            "T-004",
            "TA.AllowFederatedUsers=false",
            |w| {
                w.configuration("TA").allow_federated_users = false;
            },
            vec![(Start("B", "A"), "deny peerFederationOff = orgFederationOff, other, A-01")],
        ),
        row(
            "T-006",
            "TB.AllowFederatedUsers=false",
            |w| {
                w.configuration("TB").allow_federated_users = false;
            },
            vec![(Start("A", "B"), "deny peerFederationOff = orgFederationOff, other, A-01")],
        ),
        row(
            "T-007",
            "A.policy.EnableFederationAccess=false",
            |w| {
                w.policy("A").enable_federation_access = false;
            },
            vec![
                (Start("A", "B"), "deny userFederationOff, own, A-30"),
                (Start("B", "A"), "deny peerUserFederationOff = userFederationOff, other, A-30"),
            ],
        ),
        row(
            "T-008",
            "A.policy false, TA open, colleague A2 default",
            |w| {
                w.policy("A").enable_federation_access = false;
            },
            vec![(Start("A2", "B"), "gate")],
        ),
        row(
            "T-009",
            "TA AllowList={b.test}",
            |w| {
                w.configuration("TA").allowed_domains = allow_list("b.test");
            },
            vec![(Start("A", "B"), "gate")],
        ),
        row(
            "T-010",
            "TA AllowList={c.test}",
            |w| {
                w.configuration("TA").allowed_domains = allow_list("c.test");
            },
            vec![(Start("A", "B"), "deny domainNotAllowed, own, A-02")],
        ),
        row(
            "T-012",
            "TA AllowList empty",
            |w| {
                w.configuration("TA").allowed_domains = allow_list("");
            },
            vec![(Start("A", "B"), "deny domainNotAllowed, own, A-02")],
        ),
        row(
            "T-013",
            "T-012 + A policy AllowAllExternalDomains",
            |w| {
                w.configuration("TA").allowed_domains = allow_list("");
                w.policy("A").communication_with_external_orgs = Mode::AllowAllExternalDomains;
            },
            vec![(Start("A", "B"), "gate")],
        ),
        row(
            "T-014",
            "T-012 + A policy AllowSpecific {b.test}",
            |w| {
                w.configuration("TA").allowed_domains = allow_list("");
                allow_only(w, "A", "b.test");
            },
            vec![(Start("A", "B"), "gate"), (Start("A", "C"), "deny domainNotAllowed, own, A-32")],
        ),
        row(
            "T-015",
            "TA BlockedDomains={b.test}",
            |w| {
                w.configuration("TA").blocked_domains = domains("b.test");
            },
            vec![
                (Start("A", "B"), "deny domainBlocked, own, A-04"),
                (Start("B", "A"), "deny peerDomainRefused = domainBlocked, other, A-04"),
            ],
        ),
        row(
            "T-016",
            "TA BlockedDomains={b.test}",
            |w| {
                w.configuration("TA").blocked_domains = domains("b.test");
            },
            vec![(Start("A", "S"), "gate")],
        ),
        row(
            "T-017",
            "T-016 + BlockAllSubdomains=true",
            |w| {
                w.configuration("TA").blocked_domains = domains("b.test");
                w.configuration("TA").block_all_subdomains = true;
            },
            vec![(Start("A", "S"), "deny domainBlocked, own, A-06")],
        ),
        row(
            "T-020",
            "TA BlockedDomains={b.test}, A policy AllowSpecific {b.test}",
            |w| {
                w.configuration("TA").blocked_domains = domains("b.test");
                allow_only(w, "A", "b.test");
            },
            vec![(Start("A", "B"), "gate")],
        ),
        row(
            "T-021",
            "TA open, A policy BlockSpecific {b.test}",
            |w| {
                let policy = w.policy("A");
                policy.communication_with_external_orgs = Mode::BlockSpecificExternalDomains;
                policy.blocked_external_domains = domains("b.test");
            },
            vec![(Start("A", "B"), "deny domainBlocked, own, A-33"), (Start("A", "C"), "gate")],
        ),
        row(
            "T-022",
            "TA open, A policy BlockAllExternalDomains",
            |w| {
                w.policy("A").communication_with_external_orgs = Mode::BlockAllExternalDomains;
            },
            vec![
                (Start("A", "B"), "deny domainNotAllowed, own, A-31"),
                (Start("A", "C"), "deny domainNotAllowed, own, A-31"),
            ],
        ),
        row(
            "T-024",
            "try to set Global policy mode to AllowSpecific",
            |_| {},
            vec![(
                Ask("set", |_world| {
                    let policy = ExternalAccessPolicy {
                        communication_with_external_orgs: Mode::AllowSpecificExternalDomains,
                        ..ExternalAccessPolicy::default()
                    };
                    policy.validate(&PolicyName::global()).unwrap_err().to_string()
                }),
                "`communicationWithExternalOrgs` of the policy Global is OrganizationDefault, always",
            )],
        ),
    ]
}

fn both_sides_and_trials() -> Vec<Row> {
    vec![
        row(
            "T-026",
            "TB AllowList={c.test}, TA open",
            |w| {
                w.configuration("TB").allowed_domains = allow_list("c.test");
            },
            vec![(Start("A", "B"), "deny peerDomainRefused = domainNotAllowed, other, A-02")],
        ),
        row(
            "T-027",
            "TB BlockAll for user B only (policy)",
            |w| {
                w.policy("B").communication_with_external_orgs = Mode::BlockAllExternalDomains;
            },
            vec![
                (Start("A", "B"), "deny peerDomainRefused = domainNotAllowed, other, A-31"),
                (Start("A", "B2"), "gate"),
            ],
        ),
        row(
            "T-028",
            "TB trial-only, TA default",
            |w| w.try_out("TB"),
            vec![
                (Start("A", "B"), "deny trialBlocked, own, A-10"),
                (Start("B", "A"), "deny trialBlocked, other, A-10"),
                (Find("A", "B"), "deny trialBlocked, own, A-10"),
            ],
        ),
        row(
            "T-029",
            "TB trial-only, TA Allowed",
            |w| {
                w.try_out("TB");
                w.configuration("TA").external_access_with_trial_organisations =
                    AllowedOrBlocked::Allowed;
            },
            vec![(Start("A", "B"), "gate")],
        ),
        row(
            "T-030",
            "TB trial-only, TA Blocked + AllowedTrial={b.test}",
            |w| {
                w.try_out("TB");
                w.configuration("TA").allowed_trial_organisation_domains = domains("b.test");
            },
            vec![(Start("A", "B"), "gate")],
        ),
        row(
            "T-032",
            "both trial-only; TA Allowed, TB Blocked",
            |w| {
                w.try_out("TA");
                w.try_out("TB");
                w.configuration("TA").external_access_with_trial_organisations =
                    AllowedOrBlocked::Allowed;
            },
            vec![
                (Start("A", "B"), "deny trialBlocked, other, A-10"),
                (Start("B", "A"), "deny trialBlocked, own, A-10"),
            ],
        ),
        row(
            "T-034",
            "TB bought one licence: it is standard again",
            |_| {},
            vec![(Start("A", "B"), "gate")],
        ),
        row(
            "T-036",
            "TA BlockAll mode, trial=Allowed",
            |w| {
                w.try_out("TB");
                w.configuration("TA").allowed_domains = allow_list("");
                w.configuration("TA").external_access_with_trial_organisations =
                    AllowedOrBlocked::Allowed;
            },
            vec![(Start("A", "B"), "deny domainNotAllowed, own, A-02")],
        ),
    ]
}

fn people() -> Vec<Row> {
    let block_b: fn(&mut World) = |w| {
        block_person(w, "TA", "b@b.test".parse().unwrap());
    };
    vec![
        row(
            "T-037",
            "TA.BlockedUsers={B}, flag on",
            block_b,
            vec![
                (Start("A", "B"), "deny orgBlockedUser, own, A-60"),
                (Start("B", "A"), "deny orgBlockedUser, other, A-60"),
                (Add("B", "A", "B C"), "deny orgBlockedUser, other, A-60"),
                (Add("C", "A", "C B"), "deny orgBlockedUser, other, A-60"),
            ],
        ),
        row(
            "T-039",
            "T-037, other user B2 of same domain",
            block_b,
            vec![(Start("B2", "A"), "gate")],
        ),
        row(
            "T-040",
            "T-037 listed by internal id, B changes e-mail",
            |w| {
                let account = w.account("B");
                block_person(w, "TA", BlockedUser::Account(account));
                w.someone("B").addresses = vec!["new@b.test".parse::<Address>().unwrap()];
            },
            vec![(Start("B", "A"), "deny orgBlockedUser, other, A-60")],
        ),
        row(
            "T-041",
            "TA A-12=true, open; B not in A's contacts",
            |w| {
                w.configuration("TA").treat_discovered_partners_as_unverified = true;
            },
            vec![
                (Start("B", "A"), "deny unverifiedPartner, other, A-12"),
                (Send("B", "B A"), "deny unverifiedPartner, other, A-12"),
                (Start("A", "B"), "gate"),
            ],
        ),
        row(
            "T-042",
            "T-041 + B in A's contacts",
            |w| {
                w.configuration("TA").treat_discovered_partners_as_unverified = true;
                w.contacts.insert(("A", "B"));
            },
            vec![
                // Contacts are people who accepted: no second request either.
                (Start("B", "A"), "allow"),
            ],
        ),
        row(
            "T-043",
            "A blocked B personally",
            |w| {
                w.blocks.insert(("A", "B"));
            },
            vec![
                (Send("B", "A B"), "deny personBlocked, other, U-40"),
                (Start("B", "A"), "deny personBlocked, other, U-40"),
            ],
        ),
        row(
            "T-044",
            "A blocked B",
            |w| {
                w.accept_all();
                w.blocks.insert(("A", "B"));
            },
            vec![(Send("A", "A B"), "deny personBlocked, own, U-40")],
        ),
        row(
            "T-045",
            "A and A2 same tenant",
            |w| {
                w.configuration("TA").allow_federated_users = false;
                w.configuration("TA").blocked_domains = domains("a.test");
            },
            vec![(Start("A", "A2"), "allow")],
        ),
        row(
            "T-046",
            "barrier between A and A2; B outside",
            |w| {
                w.barriers.push(("A", "A2"));
            },
            vec![
                (Add("B", "A", "B"), "gate"),
                (Add("B", "A2", "B A"), "deny barrier, other, C-63"),
                (Start("A", "A2"), "deny barrier, own, C-62"),
                (EvictFromGroup("B A A2"), "A (barrier, own, C-63), A2 (barrier, own, C-63)"),
            ],
        ),
    ]
}
