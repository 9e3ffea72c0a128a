//! The audit trail, untouched. What becomes of a touched one is in `tests/sqlite.rs`.

use visavis_domain::audit::{AuditKind, AuditRecord, Hash};
use visavis_domain::id::{AccountId, MessageId, OrganisationKey};
use visavis_store::{
    ADMINISTRATION, AuditEntry, AuditFilter, AuditPlace, AuditReach, Store, StoreError, Tx,
    Verification, VerifyReport,
};

use crate::fixture::{CONTEXT, account_id, at, organisation_id, prepare, record};

fn verify(store: &Store) -> VerifyReport {
    store.read_blocking(|tx| tx.verify_audit(None, &mut |_entries| {})).unwrap()
}

/// Ten messages, and three administrative acts of the first organisation.
fn fill(store: &Store) -> OrganisationKey {
    let (ada, bob) = prepare(store).unwrap();
    for _round in 0..5 {
        for sender in [ada.clone(), bob.clone()] {
            store.write_blocking(move |tx| sender.send(tx, "hello")).unwrap();
        }
    }
    store
        .write_blocking(|tx| {
            let contoso = tx.find_organisation(organisation_id(1))?.unwrap();
            for number in 1..=3 {
                administer(tx, contoso.key, account_id(number))?;
            }
            Ok::<_, StoreError>(contoso.key)
        })
        .unwrap()
}

fn administer(
    tx: &mut Tx<'_>,
    key: OrganisationKey,
    actor: AccountId,
) -> Result<(i64, Hash), StoreError> {
    let record = AuditRecord {
        detail: r#"{"property":"allowFederatedUsers"}"#.to_owned(),
        client: Some("2001:db8::7".parse().unwrap()),
        ..record(AuditKind::TeamsTenantSettingChanged, actor, None)
    };
    tx.append_audit((key, organisation_id(1)), None, None, &record, None)
}

pub(crate) fn an_untouched_trail_is_proved(store: &Store) {
    assert_eq!(verify(store), VerifyReport::default());
    fill(store);
    let report = verify(store);
    assert_eq!((report.chains, report.entries), (4, 23));
    assert_eq!(report.first_broken, None);
    let one = store
        .read_blocking(|tx| tx.verify_audit(Some(organisation_id(2)), &mut |_entries| {}))
        .unwrap();
    assert_eq!((one.entries, one.first_broken), (10, None));
    let nobody =
        store.read_blocking(|tx| tx.verify_audit(Some(organisation_id(9)), &mut |_entries| {}));
    assert!(matches!(nobody, Err(StoreError::Missing { .. })));
}

pub(crate) fn entries_are_listed_newest_first_and_filtered(store: &Store) {
    let key = fill(store);
    let list = |filter: AuditFilter, limit| {
        store.read_blocking(move |tx| tx.list_audit(key, &filter, limit, 99)).unwrap().entries
    };
    let all = list(AuditFilter::default(), 99);
    assert_eq!(all.len(), 13);
    assert!(all.is_sorted_by(|a, b| a.row > b.row));
    let newest = all.first().unwrap();
    assert_eq!((newest.chat.clone(), newest.seq), (None, 3));
    assert_eq!(newest.record.client.unwrap().to_string(), "2001:db8::7");
    assert_eq!(newest.record.detail, r#"{"property":"allowFederatedUsers"}"#);
    let oldest = all.last().unwrap();
    assert_eq!((oldest.seq, oldest.context.as_deref()), (1, Some(CONTEXT)));
    assert!(oldest.chat.is_some() && oldest.chat_key.is_some());
    let message = oldest.record.message.unwrap();
    assert_eq!(oldest.record, record(AuditKind::MessageSent, account_id(1), Some(message)));
    let next = list(AuditFilter { before: Some(place(newest)), ..AuditFilter::default() }, 1);
    assert_eq!(next.first(), all.get(1));
    let sent = AuditFilter { kind: Some(AuditKind::MessageSent), ..AuditFilter::default() };
    assert_eq!(list(sent, 99).len(), 10);
    let in_chat = AuditFilter { chat: oldest.chat_key, ..AuditFilter::default() };
    assert_eq!(list(in_chat, 99).last(), Some(oldest));
    let second = AuditFilter { before: Some(AuditPlace { row: 0, seq: 2 }), ..in_chat };
    assert_eq!(list(second, 99).as_slice(), std::slice::from_ref(oldest));
    for actor in [1, 2, 99].map(account_id) {
        let mut expected = list(in_chat, 99);
        expected.retain(|entry| entry.record.actor == Some(actor));
        assert_eq!(list(AuditFilter { actor: Some(actor), ..in_chat }, 99), expected);
    }
    for entry in [oldest, newest] {
        let (chain, seq) = (entry.chat_key.unwrap_or(ADMINISTRATION), entry.seq);
        let found = store.read_blocking(move |tx| tx.find_audit(key, chain, seq)).unwrap();
        assert_eq!(found.as_ref(), Some(entry));
    }
    assert_eq!(
        store.read_blocking(move |tx| tx.find_audit(key, ADMINISTRATION, 99)).unwrap(),
        None
    );
    let MessageId(ms) = message;
    let first = AuditFilter { to: Some(at(0)), kind: sent.kind, ..AuditFilter::default() };
    assert_eq!((list(first, 99).len(), ms), (1, at(0).as_ms()));
    let later = AuditFilter { from: Some(at(1)), ..AuditFilter::default() };
    assert_eq!(list(later, 99).len(), 9);
    let by = |actor| AuditFilter { actor: Some(account_id(actor)), ..AuditFilter::default() };
    let own = list(by(1), 99);
    assert!(!own.is_empty() && own.iter().all(|e| e.record.actor == Some(account_id(1))));
    assert_eq!(list(by(99), 99), []);
    let others = store.read_blocking(move |tx| {
        let fabrikam = tx.find_organisation(organisation_id(2))?.unwrap().key;
        tx.list_audit(fabrikam, &AuditFilter::default(), 99, 99)
    });
    assert_eq!(others.unwrap().entries.len(), 10);
}

fn place(entry: &AuditEntry) -> AuditPlace {
    AuditPlace { row: entry.row, seq: entry.seq }
}

/// Every page of a list: how many entries each has, and all of them.
fn pages(
    store: &Store,
    key: OrganisationKey,
    mut filter: AuditFilter,
    scanned_max: usize,
) -> (Vec<usize>, Vec<AuditEntry>) {
    let (mut sizes, mut all) = (Vec::new(), Vec::new());
    loop {
        let page =
            store.read_blocking(move |tx| tx.list_audit(key, &filter, 3, scanned_max)).unwrap();
        sizes.push(page.entries.len());
        all.extend(page.entries);
        let Some(next) = page.next else { return (sizes, all) };
        assert!(sizes.len() < 99, "it comes to an end");
        filter.before = Some(next);
    }
}

pub(crate) fn p9_a_page_looks_at_so_many_entries_whatever_is_wanted(store: &Store) {
    let key = fill(store);
    let nothing = AuditFilter { from: Some(at(1_000_000)), ..AuditFilter::default() };
    assert_eq!(pages(store, key, nothing, 5), (vec![0, 0, 0], Vec::new()));
    assert_eq!(pages(store, key, nothing, 13), (vec![0, 0], Vec::new()));
    assert_eq!(pages(store, key, nothing, 14), (vec![0], Vec::new()));
    let (_sizes, everything) = pages(store, key, AuditFilter::default(), 1_000);
    let chat = everything.last().unwrap().chat_key;
    let chain = AuditFilter { chat: Some(ADMINISTRATION), ..AuditFilter::default() };
    let wanted = [
        AuditFilter::default(),
        AuditFilter { actor: Some(account_id(1)), ..AuditFilter::default() },
        AuditFilter { kind: Some(AuditKind::TeamsTenantSettingChanged), ..AuditFilter::default() },
        AuditFilter { chat, ..AuditFilter::default() },
        AuditFilter { chat, actor: Some(account_id(2)), ..AuditFilter::default() },
        AuditFilter { actor: Some(account_id(3)), ..chain },
    ];
    for filter in wanted {
        let (_sizes, whole) = pages(store, key, filter, 1_000);
        assert!(!whole.is_empty(), "{filter:?}");
        for scanned_max in [1, 2, 3, 4, 7, 13] {
            assert_eq!(pages(store, key, filter, scanned_max).1, whole, "{filter:?}");
        }
    }
}

/// Every page of the list of what names a participant: how many entries each has, and all of them.
fn pages_of_participant(
    store: &Store,
    key: OrganisationKey,
    mut filter: AuditFilter,
    reach: AuditReach,
) -> (Vec<usize>, Vec<AuditEntry>) {
    let (mut sizes, mut all) = (Vec::new(), Vec::new());
    loop {
        let list = move |tx: &mut Tx<'_>| {
            let is_wanted = |description: &str| description.contains("ada@");
            tx.list_audit_of_participants(key, &filter, 3, reach, &is_wanted)
        };
        let page = store.read_blocking(list).unwrap();
        sizes.push(page.entries.len());
        all.extend(page.entries);
        let Some(next) = page.next else { return (sizes, all) };
        assert!(sizes.len() < 99, "it comes to an end");
        filter.before = Some(next);
    }
}

pub(crate) fn p9_entries_of_a_participant_are_found_in_bounded_pages(store: &Store) {
    let key = fill(store);
    store
        .write_blocking(move |tx| {
            for (number, who) in ["carol@", "ada@", "dan@", "ada@ carol@"].iter().enumerate() {
                let context = tx.put_audit_context(&format!("{who}x.test {number}"))?;
                let record = record(AuditKind::MemberAdded, account_id(1), None);
                let id = (key, organisation_id(1));
                tx.append_audit(id, None, None, &record, Some(context))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let far = AuditReach { entries: 1_000, bytes: 1_000_000 };
    let (_sizes, everything) = pages(store, key, AuditFilter::default(), 1_000);
    let chat = everything.last().unwrap().chat_key;
    assert_eq!(everything.len(), 17);
    for filter in [
        AuditFilter::default(),
        AuditFilter { actor: Some(account_id(2)), ..AuditFilter::default() },
        AuditFilter { kind: Some(AuditKind::MemberAdded), ..AuditFilter::default() },
        AuditFilter { from: Some(at(2)), to: Some(at(4)), ..AuditFilter::default() },
        AuditFilter { chat, ..AuditFilter::default() },
        AuditFilter { chat, actor: Some(account_id(1)), ..AuditFilter::default() },
        AuditFilter { chat: Some(ADMINISTRATION), ..AuditFilter::default() },
    ] {
        let (_sizes, mut whole) = pages(store, key, filter, 1_000);
        whole.retain(|entry| entry.context.as_ref().is_some_and(|text| text.contains("ada@")));
        assert!(!whole.is_empty(), "{filter:?}");
        assert_eq!(pages_of_participant(store, key, filter, far).1, whole, "{filter:?}");
        for entries in [1, 2, 3, 4, 7, 17] {
            let reach = AuditReach { entries, ..far };
            assert_eq!(pages_of_participant(store, key, filter, reach).1, whole, "{filter:?}");
        }
        for bytes in [0, 20, 40] {
            let reach = AuditReach { bytes, ..far };
            assert_eq!(pages_of_participant(store, key, filter, reach).1, whole, "{filter:?}");
        }
    }
    // One description for each page, of which every other one is wanted.
    let added = AuditFilter { kind: Some(AuditKind::MemberAdded), ..AuditFilter::default() };
    let short = AuditReach { bytes: 0, ..far };
    assert_eq!(pages_of_participant(store, key, added, short).0, [1, 0, 1, 0]);
    let nothing = AuditFilter { from: Some(at(1_000_000)), ..AuditFilter::default() };
    let short = AuditReach { entries: 6, ..far };
    assert_eq!(pages_of_participant(store, key, nothing, short), (vec![0, 0, 0], Vec::new()));
}

/// Proves a trail in pieces of so many rows, and does something after each.
fn verify_in_pieces(
    store: &Store,
    rows_max: usize,
    mut after: impl FnMut(usize),
) -> (usize, VerifyReport) {
    let mut pieces = 0;
    let mut verification =
        store.read_blocking(|tx| Verification::begin(tx, organisation_id(1))).unwrap();
    loop {
        let (back, found) = store
            .read_blocking(move |tx| {
                let found = verification.advance(tx, rows_max)?;
                Ok::<_, StoreError>((verification, found))
            })
            .unwrap();
        verification = back;
        pieces += 1;
        if let Some(report) = found {
            return (pieces, report);
        }
        after(pieces);
    }
}

pub(crate) fn a_trail_is_proved_in_pieces_while_it_grows(store: &Store) {
    let key = fill(store);
    let checkpoint =
        move |tx: &mut Tx<'_>| tx.append_checkpoint((key, organisation_id(1)), at(9), 1_000);
    store.write_blocking(checkpoint).unwrap();
    for rows_max in [1, 2, 3, 5, 8, 13, 1_000] {
        let (pieces, report) = verify_in_pieces(store, rows_max, |_piece| {});
        assert_eq!((report.chains, report.entries, report.first_broken), (2, 14, None));
        assert_eq!(pieces > 1, rows_max < 1_000, "{pieces} pieces of {rows_max}");
    }
    // Administrators go on, and a checkpoint covers what they did.
    let (_pieces, report) = verify_in_pieces(store, 2, |piece| {
        let act = move |tx: &mut Tx<'_>| {
            administer(tx, key, account_id(1))?;
            if piece == 3 { checkpoint(tx).map(|_place| ()) } else { Ok(()) }
        };
        store.write_blocking(act).unwrap();
    });
    assert_eq!(report.first_broken, None);
    assert!(report.entries >= 14, "{report:?}");
    assert_eq!(verify(store).first_broken, None);
}

pub(crate) fn descriptions_are_stored_once(store: &Store) {
    let (first, again, other) = store
        .write_blocking(|tx| {
            let first = tx.put_audit_context("{}")?;
            Ok::<_, StoreError>((first, tx.put_audit_context("{}")?, tx.put_audit_context("[]")?))
        })
        .unwrap();
    assert_eq!(first, again);
    assert_eq!(first.1, Hash::of(b"{}"));
    assert_ne!(first.0, other.0);
}

pub(crate) fn checkpoints_cover_what_grew(store: &Store) {
    let key = fill(store);
    let checkpoint =
        move |tx: &mut Tx<'_>, limit| tx.append_checkpoint((key, organisation_id(1)), at(9), limit);
    let (partial, whole, nothing) = store
        .write_blocking(move |tx| {
            Ok::<_, StoreError>((
                checkpoint(tx, 4)?,
                checkpoint(tx, 1_000)?,
                checkpoint(tx, 1_000)?,
            ))
        })
        .unwrap();
    assert_eq!(partial.map(|(seq, _hash)| seq), Some(4));
    assert_eq!(whole.map(|(seq, _hash)| seq), Some(5));
    assert_eq!(nothing, None, "a checkpoint by itself is no growth");
    let report = verify(store);
    assert_eq!((report.entries, report.first_broken), (25, None));
    let kind = Some(AuditKind::Checkpoint);
    let filter = AuditFilter { kind, ..AuditFilter::default() };
    let listed = store.read_blocking(move |tx| tx.list_audit(key, &filter, 9, 99)).unwrap().entries;
    assert!(listed.first().unwrap().record.detail.contains("\"chains\":2"), "{listed:?}");
}
