//! A chat as a use case enters it: the chat, the caller's membership, everybody in it and the
//! heads of its audit chains, all read in the same transaction.

use std::sync::Arc;

use visavis_domain::audit::{AuditKind, AuditRecord, Hash};
use visavis_domain::chat::{Chat, ChatKind, Membership, MembershipState};
use visavis_domain::event::EventKind;
use visavis_domain::id::{AccountId, ChatId, MessageId};
use visavis_domain::message::{Body, ContentType, Extras, Importance, Message, SystemEvent};
use visavis_policy::permit::{self, Permit};
use visavis_policy::standing::{Eviction, SendRequest};
use visavis_store::{ChatHome, Tx};

use crate::context::Context;
use crate::delivery::Attachment;
use crate::failure::{Failure, Outcome};
use crate::roster::Roster;
use crate::subject::Viewer;

/// A chat as the caller finds it.
#[derive(Debug)]
pub struct Scene {
    /// The chat. Changes are written by [`Scene::save`].
    pub chat: Chat,
    /// The caller's membership.
    pub me: Membership,
    /// The homes of the chat, with the heads of its audit chains.
    pub homes: Vec<ChatHome>,
    /// Everybody in the chat.
    pub roster: Arc<Roster>,
}

impl Scene {
    /// A chat whose parts were read already.
    #[must_use]
    pub const fn of(chat: Chat, me: Membership, homes: Vec<ChatHome>, roster: Arc<Roster>) -> Self {
        Self { chat, me, homes, roster }
    }

    /// Enters a chat to look at it.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] when the chat does not exist for the caller.
    pub fn enter(tx: &mut Tx<'_>, ctx: &Context<'_>, id: &ChatId) -> Outcome<Self> {
        let (chat, membership) =
            tx.find_chat_with_membership(id, ctx.caller.account)?.ok_or(Failure::NotFound)?;
        let me = membership.filter(Membership::can_see_chat).ok_or(Failure::NotFound)?;
        let homes = tx.chat_homes(chat.key)?;
        let roster = Roster::of(tx, ctx, &chat, &homes)?;
        let scene = Self { chat, me, homes, roster }.as_judged(ctx);
        if scene.me.can_see_chat() { Ok(scene) } else { Err(Failure::NotFound) }
    }

    /// The chat as somebody sees it whom the terms no longer allow in it and who was not taken out
    /// yet: as if that had happened now.
    #[must_use]
    pub fn as_judged(self, ctx: &Context<'_>) -> Self {
        let is_due = self.me.state == MembershipState::Member
            && self.roster.standing.is_evicted(self.me.account);
        if !is_due {
            return self;
        }
        let me = self.me.ended(MembershipState::RemovedByPolicy, &self.chat, ctx.now);
        Self { me, ..self }
    }

    /// Somebody's membership as it is stored: [`Scene::as_judged`] may show it otherwise, and the
    /// roster what is private in it as it was.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] when they never were in the chat.
    pub fn stored(&self, tx: &mut Tx<'_>, account: AccountId) -> Outcome<Membership> {
        tx.find_membership(self.chat.key, account)?.ok_or(Failure::NotFound)
    }

    /// Enters a chat to change something in it, and first evicts whom the terms no longer allow
    ///
    ///
    /// # Errors
    ///
    /// As [`Scene::enter`]; and the refusal, when the caller is one of those.
    pub fn enter_to_write(tx: &mut Tx<'_>, ctx: &Context<'_>, id: &ChatId) -> Outcome<Self> {
        let mut scene = Self::enter(tx, ctx, id)?;
        scene.evict(tx, ctx)?;
        Ok(scene)
    }

    /// Enters a chat in which the caller takes part, to change something in it.
    ///
    /// # Errors
    ///
    /// As [`Scene::enter_to_write`]; [`Failure::Refused`] with `request_pending` when the caller
    /// has not answered the request, with `not_member` when the caller is no member any more.
    pub fn enter_as_member(tx: &mut Tx<'_>, ctx: &Context<'_>, id: &ChatId) -> Outcome<Self> {
        let scene = Self::enter_to_write(tx, ctx, id)?;
        if !scene.me.is_active() {
            let _permit = scene.permit_to_write(ctx)?;
        }
        Ok(scene)
    }

    /// The permit to write that needs no count of waiting messages: for changes to what is there.
    ///
    /// # Errors
    ///
    /// The refusal: of a member's terms, `not_member`, or `request_pending`.
    pub fn permit_to_write(&self, ctx: &Context<'_>) -> Outcome<Permit<permit::Send>> {
        let request = SendRequest {
            sender_has_unanswered_request: self.me.consent.is_open(),
            pending_sent: None,
        };
        Ok(self.roster.standing.send(ctx.caller.account, request)?)
    }

    /// A chat for the background: nobody calls.
    ///
    /// # Errors
    ///
    /// When the store fails or the chat has nobody left.
    pub fn unattended(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: Chat) -> Outcome<Option<Self>> {
        let homes = tx.chat_homes(chat.key)?;
        let roster = Roster::of(tx, ctx, &chat, &homes)?;
        let Some(first) = roster.members.first() else { return Ok(None) };
        let me = first.membership.clone();
        Ok(Some(Self { chat, me, homes, roster }))
    }

    /// The caller as somebody who looks at things.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] when the caller is not in the roster, which cannot be.
    pub fn viewer(&self) -> Outcome<Viewer> {
        self.viewer_of(self.me.account)
    }

    /// Somebody in the chat as somebody who looks at things.
    ///
    /// # Errors
    ///
    /// As [`Scene::viewer`].
    pub fn viewer_of(&self, account: AccountId) -> Outcome<Viewer> {
        let member = self
            .roster
            .member(account)
            .ok_or(Failure::Internal { code: "viewer-not-in-roster" })?;
        Ok(Viewer { account, home: member.subject.home, terms: member.subject.terms.clone() })
    }

    /// Takes out everybody whom the terms no longer allow, telling the chat and both trails.
    ///
    /// # Errors
    ///
    /// The refusal, when the caller is one of them; or the store's failure.
    pub fn evict(&mut self, tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<()> {
        let evictions: Vec<Eviction> = self.roster.standing.evictions().to_vec();
        if evictions.is_empty() {
            return Ok(());
        }
        if let Some(mine) = evictions.iter().find(|eviction| eviction.account == ctx.caller.account)
        {
            return Err(mine.refusal.into());
        }
        self.evict_all(tx, ctx, &evictions)
    }

    /// As [`Scene::evict`], for the background: whoever it is.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn evict_all(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        evictions: &[Eviction],
    ) -> Outcome<()> {
        let before = self.chat.clone();
        for eviction in evictions {
            let Some(stored) = tx.find_membership(before.key, eviction.account)? else { continue };
            let membership = stored.ended(MembershipState::RemovedByPolicy, &before, ctx.now);
            tx.put_membership(&membership)?;
            self.tell(tx, EventKind::MemberRemoved(eviction.account), None, None)?;
            let detail = serde_json::json!({
                "member": eviction.account,
                "byPolicy": true,
                "reason": eviction.refusal.reason.code(),
                "ruleId": eviction.refusal.rule.to_string(),
            });
            let record = act(ctx, None, AuditKind::MemberRemoved, &detail.to_string());
            self.record_where(tx, ctx, &record, |home| home.is_present)?;
        }
        let members = evictions.iter().map(|eviction| eviction.account).collect();
        let event = SystemEvent::MembersDeleted { members, by_policy: true };
        self.say_of(tx, ctx, None, None, event)?;
        self.change_members(tx, ctx)
    }

    /// Those who were asked in a chat of two by somebody who is out of it since: nobody is left with
    /// whom accepting would bring them together.
    pub fn orphans(&self) -> impl Iterator<Item = &Membership> {
        let is_two = self.chat.kind == ChatKind::OneOnOne;
        let members = self.roster.members.iter().map(|member| &member.membership);
        members.filter(move |waiting| {
            let requester = waiting.requested_by.and_then(|asker| self.roster.member(asker));
            let is_there = requester.is_some_and(|asker| asker.membership.is_active());
            is_two && waiting.is_pending() && !is_there
        })
    }

    /// Ends what waits because of somebody who is out of the chat, as if it had never been asked.
    /// Whoever is asked again is asked anew.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn withdraw_orphans(&mut self, tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<()> {
        let orphans: Vec<Membership> = self.orphans().cloned().collect();
        for waiting in orphans {
            let account = waiting.account;
            let ended = waiting.ended(MembershipState::RemovedByPolicy, &self.chat, ctx.now);
            tx.put_membership(&ended)?;
            self.tell(tx, EventKind::MemberRemoved(account), Some(account), None)?;
            let detail = serde_json::json!({
                "member": account,
                "byPolicy": true,
                "requestWithdrawn": true,
            });
            let record = act(ctx, None, AuditKind::MemberRemoved, &detail.to_string());
            self.record_where(tx, ctx, &record, |home| home.is_present)?;
            self.change_access(tx, ctx)?;
        }
        Ok(())
    }

    /// Notes that membership, consent or blocks changed: whatever was decided before is void, and
    /// the roster is made anew. The time of the chat's last update stays as it is, since the other
    /// side would read a refusal from it (P5); see [`Scene::change_members`].
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn change_access(&mut self, tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<()> {
        self.chat.access_version += 1;
        let memberships = tx.list_memberships(self.chat.key)?;
        let mut keys = Vec::new();
        for membership in &memberships {
            if membership.state == MembershipState::Member {
                let known = self.roster.member(membership.account).map(|m| m.subject.key);
                keys.push(match known {
                    Some(key) => key,
                    None => home_key(tx, membership.account)?,
                });
            }
        }
        keys.sort_unstable();
        keys.dedup();
        tx.set_chat_homes(self.chat.key, &keys)?;
        tx.update_chat(&self.chat)?;
        self.homes = tx.chat_homes(self.chat.key)?;
        self.roster = Roster::of(tx, ctx, &self.chat, &self.homes)?;
        if let Some(member) = self.roster.member(self.me.account) {
            self.me = member.membership.clone();
        }
        Ok(())
    }

    /// As [`Scene::change_access`], for what everybody may know of.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn change_members(&mut self, tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<()> {
        self.chat.updated_at = ctx.now;
        self.change_access(tx, ctx)
    }

    /// Writes the chat's row.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn save(&mut self, tx: &mut Tx<'_>) -> Outcome<()> {
        tx.update_chat(&self.chat)?;
        Ok(())
    }

    /// Appends an event, optionally with the message it is about, and to one account only.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn tell(
        &mut self,
        tx: &mut Tx<'_>,
        kind: EventKind,
        only_for: Option<AccountId>,
        message: Option<Arc<Message>>,
    ) -> Outcome<()> {
        let payload: Option<Arc<dyn std::any::Any + Send + Sync>> = match message {
            Some(message) => Some(Arc::new(Attachment {
                chat_id: self.chat.id.clone(),
                chat_home: self.chat.initiator_home,
                roster: Arc::clone(&self.roster),
                message,
            })),
            None => None,
        };
        tx.append_event(&mut self.chat, kind, only_for, payload)?;
        Ok(())
    }

    /// The id that the next message of the chat gets.
    #[must_use]
    pub fn next_message_id(&self, ctx: &Context<'_>) -> MessageId {
        MessageId::next(ctx.now.as_ms(), self.chat.last_message)
    }

    /// Writes a system line about something that the caller did.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn say(&mut self, tx: &mut Tx<'_>, ctx: &Context<'_>, event: SystemEvent) -> Outcome<()> {
        self.say_of(tx, ctx, Some(ctx.caller.account), None, event)
    }

    /// As [`Scene::say`], about a message: whoever may not see that one because it is for somebody
    /// else only does not see the line either.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn say_about(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        message: &Message,
        event: SystemEvent,
    ) -> Outcome<()> {
        self.say_of(tx, ctx, Some(ctx.caller.account), message.only_for, event)
    }

    /// Writes a system line; without an actor it is about what the terms did by themselves.
    fn say_of(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        actor: Option<AccountId>,
        only_for: Option<AccountId>,
        event: SystemEvent,
    ) -> Outcome<()> {
        let id = self.next_message_id(ctx);
        let message = Message {
            chat: self.chat.key,
            id,
            position: self.chat.last_position.next(),
            sender: actor,
            body: Body { content_type: ContentType::Html, content: String::new() },
            importance: Importance::Normal,
            extras: Extras { system: Some(event), ..Extras::default() },
            etag: id.0,
            edited_at: None,
            edited_position: None,
            deleted_at: None,
            only_for,
            reactions: Vec::new(),
        };
        tx.insert_system_message(&message)?;
        self.chat.last_message = Some(id);
        self.tell(tx, EventKind::MessageCreated(id), only_for, None)
    }

    /// Writes the caller's act into the trail of every organisation concerned (P7).
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn record(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        kind: AuditKind,
        message: Option<MessageId>,
        detail: &str,
    ) -> Outcome<()> {
        let record = AuditRecord { message, ..act(ctx, Some(ctx.caller.account), kind, detail) };
        self.record_where(tx, ctx, &record, |home| home.is_present)
    }

    /// Writes the caller's act into the trail of the caller's own organisation only: what the
    /// other side must not learn (P5).
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn record_privately(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        kind: AuditKind,
        detail: &str,
    ) -> Outcome<()> {
        let record = act(ctx, Some(ctx.caller.account), kind, detail);
        self.record_for(tx, ctx, self.me.account, &record)
    }

    /// Writes an act into the trail of one member's organisation only.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn record_for(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        whose: AccountId,
        record: &AuditRecord,
    ) -> Outcome<()> {
        let key = self.roster.member(whose).map(|member| member.subject.key);
        self.record_where(tx, ctx, record, |home| Some(home.organisation) == key)
    }

    /// Writes the caller's act into the trail of the caller's own organisation only. With a former
    /// member's entry it does not say who takes part: those may have come later.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn record_own(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        record: &AuditRecord,
    ) -> Outcome<()> {
        let is_in = self.me.state == MembershipState::Member;
        let context = if is_in { Some(self.stored_context(tx, ctx)?) } else { None };
        let key = self.roster.member(self.me.account).map(|member| member.subject.key);
        self.append_where(tx, record, context, |home| Some(home.organisation) == key)
    }

    fn record_where(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        record: &AuditRecord,
        is_told: impl Fn(&ChatHome) -> bool,
    ) -> Outcome<()> {
        let context = self.stored_context(tx, ctx)?;
        let own = ctx.caller.home_key;
        self.append_where(tx, record, Some(context), |home| {
            is_told(home) && home.organisation == own
        })?;
        // From where somebody acts is the affair of their own side.
        let record = AuditRecord { client: None, ..record.clone() };
        self.append_where(tx, &record, Some(context), |home| {
            is_told(home) && home.organisation != own
        })
    }

    fn append_where(
        &mut self,
        tx: &mut Tx<'_>,
        record: &AuditRecord,
        context: Option<(i64, Hash)>,
        is_told: impl Fn(&ChatHome) -> bool,
    ) -> Outcome<()> {
        for home in &mut self.homes {
            let Some(organisation) = home.organisation_id.filter(|_id| is_told(home)) else {
                continue;
            };
            let (seq, hash) = tx.append_audit(
                (home.organisation, organisation),
                Some((self.chat.key, &self.chat.id)),
                Some((home.audit_seq, home.audit_hash)),
                record,
                context,
            )?;
            (home.audit_seq, home.audit_hash) = (seq, hash);
        }
        Ok(())
    }

    fn stored_context(&self, tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<(i64, Hash)> {
        let hash = self.roster.context_hash;
        if let Some(id) = ctx.caches.context(hash) {
            return Ok((id, hash));
        }
        let (id, hash) = tx.put_audit_context(&self.roster.context)?;
        let caches = ctx.caches.clone();
        tx.after_commit(Box::new(move || caches.contexts.insert(hash.0, id)));
        Ok((id, hash))
    }
}

fn home_key(tx: &mut Tx<'_>, account: AccountId) -> Outcome<visavis_domain::id::OrganisationKey> {
    let account =
        tx.find_account(account)?.ok_or(Failure::Internal { code: "member-without-account" })?;
    match account.home.organisation() {
        None => Ok(visavis_domain::id::OrganisationKey::PERSONAL),
        Some(id) => Ok(tx
            .find_organisation(id)?
            .ok_or(Failure::Internal { code: "account-without-organisation" })?
            .key),
    }
}

/// An act as the audit trail has it; without an actor it is what the terms did by themselves.
#[must_use]
pub fn act(
    ctx: &Context<'_>,
    actor: Option<AccountId>,
    kind: AuditKind,
    detail: &str,
) -> AuditRecord {
    AuditRecord {
        at: ctx.now,
        kind,
        actor,
        client: actor.and(ctx.caller.client),
        message: None,
        detail: detail.to_owned(),
    }
}
