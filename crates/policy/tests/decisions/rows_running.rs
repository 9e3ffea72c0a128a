//! Section 6.6: settings change while a chat exists.

use visavis_policy::facts::Consent;

use crate::Act::{EvictFromGroup, EvictFromPair, RemoveAccess, Send, SendToGroup, Start};
use crate::world::{World, domains};
use crate::{Row, elsewhere, row};

/// The rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = vec![
        row(
            "T-140",
            "accepted 1:1 A-B; TA.AllowFederatedUsers -> false",
            |w| {
                w.answer("A", "B", Consent::Accepted);
                w.configuration("TA").allow_federated_users = false;
            },
            vec![
                (Send("A", "A B"), "deny orgFederationOff, own, A-01"),
                (Send("B", "A B"), "deny peerFederationOff = orgFederationOff, other, A-01"),
                (EvictFromPair("A B"), "nobody"),
            ],
        ),
        row(
            "T-141",
            "T-140; set true again",
            |w| w.answer("A", "B", Consent::Accepted),
            vec![(Send("A", "A B"), "allow"), (Start("A", "B"), "allow")],
        ),
        row(
            "T-142",
            "accepted 1:1 A-P; TA.AllowTeamsConsumer -> false",
            |w| {
                w.answer("A", "P", Consent::Accepted);
                w.configuration("TA").allow_teams_consumer = false;
            },
            vec![
                (Send("A", "A P"), "deny orgConsumerOff, own, A-07"),
                (Send("P", "A P"), "deny orgConsumerOff, other, A-07"),
                (EvictFromPair("A P"), "nobody"),
            ],
        ),
        row(
            "T-142",
            "the same in a group",
            |w| {
                w.configuration("TA").allow_teams_consumer = false;
            },
            vec![
                (EvictFromGroup("A A2 P"), "P (orgConsumerOff, other, A-07)"),
                (
                    EvictFromGroup("B A P Q"),
                    "P (orgConsumerOff, other, A-07), \
                Q (orgConsumerOff, other, A-07)",
                ),
            ],
        ),
        row(
            "T-143",
            "group {A, A2, P}; A policy Access=false",
            |w| {
                w.policy("A").enable_teams_consumer_access = false;
            },
            vec![
                (EvictFromGroup("A A2 P"), "A (userConsumerOff, own, A-34)"),
                (SendToGroup("A", "A A2 P"), "deny userConsumerOff, own, A-34"),
                (SendToGroup("P", "A A2 P"), "allow"),
                (EvictFromGroup("A P"), "P (userConsumerOff, other, A-34)"),
            ],
        ),
    ];
    rows.extend(groups());
    rows.extend(removals());
    rows
}

fn groups() -> Vec<Row> {
    let block_c: fn(&mut World) = |w| {
        w.configuration("TA").blocked_domains = domains("c.test");
    };
    vec![
        row(
            "T-144",
            "group {A, B, C} started by A; TA blocks c.test",
            block_c,
            vec![
                (EvictFromGroup("A B C"), "C (groupInitiatorRefused, other, G-08)"),
                (SendToGroup("C", "A B C"), "deny groupInitiatorRefused, other, G-08"),
                (SendToGroup("A", "A B C"), "allow"),
            ],
        ),
        row(
            "T-145",
            "same, started by B; TA blocks c.test",
            block_c,
            vec![(EvictFromGroup("B A C"), "nobody")],
        ),
        row(
            "T-148",
            "TB turns trial-only, TA Blocked",
            |w| w.try_out("TB"),
            vec![
                (EvictFromPair("A B"), "B (trialBlocked, other, A-10)"),
                (EvictFromPair("B A"), "B (trialBlocked, other, A-10)"),
                (EvictFromGroup("A B C"), "B (trialBlocked, other, A-10)"),
                (EvictFromGroup("B A"), "B (trialBlocked, other, A-10)"),
                (Send("A", "A B"), "deny trialBlocked, own, A-10"),
            ],
        ),
        row(
            "T-149",
            "B put on TA block list",
            |w| {
                let configuration = w.configuration("TA");
                configuration.block_external_user_access = true;
                configuration.blocked_users = vec!["b@b.test".parse().unwrap()];
            },
            vec![
                (EvictFromPair("A B"), "B (orgBlockedUser, other, A-60)"),
                (EvictFromGroup("C A B B2"), "B (orgBlockedUser, other, A-60)"),
                (EvictFromGroup("C B B2"), "nobody"),
            ],
        ),
        elsewhere("T-150", "B taken off the list", "evicting is final: app"),
        row(
            "T-151",
            "A gets bilateral policy, member of {A, B, C}",
            |w| {
                w.policy("A").federated_bilateral_chats = true;
            },
            vec![
                (EvictFromGroup("A B C"), "A (bilateralLimit, own, A-37)"),
                (EvictFromGroup("B C A A2"), "A (bilateralLimit, own, A-37)"),
                (EvictFromGroup("A B P"), "A (bilateralLimit, own, A-37)"),
                (EvictFromGroup("A A2 B B2"), "nobody"),
                (EvictFromGroup("A P Q"), "nobody"),
            ],
        ),
    ]
}

fn removals() -> Vec<Row> {
    vec![
        row(
            "T-154",
            "removed A opens chat: cannot send; the rest is shown by app",
            |_| {},
            vec![(SendToGroup("A", "B C"), "deny notMember, request, A-141")],
        ),
        row(
            "T-156",
            "admin calls remove-access for own user A",
            |_| {},
            vec![(RemoveAccess("A2", "A"), "allow")],
        ),
        row(
            "T-157",
            "admin of TB calls it for A",
            |_| {},
            vec![(RemoveAccess("B", "A"), "deny noPermission, request, P-54")],
        ),
        row("T-158", "T-156, B messages A anew", |_| {}, vec![(Start("B", "A"), "gate")]),
        row(
            "T-159",
            "barrier now between A and A2 with 1:1 chat",
            |w| {
                w.barriers.push(("A", "A2"));
            },
            vec![
                (Send("A", "A A2"), "deny barrier, own, C-63"),
                (Send("A2", "A A2"), "deny barrier, own, C-63"),
                (EvictFromPair("A A2"), "nobody"),
            ],
        ),
    ]
}
