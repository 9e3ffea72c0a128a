//! One's own settings for external chat.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::account::{self, SettingsChange};
use visavis_domain::account::{ExternalChatSettings, WhoCanAdd};

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Payload};
use crate::open_api::words;
use crate::query::Options;

const SET: &str = "me/settings/externalChat";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(settings_get, settings_change))
}

/// One's own settings for external chat. The first three are there for personal accounts only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalChatSettings)]
struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    is_discoverable_by_email: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_discoverable_by_phone: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::WhoCanAdd>)]
    who_can_add_me_to_groups: Option<WhoCanAdd>,
    send_read_receipts_to_external: bool,
    show_presence_to_external: bool,
}

/// What is changed about the settings; the rest stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalChatSettingsChange)]
pub(crate) struct SettingsBody {
    /// For personal accounts.
    is_discoverable_by_email: Option<bool>,
    /// For personal accounts.
    is_discoverable_by_phone: Option<bool>,
    /// For personal accounts.
    #[schema(value_type = Option<words::WhoCanAdd>)]
    who_can_add_me_to_groups: Option<WhoCanAdd>,
    send_read_receipts_to_external: Option<bool>,
    show_presence_to_external: Option<bool>,
}

fn wire(settings: &ExternalChatSettings, is_personal: bool) -> Settings {
    Settings {
        is_discoverable_by_email: is_personal.then_some(settings.is_discoverable_by_email),
        is_discoverable_by_phone: is_personal.then_some(settings.is_discoverable_by_phone),
        who_can_add_me_to_groups: is_personal.then_some(settings.who_can_add_me_to_groups),
        send_read_receipts_to_external: settings.send_read_receipts_to_external,
        show_presence_to_external: settings.show_presence_to_external,
    }
}

/// One's own settings for external chat.
#[utoipa::path(get, path = "/v1.0/me/settings/externalChat", tag = "settings",
    params(crate::open_api::SelectParameters),
    responses((status = 200, body = Settings), Errors))]
async fn settings_get(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let (settings, is_personal) = call.read(account::external_chat_settings).await?;
    Ok(call.shape.selected(SET, &wire(&settings, is_personal), &options))
}

/// Change one's own settings for external chat.
#[utoipa::path(patch, path = "/v1.0/me/settings/externalChat", tag = "settings",
    request_body = SettingsBody, responses((status = 200, body = Settings), Errors))]
async fn settings_change(call: Call, payload: Payload<SettingsBody>) -> Result<Answer, ApiError> {
    let wanted = payload.value;
    let change = SettingsChange {
        is_discoverable_by_email: wanted.is_discoverable_by_email,
        is_discoverable_by_phone: wanted.is_discoverable_by_phone,
        who_can_add_me_to_groups: wanted.who_can_add_me_to_groups,
        send_read_receipts_to_external: wanted.send_read_receipts_to_external,
        show_presence_to_external: wanted.show_presence_to_external,
    };
    let (settings, is_personal) =
        call.write(move |tx, ctx| account::change_external_chat_settings(tx, ctx, change)).await?;
    Ok(call.shape.entity(StatusCode::OK, SET, &wire(&settings, is_personal)))
}
