//! Delta: what happened to the messages of a chat since the caller last asked.
//!
//! A walk goes along the chat's order of events, in rounds. A round has a fixed end: the last
//! position when it began. Within it each message is shown once, at the last thing that happened to
//! it before that end and as it is when the page is read; whatever happens after the end belongs to
//! the next round. A page looks at so many events and no more: it may be shorter than was asked for,
//! even empty, and lead on. So nothing is skipped or repeated however many write meanwhile, and *what was
//! shown before, with the rounds after it, is what a fetch shows*.
//!
//! The token carries everything, sealed: how far the caller was told, and which stretch of the
//! history was the caller's then. When that stretch has changed since (removed, added again with
//! more or less history), the next round goes through all of it again and names what is gone.

use std::sync::Arc;

use visavis_domain::id::{ChatId, MessageId, Position};
use visavis_domain::message::Message;
use visavis_domain::time::Timestamp;
use visavis_store::{ChangeRange, Tx};

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::message::{enter_to_read, view};
use crate::scene::Scene;
use crate::view::MessageView;

const PURPOSE: &[u8] = b"messages/delta 1 ";
/// How far back of a moment the walk begins, should a clock have been set back: a day.
const CLOCK_SLACK_MS: i64 = 24 * 60 * 60 * 1000;

/// From where a walk goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaStart {
    /// From the beginning: everything, or what was changed after a moment.
    Fresh {
        /// Only messages that were changed after it, in all rounds.
        modified_after: Option<Timestamp>,
    },
    /// From the token of the page before, within a round or after one.
    Token(String),
}

/// One entry of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaItem {
    /// A message as it is; deleted ones as tombstones.
    Message(Box<MessageView>),
    /// One that the caller was shown before and may not see any more.
    Removed(MessageId),
}

/// Where a walk goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaNext {
    /// The round has more.
    Page(String),
    /// The round is at its end: this begins the next one.
    Round(String),
}

/// How much one page may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeltaReach {
    /// Entries of the page.
    pub entries: usize,
    /// Events that are looked at for them.
    pub scanned: usize,
}

/// One page of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeltaPage {
    /// The entries, in the order in which things happened last.
    pub items: Vec<DeltaItem>,
    /// Where it goes on.
    pub next: DeltaNext,
}

/// The stretch of a chat's history that is somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    from: MessageId,
    until: Option<Position>,
}

impl Stretch {
    fn of(scene: &Scene) -> Self {
        Self { from: scene.me.visible_from, until: scene.me.visible_until }
    }

    /// Both, and what lies between.
    fn with(self, other: Self) -> Self {
        let until = self.until.zip(other.until).map(|(one, other)| one.max(other));
        Self { from: self.from.min(other.from), until }
    }

    fn had(self, message: &Message) -> bool {
        message.id >= self.from && self.until.is_none_or(|until| message.position <= until)
    }
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Walk {
    /// Up to where earlier rounds went.
    told: Position,
    /// What was the caller's in the round before.
    told_stretch: Stretch,
    /// How far this round has come.
    cursor: Position,
    /// Where this round ends; none between rounds.
    end: Option<Position>,
    /// What was the caller's in this round.
    stretch: Stretch,
    /// Whether that changed during the round, so that the next one goes through all of it.
    has_changed: bool,
    modified_after: Option<Timestamp>,
}

/// Numbers in a token, each of eight bytes; after them a byte of flags.
const NUMBERS: usize = 8;
const NONE: i64 = i64::MIN;

impl Walk {
    fn fresh(scene: &Scene, modified_after: Option<Timestamp>) -> Self {
        let stretch = Stretch::of(scene);
        Self {
            told: Position::START,
            told_stretch: stretch,
            cursor: Position::START,
            end: None,
            stretch,
            has_changed: false,
            modified_after,
        }
    }

    /// Begins a round if none goes on: up to what has happened by now.
    fn enter_round(mut self, tx: &mut Tx<'_>, scene: &Scene) -> Outcome<(Self, Position)> {
        let now = Stretch::of(scene);
        if let Some(end) = self.end {
            self.has_changed |= self.stretch != now;
            self.stretch = self.stretch.with(now);
            return Ok((self, end));
        }
        let end = scene.chat.last_position;
        // An end of the membership alone takes nothing back that was shown before it.
        let is_other = self.told_stretch.from != now.from
            || (self.told_stretch.until.is_some() && self.told_stretch.until != now.until);
        let goes_through_all = self.has_changed || is_other || self.told == Position::START;
        if goes_through_all {
            let first = self.told_stretch.with(now).from;
            let moment = self.modified_after.map(|after| MessageId(after.as_ms() - CLOCK_SLACK_MS));
            let first = moment.map_or(first, |moment| first.max(moment));
            self.cursor = tx.position_before(scene.chat.key, first)?;
        } else {
            self.cursor = self.told;
        }
        Ok((Self { end: Some(end), stretch: now, has_changed: false, ..self }, end))
    }

    /// Which changes this round still has to look at. A former member is never led past what was
    /// there at the end, and a page is no shorter for what went on after it; that a page ends after
    /// so many events does tell, in steps as large as that (decision 0031).
    fn range(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context<'_>,
        scene: &Scene,
        [reached, end]: [Position; 2],
    ) -> Outcome<ChangeRange> {
        let last = match scene.me.visible_until {
            None => MessageId(i64::MAX),
            Some(until) => {
                tx.newest_message_at(scene.chat.key, until.max(self.told))?.unwrap_or(MessageId(0))
            }
        };
        Ok(ChangeRange {
            after: self.cursor,
            upto: end,
            reached,
            from: self.told_stretch.with(Stretch::of(scene)).from,
            last,
            viewer: ctx.caller.account,
        })
    }

    /// What the walk says of a message.
    fn item(&self, scene: &Scene, message: Message) -> Outcome<Option<DeltaItem>> {
        if scene.me.can_see(&message) {
            let is_wanted = self.modified_after.is_none_or(|after| message.modified_at() > after);
            if !is_wanted {
                return Ok(None);
            }
            let view = view(scene, &scene.viewer()?, Arc::new(message))?;
            return Ok(Some(DeltaItem::Message(Box::new(view))));
        }
        let was_shown = message.position <= self.told
            && self.told_stretch.had(&message)
            && message.only_for.is_none_or(|only| only == scene.me.account);
        Ok(was_shown.then_some(DeltaItem::Removed(message.id)))
    }

    /// The walk once its round is over.
    fn after_round(self, end: Position) -> Self {
        Self { told: end, told_stretch: self.stretch, cursor: end, end: None, ..self }
    }

    fn sealed(self, ctx: &Context<'_>, chat: &ChatId) -> String {
        let numbers = [
            self.told.0,
            self.told_stretch.from.0,
            self.told_stretch.until.map_or(NONE, |until| until.0),
            self.cursor.0,
            self.end.map_or(NONE, |end| end.0),
            self.stretch.from.0,
            self.stretch.until.map_or(NONE, |until| until.0),
            self.modified_after.map_or(NONE, Timestamp::as_ms),
        ];
        let mut content: Vec<u8> = numbers.into_iter().flat_map(i64::to_be_bytes).collect();
        content.push(u8::from(self.has_changed));
        let mut nonce = [0_u8; 8];
        ctx.random.fill(&mut nonce);
        ctx.seal.seal_content(&binding(ctx, chat), &content, nonce)
    }

    fn unsealed(ctx: &Context<'_>, chat: &ChatId, token: &str) -> Option<Self> {
        let content = ctx.seal.unseal_content(&binding(ctx, chat), token)?;
        let (flag, numbers) = content.split_last()?;
        let (numbers, []) = numbers.as_chunks::<8>() else { return None };
        let numbers: [[u8; 8]; NUMBERS] = numbers.try_into().ok()?;
        let [told, from, until, cursor, end, round_from, round_until, after] =
            numbers.map(i64::from_be_bytes);
        let some = |number: i64| (number != NONE).then_some(number);
        let stretch =
            |from, until| Stretch { from: MessageId(from), until: some(until).map(Position) };
        Some(Self {
            told: Position(told),
            told_stretch: stretch(from, until),
            cursor: Position(cursor),
            end: some(end).map(Position),
            stretch: stretch(round_from, round_until),
            has_changed: *flag != 0,
            modified_after: some(after).map(Timestamp::from_ms),
        })
    }
}

/// What a token is good for: the messages of one chat, for one account.
fn binding(ctx: &Context<'_>, chat: &ChatId) -> Vec<u8> {
    [PURPOSE, ctx.caller.account.as_bytes(), chat.as_str().as_bytes()].concat()
}

/// One page of a walk over what happened to the messages of a chat.
///
/// # Errors
///
/// [`Failure::NotFound`] while a request waits for the caller, and when there is no such chat;
/// [`Failure::TokenUnknown`] for a token that was not given to the caller for this chat.
pub fn messages(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    start: &DeltaStart,
    reach: DeltaReach,
) -> Outcome<DeltaPage> {
    let scene = enter_to_read(tx, ctx, chat)?;
    let walk = match start {
        DeltaStart::Fresh { modified_after } => Walk::fresh(&scene, *modified_after),
        DeltaStart::Token(token) => {
            Walk::unsealed(ctx, chat, token).ok_or(Failure::TokenUnknown)?
        }
    };
    let (mut walk, end) = walk.enter_round(tx, &scene)?;
    let DeltaReach { entries: top, scanned } = reach;
    // Positions have no gaps, so that they count events.
    let scanned = i64::try_from(scanned.max(1)).unwrap_or(i64::MAX);
    let reached = end.min(Position(walk.cursor.0.saturating_add(scanned)));
    let mut items = Vec::new();
    loop {
        let range = walk.range(tx, ctx, &scene, [reached, end])?;
        let rows = tx.list_changed_messages(scene.chat.key, &range, top + 1)?;
        let is_last = rows.len() <= top;
        for (position, message) in rows {
            if items.len() == top {
                let next = DeltaNext::Page(walk.sealed(ctx, chat));
                return Ok(DeltaPage { items, next });
            }
            walk.cursor = position;
            items.extend(walk.item(&scene, message)?);
        }
        if is_last && reached < end {
            walk.cursor = reached;
            let next = DeltaNext::Page(walk.sealed(ctx, chat));
            return Ok(DeltaPage { items, next });
        }
        if is_last {
            let next = DeltaNext::Round(walk.after_round(end).sealed(ctx, chat));
            return Ok(DeltaPage { items, next });
        }
    }
}
