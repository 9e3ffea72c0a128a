//! Why somebody may or may not come into contact with somebody outside, for administrators.

use serde_json::Value;
use visavis_domain::home::Home;
use visavis_policy::explain::{self, Encounter, Explanation};
use visavis_policy::name::PolicyName;
use visavis_store::Tx;

use crate::approach::between;
use crate::context::Context;
use crate::external_access::reader;
use crate::failure::{Failure, Outcome};
use crate::subject::{Subject, UserKey};

/// Why two people may or may not come into contact.
#[derive(Debug, Clone)]
pub struct ExplainView {
    /// The rules of the own side, and what may be said of the other.
    pub explanation: Explanation,
    /// The policy that applies to the own person.
    pub policy: PolicyName,
    /// Whether the one outside makes the contact.
    pub is_inbound: bool,
    /// What the deciding setting is set to; lists are left out, they are long.
    pub value: Option<Value>,
}

/// Explains how `actor` would come to `target`. One of them has to be of the organisation.
///
/// It answers what resolving an address answers and no more (P6): it counts against the same limit
/// and treats an address that nobody has like one whose holder is not to be reached.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] when neither or both are the same person, or
/// none is of the organisation; [`Failure::NotReachable`] for an unknown id;
/// [`Failure::TooMany`].
pub fn explain(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    actor: &UserKey,
    target: &UserKey,
) -> Outcome<ExplainView> {
    let organisation = reader(ctx)?;
    ctx.limits.check_lookups(ctx.caller, 1)?;
    let from = Subject::named(tx, ctx, actor)?;
    let to = Subject::named(tx, ctx, target)?;
    let is_own = |subject: &Subject| {
        subject.account.is_some() && subject.home == Home::Organisation(organisation)
    };
    let is_inbound = !is_own(&from);
    let (own, other, other_key) = match is_inbound {
        false => (&from, &to, target),
        true => (&to, &from, actor),
    };
    if !is_own(own) {
        let words = "One of the two must be somebody of your organisation.";
        return Err(Failure::invalid("actor", words));
    }
    if own.account == other.account {
        return Err(Failure::invalid("target", "Name two different people."));
    }
    let class = class_of(tx, ctx, other, other_key)?;
    let relation = between(tx, &from, &to)?.relation;
    let explanation = explain::explain(&Encounter {
        own: &own.facts(),
        other: &other.facts(),
        class: &class.facts(),
        by: other.by,
        is_inbound,
        relation,
    });
    let terms = own.terms.as_ref().ok_or(Failure::Internal { code: "explained-without-terms" })?;
    let policy = own.policy.unwrap_or(terms.global());
    let setting = explanation.deciding.and_then(|exact| exact.setting);
    let value = setting.and_then(|setting| {
        value_of(terms.configuration(), setting.as_str())
            .or_else(|| value_of(terms.policy(policy), setting.as_str()))
    });
    let policy = terms.policy_name(policy).clone();
    Ok(ExplainView { explanation, policy, is_inbound, value })
}

/// The other as the address alone says. An id says who it is, but not what applies to them.
fn class_of(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    other: &Subject,
    key: &UserKey,
) -> Outcome<Subject> {
    match key {
        UserKey::Address(address) => Subject::of_class(tx, ctx, address),
        UserKey::Id(_) => Ok(Subject { account: None, policy: None, ..other.clone() }),
    }
}

fn value_of(settings: &impl serde::Serialize, name: &str) -> Option<Value> {
    let settings = serde_json::to_value(settings).ok()?;
    settings.get(name).filter(|value| value.is_boolean() || value.is_string()).cloned()
}
