//! What administrators set: the organisation's configuration and its policies (2.2 to 2.4).
//!
//! Names, values and defaults are those of the Teams cmdlets. The serialised forms are what the
//! store keeps and the API shows. They are changed by their `patched`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use visavis_domain::address::{Domain, EmailAddress};
use visavis_domain::id::AccountId;
use visavis_domain::limit::{BLOCKED_USERS_MAX, DOMAIN_LIST_MAX};

use crate::name::PolicyName;

/// Why a setting was not accepted. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There are no such properties; of many, the first are named.
    #[error("unknown properties: {}", .0.join(", "))]
    UnknownProperties(Vec<String>),
    /// The value has the wrong type.
    #[error("`{property}` must be {expected}")]
    WrongType {
        /// Which property.
        property: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// An entry of a list cannot be read.
    #[error("`{property}` has an entry that is not {expected}: {entry}")]
    InvalidEntry {
        /// Which property.
        property: &'static str,
        /// What an entry must be.
        expected: &'static str,
        /// The beginning of the entry.
        entry: String,
    },
    /// A list is too long (A-05, A-11, A-64).
    #[error("`{property}` may have {max} entries at most")]
    TooManyEntries {
        /// Which property.
        property: &'static str,
        /// How many there may be.
        max: usize,
    },
    /// `Global` follows the organisation's own domain lists, always (A-31, T-024).
    #[error("`communicationWithExternalOrgs` of the policy Global is OrganizationDefault, always")]
    GlobalDomainMode,
    /// Policies may name their own domains, always (A-16).
    #[error("`customizeFederation` is true, always")]
    CustomisationOff,
}

impl SettingsError {
    /// The property that is wrong, where it is a single one.
    #[must_use]
    pub const fn property(&self) -> Option<&'static str> {
        match self {
            Self::UnknownProperties(_) => None,
            Self::WrongType { property, .. }
            | Self::InvalidEntry { property, .. }
            | Self::TooManyEntries { property, .. } => Some(property),
            Self::GlobalDomainMode => Some("communicationWithExternalOrgs"),
            Self::CustomisationOff => Some("customizeFederation"),
        }
    }
}

macro_rules! named_values {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $variant_doc:literal])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum $name {
            $($(#[doc = $variant_doc])* $variant,)*
        }

        impl $name {
            /// The name in the cmdlets and the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }

            /// Reads the name, in any case.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                [$(Self::$variant,)*]
                    .into_iter()
                    .find(|value| value.as_str().eq_ignore_ascii_case(name))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                Self::from_name(&name).ok_or_else(|| {
                    serde::de::Error::custom(concat!(
                        "expected one of" $(, " ", stringify!($variant))*
                    ))
                })
            }
        }
    };
}

named_values!(
    /// Whether something passes.
    AllowedOrBlocked {
        /// It does.
        Allowed,
        /// It does not.
        Blocked,
    }
);

named_values!(
    /// Whether something is on.
    EnabledOrDisabled {
        /// It is.
        Enabled,
        /// It is not.
        Disabled,
    }
);

named_values!(
    /// Which domains the people of a policy reach (A-31).
    CommunicationWithExternalOrgs {
        /// Those that the organisation's own lists allow.
        OrganizationDefault,
        /// All of them.
        AllowAllExternalDomains,
        /// Those in `allowedExternalDomains`.
        AllowSpecificExternalDomains,
        /// All but those in `blockedExternalDomains`.
        BlockSpecificExternalDomains,
        /// None.
        BlockAllExternalDomains,
    }
);

/// Which domains the organisation reaches (A-02).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "camelCase")]
pub enum AllowedDomains {
    /// All but the blocked ones.
    #[default]
    AllKnownDomains,
    /// Only these. None at all reaches nobody, unless a policy opens it again (Q-24).
    AllowList {
        /// The domains.
        #[serde(default)]
        domains: Vec<Domain>,
    },
}

/// Somebody outside whom the organisation blocks (A-60).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BlockedUser {
    /// Whoever has this verified address.
    Email(EmailAddress),
    /// This account, whatever its addresses become.
    Account(AccountId),
}

/// The text is neither an e-mail address nor an account id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address or an account id")]
pub struct InvalidBlockedUser;

impl FromStr for BlockedUser {
    type Err = InvalidBlockedUser;

    /// Reads an e-mail address, an account id, or the form `8:orgid:{account id}` of scripts.
    fn from_str(text: &str) -> Result<Self, InvalidBlockedUser> {
        let text = text.trim();
        let id = text.strip_prefix("8:orgid:").unwrap_or(text);
        match (id.parse(), text.parse()) {
            (Ok(account), _) => Ok(Self::Account(account)),
            (_, Ok(email)) => Ok(Self::Email(email)),
            _ => Err(InvalidBlockedUser),
        }
    }
}

impl fmt::Display for BlockedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(email) => email.fmt(f),
            Self::Account(account) => account.fmt(f),
        }
    }
}

impl Serialize for BlockedUser {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlockedUser {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The organisation-wide settings, of which each organisation has exactly one set (2.2, 2.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Configuration {
    /// The master switch towards other organisations (A-01).
    pub allow_federated_users: bool,
    /// Which of them (A-02, A-03).
    pub allowed_domains: AllowedDomains,
    /// Which not; counts while all others are allowed (A-04).
    pub blocked_domains: Vec<Domain>,
    /// Whether what lies below a blocked domain is blocked too (A-06).
    pub block_all_subdomains: bool,
    /// The master switch towards personal accounts (A-07).
    pub allow_teams_consumer: bool,
    /// Whether personal accounts may find, contact and add people first (A-08).
    pub allow_teams_consumer_inbound: bool,
    /// Whether only personal accounts of the extended directory can be reached (A-09).
    pub restrict_teams_consumer_to_external_user_profiles: bool,
    /// Whether organisations that are only being tried out are reached (A-10).
    #[serde(rename = "externalAccessWithTrialTenants")]
    pub external_access_with_trial_organisations: AllowedOrBlocked,
    /// Those of them that are reached all the same (A-11).
    #[serde(rename = "allowedTrialTenantDomains")]
    pub allowed_trial_organisation_domains: Vec<Domain>,
    /// Whether an open organisation hears only from its people's contacts (A-12).
    pub treat_discovered_partners_as_unverified: bool,
    /// Whether security administrators may edit blocked domains and people (A-13).
    pub security_team_allow_block_list_delegation: EnabledOrDisabled,
    /// For deployments beside a telephone system; kept, without effect (A-14).
    pub shared_sip_address_space: bool,
    /// Whether policies may name domains of their own; always true here (A-16).
    pub customize_federation: bool,
    /// Whether people without access to other organisations are kept out of groups with them
    /// (A-17, G-10).
    pub enable_external_access_restrictions_for_chat_participants: bool,
    /// Whether every pair in a group must trust each other (A-18, G-11). On by default, because
    /// else an allowed partner can bring in one that was never allowed (Q-25).
    pub enable_mutual_federation_for_chat_participants: bool,
    /// People outside who are blocked (A-60).
    pub blocked_users: Vec<BlockedUser>,
    /// Whether that list counts (A-61).
    #[serde(alias = "blockExternalAccessUserAccess")]
    pub block_external_user_access: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            allow_federated_users: true,
            allowed_domains: AllowedDomains::AllKnownDomains,
            blocked_domains: Vec::new(),
            block_all_subdomains: false,
            allow_teams_consumer: true,
            allow_teams_consumer_inbound: true,
            restrict_teams_consumer_to_external_user_profiles: false,
            external_access_with_trial_organisations: AllowedOrBlocked::Blocked,
            allowed_trial_organisation_domains: Vec::new(),
            treat_discovered_partners_as_unverified: false,
            security_team_allow_block_list_delegation: EnabledOrDisabled::Disabled,
            shared_sip_address_space: false,
            customize_federation: true,
            enable_external_access_restrictions_for_chat_participants: false,
            enable_mutual_federation_for_chat_participants: true,
            blocked_users: Vec::new(),
            block_external_user_access: false,
        }
    }
}

impl Configuration {
    /// Checks the limits.
    ///
    /// # Errors
    ///
    /// [`SettingsError`], saying which property is wrong and why.
    pub fn validate(&self) -> Result<(), SettingsError> {
        if let AllowedDomains::AllowList { domains } = &self.allowed_domains {
            check_length("allowedDomains", domains.len(), DOMAIN_LIST_MAX)?;
        }
        check_length("blockedDomains", self.blocked_domains.len(), DOMAIN_LIST_MAX)?;
        let trial = self.allowed_trial_organisation_domains.len();
        check_length("allowedTrialTenantDomains", trial, DOMAIN_LIST_MAX)?;
        check_length("blockedUsers", self.blocked_users.len(), BLOCKED_USERS_MAX)?;
        if self.customize_federation { Ok(()) } else { Err(SettingsError::CustomisationOff) }
    }

    /// Whether security administrators may edit the blocked domains and people now: when that is
    /// delegated, and while no allow list and no closed switch makes the lists moot (A-65).
    #[must_use]
    pub fn is_block_list_delegated(&self) -> bool {
        self.security_team_allow_block_list_delegation == EnabledOrDisabled::Enabled
            && self.allow_federated_users
            && self.allowed_domains == AllowedDomains::AllKnownDomains
    }
}

/// Settings that are assigned to people (2.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExternalAccessPolicy {
    /// Whether the person talks to other organisations at all (A-30).
    pub enable_federation_access: bool,
    /// To which (A-31).
    pub communication_with_external_orgs: CommunicationWithExternalOrgs,
    /// The domains of `AllowSpecificExternalDomains` (A-32).
    pub allowed_external_domains: Vec<Domain>,
    /// The domains of `BlockSpecificExternalDomains` (A-33).
    pub blocked_external_domains: Vec<Domain>,
    /// Whether the person talks to personal accounts (A-34).
    pub enable_teams_consumer_access: bool,
    /// Whether personal accounts find and contact the person first (A-35).
    pub enable_teams_consumer_inbound: bool,
    /// Whether only personal accounts of the extended directory can be reached; the
    /// organisation's own restriction stays, whatever stands here (A-36).
    pub restrict_teams_consumer_access_to_external_user_profiles: Option<bool>,
    /// Whether the person's groups hold two organisations at most (A-37).
    pub federated_bilateral_chats: bool,
    /// For custom applications; kept, without effect (A-38).
    pub enable_acs_federation_access: bool,
    /// Legacy; kept, without effect (A-39).
    pub enable_outside_access: bool,
    /// Legacy; kept, without effect (A-39).
    pub enable_xmpp_access: bool,
    /// Legacy; kept, without effect (A-39).
    pub enable_public_cloud_audio_video_access: bool,
    /// For text messages; kept, without effect (A-40).
    pub enable_teams_sms_access: Option<bool>,
}

impl Default for ExternalAccessPolicy {
    fn default() -> Self {
        Self {
            enable_federation_access: true,
            communication_with_external_orgs: CommunicationWithExternalOrgs::OrganizationDefault,
            allowed_external_domains: Vec::new(),
            blocked_external_domains: Vec::new(),
            enable_teams_consumer_access: true,
            enable_teams_consumer_inbound: true,
            restrict_teams_consumer_access_to_external_user_profiles: None,
            federated_bilateral_chats: false,
            enable_acs_federation_access: true,
            enable_outside_access: false,
            enable_xmpp_access: false,
            enable_public_cloud_audio_video_access: false,
            enable_teams_sms_access: None,
        }
    }
}

impl ExternalAccessPolicy {
    /// Checks the limits, and what a policy of this name may hold.
    ///
    /// # Errors
    ///
    /// [`SettingsError`], saying which property is wrong and why.
    pub fn validate(&self, name: &PolicyName) -> Result<(), SettingsError> {
        let own_domains = self.communication_with_external_orgs
            != CommunicationWithExternalOrgs::OrganizationDefault;
        if name.is_global() && own_domains {
            return Err(SettingsError::GlobalDomainMode);
        }
        let (allowed, blocked) = (&self.allowed_external_domains, &self.blocked_external_domains);
        check_length("allowedExternalDomains", allowed.len(), DOMAIN_LIST_MAX)?;
        check_length("blockedExternalDomains", blocked.len(), DOMAIN_LIST_MAX)
    }
}

fn check_length(property: &'static str, length: usize, max: usize) -> Result<(), SettingsError> {
    if length > max { Err(SettingsError::TooManyEntries { property, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_specification() {
        let shown = |value: serde_json::Value| value.to_string().replace(",\"", ",\n\"");
        let configuration = serde_json::to_value(Configuration::default()).unwrap();
        let policy = serde_json::to_value(ExternalAccessPolicy::default()).unwrap();
        insta::assert_snapshot!("configuration", shown(configuration));
        insta::assert_snapshot!("policy", shown(policy));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let configuration = Configuration {
            allowed_domains: AllowedDomains::AllowList { domains: vec!["b.test".parse().unwrap()] },
            blocked_users: vec![
                "p@mail.test".parse().unwrap(),
                "00000000-0000-0000-0000-000000000001".parse().unwrap(),
            ],
            ..Configuration::default()
        };
        let text = serde_json::to_string(&configuration).unwrap();
        assert!(text.contains(r#""allowedDomains":{"mode":"allowList","domains":["b.test"]}"#));
        assert_eq!(serde_json::from_str::<Configuration>(&text).unwrap(), configuration);
        let older = r#"{"blockExternalAccessUserAccess":true}"#;
        assert!(serde_json::from_str::<Configuration>(older).unwrap().block_external_user_access);
    }

    #[test]
    fn the_block_list_is_delegated_only_while_it_counts() {
        let delegated = Configuration {
            security_team_allow_block_list_delegation: EnabledOrDisabled::Enabled,
            ..Configuration::default()
        };
        assert!(delegated.is_block_list_delegated());
        assert!(!Configuration::default().is_block_list_delegated());
        let closed = Configuration { allow_federated_users: false, ..delegated };
        assert!(!closed.is_block_list_delegated());
    }
}
