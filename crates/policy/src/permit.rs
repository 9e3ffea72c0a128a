//! Permits: evidence that something may be done, as a value that a write demands.

use std::marker::PhantomData;

use visavis_domain::id::AccountId;

use crate::verdict::{Delivery, Gate};

/// Evidence that `actor` may do `A`, here and now.
///
/// Only this crate makes one, and only from a verdict that allows; it can be neither cloned nor
/// copied. So a function that asks for a `Permit` cannot be reached by a path that skipped policy.
/// Facts, permit and write belong into the same transaction, else the permit may be stale (P3).
#[derive(Debug)]
#[must_use = "a permit is there to be used up by the write that it allows"]
pub struct Permit<A> {
    actor: AccountId,
    target: Option<AccountId>,
    gate: Option<Gate>,
    delivery: Delivery,
    action: PhantomData<A>,
}

impl<A> Permit<A> {
    pub(crate) const fn new(
        actor: AccountId,
        target: Option<AccountId>,
        gate: Option<Gate>,
        delivery: Delivery,
    ) -> Self {
        Self { actor, target, gate, delivery, action: PhantomData }
    }

    /// Who may act. For an eviction, the one who goes.
    #[must_use]
    pub const fn actor(&self) -> AccountId {
        self.actor
    }

    /// Towards whom, where that is one account.
    #[must_use]
    pub const fn target(&self) -> Option<AccountId> {
        self.target
    }

    /// The contact request that is needed, if one is.
    #[must_use]
    pub const fn gate(&self) -> Option<&Gate> {
        self.gate.as_ref()
    }

    /// Whether what is written reaches the other side, or only seems to (P5).
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        self.delivery
    }
}

macro_rules! actions {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Debug)]
            pub enum $name {}
        )*
    };
}

actions! {
    /// To see that an account has an address.
    Find,
    /// To make or reopen the one-to-one chat of two people.
    Start,
    /// To invite an address that has no account yet.
    Invite,
    /// To accept a contact request.
    Accept,
    /// To write in a chat.
    Send,
    /// To add somebody to a group.
    AddToGroup,
    /// To remove a member, oneself included.
    Remove,
    /// To take out a member whom the terms no longer allow, or an administrator takes out.
    Evict,
    /// To share a file in a chat.
    ShareFile,
    /// To show an image in a chat.
    ShareImage,
}
