//! Every repository gives back what it was given.

use visavis_domain::account::{
    Account, ExternalChatSettings, Group, Profile, Role, Roles, Token, TokenKind, WhoCanAdd,
};
use visavis_domain::address::{Address, Domain};
use visavis_domain::audit::{AuditKind, Hash};
use visavis_domain::chat::{Chat, ChatKind, Consent, Membership, MembershipState};
use visavis_domain::contact::Block;
use visavis_domain::directory;
use visavis_domain::home::Home;
use visavis_domain::id::{
    AccountId, ChatId, ChatKey, GroupId, MessageId, OrganisationKey, Position, TokenId,
};
use visavis_domain::organisation::TrustClass;
use visavis_domain::report::{Report, ReportReason};
use visavis_policy::assignment::GroupAssignment;
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{Configuration, ExternalAccessPolicy};
use visavis_store::{
    ChatFilter, DirectoryFilter, IdempotencyRecord, Store, StoreError, Tx, directory_key,
};

use crate::fixture::{
    self, account, account_id, at, found_organisations, membership, organisation_id, record,
    send_permit, start_chat,
};

/// Runs one command that must succeed.
fn write<T: Send + 'static>(
    store: &Store,
    run: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write_blocking(run).unwrap()
}

fn domain(text: &str) -> Domain {
    text.parse().unwrap()
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn policy(text: &str) -> PolicyName {
    text.parse().unwrap()
}

pub(crate) fn organisations_come_back_as_they_were_founded(store: &Store) {
    write(store, |tx| {
        let (contoso, fabrikam) = found_organisations(tx)?;
        assert!(contoso > OrganisationKey::PERSONAL && fabrikam > contoso);
        let found = tx.find_organisation(organisation_id(1))?.unwrap();
        assert_eq!((found.name.as_str(), found.key), ("Contoso", contoso));
        assert_eq!((found.trust_class, found.created_at), (TrustClass::Standard, at(0)));
        assert_eq!(tx.find_organisation_by_key(contoso)?, Some(found.clone()));
        assert_eq!(tx.find_organisation_by_key(OrganisationKey::PERSONAL)?, None);
        assert_eq!(tx.find_organisation(organisation_id(9))?, None);
        let all = tx.list_organisations(None, 10)?;
        assert_eq!(all.iter().map(|o| o.key).collect::<Vec<_>>(), [contoso, fabrikam]);
        assert_eq!(tx.list_organisations(Some(contoso), 1)?.first().unwrap().key, fabrikam);
        tx.update_organisation(organisation_id(1), "Contoso AG", TrustClass::Trial)?;
        let changed = tx.find_organisation(organisation_id(1))?.unwrap();
        assert_eq!((changed.name.as_str(), changed.trust_class), ("Contoso AG", TrustClass::Trial));
        assert!(changed.epoch > found.epoch);
        assert_eq!(tx.epoch_of(contoso)?, changed.epoch);
        assert_eq!(tx.bump_epoch(organisation_id(1))?, changed.epoch + 1);
        assert_eq!(tx.epoch_of(OrganisationKey::PERSONAL)?, 0);
        Ok(())
    });
    let missing: Result<i64, StoreError> =
        store.write_blocking(|tx| tx.bump_epoch(organisation_id(9)));
    assert!(matches!(missing, Err(StoreError::Missing { .. })), "{missing:?}");
}

pub(crate) fn domains_belong_to_one_organisation(store: &Store) {
    write(store, |tx| {
        found_organisations(tx)?;
        let (contoso, fabrikam) = (organisation_id(1), organisation_id(2));
        tx.insert_domain(contoso, &domain("contoso.example"), true, at(1))?;
        tx.insert_domain(contoso, &domain("contoso.test"), false, at(2))?;
        tx.insert_domain(contoso, &domain("alt.contoso.example"), true, at(3))?;
        let domains = tx.find_organisation(contoso)?.unwrap().domains;
        let texts: Vec<&str> = domains.iter().map(Domain::as_str).collect();
        assert_eq!(texts, ["alt.contoso.example", "contoso.example", "contoso.test"]);
        let taken = tx.insert_domain(fabrikam, &domain("contoso.test"), true, at(4));
        assert!(matches!(taken, Err(StoreError::DomainTaken)));
        assert_eq!(tx.find_organisation_by_domain(&domain("contoso.test"))?, Some(contoso));
        assert_eq!(tx.find_organisation_by_domain(&domain("sub.contoso.test"))?, None);
        Ok(())
    });
}

pub(crate) fn settings_come_back_and_move_the_epoch(store: &Store) {
    write(store, |tx| {
        let (key, _) = found_organisations(tx)?;
        let id = organisation_id(1);
        let (configuration, version) = tx.configuration(id)?;
        assert_eq!(configuration, Configuration::default());
        let global = (PolicyName::global(), ExternalAccessPolicy::default());
        assert_eq!(tx.policies(id)?, [global]);
        let mut epoch = tx.epoch_of(key)?;
        let mut moved = |tx: &mut Tx<'_>| {
            let old = std::mem::replace(&mut epoch, tx.epoch_of(key).unwrap());
            assert!(epoch > old, "the epoch moved");
        };
        let changed = Configuration {
            allow_teams_consumer: false,
            blocked_domains: vec![domain("bad.example")],
            ..Configuration::default()
        };
        assert_eq!(tx.set_configuration(id, &changed)?, version + 1);
        moved(tx);
        assert_eq!(tx.configuration(id)?, (changed, version + 1));
        let closed = ExternalAccessPolicy {
            enable_federation_access: false,
            ..ExternalAccessPolicy::default()
        };
        tx.put_policy(id, &policy("Tag:NoOutside"), &closed)?;
        moved(tx);
        tx.put_policy(id, &policy("tag:nooutside"), &closed)?;
        assert_eq!(tx.policies(id)?.len(), 2);
        assert_eq!(tx.policies(id)?.get(1).unwrap().0.as_str(), "Tag:NoOutside");
        let assignments: Vec<GroupAssignment> = [3, 1, 2]
            .map(|number| GroupAssignment {
                group: GroupId::from_bytes([number; 16]),
                policy: policy("NoOutside"),
            })
            .into();
        tx.set_group_assignments(id, &assignments)?;
        moved(tx);
        assert_eq!(tx.group_assignments(id)?, assignments);
        tx.insert_account(&account(1, Home::Organisation(id)), None)?;
        assert_eq!(tx.direct_assignment(account_id(1))?, None);
        tx.set_direct_assignment(id, account_id(1), Some(&policy("NoOutside")))?;
        moved(tx);
        assert_eq!(tx.direct_assignment(account_id(1))?, Some(policy("NoOutside")));
        let named = policy("NoOutside");
        let first = account_id(1);
        assert_eq!(tx.directly_assigned(id, &named, None, 9)?, [first]);
        assert!(tx.directly_assigned(id, &named, Some(first), 9)?.is_empty());
        assert!(tx.directly_assigned(id, &policy("Other"), None, 9)?.is_empty());
        assert!(tx.directly_assigned(organisation_id(2), &named, None, 9)?.is_empty());
        assert_eq!(tx.clear_direct_assignments(id, &named)?, 1);
        moved(tx);
        assert_eq!(tx.clear_direct_assignments(id, &named)?, 0);
        assert_eq!(tx.direct_assignment(first)?, None);
        let other = tx.set_direct_assignment(organisation_id(2), account_id(1), None);
        assert!(matches!(other, Err(StoreError::Missing { .. })));
        assert!(tx.delete_policy(id, &policy("NOOUTSIDE"))?);
        assert!(!tx.delete_policy(id, &policy("NOOUTSIDE"))?);
        Ok(())
    });
}

pub(crate) fn accounts_come_back_as_they_were_written(store: &Store) {
    let full = Account {
        mail: Some("ada@contoso.example".parse().unwrap()),
        phone: Some("+4930901820".parse().unwrap()),
        profile: Profile { given_name: Some("Ada".to_owned()), ..Profile::default() },
        is_minor: true,
        roles: Roles::from_iter([Role::ComplianceOfficer, Role::DeploymentOperator]),
        settings: ExternalChatSettings {
            who_can_add_me_to_groups: WhoCanAdd::Contacts,
            ..ExternalChatSettings::default()
        },
        ..account(1, Home::Organisation(organisation_id(1)))
    };
    let plain = account(2, Home::Personal);
    write(store, move |tx| {
        tx.insert_account(&full, Some("hash"))?;
        tx.insert_account(&plain, None)?;
        assert_eq!(tx.find_account(full.id)?, Some(full.clone()));
        assert_eq!(tx.find_account(plain.id)?, Some(plain.clone()));
        assert_eq!(tx.find_account(account_id(3))?, None);
        let by_name = tx.find_account_by_principal("person1@contoso.example")?;
        assert_eq!(by_name, Some(full.clone()));
        assert_eq!(tx.password_hash(full.id)?.as_deref(), Some("hash"));
        tx.set_password_hash(full.id, None)?;
        assert_eq!(tx.password_hash(full.id)?, None);
        let changed = Account { is_enabled: false, mail: None, epoch: 2, ..full };
        tx.update_account(&changed)?;
        assert_eq!(tx.find_account(changed.id)?, Some(changed.clone()));
        tx.bump_account_epoch(changed.id)?;
        assert_eq!(tx.find_account(changed.id)?.unwrap().epoch, 3);
        assert_eq!(tx.count_accounts(organisation_id(1))?, 1);
        Ok(())
    });
}

pub(crate) fn addresses_and_names_belong_to_one_account(store: &Store) {
    write(store, |tx| {
        let mut ada = account(1, Home::Organisation(organisation_id(1)));
        ada.mail = Some("ada@contoso.example".parse().unwrap());
        ada.phone = Some("+4930901820".parse().unwrap());
        tx.insert_account(&ada, None)?;
        tx.insert_account(&account(2, Home::Personal), None)?;
        for (ms, text) in
            ["a.l@contoso.example", "+4930901820", "ada@contoso.example"].into_iter().enumerate()
        {
            tx.insert_address(ada.id, &address(text), at(ms as i64))?;
        }
        tx.insert_address(ada.id, &address("ada@contoso.example"), at(9))?;
        let texts: Vec<String> =
            tx.addresses(ada.id)?.iter().map(|address| address.to_string()).collect();
        assert_eq!(texts, ["ada@contoso.example", "+4930901820", "a.l@contoso.example"]);
        let taken = tx.insert_address(account_id(2), &address("+4930901820"), at(5));
        assert!(matches!(taken, Err(StoreError::AddressTaken)));
        let found = tx.find_account_by_address(&address("a.l@contoso.example"))?;
        assert_eq!(found.map(|account| account.id), Some(ada.id));
        assert_eq!(tx.find_account_by_address(&address("b@contoso.example"))?, None);
        let twin = Account { id: account_id(3), ..account(1, Home::Personal) };
        let taken = tx.insert_account(&twin, None);
        assert!(matches!(taken, Err(StoreError::PrincipalTaken)));
        let before = tx.find_account(ada.id)?.unwrap().epoch;
        tx.insert_address(ada.id, &address("new@contoso.example"), at(6))?;
        assert_eq!(tx.find_account(ada.id)?.unwrap().epoch, before + 1);
        let phone = "+4930901820".parse().unwrap();
        let by_phone = tx.find_account_by_phone(organisation_id(1), &phone)?;
        assert_eq!(by_phone.map(|account| account.id), Some(ada.id));
        assert_eq!(tx.find_account_by_phone(organisation_id(2), &phone)?, None);
        // Only who has an address gives it up, and then it is free.
        tx.delete_address(account_id(2), &address("+4930901820"))?;
        assert_eq!(tx.addresses(ada.id)?.len(), 4);
        tx.delete_address(ada.id, &address("+4930901820"))?;
        assert_eq!(tx.addresses(ada.id)?.len(), 3);
        assert_eq!(tx.find_account(ada.id)?.unwrap().epoch, before + 2);
        tx.insert_address(account_id(2), &address("+4930901820"), at(7))?;
        Ok(())
    });
}

pub(crate) fn the_directory_is_listed_in_order_and_by_prefix(store: &Store) {
    write(store, |tx| {
        let home = Home::Organisation(organisation_id(1));
        let people = [("zoe", "Émile"), ("ada", "Ada"), ("bob", "ada"), ("adam", "Carl")];
        for (number, (mail, name)) in (1..).zip(people) {
            let mut person = account(number, home);
            person.mail = Some(format!("{mail}@contoso.example").parse().unwrap());
            person.display_name = name.to_owned();
            tx.insert_account(&person, None)?;
        }
        let names = |tx: &mut Tx<'_>, filter: &DirectoryFilter, limit| {
            let found = tx.list_accounts(organisation_id(1), filter, limit).unwrap();
            found.into_iter().map(|account| account.display_name).collect::<Vec<_>>()
        };
        let all = DirectoryFilter::default();
        assert_eq!(names(tx, &all, 9), ["Ada", "ada", "Carl", "Émile"]);
        let second = tx.list_accounts(organisation_id(1), &all, 2)?.pop().unwrap();
        let after = Some((directory_key(&second.display_name), second.id));
        let rest = DirectoryFilter { after: after.clone(), ..all.clone() };
        assert_eq!(names(tx, &rest, 9), ["Carl", "Émile"]);
        let prefix = DirectoryFilter { starts_with: Some("ADA".to_owned()), ..all.clone() };
        assert_eq!(names(tx, &prefix, 9), ["Ada", "ada"]);
        assert_eq!(names(tx, &prefix, 1), ["Ada"]);
        assert_eq!(names(tx, &DirectoryFilter { after, ..prefix }, 9), Vec::<String>::new());
        let accented = DirectoryFilter { starts_with: Some("É".to_owned()), ..all };
        assert_eq!(names(tx, &accented, 9), ["Émile"]);
        Ok(())
    });
}

pub(crate) fn the_directory_is_searched_by_words(store: &Store) {
    write(store, |tx| {
        let people = [
            (1, "elif", "Elif Kaya"),
            (1, "k.a", "Kaya Adams"),
            (1, "ben.okafor", "Ben Okafor"),
            (1, "emile", "Émile Ada Adams"),
            (2, "kaya", "Kaya of others"),
        ];
        for (number, (organisation, mail, name)) in (1..).zip(people) {
            let mut person = account(number, Home::Organisation(organisation_id(organisation)));
            person.mail = Some(format!("{mail}@contoso{organisation}.example").parse().unwrap());
            person.display_name = name.to_owned();
            tx.insert_account(&person, None)?;
        }
        let mut personal = account(9, Home::Personal);
        personal.display_name = "Kaya at home".to_owned();
        tx.insert_account(&personal, None)?;
        let page = |tx: &mut Tx<'_>, search: &str, after, limit| {
            let words = directory::wanted(search);
            let filter = DirectoryFilter { words, after, ..DirectoryFilter::default() };
            tx.list_accounts(organisation_id(1), &filter, limit).unwrap()
        };
        let found = |tx: &mut Tx<'_>, search: &str| -> Vec<String> {
            page(tx, search, None, 9).into_iter().map(|account| account.display_name).collect()
        };
        for (search, expected) in [
            ("kaya", vec!["Elif Kaya", "Kaya Adams"]),
            ("kaya el", vec!["Elif Kaya"]),
            ("OKAF", vec!["Ben Okafor"]),
            ("ben.okafor", vec!["Ben Okafor"]),
            ("ben.okafor@contoso1.ex", vec!["Ben Okafor"]),
            ("person1", vec!["Elif Kaya"]),
            ("ada emile", vec!["Émile Ada Adams"]),
            ("ada", vec!["Kaya Adams", "Émile Ada Adams"]),
            ("ada emile a kaya", vec![]),
            ("contoso", vec![]),
            ("others", vec![]),
            ("home", vec![]),
        ] {
            assert_eq!(found(tx, search), expected, "{search}");
        }
        // Whoever has two words that begin so stands once, and pages follow each other.
        let first = page(tx, "a", None, 1);
        assert_eq!(first.len(), 1);
        let after = Some((directory_key(&first[0].display_name), first[0].id));
        let second = page(tx, "a", after, 9);
        assert_eq!(second.len(), 1);
        // Who has another name is found by it, and no longer by the old one.
        let mut renamed = tx.find_account(account_id(3))?.unwrap();
        renamed.display_name = "Ben Smith".to_owned();
        renamed.mail = Some("bs@contoso1.example".parse().unwrap());
        tx.update_account(&renamed)?;
        assert_eq!(found(tx, "smith"), ["Ben Smith"]);
        assert_eq!(found(tx, "okafor"), Vec::<String>::new());
        Ok(())
    });
}

pub(crate) fn groups_hold_accounts(store: &Store) {
    write(store, |tx| {
        found_organisations(tx)?;
        let (ours, theirs) = (organisation_id(1), organisation_id(2));
        let groups = [1, 2].map(|number| Group {
            id: GroupId::from_bytes([number; 16]),
            display_name: format!("Group {number}"),
            created_at: at(i64::from(number)),
        });
        for group in &groups {
            tx.insert_group(ours, group)?;
        }
        let [first, second] = groups;
        assert_eq!(tx.find_group(ours, first.id)?, Some(first.clone()));
        assert_eq!(tx.find_group(theirs, first.id)?, None);
        assert_eq!(tx.list_groups(ours, Some(first.id), 9)?, std::slice::from_ref(&second));
        tx.rename_group(ours, first.id, "Another")?;
        assert!(matches!(
            tx.rename_group(theirs, first.id, "Theirs"),
            Err(StoreError::Missing { what: "group" })
        ));
        let renamed = Group { display_name: "Another".to_owned(), ..first.clone() };
        assert_eq!(tx.list_groups(ours, None, 9)?, [renamed, second.clone()]);
        for number in [2, 1, 3] {
            assert!(tx.add_group_member(ours, first.id, account_id(number))?);
        }
        assert!(!tx.add_group_member(ours, first.id, account_id(2))?);
        tx.add_group_member(ours, second.id, account_id(2))?;
        assert_eq!(tx.groups_of(account_id(2))?, [first.id, second.id]);
        let members = tx.group_members(ours, first.id, Some(account_id(1)), 9)?;
        assert_eq!(members, [account_id(2), account_id(3)]);
        assert!(tx.remove_group_member(ours, first.id, account_id(3))?);
        assert!(!tx.remove_group_member(ours, first.id, account_id(3))?);
        assert!(tx.delete_group(ours, first.id)?);
        assert!(!tx.delete_group(ours, first.id)?);
        assert_eq!(tx.groups_of(account_id(2))?, [second.id]);
        Ok(())
    });
}

pub(crate) fn tokens_are_found_by_their_secret_and_revoked(store: &Store) {
    let token = |number: u8, kind| Token {
        id: TokenId::from_bytes([number; 16]),
        account: account_id(1),
        kind,
        name: format!("token {number}"),
        created_at: at(0),
        expires_at: at(i64::from(number)),
    };
    let session = token(1, TokenKind::Session);
    let bearer = token(2, TokenKind::Bearer);
    let last = token(3, TokenKind::Bearer);
    write(store, move |tx| {
        for (number, token) in (1..).zip([&session, &bearer, &last]) {
            tx.insert_token(token, &[number; 32])?;
        }
        assert_eq!(tx.find_token(&[1; 32])?, Some(session.clone()));
        assert_eq!(tx.find_token(&[9; 32])?, None);
        assert_eq!(tx.list_tokens(account_id(1))?, [session.clone(), bearer.clone(), last]);
        assert_eq!(tx.delete_token(account_id(2), session.id)?, None);
        assert_eq!(tx.delete_expired_tokens(at(2), 1)?, 1);
        assert_eq!(tx.find_token(&[1; 32])?, None);
        assert_eq!(tx.delete_token(account_id(1), bearer.id)?, Some([2; 32]));
        assert_eq!(tx.delete_token(account_id(1), bearer.id)?, None);
        assert_eq!(tx.delete_tokens_of(account_id(1))?, [[3; 32]]);
        assert!(tx.list_tokens(account_id(1))?.is_empty());
        Ok(())
    });
}

pub(crate) fn blocks_are_one_sided(store: &Store) {
    write(store, |tx| {
        let (ada, bob) = (account_id(1), account_id(2));
        for number in [1, 2] {
            tx.insert_account(&account(number, Home::Personal), None)?;
        }
        let block = Block { owner: ada, peer: bob, blocked_at: at(1) };
        assert!(tx.put_block(&block)?);
        assert!(!tx.put_block(&Block { blocked_at: at(2), ..block })?);
        assert_eq!(tx.find_block(ada, bob)?, Some(block));
        assert!(tx.is_blocked(ada, bob)? && !tx.is_blocked(bob, ada)?);
        assert_eq!(tx.list_blocks(ada, 9)?, [block]);
        assert_eq!(tx.find_account(ada)?.unwrap().epoch, 3);
        assert!(tx.delete_block(ada, bob)?);
        assert!(!tx.delete_block(ada, bob)?);
        Ok(())
    });
}

pub(crate) fn chats_and_memberships_come_back(store: &Store) {
    write(store, |tx| {
        let (contoso, fabrikam) = found_organisations(tx)?;
        let (ada, bob, eve) = (account_id(1), account_id(2), account_id(3));
        let mut chat = start_chat(tx, (ada, bob), &[contoso, fabrikam])?;
        assert_eq!(tx.find_chat(&ChatId::one_on_one(bob, ada))?, Some(chat.clone()));
        assert_eq!(tx.get_chat(chat.key)?, Some(chat.clone()));
        assert_eq!(tx.get_chat(ChatKey(99))?, None);
        chat.topic = Some("Plans".to_owned());
        chat.updated_at = at(5);
        chat.last_message = Some(MessageId(7));
        chat.access_version = 3;
        chat.pending_sends = 2;
        chat.has_accepted_outsider = true;
        tx.update_chat(&chat)?;
        assert_eq!(tx.get_chat(chat.key)?, Some(chat.clone()));
        let full = Membership {
            state: MembershipState::RemovedByPolicy,
            consent: Consent::Declined,
            requested_by: Some(ada),
            requested_at: Some(at(2)),
            is_high_risk: true,
            has_previewed: true,
            joined_at: Position(4),
            visible_from: MessageId(3),
            visible_until: Some(Position(9)),
            ended_at: None,
            ended_topic: None,
            is_hidden: true,
            is_muted: true,
            is_pinned: true,
            read_up_to: Some(MessageId(5)),
            ..membership(chat.key, bob)
        };
        tx.put_membership(&full)?;
        assert_eq!(tx.find_membership(chat.key, bob)?, Some(full.clone()));
        assert_eq!(tx.find_membership(chat.key, eve)?, None);
        assert_eq!([tx.count_pinned_chats(bob)?, tx.count_pinned_chats(ada)?], [1, 0]);
        let first = membership(chat.key, ada);
        assert_eq!(tx.list_memberships(chat.key)?, [first, full.clone()]);
        let found = tx.find_chat_with_membership(&chat.id, bob)?;
        assert_eq!(found, Some((chat.clone(), Some(full))));
        assert_eq!(tx.find_chat_with_membership(&chat.id, eve)?, Some((chat.clone(), None)));
        let other = ChatId::one_on_one(ada, eve);
        assert_eq!(tx.find_chat_with_membership(&other, ada)?, None);
        assert_eq!(tx.list_shared_chats(bob, ada, 9)?, [chat.key]);
        assert!(tx.list_shared_chats(ada, eve, 9)?.is_empty());
        let gone = Chat { key: ChatKey(99), ..chat };
        assert!(matches!(tx.update_chat(&gone), Err(StoreError::Missing { .. })));
        Ok(())
    });
}

pub(crate) fn homes_that_left_keep_their_chain(store: &Store) {
    write(store, |tx| {
        let (contoso, fabrikam) = found_organisations(tx)?;
        let personal = OrganisationKey::PERSONAL;
        let pair = (account_id(1), account_id(2));
        let chat = start_chat(tx, pair, &[contoso, fabrikam, personal])?;
        let record = record(AuditKind::ChatCreated, account_id(1), None);
        let chain = Some((chat.key, &chat.id));
        let (seq, hash) =
            tx.append_audit((contoso, organisation_id(1)), chain, None, &record, None)?;
        tx.set_chat_homes(chat.key, &[fabrikam])?;
        let homes = tx.chat_homes(chat.key)?;
        let shown: Vec<_> = homes
            .iter()
            .map(|home| (home.organisation, home.organisation_id, home.is_present, home.audit_seq))
            .collect();
        assert_eq!(
            shown,
            [
                (personal, None, false, 0),
                (contoso, Some(organisation_id(1)), false, 1),
                (fabrikam, Some(organisation_id(2)), true, 0),
            ]
        );
        let [nobody, left, there] = homes.as_slice() else { panic!("three homes") };
        assert_eq!((left.audit_seq, left.audit_hash), (seq, hash));
        assert_eq!((nobody.epoch, nobody.audit_hash), (0, Hash::ZERO));
        assert_eq!(there.epoch, tx.epoch_of(fabrikam)?);
        assert!(tx.list_chats_of_organisation(contoso, None, 9)?.is_empty());
        assert_eq!(tx.list_chats_of_organisation(fabrikam, None, 9)?, [chat.key]);
        assert!(tx.list_chats_of_organisation(fabrikam, Some(chat.key), 9)?.is_empty());
        let mut keys = vec![ChatKey(98); 17];
        keys.push(chat.key);
        let of_several = tx.homes_of_chats(&keys)?;
        assert_eq!(of_several.len(), 1, "only of chats that there are");
        assert_eq!(of_several.get(&chat.key), Some(&homes));
        assert!(tx.homes_of_chats(&[])?.is_empty());
        tx.set_chat_homes(chat.key, &[contoso])?;
        let back = tx.chat_homes(chat.key)?;
        assert!(back.iter().any(|home| home.is_present && home.audit_hash == hash));
        Ok(())
    });
}

pub(crate) fn chats_are_listed_by_activity(store: &Store) {
    write(store, |tx| {
        let (contoso, _) = found_organisations(tx)?;
        let ada = account_id(1);
        let mut keys = Vec::new();
        for (number, activity) in [(2, 30), (3, 10), (4, 30), (5, 20)] {
            let mut chat = start_chat(tx, (ada, account_id(number)), &[contoso])?;
            chat.last_message = Some(MessageId(fixture::NOW_MS + activity));
            tx.update_chat(&chat)?;
            keys.push(chat.key);
        }
        let [second, third, fourth, fifth] = keys.as_slice() else { panic!("four chats") };
        let list = |tx: &mut Tx<'_>, filter: ChatFilter, limit| {
            let found = tx.list_chats_of(ada, &filter, limit).unwrap();
            assert!(
                found.iter().all(|one| one.mine.chat == one.chat.key && one.mine.account == ada)
            );
            found.into_iter().map(|one| one.chat.key).collect::<Vec<_>>()
        };
        let all = ChatFilter::default();
        assert_eq!(list(tx, all, 9), [*fourth, *second, *fifth, *third]);
        let before = Some((fixture::NOW_MS + 30, *fourth));
        assert_eq!(list(tx, ChatFilter { before, ..all }, 2), [*second, *fifth]);
        let after = Some(fixture::NOW_MS + 10);
        assert_eq!(list(tx, ChatFilter { after, ..all }, 9), [*fourth, *second, *fifth]);
        assert_eq!(list(tx, ChatFilter { before, after, ..all }, 9), [*second, *fifth]);
        assert!(list(tx, ChatFilter { kind: Some(ChatKind::Group), ..all }, 9).is_empty());
        assert_eq!(list(tx, ChatFilter { kind: Some(ChatKind::OneOnOne), ..all }, 9).len(), 4);
        Ok(())
    });
}

/// Whoever may not see what is said does not see by the order of chats that something was (P5).
pub(crate) fn chats_stand_where_their_person_knows(store: &Store) {
    write(store, |tx| {
        let (contoso, _) = found_organisations(tx)?;
        let ada = account_id(1);
        let [asked, left, mine] = [2, 3, 4].map(|number| {
            let mut chat = start_chat(tx, (ada, account_id(number)), &[contoso]).unwrap();
            chat.last_message = Some(MessageId(fixture::NOW_MS + 50));
            tx.update_chat(&chat).unwrap();
            chat
        });
        let asked_ada = membership(asked.key, ada);
        let waiting =
            |consent| Membership { consent, requested_at: Some(at(20)), ..asked_ada.clone() };
        tx.put_membership(&waiting(Consent::Pending))?;
        let until = at(30);
        let gone = membership(left.key, ada).ended(MembershipState::Left, &left, until);
        tx.put_membership(&gone)?;
        let list = |tx: &mut Tx<'_>, filter: ChatFilter| {
            let found = tx.list_chats_of(ada, &filter, 9).unwrap();
            found.into_iter().map(|one| (one.chat.key, one.activity - fixture::NOW_MS)).collect()
        };
        let all = ChatFilter::default();
        let known: Vec<(ChatKey, i64)> = list(tx, all);
        assert_eq!(known, [(mine.key, 50), (left.key, 30), (asked.key, 20)]);
        for chat in [&asked, &left] {
            let later = Some(MessageId(fixture::NOW_MS + 90));
            tx.update_chat(&Chat { last_message: later, ..chat.clone() })?;
        }
        assert_eq!(list(tx, all), known);
        let before = Some((fixture::NOW_MS + 30, left.key));
        assert_eq!(list(tx, ChatFilter { before, ..all }), [(asked.key, 20)]);
        // Of what was left nothing is left out by the time: what its person sees may be later.
        let after = Some(fixture::NOW_MS + 40);
        assert_eq!(list(tx, ChatFilter { after, ..all }), [(mine.key, 50), (left.key, 30)]);
        tx.put_membership(&waiting(Consent::Declined))?;
        assert_eq!(list(tx, all), known);
        tx.put_membership(&waiting(Consent::Accepted))?;
        assert_eq!(list(tx, all), [(asked.key, 90), (mine.key, 50), (left.key, 30)]);
        Ok(())
    });
}

pub(crate) fn permits_are_for_their_holder(store: &Store) {
    write(store, |tx| {
        let (contoso, _) = found_organisations(tx)?;
        let (ada, bob) = (account_id(1), account_id(2));
        let chat = start_chat(tx, (ada, bob), &[contoso])?;
        let message = fixture::message(&chat, MessageId(1), ada, "mine");
        let others = send_permit(bob, ada)?;
        let refused = tx.insert_message(&others, &message);
        assert!(matches!(refused, Err(StoreError::WrongPermit)));
        let refused = tx.insert_system_message(&message);
        assert!(matches!(refused, Err(StoreError::WrongPermit)), "no system line");
        let second = Chat { id: ChatId::one_on_one(ada, account_id(3)), ..chat };
        let refused = tx.insert_chat(&fixture::start_permit(bob, ada)?, &second);
        assert!(matches!(refused, Err(StoreError::WrongPermit)));
        Ok(())
    });
}

pub(crate) fn answers_are_remembered_and_forgotten(store: &Store) {
    let answer = |ms| IdempotencyRecord {
        fingerprint: Hash::of(b"asked"),
        result: "answered".to_owned(),
        at: at(ms),
    };
    write(store, move |tx| {
        let (ada, bob): (AccountId, AccountId) = (account_id(1), account_id(2));
        tx.put_idempotency(ada, "key", &answer(1))?;
        tx.put_idempotency(ada, "other", &answer(3))?;
        assert_eq!(tx.find_idempotency(ada, "key")?, Some(answer(1)));
        assert_eq!(tx.find_idempotency(bob, "key")?, None);
        tx.put_idempotency(ada, "key", &answer(2))?;
        assert_eq!(tx.purge_idempotency(at(2), 9)?, 0);
        assert_eq!(tx.purge_idempotency(at(3), 9)?, 1);
        assert_eq!(tx.find_idempotency(ada, "key")?, None);
        assert_eq!(tx.find_idempotency(ada, "other")?, Some(answer(3)));
        Ok(())
    });
}

pub(crate) fn facts_of_the_deployment_are_replaced(store: &Store) {
    write(store, |tx| {
        assert_eq!(tx.meta("seal")?, None);
        tx.set_meta("seal", &[1, 2])?;
        tx.set_meta("seal", &[3])?;
        assert_eq!(tx.meta("seal")?, Some(vec![3]));
        Ok(())
    });
}

pub(crate) fn reports_are_listed_newest_first_and_forgotten(store: &Store) {
    write(store, |tx| {
        let (contoso, fabrikam) = found_organisations(tx)?;
        let (ada, bob) = (account_id(1), account_id(2));
        let chat = start_chat(tx, (ada, bob), &[contoso, fabrikam])?;
        let full = Report {
            at: at(1),
            reporter: ada,
            chat: chat.id.clone(),
            message: Some(MessageId(7)),
            person: Some(bob),
            reason: ReportReason::Spam,
            comment: Some("again".to_owned()),
        };
        let bare = Report { at: at(2), message: None, person: None, comment: None, ..full.clone() };
        tx.insert_report(chat.key, &full, 9)?;
        tx.insert_report(chat.key, &bare, 9)?;
        tx.insert_report(chat.key, &bare, 9)?;
        let all = tx.list_reports(None, 9)?;
        let shown: Vec<&Report> = all.iter().map(|(_entry, report)| report).collect();
        assert_eq!(shown, [&bare, &bare, &full]);
        let newest = all.first().unwrap().0;
        assert_eq!(tx.list_reports(Some(newest), 1)?, all[1..2]);
        tx.purge_reports(at(2), 9)?;
        assert_eq!(tx.list_reports(None, 9)?, all[..2]);
        tx.purge_reports(at(2), 1)?;
        assert_eq!(tx.list_reports(None, 9)?, all[..1]);
        tx.purge_reports(at(3), 9)?;
        tx.purge_reports(at(3), 9)?;
        assert!(tx.list_reports(None, 9)?.is_empty());
        // Whoever reports much pushes out their own only, and nobody else's.
        let others = Report { reporter: bob, ..full.clone() };
        tx.insert_report(chat.key, &others, 2)?;
        for report in [&full, &bare, &bare] {
            tx.insert_report(chat.key, report, 2)?;
        }
        let kept: Vec<Report> = tx.list_reports(None, 9)?.into_iter().map(|(_e, r)| r).collect();
        assert_eq!(kept, [bare.clone(), bare, others]);
        Ok(())
    });
}

pub(crate) fn holders_of_roles_are_listed_by_name(store: &Store) {
    write(store, |tx| {
        let (here, there) = (organisation_id(1), organisation_id(2));
        let roles = |role: Role| Roles::from_iter([role]);
        for (number, home, name, roles) in [
            (1, here, "Zoe", roles(Role::OrganisationAdministrator)),
            (2, here, "Ada", roles(Role::ComplianceOfficer)),
            (3, here, "Bob", Roles::default()),
            (4, there, "Eve", roles(Role::OrganisationAdministrator)),
            (5, here, "Off", roles(Role::OrganisationAdministrator)),
        ] {
            let mut person = account(number, Home::Organisation(home));
            person.display_name = name.to_owned();
            person.roles = roles;
            person.is_enabled = name != "Off";
            tx.insert_account(&person, None)?;
        }
        let either = [Role::OrganisationAdministrator, Role::ComplianceOfficer];
        let found = |tx: &mut Tx<'_>, roles: &[Role], limit| {
            let roles = Roles::from_iter(roles.iter().copied());
            let found = tx.list_accounts_with_roles(here, roles, limit).unwrap();
            found.into_iter().map(|account| account.display_name).collect::<Vec<_>>()
        };
        assert_eq!(found(tx, &either, 9), ["Ada", "Zoe"]);
        assert_eq!(found(tx, &either, 1), ["Ada"]);
        assert_eq!(found(tx, &[Role::OrganisationAdministrator], 1), ["Zoe"]);
        Ok(())
    });
}
