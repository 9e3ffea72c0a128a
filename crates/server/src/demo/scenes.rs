//! What has happened in the demonstration before anybody looks.

use anyhow::{Context as _, anyhow};
use visavis_app::chat::{self, ChatQuery, NewChat, NewMember};
use visavis_app::context::Caller;
use visavis_app::message::{self, Draft, MessageQuery};
use visavis_app::page::PageRequest;
use visavis_app::view::ChatView;
use visavis_app::{App, MessageOrder, request};
use visavis_domain::chat::{ChatKind, HistoryChoice};
use visavis_domain::contact::RequestState;
use visavis_domain::id::ChatId;
use visavis_domain::message::{Body, ContentType, Importance};

use super::cast::{self, ADA, BEN, CHIARA, DANIEL, GORAN, HANA, KIM, LUCA};

/// What became of the contact request of a chat between two people.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Colleagues need none.
    NotAsked,
    Accepted,
    Waiting,
    Blocked,
    Declined,
}

/// A chat between two people. Lines are said by the first (`true`) or the second person.
struct Pair {
    people: [&'static str; 2],
    answer: Answer,
    lines: &'static [(bool, &'static str)],
}

const PAIRS: [Pair; 6] = [
    Pair {
        people: [ADA, BEN],
        answer: Answer::NotAsked,
        lines: &[
            (true, "Ben, external chat is open for everybody now, at its defaults."),
            (false, "Great. I have asked Hana of Fabrikam for contact already."),
            (true, "Watch for the badge next to names from outside."),
        ],
    },
    Pair {
        people: [BEN, HANA],
        answer: Answer::Accepted,
        lines: &[
            (true, "Hello Hana, Ben from Contoso. Are you the one who draws the new housing?"),
            (false, "Hi Ben! I am. Good to have a short way to you."),
            (true, "Could the hinge be two millimetres thinner?"),
            (false, "On aluminium yes, on steel no. Which one is it going to be?"),
            (true, "Aluminium, as of this morning."),
            (false, "Then you have new drawings on Thursday."),
        ],
    },
    Pair {
        people: [GORAN, CHIARA],
        answer: Answer::Waiting,
        lines: &[
            (
                true,
                "Good morning, Goran Petrović of Fabrikam. I look after your account from now on.",
            ),
            (true, "Shall we go through the open orders this week?"),
        ],
    },
    Pair {
        people: [KIM, ADA],
        answer: Answer::Waiting,
        lines: &[(true, "Hello, I am the photographer for Friday. Where may I park?")],
    },
    Pair {
        people: [LUCA, BEN],
        answer: Answer::Blocked,
        lines: &[
            (true, "You have been chosen for an exclusive investment!"),
            (true, "Only today. Answer quickly."),
        ],
    },
    Pair {
        people: [LUCA, DANIEL],
        answer: Answer::Declined,
        lines: &[(true, "You have been chosen for an exclusive investment!")],
    },
];

const GROUP_TOPIC: &str = "Spring catalogue";
const GROUP: [&str; 3] = [BEN, HANA, KIM];
/// Who says what in the group, by place in [`GROUP`].
const GROUP_LINES: [(usize, &str); 5] = [
    (0, "Welcome! Three houses, one catalogue: Kim takes the pictures, Hana brings the models."),
    (1, "Hello Kim! The models are painted by Wednesday."),
    (2, "Hello both. Then I set up the lights on Thursday."),
    (0, "Perfect. Print deadline is the 30th."),
    (2, "That works."),
];

/// Makes what has not happened yet.
pub(super) async fn seed(app: &App, operator: &Caller) -> anyhow::Result<()> {
    let stage = Stage { app, operator };
    for pair in &PAIRS {
        stage.pair(pair).await.with_context(|| pair.people.join(" and "))?;
    }
    stage.group().await.context(GROUP_TOPIC)
}

struct Stage<'a> {
    app: &'a App,
    operator: &'a Caller,
}

impl Stage<'_> {
    async fn pair(&self, plan: &Pair) -> anyhow::Result<()> {
        let [first, second] = plan.people;
        let (first, second) = (self.caller(first).await?, self.caller(second).await?);
        let new = new_chat(ChatKind::OneOnOne, None, &plan.people)?;
        let chat = self.create(&first, new).await?;
        let id = &chat.chat.id;
        let mut said = self.count(&first, id).await?;
        for (is_first, line) in plan.lines.iter().skip(said) {
            // The first line is the one with which somebody asks; then comes the answer.
            if said > 0 && plan.answer == Answer::Accepted {
                self.answer(&second, id, Answer::Accepted).await?;
            }
            let speaker = if *is_first { &first } else { &second };
            self.say(speaker, id, line).await?;
            said += 1;
        }
        self.answer(&second, id, plan.answer).await
    }

    async fn group(&self) -> anyhow::Result<()> {
        let mut people = Vec::new();
        for mail in GROUP {
            people.push(self.caller(mail).await?);
        }
        let founder = people.first().ok_or_else(|| anyhow!("nobody founds the group"))?;
        let chat = match self.find_group(founder).await? {
            Some(chat) => chat,
            None => {
                let new = new_chat(ChatKind::Group, Some(GROUP_TOPIC.to_owned()), &GROUP)?;
                self.create(founder, new).await?
            }
        };
        let id = &chat.chat.id;
        for member in people.iter().skip(1) {
            self.answer(member, id, Answer::Accepted).await?;
        }
        let said = self.count(founder, id).await?;
        for (place, line) in GROUP_LINES.iter().skip(said) {
            let speaker = people.get(*place).ok_or_else(|| anyhow!("nobody says it"))?;
            self.say(speaker, id, line).await?;
        }
        Ok(())
    }

    async fn caller(&self, mail: &str) -> anyhow::Result<Caller> {
        let account = cast::find(self.app, self.operator, mail)
            .await?
            .ok_or_else(|| anyhow!("{mail} is missing"))?;
        self.app.caller_of(account.id).await?.ok_or_else(|| anyhow!("{mail} is missing"))
    }

    async fn create(&self, caller: &Caller, new: NewChat) -> anyhow::Result<ChatView> {
        Ok(self.app.write(caller.clone(), move |tx, ctx| chat::create(tx, ctx, new)).await?)
    }

    async fn find_group(&self, founder: &Caller) -> anyhow::Result<Option<ChatView>> {
        let page = PageRequest::small(None, None);
        let query = ChatQuery { kind: Some(ChatKind::Group), ..ChatQuery::of(page) };
        let page =
            self.app.read(founder.clone(), move |tx, ctx| chat::list(tx, ctx, &query)).await?;
        Ok(page.items.into_iter().find(|view| view.chat.topic.as_deref() == Some(GROUP_TOPIC)))
    }

    /// How many of the lines were said already.
    async fn count(&self, caller: &Caller, id: &ChatId) -> anyhow::Result<usize> {
        let id = id.clone();
        let query = MessageQuery {
            order: MessageOrder::ById,
            after: None,
            before: None,
            page: PageRequest::small(None, None),
        };
        let page = self
            .app
            .read(caller.clone(), move |tx, ctx| message::list(tx, ctx, &id, query))
            .await?;
        Ok(page.items.iter().filter(|view| view.message.extras.system.is_none()).count())
    }

    async fn say(&self, caller: &Caller, id: &ChatId, line: &str) -> anyhow::Result<()> {
        let id = id.clone();
        let draft = Draft {
            body: Body { content_type: ContentType::Text, content: line.to_owned() },
            importance: Importance::Normal,
            subject: None,
            mentions: Vec::new(),
            quotes: Vec::new(),
            images: Vec::new(),
        };
        // Whoever answers has read what was said before.
        let said = self.app.write(caller.clone(), move |tx, ctx| {
            chat::mark_read(tx, ctx, &id, None)?;
            message::send(tx, ctx, &id, draft)
        });
        said.await?;
        Ok(())
    }

    /// Answers a contact request, if it still waits.
    async fn answer(&self, caller: &Caller, id: &ChatId, answer: Answer) -> anyhow::Result<()> {
        let id = id.clone();
        let answered = self.app.write(caller.clone(), move |tx, ctx| {
            let is_waiting = match chat::get(tx, ctx, &id, false) {
                Ok(view) => view
                    .request
                    .is_some_and(|seen| !seen.is_outbound && seen.state == RequestState::Pending),
                Err(visavis_app::failure::Failure::NotFound) => false,
                Err(other) => return Err(other),
            };
            match (is_waiting, answer) {
                (false, _) | (true, Answer::NotAsked | Answer::Waiting) => Ok(()),
                (true, Answer::Accepted) => request::accept(tx, ctx, &id, false),
                (true, Answer::Blocked) => request::block(tx, ctx, &id, None),
                (true, Answer::Declined) => request::decline(tx, ctx, &id, false),
            }
        });
        Ok(answered.await?)
    }
}

fn new_chat(kind: ChatKind, topic: Option<String>, people: &[&str]) -> anyhow::Result<NewChat> {
    let member = |mail: &&str| {
        let key = mail.parse().map_err(|_invalid| anyhow!("{mail} names nobody"))?;
        Ok(NewMember { key, home: None, history: HistoryChoice::All })
    };
    let members = people.iter().map(member).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(NewChat { kind, topic, members })
}
