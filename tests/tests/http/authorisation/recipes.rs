//! How each operation is called, so that somebody who may do it can do it.
//!
//! A new operation needs a line in `BODIES` when it takes a body, and one in `KEYS` when what
//! stands in its path is not what usually stands there. What is in braces is made afresh for each
//! call; `matrix.rs` says how.

/// The body of an operation.
pub(crate) const BODIES: &[(&str, &str)] = &[
    ("POST /v1.0/$batch", r#"{"requests": [{"id": "1", "method": "GET", "url": "/me"}]}"#),
    (
        "POST /v1.0/teamwork/determineIfInteractionIsAllowed",
        r#"{"interactionType": "createChat", "users": [{"email": "b@b.test"}]}"#,
    ),
    ("PATCH /v1.0/admin/teams/externalAccess/configuration", "{}"),
    (
        "POST /v1.0/admin/teams/externalAccess/explain",
        r#"{"actor": {"email": "a@a.test"}, "target": {"email": "p@mail.test"}}"#,
    ),
    ("POST /v1.0/admin/teams/externalAccess/policies", r#"{"identity": "Tag:{word}"}"#),
    ("POST /v1.0/admin/teams/externalAccess/policies/{identity}/assign", GROUP),
    ("POST /v1.0/admin/teams/externalAccess/policies/{identity}/unassign", ASSIGNED),
    (
        "POST /v1.0/admin/teams/externalAccess/simulate",
        r#"{"configuration": {"allowTeamsConsumer": false}}"#,
    ),
    (
        "POST /v1.0/admin/teams/policy/userAssignments/assign",
        r#"{"value": [{"userId": "{subject}", "policyId": "{identity}"}]}"#,
    ),
    (
        "POST /v1.0/admin/teams/policy/userAssignments/unassign",
        r#"{"value": [{"userId": "{subject}"}]}"#,
    ),
    (
        "POST /v1.0/auth/signIn",
        r#"{"address": "a2@a.test", "password": "correct horse battery", "tokenName": "T"}"#,
    ),
    (
        "POST /v1.0/chats",
        r#"{"chatType": "group", "members": [{"roles": ["owner"], "userId": "{caller}"},
            {"roles": ["owner"], "user@odata.bind": "/users('a2@a.test')"}]}"#,
    ),
    ("PATCH /v1.0/chats/{chat_id}", r#"{"topic": "New"}"#),
    (
        "POST /v1.0/chats/{chat_id}/members",
        r#"{"roles": ["owner"], "user@odata.bind": "/users('a2@a.test')"}"#,
    ),
    (
        "POST /v1.0/chats/{chat_id}/members/add",
        r#"{"values": [{"roles": ["owner"], "user@odata.bind": "/users('a2@a.test')"}]}"#,
    ),
    ("POST /v1.0/chats/{chat_id}/members/remove", r#"{"values": [{"userId": "{member_id}"}]}"#),
    ("POST /v1.0/chats/{chat_id}/messages", MESSAGE),
    (
        "POST /v1.0/chats/{chat_id}/messages/replyWithQuote",
        r#"{"messageIds": ["{message_id}"], "replyMessage": {"body": {"content": "x"}}}"#,
    ),
    ("PATCH /v1.0/chats/{chat_id}/messages/{message_id}", MESSAGE),
    ("POST /v1.0/chats/{chat_id}/messages/{message_id}/report", r#"{"reason": "spam"}"#),
    ("POST /v1.0/chats/{chat_id}/messages/{message_id}/setReaction", r#"{"reactionType": "like"}"#),
    (
        "POST /v1.0/chats/{chat_id}/messages/{message_id}/unsetReaction",
        r#"{"reactionType": "heart"}"#,
    ),
    (
        "POST /v1.0/chats/{chat_id}/pinnedMessages",
        r#"{"message@odata.bind": "/chats/{chat_id}/messages/{message_id}"}"#,
    ),
    ("POST /v1.0/chats/{chat_id}/removeAllAccessForUser", r#"{"user": {"id": "{owner}"}}"#),
    ("POST /v1.0/chats/{chat_id}/report", r#"{"reason": "spam"}"#),
    ("POST /v1.0/communications/getPresencesByUserId", r#"{"ids": ["{owner}"]}"#),
    ("POST /v1.0/deployment/accounts", r#"{"displayName": "N", "mail": "{word}@mail.test"}"#),
    ("POST /v1.0/deployment/organisations", r#"{"displayName": "O", "domains": ["{word}.test"]}"#),
    ("PATCH /v1.0/deployment/organisations/{organisation_id}", r#"{"trustClass": "standard"}"#),
    (
        "POST /v1.0/deployment/organisations/{organisation_id}/domains",
        r#"{"domain": "{word}.test"}"#,
    ),
    ("POST /v1.0/groups", r#"{"displayName": "G"}"#),
    ("PATCH /v1.0/groups/{group_id}", r#"{"displayName": "H"}"#),
    ("POST /v1.0/users/{user_id}/addAddress", r#"{"address": "{word}@a.test"}"#),
    ("POST /v1.0/users/{user_id}/setPassword", r#"{"password": "another password"}"#),
    (
        "POST /v1.0/groups/{group_id}/members/$ref",
        r#"{"@odata.id": "https://a.test/v1.0/users/{subject}"}"#,
    ),
    ("POST /v1.0/me/externalContacts/blocked", r#"{"email": "q@mail.test"}"#),
    ("POST /v1.0/me/externalContacts/resolve", r#"{"identities": [{"email": "b@b.test"}]}"#),
    ("POST /v1.0/me/presence/clearPresence", SESSION),
    ("POST /v1.0/me/presence/setPresence", SESSION),
    ("POST /v1.0/me/presence/setStatusMessage", STATUS),
    ("POST /v1.0/me/presence/setUserPreferredPresence", PREFERRED),
    ("PATCH /v1.0/me/settings/externalChat", r#"{"showPresenceToExternal": true}"#),
    ("POST /v1.0/me/tokens", r#"{"name": "T"}"#),
    (
        "POST /v1.0/setup",
        r#"{"code": "x", "organisationName": "O", "domain": "o.test", "displayName": "N",
            "userPrincipalName": "n@o.test", "password": "correct horse battery"}"#,
    ),
    (
        "POST /v1.0/subscriptions",
        r#"{"resource": "me/chats", "changeType": "created", "notificationUrl": "{receiver}",
            "expirationDateTime": "{soon}"}"#,
    ),
    ("PATCH /v1.0/subscriptions/{subscription_id}", r#"{"expirationDateTime": "{soon}"}"#),
    ("POST /v1.0/users", r#"{"displayName": "N", "userPrincipalName": "{word}@a.test"}"#),
    ("PATCH /v1.0/users/{user_id}", r#"{"jobTitle": "X"}"#),
    ("POST /v1.0/users/{user_id}/presence/clearPresence", SESSION),
    ("POST /v1.0/users/{user_id}/presence/setPresence", SESSION),
    ("POST /v1.0/users/{user_id}/presence/setStatusMessage", STATUS),
    ("POST /v1.0/users/{user_id}/presence/setUserPreferredPresence", PREFERRED),
];

const GROUP: &str = r#"{"groupId": "{group_id}"}"#;
const ASSIGNED: &str = r#"{"groupId": "{assigned_group}"}"#;
const MESSAGE: &str = r#"{"body": {"content": "x"}}"#;
const SESSION: &str = r#"{"sessionId": "0198a6a2-7b5c-7c3e-9d6f-0a1b2c3d4e5f", "availability": "Available", "activity": "Available"}"#;
const STATUS: &str = r#"{"statusMessage": {"message": {"content": "x"}}}"#;
const PREFERRED: &str = r#"{"availability": "Busy", "activity": "Busy"}"#;

/// What stands in the path of the operations that begin so, where it is not the usual thing.
pub(crate) const KEYS: &[(&str, &str, &str)] = &[
    ("POST /v1.0/chats/{chat_id}/acceptRequest", "{chat_id}", "{request}"),
    ("POST /v1.0/chats/{chat_id}/blockRequest", "{chat_id}", "{request}"),
    ("POST /v1.0/chats/{chat_id}/declineRequest", "{chat_id}", "{request}"),
    ("GET /v1.0/chats/{chat_id}/requestPreview", "{chat_id}", "{request}"),
    (
        "POST /v1.0/chats/{chat_id}/messages/{message_id}/undoSoftDelete",
        "{message_id}",
        "{deleted}",
    ),
    ("GET /v1.0/chats/{chat_id}/messages/{message_id}/hosted", "{message_id}", "{pictured}"),
    ("GET /v1.0/communications/presences/{user_id}", "{user_id}", "{owner}"),
    ("DELETE /v1.0/groups/{group_id}/members/{user_id}", "{user_id}", "{grouped}"),
    ("DELETE /v1.0/me/externalContacts/blocked/{user_id}", "{user_id}", "{blocked}"),
    ("GET /v1.0/users/{user_id}/chats/getAllMessages", "{user_id}", "{owner}"),
    ("GET /v1.0/admin/teams/policy/getPolicyId/{type}/{name}", "{type}", "ExternalAccessPolicy"),
    ("GET /v1.0/admin/teams/policy/getPolicyId/{type}/{name}", "{name}", "Global"),
    (
        "GET /v1.0/tenantRelationships/findTenantInformationByTenantId",
        "{tenant_id}",
        "{organisation_id}",
    ),
    ("GET /v1.0/tenantRelationships/findTenantInformationByDomainName", "{domain_name}", "a.test"),
    ("GET /v1.0/users/{user_id}/presence", "{user_id}", "{owner}"),
    ("POST /v1.0/users/{user_id}/presence", "{user_id}", "{owner}"),
];

/// What ends the token that it is called with: each caller does it with one of its own.
pub(crate) const ENDS_THE_TOKEN: &[&str] =
    &["POST /v1.0/auth/signOut", "DELETE /v1.0/auth/sessions"];

/// What nobody can do here, and why.
pub(crate) const NOBODY: &[(&str, &str)] = &[
    ("GET /v1.0/me/photo", "nobody has a picture"),
    ("GET /v1.0/me/photo/$value", "nobody has a picture"),
    ("GET /v1.0/users/{user_id}/photo", "nobody has a picture"),
    ("GET /v1.0/users/{user_id}/photo/$value", "nobody has a picture"),
    ("POST /v1.0/setup", "this deployment has been founded"),
];
