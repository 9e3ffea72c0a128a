//! The law of refusals: what a chat says of writing is what sending says, whatever happened before;
//! and a change of terms is told to those for whom it alters that, and to nobody else.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use visavis_app::context::Caller;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::{chat, message};
use visavis_bus::Notice;
use visavis_domain::chat::ChatKind;
use visavis_domain::id::{AccountId, ChatId, ChatKey};
use visavis_policy::reason::View;

use crate::push_law::{Stage, Step, step};
use crate::world::{World, draft};

/// What happens between two looks.
#[derive(Debug, Clone)]
enum Act {
    Do(Step),
    /// An administrator of Contoso (true) or of Fabrikam sets something.
    Configure(bool, usize, bool),
}

/// What administrators switch: the other side as a whole, its domain, one of its people, and what
/// concerns none of them.
fn setting(is_contoso: bool, which: usize, is_on: bool) -> Value {
    let (domain, person) = match is_contoso {
        true => ("fabrikam.example", "finn@fabrikam.example"),
        false => ("contoso.example", "bob@contoso.example"),
    };
    match which {
        0 => json!({"allowFederatedUsers": is_on}),
        1 => json!({"allowTeamsConsumer": is_on}),
        2 if is_on => json!({"blockedDomains": []}),
        2 => json!({"blockedDomains": [domain]}),
        3 => json!({"blockedUsers": [person], "blockExternalUserAccess": !is_on}),
        _ if is_on => json!({"allowedTrialTenantDomains": []}),
        _ => json!({"allowedTrialTenantDomains": ["elsewhere.example"]}),
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => step().prop_map(Act::Do),
        2 => (any::<bool>(), 0..5_usize, any::<bool>())
            .prop_map(|(whose, which, is_on)| Act::Configure(whose, which, is_on)),
    ]
}

/// Why somebody cannot write, as the chat says it.
fn shown(world: &World, who: &Caller, id: &ChatId) -> Outcome<Option<View>> {
    let id = id.clone();
    world.read(who, move |tx, ctx| Ok(chat::get(tx, ctx, &id, false)?.send_refusal))
}

/// The same as sending says it; what is sent is taken back.
fn told(world: &World, who: &Caller, id: &ChatId) -> Outcome<Option<View>> {
    let (id, slot) = (id.clone(), Arc::new(Mutex::new(None)));
    let answer = Arc::clone(&slot);
    let taken_back: Outcome<()> = world.write(who, move |tx, ctx| {
        *answer.lock().unwrap() = Some(message::send(tx, ctx, &id, draft("x")));
        Err(Failure::Conflict("taken back".to_owned()))
    });
    assert!(matches!(taken_back, Err(Failure::Conflict(_))), "{taken_back:?}");
    match slot.lock().unwrap().take().unwrap() {
        Ok(_sent) => Ok(None),
        Err(Failure::Refused(refusal)) => Ok(Some(refusal.for_actor())),
        Err(Failure::NotReachable) => Ok(Some(View::NotReachable)),
        Err(other) => Err(other),
    }
}

type Pictures = Vec<(AccountId, ChatId, Option<View>)>;

/// What everybody is shown of every chat that exists for them; each is what sending says.
fn pictures(stage: &Stage) -> Pictures {
    let mut pictures = Pictures::new();
    for id in &stage.chats {
        for (who, _mail) in &stage.people {
            match (shown(&stage.world, who, id), told(&stage.world, who, id)) {
                (Ok(shown), Ok(told)) => {
                    assert_eq!(shown, told, "{id} {}", who.account);
                    pictures.push((who.account, id.clone(), shown));
                }
                (Err(Failure::NotFound), Err(Failure::NotFound)) => {}
                (shown, told) => panic!("{shown:?} {told:?}"),
            }
        }
    }
    pictures
}

/// The chats by their public names.
fn named(world: &World, chat: ChatKey) -> (ChatId, ChatKind) {
    let found = world.app.store().read_blocking(move |tx| tx.get_chat(chat)).unwrap().unwrap();
    (found.id, found.kind)
}

/// Those who differ between two looks. Left out are chats of two that somebody is out of, where
/// starting anew decides and not the terms of the chat.
fn altered(stage: &Stage, before: &Pictures, after: &Pictures) -> BTreeSet<(AccountId, ChatId)> {
    let is_whole = |id: &ChatId| {
        let id = id.clone();
        let read = stage.world.app.store().read_blocking(move |tx| {
            let chat = tx.find_chat(&id)?.unwrap();
            let members = tx.list_memberships(chat.key)?;
            Ok::<_, visavis_app::StoreError>(
                chat.kind == ChatKind::Group
                    || members.iter().all(|m| m.state.as_str() == "member"),
            )
        });
        read.unwrap()
    };
    let differs = |one: &&(AccountId, ChatId, Option<View>)| {
        let old = before.iter().find(|old| (&old.0, &old.1) == (&one.0, &one.1));
        old.is_some_and(|old| old.2 != one.2) && is_whole(&one.1)
    };
    after.iter().filter(differs).map(|(who, chat, _view)| (*who, chat.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_chat_says_what_sending_says_and_changed_terms_are_told_to_whom_they_alter_it(
        acts in prop::collection::vec(act(), 0..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut stage = Stage::new();
        let mut notices = stage.world.app.bus().subscribe();
        let mut followed = Default::default();
        for act in &acts {
            match act {
                // Nobody is connected here.
                Act::Do(Step::Disconnect(_) | Step::Resume(..)) => {}
                Act::Do(step) => { stage.run(step, &mut []); }
                Act::Configure(is_contoso, which, is_on) => {
                    let before = pictures(&stage);
                    let admin = if *is_contoso { stage.people[0].0.clone() } else { stage.fay.clone() };
                    while notices.try_recv().is_ok() {}
                    stage.world.configure(&admin, setting(*is_contoso, *which, *is_on));
                    let after = pictures(&stage);
                    let changed = altered(&stage, &before, &after);
                    let follow = stage.world.app.follow(&mut followed, vec![admin.home_key]);
                    runtime.block_on(follow).unwrap();
                    let mut told = BTreeSet::new();
                    while let Ok(notice) = notices.try_recv() {
                        let Notice::Standing(chats) = notice else { continue };
                        for (chat, accounts) in chats.iter() {
                            let (id, _kind) = named(&stage.world, *chat);
                            told.extend(accounts.iter().map(|account| (*account, id.clone())));
                        }
                    }
                    // Whoever the chat does not exist for is not shown it.
                    told.retain(|(who, id)| {
                        after.iter().any(|(of, chat, _view)| of == who && chat == id)
                    });
                    prop_assert_eq!(told, changed);
                }
            }
        }
        pictures(&stage);
    }
}
