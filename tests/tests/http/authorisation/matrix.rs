//! Every operation of the description, called by every kind of caller. What each gets stands in a
//! table that people review.

use std::collections::BTreeMap;
use std::path::Path;

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::description::Operation;
use visavis_tests::external_access::POLICIES;
use visavis_tests::receiver::{Receiver, in_minutes};
use visavis_tests::socket::Socket;
use visavis_tests::world::{Person, World};

use super::recipes::{BODIES, ENDS_THE_TOKEN, KEYS, NOBODY};
use super::with_role;

/// Where the table is.
const TABLE: &str = "docs/reference/authorisation.md";

/// What the page says above the table.
const ABOVE: &str = "\
# Who may do what

Every operation of the [description](openapi.json), called by every kind of caller, and the status
of the answer. The test `every_operation_for_every_caller` makes the calls and compares. Below
`/v1.0/me/chats` the answers are those of `/v1.0/chats`; the test makes sure of it.

* **nobody**: without a token; **revoked**: with a token that was revoked
* **owner**: whose it is: who wrote the message, made the chat, was asked for contact, owns the token
* **member**: the other member of the chat, of another organisation
* **colleague**: of the owner's organisation, without a role, not in the chat
* **access**, **security**, **compliance**, **admin**: a colleague who is external access
  administrator, security administrator, compliance officer, organisation administrator
* **theirs**: the organisation administrator of another organisation
* **personal**: somebody with a personal account; **operator**: the operator of the deployment

What one may not know of is 404; what one may know of and not do is 403.

";

/// Who calls, in the order of the columns.
const CALLERS: [&str; 12] = [
    "nobody",
    "revoked",
    "owner",
    "member",
    "colleague",
    "access",
    "security",
    "compliance",
    "admin",
    "theirs",
    "personal",
    "operator",
];

/// The callers, and the world in which they call.
struct Cast {
    world: World,
    callers: Vec<Client>,
    receiver: Receiver,
    count: u32,
}

impl Cast {
    async fn new() -> Self {
        let world = World::of_rows().await;
        let [a, b] = world.people(["A", "B"]);
        a.befriend(b).await;
        let made = a.post("me/tokens", json!({"name": "T"})).await.expect(201);
        let revoked = a.with_token(made["secret"].as_str().expect("a secret"));
        a.delete(&format!("me/tokens/{}", made["id"].as_str().expect("an id"))).await.expect(204);
        let person = |name: &str| (**world.person(name)).clone();
        let callers = vec![
            world.anonymous().clone(),
            revoked,
            person("A"),
            person("B"),
            person("A3"),
            with_role(&world, "externalAccessAdministrator").await,
            with_role(&world, "securityAdministrator").await,
            with_role(&world, "complianceOfficer").await,
            person("AA"),
            person("BB"),
            person("P"),
            world.operator(),
        ];
        Self { world, callers, receiver: Receiver::start().await, count: 0 }
    }

    fn person(&self, name: &str) -> &Person {
        self.world.person(name)
    }

    /// What every caller gets.
    async fn row(&mut self, operation: &Operation) -> [u16; 12] {
        let line = line(operation);
        let mut statuses = [0; 12];
        for (caller, status) in self.callers.clone().iter().zip(&mut statuses) {
            *status = self.cell(operation, &line, caller).await;
            if line.ends_with("/blockRequest") && *status < 300 {
                caller.unblock(self.person("C")).await.expect(204);
            }
        }
        statuses
    }

    async fn cell(&mut self, operation: &Operation, line: &str, caller: &Client) -> u16 {
        let mut made = BTreeMap::new();
        let plain = line.replace("/v1.0/me/chats", "/v1.0/chats");
        let mut path = operation.path.clone();
        for (_line, usual, key) in KEYS.iter().filter(|(start, ..)| plain.starts_with(start)) {
            path = path.replace(usual, key);
        }
        let path = self.filled(&path, caller, &mut made).await;
        let body = BODIES.iter().find(|(line, _body)| *line == plain);
        let body = match body {
            Some((_line, body)) => self.filled(body, caller, &mut made).await,
            None => String::new(),
        };
        let caller = if ENDS_THE_TOKEN.contains(&plain.as_str()) {
            self.with_another_token(caller).await
        } else {
            caller.clone()
        };
        let request = caller.request(operation.method.clone(), &path);
        let request = request.header(CONTENT_TYPE, "application/json").body(body);
        caller.send(request).await.status
    }

    async fn with_another_token(&self, caller: &Client) -> Client {
        let made = caller.post("me/tokens", json!({"name": "T"})).await;
        match made.json()["secret"].as_str() {
            Some(secret) => caller.with_token(secret),
            None => caller.clone(),
        }
    }

    /// The text with what is in braces made, once for each call.
    async fn filled(
        &mut self,
        text: &str,
        caller: &Client,
        made: &mut BTreeMap<String, String>,
    ) -> String {
        let mut filled = text.to_owned();
        while let Some(name) = placeholder(&filled) {
            if !made.contains_key(&name) {
                let value = self.make(&name, caller, made).await;
                made.insert(name.clone(), value);
            }
            filled = filled.replace(&format!("{{{name}}}"), &made[&name]);
        }
        filled
    }

    async fn make(
        &mut self,
        name: &str,
        caller: &Client,
        made: &BTreeMap<String, String>,
    ) -> String {
        self.count += 1;
        let count = self.count;
        let [owner, member, admin] = self.world.people(["A", "B", "AA"]);
        let known = |name: &str| made.get(name).cloned().unwrap_or_default();
        match name {
            "word" => format!("word{count}"),
            "owner" => owner.id.clone(),
            "member_id" => member.id.clone(),
            "caller" => {
                let me = caller.get("me").await.json();
                me["id"].as_str().unwrap_or(&owner.id).to_owned()
            }
            "organisation_id" => self.world.organisation("a.test").to_owned(),
            "subject" | "user_id" => {
                let body = json!({"displayName": "Subject",
                    "userPrincipalName": format!("subject{count}@a.test")});
                admin.post("users", body).await.id()
            }
            "group_id" => admin.account_group("G", &[]).await,
            "grouped" => {
                let group = known("group_id");
                admin.join_account_group(&group, owner).await.expect(204);
                owner.id.clone()
            }
            "identity" => {
                admin.give_policy(&format!("P{count}"), json!({}), &[]).await;
                format!("P{count}")
            }
            "assigned_group" => {
                let group = admin.account_group("G", &[]).await;
                let path = format!("{POLICIES}/{}/assign", known("identity"));
                admin.post(&path, json!({"groupId": group})).await.expect(204);
                group
            }
            "token_id" => owner.post("me/tokens", json!({"name": "T"})).await.id(),
            "soon" => in_minutes(50),
            "receiver" => self.receiver.url("changes"),
            "subscription_id" => owner.subscribe("me/chats", &self.receiver).await,
            "event_id" => {
                admin.configure(json!({"blockedDomains": {"add": ["blocked.test"]}})).await;
                admin.trail().await[0]["id"].as_str().expect("an id").to_owned()
            }
            "blocked" => {
                let other = self.world.person("Q");
                owner.block(other).await;
                other.id.clone()
            }
            "chat_id" => owner.group("Group", &[member]).await.id(),
            "request" => {
                let chat = self.world.person("C").group("Group", &[owner]).await.id();
                self.world.person("C").say(&chat, "Hello").await.expect(201);
                chat
            }
            "message_id" => owner.say(&known("chat_id"), "Hello").await.id(),
            "pictured" => {
                let image = json!({"@microsoft.graph.temporaryId": "1",
                    "contentBytes": "R0lGODlhIQ=="});
                let shown = "<img src=\"../hostedContents/1/$value\">";
                let body = json!({"body": {"contentType": "html", "content": shown},
                    "hostedContents": [image]});
                owner.post(&format!("chats/{}/messages", known("chat_id")), body).await.id()
            }
            "pinned_message_id" => {
                let chat = known("chat_id");
                let message = owner.say(&chat, "Hello").await.id();
                owner.pin(&chat, &message).await.id()
            }
            "hosted_content_id" => "1".to_owned(),
            "deleted" => {
                let chat = known("chat_id");
                let message = owner.say(&chat, "Hello").await.id();
                let path = format!("chats/{chat}/messages/{message}/softDelete");
                owner.post(&path, Value::Null).await.expect(204);
                message
            }
            other => panic!("matrix.rs does not know how to make {{{other}}}"),
        }
    }

    /// What every caller gets who opens a WebSocket.
    async fn socket(&self) -> [u16; 12] {
        let mut statuses = [101; 12];
        for (caller, status) in self.callers.iter().zip(&mut statuses) {
            if let Err(error) = Socket::begin(caller, None).await {
                // "refused with 401 Unauthorized"
                let words = error.to_string();
                let refused = words.split(' ').find_map(|word| word.parse().ok());
                *status = refused.unwrap_or_else(|| panic!("no answer: {words}"));
            }
        }
        statuses
    }
}

fn line(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// The first name in braces; JSON has braces too, but no letter right behind them.
fn placeholder(text: &str) -> Option<String> {
    text.split('{').skip(1).find_map(|rest| {
        let (name, _rest) = rest.split_once('}')?;
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        is_name.then(|| name.to_owned())
    })
}

/// What must be so, whatever the table says.
fn problems(operation: &Operation, statuses: [u16; 12]) -> Vec<String> {
    let line = line(operation);
    let may: Vec<&str> = CALLERS
        .into_iter()
        .zip(statuses)
        .filter(|(_caller, status)| *status < 300)
        .map(|(caller, _status)| caller)
        .collect();
    let mut problems = Vec::new();
    let mut never = |callers: &[&str], why: &str| {
        let wrong: Vec<&&str> = may.iter().filter(|caller| callers.contains(caller)).collect();
        if !wrong.is_empty() {
            problems.push(format!("{line}: {wrong:?} may do it, but {why}"));
        }
    };
    if !operation.is_open {
        never(&["nobody", "revoked"], "it is not described as open to anybody");
    }
    if operation.path.contains("{chat_id}") && !line.ends_with("/removeAllAccessForUser") {
        never(&CALLERS[4..], "they are not in the chat");
    }
    if operation.path.contains("{subscription_id}") {
        never(&CALLERS[3..], "it is another one's");
    }
    if operation.path.starts_with("/v1.0/admin/") {
        never(&["owner", "member", "colleague", "personal", "operator"], "they administer nothing");
    }
    if operation.path.starts_with("/v1.0/deployment/") {
        never(&CALLERS[..11], "they do not operate the deployment");
    }
    if operation.path.starts_with("/v1.0/groups/") || operation.path.contains("{token_id}") {
        never(&["member", "theirs", "personal"], "it is another organisation's");
    }
    let is_impossible = NOBODY.iter().any(|(nobody, _why)| *nobody == line);
    if may.is_empty() != is_impossible {
        problems.push(format!(
            "{line}: {} ({statuses:?})",
            if is_impossible {
                "somebody can do it after all"
            } else {
                "nobody can do it; say in recipes.rs how it is called"
            }
        ));
    }
    if operation.is_open == (statuses[0] == 401 && !line.ends_with("/signIn")) {
        problems.push(format!("{line}: is described as open or closed, and is not"));
    }
    problems
}

fn table(rows: &BTreeMap<String, [u16; 12]>) -> String {
    let mut text = format!("{ABOVE}```text\n");
    let width = rows.keys().map(String::len).max().unwrap_or_default();
    let head: Vec<String> = CALLERS.iter().map(|caller| format!("{caller:>11}")).collect();
    text.push_str(&format!("{:width$}{}\n", "", head.concat()));
    for (line, statuses) in rows {
        let cells: Vec<String> = statuses.iter().map(|status| format!("{status:>11}")).collect();
        text.push_str(&format!("{line:width$}{}\n", cells.concat()));
    }
    text.push_str("```\n");
    text
}

/// What opens a WebSocket is called as such.
const PUSH: &str = "GET /v1.0/me/notifications";

/// Compares the table with the committed one; `INSTA_UPDATE=always` writes it.
#[expect(clippy::disallowed_methods, reason = "listens to the variable that snapshots listen to")]
fn compare(table: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let path = root.join(TABLE);
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed == table {
        return;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        return std::fs::write(&path, table).expect("the table is written");
    }
    let was: Vec<&str> = committed.lines().filter(|line| !table.contains(*line)).collect();
    let is: Vec<&str> = table.lines().filter(|line| !committed.contains(*line)).collect();
    panic!(
        "{TABLE} is not what the server does. Was:\n{}\nis:\n{}\nIf that is wanted:\n  \
         INSTA_UPDATE=always cargo nextest run -p visavis-tests --test http every_operation",
        was.join("\n"),
        is.join("\n")
    );
}

#[tokio::test]
async fn every_operation_for_every_caller() {
    let mut cast = Cast::new().await;
    let operations = cast.world.anonymous().description().await.operations().to_vec();
    let lines: Vec<String> = operations.iter().map(line).collect();
    let recipes = BODIES.iter().map(|(line, _)| line).chain(ENDS_THE_TOKEN);
    for recipe in recipes.chain(NOBODY.iter().map(|(line, _why)| line)) {
        assert!(lines.iter().any(|line| line == recipe), "recipes.rs: there is no {recipe}");
    }
    for (start, ..) in KEYS {
        assert!(
            lines.iter().any(|line| line.starts_with(start)),
            "recipes.rs: there is no {start}"
        );
    }
    let mut rows = BTreeMap::new();
    let mut found = Vec::new();
    for operation in &operations {
        let statuses = match line(operation).as_str() {
            PUSH => cast.socket().await,
            _ => cast.row(operation).await,
        };
        found.extend(problems(operation, statuses));
        rows.insert(line(operation), statuses);
    }
    let is_alias = |line: &str| line.contains(" /v1.0/me/chats");
    for (alias, statuses) in rows.iter().filter(|(line, _)| is_alias(line)) {
        let usual = alias.replace("/v1.0/me/chats", "/v1.0/chats");
        if rows.get(&usual) != Some(statuses) {
            found.push(format!("{alias}: {statuses:?} is not as for /v1.0/chats"));
        }
    }
    rows.retain(|line, _statuses| !is_alias(line));
    assert!(found.is_empty(), "\n  {}\n", found.join("\n  "));
    compare(&table(&rows));
}
