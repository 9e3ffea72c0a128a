//! Sections 6.3 and 6.4: organisations and personal accounts; people without an account.

use visavis_policy::facts::{AddressKind, Consent};
use visavis_policy::settings::AllowedDomains;
use visavis_policy::standing::SendRequest;

use crate::Act::{Find, Invite, Send, Start, StartBy};
use crate::world::{World, domains};
use crate::{Row, elsewhere, row};

/// The rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = switches();
    rows.extend(lists_and_privacy());
    rows.extend(unregistered());
    rows
}

fn switches() -> Vec<Row> {
    let inbound_off: fn(&mut World) = |w| {
        w.configuration("TA").allow_teams_consumer_inbound = false;
    };
    let user_inbound_off: fn(&mut World) = |w| {
        w.policy("A").enable_teams_consumer_inbound = false;
    };
    vec![
        row("T-060", "-", |_| {}, vec![(Start("A", "P"), "gate")]),
        row("T-061", "-", |_| {}, vec![(StartBy("A", "P", AddressKind::Phone), "gate")]),
        row("T-062", "-", |_| {}, vec![(Start("P", "A"), "gate")]),
        row(
            "T-063",
            "P types a part of A's address",
            |_| {},
            vec![
                (Find("P", "NB"), "deny notFound, other, S-12"),
                (Find("P", "N"), "deny notFound, other, S-12"),
            ],
        ),
        row(
            "T-064",
            "TA.AllowTeamsConsumer=false",
            |w| {
                w.configuration("TA").allow_teams_consumer = false;
            },
            vec![
                (Start("A", "P"), "deny orgConsumerOff, own, A-07"),
                (Start("P", "A"), "deny orgConsumerOff, other, A-07"),
                (Find("P", "A"), "deny orgConsumerOff, other, A-07"),
            ],
        ),
        row(
            "T-065",
            "TA.AllowTeamsConsumerInbound=false",
            inbound_off,
            vec![(Start("A", "P"), "gate")],
        ),
        row(
            "T-066",
            "TA.AllowTeamsConsumerInbound=false",
            inbound_off,
            vec![
                (Start("P", "A"), "deny orgConsumerInboundOff, other, A-08"),
                (Find("P", "A"), "deny orgConsumerInboundOff, other, A-08"),
            ],
        ),
        row(
            "T-068",
            "A policy Access=false, tenant true",
            |w| {
                w.policy("A").enable_teams_consumer_access = false;
            },
            vec![
                (Start("A", "P"), "deny userConsumerOff, own, A-34"),
                (Start("P", "A"), "deny userConsumerOff, other, A-34"),
            ],
        ),
        row(
            "T-069",
            "A policy Inbound=false, tenant true",
            user_inbound_off,
            vec![
                (Start("A", "P"), "gate"),
                (Start("P", "A"), "deny userConsumerInboundOff, other, A-35"),
            ],
        ),
        row(
            "T-070",
            "A policy Inbound=false; colleague A2 default",
            user_inbound_off,
            vec![(Start("P", "A2"), "gate")],
        ),
    ]
}

fn lists_and_privacy() -> Vec<Row> {
    vec![
        row(
            "T-073",
            "TA AllowList={b.test} (no mail domain of P)",
            |w| {
                w.configuration("TA").allowed_domains =
                    AllowedDomains::AllowList { domains: domains("b.test") };
            },
            vec![(Start("A", "P"), "gate")],
        ),
        row(
            "T-074",
            "TA BlockedDomains={outlook.com}, P=p@outlook.com",
            |w| {
                w.configuration("TA").blocked_domains = domains("outlook.com");
            },
            vec![(Start("A", "P"), "gate")],
        ),
        row(
            "T-075",
            "TA.AllowFederatedUsers=false, Consumer=true",
            |w| {
                w.configuration("TA").allow_federated_users = false;
            },
            vec![(Start("A", "P"), "gate")],
        ),
        row(
            "T-076",
            "A-09 true, P not in extended directory",
            |w| {
                w.configuration("TA").restrict_teams_consumer_to_external_user_profiles = true;
            },
            vec![(Start("A", "P"), "deny directoryRestricted, own, A-09")],
        ),
        row(
            "T-077",
            "A-09 true, P in directory",
            |w| {
                w.configuration("TA").restrict_teams_consumer_to_external_user_profiles = true;
                w.someone("P").in_extended_directory = true;
            },
            vec![(Start("A", "P"), "gate")],
        ),
        row(
            "T-078",
            "P e-mail discoverability off, never chatted",
            |w| {
                w.someone("P").privacy.discoverable_by_email = false;
            },
            vec![
                (Start("A", "P"), "deny notDiscoverable, other, U-80"),
                (StartBy("A", "P", AddressKind::Phone), "gate"),
                (StartBy("A", "P", AddressKind::Id), "gate"),
                (Invite("A", "P"), "gate, seen by the sender only"),
            ],
        ),
        row(
            "T-080",
            "P all off, already accepted chat with A",
            |w| {
                let privacy = &mut w.someone("P").privacy;
                privacy.discoverable_by_email = false;
                privacy.discoverable_by_phone = false;
                w.answer("A", "P", Consent::Accepted);
            },
            vec![(Send("A", "A P"), "allow"), (Start("A", "P"), "allow")],
        ),
        row(
            "T-081",
            "P is a minor",
            |w| {
                w.someone("P").privacy.is_minor = true;
            },
            vec![(Find("A", "P"), "deny notFound, other, U-88")],
        ),
        row(
            "T-083",
            "P blocked A",
            |w| {
                w.blocks.insert(("P", "A"));
                w.answer("A", "P", Consent::Accepted);
            },
            vec![(Send("A", "A P"), "deny personBlocked, other, U-40")],
        ),
        row(
            "T-083",
            "P blocked A before accepting: nothing shows until the cap",
            |w| {
                w.blocks.insert(("P", "A"));
                w.answer("A", "P", Consent::Requested { sent: 3 });
                w.request = SendRequest { pending_sent: Some(3), ..SendRequest::default() };
            },
            vec![
                (Send("A", "A P"), "allow, seen by the sender only"),
                (Start("A", "P"), "gate, seen by the sender only"),
                (Find("A", "P"), "allow"),
            ],
        ),
        row(
            "T-085",
            "chat initiated by P and accepted earlier; TA turns Inbound off",
            |w| {
                w.answer("P", "A", Consent::Accepted);
                w.configuration("TA").allow_teams_consumer_inbound = false;
                w.policy("A").enable_teams_consumer_inbound = false;
            },
            vec![(Send("P", "P A"), "allow"), (Send("A", "P A"), "allow")],
        ),
        row(
            "T-086",
            "government/isolated deployment profile",
            |w| {
                w.someone("A").rights.is_isolated = true;
                w.accept_all();
            },
            vec![
                (Find("A", "P"), "deny featureOff, own, S-07"),
                (Start("A", "P"), "deny featureOff, own, S-07"),
                (Start("P", "A"), "deny featureOff, other, S-07"),
                (Send("A", "A P"), "deny featureOff, own, S-07"),
            ],
        ),
    ]
}

fn unregistered() -> Vec<Row> {
    vec![
        row("T-090", "N has no account", |_| {}, vec![(Invite("A", "N"), "gate")]),
        row(
            "T-091",
            "phone only",
            |w| {
                w.someone("N").addresses = vec!["+49 30 901820".parse().unwrap()];
            },
            vec![(Invite("A", "N"), "gate")],
        ),
        elsewhere(
            "T-092",
            "N registers with that address and signs in",
            "invitations, to be built",
        ),
        elsewhere("T-093", "N registers with a different address", "invitations, to be built"),
        row(
            "T-094",
            "TA.AllowTeamsConsumer=false",
            |w| {
                w.configuration("TA").allow_teams_consumer = false;
            },
            vec![(Invite("A", "N"), "deny orgConsumerOff, own, A-07")],
        ),
        row(
            "T-096",
            "address belongs to a managed org that refuses A",
            |w| {
                w.configuration("TB").allow_federated_users = false;
            },
            vec![
                (Invite("A", "B"), "deny notFound, other, U-03"),
                (Invite("A", "NB"), "deny notFound, other, U-03"),
            ],
        ),
        row(
            "T-097",
            "ten messages while pending",
            |w| {
                w.answer("A", "P", Consent::Requested { sent: 10 });
                w.request = SendRequest { pending_sent: Some(10), ..SendRequest::default() };
            },
            vec![(Send("A", "A P"), "deny pendingCap, request, S-20")],
        ),
        elsewhere("T-098", "same N invited by A and B", "invitations, to be built"),
        elsewhere("T-099", "invitee token used twice / expired", "invitations, to be built"),
    ]
}
