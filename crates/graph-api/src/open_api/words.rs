//! The closed lists of words on the wire, as the description names them.
//!
//! A field of a wire type that holds such a word as text is described by its list:
//! `#[schema(value_type = ChatType)]`.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use visavis_domain::account::Role;
use visavis_domain::report;

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident as $wire:literal: $words:expr;)*) => {
        $(
            $(#[doc = $doc])+
            pub(crate) struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    let words = $words;
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .enum_values(Some(words))
                        .description(Some(concat!($($doc),+).trim()))
                        .into()
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed($wire)
                }
            }
        )*
    };
}

words! {
    /// Between two people, or in a group.
    ChatType as "chatType": ["oneOnOne", "group"];
    /// How somebody's time in a chat ended: they left, were removed by somebody, or by terms that no
    /// longer allow it.
    MembershipEnd as "chatMembershipEnd": ["left", "removed", "terms"];
    /// What became of a contact request, as the caller sees it.
    RequestState as "contactRequestState": ["pending", "accepted", "declined", "blocked"];
    /// Whether the caller was asked or has asked.
    Direction as "contactRequestDirection": ["inbound", "outbound"];
    /// How risky a first contact looks.
    RiskLevel as "contactRequestRiskLevel": ["none", "high"];
    /// What makes a first contact look risky.
    RiskReason as "contactRequestRiskReason": ["lookalikeDomain"];
    /// How the caller's side knows somebody.
    Trust as "trust": ["colleague", "familiar", "unfamiliar", "personal", "unverified"];
    /// What kind of account somebody has, as the caller sees them.
    UserIdentityType as "teamworkUserIdentityType":
        ["aadUser", "federatedUser", "personalMicrosoftAccountUser"];
    /// Plain text or HTML.
    BodyType as "bodyType": ["text", "html"];
    /// How much a message matters.
    Importance as "chatMessageImportance": ["normal", "high", "urgent"];
    /// `systemEventMessage` is written as `unknownFutureValue` unless
    /// `Prefer: include-unknown-enum-members` is sent.
    MessageType as "chatMessageType": ["message", "systemEventMessage", "unknownFutureValue"];
    /// A role in a chat; everybody is an `owner`.
    MemberRole as "memberRole": ["owner", "guest"];
    /// A role in the administration.
    AdministrativeRole as "administrativeRole": Role::ALL.map(Role::as_str);
    /// A session of a browser, or a token for programs.
    TokenKind as "tokenKind": ["bearer", "session"];
    /// Whether an organisation is only being tried out.
    TrustClass as "trustClass": ["standard", "trial"];
    /// What came of looking for an address.
    Resolution as "resolution": ["found", "notReachable", "refused"];
    /// For whom a limit counts.
    LimitScope as "limitScope": ["address", "client", "token", "account", "organisation"];
    /// Why something is reported.
    ReportReason as "reportReason": report::ReportReason::ALL.map(report::ReportReason::as_str);
    /// Who may add somebody to groups.
    WhoCanAdd as "whoCanAddMeToGroups": ["everyone", "contacts"];
    /// By what a policy applies to somebody.
    PolicySourceType as "policySourceType": ["direct", "group", "global"];
    /// Whether something passes.
    AllowedOrBlocked as "allowedOrBlocked": ["Allowed", "Blocked"];
    /// Whether something is on.
    EnabledOrDisabled as "enabledOrDisabled": ["Enabled", "Disabled"];
    /// Which domains are reached: all that are not blocked, or those of a list.
    AllowedDomainsMode as "allowedDomainsMode": ["allKnownDomains", "allowList"];
    /// Which domains the people of a policy reach.
    ExternalDomains as "communicationWithExternalOrgs": [
        "OrganizationDefault",
        "AllowAllExternalDomains",
        "AllowSpecificExternalDomains",
        "BlockSpecificExternalDomains",
        "BlockAllExternalDomains",
    ];
}
