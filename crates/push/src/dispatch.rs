//! From the bus to the queues of connections.
//!
//! One task takes the notices in their order, so that each connection gets the events of a chat
//! in the chat's order. Events that look the same to many are rendered once; for the others the
//! store is read, once for all of them that arrived together.

use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use visavis_app::context::{Caller, Context};
use visavis_app::delivery::{self, Broadcast, Notification, Resource};
use visavis_app::failure::Outcome;
use visavis_app::typing::TypingListener;
use visavis_app::{App, Tx};
use visavis_bus::{Committed, Notice};
use visavis_domain::event::Event;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatKey, Watermark};

use crate::frame;
use crate::hub::Hub;
use crate::wire::Wire;

/// Typing and presence that wait to be told; more are dropped.
const SIGNALS_WAITING_MAX: usize = 256;

/// Frames for some accounts, in the order in which they are delivered.
type Deliveries = Vec<(Vec<AccountId>, Utf8Bytes)>;

#[derive(Clone)]
struct Dispatcher {
    app: App,
    hub: Arc<Hub>,
    wire: Arc<dyn Wire>,
}

/// Starts the two tasks that deliver: one for what is stored, one for what may be lost.
pub(crate) fn start(app: &App, hub: &Arc<Hub>, wire: &Arc<dyn Wire>) -> [JoinHandle<()>; 2] {
    let dispatcher = Dispatcher { app: app.clone(), hub: Arc::clone(hub), wire: Arc::clone(wire) };
    let notices = app.bus().subscribe();
    let (signals, waiting) = mpsc::channel(SIGNALS_WAITING_MAX);
    let teller = dispatcher.clone();
    [
        tokio::spawn(async move { dispatcher.run(notices, signals).await }),
        tokio::spawn(async move { teller.tell(waiting).await }),
    ]
}

impl Dispatcher {
    async fn run(&self, mut notices: mpsc::Receiver<Notice>, signals: mpsc::Sender<Notice>) {
        while let Some(notice) = notices.recv().await {
            match notice {
                Notice::Committed(events) => self.committed(events).await,
                Notice::Standing(chats) => self.standing(chats).await,
                Notice::SignedOut { account, token } => self.hub.sign_out(account, token),
                signal @ (Notice::Typing { .. } | Notice::Presence { .. }) => {
                    let _lost_when_full = signals.try_send(signal);
                }
                // For those who deliver to other servers.
                Notice::Subscribed { .. } | Notice::Administered { .. } => {}
            }
        }
    }

    async fn committed(&self, events: Arc<[Committed]>) {
        let Some(anybody) = self.hub.anybody() else { return };
        let mut slots: Vec<Option<Deliveries>> =
            events.iter().map(|event| self.broadcast(event)).collect();
        if slots.iter().any(Option::is_none) {
            let missing: Vec<usize> = (0..slots.len())
                .filter(|place| slots.get(*place).is_some_and(Option::is_none))
                .collect();
            match self.read(&anybody, Arc::clone(&events), missing).await {
                Ok(found) => fill(&mut slots, found),
                Err(error) => {
                    // What was not delivered can be replayed: nobody may believe to be current.
                    tracing::error!(%error, "events could not be read; clients must resume");
                    self.hub.end_all();
                    return;
                }
            }
        }
        for (accounts, frame) in slots.into_iter().flatten().flatten() {
            self.hub.deliver(&accounts, &frame);
        }
    }

    /// Shows chats again to those whom changed terms tell something else of whether they may write.
    /// In the same task as events, so that nobody gets an older picture after a newer one.
    async fn standing(&self, chats: Arc<[(ChatKey, Vec<AccountId>)]>) {
        let Some(anybody) = self.hub.anybody() else { return };
        if !chats.iter().any(|(_chat, accounts)| self.hub.has_any(accounts)) {
            return;
        }
        let this = self.clone();
        let read = self.app.read(Caller::clone(&anybody), move |tx, ctx| {
            let mut deliveries = Deliveries::new();
            for (chat, accounts) in chats.iter() {
                deliveries.extend(this.shown_again(tx, ctx, *chat, accounts)?);
            }
            Ok(deliveries)
        });
        match read.await {
            Ok(deliveries) => {
                for (accounts, frame) in deliveries {
                    self.hub.deliver(&accounts, &frame);
                }
            }
            Err(error) => {
                // Whoever resumes looks again.
                tracing::error!(%error, "changed chats could not be read; clients must resume");
                self.hub.end_all();
            }
        }
    }

    /// A chat as each of these accounts sees it now, for those who are connected.
    fn shown_again(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        chat: ChatKey,
        accounts: &[AccountId],
    ) -> Outcome<Deliveries> {
        let mut deliveries = Deliveries::new();
        for caller in self.hub.callers(accounts) {
            let ctx = Context { caller: &caller, ..*ctx };
            let shown = delivery::standing(tx, &ctx, chat)?;
            let frame = shown.and_then(|shown| frame::standing(&*self.wire, &shown));
            deliveries.extend(frame.map(|frame| (vec![caller.account], frame)));
        }
        Ok(deliveries)
    }

    /// The frames of an event that looks the same to many; none when the store must be asked.
    fn broadcast(&self, committed: &Committed) -> Option<Deliveries> {
        let groups = delivery::broadcast(committed)?;
        let token = self.app.seal(committed.event.watermark);
        let frames = groups.into_iter().filter_map(|Broadcast { accounts, notification }| {
            if !self.hub.has_any(&accounts) {
                return None;
            }
            Some((
                accounts,
                frame::notification(&*self.wire, &token, &notification, Home::Personal)?,
            ))
        });
        Some(frames.collect())
    }

    /// The frames of the events at these places, as each connected account sees them now.
    async fn read(
        &self,
        anybody: &Caller,
        events: Arc<[Committed]>,
        places: Vec<usize>,
    ) -> Outcome<Vec<(usize, Deliveries)>> {
        let this = self.clone();
        let read = self.app.read(anybody.clone(), move |tx, ctx| {
            let told = places.into_iter().filter_map(|place| Some((place, events.get(place)?)));
            told.map(|(place, event)| Ok((place, this.told(tx, ctx, &event.event)?))).collect()
        });
        read.await
    }

    /// The frames of one event for everybody who is connected.
    fn told(&self, tx: &mut Tx<'_>, ctx: &Context<'_>, event: &Event) -> Outcome<Deliveries> {
        let audience = delivery::audience(tx, event)?;
        let mut deliveries = Deliveries::new();
        for caller in self.hub.callers(&audience) {
            let ctx = Context { caller: &caller, ..*ctx };
            let told = delivery::notifications(tx, &ctx, event)?;
            let frames = frames(tx, &self.app, &*self.wire, &told)?;
            deliveries.extend(frames.into_iter().map(|frame| (vec![caller.account], frame)));
        }
        Ok(deliveries)
    }

    async fn tell(&self, mut signals: mpsc::Receiver<Notice>) {
        while let Some(signal) = signals.recv().await {
            match signal {
                Notice::Typing { chat, account } => self.typing(chat, account).await,
                Notice::Presence { account } => self.presence(account).await,
                _ => {}
            }
        }
    }

    async fn typing(&self, chat: ChatKey, typist: AccountId) {
        let listeners = self.app.typing_audience(chat, typist).await.unwrap_or_default();
        for TypingListener { account, chat, typist } in listeners {
            if self.hub.has_any(&[account])
                && let Some(frame) = frame::typing(&*self.wire, &chat, &typist)
            {
                self.hub.offer(account, &frame);
            }
        }
    }

    async fn presence(&self, account: AccountId) {
        let audience = self.app.presence_audience(account).await.unwrap_or_default();
        for caller in self.hub.callers(&audience) {
            let viewer = caller.account;
            let seen = self.app.presences(Caller::clone(&caller), vec![account]).await;
            let seen = seen.unwrap_or_default();
            for frame in seen.iter().filter_map(|view| frame::presence(&*self.wire, view)) {
                self.hub.offer(viewer, &frame);
            }
        }
    }
}

fn fill(slots: &mut [Option<Deliveries>], found: Vec<(usize, Deliveries)>) {
    for (place, deliveries) in found {
        if let Some(slot) = slots.get_mut(place) {
            *slot = Some(deliveries);
        }
    }
}

/// The frames of one account's notifications, which are in the order of commits. Only the last
/// notification of an event carries the event's own token: a client that got the first half must
/// get the whole again.
pub(crate) fn frames(
    tx: &mut Tx<'_>,
    app: &App,
    wire: &dyn Wire,
    notifications: &[Notification],
) -> Outcome<Vec<Utf8Bytes>> {
    let mut frames = Vec::with_capacity(notifications.len());
    for (place, told) in notifications.iter().enumerate() {
        let next = notifications.get(place + 1).map(|next| next.watermark);
        let is_last = next != Some(told.watermark);
        let token = if is_last { told.watermark } else { Watermark(told.watermark.0 - 1) };
        let home = home_of(tx, &told.resource)?;
        frames.extend(frame::notification(wire, &app.seal(token), told, home));
    }
    Ok(frames)
}

/// The home of the member that is told about. Of one who is gone only the id is known, and the
/// public id of a member has the home in it.
fn home_of(tx: &mut Tx<'_>, resource: &Resource) -> Outcome<Home> {
    match resource {
        Resource::Member { view: Some(view), .. } => Ok(view.person.card.home),
        Resource::Member { account, view: None, .. } => {
            Ok(tx.find_account(*account)?.map_or(Home::Personal, |account| account.home))
        }
        Resource::Chat { .. } | Resource::Message { .. } => Ok(Home::Personal),
    }
}
