//! Everybody in a chat, and what the terms of their homes say about it, for one set of versions.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use visavis_domain::audit::Hash;
use visavis_domain::chat::{Chat, ChatKind, Consent, Membership, MembershipState};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, OrganisationId, OrganisationKey};
use visavis_policy::facts as policy;
use visavis_policy::standing::{ChatFacts, PairRelation, Stance, Standing};
use visavis_store::{ChatHome, Tx};

use crate::cache::Caches;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::subject::Subject;

/// People whom one transaction keeps; those after them are read again.
const PEOPLE_KEPT: usize = 1_000;

/// One person in the chat, present or former.
#[derive(Debug, Clone)]
pub struct RosterMember {
    /// The membership. What is private to the member in it (read, hidden, previewed) may be old.
    pub membership: Membership,
    /// The person.
    pub subject: Subject,
}

/// Who was read already in one transaction.
#[derive(Debug, Default)]
pub struct Known(HashMap<AccountId, Subject>);

impl Known {
    fn find(&mut self, tx: &mut Tx<'_>, ctx: &Context<'_>, id: AccountId) -> Outcome<Subject> {
        if let Some(subject) = self.0.get(&id) {
            return Ok(subject.clone());
        }
        let subject = Subject::find(tx, ctx, id)?
            .ok_or(Failure::Internal { code: "member-without-account" })?;
        if self.0.len() < PEOPLE_KEPT {
            self.0.insert(id, subject.clone());
        }
        Ok(subject)
    }
}

/// Everybody in a chat, for one access version and one epoch of every home.
#[derive(Debug)]
pub struct Roster {
    access_version: i64,
    epochs: Vec<(OrganisationKey, i64)>,
    /// In a one-to-one chat, whether its initiator blocks the other, and the other way round.
    blocks: Option<(bool, bool)>,
    /// Everybody, former members included, by id.
    pub members: Vec<RosterMember>,
    /// What the terms say.
    pub standing: Standing,
    /// Whether people of more than one home are in it.
    pub is_external: bool,
    /// Who takes part, as the audit trail describes it (C-47).
    pub context: String,
    /// Its hash.
    pub context_hash: Hash,
}

impl Roster {
    /// Whether this roster was made from exactly these versions.
    #[must_use]
    pub fn is_of(&self, chat: &Chat, homes: &[ChatHome]) -> bool {
        self.access_version == chat.access_version
            && self.epochs.len() == homes.len()
            && self
                .epochs
                .iter()
                .zip(homes)
                .all(|(epoch, home)| *epoch == (home.organisation, home.epoch))
    }

    /// Somebody who is or was in the chat.
    #[must_use]
    pub fn member(&self, account: AccountId) -> Option<&RosterMember> {
        self.members
            .binary_search_by_key(&account, |member| member.membership.account)
            .ok()
            .and_then(|index| self.members.get(index))
    }

    /// Everybody who is in the chat, asked people included.
    pub fn present(&self) -> impl Iterator<Item = &RosterMember> {
        self.members.iter().filter(|member| member.membership.state == MembershipState::Member)
    }

    /// The one other person of a one-to-one chat, present or former.
    #[must_use]
    pub fn other(&self, account: AccountId) -> Option<&RosterMember> {
        self.members.iter().find(|member| member.membership.account != account)
    }

    /// The homes of everybody present, personal realm included, without repeats.
    #[must_use]
    pub fn home_keys(&self) -> Vec<OrganisationKey> {
        let mut keys: Vec<_> = self.present().map(|member| member.subject.key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether somebody of another home than the initiator's has taken up the chat.
    #[must_use]
    pub fn has_accepted_outsider(&self, initiator_home: Home) -> bool {
        self.present().any(|member| {
            member.membership.consent.is_given()
                && member.subject.home.is_external_to(initiator_home)
                && member.membership.requested_by.is_some()
        })
    }

    /// Whether somebody present has an open request, or must be believed to.
    #[must_use]
    pub fn has_open_request(&self) -> bool {
        self.present().any(|member| member.membership.consent.is_open())
    }

    /// Whether messages to the chat are counted while an answer is awaited (S-20): in a group, as
    /// long as whoever asked has nobody else to talk with.
    #[must_use]
    pub fn counts_messages_of(&self, chat: &Chat) -> bool {
        let is_first = chat.kind == ChatKind::OneOnOne
            || !chat.has_accepted_outsider && self.without_open_request() < 2;
        is_first && self.has_open_request()
    }

    fn without_open_request(&self) -> usize {
        self.present().filter(|member| !member.membership.consent.is_open()).count()
    }

    /// Those whom a change of terms since `before` tells something else of whether they may write.
    /// Nobody when anything else changed too: what people say to each other, such as a block, is
    /// told by events, to whom it may be told (P5).
    fn told_anew(&self, before: &Self, chat: &Chat) -> Vec<AccountId> {
        if !self.is_later_than(before) || !self.is_as_agreed(before) {
            return Vec::new();
        }
        self.standing.told_anew(&before.standing, self.counts_messages_of(chat))
    }

    fn is_later_than(&self, before: &Self) -> bool {
        self.access_version >= before.access_version
            && self.epochs.len() == before.epochs.len()
            && self
                .epochs
                .iter()
                .zip(&before.epochs)
                .all(|(now, then)| now.0 == then.0 && now.1 >= then.1)
    }

    /// Whether the same people are in it, who have said the same to each other.
    fn is_as_agreed(&self, before: &Self) -> bool {
        let word = |member: &RosterMember| {
            let Membership { account, state, consent, requested_by, .. } = member.membership;
            (account, state, consent, requested_by)
        };
        self.blocks == before.blocks
            && self.members.iter().map(word).eq(before.members.iter().map(word))
    }

    /// Whether somebody of one of these organisations is or was in the chat.
    #[must_use]
    pub fn has_home_among(&self, organisations: &[OrganisationKey]) -> bool {
        self.epochs.iter().any(|(key, _epoch)| organisations.contains(key))
    }

    /// Keeps a roster for later transactions, unless a later one is there, and notes whom a change
    /// of terms tells something else.
    fn keep(caches: &Caches, chat: &Chat, made: Arc<Self>) {
        let mut told = caches.told_anew.lock();
        let anew = match caches.rosters.peek(&chat.key) {
            Some(before) if before.is_later_than(&made) && !made.is_later_than(&before) => return,
            Some(before) => made.told_anew(&before, chat),
            None => Vec::new(),
        };
        told.note(chat.key, anew);
        caches.rosters.insert(chat.key, made);
    }

    /// The roster of a chat: the cached one if its versions are those that this transaction
    /// reads, else a fresh one.
    ///
    /// # Errors
    ///
    /// When the store fails or is inconsistent.
    pub fn of(
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        chat: &Chat,
        homes: &[ChatHome],
    ) -> Outcome<Arc<Self>> {
        Self::of_known(tx, ctx, chat, homes, &mut Known::default())
    }

    /// As [`Roster::of`], for several chats of one transaction: whoever is in more than one of
    /// them is read once.
    ///
    /// # Errors
    ///
    /// As [`Roster::of`].
    pub fn of_known(
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        chat: &Chat,
        homes: &[ChatHome],
        known: &mut Known,
    ) -> Outcome<Arc<Self>> {
        if let Some(roster) = ctx.caches.rosters.get(&chat.key)
            && roster.is_of(chat, homes)
        {
            return Ok(roster);
        }
        let roster = Arc::new(Self::load(tx, ctx, chat, homes, known)?);
        let (caches, chat, made) = (ctx.caches.clone(), chat.clone(), Arc::clone(&roster));
        tx.after_commit(Box::new(move || Self::keep(&caches, &chat, made)));
        Ok(roster)
    }

    fn load(
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        chat: &Chat,
        homes: &[ChatHome],
        known: &mut Known,
    ) -> Outcome<Self> {
        let mut memberships = tx.list_memberships(chat.key)?;
        memberships.sort_unstable_by_key(|membership| membership.account);
        let mut members = Vec::with_capacity(memberships.len());
        for membership in memberships {
            let subject = known.find(tx, ctx, membership.account)?;
            members.push(RosterMember { membership, subject });
        }
        let (standing, relation) = judge(tx, chat, &members)?;
        let context = describe(chat, &members);
        let mut home_keys: Vec<_> = members
            .iter()
            .filter(|member| member.membership.state == MembershipState::Member)
            .map(|member| (member.subject.key, member.subject.account))
            .collect();
        home_keys.sort_unstable();
        let is_external = home_keys.windows(2).any(|pair| match pair {
            [a, b] => a.0 != b.0 || a.0 == OrganisationKey::PERSONAL,
            _ => false,
        });
        Ok(Self {
            access_version: chat.access_version,
            epochs: homes.iter().map(|home| (home.organisation, home.epoch)).collect(),
            blocks: relation.map(|of| (of.initiator.has_blocked, of.other.has_blocked)),
            standing,
            is_external,
            context_hash: Hash::of(context.as_bytes()),
            context,
            members,
        })
    }
}

fn judge(
    tx: &mut Tx<'_>,
    chat: &Chat,
    members: &[RosterMember],
) -> Outcome<(Standing, Option<PairRelation>)> {
    let relation = match (chat.kind, members) {
        (ChatKind::OneOnOne, [first, second]) => {
            Some(relation(tx, chat, &first.membership, &second.membership)?)
        }
        _ => None,
    };
    let present: Vec<_> = members
        .iter()
        .filter(|member| member.membership.state == MembershipState::Member)
        .map(|member| member.subject.facts())
        .collect();
    let standing = Standing::of(&ChatFacts {
        kind: chat.kind,
        initiator: chat.initiator,
        initiator_home: chat.initiator_home,
        members: &present,
        relation,
        barriers: &[],
    });
    Ok((standing, relation))
}

/// What the two of a one-to-one chat have said to each other.
pub(crate) fn relation(
    tx: &mut Tx<'_>,
    chat: &Chat,
    first: &Membership,
    second: &Membership,
) -> Outcome<PairRelation> {
    let (initiator, other) =
        if first.account == chat.initiator { (first, second) } else { (second, first) };
    let mut stance = |of: &Membership, to: &Membership| -> Outcome<Stance> {
        let consent = match of.consent {
            _ if of.requested_by.is_none() => policy::Consent::None,
            Consent::NotNeeded | Consent::Accepted => policy::Consent::Accepted,
            Consent::Pending => policy::Consent::Requested { sent: chat.pending_sends },
            Consent::Declined => policy::Consent::Declined,
        };
        Ok(Stance { consent, has_blocked: tx.is_blocked(of.account, to.account)? })
    };
    Ok(PairRelation {
        initiator: stance(initiator, other)?,
        other: stance(other, initiator)?,
        are_contacts: initiator.consent.is_given() && other.consent.is_given(),
    })
}

/// What is read of a description of participants (C-47).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described {
    /// `OneOnOne` or `GroupChat`.
    #[serde(default)]
    pub(crate) communication_type: String,
    /// Who takes part.
    #[serde(default)]
    pub(crate) members: Vec<DescribedMember>,
}

/// Somebody who takes part, as the trails of all sides name them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DescribedMember {
    /// Who.
    pub(crate) id: AccountId,
    /// The address that chats show.
    pub(crate) address: Option<String>,
    /// Where they belong; nowhere for personal accounts.
    pub(crate) organisation_id: Option<OrganisationId>,
}

/// Whether a description of participants names somebody as one of them.
pub(crate) fn names(description: &str, account: AccountId) -> bool {
    // Most name somebody else, and are not read any further.
    description.contains(&account.to_string())
        && serde_json::from_str(description).is_ok_and(|described: Described| {
            described.members.iter().any(|member| member.id == account)
        })
}

/// What the trails of all sides say about who takes part: of everybody what chats show of them. A
/// further address or a telephone number would tell the other side what is hidden from it (P6, U-86).
fn describe(chat: &Chat, members: &[RosterMember]) -> String {
    let present: Vec<_> = members
        .iter()
        .filter(|member| member.membership.state == MembershipState::Member)
        .collect();
    let people: Vec<_> = present
        .iter()
        .map(|member| {
            serde_json::json!({
                "id": member.subject.card.id,
                "displayName": member.subject.card.display_name,
                "address": member.subject.card.mail,
                "organisationId": member.subject.home.organisation(),
            })
        })
        .collect();
    let mut domains: Vec<_> = present
        .iter()
        .filter_map(|member| member.subject.shown_address()?.domain())
        .map(|domain| domain.to_string())
        .collect();
    domains.sort_unstable();
    domains.dedup();
    let mut organisations: Vec<_> =
        present.iter().filter_map(|member| member.subject.home.organisation()).collect();
    organisations.sort_unstable();
    organisations.dedup();
    let is_personal_present = present.iter().any(|member| member.subject.home == Home::Personal);
    serde_json::json!({
        "chatThreadId": chat.id,
        "communicationType": match chat.kind {
            ChatKind::OneOnOne => "OneOnOne",
            ChatKind::Group => "GroupChat",
        },
        "members": people,
        "participantInfo": {
            "hasForeignTenantUsers": organisations.len() > 1 || is_personal_present,
            "hasGuestUsers": false,
            "hasOtherGuestUsers": false,
            "hasUnauthenticatedUsers": false,
            "participatingDomains": domains,
            "participatingTenantIds": organisations,
        },
    })
    .to_string()
}
