//! Changing settings: a patch changes what it names, and nothing else.
//!
//! A list takes a whole list, `{"replace": […]}`, `{"add": […], "remove": […]}`, or `null`, which
//! clears it. Entries that are the same after normalisation collapse. A patch that cannot be
//! taken whole changes nothing.

use std::str::FromStr;

use serde_json::{Map, Value};
use visavis_domain::address::Domain;
use visavis_domain::text::shown;

use crate::name::PolicyName;
use crate::settings::{
    AllowedDomains, AllowedOrBlocked, BlockedUser, CommunicationWithExternalOrgs, Configuration,
    EnabledOrDisabled, ExternalAccessPolicy, SettingsError,
};

/// Unknown properties that are named.
const UNKNOWN_NAMED_MAX: usize = 10;

const BOOLEAN: &str = "true or false";
const LIST: &str = "a list, null, or an object with `add`, `remove` or `replace`";
const DOMAIN: &str = "a domain name";
const BLOCKED_USER: &str = "an e-mail address or an account id";
const ALLOWED_DOMAINS: &str =
    "an object with `mode` allKnownDomains or allowList, and `domains` for the latter";

impl Configuration {
    /// The configuration with what the patch names changed, checked.
    ///
    /// `allowedDomainsAsAList` changes the same list as `allowedDomains`, and
    /// `blockExternalAccessUserAccess` is `blockExternalUserAccess`.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]: unknown properties, a value of the wrong type, or too much in a list.
    pub fn patched(&self, patch: &Map<String, Value>) -> Result<Self, SettingsError> {
        let mut changed = self.clone();
        apply(patch, |name, value| changed.set(name, value))?;
        changed.validate()?;
        Ok(changed)
    }

    fn set(&mut self, name: &str, value: &Value) -> Option<Result<(), SettingsError>> {
        Some(match name {
            "allowFederatedUsers" => {
                boolean("allowFederatedUsers", value, &mut self.allow_federated_users)
            }
            "allowedDomains" => set_allowed_domains("allowedDomains", value, self),
            "allowedDomainsAsAList" => set_allowed_domains("allowedDomainsAsAList", value, self),
            "blockedDomains" => domains("blockedDomains", value, &mut self.blocked_domains),
            "blockAllSubdomains" => {
                boolean("blockAllSubdomains", value, &mut self.block_all_subdomains)
            }
            "allowTeamsConsumer" => {
                boolean("allowTeamsConsumer", value, &mut self.allow_teams_consumer)
            }
            "allowTeamsConsumerInbound" => {
                boolean("allowTeamsConsumerInbound", value, &mut self.allow_teams_consumer_inbound)
            }
            "restrictTeamsConsumerToExternalUserProfiles" => boolean(
                "restrictTeamsConsumerToExternalUserProfiles",
                value,
                &mut self.restrict_teams_consumer_to_external_user_profiles,
            ),
            "externalAccessWithTrialTenants" => {
                let read = text(value).and_then(AllowedOrBlocked::from_name);
                let field = &mut self.external_access_with_trial_organisations;
                put("externalAccessWithTrialTenants", "Allowed or Blocked", read, field)
            }
            "allowedTrialTenantDomains" => domains(
                "allowedTrialTenantDomains",
                value,
                &mut self.allowed_trial_organisation_domains,
            ),
            "treatDiscoveredPartnersAsUnverified" => boolean(
                "treatDiscoveredPartnersAsUnverified",
                value,
                &mut self.treat_discovered_partners_as_unverified,
            ),
            "securityTeamAllowBlockListDelegation" => {
                let read = text(value).and_then(EnabledOrDisabled::from_name);
                let field = &mut self.security_team_allow_block_list_delegation;
                put("securityTeamAllowBlockListDelegation", "Enabled or Disabled", read, field)
            }
            _ => return self.set_more(name, value),
        })
    }

    fn set_more(&mut self, name: &str, value: &Value) -> Option<Result<(), SettingsError>> {
        Some(match name {
            "sharedSipAddressSpace" => {
                boolean("sharedSipAddressSpace", value, &mut self.shared_sip_address_space)
            }
            "customizeFederation" => {
                boolean("customizeFederation", value, &mut self.customize_federation)
            }
            "enableExternalAccessRestrictionsForChatParticipants" => boolean(
                "enableExternalAccessRestrictionsForChatParticipants",
                value,
                &mut self.enable_external_access_restrictions_for_chat_participants,
            ),
            "enableMutualFederationForChatParticipants" => boolean(
                "enableMutualFederationForChatParticipants",
                value,
                &mut self.enable_mutual_federation_for_chat_participants,
            ),
            "blockedUsers" => {
                list("blockedUsers", BLOCKED_USER, value, &mut self.blocked_users, |entry| {
                    BlockedUser::from_str(entry).ok()
                })
            }
            "blockExternalUserAccess" | "blockExternalAccessUserAccess" => {
                boolean("blockExternalUserAccess", value, &mut self.block_external_user_access)
            }
            _ => return None,
        })
    }
}

impl ExternalAccessPolicy {
    /// The policy with what the patch names changed, checked for a policy of this name.
    ///
    /// # Errors
    ///
    /// As [`Configuration::patched`]; and a domain mode on `Global` (T-024).
    pub fn patched(
        &self,
        name: &PolicyName,
        patch: &Map<String, Value>,
    ) -> Result<Self, SettingsError> {
        let mut changed = self.clone();
        apply(patch, |property, value| changed.set(property, value))?;
        changed.validate(name)?;
        Ok(changed)
    }

    fn set(&mut self, name: &str, value: &Value) -> Option<Result<(), SettingsError>> {
        Some(match name {
            "enableFederationAccess" => {
                boolean("enableFederationAccess", value, &mut self.enable_federation_access)
            }
            "communicationWithExternalOrgs" => {
                let read = text(value).and_then(CommunicationWithExternalOrgs::from_name);
                let field = &mut self.communication_with_external_orgs;
                let expected = "one of OrganizationDefault, AllowAllExternalDomains, \
                    AllowSpecificExternalDomains, BlockSpecificExternalDomains and \
                    BlockAllExternalDomains";
                put("communicationWithExternalOrgs", expected, read, field)
            }
            "allowedExternalDomains" => {
                domains("allowedExternalDomains", value, &mut self.allowed_external_domains)
            }
            "blockedExternalDomains" => {
                domains("blockedExternalDomains", value, &mut self.blocked_external_domains)
            }
            "enableTeamsConsumerAccess" => {
                boolean("enableTeamsConsumerAccess", value, &mut self.enable_teams_consumer_access)
            }
            "enableTeamsConsumerInbound" => boolean(
                "enableTeamsConsumerInbound",
                value,
                &mut self.enable_teams_consumer_inbound,
            ),
            "restrictTeamsConsumerAccessToExternalUserProfiles" => optional_boolean(
                "restrictTeamsConsumerAccessToExternalUserProfiles",
                value,
                &mut self.restrict_teams_consumer_access_to_external_user_profiles,
            ),
            "federatedBilateralChats" => {
                boolean("federatedBilateralChats", value, &mut self.federated_bilateral_chats)
            }
            _ => return self.set_legacy(name, value),
        })
    }

    fn set_legacy(&mut self, name: &str, value: &Value) -> Option<Result<(), SettingsError>> {
        Some(match name {
            "enableAcsFederationAccess" => {
                boolean("enableAcsFederationAccess", value, &mut self.enable_acs_federation_access)
            }
            "enableOutsideAccess" => {
                boolean("enableOutsideAccess", value, &mut self.enable_outside_access)
            }
            "enableXmppAccess" => boolean("enableXmppAccess", value, &mut self.enable_xmpp_access),
            "enablePublicCloudAudioVideoAccess" => boolean(
                "enablePublicCloudAudioVideoAccess",
                value,
                &mut self.enable_public_cloud_audio_video_access,
            ),
            "enableTeamsSmsAccess" => {
                optional_boolean("enableTeamsSmsAccess", value, &mut self.enable_teams_sms_access)
            }
            _ => return None,
        })
    }
}

/// Applies every property; the unknown ones are named together.
fn apply(
    patch: &Map<String, Value>,
    mut set: impl FnMut(&str, &Value) -> Option<Result<(), SettingsError>>,
) -> Result<(), SettingsError> {
    let mut unknown = Vec::new();
    let mut first_error = None;
    for (name, value) in patch {
        match set(name, value) {
            Some(Ok(())) => {}
            Some(Err(error)) => first_error = first_error.or(Some(error)),
            None => unknown.push(name),
        }
    }
    match first_error {
        _ if !unknown.is_empty() => Err(SettingsError::UnknownProperties(named(&unknown))),
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Names that somebody else chose, so few and so short that they can be repeated.
fn named(unknown: &[&String]) -> Vec<String> {
    let mut named: Vec<String> =
        unknown.iter().take(UNKNOWN_NAMED_MAX).map(|name| shown(name)).collect();
    if let Some(more @ 1..) = unknown.len().checked_sub(UNKNOWN_NAMED_MAX) {
        named.push(format!("and {more} more"));
    }
    named
}

fn put<T>(
    property: &'static str,
    expected: &'static str,
    read: Option<T>,
    field: &mut T,
) -> Result<(), SettingsError> {
    *field = read.ok_or(SettingsError::WrongType { property, expected })?;
    Ok(())
}

fn boolean(property: &'static str, value: &Value, field: &mut bool) -> Result<(), SettingsError> {
    put(property, BOOLEAN, value.as_bool(), field)
}

fn optional_boolean(
    property: &'static str,
    value: &Value,
    field: &mut Option<bool>,
) -> Result<(), SettingsError> {
    let read = if value.is_null() { Some(None) } else { value.as_bool().map(Some) };
    put(property, "true, false or null", read, field)
}

fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

fn domains(
    property: &'static str,
    value: &Value,
    field: &mut Vec<Domain>,
) -> Result<(), SettingsError> {
    list(property, DOMAIN, value, field, |entry| entry.parse().ok())
}

/// Takes the mode as an object or as its name, or an edit of the list, which makes it an allow
/// list: one that is empty reaches nobody.
fn set_allowed_domains(
    property: &'static str,
    value: &Value,
    configuration: &mut Configuration,
) -> Result<(), SettingsError> {
    let wrong = SettingsError::WrongType { property, expected: ALLOWED_DOMAINS };
    let object = value.as_object();
    let mode = match object.and_then(|object| object.get("mode")) {
        Some(mode) => Some(mode.as_str().ok_or_else(|| wrong.clone())?),
        None => value.as_str(),
    };
    let listed = object.and_then(|object| object.get("domains"));
    let is_complete = object.is_none_or(|o| o.keys().all(|key| key == "mode" || key == "domains"));
    let names = |name: &str| mode.is_some_and(|mode| mode.eq_ignore_ascii_case(name));
    if mode.is_some() && !is_complete {
        return Err(wrong);
    }
    if names("allKnownDomains") || names("allowAllKnownDomains") {
        configuration.allowed_domains = AllowedDomains::AllKnownDomains;
        return Ok(());
    }
    if mode.is_some() && !names("allowList") {
        return Err(wrong);
    }
    let only_removes = object.is_some_and(|object| object.keys().all(|key| key == "remove"));
    let mut edited = match &configuration.allowed_domains {
        AllowedDomains::AllowList { domains } => domains.clone(),
        // Taking away from "all" must not leave an empty list behind, which reaches nobody.
        AllowedDomains::AllKnownDomains if only_removes => {
            return domains(property, value, &mut Vec::new());
        }
        AllowedDomains::AllKnownDomains => Vec::new(),
    };
    match (mode, listed) {
        (Some(_allow_list), Some(listed)) => domains(property, listed, &mut edited)?,
        (Some(_allow_list), None) => {}
        (None, _) => domains(property, value, &mut edited)?,
    }
    configuration.allowed_domains = AllowedDomains::AllowList { domains: edited };
    Ok(())
}

fn list<T: PartialEq + Clone + std::hash::Hash + Eq>(
    property: &'static str,
    expected: &'static str,
    value: &Value,
    field: &mut Vec<T>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<(), SettingsError> {
    let wrong = || SettingsError::WrongType { property, expected: LIST };
    let entries = |value: &Value| -> Result<Vec<T>, SettingsError> {
        let array = value.as_array().ok_or_else(wrong)?;
        let entry = |entry: &Value| {
            entry.as_str().and_then(&read).ok_or_else(|| SettingsError::InvalidEntry {
                property,
                expected,
                entry: entry.as_str().map_or_else(|| shown(&entry.to_string()), shown),
            })
        };
        array.iter().map(entry).collect()
    };
    let changed = match value {
        Value::Null => Vec::new(),
        Value::Array(_) => entries(value)?,
        Value::Object(edit) => {
            let knows = |key: &String| matches!(key.as_str(), "add" | "remove" | "replace");
            if edit.is_empty() || !edit.keys().all(knows) {
                return Err(wrong());
            }
            let part = |name: &str| edit.get(name).map(entries).transpose();
            let start = part("replace")?.unwrap_or_else(|| field.clone());
            let removed: std::collections::HashSet<T> =
                part("remove")?.unwrap_or_default().into_iter().collect();
            let kept = start.into_iter().filter(|entry| !removed.contains(entry));
            kept.chain(part("add")?.unwrap_or_default()).collect()
        }
        _ => return Err(wrong()),
    };
    *field = distinct(changed);
    Ok(())
}

/// The entries in their order, each once.
fn distinct<T: Clone + Eq + std::hash::Hash>(entries: Vec<T>) -> Vec<T> {
    let mut seen = std::collections::HashSet::with_capacity(entries.len());
    entries.into_iter().filter(|entry| seen.insert(entry.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use visavis_domain::limit::{BLOCKED_USERS_MAX, DOMAIN_LIST_MAX};

    fn patched(configuration: &Configuration, patch: Value) -> Result<Configuration, String> {
        let patch = patch.as_object().unwrap();
        configuration.patched(patch).map_err(|error| error.to_string())
    }

    fn names(domains: &[Domain]) -> Vec<&str> {
        domains.iter().map(Domain::as_str).collect()
    }

    #[test]
    fn a_patch_changes_what_it_names() {
        let start = Configuration::default();
        let after = patched(
            &start,
            json!({
                "allowFederatedUsers": false,
                "externalAccessWithTrialTenants": "ALLOWED",
                "securityTeamAllowBlockListDelegation": "enabled",
                "blockExternalAccessUserAccess": true,
                "blockedUsers": ["P@mail.test", "p@MAIL.test."],
            }),
        )
        .unwrap();
        let expected = Configuration {
            allow_federated_users: false,
            external_access_with_trial_organisations: AllowedOrBlocked::Allowed,
            security_team_allow_block_list_delegation: EnabledOrDisabled::Enabled,
            block_external_user_access: true,
            blocked_users: vec!["p@mail.test".parse().unwrap()],
            ..start
        };
        assert_eq!(after, expected);
    }

    #[test]
    fn every_property_that_is_shown_can_be_patched() {
        let configuration = Configuration::default();
        let shown = serde_json::to_value(&configuration).unwrap();
        assert_eq!(patched(&configuration, shown).unwrap(), configuration);
        let policy = ExternalAccessPolicy::default();
        let shown = serde_json::to_value(&policy).unwrap();
        let name = PolicyName::global();
        assert_eq!(policy.patched(&name, shown.as_object().unwrap()), Ok(policy));
    }

    #[test]
    fn lists_are_replaced_edited_and_cleared() {
        let mut configuration = Configuration::default();
        for (edit, expected) in [
            (json!(["b.test", "B.TEST.", "c.test"]), &["b.test", "c.test"][..]),
            (json!({"add": ["d.test", "b.test"]}), &["b.test", "c.test", "d.test"]),
            (json!({"remove": ["C.test"], "add": ["e.test"]}), &["b.test", "d.test", "e.test"]),
            (json!({"replace": ["f.test"]}), &["f.test"]),
            (Value::Null, &[]),
        ] {
            configuration = patched(&configuration, json!({"blockedDomains": edit})).unwrap();
            assert_eq!(names(&configuration.blocked_domains), expected, "{edit}");
        }
    }

    #[test]
    fn allowed_domains_take_every_form() {
        let list = |domains: &[&str]| AllowedDomains::AllowList {
            domains: domains.iter().map(|domain| domain.parse().unwrap()).collect(),
        };
        let mut configuration = Configuration::default();
        for (edit, expected) in [
            (json!({"mode": "allowList", "domains": ["b.test"]}), list(&["b.test"])),
            (json!({"add": ["c.test"]}), list(&["b.test", "c.test"])),
            (json!({"mode": "AllowAllKnownDomains"}), AllowedDomains::AllKnownDomains),
            (json!(["b.test"]), list(&["b.test"])),
            (Value::Null, list(&[])),
            (json!("allKnownDomains"), AllowedDomains::AllKnownDomains),
            (json!({"remove": ["b.test"]}), AllowedDomains::AllKnownDomains),
            (json!({"mode": "allowList"}), list(&[])),
        ] {
            configuration = patched(&configuration, json!({"allowedDomains": edit})).unwrap();
            assert_eq!(configuration.allowed_domains, expected, "{edit}");
        }
        let edit = json!({"allowedDomainsAsAList": {"add": ["d.test"]}});
        let configuration = patched(&configuration, edit).unwrap();
        assert_eq!(configuration.allowed_domains, list(&["d.test"]));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let configuration = Configuration::default();
        let many: Map<_, _> = (0..12).map(|at| (format!("x{at:02}"), json!(1))).collect();
        let many = Value::Object(many);
        for (patch, error) in [
            (
                json!({"allowFederatedUser": true, "x": 1, "allowTeamsConsumer": 1}),
                "unknown properties: allowFederatedUser, x",
            ),
            (json!({"allowTeamsConsumer": "yes"}), "`allowTeamsConsumer` must be true or false"),
            (
                many,
                "unknown properties: x00, x01, x02, x03, x04, x05, x06, x07, x08, x09, and 2 more",
            ),
            (json!({"x".repeat(300): 1}), &format!("unknown properties: {}", "x".repeat(100))),
            (
                json!({"blockedDomains": [{"x": "x".repeat(300)}]}),
                &format!(
                    "`blockedDomains` has an entry that is not a domain name: {{\"x\":\"{}",
                    "x".repeat(94)
                ),
            ),
            (
                json!({"externalAccessWithTrialTenants": "maybe"}),
                "`externalAccessWithTrialTenants` must be Allowed or Blocked",
            ),
            (
                json!({"blockedDomains": "b.test"}),
                "`blockedDomains` must be a list, null, or an object with `add`, `remove` or \
                 `replace`",
            ),
            (
                json!({"blockedDomains": {"plus": []}}),
                "`blockedDomains` must be a list, null, or an object with `add`, `remove` or \
                 `replace`",
            ),
            (
                json!({"blockedDomains": ["b.test", "b_test"]}),
                "`blockedDomains` has an entry that is not a domain name: b_test",
            ),
            (
                json!({"allowedDomains": {"mode": "some"}}),
                "`allowedDomains` must be an object with `mode` allKnownDomains or allowList, \
                 and `domains` for the latter",
            ),
            (
                json!({"blockedUsers": ["Bob"]}),
                "`blockedUsers` has an entry that is not an e-mail address or an account id: Bob",
            ),
            (json!({"customizeFederation": false}), "`customizeFederation` is true, always"),
        ] {
            assert_eq!(patched(&configuration, patch), Err(error.to_owned()));
        }
    }

    #[test]
    fn lists_have_limits() {
        let domains = |count: usize| -> Vec<String> {
            (0..count).map(|number| format!("d{number}.test")).collect()
        };
        let users: Vec<_> = (0..=BLOCKED_USERS_MAX).map(|n| format!("p{n}@mail.test")).collect();
        let configuration = Configuration::default();
        for list in ["blockedDomains", "allowedDomains", "allowedTrialTenantDomains"] {
            assert!(patched(&configuration, json!({list: domains(DOMAIN_LIST_MAX)})).is_ok());
            let error = patched(&configuration, json!({list: domains(DOMAIN_LIST_MAX + 1)}));
            assert_eq!(error, Err(format!("`{list}` may have 4000 entries at most")));
        }
        let error = patched(&configuration, json!({"blockedUsers": users}));
        assert_eq!(error, Err("`blockedUsers` may have 200 entries at most".to_owned()));
    }

    #[test]
    fn the_global_policy_has_no_domain_mode() {
        let policy = ExternalAccessPolicy::default();
        let mode = json!({"communicationWithExternalOrgs": "allowspecificexternaldomains"});
        let patch = |name: &str, patch: &Value| {
            policy.patched(&name.parse().unwrap(), patch.as_object().unwrap())
        };
        assert_eq!(patch("Global", &mode), Err(SettingsError::GlobalDomainMode));
        assert!(patch("Tag:Some", &mode).is_ok());
        // A list that the mode does not use is kept and ignored.
        let list = json!({"allowedExternalDomains": ["b.test"]});
        assert_eq!(patch("Global", &list).unwrap().allowed_external_domains.len(), 1);
    }
}
