//! How risky a first contact looks (4.2).

use serde::Serialize;

/// How risky a first contact looks. Shown to the asked side only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Risk {
    /// How much.
    pub level: RiskLevel,
    /// Why; empty when there is no risk.
    pub reasons: Vec<RiskReason>,
}

impl Risk {
    /// A sender whose domain imitates one of the recipient's organisation.
    pub(crate) fn lookalike() -> Self {
        Self { level: RiskLevel::High, reasons: vec![RiskReason::LookalikeDomain] }
    }

    /// Whether the recipient must preview and confirm before accepting (P-11).
    #[must_use]
    pub const fn is_high(&self) -> bool {
        matches!(self.level, RiskLevel::High)
    }
}

/// How much risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RiskLevel {
    /// Nothing was found.
    #[default]
    None,
    /// It looks like an impersonation.
    High,
}

impl RiskLevel {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::High => "high",
        }
    }
}

/// Why a first contact looks risky.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RiskReason {
    /// The sender's domain imitates a domain of the recipient's organisation (P-12).
    LookalikeDomain,
}

impl RiskReason {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LookalikeDomain => "lookalikeDomain",
        }
    }
}
