//! Two organisations, two people, one chat between them, and the statements of a real send.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use visavis_domain::account::{Account, Profile, Roles};
use visavis_domain::audit::{AuditKind, AuditRecord, Hash};
use visavis_domain::chat::{Chat, ChatKind, Consent, Membership, MembershipState};
use visavis_domain::event::{Event, EventKind};
use visavis_domain::home::Home;
use visavis_domain::id::{
    AccountId, ChatId, ChatKey, MessageId, OrganisationId, OrganisationKey, Position,
};
use visavis_domain::message::{Body, ContentType, Extras, Importance, Message};
use visavis_domain::organisation::TrustClass;
use visavis_domain::time::Timestamp;
use visavis_policy::facts::{AddressKind, Person, Privacy, Relation, Rights, Start};
use visavis_policy::permit::{self, Permit};
use visavis_policy::standing::{ChatFacts, SendRequest, Standing};
use visavis_policy::verdict::authorise;
use visavis_store::{Store, StoreError, Tx};

/// 2026-01-01T00:00:00Z.
pub(crate) const NOW_MS: i64 = 1_767_225_600_000;

/// The participants' description that each entry of the trail refers to.
pub(crate) const CONTEXT: &str = r#"{"members":["ada@contoso.example","bob@fabrikam.example"]}"#;

/// A moment so many milliseconds after the beginning.
pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(NOW_MS + ms)
}

/// The account of a number.
pub(crate) fn account_id(number: u16) -> AccountId {
    let [high, low] = number.to_be_bytes();
    AccountId::from_bytes([1, 0x91, 0xe6, 0xd6, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, high, low])
}

/// The organisation of a number.
pub(crate) fn organisation_id(number: u8) -> OrganisationId {
    OrganisationId::from_bytes([number; 16])
}

/// An account with nothing but a name.
pub(crate) fn account(number: u16, home: Home) -> Account {
    Account {
        id: account_id(number),
        home,
        user_principal_name: format!("Person{number}@contoso.example"),
        display_name: format!("Person {number}"),
        mail: None,
        phone: None,
        profile: Profile::default(),
        is_enabled: true,
        is_minor: false,
        roles: Roles::default(),
        settings: visavis_domain::account::ExternalChatSettings::default(),
        created_at: at(0),
        epoch: 1,
    }
}

/// Facts under which everybody may write to everybody: two personal accounts who are contacts.
fn person(account: AccountId) -> Person<'static> {
    Person {
        account: Some(account),
        home: Home::Personal,
        domains: &[],
        addresses: &[],
        terms: None,
        policy: None,
        privacy: Privacy::default(),
        in_extended_directory: false,
        rights: Rights::default(),
    }
}

/// A permit to start a chat.
pub(crate) fn start_permit(
    actor: AccountId,
    target: AccountId,
) -> Result<Permit<permit::Start>, StoreError> {
    let relation = Relation { are_contacts: true, ..Relation::default() };
    let (actor, target) = (person(actor), person(target));
    let facts = Start { actor: &actor, target: &target, by: AddressKind::Email, relation };
    authorise(&facts).map_err(|_refusal| StoreError::WrongPermit)
}

/// What two people may do in their chat.
pub(crate) fn standing(a: AccountId, b: AccountId) -> Standing {
    Standing::of(&ChatFacts {
        kind: ChatKind::OneOnOne,
        initiator: a,
        initiator_home: Home::Personal,
        members: &[person(a), person(b)],
        relation: None,
        barriers: &[],
    })
}

/// A permit to write in a chat of two.
pub(crate) fn send_permit(
    sender: AccountId,
    peer: AccountId,
) -> Result<Permit<permit::Send>, StoreError> {
    let standing = standing(sender, peer);
    standing.send(sender, SendRequest::default()).map_err(|_refusal| StoreError::WrongPermit)
}

/// A membership of somebody who takes part.
pub(crate) fn membership(chat: ChatKey, account: AccountId) -> Membership {
    Membership {
        chat,
        account,
        state: MembershipState::Member,
        consent: Consent::NotNeeded,
        requested_by: None,
        requested_at: None,
        is_high_risk: false,
        has_previewed: false,
        joined_at: Position(1),
        visible_from: MessageId(0),
        visible_until: None,
        ended_at: None,
        ended_topic: None,
        is_hidden: false,
        is_muted: false,
        is_pinned: false,
        read_up_to: None,
    }
}

/// A message that says something.
pub(crate) fn message(chat: &Chat, id: MessageId, sender: AccountId, text: &str) -> Message {
    Message {
        chat: chat.key,
        id,
        position: chat.last_position.next(),
        sender: Some(sender),
        body: Body { content_type: ContentType::Text, content: text.to_owned() },
        importance: Importance::Normal,
        extras: Extras::default(),
        etag: id.0,
        edited_at: None,
        edited_position: None,
        deleted_at: None,
        only_for: None,
        reactions: Vec::new(),
    }
}

/// What a send is recorded as.
pub(crate) fn record(kind: AuditKind, actor: AccountId, message: Option<MessageId>) -> AuditRecord {
    AuditRecord {
        at: message.map_or(at(0), |id| Timestamp::from_ms(id.0)),
        kind,
        actor: Some(actor),
        client: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))),
        message,
        detail: String::new(),
    }
}

/// Two organisations; the keys that they got.
pub(crate) fn found_organisations(
    tx: &mut Tx<'_>,
) -> Result<(OrganisationKey, OrganisationKey), StoreError> {
    let standard = TrustClass::Standard;
    let contoso = tx.insert_organisation(organisation_id(1), "Contoso", standard, at(0))?;
    let fabrikam = tx.insert_organisation(organisation_id(2), "Fabrikam", standard, at(0))?;
    Ok((contoso, fabrikam))
}

/// A chat between two accounts of two organisations, with its first event.
pub(crate) fn start_chat(
    tx: &mut Tx<'_>,
    (a, b): (AccountId, AccountId),
    homes: &[OrganisationKey],
) -> Result<Chat, StoreError> {
    let mut chat = Chat {
        key: ChatKey(0),
        id: ChatId::one_on_one(a, b),
        kind: ChatKind::OneOnOne,
        initiator: a,
        initiator_home: Home::Organisation(organisation_id(1)),
        topic: None,
        created_at: at(0),
        updated_at: at(0),
        last_position: Position::START,
        last_message: None,
        access_version: 1,
        pending_sends: 0,
        has_accepted_outsider: false,
    };
    chat.key = tx.insert_chat(&start_permit(a, b)?, &chat)?;
    tx.put_membership(&membership(chat.key, a))?;
    tx.put_membership(&membership(chat.key, b))?;
    tx.set_chat_homes(chat.key, homes)?;
    tx.append_event(&mut chat, EventKind::ChatCreated, None, None)?;
    tx.update_chat(&chat)?;
    Ok(chat)
}

/// What a send needs to know beforehand, as a use case has it cached.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) chat: ChatId,
    pub(crate) account: AccountId,
    pub(crate) standing: Arc<Standing>,
    pub(crate) context: (i64, Hash),
}

impl Sender {
    /// The ten statements of a send: two that read, eight that write.
    pub(crate) fn send(&self, tx: &mut Tx<'_>, text: &str) -> Result<Event, StoreError> {
        let missing = StoreError::Missing { what: "chat" };
        let (mut chat, me) =
            tx.find_chat_with_membership(&self.chat, self.account)?.ok_or(missing.clone())?;
        let homes = tx.chat_homes(chat.key)?;
        let permit = self.standing.send(self.account, SendRequest::default());
        let permit = permit.map_err(|_refusal| StoreError::WrongPermit)?;
        let id = MessageId::next(NOW_MS, chat.last_message);
        tx.insert_message(&permit, &message(&chat, id, self.account, text))?;
        chat.last_message = Some(id);
        let event = tx.append_event(&mut chat, EventKind::MessageCreated(id), None, None)?;
        let record = record(AuditKind::MessageSent, self.account, Some(id));
        for home in homes.iter().filter(|home| home.is_present) {
            let Some(organisation) = home.organisation_id else { continue };
            tx.append_audit(
                (home.organisation, organisation),
                Some((chat.key, &chat.id)),
                Some((home.audit_seq, home.audit_hash)),
                &record,
                Some(self.context),
            )?;
        }
        tx.update_chat(&chat)?;
        let me = Membership { read_up_to: Some(id), ..me.ok_or(missing)? };
        tx.put_membership(&me)?;
        Ok(event)
    }
}

/// Two organisations and a chat between Ada (1) and Bob (2), who may write to each other.
pub(crate) fn prepare(store: &Store) -> Result<(Sender, Sender), StoreError> {
    store.write_blocking(|tx| {
        let (contoso, fabrikam) = found_organisations(tx)?;
        let (ada, bob) = (account_id(1), account_id(2));
        start_pair(tx, (ada, bob), &[contoso, fabrikam])
    })
}

/// A chat between two accounts, and both as senders.
pub(crate) fn start_pair(
    tx: &mut Tx<'_>,
    (a, b): (AccountId, AccountId),
    homes: &[OrganisationKey],
) -> Result<(Sender, Sender), StoreError> {
    let chat = start_chat(tx, (a, b), homes)?;
    let context = tx.put_audit_context(CONTEXT)?;
    let standing = Arc::new(standing(a, b));
    let sender = |account| Sender {
        chat: chat.id.clone(),
        account,
        standing: Arc::clone(&standing),
        context,
    };
    Ok((sender(a), sender(b)))
}
