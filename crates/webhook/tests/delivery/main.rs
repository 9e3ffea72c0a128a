//! Delivery in one process with a clock that can be set: what happens after hours.
#![cfg(test)]

mod server;

use std::sync::Arc;
use std::time::Duration;

use visavis_app::presence::SetPresence;
use visavis_app::subscription;
use visavis_domain::limit::{
    LIFECYCLE_WAITING_PER_ACCOUNT_MAX, WEBHOOK_RETRIES_IN_FLIGHT_PER_HOST_MAX,
    WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ACCOUNT_MAX, WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX,
    WEBHOOKS_IN_FLIGHT_PER_HOST_MAX,
};
use visavis_domain::subscription::Watched;

use crate::server::{HOUR_MS, MINUTE_MS, Server};

const QUIET: Duration = Duration::from_millis(400);

#[tokio::test(flavor = "multi_thread")]
async fn after_four_hours_notifications_are_dropped_and_missed_is_told() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let chat = server.chat(&ada, &ben).await;
    let id = server.subscribe(&ben, Watched::AllMessages, 72 * 60).await;
    server.say(&ada, &chat, "taken").await;
    server.wait_for("/changes", 1).await;
    server.refuse("/changes", true);
    server.say(&ada, &chat, "dropped").await;
    server.wait_for_refusals("/changes", 2).await;
    server.advance(4 * HOUR_MS - MINUTE_MS);
    let so_far = server.refusals("/changes");
    server.wait_for_refusals("/changes", so_far + 2).await;
    assert!(server.taken("/life").is_empty(), "four hours are not over");
    server.advance(2 * MINUTE_MS);
    let told = server.wait_for("/life", 1).await;
    assert_eq!(told[0]["lifecycleEvent"], "missed");
    assert_eq!(told[0]["subscriptionId"], id.to_string());
    assert_eq!(told[0]["clientState"], "sesame");
    // It goes on with what comes after.
    server.refuse("/changes", false);
    let later = server.say(&ada, &chat, "later").await;
    let told = server.wait_for("/changes", 2).await;
    assert_eq!(told[1]["resourceData"]["id"], later.to_string());
    tokio::time::sleep(QUIET).await;
    assert_eq!(server.taken("/changes").len(), 2);
    assert_eq!(server.taken("/life").len(), 1, "{:?}", server.taken("/life"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_is_told_before_the_end_and_then_it_ends() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let chat = server.chat(&ada, &ben).await;
    let id = server.subscribe(&ben, Watched::AllMessages, 60).await;
    server.advance(44 * MINUTE_MS);
    tokio::time::sleep(QUIET).await;
    assert!(server.taken("/life").is_empty());
    server.advance(2 * MINUTE_MS);
    let told = server.wait_for("/life", 1).await;
    assert_eq!(told[0]["lifecycleEvent"], "reauthorizationRequired");
    tokio::time::sleep(QUIET).await;
    assert_eq!(server.taken("/life").len(), 1, "once");
    // Renewed, it is told again before the next end.
    server.renew(&ben, id, 60).await;
    server.advance(50 * MINUTE_MS);
    server.wait_for("/life", 2).await;
    server.say(&ada, &chat, "before the end").await;
    server.wait_for("/changes", 1).await;
    server.advance(11 * MINUTE_MS);
    let gone = async {
        let get = || server.app.read(ben.clone(), move |tx, _ctx| Ok(tx.find_subscription(id)?));
        while get().await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(server::SOON, gone).await.expect("expired subscriptions are removed");
    server.say(&ada, &chat, "after the end").await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(server.taken("/changes").len(), 1);
    let found = server.app.read(ben.clone(), move |tx, ctx| subscription::get(tx, ctx, id)).await;
    assert!(found.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_subscription_delivers_nothing_though_it_was_not_removed_yet() {
    let server = Server::tending_every(Duration::from_secs(3_600)).await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let chat = server.chat(&ada, &ben).await;
    server.subscribe(&ben, Watched::AllMessages, 60).await;
    server.say(&ada, &chat, "before").await;
    server.wait_for("/changes", 1).await;
    server.advance(61 * MINUTE_MS);
    server.say(&ada, &chat, "after").await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(server.taken("/changes").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lifecycle_notifications_are_tried_for_four_hours_too() {
    let server = Server::start().await;
    let ben = server.person("ben@a.example").await;
    server.subscribe(&ben, Watched::AllMessages, 60).await;
    server.refuse("/life", true);
    server.advance(46 * MINUTE_MS);
    server.wait_for_refusals("/life", 3).await;
    server.refuse("/life", false);
    server.wait_for("/life", 1).await;
    server.refuse("/life", true);
    server.subscribe(&ben, Watched::AllMessages, 60).await;
    server.advance(46 * MINUTE_MS);
    let so_far = server.refusals("/life");
    server.wait_for_refusals("/life", so_far + 2).await;
    server.advance(4 * HOUR_MS);
    let forgotten = async {
        while !server.app.waiting_lifecycle(0, 10).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(server::SOON, forgotten).await.expect("given up");
    assert_eq!(server.taken("/life").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_of_a_kind_the_newest_waits_and_an_account_has_so_many_waiting() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    server.webhooks.stop().await;
    let waiting = async || server.app.waiting_lifecycle(0, 1_000).await.unwrap();
    let kept = server.subscribe(&ada, Watched::AllMessages, 60).await;
    for _ in 0..3 {
        server.app.give_up(kept).await.unwrap();
    }
    assert_eq!(waiting().await.len(), 1);
    let entry = waiting().await[0].entry;
    server.app.give_up(kept).await.unwrap();
    assert!(waiting().await[0].entry > entry, "the newest stands");
    assert!(!server.app.is_lifecycle_waiting(entry).await.unwrap());
    // Another kind is another thing.
    server.app.end_subscription(kept).await.unwrap();
    assert_eq!(waiting().await.len(), 2);

    let mut ended = Vec::new();
    for _ in 0..LIFECYCLE_WAITING_PER_ACCOUNT_MAX + 5 {
        let id = server.subscribe(&ben, Watched::AllMessages, 60).await;
        server.app.end_subscription(id).await.unwrap();
        ended.push(id);
    }
    let found = waiting().await;
    let of = |account| found.iter().filter(move |one| one.account == account);
    assert_eq!(of(ada.account).count(), 2, "others keep theirs");
    let left: Vec<_> = of(ben.account).map(|one| one.subscription).collect();
    assert_eq!(left, ended[5..], "the oldest are dropped");
    let _again = server.deliver_again();
    server.wait_for("/life", LIFECYCLE_WAITING_PER_ACCOUNT_MAX + 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_gave_way_is_tried_no_more() {
    let server = Server::start().await;
    let ben = server.person("ben@a.example").await;
    let id = server.subscribe(&ben, Watched::AllMessages, 60).await;
    server.refuse("/life", true);
    for _ in 0..3 {
        server.app.give_up(id).await.unwrap();
        let so_far = server.refusals("/life");
        server.wait_for_refusals("/life", so_far + 5).await;
    }
    server.refuse("/life", false);
    server.wait_for("/life", 1).await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(server.taken("/life").len(), 1, "{:?}", server.taken("/life"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_between_a_subscription_and_its_first_look() {
    let server = Server::start().await;
    let ada = server.person("ada@a.example").await;
    for number in 1..=40 {
        let somebody = server.person(&format!("ben{number}@a.example")).await;
        let chat = server.chat(&ada, &somebody).await;
        server.subscribe(&somebody, Watched::AllMessages, 60).await;
        server.say(&ada, &chat, "at once").await;
        server.wait_for("/changes", number).await;
    }
}

/// That time goes by is a change too: a program that fell silent, words that have an end.
#[tokio::test(flavor = "multi_thread")]
async fn presence_that_fades_is_told() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    server.subscribe(&ben, Watched::Presence(vec![ada.account]), 60).await;
    let available = SetPresence {
        session_id: "laptop".to_owned(),
        availability: "Available".to_owned(),
        activity: "Available".to_owned(),
        expires_in_ms: Some(50 * MINUTE_MS),
    };
    // Presence is not kept for a subscription that is not watched yet.
    while server.taken("/changes").is_empty() {
        server.app.set_presence(ada.clone(), available.clone()).await.unwrap();
        tokio::time::sleep(QUIET).await;
    }
    let words = ("In Oslo".to_owned(), Some(server.app.now().plus_ms(30 * MINUTE_MS)));
    server.app.set_status_message(ada.clone(), Some(words)).await.unwrap();
    tokio::time::sleep(QUIET).await;
    let so_far = server.taken("/changes").len();
    server.app.tell_faded_presence();
    tokio::time::sleep(QUIET).await;
    assert_eq!(server.taken("/changes").len(), so_far, "time that changes nothing is no news");
    // Inactive, away, without words, offline.
    for (turns, minutes) in [(1, 6), (2, 5), (3, 20), (4, 20)] {
        server.advance(minutes * MINUTE_MS);
        server.app.tell_faded_presence();
        server.wait_for("/changes", so_far + turns).await;
        server.app.tell_faded_presence();
        tokio::time::sleep(QUIET).await;
        assert_eq!(server.taken("/changes").len(), so_far + turns, "{minutes} minutes later");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_takes_up_where_the_stop_left_off() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let chat = server.chat(&ada, &ben).await;
    server.subscribe(&ben, Watched::AllMessages, 60).await;
    for number in 0..5 {
        server.say(&ada, &chat, &number.to_string()).await;
    }
    server.wait_for("/changes", 5).await;
    // A request whose answer is still on its way when it stops would come again.
    tokio::time::sleep(QUIET).await;
    server.webhooks.stop().await;
    for number in 5..10 {
        server.say(&ada, &chat, &number.to_string()).await;
    }
    tokio::time::sleep(QUIET).await;
    assert_eq!(server.taken("/changes").len(), 5, "stopped");
    let _again = server.deliver_again();
    let told = server.wait_for("/changes", 10).await;
    let ids: Vec<&str> =
        told.iter().map(|item| item["resourceData"]["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted() && ids.len() == 10, "in order, and nothing twice: {ids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_receivers_that_hang_hold_up_no_other_of_the_same_account() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let chat = server.chat(&ada, &ben).await;
    // More than an account has places, each on a path of its own, and one that lives.
    let paths: Vec<_> =
        (0..4 * WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX).map(|n| format!("/h{n}")).collect();
    for path in &paths {
        server.subscribe_hanging(&ben, path).await;
    }
    server.subscribe(&ben, Watched::AllMessages, 60).await;
    let hanging = || server.hanging_anywhere();
    for number in 1..=20 {
        server.say(&ada, &chat, "to a receiver that lives").await;
        // So that it is not the first only because it was woken first.
        server.wait_until("some hang", || hanging() > 0).await;
        server.wait_for("/changes", number).await;
        let held = 1..=WEBHOOKS_IN_FLIGHT_PER_HOST_MAX + WEBHOOK_RETRIES_IN_FLIGHT_PER_HOST_MAX;
        assert!(held.contains(&hanging()), "{}", hanging());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_validations_that_hang_hold_up_no_delivery() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let chat = server.chat(&ada, &ben).await;
    server.subscribe(&ben, Watched::AllMessages, 60).await;
    let (server, ben) = (Arc::new(server), Arc::new(ben));
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..2 * WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX {
        let (server, ben) = (Arc::clone(&server), Arc::clone(&ben));
        asked.spawn(async move { server.validate(&ben, "/slow", true).await });
    }
    let max = WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ACCOUNT_MAX;
    server.wait_until("they hang", || server.hanging_anywhere() == max).await;
    server.say(&ada, &chat, "delivered meanwhile").await;
    server.wait_for("/changes", 1).await;
    assert_eq!(server.hanging_anywhere(), max, "no more at once");
    // Nor does it hold up a validation by somebody else.
    assert_eq!(server.validate(&ada, "/no-validation", false).await, Some(false));
    // Whoever has waited long enough for a place is told so.
    assert_eq!(server.validate(&ben, "/changes", false).await, None);
    asked.abort_all();
}
