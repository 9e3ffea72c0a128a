//! Section 6.8: which policy applies; limits of lists.

use serde_json::json;
use visavis_domain::id::{GroupId, OrganisationId};
use visavis_domain::limit::{BLOCKED_USERS_MAX, DOMAIN_LIST_MAX, GROUP_ASSIGNMENTS_MAX};
use visavis_domain::organisation::TrustClass;
use visavis_policy::assignment::{
    Effective, GroupAssignment, Source, assigned, reassigned, unassigned,
};
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{Configuration, ExternalAccessPolicy};
use visavis_policy::terms::{CompileInput, OrganisationTerms};

use crate::Act::Ask;
use crate::{Row, elsewhere, row};

fn name(text: &str) -> PolicyName {
    text.parse().unwrap()
}

fn group(number: u8) -> GroupId {
    GroupId::from_bytes([number; 16])
}

fn entry(number: u8, policy: &str) -> GroupAssignment {
    GroupAssignment { group: group(number), policy: name(policy) }
}

/// The terms of an organisation with policies X, Y and Z, G1 -> X and G2 -> Y.
fn terms(assignments: &[GroupAssignment]) -> OrganisationTerms {
    let policies: Vec<_> =
        ["X", "Y", "Z"].map(|text| (name(text), ExternalAccessPolicy::default())).into();
    OrganisationTerms::compile(CompileInput {
        id: OrganisationId::from_bytes([1; 16]),
        epoch: 1,
        trust_class: TrustClass::Standard,
        domains: Vec::new(),
        configuration: &Configuration::default(),
        policies: &policies,
        group_assignments: assignments,
    })
}

fn two_groups() -> Vec<GroupAssignment> {
    vec![entry(1, "X"), entry(2, "Y")]
}

/// The effective policy by both ways, which must agree.
fn effective(terms: &OrganisationTerms, direct: Option<&str>, groups: &[u8]) -> String {
    let direct = direct.map(name);
    let groups: Vec<_> = groups.iter().copied().map(group).collect();
    let handle = terms.effective(direct.as_ref(), &groups);
    let explained = terms.explain_sources(direct.as_ref(), &groups);
    assert_eq!(*terms.policy_name(handle), explained.policy);
    written(&explained)
}

fn written(effective: &Effective) -> String {
    let of = |source| match source {
        Source::Direct => "Direct".to_owned(),
        Source::Group { group, rank } => {
            format!("Group G{} rank {rank}", group.as_bytes()[0])
        }
        Source::Global => "Global".to_owned(),
    };
    assert_eq!(effective.source, effective.sources[0].source);
    let sources = effective
        .sources
        .iter()
        .map(|sourced| format!("{} {}", of(sourced.source), sourced.policy));
    sources.collect::<Vec<_>>().join("; ")
}

fn ranks(list: &[GroupAssignment]) -> String {
    let texts = list.iter().map(|entry| format!("G{}", entry.group.as_bytes()[0]));
    texts.collect::<Vec<_>>().join(" ")
}

/// The rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = sources();
    rows.extend(arithmetic());
    rows.extend(batches_and_limits());
    rows
}

fn sources() -> Vec<Row> {
    vec![
        row(
            "T-210",
            "no assignment",
            |_| {},
            vec![(
                Ask("effective", |_| effective(&terms(&two_groups()), None, &[])),
                "Global Global",
            )],
        ),
        row(
            "T-211",
            "group G1 rank 1 = X, G2 rank 2 = Y, user in both",
            |_| {},
            vec![(
                Ask("effective", |_| effective(&terms(&two_groups()), None, &[2, 1])),
                "Group G1 rank 1 Tag:X; Group G2 rank 2 Tag:Y; Global Global",
            )],
        ),
        row(
            "T-211",
            "the same, whichever group is the older one",
            |_| {},
            vec![(
                Ask("effective", |_| {
                    let list = [entry(9, "X"), entry(5, "Y"), entry(1, "Z")];
                    effective(&terms(&list), None, &[1, 5, 9])
                }),
                "Group G9 rank 1 Tag:X; Group G5 rank 2 Tag:Y; Group G1 rank 3 Tag:Z; Global Global",
            )],
        ),
        row(
            "T-212",
            "T-211 + direct Z",
            |_| {},
            vec![(
                Ask("effective", |_| effective(&terms(&two_groups()), Some("z"), &[1, 2])),
                "Direct Tag:Z; Group G1 rank 1 Tag:X; Group G2 rank 2 Tag:Y; Global Global",
            )],
        ),
        row(
            "T-213",
            "direct removed",
            |_| {},
            vec![(
                Ask("effective", |_| effective(&terms(&two_groups()), None, &[1, 2])),
                "Group G1 rank 1 Tag:X; Group G2 rank 2 Tag:Y; Global Global",
            )],
        ),
        row(
            "T-218",
            "user in nested group only: no direct member of G1",
            |_| {},
            vec![(
                Ask("effective", |_| effective(&terms(&two_groups()), None, &[9])),
                "Global Global",
            )],
        ),
        row(
            "T-219",
            "user joins G1 later",
            |_| {},
            vec![(
                Ask("effective", |_| effective(&terms(&two_groups()), None, &[1])),
                "Group G1 rank 1 Tag:X; Global Global",
            )],
        ),
        row(
            "T-223",
            "custom policy deleted while assigned",
            |_| {},
            vec![(
                Ask("effective", |_| {
                    let list = [entry(1, "Deleted"), entry(2, "Y")];
                    effective(&terms(&list), Some("Gone"), &[1, 2])
                }),
                "Group G2 rank 2 Tag:Y; Global Global",
            )],
        ),
        row(
            "T-224",
            "remove Global: defaults restored, policy still there",
            |_| {},
            vec![(
                Ask("Global without a stored one", |_| {
                    let terms = terms(&[]);
                    let policy = terms.policy(terms.effective(None, &[]));
                    format!("defaults: {}", *policy == ExternalAccessPolicy::default())
                }),
                "defaults: true",
            )],
        ),
        row(
            "T-225",
            "query",
            |_| {},
            vec![(
                Ask("sources", |_| effective(&terms(&two_groups()), Some("Tag:Z"), &[1])),
                "Direct Tag:Z; Group G1 rank 1 Tag:X; Global Global",
            )],
        ),
    ]
}

fn arithmetic() -> Vec<Row> {
    vec![
        row(
            "T-215",
            "remove G1",
            |_| {},
            vec![(Ask("ranks", |_| ranks(&unassigned(&two_groups(), group(1)).unwrap())), "G2")],
        ),
        row(
            "T-217",
            "rank omitted, given, too large, zero",
            |_| {},
            vec![
                (
                    Ask("omitted", |_| {
                        ranks(&assigned(&two_groups(), entry(3, "Z"), None).unwrap())
                    }),
                    "G1 G2 G3",
                ),
                (
                    Ask("2", |_| ranks(&assigned(&two_groups(), entry(3, "Z"), Some(2)).unwrap())),
                    "G1 G3 G2",
                ),
                (
                    Ask("99", |_| {
                        ranks(&assigned(&two_groups(), entry(3, "Z"), Some(99)).unwrap())
                    }),
                    "G1 G2 G3",
                ),
                (
                    Ask("0", |_| ranks(&assigned(&two_groups(), entry(3, "Z"), Some(0)).unwrap())),
                    "G3 G1 G2",
                ),
            ],
        ),
        row(
            "T-220",
            "65th group for the type",
            |_| {},
            vec![(
                Ask("assign", |_| {
                    let count = u8::try_from(GROUP_ASSIGNMENTS_MAX).unwrap();
                    let full: Vec<_> = (0..count).map(|number| entry(number, "X")).collect();
                    assigned(&full, entry(count, "X"), None).unwrap_err().to_string()
                }),
                "policies of this type are assigned to 64 groups already",
            )],
        ),
        row(
            "T-221",
            "second policy of the type on same group",
            |_| {},
            vec![
                (
                    Ask("New", |_| {
                        assigned(&two_groups(), entry(1, "Z"), None).unwrap_err().to_string()
                    }),
                    "the group has a policy of this type already",
                ),
                (
                    Ask("Set", |_| {
                        let list = reassigned(&two_groups(), entry(1, "Z"), None).unwrap();
                        effective(&terms(&list), None, &[1])
                    }),
                    "Group G1 rank 1 Tag:Z; Global Global",
                ),
                (
                    Ask("Set with a rank", |_| {
                        ranks(&reassigned(&two_groups(), entry(1, "Z"), Some(2)).unwrap())
                    }),
                    "G2 G1",
                ),
            ],
        ),
    ]
}

fn batches_and_limits() -> Vec<Row> {
    vec![
        elsewhere("T-227", "batch of 5,001 users", "batches: app"),
        elsewhere("T-228", "batch with duplicates and one unknown", "batches: app"),
        elsewhere("T-229", "batch with null policy", "batches: app"),
        elsewhere("T-230", "operation 31 days old", "batches, to be built"),
        row(
            "T-231",
            "add 4,001st domain",
            |_| {},
            vec![(
                Ask("add", |_| {
                    let domains: Vec<_> =
                        (0..DOMAIN_LIST_MAX).map(|number| format!("d{number}.test")).collect();
                    let set = |configuration: &Configuration, list| {
                        let patch = json!({ "blockedDomains": list });
                        configuration.patched(patch.as_object().unwrap())
                    };
                    let full = set(&Configuration::default(), json!(domains)).unwrap();
                    set(&full, json!({"add": ["one.more.test"]})).unwrap_err().to_string()
                }),
                "`blockedDomains` may have 4000 entries at most",
            )],
        ),
        row(
            "T-232",
            "add 201st blocked e-mail",
            |_| {},
            vec![(
                Ask("add", |_| {
                    let people: Vec<_> =
                        (0..=BLOCKED_USERS_MAX).map(|number| format!("p{number}@x.test")).collect();
                    let patch = json!({ "blockedUsers": people });
                    let patched = Configuration::default().patched(patch.as_object().unwrap());
                    patched.unwrap_err().to_string()
                }),
                "`blockedUsers` may have 200 entries at most",
            )],
        ),
        elsewhere("T-234", "dry run of a policy change", "simulation, to be built"),
    ]
}
