//! May somebody make a group at all? Who may be in it is asked for each one: [`AddToGroup`].
//!
//! [`AddToGroup`]: crate::facts::AddToGroup

use visavis_domain::id::AccountId;

use crate::contact::chat_objection;
use crate::facts::Person;
use crate::permit;
use crate::reason::Refusal;
use crate::verdict::{Question, Sealed, Verdict};

/// May the actor make a group chat?
#[derive(Debug, Clone, Copy)]
pub struct StartGroup<'a> {
    /// Who makes it.
    pub actor: &'a Person<'a>,
}

impl Sealed for StartGroup<'_> {}

impl Question for StartGroup<'_> {
    type Action = permit::Start;

    /// Whoever may chat at all.
    fn verdict(&self) -> Verdict {
        match chat_objection(self.actor) {
            Some(ground) => Verdict::Deny(Refusal::own(ground, self.actor.home)),
            None => Verdict::Allow,
        }
    }

    fn actor(&self) -> Option<AccountId> {
        self.actor.account
    }

    fn target(&self) -> Option<AccountId> {
        None
    }
}
