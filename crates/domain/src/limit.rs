//! Every limit of the product, named in one place (P9).
//!
//! Restated for people in `docs/reference/limits.md`, which a test compares with this file.

/// Bytes of a message body after cleaning, U-74.
pub const MESSAGE_BODY_BYTES_MAX: usize = 28 * 1024;
/// Members of a group chat, G-01 and decision Q-29.
pub const CHAT_MEMBERS_MAX: usize = 250;
/// Members added in one call, G-01.
pub const MEMBERS_ADDED_MAX: usize = 200;
/// Messages sent to an external person before they accept, S-20 and decision Q-17.
pub const PENDING_MESSAGES_MAX: u32 = 10;
/// Above this many members a chat has no typing, presence and read marks, G-14.
pub const LIVE_SIGNALS_MEMBERS_MAX: usize = 20;
/// Entries of one domain list, A-05, A-11.
pub const DOMAIN_LIST_MAX: usize = 4_000;
/// Blocked external people of an organisation, A-64.
pub const BLOCKED_USERS_MAX: usize = 200;
/// Groups to which policies of one type may be assigned, A-106.
pub const GROUP_ASSIGNMENTS_MAX: usize = 64;
/// Policies of one type in an organisation, Global included.
pub const POLICIES_MAX: usize = 500;
/// Addresses that one resolve call may ask for.
pub const RESOLVE_IDENTITIES_MAX: usize = 20;
/// People named in one policy assignment call, A-113.
pub const ASSIGNMENTS_PER_CALL_MAX: usize = 5_000;
/// Entries of a page of any collection.
pub const PAGE_ENTRIES_MAX: usize = 50;
/// Entries of a page of the directory, of groups and of the audit trail.
pub const ADMIN_PAGE_ENTRIES_MAX: usize = 999;
/// Bytes of a request body: room for 5,000 assignments in the words of an SDK.
pub const REQUEST_BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Bytes of the head of a request: its first line and all headers.
pub const REQUEST_HEAD_BYTES_MAX: usize = 64 * 1024;
/// How deep objects and lists of a request body may be in each other.
pub const JSON_DEPTH_MAX: usize = 32;
/// Counters of one limit of rates that are kept at once; past it those who are new wait until idle
/// ones are forgotten.
pub const RATE_COUNTERS_MAX: usize = 1_048_576;
/// Bytes of an idempotency key.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 128;
/// How long an idempotency key is remembered: one day, in milliseconds.
pub const IDEMPOTENCY_AGE_MS_MAX: i64 = 24 * 60 * 60 * 1000;
/// Characters of a password, least and most.
pub const PASSWORD_CHARACTERS_MIN: usize = 8;
/// See [`PASSWORD_CHARACTERS_MIN`].
pub const PASSWORD_CHARACTERS_MAX: usize = 256;
/// Characters of a display name or a chat's topic.
pub const NAME_CHARACTERS_MAX: usize = 256;
/// Bytes of an e-mail address, RFC 5321 section 4.5.3.1.3.
pub const EMAIL_BYTES_MAX: usize = 254;
/// Mentions in a message.
pub const MENTIONS_MAX: usize = 50;
/// Messages quoted in one reply, as Graph's `replyWithQuote`.
pub const QUOTES_MAX: usize = 10;
/// Images in a message, U-74.
pub const HOSTED_CONTENTS_MAX: usize = 10;
/// Bytes of an image in a message.
pub const HOSTED_CONTENT_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of all images in a message; with the text they fit into a request as base64.
pub const HOSTED_CONTENTS_BYTES_MAX: usize = 1_408 * 1024;
/// Versions of an edited message that are kept; an edit past it is refused.
pub const MESSAGE_VERSIONS_MAX: usize = 200;
/// Different reactions of one person on one message.
pub const REACTIONS_PER_PERSON_MAX: usize = 20;
/// Bytes of a reaction.
pub const REACTION_BYTES_MAX: usize = 64;
/// People whom one account may block.
pub const BLOCKED_CONTACTS_MAX: usize = 1_000;
/// Bearer tokens and sessions of one account.
pub const TOKENS_MAX: usize = 100;
/// Accounts that are signed in in one browser at once.
pub const SESSIONS_PER_BROWSER_MAX: usize = 8;
/// Domains of an organisation.
pub const ORGANISATION_DOMAINS_MAX: usize = 100;
/// Verified addresses of an account.
pub const ADDRESSES_MAX: usize = 20;
/// Groups of an organisation.
pub const GROUPS_MAX: usize = 10_000;
/// Commands that wait for the writer; past it a request is answered 503 at once.
pub const WRITE_QUEUE_MAX: usize = 8_192;
/// Commands that one commit of the writer holds.
pub const WRITE_BATCH_MAX: usize = 256;
/// Frames that wait for one push connection; past it the client is told to resume.
pub const PUSH_QUEUE_MAX: usize = 256;
/// Notices that wait for one listener of the bus; past it the writer waits, so that nothing that
/// was committed is lost.
pub const NOTICES_WAITING_MAX: usize = 4_096;
/// Events that one resume replays; past it the client is told to fetch afresh.
pub const PUSH_REPLAY_MAX: usize = 10_000;
/// Push connections of one account.
pub const PUSH_CONNECTIONS_PER_ACCOUNT_MAX: usize = 64;
/// Bytes of a frame that a push client may send.
pub const PUSH_FRAME_BYTES_MAX: usize = 4 * 1024;
/// Requests in one `$batch`, as Graph has it.
pub const BATCH_REQUESTS_MAX: usize = 20;
/// Bytes of the name that a request has within its batch.
pub const BATCH_ID_BYTES_MAX: usize = 128;
/// Bytes of what the requests of one batch are answered together.
pub const BATCH_ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Messages on one page of an export: Graph has 50; an archive of a million messages should not take
/// 20,000 requests.
pub const EXPORT_PAGE_ENTRIES_MAX: usize = 1_000;
/// Bytes of message bodies after which a page of an export ends, however many it has.
pub const EXPORT_PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Messages that one page of an export looks at, whether or not they are wanted.
pub const EXPORT_SCANNED_MAX: usize = 50_000;
/// Chats that one page of an export looks into.
pub const EXPORT_CHATS_MAX: usize = 2_000;
/// How long the links of an export lead on after it was begun: a week, in milliseconds.
pub const EXPORT_AGE_MS_MAX: i64 = 7 * 24 * 60 * 60 * 1000;
/// Chats that a simulation of changed external access looks through; past it it says "at least".
pub const SIMULATED_CHATS_MAX: usize = 5_000;
/// People in those chats, present and former; past it a simulation says "at least".
pub const SIMULATED_MEMBERSHIPS_MAX: usize = 10_000;
/// Accounts whose effective policies a simulation compares; past it it says "at least".
pub const SIMULATED_ACCOUNTS_MAX: usize = 20_000;
/// Days that a report of external activity covers.
pub const ACTIVITY_DAYS_MAX: usize = 31;
/// Entries of the trail that a report of external activity counts; past it it says so.
pub const ACTIVITY_ENTRIES_MAX: usize = 50_000;
/// Bytes of descriptions of participants that such a report reads; past it it says so.
pub const ACTIVITY_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Partners that such a report names, those with the most messages.
pub const ACTIVITY_PARTNERS_MAX: usize = 100;
/// Programs that may say something of one person's presence at once; the oldest gives way.
pub const PRESENCE_SESSIONS_MAX: usize = 16;
/// Characters of what people say of themselves beside their presence, as in Teams.
pub const STATUS_MESSAGE_CHARACTERS_MAX: usize = 280;
/// Ids in one presence query, as Graph's `getPresencesByUserId`.
pub const PRESENCES_PER_CALL_MAX: usize = 650;
/// Subscriptions to change notifications of one account.
pub const SUBSCRIPTIONS_PER_ACCOUNT_MAX: usize = 100;
/// Subscriptions to change notifications of everybody in one organisation.
pub const SUBSCRIPTIONS_PER_ORGANISATION_MAX: usize = 10_000;
/// The shortest life of a subscription: 45 minutes, in milliseconds; what is shorter becomes this.
pub const SUBSCRIPTION_AGE_MS_MIN: i64 = 45 * 60 * 1000;
/// The longest life of a subscription to presence, or without a lifecycle URL: one hour.
pub const SUBSCRIPTION_AGE_WITHOUT_LIFECYCLE_MS_MAX: i64 = 60 * 60 * 1000;
/// The longest life of any other subscription: three days.
pub const SUBSCRIPTION_AGE_MS_MAX: i64 = 3 * 24 * 60 * 60 * 1000;
/// How long before its end a subscriber is told so: 15 minutes, in milliseconds.
pub const SUBSCRIPTION_EXPIRY_TOLD_BEFORE_MS: i64 = 15 * 60 * 1000;
/// Bytes of a notification URL.
pub const NOTIFICATION_URL_BYTES_MAX: usize = 2_048;
/// Characters of a subscription's `clientState`, and of the name of its certificate.
pub const CLIENT_STATE_CHARACTERS_MAX: usize = 128;
/// Bytes of the base64 of a subscriber's certificate.
pub const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;
/// People in one subscription to presence, as in one presence query.
pub const SUBSCRIBED_PRESENCES_MAX: usize = 650;
/// Notifications in one request to a subscriber.
pub const WEBHOOK_BATCH_MAX: usize = 100;
/// Bytes of one request to a subscriber; a single notification may be larger.
pub const WEBHOOK_BODY_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a subscriber's answer that are read.
pub const WEBHOOK_ANSWER_BYTES_MAX: usize = 4 * 1024;
/// How long a subscriber may take to answer: 3 seconds, in milliseconds.
pub const WEBHOOK_ANSWER_WITHIN_MS: i64 = 3_000;
/// How long a receiver may take to validate its address: 10 seconds, in milliseconds.
pub const WEBHOOK_VALIDATION_WITHIN_MS: i64 = 10_000;
/// How long a delivery is tried: 4 hours, in milliseconds; past it notifications are dropped.
pub const WEBHOOK_RETRY_MS_MAX: i64 = 4 * 60 * 60 * 1000;
/// Requests to subscribers at the same time.
pub const WEBHOOKS_IN_FLIGHT_MAX: usize = 512;
/// Requests to the subscribers of one account at the same time.
pub const WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX: usize = 8;

const _: () = assert!(MESSAGE_BODY_BYTES_MAX * 8 < REQUEST_BODY_BYTES_MAX);
const _: () = assert!(
    HOSTED_CONTENTS_BYTES_MAX * 4 / 3 + MESSAGE_BODY_BYTES_MAX * 4 < REQUEST_BODY_BYTES_MAX
);
const _: () = assert!(MEMBERS_ADDED_MAX <= CHAT_MEMBERS_MAX);
