//! What crosses the organisation's boundary, by day and by partner (4.7), from its own trail.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use visavis_domain::audit::AuditKind;
use visavis_domain::id::{AccountId, OrganisationId};
use visavis_domain::limit::{
    ACTIVITY_BYTES_MAX, ACTIVITY_ENTRIES_MAX, ACTIVITY_PARTNERS_MAX, PAGE_ENTRIES_MAX,
};
use visavis_domain::time::Timestamp;
use visavis_store::{AuditEntry, AuditFilter, Tx};

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::roster::{Described, DescribedMember};
use crate::trail::reader;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// By how much an entry may be older than one that was written before it, where a clock was set back.
const CLOCK_SLACK_MS: i64 = 60 * 60 * 1000;

/// What crossed the boundary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Whether everything in the time asked for was counted; else the newest part of it was.
    pub is_complete: bool,
    /// Every day (UTC) since then, the oldest first.
    pub days: Vec<Day>,
    /// With whom, those with the most messages first.
    pub partners: Vec<Partner>,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// When it began, UTC.
    pub at: Timestamp,
    /// Its numbers.
    pub numbers: Numbers,
}

/// An organisation by its people's domain, or all personal accounts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The domain of its people's addresses; none for personal accounts.
    pub domain: Option<String>,
    /// How many of the organisation's people wrote in chats with them. 0: nobody answered (P-61).
    pub people: usize,
    /// How many of them wrote.
    pub outsiders: usize,
    /// Its numbers.
    pub numbers: Numbers,
}

/// What is counted (P-60, P-62).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Messages that the organisation's people wrote in chats with outsiders.
    pub sent: usize,
    /// Messages that outsiders wrote.
    pub received: usize,
    /// Chats of two that outsiders started.
    pub one_on_one_from_outside: usize,
    /// Groups that outsiders started.
    pub groups_from_outside: usize,
    /// Chats with outsiders that the organisation's people started.
    pub started: usize,
}

/// The participants of an entry: who of them belongs to which partner.
#[derive(Debug, Default)]
struct Participants {
    is_one_on_one: bool,
    /// Own people have none.
    partners: HashMap<AccountId, Option<String>>,
}

/// Counts what crossed the boundary since a moment.
///
/// # Errors
///
/// [`Failure::NoPermission`].
pub fn since(tx: &mut Tx<'_>, ctx: &Context<'_>, from: Timestamp) -> Outcome<Activity> {
    let (key, id) = reader(tx, ctx)?;
    let mut report = Report::new(id, from, ctx.now);
    // Everything is looked at: what is older than asked for tells where to end.
    let mut filter = AuditFilter::default();
    let (mut entries, mut bytes) = (0, 0);
    loop {
        let page = tx.list_audit(key, &filter, PAGE_ENTRIES_MAX, ACTIVITY_ENTRIES_MAX)?;
        for entry in page.entries {
            if entry.record.at < from.plus_ms(-CLOCK_SLACK_MS) {
                return Ok(report.finish(true));
            }
            if entry.record.at < from {
                continue;
            }
            entries += 1;
            bytes += entry.context.as_ref().map_or(0, String::len);
            if entries > ACTIVITY_ENTRIES_MAX || bytes > ACTIVITY_BYTES_MAX {
                return Ok(report.finish(false));
            }
            report.count(&entry)?;
        }
        match page.next {
            Some(next) => filter.before = Some(next),
            None => return Ok(report.finish(true)),
        }
    }
}

/// The report while it grows.
#[derive(Debug)]
struct Report {
    own: OrganisationId,
    days: BTreeMap<i64, Numbers>,
    partners: HashMap<Option<String>, Sums>,
    known: HashMap<String, Arc<Participants>>,
}

/// What is known of one partner.
#[derive(Debug, Default)]
struct Sums {
    people: HashSet<AccountId>,
    outsiders: HashSet<AccountId>,
    numbers: Numbers,
}

impl Sums {
    const fn writers(&mut self, is_outsider: bool) -> &mut HashSet<AccountId> {
        if is_outsider { &mut self.outsiders } else { &mut self.people }
    }
}

impl Report {
    fn new(own: OrganisationId, from: Timestamp, now: Timestamp) -> Self {
        let (first, last) = (day_of(from), day_of(now));
        let days = (first..=last).map(|day| (day, Numbers::default())).collect();
        Self { own, days, partners: HashMap::new(), known: HashMap::new() }
    }

    fn count(&mut self, entry: &AuditEntry) -> Outcome<()> {
        let is_counted =
            matches!(entry.record.kind, AuditKind::MessageSent | AuditKind::ChatCreated);
        let (Some(actor), Some(context), true) = (entry.record.actor, &entry.context, is_counted)
        else {
            return Ok(());
        };
        let participants = self.participants(context)?;
        if participants.partners.is_empty() {
            return Ok(());
        }
        let partner = participants.partners.get(&actor);
        let add: fn(&mut Numbers) = match (entry.record.kind, partner, participants.is_one_on_one) {
            (AuditKind::MessageSent, None, _) => |numbers| numbers.sent += 1,
            (AuditKind::MessageSent, Some(_), _) => |numbers| numbers.received += 1,
            (_, None, _) => |numbers| numbers.started += 1,
            (_, Some(_), true) => |numbers| numbers.one_on_one_from_outside += 1,
            (_, Some(_), false) => |numbers| numbers.groups_from_outside += 1,
        };
        let wrote = entry.record.kind == AuditKind::MessageSent;
        add(self.days.entry(day_of(entry.record.at)).or_default());
        let concerned: HashSet<&Option<String>> = match partner {
            Some(partner) => HashSet::from([partner]),
            None => participants.partners.values().collect(),
        };
        let is_outsider = partner.is_some();
        for name in concerned {
            let sums = self.partners.entry(name.clone()).or_default();
            add(&mut sums.numbers);
            if wrote {
                sums.writers(is_outsider).insert(actor);
            }
        }
        Ok(())
    }

    fn participants(&mut self, context: &str) -> Outcome<Arc<Participants>> {
        if let Some(known) = self.known.get(context) {
            return Ok(Arc::clone(known));
        }
        let unreadable = |_error| Failure::Internal { code: "audit-context-unreadable" };
        let described: Described = serde_json::from_str(context).map_err(unreadable)?;
        let outside = described.members.iter().filter(|m| m.organisation_id != Some(self.own));
        let made = Arc::new(Participants {
            is_one_on_one: described.communication_type == "OneOnOne",
            partners: outside.map(|member| (member.id, partner_of(member))).collect(),
        });
        self.known.insert(context.to_owned(), Arc::clone(&made));
        Ok(made)
    }

    fn finish(self, is_complete: bool) -> Activity {
        let days = self.days.into_iter().map(|(day, numbers)| {
            let at = Timestamp::from_ms(day.saturating_mul(DAY_MS));
            Day { at, numbers }
        });
        let mut partners: Vec<_> = self
            .partners
            .into_iter()
            .map(|(domain, sums)| Partner {
                domain,
                people: sums.people.len(),
                outsiders: sums.outsiders.len(),
                numbers: sums.numbers,
            })
            .collect();
        let messages = |partner: &Partner| partner.numbers.sent + partner.numbers.received;
        partners
            .sort_by(|a, b| messages(b).cmp(&messages(a)).then_with(|| a.domain.cmp(&b.domain)));
        partners.truncate(ACTIVITY_PARTNERS_MAX);
        Activity { is_complete, days: days.collect(), partners }
    }
}

fn day_of(at: Timestamp) -> i64 {
    at.as_ms().div_euclid(DAY_MS)
}

/// All personal accounts are one partner, whatever their addresses.
fn partner_of(member: &DescribedMember) -> Option<String> {
    member.organisation_id?;
    let address = member.address.as_deref().unwrap_or_default();
    Some(address.rsplit_once('@').map_or("", |(_local, domain)| domain).to_owned())
}
