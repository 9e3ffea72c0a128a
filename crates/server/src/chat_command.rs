//! The chat client of the command line.

use std::io::Read;

use clap::builder::PossibleValuesParser;
use serde_json::{Value, json};
use visavis_domain::report::ReportReason;

use crate::chat_reference as reference;
use crate::client::{Client, part};
use crate::exit::{Complaint, Done};
use crate::live::{Heard, Live};
use crate::output::{harmless, text};
use crate::session::Session;
use crate::shown;
use crate::talk;

/// What can be done with chats.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ChatCommand {
    /// List your chats, newest first
    List,
    /// Start a chat with one person, or a group with several, by full address
    #[command(after_help = "Examples:
  visavis chat start megan@fabrikam.example --message 'Hello Megan'
  visavis chat start megan@fabrikam.example +4915112345678 --topic 'Launch'

There is one chat with each person for ever: starting it again finds it. People outside your
organisation get a contact request; until they accept you can send ten messages, and they see
nothing of what you wrote unless they ask for a preview.")]
    Start {
        /// E-mail addresses or telephone numbers (+49…), in full
        #[arg(required = true, value_name = "ADDRESS")]
        addresses: Vec<String>,
        /// What the group is about
        #[arg(long)]
        topic: Option<String>,
        /// A first message
        #[arg(long, short)]
        message: Option<String>,
    },
    /// Send a message
    #[command(after_help = "Examples:
  visavis chat send megan@fabrikam.example 'See you at ten'
  visavis chat send 2 'By the number in `visavis chat list`'
  date | visavis chat send Launch -")]
    Send {
        #[command(flatten)]
        chat: Chat,
        /// What to say; `-` reads standard input
        text: String,
        /// How important it is
        #[arg(long, default_value = "normal", value_parser = ["normal", "high", "urgent"])]
        importance: String,
    },
    /// Show what happens, as it happens; resumes after a disconnect
    #[command(
        after_help = "With --json every notification is one line, as it came. `token` is the \
place to resume from with --since."
    )]
    Watch {
        /// Only this chat
        chat: Option<String>,
        /// Start after this token instead of now
        #[arg(long, value_name = "TOKEN")]
        since: Option<String>,
        /// End after so many notifications
        #[arg(long, value_name = "N")]
        count: Option<u64>,
    },
    /// Hold a conversation: what the others write appears, what you type is sent
    #[command(after_help = "Example:
  visavis chat talk megan@fabrikam.example")]
    Talk(Chat),
    /// List contact requests that wait for an answer
    Requests {
        /// Those that you sent instead of those that you got
        #[arg(long)]
        sent: bool,
    },
    /// Show what somebody wrote who asks for contact, as inert text; they do not learn of it
    #[command(after_help = "Example:
  visavis chat preview megan@fabrikam.example")]
    Preview(Chat),
    /// Accept a contact request
    #[command(after_help = "Example:
  visavis chat accept megan@fabrikam.example")]
    Accept {
        #[command(flatten)]
        chat: Chat,
        /// Accept although it looks like an impersonation
        #[arg(long)]
        acknowledge_risk: bool,
    },
    /// Refuse a contact request and block the person; they do not learn of it
    #[command(after_help = "Example:
  visavis chat block spammer@outlook.example --report spam")]
    Block {
        #[command(flatten)]
        chat: Chat,
        /// Report why, for example spam
        #[arg(long, value_name = "REASON")]
        report: Option<String>,
    },
    /// Delete a contact request; the person is not blocked and does not learn of it
    #[command(after_help = "Example:
  visavis chat decline megan@fabrikam.example")]
    Decline(Chat),
    /// Report a message or a person to those who look after your side; they do not learn of it
    #[command(after_help = "Examples:
  visavis chat report spammer@outlook.example --reason spam
  visavis chat report Launch --person daniel@outlook.example --reason harassment
  visavis chat report Launch --message 1764108000000 --reason securityRisk \
      --comment 'asks for passwords'

The ids of messages are in `visavis --json chat history`.")]
    Report(Reporting),
    /// Want no notice of what is new in a chat; on your other devices, too
    #[command(after_help = "Example:
  visavis chat mute Launch")]
    Mute(Chat),
    /// Mute a chat no longer
    #[command(after_help = "Example:
  visavis chat unmute Launch")]
    Unmute(Chat),
    /// Keep a chat in front of your list; on your other devices, too
    #[command(after_help = "Example:
  visavis chat pin megan@fabrikam.example")]
    Pin(Chat),
    /// Keep a chat in front no longer
    #[command(after_help = "Example:
  visavis chat unpin megan@fabrikam.example")]
    Unpin(Chat),
    /// Show the newest messages of a chat
    #[command(after_help = "Examples:
  visavis chat history megan@fabrikam.example
  visavis chat history Launch -n 50")]
    History {
        #[command(flatten)]
        chat: Chat,
        /// How many
        #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=50))]
        count: u16,
    },
}

/// What is reported.
#[derive(Debug, clap::Args)]
pub(crate) struct Reporting {
    #[command(flatten)]
    chat: Chat,
    /// Why
    #[arg(long, value_parser = PossibleValuesParser::new(ReportReason::ALL.map(ReportReason::as_str)))]
    reason: String,
    /// One message, by its id
    #[arg(long, value_name = "ID", conflicts_with = "person")]
    message: Option<String>,
    /// Somebody in a group, by address or name
    #[arg(long, value_name = "ADDRESS")]
    person: Option<String>,
    /// What you add
    #[arg(long)]
    comment: Option<String>,
}

/// Which chat.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Chat {
    /// The other person's address or name, the topic, the number in `chat list`, or the id
    #[arg(value_name = "CHAT")]
    pub reference: String,
}

/// Runs one of them.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn run(command: ChatCommand, session: &Session) -> Done {
    let client = session.person()?;
    match command {
        ChatCommand::List => list(&client, session).await,
        ChatCommand::Start { addresses, topic, message } => {
            start(&client, session, addresses, topic, message).await
        }
        ChatCommand::Send { chat, text, importance } => {
            send(&client, session, &chat, text, &importance).await
        }
        ChatCommand::Watch { chat, since, count } => {
            watch(client, session, chat, since, count).await
        }
        ChatCommand::Talk(chat) => {
            let me = reference::my_id(&client).await?;
            let chat = reference::find(&client, &me, &chat.reference).await?;
            talk::run(client, session, me, chat).await
        }
        ChatCommand::Requests { sent } => requests(&client, session, sent).await,
        ChatCommand::Preview(chat) => preview(&client, session, &chat).await,
        ChatCommand::Accept { chat, acknowledge_risk } => {
            let body = if acknowledge_risk { json!({"acknowledgeRisk": true}) } else { json!({}) };
            answer(&client, session, &chat, Reply { act: "acceptRequest", body, said: "Accepted" })
                .await
        }
        ChatCommand::Block { chat, report } => {
            let body = report.map_or(json!({}), |reason| json!({"report": {"reason": reason}}));
            answer(&client, session, &chat, Reply { act: "blockRequest", body, said: "Blocked" })
                .await
        }
        ChatCommand::Decline(chat) => {
            let body = json!({"blockRequester": false});
            answer(&client, session, &chat, Reply { act: "declineRequest", body, said: "Deleted" })
                .await
        }
        ChatCommand::Report(reporting) => report(&client, session, reporting).await,
        ChatCommand::Mute(chat) => keep(&client, session, &chat, ("muteForUser", "Muted")).await,
        ChatCommand::Unmute(chat) => {
            keep(&client, session, &chat, ("unmuteForUser", "Not muted any more")).await
        }
        ChatCommand::Pin(chat) => keep(&client, session, &chat, ("pinForUser", "Pinned")).await,
        ChatCommand::Unpin(chat) => {
            keep(&client, session, &chat, ("unpinForUser", "Not pinned any more")).await
        }
        ChatCommand::History { chat, count } => history(&client, session, &chat, count).await,
    }
}

async fn list(client: &Client, session: &Session) -> Done {
    let me = reference::my_id(client).await?;
    let chats = reference::list(client).await?;
    let rows: Vec<Vec<String>> = chats
        .iter()
        .enumerate()
        .map(|(place, chat)| {
            let preview = chat.get("lastMessagePreview").unwrap_or(&Value::Null);
            vec![
                (place + 1).to_string(),
                shown::title(chat, &me),
                shown::state(chat),
                shorten(&shown::body(preview)),
            ]
        })
        .collect();
    let nothing = "No chats yet. Start one: visavis chat start somebody@their-organisation.example";
    session.out.table(&json!(chats), &["#", "CHAT", "REQUEST", "LAST MESSAGE"], &rows, nothing);
    Ok(())
}

async fn report(client: &Client, session: &Session, reporting: Reporting) -> Done {
    let Reporting { chat, reason, message, person, comment } = reporting;
    let me = reference::my_id(client).await?;
    let chat = reference::find(client, &me, &chat.reference).await?;
    let user = match person {
        None => Value::Null,
        Some(named) => {
            let is_named = |member: &&Value| {
                ["/email", "/displayName"]
                    .iter()
                    .any(|name| text(member, name).eq_ignore_ascii_case(&named))
            };
            let found = shown::others(&chat, &me).find(is_named);
            let found = found.ok_or_else(|| {
                Complaint::not_found(format!("nobody in this chat is called {}", harmless(&named)))
            })?;
            json!({"id": text(found, "/userId")})
        }
    };
    let mut body = json!({"reason": reason, "comment": comment});
    let id = part(text(&chat, "/id"));
    let path = match message {
        Some(message) => format!("/v1.0/chats/{id}/messages/{}/report", part(&message)),
        None => {
            if let Some(body) = body.as_object_mut().filter(|_body| !user.is_null()) {
                body.insert("user".to_owned(), user);
            }
            format!("/v1.0/chats/{id}/report")
        }
    };
    client.post(&path, &body).await?;
    session.out.answer(&json!({"id": text(&chat, "/id"), "done": "report"}), "Reported.");
    Ok(())
}

/// How one keeps a chat for oneself.
async fn keep(
    client: &Client,
    session: &Session,
    chat: &Chat,
    (act, said): (&'static str, &'static str),
) -> Done {
    answer(client, session, chat, Reply { act, body: json!({}), said }).await
}

fn shorten(text: &str) -> String {
    const CHARACTERS_MAX: usize = 48;
    let line = text.lines().next().unwrap_or_default();
    match line.chars().count() {
        count if count > CHARACTERS_MAX => {
            line.chars().take(CHARACTERS_MAX - 1).chain(['…']).collect()
        }
        _ => line.to_owned(),
    }
}

async fn start(
    client: &Client,
    session: &Session,
    addresses: Vec<String>,
    topic: Option<String>,
    message: Option<String>,
) -> Done {
    let is_group = addresses.len() > 1 || topic.is_some();
    let me = reference::my_id(client).await?;
    let member = |key: &str| {
        let key = part(&key.replace('\'', "''"));
        json!({
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "roles": ["owner"],
            "user@odata.bind": format!("{}/v1.0/users('{key}')", client.base()),
        })
    };
    let members: Vec<Value> =
        std::iter::once(&me).chain(&addresses).map(|key| member(key)).collect();
    let mut body = json!({
        "chatType": if is_group { "group" } else { "oneOnOne" },
        "members": members,
    });
    if let (Some(topic), Some(body)) = (topic, body.as_object_mut()) {
        body.insert("topic".to_owned(), json!(topic));
    }
    let chat = client.post("/v1.0/chats", &body).await?;
    let id = text(&chat, "/id").to_owned();
    let sent = match message {
        Some(message) => Some(say(client, &id, &message, "normal").await?),
        None => None,
    };
    let next = match addresses.as_slice() {
        [only] => only.clone(),
        _ => id.clone(),
    };
    let mut value = chat;
    if let (Some(sent), Some(value)) = (sent, value.as_object_mut()) {
        value.insert("firstMessage".to_owned(), sent);
    }
    session.out.answer(&value, format!("{id}\nGo on with: visavis chat talk '{next}'"));
    Ok(())
}

async fn send(
    client: &Client,
    session: &Session,
    chat: &Chat,
    said: String,
    importance: &str,
) -> Done {
    let said = match said.as_str() {
        "-" => {
            let mut piped = String::new();
            std::io::stdin()
                .read_to_string(&mut piped)
                .map_err(|error| Complaint::usage(format!("standard input: {error}")))?;
            piped.trim_end().to_owned()
        }
        _ => said,
    };
    let me = reference::my_id(client).await?;
    let chat = reference::find(client, &me, &chat.reference).await?;
    let sent = say(client, text(&chat, "/id"), &said, importance).await?;
    session.out.answer(&sent, shown::message(&sent));
    Ok(())
}

/// Sends one message; a retry after a lost answer does not send it twice.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn say(client: &Client, chat: &str, said: &str, importance: &str) -> Done<Value> {
    let body = json!({
        "body": {"contentType": "text", "content": said},
        "importance": importance,
    });
    client.post(&format!("/v1.0/chats/{}/messages", part(chat)), &body).await
}

async fn watch(
    client: Client,
    session: &Session,
    only: Option<String>,
    since: Option<String>,
    count: Option<u64>,
) -> Done {
    let only = match only {
        Some(name) => {
            let me = reference::my_id(&client).await?;
            let chat = reference::find(&client, &me, &name).await?;
            Some(format!("chats('{}')", text(&chat, "/id")))
        }
        None => None,
    };
    let mut live = Live::open(client, since).await?;
    let mut left = count;
    while left != Some(0) {
        let frame = match live.next().await? {
            Heard::Frame(frame) => frame,
            Heard::Afresh => {
                session
                    .out
                    .note("visavis: the token was too old; some changes may have been missed");
                continue;
            }
        };
        let resource = text(&frame, "/resource");
        // That nothing is missing concerns whoever watches one chat, too.
        if resource != "me" {
            if only.as_ref().is_some_and(|only| !resource.starts_with(only.as_str())) {
                continue;
            }
            left = left.map(|left| left - 1);
        }
        session.out.json(&frame);
        session.out.line(happening(&frame));
    }
    Ok(())
}

/// One notification as a line.
fn happening(frame: &Value) -> String {
    let resource = text(frame, "/resource");
    let data = frame.get("resourceData").unwrap_or(&Value::Null);
    let change = text(frame, "/changeType");
    if resource == "me" {
        return "Listening. Ctrl-C ends.".to_owned();
    }
    if resource.contains("/messages(") && !data.is_null() {
        return shown::message(data);
    }
    if resource.ends_with("/typing") {
        return format!("       … {} is typing", shown::person(data));
    }
    if resource.ends_with("/presence") {
        return format!("       {} is {}", text(data, "/id"), text(data, "/availability"));
    }
    if resource.contains("/members(") {
        return format!("       member {change}: {}", shown::person(data));
    }
    let state = shown::state(data);
    let topic = harmless(text(data, "/topic"));
    let what = [topic, state].into_iter().filter(|what| !what.is_empty()).collect::<Vec<_>>();
    format!("       chat {change} {}", what.join(", ")).trim_end().to_owned()
}

async fn requests(client: &Client, session: &Session, are_sent: bool) -> Done {
    let direction = if are_sent { "outbound" } else { "inbound" };
    let filter =
        format!("contactRequest/state eq 'pending' and contactRequest/direction eq '{direction}'");
    let path = format!("/v1.0/me/chats?$filter={}&$expand=members&$top=50", part(&filter));
    let chats = client.all(&path).await?;
    let me = reference::my_id(client).await?;
    let rows: Vec<Vec<String>> = chats
        .iter()
        .map(|chat| {
            let who = if are_sent {
                shown::title(chat, &me)
            } else {
                shown::person(chat.pointer("/contactRequest/requestedBy").unwrap_or(&Value::Null))
            };
            let address = match are_sent {
                true => shown::others(chat, &me).next().map_or("", |other| text(other, "/email")),
                false => text(chat, "/contactRequest/requestedBy/email"),
            };
            let risk = match text(chat, "/contactRequest/risk/level") {
                "high" => "looks like an impersonation".to_owned(),
                _ => String::new(),
            };
            let when = text(chat, "/contactRequest/requestedDateTime");
            vec![who, harmless(address), when.get(..16).unwrap_or(when).replace('T', " "), risk]
        })
        .collect();
    session.out.table(&json!(chats), &["WHO", "ADDRESS", "SINCE", "RISK"], &rows, "No requests.");
    if !are_sent && !rows.is_empty() {
        session.out.line("\nvisavis chat preview ADDRESS, then accept, decline or block ADDRESS.");
    }
    Ok(())
}

async fn preview(client: &Client, session: &Session, chat: &Chat) -> Done {
    let me = reference::my_id(client).await?;
    let chat = reference::find(client, &me, &chat.reference).await?;
    let messages = previewed(client, text(&chat, "/id")).await?;
    let lines: Vec<String> = messages.iter().map(shown::message).collect();
    session.out.answer(&json!(messages), lines.join("\n"));
    Ok(())
}

/// What somebody wrote who asks for contact, oldest first.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn previewed(client: &Client, chat: &str) -> Done<Vec<Value>> {
    let path = format!("/v1.0/chats/{}/requestPreview", part(chat));
    let mut messages = client.all(&path).await?;
    messages.sort_by(|a, b| text(a, "/createdDateTime").cmp(text(b, "/createdDateTime")));
    Ok(messages)
}

/// An answer to a contact request.
struct Reply {
    act: &'static str,
    body: Value,
    said: &'static str,
}

async fn answer(client: &Client, session: &Session, chat: &Chat, reply: Reply) -> Done {
    let me = reference::my_id(client).await?;
    let chat = reference::find(client, &me, &chat.reference).await?;
    let id = text(&chat, "/id");
    client.post(&format!("/v1.0/chats/{}/{}", part(id), reply.act), &reply.body).await?;
    session.out.answer(&json!({"id": id, "done": reply.act}), format!("{}.", reply.said));
    Ok(())
}

async fn history(client: &Client, session: &Session, chat: &Chat, count: u16) -> Done {
    let me = reference::my_id(client).await?;
    let chat = reference::find(client, &me, &chat.reference).await?;
    let messages = newest(client, text(&chat, "/id"), count).await?;
    let lines: Vec<String> = messages.iter().map(shown::message).collect();
    session.out.answer(&json!(messages), lines.join("\n"));
    Ok(())
}

/// The newest messages of a chat, oldest first.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn newest(client: &Client, chat: &str, count: u16) -> Done<Vec<Value>> {
    let mut page = client.get(&format!("/v1.0/chats/{}/messages?$top={count}", part(chat))).await?;
    let Some(Value::Array(mut messages)) = page.get_mut("value").map(Value::take) else {
        return Ok(Vec::new());
    };
    messages.reverse();
    Ok(messages)
}
