//! How the parts of a deployment hint to each other that something happened.
//!
//! A notice is a hint: it may be lost, repeated or reordered between nodes, and the store is the
//! truth. Typing and presence are the only things that live on the bus alone.
#![deny(missing_docs)]

use std::any::Any;
use std::sync::{Arc, RwLock};

use tokio::sync::mpsc;
use visavis_domain::event::Event;
use visavis_domain::id::{AccountId, ChatKey, OrganisationKey, TokenId};
use visavis_domain::limit::NOTICES_WAITING_MAX;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Notice {
    /// Events were committed, in this order.
    Committed(Arc<[Committed]>),
    /// Somebody types.
    Typing {
        /// Where.
        chat: ChatKey,
        /// Who.
        account: AccountId,
    },
    /// Somebody's presence changed.
    Presence {
        /// Whose.
        account: AccountId,
    },
    /// Subscriptions of an account to change notifications were made, changed or ended.
    Subscribed {
        /// Whose.
        account: AccountId,
    },
    /// An organisation's chain of administrative acts grew.
    Administered {
        /// Which.
        organisation: OrganisationKey,
    },
    /// Terms changed, and these people may write where they might not before, or the other way
    /// round.
    Standing(Arc<[(ChatKey, Vec<AccountId>)]>),
    /// Tokens of an account were revoked; all of them when none is named.
    SignedOut {
        /// Whose.
        account: AccountId,
        /// Which.
        token: Option<TokenId>,
    },
}

/// One committed event, with what its use case attached so that delivery need not read again.
#[derive(Clone)]
pub struct Committed {
    /// The event.
    pub event: Event,
    /// What the use case attached; only the crate that wrote it can read it.
    pub payload: Option<Arc<dyn Any + Send + Sync>>,
}

impl std::fmt::Debug for Committed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Committed").field("event", &self.event).finish_non_exhaustive()
    }
}

/// A way to tell others, on this node and on others.
pub trait Bus: Send + Sync {
    /// Tells every subscriber. Waits when a subscriber lags, so it must not be called from an
    /// async task.
    fn publish(&self, notice: Notice);

    /// Tells every subscriber that has room. For typing and presence, which may be lost.
    fn publish_ephemeral(&self, notice: Notice);

    /// Listens from now on.
    fn subscribe(&self) -> mpsc::Receiver<Notice>;
}

/// The bus of a deployment of one node.
#[derive(Debug, Default)]
pub struct InProcess {
    subscribers: RwLock<Vec<mpsc::Sender<Notice>>>,
}

impl InProcess {
    fn each(&self, tell: impl Fn(&mpsc::Sender<Notice>) -> bool) {
        let is_anybody_gone = {
            let Ok(subscribers) = self.subscribers.read() else { return };
            subscribers.iter().filter(|subscriber| !tell(subscriber)).count() > 0
        };
        if is_anybody_gone && let Ok(mut subscribers) = self.subscribers.write() {
            subscribers.retain(|subscriber| !subscriber.is_closed());
        }
    }
}

impl Bus for InProcess {
    fn publish(&self, notice: Notice) {
        self.each(|subscriber| subscriber.blocking_send(notice.clone()).is_ok());
    }

    fn publish_ephemeral(&self, notice: Notice) {
        self.each(|subscriber| {
            !matches!(
                subscriber.try_send(notice.clone()),
                Err(mpsc::error::TrySendError::Closed(_))
            )
        });
    }

    fn subscribe(&self) -> mpsc::Receiver<Notice> {
        let (sender, receiver) = mpsc::channel(NOTICES_WAITING_MAX);
        if let Ok(mut subscribers) = self.subscribers.write() {
            subscribers.push(sender);
        }
        receiver
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subscriber_hears_and_the_gone_are_forgotten() {
        let bus = InProcess::default();
        let mut first = bus.subscribe();
        let second = bus.subscribe();
        let account = AccountId::from_bytes([1; 16]);
        bus.publish(Notice::Presence { account });
        assert!(matches!(first.try_recv(), Ok(Notice::Presence { .. })));
        drop(second);
        bus.publish(Notice::Presence { account });
        assert_eq!(bus.subscribers.read().unwrap().len(), 1);
    }
}
