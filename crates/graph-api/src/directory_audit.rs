//! The administrative part of the organisation's trail, in the words of Graph's `directoryAudits`.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::AuditEntry;
use visavis_app::page::PageRequest;
use visavis_app::trail::{self, TrailChain, TrailQuery};
use visavis_app::view::Page;
use visavis_domain::audit::AuditKind;
use visavis_domain::id::AccountId;
use visavis_domain::limit::ADMIN_PAGE_ENTRIES_MAX;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::Call;
use crate::filter::{self, Operator};
use crate::odata::{Collection, Moment, Null};
use crate::query::{
    Ask, Options, equals, invalid_filter, not_after, not_before, unsupported_filter,
};

const SET: &str = "auditLogs/directoryAudits";
const PAGE_ENTRIES_USUAL: usize = 100;
const POSSIBLE_FILTERS: &str = "They can be filtered by `activityDateTime` with gt, ge, lt and le, \
     and by `activityDisplayName eq`, joined by and.";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(directory_audit_list))
}

/// An administrative act: Graph's `directoryAudit`. What Graph would have and the trail has not is
/// null.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = directoryAudit)]
struct DirectoryAuditWire {
    /// The same as of the entry among the `auditEvents`.
    id: String,
    #[schema(value_type = String, format = DateTime)]
    activity_date_time: Moment,
    /// The kind of entry: `DirectoryChanged`, `PolicyAssigned`, …
    activity_display_name: String,
    /// `UserManagement`, `Policy`, `Authentication` or `Other`.
    category: &'static str,
    #[schema(required, value_type = Option<String>)]
    correlation_id: Null,
    logged_by_service: &'static str,
    /// `Add`, `Update`, `Delete`, `Assign` or `Other`.
    operation_type: &'static str,
    /// `success`: what was refused is in no trail.
    result: &'static str,
    result_reason: &'static str,
    initiated_by: InitiatedBy,
    target_resources: Vec<TargetResource>,
    additional_details: Vec<KeyValue>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = auditActivityInitiator)]
struct InitiatedBy {
    #[schema(required)]
    user: Option<Initiator>,
    #[schema(required, value_type = Option<String>)]
    app: Null,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = auditUserIdentity)]
struct Initiator {
    #[schema(value_type = String)]
    id: AccountId,
    #[schema(required)]
    ip_address: Option<String>,
    #[schema(required, value_type = Option<String>)]
    user_principal_name: Null,
    #[schema(required, value_type = Option<String>)]
    display_name: Null,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = targetResource)]
struct TargetResource {
    #[schema(required)]
    id: Option<String>,
    #[schema(required, value_type = Option<String>)]
    display_name: Null,
    /// `User`, `Group`, `Policy`, `Subscription` or `Directory`.
    r#type: &'static str,
    modified_properties: Vec<ModifiedProperty>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = modifiedProperty)]
struct ModifiedProperty {
    display_name: String,
    /// JSON.
    #[schema(required)]
    old_value: Option<String>,
    /// JSON.
    #[schema(required)]
    new_value: Option<String>,
}

/// A further fact of the entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = keyValue)]
struct KeyValue {
    key: String,
    /// JSON, or a text as it is.
    value: String,
}

const fn category(kind: AuditKind) -> &'static str {
    match kind {
        AuditKind::DirectoryChanged => "UserManagement",
        AuditKind::TeamsTenantSettingChanged
        | AuditKind::PolicyChanged
        | AuditKind::PolicyAssigned => "Policy",
        AuditKind::TokenChanged => "Authentication",
        AuditKind::SubscriptionChanged => "ApplicationManagement",
        _ => "Other",
    }
}

/// What was done, from the facts that the entry has.
fn operation(kind: AuditKind, detail: &Value) -> &'static str {
    let has = |name: &str| detail.get(name).is_some();
    let act = detail.get("act").and_then(Value::as_str).unwrap_or_default();
    match kind {
        AuditKind::PolicyAssigned => "Assign",
        AuditKind::TeamsTenantSettingChanged => "Update",
        AuditKind::PolicyChanged if act == "created" => "Add",
        AuditKind::PolicyChanged if act == "removed" => "Delete",
        AuditKind::PolicyChanged => "Update",
        AuditKind::DirectoryChanged if has("created") || has("founded") => "Add",
        AuditKind::DirectoryChanged => "Update",
        AuditKind::SubscriptionChanged if has("subscriptionMade") => "Add",
        AuditKind::SubscriptionChanged if has("subscriptionChanged") => "Update",
        AuditKind::SubscriptionChanged => "Delete",
        _ => "Other",
    }
}

/// Whom or what the entry is about. The names are those under which the trail keeps it.
fn target(detail: &Value) -> (Option<String>, &'static str) {
    let text = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
    let people =
        ["person", "created", "changed", "passwordSet", "addressAdded", "tokenMadeFor", "exported"];
    let found = people.iter().find_map(|name| text(name)).map(|id| (id, "User"));
    let groups = ["group", "groupCreated", "groupRenamed", "groupDeleted"];
    let found = found.or_else(|| groups.iter().find_map(|name| text(name)).map(|id| (id, "Group")));
    let found = found.or_else(|| text("policy").map(|id| (id, "Policy")));
    let subscriptions = ["subscriptionMade", "subscriptionChanged", "subscriptionRemoved"];
    let subscription = || subscriptions.iter().find_map(|name| text(name));
    let found = found.or_else(|| subscription().map(|id| (id, "Subscription")));
    match found {
        Some((id, kind)) => (Some(id), kind),
        None => (None, "Directory"),
    }
}

/// What changed, property by property, where the entry says so.
fn modified(detail: &Value) -> Vec<ModifiedProperty> {
    let properties = detail.get("modifiedProperties").and_then(Value::as_object);
    let json = |value: &Value, name: &str| value.get(name).map(ToString::to_string);
    let each = properties.into_iter().flatten();
    each.map(|(name, change)| ModifiedProperty {
        display_name: name.clone(),
        old_value: json(change, "old"),
        new_value: json(change, "new"),
    })
    .collect()
}

fn details(detail: &Value) -> Vec<KeyValue> {
    let facts = detail.as_object().into_iter().flatten();
    facts
        .filter(|(key, _value)| *key != "modifiedProperties")
        .map(|(key, value)| KeyValue {
            key: key.clone(),
            value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        })
        .collect()
}

fn wire(entry: &AuditEntry) -> DirectoryAuditWire {
    let record = &entry.record;
    let detail: Value = serde_json::from_str(&record.detail).unwrap_or_default();
    let (id, kind) = target(&detail);
    DirectoryAuditWire {
        id: entry.id().to_string(),
        activity_date_time: Moment(record.at),
        activity_display_name: record.kind.as_str(),
        category: category(record.kind),
        correlation_id: Null,
        logged_by_service: "Visavis",
        operation_type: operation(record.kind, &detail),
        result: "success",
        result_reason: "",
        initiated_by: InitiatedBy {
            user: record.actor.map(|id| Initiator {
                id,
                ip_address: record.client.map(|client| client.to_string()),
                user_principal_name: Null,
                display_name: Null,
            }),
            app: Null,
        },
        target_resources: vec![TargetResource {
            id,
            display_name: Null,
            r#type: kind,
            modified_properties: modified(&detail),
        }],
        additional_details: details(&detail),
    }
}

fn query(options: &Options) -> Result<TrailQuery, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken, Ask::Filter, Ask::OrderBy])?;
    let refuse = || unsupported_filter(POSSIBLE_FILTERS);
    if let Some(order) = &options.order_by
        && (order.property != "activityDateTime" || !order.is_descending)
    {
        let words = "Acts are listed by `activityDateTime desc`.";
        return Err(ApiError::invalid("$orderby", words));
    }
    let top = options.top(PAGE_ENTRIES_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let chain = Some(TrailChain::Administration);
    let mut query = TrailQuery {
        from: None,
        to: None,
        kind: None,
        actor: None,
        participant: None,
        chain,
        page,
    };
    let terms = match &options.filter {
        None => Vec::new(),
        Some(filter) => filter.conjunction().ok_or_else(refuse)?,
    };
    for term in terms {
        let moment = || filter::moment(&term.value).map_err(|error| invalid_filter(&error));
        match (term.path.as_str(), term.operator) {
            ("activityDateTime", Operator::GreaterOrEqual) => {
                not_before(&mut query.from, moment()?)
            }
            ("activityDateTime", Operator::Greater) => {
                not_before(&mut query.from, moment()?.plus_ms(1))
            }
            ("activityDateTime", Operator::Less) => not_after(&mut query.to, moment()?.plus_ms(-1)),
            ("activityDateTime", Operator::LessOrEqual) => not_after(&mut query.to, moment()?),
            ("activityDisplayName", Operator::Equal) => {
                let kind = AuditKind::from_name(term.value.as_str());
                equals(&mut query.kind, kind.ok_or_else(refuse)?, &term.path)?;
            }
            _ => return Err(refuse()),
        }
    }
    Ok(query)
}

/// Administrative acts of the organisation, newest first, for its administrators.
#[utoipa::path(get, path = "/v1.0/auditLogs/directoryAudits", tag = "audit",
    params(crate::open_api::PageParameters,
        ("$filter" = Option<String>, Query, description = POSSIBLE_FILTERS),
        ("$orderby" = Option<String>, Query,
            description = "`activityDateTime desc`, which is the usual one.")),
    responses((status = 200, body = Collection<DirectoryAuditWire>), Errors))]
async fn directory_audit_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    let query = query(&options)?;
    let Page { items, next } = call.read(move |tx, ctx| trail::list(tx, ctx, &query)).await?;
    let items = items.iter().map(wire).collect();
    Ok(call.shape.page(SET, Page { items, next }, &options))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_say_what_was_done_to_whom() {
        for (kind, detail, expected) in [
            (AuditKind::DirectoryChanged, json!({"created": "1"}), ("Add", Some("1"), "User")),
            (AuditKind::DirectoryChanged, json!({"changed": "1"}), ("Update", Some("1"), "User")),
            (
                AuditKind::PolicyChanged,
                json!({"policy": "Tag:A", "act": "removed"}),
                ("Delete", Some("Tag:A"), "Policy"),
            ),
            (
                AuditKind::PolicyAssigned,
                json!({"policy": "Tag:A", "person": "2"}),
                ("Assign", Some("2"), "User"),
            ),
            (
                AuditKind::PolicyAssigned,
                json!({"policy": null, "group": "3"}),
                ("Assign", Some("3"), "Group"),
            ),
            (
                AuditKind::DirectoryChanged,
                json!({"groupDeleted": "4", "groupName": "Board"}),
                ("Update", Some("4"), "Group"),
            ),
            (
                AuditKind::DirectoryChanged,
                json!({"groupRenamed": "4", "groupName": "Board"}),
                ("Update", Some("4"), "Group"),
            ),
            (
                AuditKind::SubscriptionChanged,
                json!({"subscriptionMade": "4", "subscriber": "1"}),
                ("Add", Some("4"), "Subscription"),
            ),
            (
                AuditKind::SubscriptionChanged,
                json!({"subscriptionRemoved": "4", "why": "expired"}),
                ("Delete", Some("4"), "Subscription"),
            ),
            (
                AuditKind::SubscriptionChanged,
                json!({"subscriptionChanged": "4", "subscriber": "1"}),
                ("Update", Some("4"), "Subscription"),
            ),
            (AuditKind::Checkpoint, json!(null), ("Other", None, "Directory")),
        ] {
            let (id, target_kind) = target(&detail);
            assert_eq!((operation(kind, &detail), id.as_deref(), target_kind), expected);
        }
        let detail = json!({"modifiedProperties": {"a": {"old": [], "new": ["x"]}}, "b": 1});
        let modified = modified(&detail);
        assert_eq!(modified[0].old_value.as_deref(), Some("[]"));
        assert_eq!(modified[0].new_value.as_deref(), Some("[\"x\"]"));
        assert_eq!(details(&detail).len(), 1);
    }
}
