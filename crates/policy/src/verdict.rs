//! The verdict, and the one way from it to a permit.

use visavis_domain::id::AccountId;

use crate::permit::Permit;
use crate::reason::{Reason, Refusal};
use crate::risk::Risk;

/// What the policy engine answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be done.
    Allow,
    /// It may be done, and the target is asked first.
    Gate(Gate),
    /// It may not be done.
    Deny(Refusal),
}

impl Verdict {
    /// The refusal, if it is one.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Deny(refusal) => Some(refusal),
            Self::Allow | Self::Gate(_) => None,
        }
    }

    /// The name in the API: `allow`, `gate` or `deny`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Gate(_) => "gate",
            Self::Deny(_) => "deny",
        }
    }
}

impl From<Result<(), Refusal>> for Verdict {
    fn from(outcome: Result<(), Refusal>) -> Self {
        match outcome {
            Ok(()) => Self::Allow,
            Err(refusal) => Self::Deny(refusal),
        }
    }
}

/// A contact request is needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gate {
    /// How risky the sender looks to the recipient's organisation. Never shown to the sender.
    pub risk: Risk,
    /// Whether the request reaches the recipient, or only seems to.
    pub delivery: Delivery,
}

/// Whether something reaches the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Delivery {
    /// It does.
    #[default]
    Delivered,
    /// It does not, and the sender cannot tell: the recipient declined or blocked before ever
    /// accepting (P5), or must not be known to exist.
    SenderOnly,
}

mod sealed {
    /// Keeps others from answering their own questions, and so from making permits.
    pub trait Sealed {}
}

pub(crate) use sealed::Sealed;

/// Something that policy answers: facts that belong to one action.
///
/// Sealed: only the structs of this crate are questions.
pub trait Question: Sealed {
    /// What a permit then allows; one of the types in [`crate::permit`].
    type Action: std::fmt::Debug;

    /// The answer.
    fn verdict(&self) -> Verdict;

    /// Who asks. Without an account nobody gets a permit.
    fn actor(&self) -> Option<AccountId>;

    /// Towards whom, where that is one account.
    fn target(&self) -> Option<AccountId>;
}

/// Answers a question. For explanations; what is written needs [`authorise`].
#[must_use]
pub fn decide(question: &impl Question) -> Verdict {
    question.verdict()
}

/// Answers a question with a permit, when the verdict is not a refusal.
///
/// # Errors
///
/// The [`Refusal`] of the verdict.
pub fn authorise<Q: Question>(question: &Q) -> Result<Permit<Q::Action>, Refusal> {
    let gate = match question.verdict() {
        Verdict::Allow => None,
        Verdict::Gate(gate) => Some(gate),
        Verdict::Deny(refusal) => return Err(refusal),
    };
    let actor = question.actor().ok_or(Refusal::request(Reason::NotFound, "6.1"))?;
    let delivery = gate.as_ref().map_or(Delivery::Delivered, |gate| gate.delivery);
    Ok(Permit::new(actor, question.target(), gate, delivery))
}
