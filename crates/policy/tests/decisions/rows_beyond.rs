//! What the table leaves open, by the rule or decision that it belongs to; and files (6.9).

use visavis_policy::facts::{AddressKind, Consent};
use visavis_policy::settings::{AllowedDomains, CommunicationWithExternalOrgs as Mode};
use visavis_policy::standing::SendRequest;

use crate::Act::{
    Accept, Add, Ask, EvictFromGroup, Invite, Send, SendToGroup, Share, ShowImage, Start, StartBy,
};
use crate::world::{World, domain, domains};
use crate::{Row, row};

/// The rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = one_to_one();
    rows.extend(personal());
    rows.extend(groups());
    rows.extend(at_home());
    rows.extend(by_own_policy());
    rows.extend(without_initiator());
    rows.extend(files());
    rows
}

fn one_to_one() -> Vec<Row> {
    vec![
        row(
            "A-04",
            "B has two domains, one of them blocked: deny wins",
            |w| {
                w.configuration("TA").blocked_domains = domains("other.test");
                w.someone("B").domains.push(domain("other.test"));
            },
            vec![
                (Start("A", "B"), "deny domainBlocked, own, A-04"),
                (Start("B", "A"), "deny peerDomainRefused = domainBlocked, other, A-04"),
            ],
        ),
        row(
            "A-02",
            "B's organisation has proved no domain; TA has an allow list",
            |w| {
                let list = domains("b.test");
                w.configuration("TA").allowed_domains = AllowedDomains::AllowList { domains: list };
                w.someone("B").domains.clear();
            },
            vec![(Start("A", "B"), "deny domainNotAllowed, own, A-02")],
        ),
        row(
            "A-11",
            "TB is being tried out and has proved no domain",
            |w| {
                w.try_out("TB");
                w.someone("B").domains.clear();
            },
            vec![(Start("A", "B"), "deny trialBlocked, own, A-10")],
        ),
        row(
            "A-12",
            "TA knows b.test by name: no discovered partner",
            |w| {
                let list = domains("b.test");
                let configuration = w.configuration("TA");
                configuration.allowed_domains = AllowedDomains::AllowList { domains: list };
                configuration.treat_discovered_partners_as_unverified = true;
            },
            vec![(Start("B", "A"), "gate")],
        ),
        row(
            "A-12",
            "A started the chat: B is heard",
            |w| {
                w.configuration("TA").treat_discovered_partners_as_unverified = true;
                w.answer("A", "B", Consent::Requested { sent: 1 });
            },
            vec![
                (Send("B", "A B"), "allow"),
                (Add("B", "A", "B C"), "deny unverifiedPartner, other, A-12"),
            ],
        ),
        row(
            "A-31",
            "Global has a domain mode in the store: without effect",
            |_| {},
            vec![(Ask("terms", |_| crate::world::global_mode_is_ignored().to_string()), "true")],
        ),
        row(
            "A-08",
            "P's request waits; TA turns inbound off",
            |w| {
                w.answer("P", "A", Consent::Requested { sent: 1 });
                w.request = SendRequest { pending_sent: Some(1), ..SendRequest::default() };
                w.configuration("TA").allow_teams_consumer_inbound = false;
            },
            vec![
                (Send("P", "P A"), "deny orgConsumerInboundOff, other, A-08"),
                (Accept("A", "P"), "deny orgConsumerInboundOff, own, A-08"),
            ],
        ),
        row(
            "S-40",
            "A's request waits; TA or TB closes",
            |w| {
                w.configuration("TA").allow_federated_users = false;
                w.answer("A", "B", Consent::Requested { sent: 1 });
            },
            vec![
                (Accept("B", "A"), "deny peerFederationOff = orgFederationOff, other, A-01"),
                (Start("A", "A"), "deny duplicateMember, request, G-15"),
            ],
        ),
    ]
}

fn personal() -> Vec<Row> {
    vec![
        row(
            "S-04",
            "two personal accounts",
            |_| {},
            vec![(Start("P", "Q"), "gate"), (Send("P", "P Q"), "allow")],
        ),
        row(
            "U-40",
            "Q blocked P",
            |w| {
                w.blocks.insert(("Q", "P"));
            },
            vec![
                (Start("P", "Q"), "deny personBlocked, other, U-40"),
                (Start("Q", "P"), "deny personBlocked, own, U-40"),
            ],
        ),
        row(
            "U-80",
            "P is not to be found by e-mail",
            |w| {
                w.someone("P").privacy.discoverable_by_email = false;
            },
            vec![
                (Add("A", "P", "A A2"), "deny notDiscoverable, other, U-80"),
                // A member's hidden address is not to be told from that of a stranger.
                (Add("A", "P", "A A2 P"), "deny notDiscoverable, other, U-80"),
                (Start("P", "A"), "gate"),
            ],
        ),
        row(
            "U-83",
            "P is found by nothing",
            |w| {
                w.someone("P").privacy.discoverable_by_email = false;
                w.someone("P").privacy.discoverable_by_phone = false;
            },
            vec![
                (StartBy("A", "P", AddressKind::Id), "deny notDiscoverable, other, U-83"),
                (StartBy("A", "P", AddressKind::Phone), "deny notDiscoverable, other, U-81"),
            ],
        ),
        row(
            "U-83",
            "P is found by nothing and has asked A: what chats do not show tells nothing",
            |w| {
                w.someone("P").privacy.discoverable_by_email = false;
                w.someone("P").privacy.discoverable_by_phone = false;
                w.answer("A", "P", Consent::Accepted);
            },
            vec![
                (StartBy("A", "P", AddressKind::Id), "allow"),
                (StartBy("A", "P", AddressKind::Email), "allow"),
                (StartBy("A", "P", AddressKind::OtherEmail), "deny notDiscoverable, other, U-80"),
                (StartBy("A", "P", AddressKind::Phone), "deny notDiscoverable, other, U-81"),
            ],
        ),
        row(
            "U-88",
            "P is a minor who has asked A",
            |w| {
                w.someone("P").privacy.is_minor = true;
                w.answer("A", "P", Consent::Accepted);
            },
            vec![
                (StartBy("A", "P", AddressKind::Email), "allow"),
                (StartBy("A", "P", AddressKind::OtherEmail), "deny notFound, other, U-88"),
                (StartBy("A", "P", AddressKind::Phone), "deny notFound, other, U-88"),
            ],
        ),
        row(
            "U-80",
            "P is found by e-mail: by every address, known or not",
            |w| w.answer("A", "P", Consent::Accepted),
            vec![(StartBy("A", "P", AddressKind::OtherEmail), "allow")],
        ),
        row(
            "A-12",
            "TB treats discovered partners as unverified; B has asked A",
            |w| {
                w.configuration("TB").treat_discovered_partners_as_unverified = true;
                w.answer("A", "B", Consent::Accepted);
            },
            vec![
                (StartBy("A", "B", AddressKind::Email), "allow"),
                (StartBy("A", "B", AddressKind::OtherEmail), "deny unverifiedPartner, other, A-12"),
            ],
        ),
        row(
            "Q-10",
            "P blocked A, is a minor, or is not there: invitations look alike",
            |w| {
                w.blocks.insert(("P", "A"));
                w.someone("Q").privacy.is_minor = true;
            },
            vec![
                (Invite("A", "P"), "gate, seen by the sender only"),
                (Invite("A", "Q"), "gate, seen by the sender only"),
                (Invite("A", "N"), "gate"),
            ],
        ),
        row(
            "A-36",
            "A's policy restricts to the extended directory",
            |w| {
                w.policy("A").restrict_teams_consumer_access_to_external_user_profiles = Some(true);
                w.someone("Q").in_extended_directory = true;
            },
            vec![
                (Start("A", "P"), "deny directoryRestricted, own, A-36"),
                (Start("P", "A"), "deny directoryRestricted, other, A-36"),
                (Start("A", "Q"), "gate"),
                (EvictFromGroup("A A2 P"), "A (directoryRestricted, own, A-36)"),
                (EvictFromGroup("A A2 Q"), "nobody"),
            ],
        ),
        row(
            "A-36",
            "the policy says no restriction, the organisation does",
            |w| {
                w.policy("A").restrict_teams_consumer_access_to_external_user_profiles =
                    Some(false);
                w.configuration("TA").restrict_teams_consumer_to_external_user_profiles = true;
            },
            vec![
                (Start("A", "P"), "deny directoryRestricted, own, A-09"),
                (EvictFromGroup("A A2 P"), "P (directoryRestricted, other, A-09)"),
            ],
        ),
    ]
}

fn groups() -> Vec<Row> {
    vec![
        row(
            "G-02",
            "TB refuses C, who is no initiator and adds B",
            |w| {
                w.configuration("TB").blocked_domains = domains("c.test");
            },
            vec![
                (Add("C", "B", "C"), "deny peerDomainRefused = domainBlocked, other, A-04"),
                (Add("A", "B", "A C"), "gate"),
            ],
        ),
        row(
            "Q-25",
            "TB's flag governs the pairs with its people, and no others",
            |w| {
                w.configuration("TB").enable_mutual_federation_for_chat_participants = true;
                w.configuration("TA").blocked_domains = domains("c.test");
                w.configuration("TB").blocked_domains = domains("c.test");
            },
            vec![
                (EvictFromGroup("S A C"), "nobody"),
                (EvictFromGroup("S A B C"), "B (groupPairRefused, own, G-11)"),
            ],
        ),
        row(
            "Q-31",
            "the side that withdrew the trust goes; if both did, whose going costs fewer people",
            |w| {
                w.configuration("TA").enable_mutual_federation_for_chat_participants = true;
                w.configuration("TA").blocked_domains = domains("c.test");
                w.configuration("TC").blocked_domains = domains("a.test");
                w.configuration("TB").blocked_domains = domains("a.test");
                w.configuration("TA").blocked_domains.extend(domains("b.test"));
            },
            vec![
                (EvictFromGroup("S A A2 C"), "C (groupPairRefused, own, G-11)"),
                (EvictFromGroup("S A B B2"), "A (groupPairRefused, own, G-11)"),
                (EvictFromGroup("S A C"), "C (groupPairRefused, own, G-11)"),
                (EvictFromGroup("S C A"), "C (groupPairRefused, own, G-11)"),
                (
                    EvictFromGroup("S A A2 B C"),
                    "B (groupPairRefused, own, G-11), C (groupPairRefused, own, G-11)",
                ),
            ],
        ),
        row(
            "G-11",
            "whoever would yield to somebody who goes stays",
            |w| {
                w.configuration("TA").enable_mutual_federation_for_chat_participants = true;
                w.configuration("TB").enable_mutual_federation_for_chat_participants = true;
                w.configuration("TA").blocked_domains = domains("b.test");
                w.configuration("TB").blocked_domains = domains("c.test");
            },
            vec![
                (EvictFromGroup("S A B C"), "B (groupPairRefused, own, G-11)"),
                (EvictFromGroup("S A A2 B B2 C"), ONLY_TB),
                (EvictFromGroup("S A B"), "A (groupPairRefused, own, G-11)"),
            ],
        ),
        row(
            "A-37",
            "first the block list, then who is left is counted",
            |w| {
                w.policy("A").federated_bilateral_chats = true;
                let configuration = w.configuration("TA");
                configuration.block_external_user_access = true;
                configuration.blocked_users = vec!["c@c.test".parse().unwrap()];
            },
            vec![(EvictFromGroup("A B C"), "C (orgBlockedUser, other, A-60)")],
        ),
        row(
            "G-12",
            "adding a third organisation to a group with a bilateral member",
            |w| {
                w.policy("A").federated_bilateral_chats = true;
            },
            vec![
                (Add("B", "C", "B A"), "deny bilateralLimit, other, A-37"),
                (Add("A2", "C", "B A A2"), "deny bilateralLimit, own, A-37"),
                (Add("B", "A", "B C"), "deny bilateralLimit, other, A-37"),
                (Add("B", "A2", "B A"), "gate"),
            ],
        ),
        row(
            "A-71",
            "no trial organisation beside people of one that refuses it",
            |w| {
                w.try_out("TC");
                w.configuration("TB").external_access_with_trial_organisations =
                    visavis_policy::settings::AllowedOrBlocked::Allowed;
            },
            vec![
                (Add("B", "C", "B B2"), "gate"),
                (Add("B", "A", "B C"), "deny trialBlocked, other, A-10"),
            ],
        ),
    ]
}

const ONLY_TB: &str = "B (groupPairRefused, own, G-11), B2 (groupPairRefused, own, G-11)";
const ONLY_B: &str = "B (groupInitiatorRefused, other, G-08)";

/// Groups of one's own, whose organisation trusts an outsider no more.
fn at_home() -> Vec<Row> {
    let withdraws: fn(&mut World) = |w| {
        for name in ["TA", "TB", "TC"] {
            w.configuration(name).enable_mutual_federation_for_chat_participants = true;
        }
        let domains = domains("c.test");
        w.configuration("TA").allowed_domains = AllowedDomains::AllowList { domains };
    };
    vec![
        row(
            "G-08",
            "TA allows only c.test: the outsider goes, the initiator's colleagues stay",
            withdraws,
            vec![
                (EvictFromGroup("A A2 A3 B"), ONLY_B),
                (EvictFromGroup("A2 A A3 B C"), ONLY_B),
                (EvictFromGroup("(A) A2 A3 B"), ONLY_B),
                (SendToGroup("A2", "A A2 A3 B"), "allow"),
            ],
        ),
        row(
            "G-08",
            "beside an outsider who goes anyway nobody's block list or policy counts",
            |w| {
                w.configuration("TA").blocked_domains = domains("b.test");
                w.configuration("TB").block_external_user_access = true;
                w.configuration("TB").blocked_users = vec!["a2@a.test".parse().unwrap()];
                w.configuration("TA").enable_external_access_restrictions_for_chat_participants =
                    true;
                w.policy("A3").enable_federation_access = false;
            },
            vec![(EvictFromGroup("A A2 A3 B"), ONLY_B)],
        ),
        row(
            "G-11",
            "the same where the initiator's own policy allows b.test: colleagues stay all the same",
            |w| {
                w.configuration("TA").enable_mutual_federation_for_chat_participants = true;
                w.configuration("TA").blocked_domains = domains("b.test");
                w.policy("A").communication_with_external_orgs = Mode::AllowAllExternalDomains;
            },
            vec![
                (
                    EvictFromGroup("A A2 B B2"),
                    "B (groupPairRefused, other, G-11), B2 (groupPairRefused, other, G-11)",
                ),
                (EvictFromGroup("A B"), "nobody"),
                (EvictFromGroup("B A A2"), "A2 (groupInitiatorRefused, own, G-08)"),
            ],
        ),
    ]
}

/// Groups of one's own, in which a policy of their own keeps two people apart.
fn by_own_policy() -> Vec<Row> {
    vec![
        row(
            "G-11",
            "a colleague's own policy: that colleague goes, as in T-143",
            |w| {
                w.configuration("TA").enable_mutual_federation_for_chat_participants = true;
                w.policy("A2").enable_federation_access = false;
            },
            vec![
                (EvictFromGroup("A A2 A3 B"), "A2 (groupPairRefused, own, G-11)"),
                (EvictFromGroup("A A2 A3"), "nobody"),
            ],
        ),
        row(
            "G-11",
            "an outsider's own policy: the outsider goes",
            |w| {
                w.configuration("TA").enable_mutual_federation_for_chat_participants = true;
                w.someone("A2").domains = domains("a2.test");
                w.policy("B").communication_with_external_orgs = Mode::AllowSpecificExternalDomains;
                w.policy("B").allowed_external_domains = domains("a.test");
            },
            vec![(EvictFromGroup("A A2 B B2"), "B (groupPairRefused, own, G-11)")],
        ),
    ]
}

fn without_initiator() -> Vec<Row> {
    vec![
        row(
            "G-08",
            "the initiator has left: a colleague stands for them",
            |w| {
                w.configuration("TA").blocked_domains = domains("b.test");
            },
            vec![(EvictFromGroup("(A) A2 B"), "B (groupInitiatorRefused, other, G-08)")],
        ),
        row(
            "G-08",
            "one of two colleagues may: enough",
            |w| {
                w.policy("A2").enable_federation_access = false;
            },
            vec![
                (EvictFromGroup("(A) A2 A3 B"), "nobody"),
                (EvictFromGroup("(A) A3 A2 B"), "nobody"),
                (EvictFromGroup("(A) A2 B"), "B (groupInitiatorRefused, other, G-08)"),
            ],
        ),
        row(
            "G-08",
            "nobody of the initiator's home is left: every pair counts",
            |w| {
                w.configuration("TB").blocked_domains = domains("c.test");
            },
            vec![
                (EvictFromGroup("A B C"), "nobody"),
                (EvictFromGroup("(A) B C"), "B (groupPairRefused, own, G-11)"),
            ],
        ),
        row(
            "Q-32",
            "whose going makes others go",
            |w| {
                w.policy("A").federated_bilateral_chats = true;
                w.configuration("TB").blocked_domains = domains("c.test");
            },
            vec![(
                EvictFromGroup("A B C"),
                "A (bilateralLimit, own, A-37), B (groupPairRefused, own, G-11)",
            )],
        ),
    ]
}

fn files() -> Vec<Row> {
    let enabled: fn(&mut World) = |w| w.someone("A").rights.file_sharing = true;
    vec![
        row(
            "T-240",
            "A's files policy Disabled",
            |_| {},
            vec![(Share("A", "A B"), "deny featureOff, own, A-89"), (Share("A", "A A2"), "allow")],
        ),
        row(
            "T-241",
            "enabled",
            enabled,
            vec![
                (Share("A", "A B"), "allow"),
                (Share("A", "A B P"), "deny featureOff, request, S-05"),
            ],
        ),
        row(
            "T-242",
            "enabled",
            enabled,
            vec![
                (Share("P", "A P"), "deny featureOff, request, U-72"),
                (Share("P", "P A"), "deny featureOff, request, U-72"),
            ],
        ),
        row(
            "T-246",
            "a chat that P started: people of organisations see images, and send none",
            |_| {},
            vec![
                (ShowImage("A", "P"), "deny featureOff, request, T-246"),
                (ShowImage("P", "P"), "allow"),
                (ShowImage("P", "A"), "allow"),
                (ShowImage("A", "A"), "allow"),
                (ShowImage("B", "A"), "allow"),
            ],
        ),
        row(
            "Q-30",
            "enabled, not accepted yet",
            |w| {
                w.someone("A").rights.file_sharing = true;
                w.request = SendRequest { pending_sent: Some(1), ..SendRequest::default() };
            },
            vec![(Share("A", "A B"), "deny featureOff, request, Q-30")],
        ),
    ]
}
