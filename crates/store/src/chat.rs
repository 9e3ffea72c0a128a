//! Chats, their memberships and their homes.

use std::collections::HashMap;

use visavis_domain::audit::Hash;
use visavis_domain::chat::{Chat, ChatKind, Consent, Membership, MembershipState};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId, ChatKey, OrganisationId, OrganisationKey};
use visavis_policy::permit::{self, Permit};

use crate::column::{count, expect_one, named};
use crate::engine::{Next, Row, Value};
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO chat (id, kind, initiator, initiator_organisation, topic, created_at, updated_at,
        last_position, last_message, access_version, pending_sends, has_accepted_outsider,
        last_watermark)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)";

const UPDATE: &str = "
    UPDATE chat SET topic = $1, updated_at = $2, last_position = $3, last_message = $4,
        access_version = $5, pending_sends = $6, has_accepted_outsider = $7,
        last_watermark = coalesce($8, last_watermark)
    WHERE chat_key = $9";

const SELECT_BY_ID: &str = "
    SELECT chat_key, id, kind, initiator, initiator_organisation, topic, created_at, updated_at,
        last_position, last_message, access_version, pending_sends, has_accepted_outsider
    FROM chat WHERE id = $1";

const SELECT_BY_KEY: &str = "
    SELECT chat_key, id, kind, initiator, initiator_organisation, topic, created_at, updated_at,
        last_position, last_message, access_version, pending_sends, has_accepted_outsider
    FROM chat WHERE chat_key = $1";

const SELECT_WITH_MEMBERSHIP: &str = "
    SELECT c.chat_key, c.id, c.kind, c.initiator, c.initiator_organisation, c.topic, c.created_at,
        c.updated_at, c.last_position, c.last_message, c.access_version, c.pending_sends,
        c.has_accepted_outsider,
        m.chat_key, m.account, m.state, m.consent, m.requested_by, m.requested_at, m.is_high_risk,
        m.has_previewed, m.joined_at, m.visible_from, m.visible_until, m.is_hidden, m.read_up_to,
        m.ended_at, m.ended_topic, m.is_muted, m.is_pinned
    FROM chat c LEFT JOIN membership m ON m.chat_key = c.chat_key AND m.account = $1
    WHERE c.id = $2";

// The page is chosen by what an index and the chat's row say, and only then read in full: whoever
// is in thousands of chats has none of the others' memberships read. Where a chat stands follows
// its newest message for those only who may see it: for whoever was asked and has not accepted, and
// for whoever left, it stays where it was then (P5). Of what somebody left the store cannot tell
// whether they see something later than a time, so it is not left out for it.
const SELECT_OF_ACCOUNT: &str = "
    SELECT c.chat_key, c.id, c.kind, c.initiator, c.initiator_organisation, c.topic, c.created_at,
        c.updated_at, c.last_position, c.last_message, c.access_version, c.pending_sends,
        c.has_accepted_outsider,
        m.chat_key, m.account, m.state, m.consent, m.requested_by, m.requested_at, m.is_high_risk,
        m.has_previewed, m.joined_at, m.visible_from, m.visible_until, m.is_hidden, m.read_up_to,
        m.ended_at, m.ended_topic, m.is_muted, m.is_pinned, page.activity
    FROM (
        SELECT known.chat_key AS chat_key, known.account AS account, known.activity AS activity
        FROM (
            SELECT l.chat_key AS chat_key, o.account AS account, o.ended_at AS ended_at,
                CASE WHEN o.ended_at IS NOT NULL THEN o.ended_at
                    WHEN o.consent IN ($1, $2)
                        THEN coalesce(o.requested_at, l.created_at)
                    ELSE coalesce(l.last_message, l.created_at) END AS activity
            FROM membership o JOIN chat l ON l.chat_key = o.chat_key
            WHERE o.account = $3 AND l.kind >= $4 AND l.kind <= $5
        ) known
        WHERE (known.activity < $6 OR (known.activity = $6 AND known.chat_key < $7))
            AND (known.activity > $8 OR known.ended_at IS NOT NULL)
        ORDER BY known.activity DESC, known.chat_key DESC LIMIT $9
    ) page
    JOIN chat c ON c.chat_key = page.chat_key
    JOIN membership m ON m.chat_key = page.chat_key AND m.account = page.account
    ORDER BY page.activity DESC, page.chat_key DESC";

const UPDATE_ACCESS_OF_ACCOUNT: &str = "
    UPDATE chat SET access_version = access_version + 1
    WHERE chat_key IN (SELECT chat_key FROM membership WHERE account = $1)";

const UPSERT_MEMBERSHIP: &str = "
    INSERT INTO membership (chat_key, account, state, consent, requested_by, requested_at,
        is_high_risk, has_previewed, joined_at, visible_from, visible_until, is_hidden, read_up_to,
        ended_at, ended_topic, is_muted, is_pinned)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    ON CONFLICT (chat_key, account) DO UPDATE SET
        state = excluded.state, consent = excluded.consent, requested_by = excluded.requested_by,
        requested_at = excluded.requested_at, is_high_risk = excluded.is_high_risk,
        has_previewed = excluded.has_previewed, joined_at = excluded.joined_at,
        visible_from = excluded.visible_from, visible_until = excluded.visible_until,
        is_hidden = excluded.is_hidden, read_up_to = excluded.read_up_to,
        ended_at = excluded.ended_at, ended_topic = excluded.ended_topic,
        is_muted = excluded.is_muted, is_pinned = excluded.is_pinned";

const SELECT_MEMBERSHIP: &str = "
    SELECT chat_key, account, state, consent, requested_by, requested_at, is_high_risk,
        has_previewed, joined_at, visible_from, visible_until, is_hidden, read_up_to, ended_at,
        ended_topic, is_muted, is_pinned
    FROM membership WHERE chat_key = $1 AND account = $2";

const SELECT_MEMBERSHIPS: &str = "
    SELECT chat_key, account, state, consent, requested_by, requested_at, is_high_risk,
        has_previewed, joined_at, visible_from, visible_until, is_hidden, read_up_to, ended_at,
        ended_topic, is_muted, is_pinned
    FROM membership WHERE chat_key = $1 ORDER BY account";

const COUNT_PINNED: &str = "SELECT count(*) FROM membership WHERE account = $1 AND is_pinned = 1";

const SELECT_SHARED: &str = "
    SELECT a.chat_key FROM membership a
    JOIN membership b ON b.chat_key = a.chat_key AND b.account = $1
    WHERE a.account = $2 ORDER BY a.chat_key DESC LIMIT $3";

const SELECT_HOMES: &str = "
    SELECT h.organisation_key, o.id, o.epoch, h.is_present, h.audit_seq, h.audit_hash
    FROM chat_home h LEFT JOIN organisation o ON o.organisation_key = h.organisation_key
    WHERE h.chat_key = $1 ORDER BY h.organisation_key";

const SELECT_HOMES_OF_CHATS: &str = "
    SELECT h.organisation_key, o.id, o.epoch, h.is_present, h.audit_seq, h.audit_hash, h.chat_key
    FROM chat_home h LEFT JOIN organisation o ON o.organisation_key = h.organisation_key
    WHERE h.chat_key IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ORDER BY h.chat_key, h.organisation_key";

const UPDATE_NO_HOMES: &str = "UPDATE chat_home SET is_present = 0 WHERE chat_key = $1";

const UPSERT_HOME: &str = "
    INSERT INTO chat_home (chat_key, organisation_key, is_present, audit_seq, audit_hash)
    VALUES ($1, $2, 1, 0, $3)
    ON CONFLICT (chat_key, organisation_key) DO UPDATE SET is_present = 1";

const SELECT_OF_ORGANISATION: &str = "
    SELECT chat_key FROM chat_home
    WHERE organisation_key = $1 AND chat_key > $2 AND is_present = 1
    ORDER BY chat_key LIMIT $3";

/// Chats whose homes one statement reads.
const CHATS_AT_ONCE: usize = 16;

/// Where the columns of a membership begin in a row that starts with a chat.
pub(crate) const MEMBERSHIP_COLUMN: usize = 13;

/// The column of what chats are sorted by, after a chat's and a membership's.
const ACTIVITY_COLUMN: usize = MEMBERSHIP_COLUMN + 17;

/// Which chats of an account are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChatFilter {
    /// Only those of this kind.
    pub kind: Option<ChatKind>,
    /// Only those that come after this one in the list, named by its activity and its key.
    pub before: Option<(i64, ChatKey)>,
    /// Only those whose activity is later than this, and those that the account has left.
    pub after: Option<i64>,
}

/// A chat in the list of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedChat {
    /// The chat.
    pub chat: Chat,
    /// The membership of the account.
    pub mine: Membership,
    /// By what it is sorted, for this account: when the newest message was sent, or the chat created
    /// where there is none; when it was asked, until it has accepted; when it left, once it has.
    pub activity: i64,
}

/// A home of a chat's members, with what a verdict and an entry of the audit trail need of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatHome {
    /// The organisation's key, or that of the personal realm.
    pub organisation: OrganisationKey,
    /// The organisation; none for the personal realm.
    pub organisation_id: Option<OrganisationId>,
    /// The organisation's epoch; 0 for the personal realm.
    pub epoch: i64,
    /// Whether somebody of this home is in the chat now.
    pub is_present: bool,
    /// The newest entry of the organisation's chain for this chat; 0 before the first.
    pub audit_seq: i64,
    /// The hash of that entry.
    pub audit_hash: Hash,
}

/// # Chats
impl Tx<'_> {
    /// Adds a chat; answers the key that it got, whatever key `chat` has.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPermit`] when the permit is not the initiator's;
    /// [`StoreError::Conflict`] when the id is used.
    pub fn insert_chat(
        &mut self,
        permit: &Permit<permit::Start>,
        chat: &Chat,
    ) -> Result<ChatKey, StoreError> {
        if permit.actor() != chat.initiator {
            return Err(StoreError::WrongPermit);
        }
        let organisation = chat.initiator_home.organisation();
        let params = [
            (&chat.id).into(),
            kind_code(chat.kind).into(),
            (&chat.initiator).into(),
            organisation.as_ref().into(),
            chat.topic.as_deref().into(),
            chat.created_at.into(),
            chat.updated_at.into(),
            chat.last_position.into(),
            chat.last_message.into(),
            chat.access_version.into(),
            i64::from(chat.pending_sends).into(),
            chat.has_accepted_outsider.into(),
        ];
        self.insert(INSERT, &params, "chat_key").map(ChatKey)
    }

    /// The chat of this public id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_chat(&mut self, id: &ChatId) -> Result<Option<Chat>, StoreError> {
        self.one(SELECT_BY_ID, &[id.into()], read_chat)
    }

    /// The chat of this key.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_chat`].
    pub fn get_chat(&mut self, key: ChatKey) -> Result<Option<Chat>, StoreError> {
        self.one(SELECT_BY_KEY, &[key.into()], read_chat)
    }

    /// A chat and what the account is in it, in one statement.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_chat`].
    pub fn find_chat_with_membership(
        &mut self,
        id: &ChatId,
        account: AccountId,
    ) -> Result<Option<(Chat, Option<Membership>)>, StoreError> {
        self.one(SELECT_WITH_MEMBERSHIP, &[(&account).into(), id.into()], |row| {
            let is_known = row.get::<Option<i64>>(MEMBERSHIP_COLUMN)?.is_some();
            let membership =
                is_known.then(|| read_membership(row, MEMBERSHIP_COLUMN)).transpose()?;
            Ok((read_chat(row)?, membership))
        })
    }

    /// Writes everything about a chat that can change, and which event of it is the newest.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such chat.
    pub fn update_chat(&mut self, chat: &Chat) -> Result<(), StoreError> {
        let params = [
            chat.topic.as_deref().into(),
            chat.updated_at.into(),
            chat.last_position.into(),
            chat.last_message.into(),
            chat.access_version.into(),
            i64::from(chat.pending_sends).into(),
            chat.has_accepted_outsider.into(),
            self.own_watermark(chat.key).into(),
            chat.key.into(),
        ];
        let touched = self.execute(UPDATE, &params)?;
        expect_one(touched, "chat")
    }

    /// The chats in which an account has a membership of any kind, the newest activity first that the
    /// account may know of.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_chat`].
    pub fn list_chats_of(
        &mut self,
        account: AccountId,
        filter: &ChatFilter,
        limit: usize,
    ) -> Result<Vec<ListedChat>, StoreError> {
        let (kind_min, kind_max) = match filter.kind {
            Some(kind) => (kind_code(kind), kind_code(kind)),
            None => (i64::MIN, i64::MAX),
        };
        let (activity, key) = filter.before.unwrap_or((i64::MAX, ChatKey(i64::MAX)));
        let params = [
            Consent::Pending.as_str().into(),
            Consent::Declined.as_str().into(),
            (&account).into(),
            kind_min.into(),
            kind_max.into(),
            activity.into(),
            key.into(),
            filter.after.unwrap_or(i64::MIN).into(),
            count(limit).into(),
        ];
        self.many(SELECT_OF_ACCOUNT, &params, |row| {
            let (chat, mine) = (read_chat(row)?, read_membership(row, MEMBERSHIP_COLUMN)?);
            Ok(ListedChat { chat, mine, activity: row.get(ACTIVITY_COLUMN)? })
        })
    }

    /// Makes what was decided about every chat of an account void: something changed on which the
    /// verdicts depend and that no epoch covers.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn void_chats_of(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.execute(UPDATE_ACCESS_OF_ACCOUNT, &[(&account).into()])?;
        Ok(())
    }

    /// Chats in which both accounts have a membership of any kind, the newest first.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_chat`].
    pub fn list_shared_chats(
        &mut self,
        a: AccountId,
        b: AccountId,
        limit: usize,
    ) -> Result<Vec<ChatKey>, StoreError> {
        let params = [(&a).into(), (&b).into(), count(limit).into()];
        self.many(SELECT_SHARED, &params, |row| row.get(0))
    }

    /// Chats that have a member of this organisation now, in the order of their keys.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_chat`].
    pub fn list_chats_of_organisation(
        &mut self,
        organisation: OrganisationKey,
        after: Option<ChatKey>,
        limit: usize,
    ) -> Result<Vec<ChatKey>, StoreError> {
        let after = after.unwrap_or(ChatKey(0));
        let params = [organisation.into(), after.into(), count(limit).into()];
        self.many(SELECT_OF_ORGANISATION, &params, |row| row.get(0))
    }
}

/// # Memberships and homes of chats
impl Tx<'_> {
    /// Writes a membership, whether it is there or not.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn put_membership(&mut self, membership: &Membership) -> Result<(), StoreError> {
        let params = [
            membership.chat.into(),
            (&membership.account).into(),
            membership.state.as_str().into(),
            membership.consent.as_str().into(),
            membership.requested_by.as_ref().into(),
            membership.requested_at.into(),
            membership.is_high_risk.into(),
            membership.has_previewed.into(),
            membership.joined_at.into(),
            membership.visible_from.into(),
            membership.visible_until.into(),
            membership.is_hidden.into(),
            membership.read_up_to.into(),
            membership.ended_at.into(),
            membership.ended_topic.as_deref().into(),
            membership.is_muted.into(),
            membership.is_pinned.into(),
        ];
        self.execute(UPSERT_MEMBERSHIP, &params)?;
        Ok(())
    }

    /// What an account is in a chat, if it ever was anything.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_membership(
        &mut self,
        chat: ChatKey,
        account: AccountId,
    ) -> Result<Option<Membership>, StoreError> {
        let params = [chat.into(), (&account).into()];
        self.one(SELECT_MEMBERSHIP, &params, |row| read_membership(row, 0))
    }

    /// How many chats an account has pinned.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_membership`].
    pub fn count_pinned_chats(&mut self, account: AccountId) -> Result<usize, StoreError> {
        let found: Option<i64> = self.one(COUNT_PINNED, &[(&account).into()], |row| row.get(0))?;
        Ok(usize::try_from(found.unwrap_or_default()).unwrap_or(usize::MAX))
    }

    /// Every membership of a chat, past ones too, in the order of the accounts' ids.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_membership`].
    pub fn list_memberships(&mut self, chat: ChatKey) -> Result<Vec<Membership>, StoreError> {
        self.many(SELECT_MEMBERSHIPS, &[chat.into()], |row| read_membership(row, 0))
    }

    /// The homes of a chat's members, past ones too, in one statement.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_membership`].
    pub fn chat_homes(&mut self, chat: ChatKey) -> Result<Vec<ChatHome>, StoreError> {
        self.many(SELECT_HOMES, &[chat.into()], read_home)
    }

    /// The homes of several chats, each as [`Tx::chat_homes`] answers them, in few statements.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_membership`].
    pub fn homes_of_chats(
        &mut self,
        chats: &[ChatKey],
    ) -> Result<HashMap<ChatKey, Vec<ChatHome>>, StoreError> {
        let mut homes: HashMap<ChatKey, Vec<ChatHome>> = HashMap::with_capacity(chats.len());
        for some in chats.chunks(CHATS_AT_ONCE) {
            let mut params = [Value::Null; CHATS_AT_ONCE];
            for (param, chat) in params.iter_mut().zip(some) {
                *param = (*chat).into();
            }
            self.each(SELECT_HOMES_OF_CHATS, &params, &mut |row| {
                homes.entry(row.get(6)?).or_default().push(read_home(row)?);
                Ok(Next::Row)
            })?;
        }
        Ok(homes)
    }

    /// Writes which homes the members of a chat have now. Those that left keep the head of their
    /// chain.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn set_chat_homes(
        &mut self,
        chat: ChatKey,
        organisations: &[OrganisationKey],
    ) -> Result<(), StoreError> {
        self.execute(UPDATE_NO_HOMES, &[chat.into()])?;
        for organisation in organisations {
            let params = [chat.into(), (*organisation).into(), (&Hash::ZERO).into()];
            self.execute(UPSERT_HOME, &params)?;
        }
        Ok(())
    }
}

/// A home of a chat from a row that begins with its columns.
fn read_home(row: Row<'_>) -> Result<ChatHome, StoreError> {
    Ok(ChatHome {
        organisation: row.get(0)?,
        organisation_id: row.get(1)?,
        epoch: row.get::<Option<i64>>(2)?.unwrap_or_default(),
        is_present: row.get(3)?,
        audit_seq: row.get(4)?,
        audit_hash: row.get(5)?,
    })
}

/// A chat from a row that begins with its columns.
pub(crate) fn read_chat(row: Row<'_>) -> Result<Chat, StoreError> {
    let organisation: Option<OrganisationId> = row.get(4)?;
    let pending_sends: i64 = row.get(11)?;
    Ok(Chat {
        key: row.get(0)?,
        id: row.get(1)?,
        kind: kind_of(row.get(2)?)?,
        initiator: row.get(3)?,
        initiator_home: organisation.map_or(Home::Personal, Home::Organisation),
        topic: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
        last_position: row.get(8)?,
        last_message: row.get(9)?,
        access_version: row.get(10)?,
        pending_sends: u32::try_from(pending_sends)
            .map_err(|_range| StoreError::corrupt("a negative number of messages"))?,
        has_accepted_outsider: row.get(12)?,
    })
}

/// A membership from a row, whose columns begin at `first`.
pub(crate) fn read_membership(row: Row<'_>, first: usize) -> Result<Membership, StoreError> {
    Ok(Membership {
        chat: row.get(first)?,
        account: row.get(first + 1)?,
        state: named(row.get(first + 2)?, "state of a membership", MembershipState::from_name)?,
        consent: named(row.get(first + 3)?, "consent", Consent::from_name)?,
        requested_by: row.get(first + 4)?,
        requested_at: row.get(first + 5)?,
        is_high_risk: row.get(first + 6)?,
        has_previewed: row.get(first + 7)?,
        joined_at: row.get(first + 8)?,
        visible_from: row.get(first + 9)?,
        visible_until: row.get(first + 10)?,
        is_hidden: row.get(first + 11)?,
        read_up_to: row.get(first + 12)?,
        ended_at: row.get(first + 13)?,
        ended_topic: row.get(first + 14)?,
        is_muted: row.get(first + 15)?,
        is_pinned: row.get(first + 16)?,
    })
}

const fn kind_code(kind: ChatKind) -> i64 {
    match kind {
        ChatKind::OneOnOne => 1,
        ChatKind::Group => 2,
    }
}

fn kind_of(code: i64) -> Result<ChatKind, StoreError> {
    match code {
        1 => Ok(ChatKind::OneOnOne),
        2 => Ok(ChatKind::Group),
        _ => Err(StoreError::corrupt("not a kind of chat")),
    }
}
