//! What a frame says, next to what a fetch of the same resource shows.

use std::collections::BTreeSet;

use serde_json::Value;
use visavis_tests::client::Client;

/// Where a resource of a frame is fetched: `chats('1')/messages('2')` is `chats/1/messages/2`.
pub(crate) fn path_of(resource: &str) -> String {
    resource.replace("('", "/").replace("')", "")
}

/// The resource as a fetch shows it, without what only says where the answer came from; null when
/// there is none.
pub(crate) async fn fetch(client: &Client, resource: &str) -> Value {
    let answer = client.get(&path_of(resource)).await;
    if answer.status == 404 {
        return Value::Null;
    }
    let mut body = answer.expect(200);
    body.as_object_mut().unwrap().remove("@odata.context");
    // Whoever is connected counts what is pushed.
    if let Some(viewpoint) = body.get_mut("viewpoint").and_then(Value::as_object_mut) {
        viewpoint.remove("unreadCount");
    }
    body
}

/// A frame has the parts that are documented, and shows what a fetch shows.
pub(crate) async fn assert_as_fetched(client: &Client, frame: &Value) {
    let names: BTreeSet<&str> = frame.as_object().unwrap().keys().map(String::as_str).collect();
    let wanted = BTreeSet::from(["token", "changeType", "resource", "resourceData"]);
    assert_eq!(names, wanted, "{frame}");
    let change = frame["changeType"].as_str().unwrap();
    assert!(["created", "updated", "deleted"].contains(&change), "{frame}");
    assert!(!frame["token"].as_str().unwrap().is_empty(), "{frame}");
    let fetched = fetch(client, frame["resource"].as_str().unwrap()).await;
    assert_eq!(frame["resourceData"], fetched, "{frame}");
}
