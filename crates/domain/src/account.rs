//! Accounts: people who sign in, managed by an organisation or personal.

use serde::{Deserialize, Serialize};

use crate::address::{Address, EmailAddress, PhoneNumber};
use crate::home::Home;
use crate::id::AccountId;
use crate::time::Timestamp;

/// What an account may do beyond chatting. Being a member needs no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Changes external access: configuration, policies, assignments.
    ExternalAccessAdministrator,
    /// Edits blocked domains and people where the organisation delegates that; reads the trail.
    SecurityAdministrator,
    /// Reads the audit trail.
    ComplianceOfficer,
    /// Everything in the organisation, accounts included.
    OrganisationAdministrator,
    /// Runs the deployment: founds organisations, makes personal accounts. Sees no content.
    DeploymentOperator,
}

impl Role {
    /// Every role, in the order of their bits.
    pub const ALL: [Self; 5] = [
        Self::ExternalAccessAdministrator,
        Self::SecurityAdministrator,
        Self::ComplianceOfficer,
        Self::OrganisationAdministrator,
        Self::DeploymentOperator,
    ];

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExternalAccessAdministrator => "externalAccessAdministrator",
            Self::SecurityAdministrator => "securityAdministrator",
            Self::ComplianceOfficer => "complianceOfficer",
            Self::OrganisationAdministrator => "organisationAdministrator",
            Self::DeploymentOperator => "deploymentOperator",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    const fn bit(self) -> i64 {
        1 << self as i64
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(i64);

impl Roles {
    /// The set as the store keeps it.
    #[must_use]
    pub const fn as_bits(self) -> i64 {
        self.0
    }

    /// The set from the store; unknown bits are dropped.
    #[must_use]
    pub fn from_bits(bits: i64) -> Self {
        Role::ALL.into_iter().filter(|role| bits & role.bit() != 0).collect()
    }

    /// Whether the role is in the set.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// The roles in the set.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }
}

/// Who may add a personal account to groups, U-85.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub enum WhoCanAdd {
    /// Anybody whose side allows it.
    #[default]
    Everyone,
    /// Only people whose request was accepted.
    Contacts,
}

/// An account's own settings for external chat, section 3.7 and decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExternalChatSettings {
    /// Whether the exact e-mail address finds the account. Personal accounts only.
    pub is_discoverable_by_email: bool,
    /// Whether the exact telephone number finds the account. Personal accounts only.
    pub is_discoverable_by_phone: bool,
    /// Who may add the account to groups. Personal accounts only.
    pub who_can_add_me_to_groups: WhoCanAdd,
    /// Whether accepted outsiders see what was read; both sides must want it.
    pub send_read_receipts_to_external: bool,
    /// Whether accepted outsiders see presence.
    pub show_presence_to_external: bool,
}

impl Default for ExternalChatSettings {
    fn default() -> Self {
        Self {
            is_discoverable_by_email: true,
            is_discoverable_by_phone: true,
            who_can_add_me_to_groups: WhoCanAdd::Everyone,
            send_read_receipts_to_external: false,
            show_presence_to_external: true,
        }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Where it belongs.
    pub home: Home,
    /// The name under which it signs in; an e-mail address for managed accounts.
    pub user_principal_name: String,
    /// What people call the person.
    pub display_name: String,
    /// The primary e-mail address.
    pub mail: Option<EmailAddress>,
    /// The primary telephone number.
    pub phone: Option<PhoneNumber>,
    /// Given name, family name, job title, department, office: free text of the directory.
    pub profile: Profile,
    /// Whether it may sign in.
    pub is_enabled: bool,
    /// Whether the person is a minor, U-88.
    pub is_minor: bool,
    /// What it may do beyond chatting.
    pub roles: Roles,
    /// Its own settings for external chat.
    pub settings: ExternalChatSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// The version of what a verdict about this account depends on: blocks, privacy, addresses.
    pub epoch: i64,
}

impl Account {
    /// The primary address: e-mail where there is one.
    #[must_use]
    pub fn primary_address(&self) -> Option<Address> {
        match (&self.mail, &self.phone) {
            (Some(mail), _) => Some(Address::Email(mail.clone())),
            (None, Some(phone)) => Some(Address::Phone(phone.clone())),
            (None, None) => None,
        }
    }
}

/// Free text of the directory about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// Where the person works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office_location: Option<String>,
    /// Preferred language, BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_language: Option<String>,
}

/// A group of accounts of one organisation. It carries policy assignments and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: crate::id::GroupId,
    /// What administrators call it.
    pub display_name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A bearer token or browser session, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id, by which it is listed and revoked.
    pub id: crate::id::TokenId,
    /// Whose it is.
    pub account: AccountId,
    /// Whether it is a browser session or a bearer token.
    pub kind: TokenKind,
    /// What its owner called it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// What a token is presented as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// In the session cookie of a browser.
    Session,
    /// In the `Authorization` header.
    Bearer,
}

impl TokenKind {
    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Bearer => "bearer",
        }
    }
}
