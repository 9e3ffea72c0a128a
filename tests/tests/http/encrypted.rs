//! The same product over TLS: both versions of HTTP, cookies, links, renewal, and what is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::tls::TlsInfo;
use reqwest::{Method, StatusCode, Version};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use visavis_tests::authority::Authority;
use visavis_tests::client::Client;
use visavis_tests::server::{Server, command};

/// How long something that must happen may take.
const WITHIN: Duration = Duration::from_secs(60);
const PASSWORD: &str = "visavis-demo";
const BEN: &str = "ben.okafor@contoso.example";

fn ben(server: &Server, http: reqwest::ClientBuilder) -> Client {
    let demo = server.demo();
    let accounts = demo["accounts"].as_array().unwrap();
    let ben = accounts.iter().find(|account| account["mail"] == BEN).unwrap();
    Client::over(server.base_url(), http).with_token(ben["token"].as_str().unwrap())
}

#[tokio::test]
async fn both_versions_of_http_are_spoken_and_links_stay_encrypted() {
    let authority = Authority::default();
    let server = Server::encrypted(&authority);
    assert!(server.base_url().starts_with("https://localhost:"), "{}", server.base_url());
    for (http, version) in [
        (authority.http(), Version::HTTP_2),
        (authority.http().http1_only(), Version::HTTP_11),
        (authority.http().http2_prior_knowledge(), Version::HTTP_2),
    ] {
        let ben = ben(&server, http);
        let answer = ben.request(Method::GET, "me").send().await.unwrap();
        assert_eq!((answer.status(), answer.version()), (StatusCode::OK, version));
        let page = ben.get("me/chats?$top=1").await.expect(200);
        let next = page["@odata.nextLink"].as_str().unwrap();
        assert!(next.starts_with(&format!("{}/v1.0/me/chats?", server.base_url())), "{next}");
        assert!(ben.all("me/chats?$top=1").await.len() > 1);
        // A WebSocket is opened over HTTP/1.1; HTTP/2 has no header to say so.
        let refused = ben.get("me/notifications").await;
        let status = if version == Version::HTTP_2 { 400 } else { 426 };
        assert_eq!(refused.status, status, "{version:?}");
        assert!(refused.text.contains("A WebSocket of version 13 is opened here"), "{version:?}");
    }
}

#[tokio::test]
async fn a_session_is_for_encrypted_pages_only() {
    let authority = Authority::default();
    let server = Server::encrypted(&authority);
    let somebody = Client::over(server.base_url(), authority.http());
    let body = json!({"address": BEN, "password": PASSWORD});
    let signed_in = somebody.post("auth/signIn", body).await;
    signed_in.expect(200);
    let cookie = signed_in.headers[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.ends_with("; Secure") && cookie.contains("; HttpOnly"), "{cookie}");
    let session = cookie.split(';').next().unwrap().to_owned();
    let plain = server.base_url().replace("https://", "http://");
    for (origin, status) in [(plain.as_str(), 403), (server.base_url(), 204)] {
        let request = somebody
            .request(Method::POST, "auth/signOut")
            .header(COOKIE, &session)
            .header(ORIGIN, origin);
        let answer = somebody.send(request).await;
        assert_eq!(answer.status, status, "{origin}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_command_line_trusts_whom_it_is_told_to() {
    let authority = Authority::default();
    let server = Server::encrypted(&authority);
    let home = tempfile::tempdir().unwrap();
    let visavis = |ca_file: Option<&Path>, arguments: &[&str]| {
        let mut visavis = command();
        visavis.args(["--server", server.base_url()]).args(arguments);
        visavis.env("XDG_CONFIG_HOME", home.path()).env("VISAVIS_PASSWORD", PASSWORD);
        if let Some(file) = ca_file {
            visavis.env("VISAVIS_CA_FILE", file);
        }
        visavis.stdin(Stdio::null());
        visavis
    };
    let stranger = visavis(None, &["sign-in", BEN]).output().unwrap();
    let complaint = String::from_utf8_lossy(&stranger.stderr);
    assert_eq!(stranger.status.code(), Some(6), "{complaint}");
    assert!(complaint.contains("certificate"), "{complaint}");

    let ca_file = authority.ca_file();
    assert!(visavis(Some(&ca_file), &["sign-in", BEN]).status().unwrap().success());
    let listed = visavis(Some(&ca_file), &["chat", "list"]).output().unwrap();
    assert!(listed.status.success() && !listed.stdout.is_empty());
    // The operator's file says where the server is, and the authority can be an argument, too.
    let mut organisations = command();
    organisations.arg("--data").arg(server.data()).arg("--ca-file").arg(&ca_file);
    assert!(organisations.args(["organisation", "list"]).status().unwrap().success());

    // The live connection is encrypted as well.
    let mut watching = visavis(Some(&ca_file), &["--json", "chat", "watch"]);
    let mut watching = watching.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let demo = server.demo();
    let chat = ben(&server, authority.http()).get("me/chats").await.entries()[0]["id"].clone();
    let chat = chat.as_str().unwrap().to_owned();
    let heard = tokio::task::spawn_blocking({
        let out = watching.stdout.take().unwrap();
        move || {
            use std::io::BufRead;
            let lines = std::io::BufReader::new(out).lines().map_while(Result::ok);
            lines.into_iter().any(|line| line.contains("over an encrypted line"))
        }
    });
    // Until the watcher is connected it hears nothing, so it is said again.
    let saying = async {
        loop {
            let body = json!({"body": {"content": "over an encrypted line"}});
            ben(&server, authority.http()).post(&format!("chats/{chat}/messages"), body).await;
            sleep(Duration::from_millis(300)).await;
        }
    };
    tokio::select! {
        heard = timeout(WITHIN, heard) => assert!(heard.unwrap().unwrap(), "{demo}"),
        () = saying => {}
    }
    watching.kill().unwrap();
    watching.wait().unwrap();
}

/// The certificate that a new connection is shown.
async fn shown(server: &Server, authority: &Authority) -> Vec<u8> {
    let http = authority.http().tls_info(true).build().unwrap();
    let answer = http.get(format!("{}/health", server.base_url())).send().await.unwrap();
    let shown = answer.extensions().get::<TlsInfo>().unwrap().peer_certificate();
    shown.unwrap().to_vec()
}

fn hang_up(server: &Server) {
    let told = Command::new("kill").args(["-HUP", &server.pid().to_string()]).status();
    assert!(told.unwrap().success());
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + WITHIN;
    while !is_so().await {
        assert!(Instant::now() < end, "{what} did not happen in time");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_certificate_is_renewed_without_a_restart() {
    let authority = Authority::default();
    let server = Server::encrypted(&authority);
    let first = shown(&server, &authority).await;
    let (certificate, _key) = authority.issue("localhost");
    assert_eq!(shown(&server, &authority).await, first);
    hang_up(&server);
    until("the renewal", async || shown(&server, &authority).await != first).await;

    // A file that makes no sense changes nothing and is complained about.
    let second = shown(&server, &authority).await;
    fs::write(certificate, "nonsense").unwrap();
    hang_up(&server);
    until("the complaint", async || server.log().contains("from before stays in use")).await;
    assert_eq!(shown(&server, &authority).await, second);
}

#[test]
fn a_server_does_not_start_with_a_certificate_that_cannot_be() {
    let authority = Authority::default();
    let (certificate, key) = authority.issue("localhost");
    let (other, _key) = authority.issue("other.test");
    let open = key.with_extension("open");
    fs::copy(&key, &open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    let none = key.with_extension("none");
    fs::write(&none, "no PEM at all").unwrap();
    fs::set_permissions(&none, fs::Permissions::from_mode(0o600)).unwrap();
    let missing = key.with_extension("missing");
    let data = tempfile::tempdir().unwrap();
    for (certificate, key, words) in [
        (&certificate, Some(&open), "chmod 600"),
        (&certificate, Some(&none), "no private key"),
        (&certificate, Some(&missing), "cannot be read"),
        (&missing, Some(&key), "cannot be read"),
        (&none, Some(&key), "no certificate"),
        (&other, Some(&key), "is no certificate for"),
        (&certificate, None, "--tls-key"),
    ] {
        let mut serve = command();
        serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data.path());
        serve.arg("--tls-cert").arg(certificate);
        if let Some(key) = key {
            serve.arg("--tls-key").arg(key);
        }
        let ended = serve.output().unwrap();
        let complaint = String::from_utf8_lossy(&ended.stderr);
        let code = if key.is_some() { 1 } else { 2 };
        assert_eq!(ended.status.code(), Some(code), "{complaint}");
        assert!(complaint.contains(words), "`{words}` is missing: {complaint}");
    }
}

/// Says something and waits for the server to hang up; answers what it said.
async fn until_hung_up(address: &str, said: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said).await.unwrap();
    let mut bytes = Vec::new();
    // A connection that is reset has ended, too.
    let _ended = timeout(WITHIN, stream.read_to_end(&mut bytes)).await.expect("an end");
    bytes
}

#[tokio::test]
async fn connections_that_ask_nothing_are_closed() {
    let authority = Authority::default();
    let encrypted = Server::encrypted(&authority);
    let encrypted = encrypted.base_url().trim_start_matches("https://");
    let plain = Server::demonstration();
    let plain = plain.base_url().trim_start_matches("http://");
    let ends = tokio::join!(
        until_hung_up(plain, b""),
        until_hung_up(plain, b"PRI *"),
        until_hung_up(plain, b"GET /health HTTP/1.1\r\nHost: a"),
        until_hung_up(encrypted, b""),
        // The beginning of a greeting, and what is no greeting at all.
        until_hung_up(encrypted, b"\x16\x03\x01\x02\x00\x01"),
        until_hung_up(encrypted, b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"),
    );
    for said in [ends.0, ends.1, ends.2, ends.3, ends.4] {
        assert!(!said.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&said));
    }
    assert!(!ends.5.starts_with(b"HTTP"), "an encrypted server answers unencrypted");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused_and_its_connection_closed() {
    let server = Server::demonstration();
    let address = server.base_url().trim_start_matches("http://");
    let token = server.operator().token().to_owned();
    let stalled = |path: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
        )
    };
    let asked =
        ["/v1.0/auth/signIn", "/v1.0/setup", "/v1.0/me/tokens", "/v1.0/deployment/accounts"];
    let [sign_in, setup, token, account] = &asked.map(stalled);
    let ends = tokio::join!(
        until_hung_up(address, sign_in.as_bytes()),
        until_hung_up(address, setup.as_bytes()),
        until_hung_up(address, token.as_bytes()),
        until_hung_up(address, account.as_bytes()),
    );
    for said in [ends.0, ends.1, ends.2, ends.3] {
        let said = String::from_utf8_lossy(&said);
        assert!(said.starts_with("HTTP/1.1 408"), "{said}");
        assert!(said.contains("\"code\":\"requestTimeout\""), "{said}");
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let server = Server::demonstration();
    let address = server.base_url().trim_start_matches("http://");
    let head = format!("GET /health HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n", "a".repeat(70_000));
    let said = until_hung_up(address, head.as_bytes()).await;
    assert!(said.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&said));
}
