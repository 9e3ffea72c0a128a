//! Reports of messages, people and chats (U-50 to U-52): to those who look after the reporter's own
//! side, and to nobody else.
//!
//! A managed account's report stands in the trail of its organisation, where administrators find it;
//! a personal account's is kept for the operator. Neither has what a message says. What is reported
//! stays as it is, nobody who is reported learns of it, and it may be reported again (T-256).

use std::sync::Arc;

use visavis_domain::audit::{AuditKind, AuditRecord};
use visavis_domain::chat::ChatKind;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId, MessageId};
use visavis_domain::limit::REPORTS_PER_REPORTER_MAX;
use visavis_domain::report::{self, Report, ReportReason};
use visavis_store::Tx;

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::page::{self, PageRequest};
use crate::scene::{Scene, act};
use crate::subject::Subject;
use crate::view::{Card, Page};
use crate::{member, message};

/// What somebody reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// Why.
    pub reason: ReportReason,
    /// What they add.
    pub comment: Option<String>,
}

/// Reports a message of somebody else.
///
/// # Errors
///
/// [`Failure::NotFound`] for what the caller may not see; [`Failure::Invalid`] for one's own
/// messages, system lines and comments that are too long; [`Failure::TooMany`].
pub fn report_message(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
    report: NewReport,
) -> Outcome<()> {
    ctx.limits.check_report(ctx.caller.account)?;
    let mut scene = message::enter_to_read(tx, ctx, chat)?;
    let message = message::visible(tx, &scene, id)?;
    let sender = message.sender.filter(|_sender| !message.is_system());
    let person = sender.ok_or_else(|| {
        Failure::invalid("message", "A system line is nobody's, so it cannot be reported.")
    })?;
    must_be_somebody_else(ctx, person)?;
    keep(tx, ctx, &mut scene, Some(id), Some(person), report)
}

/// Reports somebody in a chat, or a group as a whole when nobody is named. In a chat of two it is
/// the other, and while a request waits, the one who asked.
///
/// # Errors
///
/// [`Failure::NotFound`] for chats and people whom the caller does not see there;
/// [`Failure::Invalid`] for oneself and for comments that are too long; [`Failure::TooMany`].
pub fn report_chat(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    person: Option<AccountId>,
    report: NewReport,
) -> Outcome<()> {
    ctx.limits.check_report(ctx.caller.account)?;
    let mut scene = Scene::enter(tx, ctx, chat)?;
    let person = match person {
        Some(person) => {
            must_be_somebody_else(ctx, person)?;
            let shown = member::all(tx, ctx, &scene)?;
            let is_shown = shown.iter().any(|member| member.person.card.id == person)
                || meant(&scene) == Some(person);
            if !is_shown {
                return Err(Failure::NotFound);
            }
            Some(person)
        }
        None => meant(&scene),
    };
    keep(tx, ctx, &mut scene, None, person, report)
}

/// Who is meant when nobody is named.
fn meant(scene: &Scene) -> Option<AccountId> {
    match scene.chat.kind {
        _ if scene.me.is_pending() => scene.me.requested_by,
        ChatKind::OneOnOne => scene.roster.other(scene.me.account).map(|o| o.membership.account),
        ChatKind::Group => None,
    }
}

fn must_be_somebody_else(ctx: &Context<'_>, person: AccountId) -> Outcome<()> {
    if person == ctx.caller.account {
        return Err(Failure::invalid("user", "You cannot report yourself."));
    }
    Ok(())
}

/// Writes a report where the reporter's own side finds it.
///
/// # Errors
///
/// [`Failure::Invalid`] for comments that are too long.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    message: Option<MessageId>,
    person: Option<AccountId>,
    report: NewReport,
) -> Outcome<()> {
    let NewReport { reason, comment } = report;
    let comment = report::comment(comment.as_deref())
        .map_err(|why| Failure::invalid("comment", why.to_string()))?;
    if ctx.caller.home == Home::Personal {
        let kept = Report {
            at: ctx.now,
            reporter: ctx.caller.account,
            chat: scene.chat.id.clone(),
            message,
            person,
            reason,
            comment,
        };
        tx.insert_report(scene.chat.key, &kept, REPORTS_PER_REPORTER_MAX)?;
        return Ok(());
    }
    let detail = serde_json::json!({
        "person": person,
        "reason": reason.as_str(),
        "comment": comment,
    })
    .to_string();
    let record = AuditRecord {
        message,
        ..act(ctx, Some(ctx.caller.account), AuditKind::UserReported, &detail)
    };
    scene.record_own(tx, ctx, &record)
}

/// A report as the operator sees it.
#[derive(Debug, Clone)]
pub struct ReportView {
    /// Its place among all of them.
    pub entry: i64,
    /// What was reported.
    pub report: Report,
    /// Who reported.
    pub reporter: Option<Arc<Card>>,
    /// Who is meant.
    pub person: Option<Arc<Card>>,
}

/// What personal accounts have reported, the newest first, for the operator.
///
/// # Errors
///
/// [`Failure::NoPermission`]; [`Failure::Invalid`] for a cursor that is not ours.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, page: &PageRequest) -> Outcome<Page<ReportView>> {
    ctx.caller.operates()?;
    let mut reports = tx.list_reports(page.cursor_number()?, page.top + 1)?;
    let has_more = reports.len() > page.top;
    reports.truncate(page.top);
    let last = reports.last().filter(|_last| has_more);
    let next = last.map(|(entry, _report)| page::cursor_of_number(*entry));
    let items = reports.into_iter().map(|(entry, report)| {
        let reporter = card(tx, ctx, Some(report.reporter))?;
        let person = card(tx, ctx, report.person)?;
        Ok(ReportView { entry, report, reporter, person })
    });
    Ok(Page { items: items.collect::<Outcome<_>>()?, next })
}

fn card(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    account: Option<AccountId>,
) -> Outcome<Option<Arc<Card>>> {
    let Some(account) = account else { return Ok(None) };
    Ok(Subject::find(tx, ctx, account)?.map(|subject| subject.outside_card))
}
