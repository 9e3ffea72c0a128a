//! Refusals on the wire: status and sentence of every reason, and what to do about it.

use axum::http::StatusCode;
use visavis_policy::reason::Reason;

/// The status of a refusal whose reason the caller may learn.
pub(super) const fn status_of(reason: Reason) -> (StatusCode, &'static str) {
    match reason {
        Reason::DuplicateMember => (StatusCode::BAD_REQUEST, "BadRequest"),
        Reason::RiskNotAcknowledged => (StatusCode::CONFLICT, "Conflict"),
        Reason::NotFound | Reason::NotDiscoverable => (StatusCode::NOT_FOUND, "NotFound"),
        Reason::OrgFederationOff
        | Reason::PeerFederationOff
        | Reason::UserFederationOff
        | Reason::PeerUserFederationOff
        | Reason::OrgConsumerOff
        | Reason::UserConsumerOff
        | Reason::OrgConsumerInboundOff
        | Reason::UserConsumerInboundOff
        | Reason::DirectoryRestricted
        | Reason::DomainNotAllowed
        | Reason::DomainBlocked
        | Reason::PeerDomainRefused
        | Reason::TrialBlocked
        | Reason::OrgBlockedUser
        | Reason::PersonBlocked
        | Reason::UnverifiedPartner
        | Reason::RequestPending
        | Reason::PendingCap
        | Reason::GroupInitiatorRefused
        | Reason::GroupPairRefused
        | Reason::GroupFederationRestricted
        | Reason::BilateralLimit
        | Reason::Barrier
        | Reason::GroupFull
        | Reason::NotMember
        | Reason::NoPermission
        | Reason::FeatureOff
        | Reason::FileTypeBlocked
        | Reason::DlpBlocked => (StatusCode::FORBIDDEN, "Forbidden"),
    }
}

/// What a person is told. Only reasons that the caller may learn get here.
pub(super) const fn sentence(reason: Reason) -> &'static str {
    match reason {
        Reason::OrgFederationOff => "Your organisation does not talk to other organisations.",
        Reason::UserFederationOff => {
            "Your external access policy does not let you talk to other organisations."
        }
        Reason::OrgConsumerOff => "Your organisation does not talk to personal accounts.",
        Reason::UserConsumerOff => {
            "Your external access policy does not let you talk to personal accounts."
        }
        Reason::OrgConsumerInboundOff => {
            "Personal accounts may not contact people of your organisation first."
        }
        Reason::UserConsumerInboundOff => {
            "Your external access policy does not let personal accounts contact you first."
        }
        Reason::DirectoryRestricted => {
            "You can reach only personal accounts that are in your organisation's directory."
        }
        Reason::DomainNotAllowed => "Your organisation's list of allowed domains lacks this one.",
        Reason::DomainBlocked => "Your organisation blocks this domain.",
        Reason::TrialBlocked => "Your organisation does not talk to trial organisations.",
        Reason::OrgBlockedUser => "Your organisation blocks this person.",
        Reason::PersonBlocked => "You have blocked this person. Unblock them first.",
        Reason::UnverifiedPartner => {
            "Your organisation hears people of discovered partners only once you are in contact."
        }
        Reason::RequestPending => "A contact request has to be answered first.",
        Reason::PendingCap => {
            "You can send no more messages until the recipient accepts your request."
        }
        Reason::GroupInitiatorRefused => {
            "The terms of the one who created the group and of this person do not fit together."
        }
        Reason::GroupPairRefused => {
            "The terms of this person and of another member do not fit together."
        }
        Reason::GroupFederationRestricted => {
            "Somebody who may not talk to other organisations cannot be in this group."
        }
        Reason::BilateralLimit => {
            "A member's external access policy allows two organisations in a chat at most."
        }
        Reason::Barrier => "An information barrier stands between you.",
        Reason::GroupFull => "The group, or the call, has as many people as it can have.",
        Reason::DuplicateMember => "The same person is named twice, or is a member already.",
        Reason::NotMember => "You are not a member of this chat.",
        Reason::NoPermission => "You may not do this in this chat.",
        Reason::FeatureOff => "This is switched off here.",
        Reason::FileTypeBlocked => "Files of this type are blocked.",
        Reason::DlpBlocked => "A rule that prevents the loss of data blocks this.",
        Reason::RiskNotAcknowledged => {
            "This request looks like an impersonation. Preview it, then accept with \
             acknowledgeRisk: true."
        }
        Reason::PeerFederationOff
        | Reason::PeerUserFederationOff
        | Reason::PeerDomainRefused
        | Reason::NotFound
        | Reason::NotDiscoverable => "This person cannot be reached.",
    }
}

/// What to do about it, for the reference; nothing where the caller is never told the reason.
#[cfg(test)]
pub(super) const fn advice(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::OrgFederationOff | Reason::OrgConsumerOff | Reason::OrgConsumerInboundOff => {
            "An administrator can switch it on: `setting` names what"
        }
        Reason::UserFederationOff | Reason::UserConsumerOff | Reason::UserConsumerInboundOff => {
            "An administrator can assign another external access policy, or change this one"
        }
        Reason::DirectoryRestricted => "Ask an administrator to add the person to the directory",
        Reason::DomainNotAllowed => "An administrator can add the domain to the allowed ones",
        Reason::DomainBlocked => "An administrator can take the domain off the blocked ones",
        Reason::TrialBlocked => {
            "An administrator can allow the domain of the trial organisation, or all of them"
        }
        Reason::OrgBlockedUser => "An administrator can take the person off the blocked ones",
        Reason::PersonBlocked => "Unblock the person, if you want to hear from them",
        Reason::UnverifiedPartner => {
            "Write to the person first, or have an administrator allow the domain"
        }
        Reason::RequestPending => "Accept or decline the request, or wait for the other's answer",
        Reason::PendingCap => "Wait for the answer; what was sent is kept for them",
        Reason::GroupInitiatorRefused | Reason::GroupPairRefused => {
            "Leave the person out, or talk to them in a chat of two"
        }
        Reason::GroupFederationRestricted => {
            "Leave out those who may not talk to other organisations, or the external people"
        }
        Reason::BilateralLimit => "Make the chat with people of one other organisation only",
        Reason::Barrier => "Ask your compliance officers, if it is in the way of your work",
        Reason::GroupFull => "Remove somebody first, or make another group",
        Reason::DuplicateMember => "Name each person once; different addresses may be one person",
        Reason::NotMember => "Ask a member to add you",
        Reason::NoPermission => "Ask somebody who may, such as its initiator",
        Reason::FeatureOff => "Do without it, or ask an administrator",
        Reason::FileTypeBlocked => "Send it as another type",
        Reason::DlpBlocked => "Leave out what the rule protects",
        Reason::RiskNotAcknowledged => {
            "Read the preview and compare the address; accept with `acknowledgeRisk: true` only \
             if you know the sender"
        }
        Reason::PeerFederationOff
        | Reason::PeerUserFederationOff
        | Reason::PeerDomainRefused
        | Reason::NotFound
        | Reason::NotDiscoverable => return None,
    })
}
