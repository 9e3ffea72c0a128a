//! Presence: what people's programs say of them, kept in memory for as long as they say it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use visavis_bus::Notice;
use visavis_domain::chat::ChatKind;
use visavis_domain::id::{AccountId, ChatKey};
use visavis_domain::limit::{
    NAME_CHARACTERS_MAX, PAGE_ENTRIES_MAX, PRESENCE_SESSIONS_MAX, PRESENCES_PER_CALL_MAX,
    STATUS_MESSAGE_CHARACTERS_MAX,
};
use visavis_domain::time::Timestamp;
use visavis_store::{ChatFilter, Tx};

use crate::App;
use crate::contact;
use crate::context::{Caller, Context};
use crate::failure::{Failure, Outcome};

const MINUTE_MS: i64 = 60_000;
const SESSION_AGE_MS_DEFAULT: i64 = 5 * MINUTE_MS;
const SESSION_AGE_MS_MIN: i64 = 5 * MINUTE_MS;
const SESSION_AGE_MS_MAX: i64 = 240 * MINUTE_MS;
/// After how long without a word from its program somebody available is shown as inactive, and after
/// how long as away.
const INACTIVE_AFTER_MS: i64 = 5 * MINUTE_MS;
/// See [`INACTIVE_AFTER_MS`].
const AWAY_AFTER_MS: i64 = 10 * MINUTE_MS;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// How many are told of in one turn: more fade in later turns.
const FADED_AT_ONCE_MAX: usize = 256;

/// What a program may say of somebody, as in Graph's `setPresence`.
const SESSION_PAIRS: [(&str, &str); 5] = [
    ("Available", "Available"),
    ("Busy", "InACall"),
    ("Busy", "InAConferenceCall"),
    ("Away", "Away"),
    ("DoNotDisturb", "Presenting"),
];

/// What somebody may say of themselves, as in Graph's `setUserPreferredPresence`.
const PREFERRED_PAIRS: [(&str, &str); 6] = [
    ("Available", "Available"),
    ("Busy", "Busy"),
    ("DoNotDisturb", "DoNotDisturb"),
    ("BeRightBack", "BeRightBack"),
    ("Away", "Away"),
    ("Offline", "OffWork"),
];

/// Of several sessions the one that comes first here counts.
const ORDER: [&str; 5] = ["DoNotDisturb", "Busy", "Available", "AvailableIdle", "Away"];

/// What one program says of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetPresence {
    /// The program's name for its session.
    pub session_id: String,
    /// Availability.
    pub availability: String,
    /// Activity.
    pub activity: String,
    /// For how long, in milliseconds: 5 minutes to 4 hours, 5 minutes if not said.
    pub expires_in_ms: Option<i64>,
}

/// Somebody's presence as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceView {
    /// Whose.
    pub id: AccountId,
    /// Availability; `PresenceUnknown` where the caller may not know.
    pub availability: String,
    /// Activity; likewise.
    pub activity: String,
    /// What they say in words.
    pub status: Option<StatusMessage>,
}

/// What somebody says in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMessage {
    /// The words.
    pub text: String,
    /// When they were said.
    pub published_at: Timestamp,
    /// Until when they hold, if not for ever.
    pub expires_at: Option<Timestamp>,
}

impl StatusMessage {
    fn holds(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }
}

impl PresenceView {
    fn unknown(id: AccountId) -> Self {
        let unknown = || "PresenceUnknown".to_owned();
        Self { id, availability: unknown(), activity: unknown(), status: None }
    }

    /// Whether the caller may not know.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::unknown(self.id)
    }
}

#[derive(Debug, Clone)]
struct Said {
    availability: String,
    activity: String,
    at: Timestamp,
    until: Timestamp,
}

impl Said {
    /// The next moment at which it says less, or ends.
    fn turn(&self, now: Timestamp) -> Timestamp {
        let fading = [INACTIVE_AFTER_MS, AWAY_AFTER_MS].map(|age_ms| self.at.plus_ms(age_ms));
        let fading =
            fading.into_iter().filter(|turn| self.availability == "Available" && *turn > now);
        fading.fold(self.until, Timestamp::min)
    }

    /// Availability and activity as they are now: of a program that has not spoken for a while, that
    /// its user is available says less and less.
    fn faded(&self, now: Timestamp) -> (&str, &str) {
        let age_ms = now.as_ms().saturating_sub(self.at.as_ms());
        match self.availability.as_str() {
            "Available" if age_ms >= AWAY_AFTER_MS => ("Away", "Away"),
            "Available" if age_ms >= INACTIVE_AFTER_MS => ("AvailableIdle", "Inactive"),
            _ => (&self.availability, &self.activity),
        }
    }
}

#[derive(Debug, Default)]
struct Entry {
    sessions: Vec<(String, Said)>,
    preferred: Option<Said>,
    status: Option<StatusMessage>,
    /// What was seen of it when it was last looked at.
    seen: Seen,
    /// When it has to be looked at again.
    turn: Option<Timestamp>,
}

/// Availability, activity and words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen(String, String, Option<StatusMessage>);

impl Default for Seen {
    fn default() -> Self {
        Self("Offline".to_owned(), "Offline".to_owned(), None)
    }
}

impl Entry {
    fn seen(&self, now: Timestamp) -> Seen {
        let rank = |(availability, _): &(&str, &str)| ORDER.iter().position(|n| n == availability);
        let holds = |said: &&Said| said.until > now;
        let sessions = self.sessions.iter().map(|(_, said)| said).filter(holds);
        let preferred = self.preferred.as_ref().filter(holds);
        let preferred = preferred.map(|said| (&*said.availability, &*said.activity));
        let session = sessions.map(|said| said.faded(now)).min_by_key(rank);
        let (availability, activity) =
            session.map_or(("Offline", "Offline"), |session| preferred.unwrap_or(session));
        let status = self.status.clone().filter(|status| status.holds(now));
        Seen(availability.to_owned(), activity.to_owned(), status)
    }

    /// Forgets what does not hold any more, and says when something else will not.
    fn settle(&mut self, now: Timestamp) {
        self.sessions.retain(|(_, said)| said.until > now);
        self.preferred = self.preferred.take().filter(|said| said.until > now);
        self.status = self.status.take().filter(|status| status.holds(now));
        let said = self.sessions.iter().map(|(_, said)| said).chain(&self.preferred);
        let words_end = self.status.as_ref().and_then(|status| status.expires_at);
        self.turn = said.map(|said| said.turn(now)).chain(words_end).min();
        self.seen = self.seen(now);
    }

    fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.preferred.is_none() && self.status.is_none()
    }
}

#[derive(Debug, Default)]
struct Entries {
    by_account: HashMap<AccountId, Entry>,
    /// When what is seen of whom may change by itself.
    turns: BTreeSet<(Timestamp, AccountId)>,
}

impl Entries {
    /// Changes what is said of somebody. Whether that changes what is seen of them.
    fn change(
        &mut self,
        account: AccountId,
        now: Timestamp,
        change: impl FnOnce(&mut Entry),
    ) -> bool {
        let entry = self.by_account.entry(account).or_default();
        let (turn, seen) = (entry.turn, entry.seen.clone());
        change(entry);
        entry.settle(now);
        let (next, is_other) = (entry.turn, entry.seen != seen);
        if entry.is_empty() {
            self.by_account.remove(&account);
        }
        if let Some(turn) = turn {
            self.turns.remove(&(turn, account));
        }
        self.turns.extend(next.map(|next| (next, account)));
        is_other
    }
}

/// Everybody's presence.
#[derive(Debug, Default)]
pub struct PresenceBoard(Mutex<Entries>);

impl PresenceBoard {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self, id: AccountId, now: Timestamp) -> PresenceView {
        let Seen(availability, activity, status) =
            self.entries().by_account.get(&id).map(|entry| entry.seen(now)).unwrap_or_default();
        PresenceView { id, availability, activity, status }
    }

    /// Some of those of whom something else is seen since the last look, because time went by.
    fn fade(&self, now: Timestamp) -> Vec<AccountId> {
        let mut entries = self.entries();
        let due = entries.turns.iter().take_while(|(turn, _)| *turn <= now);
        let due: Vec<_> = due.map(|(_, account)| *account).take(FADED_AT_ONCE_MAX).collect();
        due.into_iter().filter(|account| entries.change(*account, now, |_entry| {})).collect()
    }
}

impl App {
    /// Says what a program knows of the caller.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for a pair that does not exist or a time out of range.
    pub async fn set_presence(&self, caller: Caller, set: SetPresence) -> Outcome<()> {
        let caller = self.renewed(caller).await?;
        check_pair(&SESSION_PAIRS, &set.availability, &set.activity)?;
        if set.session_id.is_empty() || set.session_id.len() > NAME_CHARACTERS_MAX {
            return Err(Failure::invalid("sessionId", "Name the session, in up to 256 bytes."));
        }
        let age_ms = set.expires_in_ms.unwrap_or(SESSION_AGE_MS_DEFAULT);
        if !(SESSION_AGE_MS_MIN..=SESSION_AGE_MS_MAX).contains(&age_ms) {
            return Err(Failure::invalid("expirationDuration", "From PT5M to PT4H."));
        }
        let said = Said {
            availability: set.availability,
            activity: set.activity,
            at: self.now(),
            until: self.now().plus_ms(age_ms),
        };
        self.change_presence(caller.account, |entry| {
            entry.sessions.retain(|(id, _)| *id != set.session_id);
            if entry.sessions.len() >= PRESENCE_SESSIONS_MAX {
                entry.sessions.remove(0);
            }
            entry.sessions.push((set.session_id, said));
        });
        Ok(())
    }

    /// Ends what one program said of the caller.
    ///
    /// # Errors
    ///
    /// [`Failure::NotSignedIn`] when the caller's token does not hold any more.
    pub async fn clear_presence(&self, caller: Caller, session_id: &str) -> Outcome<()> {
        let caller = self.renewed(caller).await?;
        self.change_presence(caller.account, |entry| {
            entry.sessions.retain(|(id, _)| id != session_id);
        });
        Ok(())
    }

    /// Says what the caller wants to be seen as while any program is there; none ends it. Without a
    /// time it holds for a day (busy, do not disturb) or a week, as in Graph.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for a pair that does not exist, and a time that is none.
    pub async fn set_preferred_presence(
        &self,
        caller: Caller,
        preferred: Option<(String, String, Option<i64>)>,
    ) -> Outcome<()> {
        let caller = self.renewed(caller).await?;
        let said = match preferred {
            None => None,
            Some((availability, activity, expires_in_ms)) => {
                check_pair(&PREFERRED_PAIRS, &availability, &activity)?;
                let age_ms = expires_in_ms.unwrap_or(match availability.as_str() {
                    "Busy" | "DoNotDisturb" => DAY_MS,
                    _ => 7 * DAY_MS,
                });
                if age_ms <= 0 {
                    let words = "How long it holds must be more than nothing.";
                    return Err(Failure::invalid("expirationDuration", words));
                }
                let (at, until) = (self.now(), self.now().plus_ms(age_ms));
                Some(Said { availability, activity, at, until })
            }
        };
        self.change_presence(caller.account, |entry| entry.preferred = said);
        Ok(())
    }

    /// Says something about the caller in words; none ends it.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for control characters and more than 280 characters.
    pub async fn set_status_message(
        &self,
        caller: Caller,
        message: Option<(String, Option<Timestamp>)>,
    ) -> Outcome<()> {
        let caller = self.renewed(caller).await?;
        let status = match message {
            None => None,
            Some((text, until)) => {
                visavis_domain::text::body(&text)
                    .map_err(|why| Failure::invalid("statusMessage", why.to_string()))?;
                if text.chars().count() > STATUS_MESSAGE_CHARACTERS_MAX {
                    let words = format!("At most {STATUS_MESSAGE_CHARACTERS_MAX} characters.");
                    return Err(Failure::invalid("statusMessage", words));
                }
                let status = StatusMessage { text, published_at: self.now(), expires_at: until };
                Some(status).filter(|status| !status.text.is_empty())
            }
        };
        self.change_presence(caller.account, |entry| entry.status = status);
        Ok(())
    }

    /// Tells it even where nothing else is seen: what was told before may have been lost.
    fn change_presence(&self, account: AccountId, change: impl FnOnce(&mut Entry)) {
        self.presence_board().entries().change(account, self.now(), change);
        self.tell_presence(account);
    }

    /// Tells of those whose presence is another because time went by: programs that fell silent, and
    /// what had an end. To be called every second or so.
    pub fn tell_faded_presence(&self) {
        for account in self.presence_board().fade(self.now()) {
            self.tell_presence(account);
        }
    }

    fn tell_presence(&self, account: AccountId) {
        self.bus().publish_ephemeral(Notice::Presence { account });
    }

    /// People's presence as far as the caller may know it: their own, colleagues', and that of
    /// contacts who show it (U-07, U-23).
    ///
    /// # Errors
    ///
    /// [`Failure::LimitReached`] for more than 650 ids.
    pub async fn presences(
        &self,
        caller: Caller,
        ids: Vec<AccountId>,
    ) -> Outcome<Vec<PresenceView>> {
        if ids.len() > PRESENCES_PER_CALL_MAX {
            return Err(Failure::LimitReached(format!(
                "at most {PRESENCES_PER_CALL_MAX} ids can be asked for at once"
            )));
        }
        let known = self
            .read(caller, move |tx, ctx| {
                ids.into_iter()
                    .map(|id| Ok((id, may_see(tx, ctx, id)?)))
                    .collect::<Outcome<Vec<_>>>()
            })
            .await?;
        let now = self.now();
        Ok(known
            .into_iter()
            .map(|(id, may_see)| match may_see {
                true => self.presence_board().seen(id, now),
                false => PresenceView::unknown(id),
            })
            .collect())
    }

    /// Who is told when somebody's presence changes: the people of their newest one-to-one chats
    /// who may see it, themselves included.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn presence_audience(&self, account: AccountId) -> Outcome<Vec<AccountId>> {
        let Some(caller) = self.caller_of(account).await? else { return Ok(Vec::new()) };
        self.read(caller, |tx, ctx| {
            let filter = ChatFilter { kind: Some(ChatKind::OneOnOne), ..ChatFilter::default() };
            let chats = tx.list_chats_of(ctx.caller.account, &filter, PAGE_ENTRIES_MAX)?;
            let mut audience = vec![ctx.caller.account];
            for listed in chats {
                audience.extend(peer_who_may_see(tx, ctx, listed.chat.key)?);
            }
            Ok(audience)
        })
        .await
    }
}

/// The other one of a one-to-one chat, if they may see the caller's presence.
fn peer_who_may_see(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: ChatKey,
) -> Outcome<Option<AccountId>> {
    let memberships = tx.list_memberships(chat)?;
    let peer = memberships.iter().map(|m| m.account).find(|id| *id != ctx.caller.account);
    let me = tx.find_account(ctx.caller.account)?;
    let other = match peer {
        Some(peer) => tx.find_account(peer)?,
        None => None,
    };
    let (Some(me), Some(other)) = (me, other) else { return Ok(None) };
    let is_shown = !me.home.is_external_to(other.home)
        || (me.settings.show_presence_to_external
            && contact::may_see_each_other(tx, ctx, other.id)?);
    Ok(is_shown.then_some(other.id))
}

fn check_pair(pairs: &[(&str, &str)], availability: &str, activity: &str) -> Outcome<()> {
    if pairs.contains(&(availability, activity)) {
        Ok(())
    } else {
        let known: Vec<_> = pairs.iter().map(|(a, b)| format!("{a}/{b}")).collect();
        Err(Failure::invalid("availability", format!("One of {}.", known.join(", "))))
    }
}

fn may_see(tx: &mut Tx<'_>, ctx: &Context<'_>, id: AccountId) -> Outcome<bool> {
    if id == ctx.caller.account {
        return Ok(true);
    }
    let Some(account) = tx.find_account(id)? else { return Ok(false) };
    if !ctx.caller.home.is_external_to(account.home) {
        return Ok(true);
    }
    Ok(account.settings.show_presence_to_external && contact::may_see_each_other(tx, ctx, id)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(availability: &str, at_min: i64, until_min: i64) -> Said {
        let (at, until) = (at_min * MINUTE_MS, until_min * MINUTE_MS);
        Said {
            availability: availability.to_owned(),
            activity: availability.to_owned(),
            at: Timestamp::from_ms(at),
            until: Timestamp::from_ms(until),
        }
    }

    fn change(board: &PresenceBoard, id: AccountId, change: impl FnOnce(&mut Entry)) -> bool {
        board.entries().change(id, Timestamp::from_ms(0), change)
    }

    fn shown(board: &PresenceBoard, id: AccountId, minute: i64) -> String {
        let view = board.seen(id, Timestamp::from_ms(minute * MINUTE_MS));
        format!("{}/{}", view.availability, view.activity)
    }

    #[test]
    fn a_program_that_falls_silent_says_less_and_less() {
        let (board, id) = (PresenceBoard::default(), AccountId::from_bytes([1; 16]));
        assert_eq!(shown(&board, id, 0), "Offline/Offline");
        change(&board, id, |entry| {
            entry.sessions.push(("1".to_owned(), said("Available", 0, 60)));
        });
        for (minute, expected) in [
            (0, "Available/Available"),
            (4, "Available/Available"),
            (5, "AvailableIdle/Inactive"),
            (9, "AvailableIdle/Inactive"),
            (10, "Away/Away"),
            (59, "Away/Away"),
            (60, "Offline/Offline"),
        ] {
            assert_eq!(shown(&board, id, minute), expected, "{minute}");
        }
    }

    #[test]
    fn those_who_fade_are_found_once_each_time_something_else_is_seen_of_them() {
        let (board, id) = (PresenceBoard::default(), AccountId::from_bytes([1; 16]));
        let other = AccountId::from_bytes([2; 16]);
        let faded = |minute: i64| board.fade(Timestamp::from_ms(minute * MINUTE_MS));
        assert!(change(&board, id, |entry| {
            entry.sessions.push(("1".to_owned(), said("Available", 0, 60)));
        }));
        assert!(!change(&board, id, |_entry| {}), "nothing else is seen");
        change(&board, other, |entry| {
            entry.sessions.push(("1".to_owned(), said("Busy", 0, 30)));
            entry.preferred = Some(said("DoNotDisturb", 0, 7));
        });
        for (minute, expected) in [
            (4, vec![]),
            (5, vec![id]),
            (6, vec![]),
            (7, vec![other]),
            (10, vec![id]),
            (29, vec![]),
            (90, vec![other, id]),
            (91, vec![]),
        ] {
            assert_eq!(faded(minute), expected, "{minute}");
        }
        let entries = board.entries();
        assert!(entries.by_account.is_empty() && entries.turns.is_empty(), "{entries:?}");
    }

    #[test]
    fn many_who_fade_at_once_are_found_in_turns() {
        let board = PresenceBoard::default();
        for n in 0..300_u16 {
            let [high, low] = n.to_be_bytes();
            let id = AccountId::from_bytes([high, low, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            change(&board, id, |entry| {
                entry.sessions.push(("1".to_owned(), said("Busy", 0, 5)));
            });
        }
        let found = [(); 3].map(|()| board.fade(Timestamp::from_ms(5 * MINUTE_MS)).len());
        assert_eq!(found, [FADED_AT_ONCE_MAX, 300 - FADED_AT_ONCE_MAX, 0]);
    }

    #[test]
    fn the_strongest_session_counts_and_ones_own_word_beats_all() {
        let (board, id) = (PresenceBoard::default(), AccountId::from_bytes([1; 16]));
        change(&board, id, |entry| entry.preferred = Some(said("BeRightBack", 0, 8)));
        assert_eq!(shown(&board, id, 1), "Offline/Offline", "no program is there");
        change(&board, id, |entry| {
            entry.sessions.push(("1".to_owned(), said("Available", 0, 60)));
            entry.sessions.push(("2".to_owned(), said("Busy", 0, 20)));
        });
        assert_eq!(shown(&board, id, 7), "BeRightBack/BeRightBack");
        assert_eq!(shown(&board, id, 8), "Busy/Busy", "busy does not fade");
        assert_eq!(shown(&board, id, 20), "Away/Away");
    }

    #[test]
    fn status_messages_end_when_they_said() {
        let (board, id) = (PresenceBoard::default(), AccountId::from_bytes([1; 16]));
        let status = |expires_at| StatusMessage {
            text: "In Oslo".to_owned(),
            published_at: Timestamp::from_ms(1),
            expires_at,
        };
        change(&board, id, |entry| entry.status = Some(status(Some(Timestamp::from_ms(10)))));
        assert!(board.seen(id, Timestamp::from_ms(9)).status.is_some());
        assert!(board.seen(id, Timestamp::from_ms(10)).status.is_none());
        change(&board, id, |entry| entry.status = Some(status(None)));
        board.fade(Timestamp::MAX);
        assert_eq!(board.seen(id, Timestamp::MAX).status, Some(status(None)));
    }
}
