//! Section 6.5: requests and messages.

use visavis_policy::facts::Consent;
use visavis_policy::standing::SendRequest;

use crate::Act::{Accept, Send, Start};
use crate::world::World;
use crate::{Row, elsewhere, row};

fn pending(world: &mut World, sent: u32) {
    world.answer("P", "A", Consent::Requested { sent });
    world.request = SendRequest { pending_sent: Some(sent), ..SendRequest::default() };
}

/// The rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = vec![
        elsewhere("T-110", "request from P to A, not previewed", "what a request shows: app"),
        elsewhere("T-111", "pending, A previews", "what a preview shows: app"),
        row("T-112", "pending, previewed", |w| pending(w, 1), vec![(Accept("A", "P"), "allow")]),
        row(
            "T-113",
            "pending; A blocks",
            |w| {
                pending(w, 1);
                w.blocks.insert(("A", "P"));
            },
            vec![
                (Send("P", "P A"), "allow, seen by the sender only"),
                (Start("P", "A"), "gate, seen by the sender only"),
                (Accept("A", "P"), "deny personBlocked, own, U-40"),
            ],
        ),
        row(
            "T-113",
            "pending; A blocks; P changes a message, which counts nothing",
            |w| {
                w.answer("P", "A", Consent::Requested { sent: 1 });
                w.blocks.insert(("A", "P"));
            },
            vec![(Send("P", "P A"), "allow, seen by the sender only")],
        ),
        row(
            "T-113",
            "pending; A declines",
            |w| {
                pending(w, 1);
                w.answer("P", "A", Consent::Declined);
            },
            vec![(Send("P", "P A"), "allow, seen by the sender only")],
        ),
        elsewhere("T-114", "pending for 90 days", "nothing here knows a time"),
        row("T-115", "pending, nine sent", |w| pending(w, 9), vec![(Send("P", "P A"), "allow")]),
        row(
            "T-116",
            "pending, ten sent",
            |w| pending(w, 10),
            vec![(Send("P", "P A"), "deny pendingCap, request, S-20")],
        ),
        row(
            "T-118",
            "cap reached; P deleted one: sends count, not what is left",
            |w| {
                pending(w, 10);
            },
            vec![(Send("P", "P A"), "deny pendingCap, request, S-20")],
        ),
        row(
            "T-119",
            "pending; A replies without accepting",
            |w| {
                w.answer("P", "A", Consent::Requested { sent: 1 });
                w.request =
                    SendRequest { sender_has_unanswered_request: true, ..SendRequest::default() };
            },
            vec![(Send("A", "P A"), "deny requestPending, request, S-40")],
        ),
        row(
            "T-120",
            "A previously accepted P, chat deleted by A",
            |w| {
                w.answer("P", "A", Consent::Accepted);
            },
            vec![(Start("P", "A"), "allow"), (Send("P", "P A"), "allow")],
        ),
        row(
            "T-121",
            "A unblocked P",
            |w| w.answer("P", "A", Consent::Accepted),
            vec![(Send("P", "P A"), "allow")],
        ),
        elsewhere("T-123", "presence of A before acceptance", "what is shown: app"),
    ];
    rows.extend(risk_and_content());
    rows
}

fn risk_and_content() -> Vec<Row> {
    vec![
        row(
            "T-124",
            "high-risk sender",
            |_| {},
            vec![
                (Start("F", "G"), "gate, high risk"),
                (Accept("G", "F"), "deny riskNotAcknowledged, request, P-11"),
            ],
        ),
        row(
            "T-124",
            "high-risk sender, previewed and confirmed",
            |w| {
                w.is_risk_acknowledged = true;
            },
            vec![(Accept("G", "F"), "allow")],
        ),
        row(
            "T-125",
            "sender domain fabrikarn.test, own domain fabrikam.test",
            |w| {
                w.someone("Q").addresses = vec!["q@fabrikarn.test".parse().unwrap()];
            },
            vec![
                (Start("F", "G"), "gate, high risk"),
                (Start("Q", "G"), "gate, high risk"),
                (Start("B", "G"), "gate"),
                (Start("F", "B"), "gate"),
            ],
        ),
        elsewhere("T-127", "group request; A declines", "state of the membership: app"),
        elsewhere("T-128", "T-127 with A-82=false", "which button is offered: web client"),
        elsewhere("T-129", "accepted chat, message edited by sender", "messages: app"),
        elsewhere("T-130", "accepted chat, A deletes own message", "messages: app"),
        elsewhere("T-132", "message of 28 KB + 1", "messages: domain"),
    ]
}
