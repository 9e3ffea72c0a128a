//! The configuration and the policies as the description has them. What reads and writes them is
//! in the policy crate, which knows nothing of descriptions.

use utoipa::ToSchema;

use crate::external_access::AssignmentWire;
use crate::open_api::words::{
    AllowedDomainsMode, AllowedOrBlocked, EnabledOrDisabled, ExternalDomains,
};

/// A list, or a change of one: `null` clears it.
#[derive(ToSchema)]
#[schema(as = listChange)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what the policy crate reads")]
pub(crate) enum ListChange {
    /// The whole list.
    Whole(Vec<String>),
    /// What is changed about it.
    Edit(ListEdit),
}

/// A change of a list; at least one of the three.
#[derive(ToSchema)]
#[schema(as = listEdit, min_properties = 1)]
#[expect(dead_code, reason = "describes what the policy crate reads")]
pub(crate) struct ListEdit {
    #[schema(value_type = Vec<String>, required = false)]
    add: Vec<String>,
    #[schema(value_type = Vec<String>, required = false)]
    remove: Vec<String>,
    #[schema(value_type = Vec<String>, required = false)]
    replace: Vec<String>,
}

/// Which domains are reached.
#[derive(ToSchema)]
#[schema(as = allowedDomains)]
#[expect(dead_code, reason = "describes what the policy crate reads and writes")]
pub(crate) struct AllowedDomainsSchema {
    mode: AllowedDomainsMode,
    /// With `allowList`.
    #[schema(required = false)]
    domains: Vec<String>,
}

/// Which domains are reached, or a change of their list, which makes it an `allowList`.
#[derive(ToSchema)]
#[schema(as = allowedDomainsChange)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what the policy crate reads")]
pub(crate) enum AllowedDomainsChange {
    /// The mode, with its list.
    Mode(AllowedDomainsSchema),
    /// The whole list.
    Whole(Vec<String>),
    /// What is changed about it.
    Edit(ListEdit),
}

/// The external access configuration, with the names of the cmdlets.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalAccessConfiguration)]
#[expect(dead_code, reason = "describes what the policy crate writes")]
pub(crate) struct ConfigurationSchema {
    /// Whether people talk to other organisations at all.
    allow_federated_users: bool,
    allowed_domains: AllowedDomainsSchema,
    /// Counts while all others are allowed.
    blocked_domains: Vec<String>,
    /// Whether what lies below a blocked domain is blocked too.
    block_all_subdomains: bool,
    /// Whether people talk to personal accounts at all.
    allow_teams_consumer: bool,
    /// Whether personal accounts may find, contact and add people first.
    allow_teams_consumer_inbound: bool,
    /// Whether only personal accounts of the extended directory can be reached.
    restrict_teams_consumer_to_external_user_profiles: bool,
    /// Whether organisations that are only being tried out are reached.
    external_access_with_trial_tenants: AllowedOrBlocked,
    /// Those of them that are reached all the same.
    allowed_trial_tenant_domains: Vec<String>,
    /// Whether people hear only from those with whom they are in contact.
    treat_discovered_partners_as_unverified: bool,
    /// Whether security administrators may edit blocked domains and people.
    security_team_allow_block_list_delegation: EnabledOrDisabled,
    /// Kept, without effect.
    shared_sip_address_space: bool,
    /// Whether policies may name domains of their own; always true here.
    customize_federation: bool,
    /// Whether people without access to other organisations are kept out of groups with them.
    enable_external_access_restrictions_for_chat_participants: bool,
    /// Whether every pair in a group must trust each other.
    enable_mutual_federation_for_chat_participants: bool,
    /// E-mail addresses and account ids.
    blocked_users: Vec<String>,
    /// Whether that list counts.
    block_external_user_access: bool,
}

/// What is changed about the configuration; the rest stays.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalAccessConfigurationChange)]
#[expect(dead_code, reason = "describes what the policy crate reads")]
pub(crate) struct ConfigurationChange {
    #[schema(required = false)]
    allow_federated_users: bool,
    allowed_domains: Option<AllowedDomainsChange>,
    blocked_domains: Option<ListChange>,
    #[schema(required = false)]
    block_all_subdomains: bool,
    #[schema(required = false)]
    allow_teams_consumer: bool,
    #[schema(required = false)]
    allow_teams_consumer_inbound: bool,
    #[schema(required = false)]
    restrict_teams_consumer_to_external_user_profiles: bool,
    #[schema(required = false)]
    external_access_with_trial_tenants: AllowedOrBlocked,
    allowed_trial_tenant_domains: Option<ListChange>,
    #[schema(required = false)]
    treat_discovered_partners_as_unverified: bool,
    #[schema(required = false)]
    security_team_allow_block_list_delegation: EnabledOrDisabled,
    #[schema(required = false)]
    shared_sip_address_space: bool,
    #[schema(required = false)]
    customize_federation: bool,
    #[schema(required = false)]
    enable_external_access_restrictions_for_chat_participants: bool,
    #[schema(required = false)]
    enable_mutual_federation_for_chat_participants: bool,
    blocked_users: Option<ListChange>,
    #[schema(required = false)]
    block_external_user_access: bool,
}

/// An external access policy, with the names of the cmdlets.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalAccessPolicy)]
#[expect(dead_code, reason = "describes what the policy crate writes")]
pub(crate) struct PolicySchema {
    /// The version of its settings, as `If-Match` takes it.
    #[serde(rename = "@odata.etag")]
    etag: String,
    /// `Global` or `Tag:Name`.
    identity: String,
    /// Whether the person talks to other organisations at all.
    enable_federation_access: bool,
    communication_with_external_orgs: ExternalDomains,
    /// The domains of `AllowSpecificExternalDomains`.
    allowed_external_domains: Vec<String>,
    /// The domains of `BlockSpecificExternalDomains`.
    blocked_external_domains: Vec<String>,
    /// Whether the person talks to personal accounts.
    enable_teams_consumer_access: bool,
    /// Whether personal accounts find and contact the person first.
    enable_teams_consumer_inbound: bool,
    /// Whether only personal accounts of the extended directory can be reached.
    #[schema(required)]
    restrict_teams_consumer_access_to_external_user_profiles: Option<bool>,
    /// Whether the person's groups hold two organisations at most.
    federated_bilateral_chats: bool,
    /// Kept, without effect.
    enable_acs_federation_access: bool,
    /// Kept, without effect.
    enable_outside_access: bool,
    /// Kept, without effect.
    enable_xmpp_access: bool,
    /// Kept, without effect.
    enable_public_cloud_audio_video_access: bool,
    /// Kept, without effect.
    #[schema(required)]
    enable_teams_sms_access: Option<bool>,
    /// In the list: the groups that have it.
    assignments: Option<Vec<AssignmentWire>>,
}

/// What a new policy has, or what is changed about one; the rest stays as it is, or usual.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalAccessPolicyChange)]
#[expect(dead_code, reason = "describes what the policy crate reads")]
pub(crate) struct PolicyChange {
    /// `Tag:Name`. A policy keeps its name.
    #[schema(required = false)]
    identity: String,
    #[schema(required = false)]
    enable_federation_access: bool,
    #[schema(required = false)]
    communication_with_external_orgs: ExternalDomains,
    allowed_external_domains: Option<ListChange>,
    blocked_external_domains: Option<ListChange>,
    #[schema(required = false)]
    enable_teams_consumer_access: bool,
    #[schema(required = false)]
    enable_teams_consumer_inbound: bool,
    restrict_teams_consumer_access_to_external_user_profiles: Option<bool>,
    #[schema(required = false)]
    federated_bilateral_chats: bool,
    #[schema(required = false)]
    enable_acs_federation_access: bool,
    #[schema(required = false)]
    enable_outside_access: bool,
    #[schema(required = false)]
    enable_xmpp_access: bool,
    #[schema(required = false)]
    enable_public_cloud_audio_video_access: bool,
    enable_teams_sms_access: Option<bool>,
}

/// A new policy.
#[derive(ToSchema)]
#[schema(as = newExternalAccessPolicy)]
#[expect(dead_code, reason = "describes what the policy crate reads")]
pub(crate) struct NewPolicy {
    /// `Tag:Name`.
    identity: String,
    #[serde(flatten)]
    settings: PolicyChange,
}
