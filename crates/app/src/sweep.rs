//! The background job that evicts whom changed terms no longer allow, and tidies up.
//!
//! Nothing depends on its speed: every write to a chat evicts first, and reads apply the same
//! verdict. It makes members disappear from chats in which nobody writes. Chats that somebody
//! looked at lately come first and at once, so that people see what changed while they look.

use std::collections::HashMap;
use std::sync::Arc;

use visavis_bus::Notice;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatKey, OrganisationId, OrganisationKey, TokenId};
use visavis_domain::limit::{
    IDEMPOTENCY_AGE_MS_MAX, PAGE_ENTRIES_MAX, REPORT_AGE_MS_MAX, REPORTS_MAX,
};
use visavis_store::Tx;

use crate::App;
use crate::context::{Caller, Context, Grant};
use crate::failure::Outcome;
use crate::scene::Scene;

const PURGED_AT_ONCE: usize = 1_000;
const CHECKPOINTED_AT_ONCE: usize = 10_000;
/// Pieces of one round of checkpoints: a hundred million entries of an organisation.
const CHECKPOINT_PIECES_MAX: usize = 10_000;

/// Up to which epoch each organisation's chats were swept.
#[derive(Debug, Default)]
pub struct Swept(HashMap<OrganisationKey, i64>);

impl App {
    /// Sweeps the chats of every organisation whose terms changed since the last time; tells how
    /// many people were evicted.
    ///
    /// # Errors
    ///
    /// When the store fails; what was not swept is next time.
    pub async fn sweep(&self, swept: &mut Swept) -> Outcome<usize> {
        let mut evicted = 0;
        for (key, epoch) in self.changed_organisations(swept).await? {
            evicted += self.sweep_organisation(key).await?;
            swept.0.insert(key, epoch);
        }
        // What was noted since, as when a personal account's own addresses changed.
        self.tell_anew().await;
        Ok(evicted)
    }

    /// Looks at once at those chats of organisations with new terms that were looked at last: evicts
    /// whom the terms no longer allow, and has told who may write now and could not before, or the
    /// other way round. Tells how many people were evicted.
    ///
    /// # Errors
    ///
    /// When the store fails; [`App::sweep`] evicts all the same, and whoever looks sees what is.
    pub async fn follow(
        &self,
        followed: &mut Swept,
        organisations: Vec<OrganisationKey>,
    ) -> Outcome<Option<usize>> {
        let epochs = self
            .read(nobody(), move |tx, _ctx| {
                organisations.into_iter().map(|key| Ok((key, tx.epoch_of(key)?))).collect()
            })
            .await?;
        let epochs: Vec<(OrganisationKey, i64)> = epochs;
        let is_new = |(key, epoch): &&(OrganisationKey, i64)| followed.0.get(key) != Some(epoch);
        let changed: Vec<_> = epochs.iter().filter(is_new).map(|(key, _epoch)| *key).collect();
        if changed.is_empty() {
            return Ok(None);
        }
        let mut evicted = 0;
        for some in self.watched_chats(&changed).chunks(PAGE_ENTRIES_MAX) {
            let some = some.to_vec();
            let due = self.read(nobody(), move |tx, ctx| due_among(tx, ctx, some)).await?;
            self.tell_anew().await;
            for chat in due {
                evicted += self.write(nobody(), move |tx, ctx| evict(tx, ctx, chat)).await?;
            }
        }
        // Other readers may have met the new terms before this one did.
        self.tell_anew().await;
        followed.0.extend(epochs);
        Ok(Some(evicted))
    }

    /// The chats with people of these organisations that were looked at last, the newest first.
    fn watched_chats(&self, organisations: &[OrganisationKey]) -> Vec<ChatKey> {
        let watched = self.caches().rosters.iter();
        let mut chats: Vec<ChatKey> = watched
            .filter(|(_chat, roster)| roster.has_home_among(organisations))
            .map(|(chat, _roster)| chat)
            .collect();
        chats.sort_unstable_by_key(|chat| std::cmp::Reverse(chat.0));
        chats
    }

    /// Has those told who are noted.
    async fn tell_anew(&self) {
        let noted = self.caches().told_anew.lock().take();
        if noted.is_empty() {
            return;
        }
        let bus = Arc::clone(self.bus());
        let tell = move || bus.publish(Notice::Standing(noted.into()));
        if tokio::task::spawn_blocking(tell).await.is_err() {
            tracing::error!("nobody could be told of changed terms");
        }
    }

    async fn changed_organisations(&self, swept: &Swept) -> Outcome<Vec<(OrganisationKey, i64)>> {
        let mut changed = Vec::new();
        let mut after = None;
        loop {
            let page = self
                .read(nobody(), move |tx, _ctx| Ok(tx.list_organisations(after, PAGE_ENTRIES_MAX)?))
                .await?;
            let Some(last) = page.last() else { return Ok(changed) };
            after = Some(last.key);
            let is_changed = |key, epoch| swept.0.get(&key) != Some(&epoch);
            changed.extend(
                page.iter()
                    .map(|organisation| (organisation.key, organisation.epoch))
                    .filter(|(key, epoch)| is_changed(*key, *epoch)),
            );
        }
    }

    async fn sweep_organisation(&self, key: OrganisationKey) -> Outcome<usize> {
        let mut evicted = 0;
        let mut after: Option<ChatKey> = None;
        loop {
            let (last, found) =
                self.read(nobody(), move |tx, ctx| find_due(tx, ctx, key, after)).await?;
            for chat in found {
                evicted += self.write(nobody(), move |tx, ctx| evict(tx, ctx, chat)).await?;
            }
            match last {
                Some(last) => after = Some(last),
                None => return Ok(evicted),
            }
        }
    }

    /// Chains the heads of every organisation's chains, so that cutting off the end of one shows.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn checkpoint_trails(&self) -> Outcome<()> {
        let mut after = None;
        loop {
            let page = self
                .read(nobody(), move |tx, _ctx| Ok(tx.list_organisations(after, PAGE_ENTRIES_MAX)?))
                .await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key);
            for organisation in page {
                self.checkpoint(organisation.key, organisation.id).await?;
            }
        }
    }

    /// Writes checkpoints over everything that grew, in pieces that do not hold the writer.
    async fn checkpoint(&self, key: OrganisationKey, id: OrganisationId) -> Outcome<()> {
        for _piece in 0..CHECKPOINT_PIECES_MAX {
            let piece = self.write(nobody(), move |tx, ctx| {
                Ok(tx.append_checkpoint((key, id), ctx.now, CHECKPOINTED_AT_ONCE)?)
            });
            if piece.await?.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Forgets expired tokens, old idempotency keys, old reports and idle counters.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn tidy(&self) -> Outcome<()> {
        self.limits().forget_idle();
        self.write(nobody(), |tx, ctx| {
            tx.delete_expired_tokens(ctx.now, PURGED_AT_ONCE)?;
            tx.purge_idempotency(ctx.now.plus_ms(-IDEMPOTENCY_AGE_MS_MAX), PURGED_AT_ONCE)?;
            tx.purge_reports(ctx.now.plus_ms(-REPORT_AGE_MS_MAX), REPORTS_MAX)?;
            Ok(())
        })
        .await
    }
}

/// The next page of an organisation's chats: its last key, and those in which somebody must go.
fn find_due(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    key: OrganisationKey,
    after: Option<ChatKey>,
) -> Outcome<(Option<ChatKey>, Vec<ChatKey>)> {
    let chats = tx.list_chats_of_organisation(key, after, PAGE_ENTRIES_MAX)?;
    let last = chats.last().copied();
    Ok((last, due_among(tx, ctx, chats)?))
}

/// Those of some chats in which somebody must go.
fn due_among(tx: &mut Tx<'_>, ctx: &Context<'_>, chats: Vec<ChatKey>) -> Outcome<Vec<ChatKey>> {
    let mut due = Vec::new();
    for chat in chats {
        let Some(found) = tx.get_chat(chat)? else { continue };
        let scene = Scene::unattended(tx, ctx, found)?;
        let is_due = |scene: Scene| {
            !scene.roster.standing.evictions().is_empty() || scene.orphans().next().is_some()
        };
        if scene.is_some_and(is_due) {
            due.push(chat);
        }
    }
    Ok(due)
}

fn evict(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: ChatKey) -> Outcome<usize> {
    let Some(chat) = tx.get_chat(chat)? else { return Ok(0) };
    let Some(mut scene) = Scene::unattended(tx, ctx, chat)? else { return Ok(0) };
    let evictions = scene.roster.standing.evictions().to_vec();
    if !evictions.is_empty() {
        scene.evict_all(tx, ctx, &evictions)?;
    }
    scene.withdraw_orphans(tx, ctx)?;
    Ok(evictions.len())
}

/// Nobody: what the deployment does by itself.
pub(crate) fn nobody() -> Caller {
    Caller {
        account: AccountId::from_bytes([0; 16]),
        home: Home::Personal,
        home_key: OrganisationKey::PERSONAL,
        roles: visavis_domain::account::Roles::default(),
        token: TokenId::from_bytes([0; 16]),
        grant: Grant::Inherent,
        client: None,
    }
}
