//! Every limit of the product, named in one place (P9).
//!
//! Each says what it limits and what happens past it; `docs/reference/limits.md` is written from
//! this, by `limits_are_documented_as_they_are` of the HTTP interface.

use std::fmt;

/// A limit as the reference tells of it.
#[derive(Clone, Copy)]
pub struct Limit {
    /// The name of the constant. It tells the unit of the value: `BYTES`, `MS`, `CHARACTERS`,
    /// `DAYS`, or else a number of what it says.
    pub name: &'static str,
    /// The value.
    pub value: &'static (dyn fmt::Display + Sync),
    /// What is limited, in Markdown.
    pub about: &'static str,
    /// What happens past it: the status and the inner code of the failure, or a few words.
    pub past: &'static str,
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name, self.value)
    }
}

macro_rules! limits {
    ($($section:literal {
        $($(#[doc = $doc:literal])+ $name:ident: $type:ty = $value:expr, past $past:literal;)+
    })+) => {
        $($($(#[doc = $doc])+ pub const $name: $type = $value;)+)+

        /// Every limit, in the sections of the reference.
        pub const ALL: &[(&str, &[Limit])] = &[$(($section, &[$(Limit {
            name: stringify!($name),
            value: &$name,
            about: concat!($($doc),+),
            past: $past,
        },)+]),)+];
    };
}

limits! {
    "Requests" {
        /// Entries of a page of a collection (`$top`) that has no limit of its own.
        PAGE_ENTRIES_MAX: usize = 50, past "400 `invalid`";
        /// Entries of a page of the directory, of groups and of the audit trail.
        ADMIN_PAGE_ENTRIES_MAX: usize = 999, past "400 `invalid`";
        /// Bytes of a request body: room for 5,000 assignments in the words of an SDK.
        REQUEST_BODY_BYTES_MAX: usize = 2 * 1024 * 1024, past "413 `requestTooLarge`";
        /// How long a request body may take to arrive, and a second more for each
        /// `REQUEST_BODY_BYTES_PER_S_MIN` of it that came.
        REQUEST_BODY_WITHIN_MS: i64 = 30_000, past "408 `requestTimeout`";
        /// Bytes of a request body that come in a second, on average, once its first time is over.
        REQUEST_BODY_BYTES_PER_S_MIN: usize = 16 * 1024, past "408 `requestTimeout`";
        /// Bytes of the head of a request: its first line and all headers.
        REQUEST_HEAD_BYTES_MAX: usize = 64 * 1024, past "431, without the envelope";
        /// Connections that are open at once, unless `--connections` says otherwise; the limit of
        /// open files may leave fewer.
        CONNECTIONS_MAX: u32 = 32_768, past "the next wait until one ends";
        /// Requests that one HTTP/2 connection makes at once.
        STREAMS_PER_CONNECTION_MAX: u32 = 64, past "the client waits";
        /// How deep objects and lists of a request body may be in each other.
        JSON_DEPTH_MAX: usize = 32, past "400 `invalid`";
        /// Counters of one limit of rates that are kept at once.
        RATE_COUNTERS_MAX: usize = 1_048_576,
            past "429 `tooMany` for whoever is new, until idle ones are forgotten";
        /// Bytes of an idempotency key.
        IDEMPOTENCY_KEY_BYTES_MAX: usize = 128, past "400 `invalid`";
        /// How long an idempotency key is remembered.
        IDEMPOTENCY_AGE_MS_MAX: i64 = 24 * 60 * 60 * 1000, past "the request acts again";
        /// Requests in one `$batch`, as Graph has it.
        BATCH_REQUESTS_MAX: usize = 20, past "400 `invalid`";
        /// Bytes of the name that a request has within its batch.
        BATCH_ID_BYTES_MAX: usize = 128, past "400 `invalid`";
        /// Bytes of what the requests of one batch are answered together.
        BATCH_ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024,
            past "413 `batchTooLarge` for what was only to be read";
        /// Reads of one account that the store is asked for at once.
        READS_IN_FLIGHT_PER_ACCOUNT_MAX: usize = 2, past "the others wait";
        /// Bytes of a `$filter`.
        FILTER_BYTES_MAX: usize = 4 * 1024, past "400 `invalid`";
        /// Parentheses within parentheses of a `$filter`.
        FILTER_DEPTH_MAX: usize = 8, past "400 `invalid`";
        /// Comparisons in a `$filter`.
        FILTER_TERMS_MAX: usize = 32, past "400 `invalid`";
    }
    "Messages" {
        /// Bytes of a message body after cleaning, U-74.
        MESSAGE_BODY_BYTES_MAX: usize = 28 * 1024, past "413 `messageTooLarge`";
        /// Messages sent to an external person before they accept, S-20 and decision Q-17.
        PENDING_MESSAGES_MAX: u32 = 10, past "403 `pendingCap`";
        /// Mentions in a message.
        MENTIONS_MAX: usize = 50, past "403 `limitReached`";
        /// Messages quoted in one reply, as Graph's `replyWithQuote`.
        QUOTES_MAX: usize = 10, past "403 `limitReached`";
        /// Images in a message, U-74.
        HOSTED_CONTENTS_MAX: usize = 10, past "403 `limitReached`";
        /// Bytes of an image in a message.
        HOSTED_CONTENT_BYTES_MAX: usize = 1024 * 1024, past "403 `limitReached`";
        /// Bytes of all images in a message; with the text they fit into a request as base64.
        HOSTED_CONTENTS_BYTES_MAX: usize = 1_408 * 1024, past "403 `limitReached`";
        /// Messages that are pinned at once in a chat.
        PINNED_MESSAGES_MAX: usize = 10, past "403 `limitReached`";
        /// Versions of an edited message that are kept: so often may it be edited.
        MESSAGE_VERSIONS_MAX: usize = 200, past "403 `limitReached`";
        /// Different reactions of one person on one message.
        REACTIONS_PER_PERSON_MAX: usize = 20, past "403 `limitReached`";
        /// Bytes of a reaction.
        REACTION_BYTES_MAX: usize = 64, past "400 `invalid`";
    }
    "Chats and people" {
        /// Members of a group chat, G-01 and decision Q-29.
        CHAT_MEMBERS_MAX: usize = 250, past "403 `groupFull`";
        /// Members added in one call, G-01.
        MEMBERS_ADDED_MAX: usize = 200, past "403 `groupFull`";
        /// Above this many members a chat has no typing, presence and read marks, G-14.
        LIVE_SIGNALS_MEMBERS_MAX: usize = 20, past "the signals are left out";
        /// Characters of what somebody adds to a report.
        REPORT_COMMENT_CHARACTERS_MAX: usize = 1_000, past "400 `invalid`";
        /// How long the operator finds what personal accounts have reported.
        REPORT_AGE_MS_MAX: i64 = 180 * 24 * 60 * 60 * 1000, past "it is forgotten";
        /// Reports of personal accounts that are kept for the operator.
        REPORTS_MAX: usize = 100_000, past "the oldest are forgotten";
        /// Reports of one personal account that are kept for the operator.
        REPORTS_PER_REPORTER_MAX: usize = 500, past "that account's oldest are forgotten";
        /// Chats that one account keeps in front of its list, as in Teams.
        PINNED_CHATS_MAX: usize = 15, past "403 `limitReached`";
        /// Unread messages that a list of chats counts for each.
        UNREAD_COUNT_MAX: u32 = 99, past "`unreadCount` says so many";
        /// Messages after the read mark that are looked at to count them, the newest first.
        UNREAD_LOOKED_AT_MAX: usize = 200, past "older ones are not counted";
        /// Addresses that one resolve call may ask for.
        RESOLVE_IDENTITIES_MAX: usize = 20, past "400 `invalid`";
        /// Characters of a display name or a chat's topic.
        NAME_CHARACTERS_MAX: usize = 256, past "400 `invalid`";
        /// Words of a search in the directory that count, the longest first.
        DIRECTORY_WORDS_MAX: usize = 5, past "shorter ones are not looked for";
        /// Bytes of an e-mail address, RFC 5321 section 4.5.3.1.3.
        EMAIL_BYTES_MAX: usize = 254, past "400 `invalid`";
        /// People whom one account may block.
        BLOCKED_CONTACTS_MAX: usize = 1_000, past "403 `limitReached`";
        /// Verified addresses of an account.
        ADDRESSES_MAX: usize = 20, past "403 `limitReached`";
        /// Programs that may say something of one person's presence at once.
        PRESENCE_SESSIONS_MAX: usize = 16, past "the oldest gives way";
        /// Characters of what people say of themselves beside their presence, as in Teams.
        STATUS_MESSAGE_CHARACTERS_MAX: usize = 280, past "400 `invalid`";
        /// Ids in one presence query, as Graph's `getPresencesByUserId`.
        PRESENCES_PER_CALL_MAX: usize = 650, past "400 `invalid`";
    }
    "Accounts and sessions" {
        /// Characters of a password, at least.
        PASSWORD_CHARACTERS_MIN: usize = 8, past "400 `invalid`";
        /// Characters of a password, at most.
        PASSWORD_CHARACTERS_MAX: usize = 256, past "400 `invalid`";
        /// Bearer tokens and sessions of one account.
        TOKENS_MAX: usize = 100,
            past "403 `limitReached` for a token; a session takes the place of the oldest";
        /// Accounts that are signed in in one browser at once.
        SESSIONS_PER_BROWSER_MAX: usize = 8, past "403 `limitReached`";
    }
    "Organisations" {
        /// Entries of one domain list, A-05, A-11.
        DOMAIN_LIST_MAX: usize = 4_000, past "400 `invalid`";
        /// Blocked external people of an organisation, A-64.
        BLOCKED_USERS_MAX: usize = 200, past "400 `invalid`";
        /// Groups to which policies of one type may be assigned, A-106.
        GROUP_ASSIGNMENTS_MAX: usize = 64, past "403 `limitReached`";
        /// Policies of one type in an organisation, Global included.
        POLICIES_MAX: usize = 500, past "403 `limitReached`";
        /// People named in one policy assignment call, A-113.
        ASSIGNMENTS_PER_CALL_MAX: usize = 5_000, past "400 `invalid`";
        /// Bytes of policies after which a page of them ends, however many it has.
        POLICY_PAGE_BYTES_MAX: usize = 2 * 1024 * 1024, past "the page is shorter, the rest follows";
        /// Entries of the trail that a page of a filtered list looks at, whether or not they are
        /// wanted.
        AUDIT_SCANNED_MAX: usize = 20_000, past "the page is shorter, perhaps empty, the rest follows";
        /// Bytes of descriptions of participants that a page of the trail of one participant reads.
        AUDIT_DESCRIPTIONS_BYTES_MAX: usize = 16 * 1024 * 1024, past "the page is shorter, perhaps empty, the rest follows";
        /// Verifications of an organisation's trail at once.
        VERIFICATIONS_PER_ORGANISATION_MAX: usize = 1, past "429 `tooMany`";
        /// Rows of the trail that a verification reads before others may read; in all organisations
        /// together one such piece is read at a time.
        VERIFICATION_ROWS_MAX: usize = 2_000, past "the rest follows in the next piece";
        /// Domains of an organisation.
        ORGANISATION_DOMAINS_MAX: usize = 100, past "403 `limitReached`";
        /// Groups of an organisation.
        GROUPS_MAX: usize = 10_000, past "403 `limitReached`";
        /// Administrators of an organisation whom its people are told to ask.
        ADMINISTRATORS_TO_ASK_MAX: usize = 10, past "the others are left out";
        /// Chats that a simulation of changed external access looks through.
        SIMULATED_CHATS_MAX: usize = 5_000, past "its numbers are \"at least\"";
        /// People in those chats, present and former.
        SIMULATED_MEMBERSHIPS_MAX: usize = 10_000, past "its numbers are \"at least\"";
        /// Accounts whose effective policies a simulation compares.
        SIMULATED_ACCOUNTS_MAX: usize = 20_000, past "its numbers are \"at least\"";
        /// Days that a report of external activity covers.
        ACTIVITY_DAYS_MAX: usize = 31, past "400 `invalid`";
        /// Entries of the trail that a report of external activity counts, the newest first.
        ACTIVITY_ENTRIES_MAX: usize = 50_000, past "its numbers are \"at least\"";
        /// Bytes of descriptions of participants that such a report reads.
        ACTIVITY_BYTES_MAX: usize = 64 * 1024 * 1024, past "its numbers are \"at least\"";
        /// Partners that such a report names, those with the most messages.
        ACTIVITY_PARTNERS_MAX: usize = 100, past "the others are left out";
    }
    "Exports and delta walks" {
        /// Events of a chat that one page of a delta walk looks at, whether or not they are of
        /// messages that are told.
        DELTA_SCANNED_MAX: usize = 20_000,
            past "the page is shorter, perhaps empty, the rest follows";
        /// Messages on one page of an export: Graph has 50, but an archive of a million messages
        /// should not take 20,000 requests.
        EXPORT_PAGE_ENTRIES_MAX: usize = 1_000, past "400 `invalid`";
        /// Bytes of message bodies after which a page of an export ends, however many it has.
        EXPORT_PAGE_BYTES_MAX: usize = 4 * 1024 * 1024,
            past "the page is shorter, the rest follows";
        /// Messages that one page of an export looks at, whether or not they are wanted; also those
        /// that only tell from where on a chat has to be read.
        EXPORT_SCANNED_MAX: usize = 50_000,
            past "the page is shorter, perhaps empty, the rest follows";
        /// Chats that one page of an export looks into.
        EXPORT_CHATS_MAX: usize = 2_000,
            past "the page is shorter, perhaps empty, the rest follows";
        /// How long the links of an export lead on after it was begun.
        EXPORT_AGE_MS_MAX: i64 = 7 * 24 * 60 * 60 * 1000, past "400 `invalid`: begin again";
    }
    "Push" {
        /// Frames that wait for one push connection.
        PUSH_QUEUE_MAX: usize = 256, past "close code 4000: resume";
        /// Notices that wait for one listener of the bus.
        NOTICES_WAITING_MAX: usize = 4_096, past "the writer waits, and nothing is lost";
        /// Events that one resume replays.
        PUSH_REPLAY_MAX: usize = 10_000, past "close code 4001: fetch afresh";
        /// Push connections of one account.
        PUSH_CONNECTIONS_PER_ACCOUNT_MAX: usize = 64, past "429 `tooMany`";
        /// Chats, those looked at last, whose people are told at once when an administrator's
        /// change alters whether they may write.
        CHATS_WATCHED_MAX: usize = 20_000, past "they see it when they look, resume or write";
        /// Bytes of a frame that a push client may send.
        PUSH_FRAME_BYTES_MAX: usize = 4 * 1024, past "close code 1002";
    }
    "Change notifications" {
        /// Subscriptions to change notifications of one account.
        SUBSCRIPTIONS_PER_ACCOUNT_MAX: usize = 100, past "403 `limitReached`";
        /// Subscriptions to change notifications of everybody in one organisation.
        SUBSCRIPTIONS_PER_ORGANISATION_MAX: usize = 10_000, past "403 `limitReached`";
        /// The shortest life of a subscription.
        SUBSCRIPTION_AGE_MS_MIN: i64 = 45 * 60 * 1000, past "what is shorter lasts so long";
        /// The longest life of a subscription to presence, or without a lifecycle URL.
        SUBSCRIPTION_AGE_WITHOUT_LIFECYCLE_MS_MAX: i64 = 60 * 60 * 1000, past "400 `invalid`";
        /// The longest life of any other subscription.
        SUBSCRIPTION_AGE_MS_MAX: i64 = 3 * 24 * 60 * 60 * 1000, past "400 `invalid`";
        /// How long before its end a subscriber is told so.
        SUBSCRIPTION_EXPIRY_TOLD_BEFORE_MS: i64 = 15 * 60 * 1000,
            past "`reauthorizationRequired` is told";
        /// Bytes of a notification URL.
        NOTIFICATION_URL_BYTES_MAX: usize = 2_048, past "400 `invalid`";
        /// Characters of a subscription's `clientState`, and of the name of its certificate.
        CLIENT_STATE_CHARACTERS_MAX: usize = 128, past "400 `invalid`";
        /// Bytes of the base64 of a subscriber's certificate.
        CERTIFICATE_BYTES_MAX: usize = 16 * 1024, past "400 `invalid`";
        /// People in one subscription to presence, as in one presence query.
        SUBSCRIBED_PRESENCES_MAX: usize = 650, past "400 `invalid`";
        /// Notifications in one request to a subscriber.
        WEBHOOK_BATCH_MAX: usize = 100, past "the rest comes in the next";
        /// Bytes of one request to a subscriber; a single notification may be larger.
        WEBHOOK_BODY_BYTES_MAX: usize = 1024 * 1024, past "the rest comes in the next";
        /// Bytes of a subscriber's answer that are read.
        WEBHOOK_ANSWER_BYTES_MAX: usize = 4 * 1024, past "the rest is not read";
        /// How long a subscriber may take to answer.
        WEBHOOK_ANSWER_WITHIN_MS: i64 = 3_000, past "it is tried again";
        /// How long a receiver may take to validate its address.
        WEBHOOK_VALIDATION_WITHIN_MS: i64 = 10_000, past "400 `validationFailed`";
        /// How long a delivery is tried.
        WEBHOOK_RETRY_MS_MAX: i64 = 4 * 60 * 60 * 1000,
            past "the notifications are dropped, and `missed` is told";
        /// Lifecycle notifications of one account that wait to be delivered; of a kind one for each
        /// subscription waits, the newest.
        LIFECYCLE_WAITING_PER_ACCOUNT_MAX: usize = 300, past "the oldest are dropped";
        /// Host names of subscribers that are looked up at the same time.
        WEBHOOK_LOOKUPS_MAX: usize = 256, past "the others wait";
        /// Host names of the subscribers of one account that are looked up at the same time. One
        /// that was given up counts until the system's resolver gives it up, too.
        WEBHOOK_LOOKUPS_PER_ACCOUNT_MAX: usize = 8, past "the others wait";
        /// Host names of the subscribers of one organisation, or of all personal accounts together,
        /// that are looked up at the same time.
        WEBHOOK_LOOKUPS_PER_ORGANISATION_MAX: usize = 64, past "the others wait";
        /// Requests to subscribers at the same time.
        WEBHOOKS_IN_FLIGHT_MAX: usize = 512, past "the others wait";
        /// Requests to the subscribers of one account at the same time.
        WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX: usize = 8, past "the others wait";
        /// Requests to the subscribers of one organisation, or of all personal accounts together,
        /// at the same time.
        WEBHOOKS_IN_FLIGHT_PER_ORGANISATION_MAX: usize = 128, past "the others wait";
        /// Requests to one host for the subscribers of one account at the same time.
        WEBHOOKS_IN_FLIGHT_PER_HOST_MAX: usize = 4, past "the others wait";
        /// Requests at the same time that failed before. They have places of their own.
        WEBHOOK_RETRIES_IN_FLIGHT_MAX: usize = 64, past "the others wait";
        /// Such requests for one organisation, or all personal accounts together.
        WEBHOOK_RETRIES_IN_FLIGHT_PER_ORGANISATION_MAX: usize = 16, past "the others wait";
        /// Such requests for one account.
        WEBHOOK_RETRIES_IN_FLIGHT_PER_ACCOUNT_MAX: usize = 2, past "the others wait";
        /// Such requests for one account to one host.
        WEBHOOK_RETRIES_IN_FLIGHT_PER_HOST_MAX: usize = 1, past "the others wait";
        /// Addresses that are validated at the same time. They have places of their own.
        WEBHOOK_VALIDATIONS_IN_FLIGHT_MAX: usize = 64, past "the others wait";
        /// Addresses that are validated at the same time for one organisation, or for all personal
        /// accounts together.
        WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ORGANISATION_MAX: usize = 16, past "the others wait";
        /// Addresses that are validated at the same time for one account.
        WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ACCOUNT_MAX: usize = 2, past "the others wait";
        /// How long a validation waits for its place.
        WEBHOOK_VALIDATION_WAITS_MS_MAX: i64 = 15_000, past "429 `tooMany`";
    }
    "Writing" {
        /// Use cases that wait for the writer.
        WRITE_QUEUE_MAX: usize = 8_192, past "503 `overloaded`, at once";
        /// Use cases in one commit of the writer.
        WRITE_BATCH_MAX: usize = 256, past "the rest waits for the next commit";
    }
}

const _: () = assert!(MESSAGE_BODY_BYTES_MAX * 8 < REQUEST_BODY_BYTES_MAX);
const _: () = assert!(
    HOSTED_CONTENTS_BYTES_MAX * 4 / 3 + MESSAGE_BODY_BYTES_MAX * 4 < REQUEST_BODY_BYTES_MAX
);
const _: () = assert!(MEMBERS_ADDED_MAX <= CHAT_MEMBERS_MAX);
