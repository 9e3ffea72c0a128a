//! What of Graph is left out, or not built yet: answered with 501 rather than 404, so that a script
//! learns that it is the server that lacks it, and not its path that is wrong.
//!
//! The table is restated for people in `docs/reference/left-out.md`. A route that is there wins over
//! it. Nothing is looked up: what exists and what does not get the same answer.

use axum::http::{Method, Uri};

use crate::error::ApiError;

/// Paths below `/v1.0`, and everything below them. `{}` stands for one key.
const PATHS: &[&str] = &[
    "admin/configurationManagement",
    "appCatalogs",
    "auditLogs",
    "chats/{}/completeMigration",
    "chats/{}/installedApps",
    "chats/{}/messages/forwardToChat",
    "chats/{}/messages/{}/replies",
    "chats/{}/operations",
    "chats/{}/permissionGrants",
    "chats/{}/sendActivityNotification",
    "chats/{}/startMigration",
    "chats/{}/tabs",
    "chats/{}/targetedMessages",
    "chats/getAllRetainedMessages",
    "communications/callRecords",
    "communications/calls",
    "communications/onlineMeetings",
    "communications/presences/{}/clearAutomaticLocation",
    "communications/presences/{}/clearLocation",
    "communications/presences/{}/setAutomaticLocation",
    "communications/presences/{}/setManualLocation",
    "identity",
    "identityProviders",
    "invitations",
    "me/joinedTeams",
    "me/onlineMeetings",
    "me/presence/clearAutomaticLocation",
    "me/presence/clearLocation",
    "me/presence/setAutomaticLocation",
    "me/presence/setManualLocation",
    "me/teamwork",
    "policies",
    "security",
    "subscriptions/getVapidPublicKey",
    "teams",
    "teamsTemplates",
    "teamwork",
    "users/{}/joinedTeams",
    "users/{}/onlineMeetings",
    "users/{}/people",
    "users/{}/presence/clearAutomaticLocation",
    "users/{}/presence/clearLocation",
    "users/{}/presence/setAutomaticLocation",
    "users/{}/presence/setManualLocation",
    "users/{}/teamwork",
];

/// Properties that Graph has and Visavis has not, by schema. Programs name them in `$select` because
/// they ask so of any server, and find them missing, as Graph leaves out what is empty.
const PROPERTIES: &[(&str, &[&str])] = &[
    (
        "user",
        &[
            "aboutMe",
            "ageGroup",
            "assignedLicenses",
            "assignedPlans",
            "birthday",
            "city",
            "companyName",
            "consentProvidedForMinor",
            "country",
            "creationType",
            "customSecurityAttributes",
            "deletedDateTime",
            "department",
            "employeeHireDate",
            "employeeId",
            "employeeLeaveDateTime",
            "employeeOrgData",
            "employeeType",
            "externalUserState",
            "externalUserStateChangeDateTime",
            "faxNumber",
            "hireDate",
            "identities",
            "imAddresses",
            "interests",
            "isManagementRestricted",
            "isResourceAccount",
            "lastPasswordChangeDateTime",
            "legalAgeGroupClassification",
            "licenseAssignmentStates",
            "mailNickname",
            "mailboxSettings",
            "mySite",
            "onPremisesDistinguishedName",
            "onPremisesDomainName",
            "onPremisesExtensionAttributes",
            "onPremisesImmutableId",
            "onPremisesLastSyncDateTime",
            "onPremisesProvisioningErrors",
            "onPremisesSamAccountName",
            "onPremisesSecurityIdentifier",
            "onPremisesSyncEnabled",
            "onPremisesUserPrincipalName",
            "otherMails",
            "passwordPolicies",
            "passwordProfile",
            "pastProjects",
            "postalCode",
            "preferredDataLocation",
            "preferredName",
            "provisionedPlans",
            "responsibilities",
            "schools",
            "securityIdentifier",
            "serviceProvisioningErrors",
            "showInAddressList",
            "signInActivity",
            "signInSessionsValidFromDateTime",
            "skills",
            "state",
            "streetAddress",
            "usageLocation",
        ],
    ),
    (
        "chat",
        &[
            "createdBy",
            "installedApps",
            "messages",
            "migrationMode",
            "operations",
            "originalCreatedDateTime",
            "permissionGrants",
            "pinnedMessages",
            "tabs",
        ],
    ),
    ("chatMessage", &["hostedContents", "messageHistory", "onBehalfOf", "replies"]),
    ("directoryAudit", &["additionalDetails", "operationType", "userAgent"]),
    (
        "organization",
        &[
            "assignedPlans",
            "businessPhones",
            "city",
            "country",
            "countryLetterCode",
            "createdDateTime",
            "defaultUsageLocation",
            "deletedDateTime",
            "directorySizeQuota",
            "isMultipleDataLocationsForServicesEnabled",
            "marketingNotificationEmails",
            "mobileDeviceManagementAuthority",
            "onPremisesLastSyncDateTime",
            "onPremisesSyncEnabled",
            "partnerTenantType",
            "postalCode",
            "preferredLanguage",
            "privacyProfile",
            "provisionedPlans",
            "securityComplianceNotificationMails",
            "securityComplianceNotificationPhones",
            "state",
            "street",
            "technicalNotificationMails",
            "tenantType",
        ],
    ),
    (
        "group",
        &[
            "allowExternalSenders",
            "assignedLabels",
            "assignedLicenses",
            "autoSubscribeNewMembers",
            "classification",
            "createdDateTime",
            "deletedDateTime",
            "description",
            "expirationDateTime",
            "groupTypes",
            "hasMembersWithLicenseErrors",
            "hideFromAddressLists",
            "hideFromOutlookClients",
            "isArchived",
            "isAssignableToRole",
            "isManagementRestricted",
            "isSubscribedByMail",
            "licenseProcessingState",
            "mail",
            "mailEnabled",
            "mailNickname",
            "membershipRule",
            "membershipRuleProcessingState",
            "onPremisesDomainName",
            "onPremisesLastSyncDateTime",
            "onPremisesNetBiosName",
            "onPremisesProvisioningErrors",
            "onPremisesSamAccountName",
            "onPremisesSecurityIdentifier",
            "onPremisesSyncEnabled",
            "preferredDataLocation",
            "preferredLanguage",
            "proxyAddresses",
            "renewedDateTime",
            "resourceBehaviorOptions",
            "resourceProvisioningOptions",
            "securityIdentifier",
            "serviceProvisioningErrors",
            "theme",
            "uniqueName",
            "unseenCount",
            "visibility",
        ],
    ),
    (
        "person",
        &[
            "birthday",
            "companyName",
            "department",
            "imAddress",
            "isFavorite",
            "officeLocation",
            "personNotes",
            "phones",
            "postalAddresses",
            "profession",
            "websites",
            "yomiCompany",
        ],
    ),
    ("presence", &["sequenceNumber", "workLocation"]),
    (
        "subscription",
        &[
            "latestSupportedTlsVersion",
            "notificationContentType",
            "notificationQueryOptions",
            "notificationUrlAppId",
        ],
    ),
];

/// The properties that Graph's schema of this name has besides ours.
pub(crate) fn properties(schema: &str) -> impl Iterator<Item = &'static str> {
    let of = PROPERTIES.iter().filter(move |(name, _all)| *name == schema);
    of.flat_map(|(_name, all)| all.iter().copied())
}

/// The answer to a path that no route knows.
pub(crate) async fn answer(_method: Method, uri: Uri) -> ApiError {
    let path = uri.path().strip_prefix("/v1.0/").unwrap_or_default();
    if is_left_out(path) { ApiError::not_implemented() } else { ApiError::unknown_route() }
}

/// The answer to something that a known path does not do.
pub(crate) async fn refuse() -> ApiError {
    ApiError::not_implemented()
}

/// Whether something that is left out has this name.
#[cfg(test)]
pub(crate) fn knows(name: &str) -> bool {
    PATHS.iter().any(|path| path.rsplit('/').next() == Some(name))
}

fn is_left_out(path: &str) -> bool {
    PATHS.iter().any(|pattern| {
        let mut segments = path.split('/');
        pattern
            .split('/')
            .all(|part| segments.next().is_some_and(|segment| part == segment || part == "{}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_compared_segment_by_segment() {
        for path in [
            "teams",
            "teams/1/channels/2",
            "chats/19:a@thread.v2/tabs",
            "chats/x/tabs/1",
            "chats/x/messages/1/replies",
            "security/cases/ediscoveryCases",
            "users/u/people/1",
        ] {
            assert!(is_left_out(path), "{path}");
        }
        for path in
            ["", "team", "teamsx", "chats", "chats/x", "chats/tabs", "chats/x/messages/1", "x"]
        {
            assert!(!is_left_out(path), "{path}");
        }
    }

    #[test]
    fn the_page_for_people_says_the_same() {
        let page = include_str!("../../../docs/reference/left-out.md");
        let listed: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `/")?.split_once('`'))
            .map(|(path, _rest)| path)
            .collect();
        assert_eq!(listed, PATHS);
    }
}
