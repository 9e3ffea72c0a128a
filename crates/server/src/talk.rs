//! A conversation in a terminal: what the others write appears, what is typed is sent.

use std::collections::HashMap;
use std::io::BufRead;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::chat_command::{newest, previewed, say};
use crate::client::{Client, part};
use crate::exit::{Complaint, Done, Exit};
use crate::live::{Heard, Live};
use crate::output::text;
use crate::session::Session;
use crate::shown;

/// Messages that are shown when the conversation begins.
const SHOWN_FIRST: u16 = 20;
/// Lines that were typed and not yet sent.
const LINES_WAITING_MAX: usize = 64;

const HELP: &str = "  /preview            show what somebody wrote who asks for contact
  /accept [risk]      accept the request; `risk` if it looks like an impersonation
  /block, /decline    refuse it
  /who                show who is in the chat
  /history            show the newest messages again
  /quit               end; the chat stays";

struct Talk<'a> {
    client: Client,
    session: &'a Session,
    me: String,
    id: String,
    /// What was shown of each message, so that nothing appears twice.
    seen: HashMap<String, String>,
    /// What was shown of the chat itself.
    stage: Stage,
    /// Why the person cannot write, as it was shown last.
    refusal: Option<String>,
}

/// How far the conversation has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing is shown yet.
    Closed,
    /// A contact request waits for the person's answer.
    Asked,
    /// The messages are shown.
    Open,
}

/// Holds the conversation until the end of input, `/quit` or Ctrl-C.
///
/// # Errors
///
/// What the server complains about, where the conversation cannot go on.
pub(crate) async fn run(client: Client, session: &Session, me: String, chat: Value) -> Done {
    let id = text(&chat, "/id").to_owned();
    // Listen first, then fetch: nothing can fall between.
    let mut live = Live::open(client.clone(), None).await?;
    let (seen, stage) = (HashMap::new(), Stage::Closed);
    let mut talk = Talk { client, session, me, id, seen, stage, refusal: None };
    session.out.line(format!("{}  (/help lists what you can do)", shown::title(&chat, &talk.me)));
    talk.catch_up(&chat).await?;
    let mut lines = typed();
    loop {
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) => if talk.typed(line.trim()).await? { return Ok(()) },
                None => return Ok(()),
            },
            heard = live.next() => match heard? {
                Heard::Frame(frame) => talk.heard(&frame).await?,
                Heard::Afresh => {
                    let chat = talk.chat().await?;
                    talk.catch_up(&chat).await?;
                }
            },
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

fn stage_of(chat: &Value) -> Stage {
    let is_asked = text(chat, "/contactRequest/state") == "pending"
        && text(chat, "/contactRequest/direction") == "inbound";
    if is_asked { Stage::Asked } else { Stage::Open }
}

/// What is typed, line by line. Reading blocks, so it has a thread of its own, which ends with
/// the process.
fn typed() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(LINES_WAITING_MAX);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Talk<'_> {
    /// Shows what is there: the request that waits, or the newest messages.
    async fn catch_up(&mut self, chat: &Value) -> Done {
        let stage = stage_of(chat);
        if stage == Stage::Asked && self.stage != Stage::Asked {
            let who = chat.pointer("/contactRequest/requestedBy").unwrap_or(&Value::Null);
            self.session.out.line(format!(
                "{} wants to chat with you. /preview, /accept, /block or /decline",
                shown::person(who)
            ));
        }
        self.stage = stage;
        self.tell_refusal(chat);
        if stage == Stage::Asked {
            return Ok(());
        }
        for message in newest(&self.client, &self.id, SHOWN_FIRST).await? {
            self.show(&message);
        }
        self.read().await
    }

    /// Says when writing became impossible, why, and when it is possible again.
    fn tell_refusal(&mut self, chat: &Value) {
        let refusal = shown::refusal(chat);
        if refusal == self.refusal {
            return;
        }
        match &refusal {
            Some(why) => self.session.out.line(format!("You cannot write here now. {why}")),
            None => self.session.out.line("You can write here again."),
        }
        self.refusal = refusal;
    }

    fn show(&mut self, message: &Value) {
        let line = shown::message(message);
        let id = text(message, "/id").to_owned();
        if self.seen.insert(id, line.clone()).as_ref() != Some(&line) {
            self.session.out.json(message);
            self.session.out.line(line);
        }
    }

    async fn heard(&mut self, frame: &Value) -> Done {
        let resource = text(frame, "/resource");
        let this = format!("chats('{}')", self.id);
        let Some(part) = resource.strip_prefix(&this) else { return Ok(()) };
        let data = frame.get("resourceData").unwrap_or(&Value::Null);
        if part.is_empty() {
            return self.chat_changed(text(frame, "/changeType"), data).await;
        }
        if part.starts_with("/messages(") && !data.is_null() {
            self.show(data);
            if text(data, "/from/user/id") != self.me {
                self.read().await?;
            }
        }
        Ok(())
    }

    /// The chat itself changed: most often only how far somebody has read.
    async fn chat_changed(&mut self, change: &str, data: &Value) -> Done {
        if data.is_null() {
            self.session.out.line("You are no longer in this chat.");
            self.stage = Stage::Closed;
            return Ok(());
        }
        self.tell_refusal(data);
        if change == "created" || stage_of(data) != self.stage {
            let chat = self.chat().await?;
            self.catch_up(&chat).await?;
        }
        Ok(())
    }

    /// Says whether the conversation ends.
    async fn typed(&mut self, line: &str) -> Done<bool> {
        let done = match line {
            "" => Ok(()),
            "/quit" | "/exit" => return Ok(true),
            "/help" => {
                self.session.out.line(HELP);
                Ok(())
            }
            "/preview" => self.preview().await,
            "/accept" => self.act("acceptRequest", json!({})).await,
            "/accept risk" => self.act("acceptRequest", json!({"acknowledgeRisk": true})).await,
            "/block" => self.act("blockRequest", json!({})).await,
            "/decline" => self.act("declineRequest", json!({"blockRequester": false})).await,
            "/who" => self.who().await,
            "/history" => self.history().await,
            unknown if unknown.starts_with('/') && !unknown.starts_with("//") => {
                self.session.out.line(format!("There is no {unknown}.\n{HELP}"));
                Ok(())
            }
            said => {
                self.say(said.strip_prefix('/').filter(|_| said.starts_with("//")).unwrap_or(said))
                    .await
            }
        };
        match done {
            // The conversation goes on; the person reads why this one thing was not done.
            Err(complaint) if complaint.exit != Exit::SignInNeeded => {
                self.session.out.complain(&complaint);
                Ok(false)
            }
            Err(complaint) => Err(complaint),
            Ok(()) => Ok(false),
        }
    }

    async fn say(&mut self, said: &str) -> Done {
        let sent = say(&self.client, &self.id, said, "normal").await?;
        self.show(&sent);
        Ok(())
    }

    async fn act(&mut self, act: &str, body: Value) -> Done {
        let path = format!("/v1.0/chats/{}/{act}", part(&self.id));
        self.client.post(&path, &body).await?;
        self.session.out.line("Done.");
        Ok(())
    }

    async fn preview(&self) -> Done {
        for message in previewed(&self.client, &self.id).await? {
            self.session.out.json(&message);
            self.session.out.line(shown::message(&message));
        }
        Ok(())
    }

    async fn history(&mut self) -> Done {
        self.seen.clear();
        for message in newest(&self.client, &self.id, SHOWN_FIRST).await? {
            self.show(&message);
        }
        Ok(())
    }

    async fn who(&self) -> Done {
        let chat = self.chat().await?;
        for member in chat.get("members").and_then(Value::as_array).into_iter().flatten() {
            self.session.out.line(format!("  {}", shown::person(member)));
        }
        Ok(())
    }

    async fn chat(&self) -> Done<Value> {
        self.client.get(&format!("/v1.0/chats/{}?$expand=members", part(&self.id))).await
    }

    /// Marks the chat as read.
    async fn read(&self) -> Done {
        let path = format!("/v1.0/chats/{}/markChatReadForUser", part(&self.id));
        match self.client.post(&path, &json!({"user": {"id": self.me}})).await {
            // Not being able to mark is no reason to stop talking.
            Ok(_) | Err(Complaint { exit: Exit::NotFound | Exit::Refused | Exit::Failure, .. }) => {
                Ok(())
            }
            Err(complaint) => Err(complaint),
        }
    }
}
