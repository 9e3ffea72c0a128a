//! Membership of groups: add, remove, take access away; and files, which depend on who is there.

use visavis_domain::chat::ChatKind;
use visavis_domain::home::Home;
use visavis_domain::id::AccountId;
use visavis_domain::limit::{CHAT_MEMBERS_MAX, MEMBERS_ADDED_MAX};

use crate::contact::Approach;
use crate::facts::{AddToGroup, Person, Remove, RemoveAccess, ShareFile, ShareImage};
use crate::permit;
use crate::reason::{Ground, Reason, Refusal};
use crate::standing::ChatFacts;
use crate::standing::eviction::{Roster, evicted};
use crate::verdict::{Delivery, Question, Sealed, Verdict};

impl ChatFacts<'_> {
    fn has_member(&self, person: &Person<'_>) -> bool {
        let is_same = |member: &Person<'_>| member.account == person.account;
        person.account.is_some() && self.members.iter().any(is_same)
    }
}

impl Sealed for AddToGroup<'_> {}

impl AddToGroup<'_> {
    fn judged(&self) -> Result<Verdict, Refusal> {
        let Self { adder: actor, joiner: target, by, relation, .. } = *self;
        let approach = Approach { actor, target, by, relation };
        self.in_this_chat()?;
        approach.own_side()?;
        self.identity(&approach)?;
        approach.other_side(relation.target_blocked_actor)?;
        approach.privacy()?;
        approach.group_privacy()?;
        approach.barrier()?;
        self.group_rules()?;
        Ok(approach.gate(self.has_left, Delivery::Delivered))
    }

    /// Whether the adder may add anybody here.
    fn in_this_chat(&self) -> Result<(), Refusal> {
        if !self.group.has_member(self.adder) {
            return Err(Refusal::request(Reason::NotMember, "G-02"));
        }
        if self.group.kind == ChatKind::OneOnOne {
            return Err(Refusal::request(Reason::NoPermission, "G-03"));
        }
        if self.adder_has_unanswered_request {
            return Err(Refusal::request(Reason::RequestPending, "S-40"));
        }
        Ok(())
    }

    /// Step 1: the size of call and group; the same person twice; nobody.
    fn identity(&self, approach: &Approach<'_>) -> Result<(), Refusal> {
        let is_full = self.group.members.len() >= CHAT_MEMBERS_MAX;
        if is_full || self.added_in_call > MEMBERS_ADDED_MAX {
            return Err(Refusal::request(Reason::GroupFull, "G-01"));
        }
        if self.group.has_member(self.joiner) {
            // Else an address that must not be found could be told to be that of a member.
            approach.privacy()?;
            return Err(Refusal::request(Reason::DuplicateMember, "G-15"));
        }
        approach.identity()
    }

    /// Step 8: nobody may have to go because of the joiner, the joiner neither.
    fn group_rules(&self) -> Result<(), Refusal> {
        let before = Roster::new(self.group, None);
        let after = evicted(&Roster::new(self.group, Some(self.joiner)));
        if after.is_empty() {
            return Ok(());
        }
        let before = evicted(&before);
        let is_new = |account: AccountId| before.iter().all(|gone| gone.account != account);
        let of_joiner = after.iter().find(|gone| Some(gone.account) == self.joiner.account);
        let first = of_joiner.or_else(|| after.iter().find(|gone| is_new(gone.account)));
        match first {
            Some(gone) => Err(Refusal::by_terms(gone.ground, gone.decider, self.adder.home)),
            None => Ok(()),
        }
    }
}

impl Question for AddToGroup<'_> {
    type Action = permit::AddToGroup;

    fn verdict(&self) -> Verdict {
        self.judged().unwrap_or_else(Verdict::Deny)
    }

    fn actor(&self) -> Option<AccountId> {
        self.adder.account
    }

    fn target(&self) -> Option<AccountId> {
        self.joiner.account
    }
}

impl Sealed for Remove<'_> {}

impl Remove<'_> {
    /// Leaving is always allowed (U-44). Removing others needs A-81; a personal account removes
    /// nobody from a group that an organisation's person started (U-48); in a group that a
    /// personal account started, the initiator removes anybody, and people of an organisation
    /// their own colleagues.
    fn judged(&self) -> Result<(), Refusal> {
        let Self { actor, target, group } = *self;
        if !group.has_member(actor) {
            return Err(Refusal::request(Reason::NotMember, "U-46"));
        }
        if group.kind == ChatKind::OneOnOne {
            return Err(Refusal::request(Reason::NoPermission, "U-46"));
        }
        if actor.account == target.account {
            return Ok(());
        }
        if !actor.rights.allow_remove_user {
            let setting = "messagingPolicy.allowRemoveUser";
            let ground = Ground::new(Reason::NoPermission, "A-81", setting);
            return Err(Refusal::own(ground, actor.home));
        }
        if !group.has_member(target) {
            return Err(Refusal::request(Reason::NotMember, "U-46"));
        }
        let is_initiator = actor.account == Some(group.initiator);
        let may_remove = match (group.initiator_home, actor.home) {
            (Home::Organisation(_), Home::Organisation(_)) => true,
            (Home::Organisation(_), Home::Personal) => false,
            (Home::Personal, _) => is_initiator || !actor.is_external_to(target),
        };
        if may_remove { Ok(()) } else { Err(Refusal::request(Reason::NoPermission, "U-48")) }
    }
}

impl Question for Remove<'_> {
    type Action = permit::Remove;

    fn verdict(&self) -> Verdict {
        self.judged().into()
    }

    fn actor(&self) -> Option<AccountId> {
        self.actor.account
    }

    fn target(&self) -> Option<AccountId> {
        self.target.account
    }
}

impl Sealed for RemoveAccess<'_> {}

impl Question for RemoveAccess<'_> {
    type Action = permit::Evict;

    /// Only people of the administrator's own organisation (P-54).
    fn verdict(&self) -> Verdict {
        if self.target.home == Home::Organisation(self.organisation) {
            Verdict::Allow
        } else {
            Verdict::Deny(Refusal::request(Reason::NoPermission, "P-54"))
        }
    }

    fn actor(&self) -> Option<AccountId> {
        Some(self.administrator)
    }

    fn target(&self) -> Option<AccountId> {
        self.target.account
    }
}

impl Sealed for ShareFile<'_> {}

impl ShareFile<'_> {
    /// Inside one organisation nothing stands against it. Outside: only people of an organisation
    /// whose files policy allows it (U-70, U-72), only with other organisations (table D), and
    /// not before the other side accepted.
    fn judged(&self) -> Result<(), Refusal> {
        let Self { sender, chat, is_pending } = *self;
        if !chat.has_member(sender) {
            return Err(Refusal::request(Reason::NotMember, "U-70"));
        }
        let is_other = |member: &&Person<'_>| member.account != sender.account;
        let mut others = chat.members.iter().filter(is_other);
        if !others.clone().any(|member| sender.is_external_to(member)) {
            return Ok(());
        }
        let off = |rule| Err(Refusal::request(Reason::FeatureOff, rule));
        if sender.is_personal() {
            return off("U-72");
        }
        if others.any(Person::is_personal) {
            return off("S-05");
        }
        if !sender.rights.file_sharing {
            let setting = "filesPolicy.fileSharingInChatswithExternalUsers";
            let ground = Ground::new(Reason::FeatureOff, "A-89", setting);
            return Err(Refusal::own(ground, sender.home));
        }
        if is_pending { off("Q-30") } else { Ok(()) }
    }
}

impl Question for ShareFile<'_> {
    type Action = permit::ShareFile;

    fn verdict(&self) -> Verdict {
        self.judged().into()
    }

    fn actor(&self) -> Option<AccountId> {
        self.sender.account
    }

    fn target(&self) -> Option<AccountId> {
        None
    }
}

impl Sealed for ShareImage<'_> {}

impl Question for ShareImage<'_> {
    type Action = permit::ShareImage;

    /// In a chat that a personal account started, people of organisations see images and send none
    /// (table D).
    fn verdict(&self) -> Verdict {
        if self.initiator_home == Home::Personal && !self.sender.is_personal() {
            return Verdict::Deny(Refusal::request(Reason::FeatureOff, "T-246"));
        }
        Verdict::Allow
    }

    fn actor(&self) -> Option<AccountId> {
        self.sender.account
    }

    fn target(&self) -> Option<AccountId> {
        None
    }
}
