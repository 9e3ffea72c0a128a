//! Every failure on the wire.

use super::*;

fn failures() -> Vec<(String, Failure)> {
    let plain = [
        Failure::NotReachable,
        Failure::NotFound,
        Failure::NoPermission,
        Failure::invalid("members", "Name the members."),
        Failure::DuplicateMember,
        Failure::TooLarge,
        Failure::RiskNotAcknowledged,
        Failure::Conflict("It is there.".to_owned()),
        Failure::PreconditionFailed,
        Failure::TokenUnknown,
        Failure::LimitReached("No more of these.".to_owned()),
        Failure::NotSignedIn,
        Failure::TooMany { retry_after_s: 7 },
        Failure::Store(StoreError::DiskFull),
        Failure::Store(StoreError::ReadOnly),
        Failure::Store(StoreError::Overloaded),
        Failure::Store(StoreError::Closed),
        Failure::Store(StoreError::AddressTaken),
        Failure::Store(StoreError::PrincipalTaken),
        Failure::Store(StoreError::DomainTaken),
        Failure::Store(StoreError::Locked),
        Failure::Store(StoreError::Panicked),
        Failure::Store(StoreError::Corrupt { what: "a secret path".to_owned() }),
        Failure::Store(StoreError::Missing { what: "chat" }),
        Failure::Store(StoreError::NewerSchema { found: 2, known: 1 }),
        Failure::Internal { code: "a-code" },
    ];
    plain.into_iter().map(|failure| (format!("{failure:?}"), failure)).collect()
}

/// Status, the headers that matter, and the envelope.
fn shown(error: &ApiError) -> String {
    let response = error.render("2026-11-22T07:01:10".to_owned(), "r", "c");
    let mut text = response.status().as_u16().to_string();
    for name in [RETRY_AFTER, WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            text.push_str(&format!(" {name}: {}", value.to_str().unwrap()));
        }
    }
    let body = futures_util::FutureExt::now_or_never(axum::body::to_bytes(
        response.into_body(),
        usize::MAX,
    ));
    let body = String::from_utf8(body.unwrap().unwrap().to_vec()).unwrap();
    let ids = r#","date":"2026-11-22T07:01:10","request-id":"r","client-request-id":"c""#;
    let plain_ids = ids.trim_start_matches(',');
    assert!(body.contains(plain_ids), "{body}");
    format!("{text} {}", body.replace(ids, "").replace(plain_ids, ""))
}

#[test]
fn failures_have_their_status_code_and_sentence() {
    let lines: Vec<String> = failures()
        .into_iter()
        .map(|(name, failure)| format!("{name}\n  {}", shown(&failure.into())))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn refusals_have_their_status_and_sentence() {
    let lines: Vec<String> = Reason::ALL
        .iter()
        .map(|reason| {
            let (status, code) = status_of(*reason);
            format!("{reason}: {} {code}: {}", status.as_u16(), sentence(*reason))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// What the layers outside the use cases answer.
fn failures_of_the_edge() -> Vec<ApiError> {
    vec![
        ApiError::invalid("body", "The body is not valid UTF-8."),
        ApiError::unsupported_option("$apply"),
        ApiError::validation_failed("notificationUrl"),
        ApiError::not_found(),
        ApiError::directory_object_not_found(),
        ApiError::unknown_route(),
        ApiError::not_implemented(),
        ApiError::method_not_allowed(),
        ApiError::too_large(1024),
        ApiError::unsupported_media_type(),
        ApiError::not_signed_in(),
        ApiError::not_signed_in_here(),
        ApiError::ambiguous_account(),
        ApiError::wrong_credentials(),
        ApiError::cross_origin(),
        ApiError::feature_off("attachments", "Only messages can be attached so far."),
        ApiError::too_slow(),
        ApiError::not_in_a_batch(),
        ApiError::batch_full(1024),
        ApiError::failed_dependency(),
        ApiError::image_not_found(),
        ApiError::of_status(StatusCode::BAD_REQUEST),
        ApiError::of_status(StatusCode::UPGRADE_REQUIRED),
        ApiError::of_status(StatusCode::BAD_GATEWAY),
    ]
}

#[test]
fn failures_of_the_edge_have_their_status_code_and_sentence() {
    let lines: Vec<String> = failures_of_the_edge().iter().map(shown).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// What is described is also answered: no kind is without a failure above.
#[test]
fn every_kind_of_failure_is_shown() {
    let inner = failures().into_iter().map(|(_name, failure)| ApiError::from(failure));
    let shown: Vec<ApiError> = inner.chain(failures_of_the_edge()).collect();
    for kind in Kind::ALL {
        let Known { status, code, inner, .. } = kind.known();
        let is_it = |error: &ApiError| {
            (error.status, error.code, error.detail.reason) == (status, code, inner)
        };
        assert!(shown.iter().any(is_it), "{kind:?}");
    }
}

#[test]
fn nothing_of_the_inside_is_told() {
    for (_name, failure) in failures() {
        let text = shown(&failure.into());
        assert!(!text.contains("secret") && !text.contains("a-code"), "{text}");
    }
}

#[test]
fn unknown_and_unreachable_cannot_be_told_apart() {
    let unreachable = shown(&Failure::NotReachable.into());
    assert!(unreachable.contains("notReachable"));
    assert!(!unreachable.contains("ruleId") && !unreachable.contains("side"));
}

#[test]
fn failures_are_told_in_sentences() {
    for (failure, sentence) in [
        (Failure::invalid("name", "must not be empty"), "`name` must not be empty."),
        (Failure::invalid("topic", "The topic is long."), "The topic is long."),
        (Failure::invalid("body", "unknown properties: a"), "Unknown properties: a."),
        (Failure::LimitReached("you may have 3".to_owned()), "You may have 3."),
        (Failure::Conflict("There is one.".to_owned()), "There is one."),
    ] {
        assert_eq!(ApiError::from(failure).message, sentence);
    }
}
