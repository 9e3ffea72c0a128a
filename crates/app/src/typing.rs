//! Typing: told to the others of a chat at once, kept nowhere.

use visavis_bus::Notice;
use visavis_domain::id::{AccountId, ChatId, ChatKey, TokenId};
use visavis_domain::limit::LIVE_SIGNALS_MEMBERS_MAX;

use crate::App;
use crate::context::Caller;
use crate::failure::{Failure, Outcome};
use crate::member::shares_signals;
use crate::scene::Scene;
use crate::token;
use crate::view::Person;

/// Whether a chat has too many people for typing, G-14.
fn is_crowded(scene: &Scene) -> bool {
    scene.roster.present().count() > LIVE_SIGNALS_MEMBERS_MAX
}

/// Somebody who is told that another one types.
#[derive(Debug, Clone)]
pub struct TypingListener {
    /// Who is told.
    pub account: AccountId,
    /// In which chat.
    pub chat: ChatId,
    /// Who types, as the listener sees them.
    pub typist: Person,
}

impl App {
    /// Says that the caller types in a chat.
    ///
    /// # Errors
    ///
    /// Refusals as for sending; [`Failure::FeatureOff`] above 20 people (G-14).
    pub async fn typing(&self, caller: Caller, chat: ChatId) -> Outcome<()> {
        let caller = self.renewed(caller).await?;
        let account = caller.account;
        let key = self
            .read(caller, move |tx, ctx| {
                let scene = Scene::enter(tx, ctx, &chat)?;
                let _permit = scene.permit_to_write(ctx)?;
                if is_crowded(&scene) {
                    return Err(Failure::FeatureOff(format!(
                        "Above {LIVE_SIGNALS_MEMBERS_MAX} people nobody sees who types."
                    )));
                }
                Ok(scene.chat.key)
            })
            .await?;
        self.bus().publish_ephemeral(Notice::Typing { chat: key, account });
        Ok(())
    }

    /// Who is told that somebody types: those who take part, colleagues always, outsiders when
    /// both want it, nobody above 20 people.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn typing_audience(
        &self,
        chat: ChatKey,
        typist: AccountId,
    ) -> Outcome<Vec<TypingListener>> {
        let Some(caller) = self.caller_of(typist).await? else { return Ok(Vec::new()) };
        self.read(caller, move |tx, ctx| {
            let chat = tx.get_chat(chat)?.ok_or(Failure::NotFound)?;
            let scene = Scene::enter(tx, ctx, &chat.id)?;
            if is_crowded(&scene) || !scene.me.is_active() {
                return Ok(Vec::new());
            }
            let Some(me) = scene.roster.member(typist) else { return Ok(Vec::new()) };
            let present: Vec<_> =
                scene.roster.present().map(|member| member.membership.account).collect();
            let mut listeners = Vec::new();
            for account in present.into_iter().filter(|account| *account != typist) {
                let is_told = shares_signals(tx, &scene, typist, account)?;
                let seen = scene.viewer_of(account)?.see(&me.subject);
                let listener = TypingListener { account, chat: chat.id.clone(), typist: seen };
                listeners.extend(is_told.then_some(listener));
            }
            Ok(listeners)
        })
        .await
    }

    /// An account as a caller, for what happens on its behalf without a request.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn caller_of(&self, account: AccountId) -> Outcome<Option<Caller>> {
        self.store()
            .read(move |tx| {
                let Some(account) = tx.find_account(account)? else { return Ok(None) };
                Ok(Some(token::inherent(tx, &account, TokenId::from_bytes([0; 16]))?))
            })
            .await
    }
}
