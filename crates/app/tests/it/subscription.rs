//! Subscriptions: how many there may be, and what the trail has of them.

use visavis_app::context::Caller;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::subscription::{self, NewSubscription, Renewal};
use visavis_app::trail::{self, TrailChain, TrailQuery};
use visavis_domain::audit::AuditKind;
use visavis_domain::id::SubscriptionId;
use visavis_domain::limit::SUBSCRIPTIONS_PER_ORGANISATION_MAX;
use visavis_domain::subscription::{Certificate, ChangeTypes, Subscription, Terms, Watched};

use crate::world::World;

const HOUR_MS: i64 = 60 * 60 * 1000;

fn terms(watched: Watched) -> Terms {
    Terms {
        resource: "as it was asked for".to_owned(),
        watched,
        changes: ChangeTypes { is_created: true, is_updated: true, is_deleted: true },
        notification_url: "https://secret@hooks.test:8443/secret?code=secret".to_owned(),
        lifecycle_url: Some("https://life.test/secret".to_owned()),
        client_state: Some("secret".to_owned()),
        certificate: None,
        includes_data: true,
    }
}

fn subscribe(world: &World, who: &Caller, watched: Watched) -> Outcome<Subscription> {
    let new =
        NewSubscription { terms: terms(watched), expires_at: world.app.now().plus_ms(HOUR_MS) };
    world.write(who, move |tx, ctx| subscription::create(tx, ctx, new))
}

fn end(world: &World, who: &Caller, id: SubscriptionId) {
    world.write(who, move |tx, ctx| subscription::delete(tx, ctx, id)).unwrap();
}

#[test]
fn p9_the_people_of_an_organisation_have_so_many_subscriptions_together() {
    let (world, p) = World::new();
    let (now, bob) = (world.app.now(), p.bob.clone());
    let first = subscribe(&world, &p.carl, Watched::Chats).unwrap();
    world
        .write(&p.bob, move |tx, _ctx| {
            for number in 1..SUBSCRIPTIONS_PER_ORGANISATION_MAX {
                let mut id = [7; 16];
                id[..8].copy_from_slice(&u64::try_from(number).unwrap().to_be_bytes());
                tx.insert_subscription(&Subscription {
                    id: SubscriptionId::from_bytes(id),
                    account: bob.account,
                    organisation: bob.home.organisation(),
                    token: bob.token,
                    terms: terms(Watched::Chats),
                    created_at: now,
                    expires_at: now.plus_ms(HOUR_MS),
                    cursor: 0,
                    failing_since: None,
                    is_expiry_told: false,
                })?;
            }
            Ok(())
        })
        .unwrap();
    let refused = subscribe(&world, &p.ada, Watched::Chats);
    let Err(Failure::LimitReached(words)) = refused else { panic!("{refused:?}") };
    assert_eq!(words, "an organisation may have 10000 subscriptions");
    // Nobody else is concerned, and one place that is free is enough.
    subscribe(&world, &p.finn, Watched::Chats).unwrap();
    subscribe(&world, &p.pia, Watched::Chats).unwrap();
    end(&world, &p.carl, first.id);
    subscribe(&world, &p.ada, Watched::Chats).unwrap();
    assert!(subscribe(&world, &p.carl, Watched::Chats).is_err());
}

/// What the trail has of subscriptions, the oldest first: who did it, and the facts.
fn recorded(world: &World, admin: &Caller) -> Vec<(bool, serde_json::Value)> {
    let query = TrailQuery {
        from: None,
        to: None,
        kind: Some(AuditKind::SubscriptionChanged),
        actor: None,
        participant: None,
        chain: Some(TrailChain::Administration),
        page: visavis_app::page::PageRequest::large(None, None),
    };
    let page = world.read(admin, move |tx, ctx| trail::list(tx, ctx, &query)).unwrap();
    let entries = page.items.iter().rev().map(|entry| {
        assert!(!entry.record.detail.contains("secret"), "{}", entry.record.detail);
        let detail = serde_json::from_str(&entry.record.detail).unwrap();
        (entry.record.actor.is_some(), detail)
    });
    entries.collect()
}

#[test]
fn p7_what_flows_out_of_an_organisation_is_in_its_trail_without_secrets() {
    let (world, p) = World::new();
    let chat = world.start(&p.bob, "carl@contoso.example").unwrap().chat.id;
    let made = subscribe(&world, &p.bob, Watched::Messages(chat.clone())).unwrap();
    end(&world, &p.bob, made.id);
    let presence = Watched::Presence(vec![p.carl.account; 650]);
    let expired = subscribe(&world, &p.bob, presence).unwrap();
    let taken = subscribe(&world, &p.carl, Watched::AllMessages).unwrap();
    subscribe(&world, &p.finn, Watched::Chats).unwrap();
    subscribe(&world, &p.pia, Watched::Chats).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(world.app.end_subscription(taken.id)).unwrap();
    world.forward(2 * HOUR_MS);
    runtime.block_on(world.app.tend_subscriptions()).unwrap();

    let found = recorded(&world, &p.ada);
    let (is_by_somebody, first) = &found[0];
    assert!(is_by_somebody);
    assert_eq!(
        *first,
        serde_json::json!({
            "subscriptionMade": made.id, "why": null, "subscriber": p.bob.account,
            "watched": "messages", "chat": chat, "people": null, "includesResourceData": true,
            "notificationHost": "https://hooks.test:8443",
            "lifecycleNotificationHost": "https://life.test",
            "expiresAt": made.expires_at.to_string(),
        })
    );
    assert_eq!(found[2].1["people"], 650);
    let told: Vec<_> = found
        .iter()
        .filter(|(_by, entry)| !entry["subscriptionRemoved"].is_null())
        .map(|(by, entry)| (*by, entry["subscriptionRemoved"].clone(), entry["why"].clone()))
        .collect();
    let removed =
        |by, id: SubscriptionId, why: &str| (by, serde_json::json!(id), serde_json::json!(why));
    let expected = [
        removed(true, made.id, "bySubscriber"),
        removed(false, taken.id, "ended"),
        removed(false, expired.id, "expired"),
    ];
    assert_eq!(told, expected);
    assert_eq!(found.len(), 6, "three made, three removed: {found:?}");
    assert_eq!(recorded(&world, &p.fay).len(), 2, "of the own people only");
    world.verify_trails();
}

#[test]
fn p7_another_certificate_of_a_subscription_is_in_the_trail() {
    let (world, p) = World::new();
    let made = subscribe(&world, &p.bob, Watched::AllMessages).unwrap();
    let certificate = |id: &str, thumbprint: &str| Certificate {
        base64: "c2VjcmV0".to_owned(),
        id: id.to_owned(),
        public_key: "c2VjcmV0".to_owned(),
        thumbprint: thumbprint.to_owned(),
    };
    let renew = |certificate: Option<Certificate>| {
        let renewal = Renewal { expires_at: None, certificate };
        world.write(&p.bob, move |tx, ctx| subscription::update(tx, ctx, made.id, renewal)).unwrap()
    };
    renew(None);
    assert_eq!(recorded(&world, &p.ada).len(), 1, "a renewal changes nothing that flows out");
    renew(Some(certificate("spring", "AA01")));
    renew(Some(certificate("spring", "AA01")));
    renew(Some(certificate("autumn", "BB02")));
    let found = recorded(&world, &p.ada);
    assert_eq!(found.len(), 3, "the same certificate again is no change: {found:?}");
    let named =
        |id: &str, thumbprint: &str| serde_json::json!({"id": id, "thumbprint": thumbprint});
    let (first, second) = (named("spring", "AA01"), named("autumn", "BB02"));
    for (entry, old, new) in
        [(&found[1], serde_json::Value::Null, &first), (&found[2], first.clone(), &second)]
    {
        let (is_by_somebody, detail) = entry;
        assert!(is_by_somebody);
        assert_eq!(detail["subscriptionChanged"], made.id.to_string());
        assert_eq!(detail["subscriber"], p.bob.account.to_string());
        assert_eq!(detail["notificationHost"], "https://hooks.test:8443");
        let change = &detail["modifiedProperties"]["encryptionCertificate"];
        assert_eq!((&change["old"], &change["new"]), (&old, new));
    }
    assert!(recorded(&world, &p.fay).is_empty());
    world.verify_trails();
}

#[test]
fn whoever_watches_the_trail_is_not_told_of_that_itself() {
    let (world, p) = World::new();
    let made = subscribe(&world, &p.ada, Watched::ExternalAccess).unwrap();
    let key = p.ada.home_key;
    let newest = world.read(&p.ada, move |tx, _ctx| Ok(tx.last_administration(key)?)).unwrap();
    assert_eq!(made.cursor, newest);
}
