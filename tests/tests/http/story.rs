//! The first paragraph of the product: people of two homes find each other and talk.

use visavis_tests::world::World;

#[tokio::test]
async fn two_organisations_talk() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    b.say(&chat, "Hello too").await.expect(201);
    assert_eq!(a.read(&chat).await, ["Hello", "Hello too"]);
}
