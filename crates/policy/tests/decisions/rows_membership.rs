//! Section 6.7: adding to a group, membership.

use visavis_domain::account::WhoCanAdd;
use visavis_policy::settings::AllowedDomains;

use crate::Act::{Add, EvictFromGroup, Remove};
use crate::world::{World, domains};
use crate::{Row, elsewhere, row};

/// The rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = adding();
    rows.extend(group_rules());
    rows.extend(limits());
    rows.extend(removing());
    rows
}

fn adding() -> Vec<Row> {
    let inbound_off: fn(&mut World) = |w| {
        w.configuration("TA").allow_teams_consumer_inbound = false;
    };
    vec![
        row(
            "T-170",
            "1:1 A-B: a new group {A, B}, to which A adds P",
            |_| {},
            vec![(Add("A", "P", "A B"), "gate")],
        ),
        row("T-171", "group {A, A2}", |_| {}, vec![(Add("A", "B", "A A2"), "gate")]),
        elsewhere("T-172", "history none / last 3 days / all", "membership: domain"),
        row(
            "T-173",
            "group started by A, P is member; P adds A3",
            |_| {},
            vec![(Add("P", "A3", "A P"), "gate")],
        ),
        row(
            "T-174",
            "TA.Inbound=false",
            inbound_off,
            vec![(Add("P", "A3", "A P"), "deny orgConsumerInboundOff, other, A-08")],
        ),
        row("T-175", "TA.Inbound=false", inbound_off, vec![(Add("A", "P", "A A2"), "gate")]),
    ]
}

fn group_rules() -> Vec<Row> {
    let allow_only_b: fn(&mut World) = |w| {
        let list = domains("b.test");
        w.configuration("TA").allowed_domains = AllowedDomains::AllowList { domains: list };
    };
    vec![
        row(
            "T-177",
            "A.EnableFederationAccess=false; A2 (true) initiated {A2, B}",
            |w| {
                w.policy("A").enable_federation_access = false;
            },
            vec![(Add("A2", "A", "A2 B"), "allow")],
        ),
        row(
            "T-179",
            "same as T-177 with A-17 true",
            |w| {
                w.policy("A").enable_federation_access = false;
                let configuration = w.configuration("TA");
                configuration.enable_external_access_restrictions_for_chat_participants = true;
            },
            vec![(Add("A2", "A", "A2 B"), "deny groupFederationRestricted, own, G-10")],
        ),
        row(
            "T-180",
            "A-17 true, A in active group with B",
            |w| {
                w.policy("A").enable_federation_access = false;
                let configuration = w.configuration("TA");
                configuration.enable_external_access_restrictions_for_chat_participants = true;
            },
            vec![
                (EvictFromGroup("A2 A B"), "A (groupFederationRestricted, own, G-10)"),
                (EvictFromGroup("A2 A"), "nobody"),
            ],
        ),
        row(
            "T-181",
            "B initiated; TA allows only b.test; B adds C, then A",
            allow_only_b,
            vec![(Add("B", "C", "B B2"), "gate"), (Add("B", "A", "B C"), "gate")],
        ),
        row(
            "T-182",
            "T-181 with TA's G-11 flag true",
            |w| {
                let list = domains("b.test");
                let configuration = w.configuration("TA");
                configuration.allowed_domains = AllowedDomains::AllowList { domains: list };
                configuration.enable_mutual_federation_for_chat_participants = true;
            },
            vec![
                (Add("B", "A", "B C"), "deny groupPairRefused, other, G-11"),
                (Add("B", "C", "B A"), "deny groupPairRefused, other, G-11"),
                (EvictFromGroup("B C A"), "A (groupPairRefused, own, G-11)"),
                (EvictFromGroup("A B C"), "C (groupInitiatorRefused, other, G-08)"),
            ],
        ),
        row(
            "T-185",
            "P's groups = My contacts, A no contact",
            |w| {
                w.someone("P").privacy.who_can_add_me = WhoCanAdd::Contacts;
            },
            vec![(Add("A", "P", "A A2"), "deny notDiscoverable, other, U-85")],
        ),
        row("T-186", "P \"Everyone\"", |_| {}, vec![(Add("A", "P", "A A2"), "gate")]),
    ]
}

fn limits() -> Vec<Row> {
    let block_p: fn(&mut World) = |w| {
        let configuration = w.configuration("TA");
        configuration.block_external_user_access = true;
        configuration.blocked_users = vec!["p@outlook.com".parse().unwrap()];
    };
    vec![
        row(
            "T-187",
            "group has 250",
            |w| w.extra_members = 248,
            vec![(Add("A", "B", "A A2"), "deny groupFull, request, G-01")],
        ),
        row(
            "T-187",
            "group has 249",
            |w| w.extra_members = 247,
            vec![(Add("A", "B", "A A2"), "gate")],
        ),
        row(
            "T-188",
            "add 201 people at once",
            |w| w.added_in_call = 201,
            vec![(Add("A", "B", "A A2"), "deny groupFull, request, G-01")],
        ),
        row(
            "T-189",
            "add B twice in one call",
            |_| {},
            vec![
                (Add("A", "B", "A"), "gate"),
                (Add("A", "B", "A B"), "deny duplicateMember, request, G-15"),
            ],
        ),
        row(
            "T-191",
            "group of A, B, P; TA.BlockedUsers gets P",
            block_p,
            vec![
                (Add("A2", "P", "A2 A B"), "deny orgBlockedUser, own, A-60"),
                (Add("B", "P", "B A"), "deny orgBlockedUser, other, A-60"),
                (EvictFromGroup("A B P"), "P (orgBlockedUser, other, A-60)"),
            ],
        ),
        row(
            "T-192",
            "P blocked A personally; A2 adds P to {A, A2}",
            |w| {
                w.blocks.insert(("P", "A"));
            },
            vec![(Add("A2", "P", "A A2"), "gate"), (EvictFromGroup("A A2 P"), "nobody")],
        ),
    ]
}

fn removing() -> Vec<Row> {
    vec![
        row(
            "T-193",
            "A with AllowRemoveUser=true",
            |_| {},
            vec![(Remove("A", "B", "B A"), "allow")],
        ),
        row(
            "T-194",
            "A with AllowRemoveUser=false",
            |w| {
                w.someone("A").rights.allow_remove_user = false;
            },
            vec![
                (Remove("A", "B", "A B"), "deny noPermission, own, A-81"),
                (Remove("A", "A", "A B"), "allow"),
            ],
        ),
        row(
            "T-196",
            "group started by A",
            |_| {},
            vec![
                (Remove("A", "P", "A P"), "allow"),
                (Remove("P", "A", "A P"), "deny noPermission, request, U-48"),
                (Remove("P", "P", "A P"), "allow"),
            ],
        ),
        row(
            "T-197",
            "group started by P",
            |_| {},
            vec![
                (Remove("A", "A2", "P A A2"), "allow"),
                (Remove("A", "P", "P A A2"), "deny noPermission, request, U-48"),
                (Remove("P", "A", "P A A2"), "allow"),
                (Remove("Q", "A", "P A Q"), "deny noPermission, request, U-48"),
            ],
        ),
        row(
            "T-198",
            "B left",
            |w| {
                w.contacts.insert(("A", "B"));
                w.has_left = true;
            },
            vec![(Add("A", "B", "A A2"), "gate")],
        ),
        elsewhere("T-199", "group with 21 people", "live signals: app"),
        elsewhere("T-200", "group turned from 21 to 20", "live signals: app"),
        row(
            "T-201",
            "adding person while pending request unanswered",
            |_| {},
            vec![(Add("A", "P", "A A2 P"), "deny duplicateMember, request, G-15")],
        ),
        row(
            "T-202",
            "two people left, one is removed",
            |_| {},
            vec![(Remove("A", "B", "A B"), "allow"), (EvictFromGroup("A"), "nobody")],
        ),
    ]
}
