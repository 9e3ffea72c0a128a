//! Images in messages: sent, shown, kept by edits, gone with the message, and what is no image.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use visavis_tests::answer::Answer;
use visavis_tests::chat::{ALL_HISTORY, text_of};
use visavis_tests::client::Client;
use visavis_tests::world::World;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and what a picture has besides \xFF\x00";
const GIF: &[u8] = b"GIF89a and what moves";
const SHOWN: &str = "<p>See <img src=\"../hostedContents/1/$value\" alt=\"a cat\"></p>";

fn content(name: &str, bytes: &[u8], kind: &str) -> Value {
    json!({
        "@microsoft.graph.temporaryId": name,
        "contentBytes": STANDARD.encode(bytes),
        "contentType": kind,
    })
}

fn html(text: &str, contents: &[Value]) -> Value {
    json!({"body": {"contentType": "html", "content": text}, "hostedContents": contents})
}

async fn show(who: &Client, chat: &str, text: &str, contents: &[Value]) -> Answer {
    who.post(&format!("chats/{chat}/messages"), html(text, contents)).await
}

/// The addresses of the images in a message.
fn sources(message: &Value) -> Vec<String> {
    let parts = text_of(message).split("src=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn an_image_is_seen_by_whoever_sees_the_message() {
    let world = World::start();
    let [a, a2, b, c] = world.people(["A", "A2", "B", "C"]);
    let chat = a.group("Topic", &[a2, b]).await.id();
    let sent = show(a, &chat, SHOWN, &[content("1", PNG, "image/png")]).await.expect(201);
    let id = sent["id"].as_str().expect("an id");
    let message = format!("chats/{chat}/messages/{id}");
    let address = format!("{}/v1.0/{message}/hostedContents/1/$value", a.base_url());
    assert_eq!(sources(&sent), std::slice::from_ref(&address));
    assert!(text_of(&sent).contains("alt=\"a cat\""), "{sent}");
    for path in [message.clone(), format!("me/{message}")] {
        assert_eq!(a2.get(&path).await.expect(200)["body"], sent["body"]);
    }
    let chats = a2.all("me/chats?$expand=lastMessagePreview").await;
    assert_eq!(chats[0]["lastMessagePreview"]["body"], sent["body"]);

    let image = a2.bytes(&address).await;
    assert_eq!(image.status, 200);
    assert_eq!(image.bytes, PNG);
    for (header, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("content-disposition", "inline; filename=\"image-1.png\""),
        ("cache-control", "private, no-store"),
    ] {
        assert_eq!(image.header(header), value, "{header}");
    }
    let listed = a2.get(&format!("{message}/hostedContents")).await.entries();
    let known =
        json!({"id": "1", "contentBytes": null, "contentType": "image/png", "size": PNG.len()});
    assert_eq!(listed, std::slice::from_ref(&known));
    let one = a2.get(&format!("{message}/hostedContents/1")).await.expect(200);
    assert_eq!(one["contentType"], known["contentType"]);

    // B has not answered the request: neither the image nor where it is.
    let nothing = c.get(&message).await;
    for who in [b, c] {
        for path in ["hostedContents", "hostedContents/1", "hostedContents/1/$value"] {
            let answer = who.get(&format!("{message}/{path}")).await;
            assert_eq!(answer.timeless(), nothing.timeless(), "{path}");
        }
    }
    let preview = b.get(&format!("chats/{chat}/requestPreview")).await.entries();
    assert_eq!(text_of(&preview[0]), "See");
    assert_eq!(preview[0]["body"]["contentType"], "text");
    world.anonymous().get(&format!("{message}/hostedContents/1/$value")).await.expect(401);
    b.accept(&chat).await.expect(204);
    assert_eq!(b.bytes(&address).await.bytes, PNG);
    for missing in ["2", "0", "01", "x", "1/$value/x"] {
        let answer = a.get(&format!("{message}/hostedContents/{missing}")).await;
        assert_eq!(answer.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn edits_keep_what_is_shown_and_deletion_takes_everything() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let two = "<img src=\"../hostedContents/x/$value\">and<img src=\"../hostedContents/y/$value\">";
    let contents = [content("x", PNG, "image/png"), content("y", GIF, "image/gif")];
    let sent = show(a, &chat, two, &contents).await.expect(201);
    let message = format!("chats/{chat}/messages/{}", sent["id"].as_str().expect("an id"));
    let addresses = sources(&sent);
    assert_eq!(b.bytes(&addresses[1]).await.bytes, GIF);

    // A script sends back what it read, with another word.
    let mut read = a.get(&message).await.expect(200);
    read["body"]["content"] = json!(text_of(&read).replace("and", "or"));
    a.patch(&message, read).await.expect(204);
    let edited = b.get(&message).await.expect(200);
    assert_eq!(sources(&edited), addresses);
    assert!(text_of(&edited).contains("or"), "{edited}");

    let only = format!("<img src=\"{}\"><img src=\"../hostedContents/new/$value\">", addresses[1]);
    let new = [content("new", b"\xFF\xD8\xFF\xE0", "image/jpeg")];
    a.patch(&message, html(&only, &new)).await.expect(204);
    let edited = b.get(&message).await.expect(200);
    assert_eq!(sources(&edited)[0], addresses[1]);
    assert!(sources(&edited)[1].ends_with("/hostedContents/3/$value"), "{edited}");
    assert_eq!(b.bytes(&addresses[1]).await.bytes, GIF);
    assert_eq!(b.bytes(&addresses[0]).await.status, 404, "no longer shown");
    assert_eq!(b.bytes(&sources(&edited)[1]).await.header("content-type"), "image/jpeg");

    a.post(&format!("{message}/softDelete"), Value::Null).await.expect(204);
    for who in [a, b] {
        assert_eq!(who.bytes(&addresses[1]).await.status, 404);
        assert!(who.get(&format!("{message}/hostedContents")).await.entries().is_empty());
    }
    a.post(&format!("{message}/undoSoftDelete"), Value::Null).await.expect(204);
    assert_eq!(b.bytes(&addresses[1]).await.bytes, GIF);
    a.patch(&message, html("<p>none</p>", &[])).await.expect(204);
    assert_eq!(b.bytes(&addresses[1]).await.status, 404);
}

#[tokio::test]
async fn former_members_keep_the_images_of_their_time() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.group("Topic", &[a2]).await.id();
    let shown = [content("1", PNG, "image/png")];
    let before = sources(&show(a, &chat, SHOWN, &shown).await.expect(201));
    a.remove(&chat, a2).await.expect(204);
    let after = sources(&show(a, &chat, SHOWN, &shown).await.expect(201));
    assert_eq!(a2.bytes(&before[0]).await.bytes, PNG);
    assert_eq!(a2.bytes(&after[0]).await.status, 404);
    a.add(&chat, a2, Some(ALL_HISTORY)).await.expect(201);
    assert_eq!(a2.bytes(&after[0]).await.bytes, PNG);
}

#[tokio::test]
async fn t_246_where_a_personal_account_began_organisations_show_no_images() {
    let world = World::start();
    let [a, p] = world.people(["A", "P"]);
    let chat = p.befriend(a).await;
    let shown = [content("1", PNG, "image/png")];
    let refused = show(a, &chat, SHOWN, &shown).await;
    assert_eq!(refused.line(), "403 featureOff", "{}", refused.text);
    let sent = show(p, &chat, SHOWN, &shown).await.expect(201);
    assert_eq!(a.bytes(&sources(&sent)[0]).await.bytes, PNG);
    assert_eq!(a.read(&chat).await.len(), 2);
}

#[tokio::test]
async fn what_is_no_image_is_refused_and_nothing_is_sent() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let one = |bytes: &[u8], kind: &str| vec![content("1", bytes, kind)];
    let png = content("1", PNG, "image/png");
    let large = [PNG, &vec![0; 1024 * 1024]].concat();
    let half = [PNG, &vec![0; 740 * 1024]].concat();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let mut bare = png.clone();
    bare["contentBytes"] = json!("!!!");
    let mut nameless = png.clone();
    nameless["@microsoft.graph.temporaryId"] = Value::Null;
    let many: Vec<Value> =
        (0..11).map(|number| content(&number.to_string(), PNG, "image/png")).collect();
    let both = "<img src=\"../hostedContents/1/$value\"><img src=\"../hostedContents/2/$value\">";
    for (text, contents, line, target) in [
        (SHOWN, one(svg, "image/svg+xml"), "400 invalid", "hostedContents/0/contentBytes"),
        (SHOWN, one(svg, "image/png"), "400 invalid", "hostedContents/0/contentBytes"),
        (SHOWN, one(b"", "image/png"), "400 invalid", "hostedContents/0/contentBytes"),
        (SHOWN, one(b"MZ a program", "image/png"), "400 invalid", "hostedContents/0/contentBytes"),
        (SHOWN, one(GIF, "image/png"), "400 invalid", "hostedContents/0/contentType"),
        (SHOWN, one(PNG, "text/html"), "400 invalid", "hostedContents/0/contentType"),
        (SHOWN, vec![bare], "400 invalid", "hostedContents/0/contentBytes"),
        (SHOWN, vec![nameless], "400 invalid", "hostedContents/0"),
        (SHOWN, vec![png.clone(), png.clone()], "400 invalid", "hostedContents"),
        (
            SHOWN,
            vec![png.clone(), content("2", PNG, "image/png")],
            "400 invalid",
            "hostedContents/1",
        ),
        ("<p>nothing shown</p>", vec![png.clone()], "400 invalid", "hostedContents/0"),
        (both, vec![png.clone()], "400 invalid", "hostedContents"),
        (SHOWN, vec![], "400 invalid", "hostedContents"),
        (SHOWN, many, "403 limitReached", ""),
        (SHOWN, one(&large, "image/png"), "403 limitReached", ""),
        (
            both,
            vec![content("1", &half, "image/png"), content("2", &half, "image/png")],
            "403 limitReached",
            "",
        ),
    ] {
        let answer = show(a, &chat, text, &contents).await;
        assert_eq!(answer.line(), line, "{}", answer.text);
        let at = answer.json()["error"]["target"].as_str().unwrap_or_default().to_owned();
        assert_eq!(at, target, "{}", answer.text);
    }
    let plain = json!({"body": {"content": SHOWN}, "hostedContents": [png]});
    let answer = a.post(&format!("chats/{chat}/messages"), plain).await;
    assert_eq!(answer.line(), "400 invalid", "plain text shows no images");
    // Images from elsewhere would tell who reads: they go, whatever they claim to be.
    let tracker = "<p>a<img src=\"https://tracker.example/hostedContents/1/$value\"></p>";
    let sent = show(a, &chat, tracker, &[]).await.expect(201);
    assert_eq!(text_of(&sent), "<p>a</p>");
    assert_eq!(b.read(&chat).await, ["Hello", "<p>a</p>"]);
}
