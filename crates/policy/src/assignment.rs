//! Which policy applies to whom: ranks of groups, and the effective policy (section 2.7).

use serde::{Deserialize, Serialize};
use visavis_domain::id::GroupId;
use visavis_domain::limit::GROUP_ASSIGNMENTS_MAX;

use crate::name::PolicyName;

/// A policy assigned to a group. Lists of these are in the order of ranks, the first has rank 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupAssignment {
    /// The group.
    pub group: GroupId,
    /// Its policy.
    pub policy: PolicyName,
}

/// Why an assignment was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// The group has a policy of the type.
    #[error("the group has a policy of this type already")]
    AlreadyAssigned,
    /// The group has none.
    #[error("the group has no policy of this type")]
    NotAssigned,
    /// There are as many as there may be.
    #[error("policies of this type are assigned to {GROUP_ASSIGNMENTS_MAX} groups already")]
    TooMany,
}

/// The list with a new assignment at `rank`, which pushes that rank and those below down by one;
/// without a rank it is the lowest.
///
/// Any number may be given: 0 counts as 1, one past the end as the lowest.
///
/// # Errors
///
/// [`AssignmentError::AlreadyAssigned`], [`AssignmentError::TooMany`].
pub fn assigned(
    list: &[GroupAssignment],
    new: GroupAssignment,
    rank: Option<u32>,
) -> Result<Vec<GroupAssignment>, AssignmentError> {
    if rank_of(list, new.group).is_some() {
        return Err(AssignmentError::AlreadyAssigned);
    }
    if list.len() >= GROUP_ASSIGNMENTS_MAX {
        return Err(AssignmentError::TooMany);
    }
    Ok(inserted(list.to_vec(), new, rank))
}

/// The list with the group's policy replaced; it moves to `rank` if one is given, else it stays
/// where it is (T-221).
///
/// # Errors
///
/// [`AssignmentError::NotAssigned`].
pub fn reassigned(
    list: &[GroupAssignment],
    new: GroupAssignment,
    rank: Option<u32>,
) -> Result<Vec<GroupAssignment>, AssignmentError> {
    let old_rank = rank_of(list, new.group).ok_or(AssignmentError::NotAssigned)?;
    let rest = unassigned(list, new.group)?;
    Ok(inserted(rest, new, rank.or(Some(old_rank))))
}

/// The list without the group; the gap closes.
///
/// # Errors
///
/// [`AssignmentError::NotAssigned`].
pub fn unassigned(
    list: &[GroupAssignment],
    group: GroupId,
) -> Result<Vec<GroupAssignment>, AssignmentError> {
    let rest: Vec<_> = list.iter().filter(|entry| entry.group != group).cloned().collect();
    if rest.len() == list.len() { Err(AssignmentError::NotAssigned) } else { Ok(rest) }
}

/// The rank of a group, from 1.
#[must_use]
pub fn rank_of(list: &[GroupAssignment], group: GroupId) -> Option<u32> {
    (1..).zip(list).find(|(_rank, entry)| entry.group == group).map(|(rank, _entry)| rank)
}

fn inserted(
    mut list: Vec<GroupAssignment>,
    new: GroupAssignment,
    rank: Option<u32>,
) -> Vec<GroupAssignment> {
    let lowest = list.len();
    let place = rank.map_or(lowest, |rank| {
        usize::try_from(rank.saturating_sub(1)).map_or(lowest, |place| place.min(lowest))
    });
    list.insert(place, new);
    list
}

/// Where a policy comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Assigned to the person; counts as rank 0.
    Direct,
    /// Assigned to a group of which the person is a direct member.
    Group {
        /// The group.
        group: GroupId,
        /// Its rank, from 1.
        rank: u32,
    },
    /// The organisation's `Global`.
    Global,
}

/// A policy and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced {
    /// The policy.
    pub policy: PolicyName,
    /// Where it comes from.
    pub source: Source,
}

/// The policy that applies to a person, whole and unmerged, and everything that
/// was assigned to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The policy that applies.
    pub policy: PolicyName,
    /// Why.
    pub source: Source,
    /// Every source, winner first, `Global` last.
    pub sources: Vec<Sourced>,
}

/// The effective policy of somebody who has `direct` assigned and is a direct member of `groups`.
///
/// `find` gives the policy of a name as it is written, if there is one: an assignment whose policy
/// does not exist (any more) is passed over.
#[must_use]
pub fn resolve<'a>(
    direct: Option<&PolicyName>,
    groups: &[GroupId],
    list: &[GroupAssignment],
    find: impl Fn(&PolicyName) -> Option<&'a PolicyName>,
) -> Effective {
    let sourced = |name: &PolicyName, source| {
        find(name).map(|policy| Sourced { policy: policy.clone(), source })
    };
    let direct = direct.and_then(|name| sourced(name, Source::Direct));
    let by_group =
        (1..).zip(list).filter(|(_rank, entry)| groups.contains(&entry.group)).filter_map(
            |(rank, entry)| sourced(&entry.policy, Source::Group { group: entry.group, rank }),
        );
    let global = Sourced { policy: PolicyName::global(), source: Source::Global };
    let mut sources: Vec<_> = direct.into_iter().chain(by_group).collect();
    let winner = sources.first().unwrap_or(&global).clone();
    sources.push(global);
    Effective { policy: winner.policy, source: winner.source, sources }
}
