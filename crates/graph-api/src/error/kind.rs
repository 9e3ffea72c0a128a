//! The kinds of failure: what each is on the wire, when it comes and what to do about it.
//!
//! `docs/reference/error-codes.md` is written from here, and from the table of refusals.

use axum::http::StatusCode;

/// What a person is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum Says {
    /// This.
    Always(&'static str),
    /// Something that depends on the request; an example of it.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are for the reference"))]
    SuchAs(&'static str),
}

use Says::{Always, SuchAs};

/// What is known of a kind of failure before it happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) status: StatusCode,
    /// Graph's code.
    pub(super) code: &'static str,
    /// Our own code, where it may say more than Graph's.
    pub(super) inner: Option<&'static str>,
    pub(super) says: Says,
}

macro_rules! kinds {
    ($($name:ident = $status:ident $code:literal $inner:expr, $says:expr,
        when $when:literal, then $advice:literal;)*) => {
        /// A kind of failure that is no refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Kind {
            $($name,)*
        }

        impl Kind {
            /// Every kind, in the order of the reference.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];

            /// What is known of it.
            pub(super) const fn known(self) -> Known {
                match self {
                    $(Self::$name => Known {
                        status: StatusCode::$status,
                        code: $code,
                        inner: $inner,
                        says: $says,
                    },)*
                }
            }

            /// When it comes and what to do about it, for the reference.
            #[cfg(test)]
            pub(super) const fn advice(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$name => ($when, $advice),)*
                }
            }
        }
    };
}

kinds! {
    Invalid = BAD_REQUEST "BadRequest" Some("invalid"),
        SuchAs("`topic` must not be empty."),
        when "The request cannot be understood",
        then "Mend the part that `target` names; the same request fails again";
    UnsupportedQueryOption = BAD_REQUEST "BadRequest" Some("unsupportedQueryOption"),
        SuchAs("`$apply` is not supported here."),
        when "A query option that is not answered at this address",
        then "Leave the option out that `target` names; `/reference` lists those of each address";
    ValidationFailed = BAD_REQUEST "BadRequest" Some("validationFailed"),
        SuchAs("`notificationUrl` was not validated: within 10 seconds it must answer 200 with \
                text/plain and the decoded validationToken, and nothing else."),
        when "A notification URL did not repeat the token, could not be reached, or leads inside: \
              which of them is not said",
        then "Make the receiver repeat the token, on an address that the server reaches from outside";
    AccountAmbiguous = BAD_REQUEST "BadRequest" Some("accountAmbiguous"),
        Always("Several accounts are signed in here: name the one that is meant in the header \
                X-Visavis-Account."),
        when "Several accounts are signed in in the browser and the request names none of them",
        then "Name one in `X-Visavis-Account` (the WebSocket: `?account=`)";
    NotInABatch = BAD_REQUEST "BadRequest" Some("notInABatch"),
        Always("This cannot be part of a batch: make the request by itself."),
        when "A request of a batch that is another batch, signs in or out, founds an organisation, \
              or opens the WebSocket",
        then "Make it by itself";
    NotSignedIn = UNAUTHORIZED "InvalidAuthenticationToken" Some("notSignedIn"),
        Always("Sign in first: send Authorization: Bearer with a valid token, or a session cookie."),
        when "No token or session, or one that is revoked or expired, or none of the account that \
              the request names",
        then "Sign in again, or have a new token made";
    InvalidCredentials = UNAUTHORIZED "InvalidAuthenticationToken" Some("invalidCredentials"),
        Always("The address or the password is wrong."),
        when "Sign-in with a wrong address or a wrong password: which of them is not said",
        then "Check both and try again; an administrator can set a new password";
    NoPermission = FORBIDDEN "Forbidden" Some("noPermission"),
        Always("Your roles do not permit this."),
        when "The caller's roles do not permit it",
        then "Ask an administrator, or somebody with the role: [authorisation.md](authorisation.md)";
    CrossOrigin = FORBIDDEN "Forbidden" Some("crossOrigin"),
        Always("A request with a session cookie must come from this site: it needs the header \
                Origin or Sec-Fetch-Site. Scripts use a bearer token."),
        when "A change with a session cookie from a page that is not the server's own",
        then "In a script, use a bearer token rather than the cookie";
    FeatureOff = FORBIDDEN "Forbidden" Some("featureOff"),
        SuchAs("Only messages can be attached so far."),
        when "Something that Graph has and this server does not have yet, or has switched off",
        then "Do without the part that `target` names";
    LimitReached = FORBIDDEN "Forbidden" Some("limitReached"),
        SuchAs("A message may name 50 people."),
        when "A limit of [limits.md](limits.md); the message says which",
        then "Ask for less, or make room by removing what is no longer needed";
    NotReachable = NOT_FOUND "NotFound" Some("notReachable"),
        Always("This person cannot be reached: the address may be wrong, or your organisations are \
                not set up to talk to each other."),
        when "Nobody has the address, its holder cannot be found by it, or the other side refuses: \
              which of them is not said",
        then "Check the address. If it is right, ask the person on another way, and your \
              administrators whether the organisations are to talk";
    UnknownRoute = NOT_FOUND "NotFound" Some("unknownRoute"),
        Always("There is no such address in this API. /openapi.json lists what there is."),
        when "No such address in the API",
        then "Check the path and its version, `/v1.0`";
    NotFound = NOT_FOUND "NotFound" None,
        Always("There is no such resource, or you may not see it."),
        when "No such thing, or none that the caller may know of",
        then "Check the id, and that the account that asks is the right one";
    DirectoryObjectNotFound = NOT_FOUND "Request_ResourceNotFound" None,
        Always("There is no such resource, or you may not see it."),
        when "The same for people and groups of the directory, as Graph calls it",
        then "Check the id, and that it is of the caller's own organisation";
    ImageNotFound = NOT_FOUND "ImageNotFound" None,
        Always("There is no picture of this person."),
        when "Somebody has no picture; nobody has one",
        then "Show the initials";
    MethodNotAllowed = METHOD_NOT_ALLOWED "MethodNotAllowed" None,
        Always("This address does not know the method; the header Allow lists those that it does."),
        when "The address is there, but not for this method",
        then "Use one that `Allow` lists";
    RequestTimeout = REQUEST_TIMEOUT "RequestTimeout" Some("requestTimeout"),
        Always("The body of the request did not arrive in time. Nothing was changed; send it again."),
        when "A request's body that comes too slowly, or not to its end",
        then "Send it again, with the same idempotency key; over a slow line send less at once";
    Conflict = CONFLICT "Conflict" Some("conflict"),
        SuchAs("The address belongs to an account already."),
        when "It is there already, or cannot be done in this state; also an idempotency key that \
              was used for another request",
        then "Read how it is now, then decide; for another request, use another key";
    SyncStateNotFound = GONE "Gone" Some("syncStateNotFound"),
        Always("This token is not from here. Begin again without one."),
        when "A `$skiptoken` or `$deltatoken` of a delta walk that was altered, or was given for \
              another chat, to somebody else or by another deployment",
        then "Begin again without a token";
    PreconditionFailed = PRECONDITION_FAILED "PreconditionFailed" None,
        Always("It has changed since you read it. Read it again, then change it."),
        when "It has changed since it was read (`If-Match`)",
        then "Read it again and make the change with the new ETag";
    MessageTooLarge = PAYLOAD_TOO_LARGE "RequestEntityTooLarge" Some("messageTooLarge"),
        Always("The message is too large: its body may have 28 KB after cleaning."),
        when "A message's body past 28 KB",
        then "Shorten it, or send it in parts";
    BatchTooLarge = PAYLOAD_TOO_LARGE "RequestEntityTooLarge" Some("batchTooLarge"),
        SuchAs("The answers of a batch have 16777216 bytes at most: make this request by itself."),
        when "A request of a batch whose answer has no more room in that of the batch",
        then "Make it by itself, or ask for fewer entries";
    RequestTooLarge = PAYLOAD_TOO_LARGE "RequestEntityTooLarge" Some("requestTooLarge"),
        SuchAs("The body of a request may have 2097152 bytes at most."),
        when "A request's body past its limit",
        then "Send less at once";
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE "UnsupportedMediaType" None,
        Always("Send the body as JSON, with Content-Type: application/json."),
        when "The body is not `application/json`",
        then "Send JSON, with its `Content-Type`";
    FailedDependency = FAILED_DEPENDENCY "FailedDependency" Some("failedDependency"),
        Always("A request on which this one depends failed, so it was not made."),
        when "A request of a batch that was not made, since one on which it depends failed",
        then "Mend the other one, then make both again";
    NoWebSocket = UPGRADE_REQUIRED "BadRequest" Some("invalid"),
        Always("A WebSocket of version 13 is opened here, and this request does not ask for one."),
        when "The address opens a WebSocket and this request, over HTTP/1.1, does not ask for one, \
              or for one of another version",
        then "Connect with a WebSocket client; a proxy must let the upgrade through";
    TooMany = TOO_MANY_REQUESTS "TooManyRequests" Some("tooMany"),
        Always("Too many requests of this kind. The header Retry-After says how long to wait."),
        when "Too many of this kind: the [rates](limits.md#rates)",
        then "Wait for the seconds of `Retry-After`, then try again";
    Internal = INTERNAL_SERVER_ERROR "InternalServerError" Some("internal"),
        Always("Something went wrong on the server. Quote the request-id when you report it."),
        when "A fault of the server",
        then "Report the `request-id`: the log has the cause under it";
    NotImplemented = NOT_IMPLEMENTED "NotImplemented" Some("notImplemented"),
        Always("Microsoft Graph has this, and this server does not."),
        when "Something that Graph has and this server does not",
        then "See [left-out.md](left-out.md) for why, and what there is instead";
    Overloaded = SERVICE_UNAVAILABLE "ServiceUnavailable" Some("overloaded"),
        Always("The server is busy. Nothing was changed; try again in a moment."),
        when "More waits for the writer than it takes",
        then "Try again after `Retry-After`, with the same idempotency key";
    StorageFull = SERVICE_UNAVAILABLE "ServiceUnavailable" Some("storageFull"),
        Always("The server's disk is full. Nothing was changed; reading goes on."),
        when "The disk is full",
        then "Try again later; operators make room, and no restart is needed";
    StorageReadOnly = SERVICE_UNAVAILABLE "ServiceUnavailable" Some("storageReadOnly"),
        Always("The server cannot write its database. Nothing was changed; reading goes on."),
        when "The database cannot be written",
        then "Try again later; operators let the server write its folder";
    ShuttingDown = SERVICE_UNAVAILABLE "ServiceUnavailable" Some("shuttingDown"),
        Always("The server is shutting down. Nothing was changed."),
        when "The server is stopping",
        then "Try again after `Retry-After`";
}
