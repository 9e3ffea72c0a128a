//! The organisation's audit trail.

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::page::PageRequest;
use visavis_app::trail::{self, TrailChain, TrailQuery};
use visavis_app::view::Page;
use visavis_app::{AuditEntry, VerifyReport};
use visavis_domain::audit::{AuditId, AuditKind};
use visavis_domain::id::{AccountId, ChatId};
use visavis_domain::limit::ADMIN_PAGE_ENTRIES_MAX;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, PathKey};
use crate::filter::{self, Operator, Term};
use crate::odata::{Collection, Digits, Moment};
use crate::query::{
    Ask, Options, equals, invalid_filter, not_after, not_before, unsupported_filter,
};

const SET: &str = "admin/teams/externalAccess/auditEvents";
const PAGE_ENTRIES_USUAL: usize = 100;
const POSSIBLE_FILTERS: &str = "The trail can be filtered by `activityDateTime` with gt, ge, lt \
     and le, by `kind eq`, `actorId eq`, `chatId eq` and \
     `participants/members/any(m: m/id eq '…')`, joined by and.";

/// Two people may take part in one chat, so that comparing with both is not for nothing.
const ONE_PARTICIPANT: &str = "It can name one participant.";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(audit_list))
        .routes(routes!(audit_verify))
        .routes(routes!(audit_get))
}

/// An entry of the trail. It never has what a message says.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = auditEvent)]
pub struct AuditWire<'a> {
    /// Its place in its chain, and the chain.
    id: String,
    #[schema(value_type = String, format = DateTime)]
    activity_date_time: Moment,
    /// `ChatCreated`, `MessageSent`, `TeamsTenantSettingChanged`, …
    kind: String,
    /// Who did it; nobody for what the terms did by themselves.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    actor_id: Option<AccountId>,
    /// From where somebody of the own organisation acted.
    #[schema(required)]
    ip_address: Option<String>,
    /// The chat in whose chain it stands; none for administrative acts.
    #[schema(required, value_type = Option<String>)]
    chat_id: Option<&'a ChatId>,
    #[schema(required, value_type = Option<String>)]
    message_id: Option<Digits>,
    /// Further facts.
    #[schema(required, value_type = Option<Object>)]
    detail: Option<&'a RawValue>,
    /// Who took part: domains and identities.
    #[schema(required, value_type = Option<Object>)]
    participants: Option<&'a RawValue>,
    /// Where it stands in its chain, from 1.
    sequence: i64,
    /// SHA-256 over it and everything before it in its chain.
    hash: String,
}

/// What the verification of the trail found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = auditVerification)]
struct VerificationWire {
    is_intact: bool,
    chains: u64,
    entries: u64,
    /// The first entry that is not as it was written.
    #[schema(required)]
    first_broken: Option<BrokenWire>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = brokenAuditEvent)]
struct BrokenWire {
    #[schema(required)]
    chat_id: Option<String>,
    sequence: i64,
    description: String,
}

/// The entry on the wire: the same bytes for a fetch and for a notification.
#[must_use]
pub fn audit_wire(entry: &AuditEntry) -> AuditWire<'_> {
    let record = &entry.record;
    AuditWire {
        id: entry.id().to_string(),
        activity_date_time: Moment(record.at),
        kind: record.kind.as_str(),
        actor_id: record.actor,
        ip_address: record.client.map(|client| client.to_string()),
        chat_id: entry.chat.as_ref(),
        message_id: record.message.map(|id| Digits(id.0)),
        detail: raw(Some(&record.detail)),
        participants: raw(entry.context.as_deref()),
        sequence: entry.seq,
        hash: entry.hash.to_hex(),
    }
}

/// JSON as it was stored; none when it is empty.
fn raw(text: Option<&str>) -> Option<&RawValue> {
    text.filter(|text| !text.is_empty()).and_then(|text| serde_json::from_str(text).ok())
}

fn query(options: &Options) -> Result<TrailQuery, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken, Ask::Filter])?;
    let top = options.top(PAGE_ENTRIES_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let mut query = TrailQuery {
        from: None,
        to: None,
        kind: None,
        actor: None,
        participant: None,
        chain: None,
        page,
    };
    let terms = match &options.filter {
        None => Vec::new(),
        Some(filter) => filter.conjunction().ok_or_else(|| unsupported_filter(POSSIBLE_FILTERS))?,
    };
    for term in terms {
        narrow(&mut query, term)?;
    }
    Ok(query)
}

fn narrow(query: &mut TrailQuery, term: &Term) -> Result<(), ApiError> {
    let refuse = || unsupported_filter(POSSIBLE_FILTERS);
    let moment = || filter::moment(&term.value).map_err(|error| invalid_filter(&error));
    match (term.path.as_str(), term.operator) {
        ("activityDateTime", Operator::GreaterOrEqual) => not_before(&mut query.from, moment()?),
        ("activityDateTime", Operator::Greater) => {
            not_before(&mut query.from, moment()?.plus_ms(1))
        }
        ("activityDateTime", Operator::Less) => not_after(&mut query.to, moment()?.plus_ms(-1)),
        ("activityDateTime", Operator::LessOrEqual) => not_after(&mut query.to, moment()?),
        ("kind", Operator::Equal) => {
            let kind = AuditKind::from_name(term.value.as_str());
            equals(&mut query.kind, kind.ok_or_else(refuse)?, &term.path)?;
        }
        ("actorId", Operator::Equal) => {
            let actor = term.value.as_str().parse();
            equals(&mut query.actor, actor.map_err(|_invalid| refuse())?, &term.path)?;
        }
        ("participants/members/any/id", Operator::Equal) => {
            let participant = term.value.as_str().parse();
            let participant = participant.map_err(|_invalid| refuse())?;
            if query.participant.is_some_and(|other| other != participant) {
                return Err(unsupported_filter(ONE_PARTICIPANT));
            }
            query.participant = Some(participant);
        }
        ("chatId", Operator::Equal) => {
            let chat = term.value.as_str().parse();
            let chain = TrailChain::Chat(chat.map_err(|_invalid| refuse())?);
            equals(&mut query.chain, chain, &term.path)?;
        }
        _ => return Err(refuse()),
    }
    Ok(())
}

fn verification_wire(report: &VerifyReport) -> VerificationWire {
    VerificationWire {
        is_intact: report.first_broken.is_none(),
        chains: report.chains,
        entries: report.entries,
        first_broken: report.first_broken.as_ref().map(|broken| BrokenWire {
            chat_id: broken.chat.as_ref().map(ToString::to_string),
            sequence: broken.seq,
            description: broken.to_string(),
        }),
    }
}

/// The organisation's trail, newest first.
///
/// A page of a filtered list looks at so many entries: it may be empty and still have a next one.
#[utoipa::path(get, path = "/v1.0/admin/teams/externalAccess/auditEvents", tag = "audit",
    params(crate::open_api::PageParameters,
        ("$filter" = Option<String>, Query, description = POSSIBLE_FILTERS)),
    responses((status = 200, body = Collection<AuditWire<'static>>), Errors))]
async fn audit_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    let query = query(&options)?;
    let Page { items, next } = call.read(move |tx, ctx| trail::list(tx, ctx, &query)).await?;
    let items = items.iter().map(audit_wire).collect();
    Ok(call.shape.page(SET, Page { items, next }, &options))
}

impl PathKey for AuditId {
    fn from_segment(text: &str) -> Result<Self, ApiError> {
        text.parse().map_err(|_other| ApiError::not_found())
    }
}

/// Read one entry of the organisation's trail.
#[utoipa::path(get, path = "/v1.0/admin/teams/externalAccess/auditEvents/{event_id}",
    tag = "audit", params(("event_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = AuditWire<'static>), Errors))]
async fn audit_get(
    call: Call,
    Key(id): Key<AuditId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let entry = call.read(move |tx, ctx| trail::get(tx, ctx, &id)).await?;
    Ok(call.shape.selected(SET, &audit_wire(&entry), &options))
}

/// Prove that the organisation's trail is as it was written, or name the first entry that is not.
///
/// One at a time for each organisation; a further one is answered 429.
#[utoipa::path(get, path = "/v1.0/admin/teams/externalAccess/auditEvents/verification",
    tag = "audit", responses((status = 200, body = VerificationWire), Errors))]
async fn audit_verify(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let report = call.state.app.verify_trail(call.caller.clone()).await?;
    Ok(call.shape.entity(StatusCode::OK, SET, &verification_wire(&report)))
}
