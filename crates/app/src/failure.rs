//! Why a use case did not do what it was asked, written for the caller.

use visavis_policy::reason::Refusal;
use visavis_store::StoreError;

/// Why a use case did not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The rules refuse it; the refusal knows which, and what the caller may learn of it.
    #[error("refused: {}", .0.reason.code())]
    Refused(Refusal),
    /// The address is unknown, undiscoverable, or the other side refuses: nobody can tell which.
    #[error("the person cannot be reached")]
    NotReachable,
    /// There is no such thing, or the caller may not know that there is.
    #[error("not found")]
    NotFound,
    /// The caller's role does not permit it.
    #[error("the caller has no permission")]
    NoPermission,
    /// The request makes no sense; `target` names the part.
    #[error("invalid {target}: {message}")]
    Invalid {
        /// The property or parameter.
        target: String,
        /// One sentence for the person.
        message: String,
    },
    /// The same person twice in one call, or already there.
    #[error("the same person twice")]
    DuplicateMember,
    /// It is switched off here; one sentence says why.
    #[error("switched off: {0}")]
    FeatureOff(String),
    /// The body is larger than a message may be.
    #[error("the message is too large")]
    TooLarge,
    /// The risk of a first contact was not previewed and acknowledged.
    #[error("the risk was not acknowledged")]
    RiskNotAcknowledged,
    /// The thing exists already, or is used.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The thing has changed since the caller looked.
    #[error("precondition failed")]
    PreconditionFailed,
    /// A token from which to go on that this deployment did not make for this caller and this
    /// collection.
    #[error("the token does not open")]
    TokenUnknown,
    /// A limit of the product is reached.
    #[error("limit reached: {0}")]
    LimitReached(String),
    /// No valid token, or wrong credentials.
    #[error("not signed in")]
    NotSignedIn,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany {
        /// How long to wait, in seconds.
        retry_after_s: u32,
    },
    /// The store failed; the caller may try again with the same idempotency key.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// An invariant is broken; `code` is unique to the place.
    #[error("internal error {code}")]
    Internal {
        /// Names the place in the code.
        code: &'static str,
    },
}

impl Failure {
    /// An invalid part of a request.
    #[must_use]
    pub fn invalid(target: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { target: target.into(), message: message.into() }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What a use case answers.
pub type Outcome<T> = Result<T, Failure>;
