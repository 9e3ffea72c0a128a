//! The verdict: facts in, verdict or permit out. No I/O, no clock, no randomness.
//!
//! Two people may be in contact only if each side's terms allow the other side; deny wins (P4).
//! [`verdict::decide`] answers a question, [`verdict::authorise`] answers it with a
//! [`permit::Permit`], which a write demands. [`standing::Standing`] is the same for a chat that
//! is running: who has to go, and who may still write.
//!
//! # The order of evaluation
//!
//! The first refusal wins, so that every caller prints the same reason (6.1):
//!
//! 0. The own side, steps 2 to 6, for the class of the target's address: an organisation when the
//!    domain is a proved one, else the personal realm. Whether an account exists plays no part.
//! 1. Identity: the request's size, the same person, already a member, the group's size; the
//!    target exists.
//! 2. Blocks: the organisation's block list, then the person's own block (U-40).
//! 3. Master switches: A-01 towards organisations; S-07, A-07 and, when a personal account makes
//!    the contact, A-08.
//! 4. The person: may chat at all; A-30 towards organisations; and the extended
//!    directory towards personal accounts.
//! 5. Trial organisations.
//! 6. Domains: the policy's own mode, else the organisation's lists (A-02, A-04,
//!    A-06); then partners who are not verified.
//! 7. The target's privacy, for personal accounts: minors (U-88), discoverability (U-80 to U-83),
//!    groups (U-85). A barrier between the two (C-62) follows.
//! 8. The group: what [`standing`] would evict somebody for.
//! 9. The contact request, and how risky it looks (4.2).
//!
//! Steps 2 to 6 run for the own side first (step 0), then, after step 1, for the other side.
//!
//! # Where this differs from what one might expect
//!
//! * [`settings::ExternalAccessPolicy`]'s `validate` and `patched` take the policy's name, because
//!   what `Global` may hold differs (T-024).
//! * Two settings have another name in Rust than in the API, where an organisation is a *tenant*:
//!   `external_access_with_trial_organisations`, `allowed_trial_organisation_domains`.
//! * Adding somebody to a group is a contact of the adder with the joiner and judged as such, both
//!   sides, besides the group's own rules; and whatever would make the running chat evict somebody
//!   refuses the adding. So an addition that was permitted never causes an eviction.
//! * A sender who was declined, or blocked before ever being accepted, gets permits like any
//!   sender whose request waits, with [`verdict::Delivery::SenderOnly`] (P5).
#![deny(missing_docs)]

pub mod assignment;
mod contact;
pub mod explain;
pub mod facts;
mod group;
mod lists;
pub mod lookalike;
pub mod name;
mod patch;
pub mod permit;
pub mod reason;
pub mod risk;
pub mod settings;
mod side;
pub mod standing;
pub mod start_group;
pub mod terms;
pub mod verdict;
