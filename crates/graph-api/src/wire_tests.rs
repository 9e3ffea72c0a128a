//! How things look on the wire, for a fetch and for push alike.

use std::sync::Arc;

use visavis_app::view::{Card, ChatView, Member, MessageView, Person, Request};
use visavis_domain::chat::{Chat, ChatKind, Consent, Membership, MembershipState};
use visavis_domain::contact::RequestState;
use visavis_domain::home::{Home, Trust};
use visavis_domain::hosted_content::{Image, ImageNumber, ImageType};
use visavis_domain::id::{AccountId, ChatId, ChatKey, MessageId, OrganisationId, Position};
use visavis_domain::message::{
    Body, ContentType, Extras, Importance, Mention, Message, Quote, Reaction, SystemEvent,
};
use visavis_domain::time::Timestamp;
use visavis_policy::risk::{Risk, RiskLevel, RiskReason};

use crate::odata::UnknownEnums;
use crate::{chat_wire, member_wire, message_wire, message_wire_on};

const MS: i64 = 1_795_350_587_176;

fn account(number: u8) -> AccountId {
    AccountId::from_bytes([number; 16])
}

fn home(number: u8) -> Home {
    Home::Organisation(OrganisationId::from_bytes([number; 16]))
}

fn person(number: u8, home: Home, trust: Trust) -> Person {
    let organisation_name = home.organisation().map(|_id| format!("Organisation {number}"));
    let card = Card {
        id: account(number),
        display_name: format!("Person {number}"),
        mail: Some(format!("p{number}@a.example")),
        phone: None,
        user_principal_name: format!("p{number}@a.example"),
        home,
        organisation_name,
    };
    Person { card: Arc::new(card), is_external: !matches!(trust, Trust::Colleague), trust }
}

fn people() -> Vec<Person> {
    vec![
        person(1, home(1), Trust::Colleague),
        person(2, home(2), Trust::Unfamiliar),
        person(3, Home::Personal, Trust::Personal),
    ]
}

fn chat_id() -> ChatId {
    "19:00000000000000000000000000000001@thread.v2".parse().unwrap()
}

fn message() -> MessageView {
    let message = Message {
        chat: ChatKey(1),
        id: MessageId(MS),
        position: Position(3),
        sender: Some(account(2)),
        body: Body { content_type: ContentType::Text, content: "a < b\nc".to_owned() },
        importance: Importance::Urgent,
        extras: Extras::default(),
        etag: MS + 5,
        edited_at: Some(Timestamp::from_ms(MS + 5)),
        edited_position: Some(Position(4)),
        deleted_at: None,
        only_for: None,
        reactions: Vec::new(),
    };
    let (people, chat_home) = (people(), home(1));
    MessageView { chat_id: chat_id(), message: Arc::new(message), people, chat_home }
}

fn membership() -> Membership {
    Membership {
        chat: ChatKey(1),
        account: account(1),
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
        is_hidden: true,
        is_muted: true,
        is_pinned: false,
        read_up_to: Some(MessageId(MS)),
    }
}

fn chat() -> ChatView {
    let chat = Chat {
        key: ChatKey(1),
        id: chat_id(),
        kind: ChatKind::Group,
        initiator: account(3),
        initiator_home: Home::Personal,
        topic: Some("Topic".to_owned()),
        created_at: Timestamp::from_ms(MS),
        updated_at: Timestamp::from_ms(MS + 1),
        last_position: Position(4),
        last_message: Some(MessageId(MS)),
        access_version: 1,
        pending_sends: 0,
        has_accepted_outsider: false,
    };
    let membership = membership();
    ChatView {
        chat,
        membership,
        request: None,
        members: None,
        last_message: None,
        unread: None,
        send_refusal: None,
    }
}

fn member(number: usize) -> Member {
    let person = people().swap_remove(number);
    let read_up_to = (number == 0).then_some(MessageId(MS));
    let visible_from = MessageId(if number == 0 { 0 } else { MS });
    Member { chat: chat_id(), person, visible_from, read_up_to, is_pending: number == 2 }
}

#[test]
fn messages() {
    let plain = message();
    insta::assert_json_snapshot!(message_wire(&plain, UnknownEnums::Replaced));

    let mut rich = (*plain.message).clone();
    rich.extras = Extras {
        subject: Some("Subject".to_owned()),
        mentions: vec![Mention { id: 0, text: "Person 1".to_owned(), account: account(1) }],
        quotes: vec![Quote {
            message: MessageId(7),
            preview: "said".to_owned(),
            sender: account(3),
        }],
        images: Vec::new(),
        system: None,
    };
    rich.reactions = vec![Reaction {
        account: account(3),
        kind: "\u{1F498}".to_owned(),
        created_at: Timestamp::from_ms(MS),
        position: Position(5),
    }];
    let rich = MessageView { message: Arc::new(rich), ..plain };
    insta::assert_json_snapshot!(message_wire(&rich, UnknownEnums::Replaced));
}

#[test]
fn images_stand_below_their_message() {
    let plain = message();
    let mut shown = (*plain.message).clone();
    shown.body.content_type = ContentType::Html;
    shown.body.content = "<p>a<img src=\"../hostedContents/1/$value\"></p>".to_owned();
    let image = Image { number: ImageNumber(1), kind: ImageType::Png, bytes: 9 };
    shown.extras = Extras { images: vec![image], ..Extras::default() };
    let view = MessageView { message: Arc::new(shown), ..plain };
    let path = format!("/v1.0/chats/{}/messages/{}", view.chat_id, view.message.id);
    for base in ["", "https://a.example"] {
        let wire = message_wire_on(&view, UnknownEnums::Replaced, base);
        let wire = serde_json::to_value(wire).unwrap();
        let source = format!("{base}{path}/hostedContents/1/$value");
        assert_eq!(wire["body"]["content"], format!("<p>a<img src=\"{source}\"></p>"));
    }
}

#[test]
fn tombstones_say_nothing() {
    let mut gone = (*message().message).clone();
    gone.body.content.clear();
    gone.deleted_at = Some(Timestamp::from_ms(MS + 9));
    gone.extras = Extras {
        subject: Some("Subject".to_owned()),
        mentions: vec![Mention { id: 0, text: "Person 1".to_owned(), account: account(1) }],
        quotes: vec![Quote {
            message: MessageId(7),
            preview: "said".to_owned(),
            sender: account(3),
        }],
        images: Vec::new(),
        system: None,
    };
    let gone = MessageView { message: Arc::new(gone), ..message() };
    let wire = serde_json::to_string(&message_wire(&gone, UnknownEnums::Replaced)).unwrap();
    assert!(wire.contains("deletedDateTime\":\"2026"));
    assert!(!wire.contains("Subject") && !wire.contains("said") && !wire.contains("Person 1"));
    assert!(wire.contains(r#""body":{"contentType":"text","content":""}"#), "{wire}");
}

#[test]
fn system_lines() {
    let members = vec![account(2), account(3)];
    let events = [
        SystemEvent::MembersAdded { members: members.clone(), visible_from: MessageId(0) },
        SystemEvent::MembersDeleted { members: members.clone(), by_policy: true },
        SystemEvent::MembersJoined { members: members.clone() },
        SystemEvent::MembersLeft { members },
        SystemEvent::ChatRenamed { topic: Some("New".to_owned()) },
        SystemEvent::MessagePinned,
        SystemEvent::MessageUnpinned,
    ];
    let details: Vec<serde_json::Value> = events
        .into_iter()
        .map(|event| {
            let mut line = (*message().message).clone();
            line.sender = None;
            line.extras.system = Some(event);
            let line = MessageView { message: Arc::new(line), ..message() };
            let known = serde_json::to_value(message_wire(&line, UnknownEnums::AsTheyAre)).unwrap();
            let unknown =
                serde_json::to_value(message_wire(&line, UnknownEnums::Replaced)).unwrap();
            assert_eq!(known["messageType"], "systemEventMessage");
            assert_eq!(unknown["messageType"], "unknownFutureValue");
            assert!(known["from"].is_null());
            known["eventDetail"].clone()
        })
        .collect();
    insta::assert_json_snapshot!(details);
}

#[test]
fn members() {
    let members = [member(0), member(1), member(2)];
    let wires: Vec<_> = members.iter().map(member_wire).collect();
    insta::assert_json_snapshot!(wires);
}

#[test]
fn chats() {
    let mut view = chat();
    insta::assert_json_snapshot!(chat_wire(&view, false, UnknownEnums::Replaced));

    view.members = Some(vec![member(1)]);
    view.last_message = Some(message());
    insta::assert_json_snapshot!(chat_wire(&view, true, UnknownEnums::Replaced));
}

#[test]
fn contact_requests_have_two_faces() {
    let mut view = chat();
    let mut request = Request {
        state: RequestState::Pending,
        is_outbound: true,
        requested_by: person(2, home(2), Trust::Unfamiliar),
        requested_at: Timestamp::from_ms(MS),
        messages: Some((3, 10)),
        risk: None,
    };
    view.request = Some(request.clone());
    let asking = serde_json::to_value(chat_wire(&view, false, UnknownEnums::Replaced)).unwrap();
    insta::assert_json_snapshot!(asking["contactRequest"]);

    request.is_outbound = false;
    request.messages = None;
    request.risk =
        Some(Risk { level: RiskLevel::High, reasons: vec![RiskReason::LookalikeDomain] });
    view.request = Some(request);
    view.membership.consent = Consent::Pending;
    view.chat.topic = None;
    let asked = serde_json::to_value(chat_wire(&view, false, UnknownEnums::Replaced)).unwrap();
    insta::assert_json_snapshot!(asked["contactRequest"]);
    assert!(asked["topic"].is_null());
    assert!(asked.as_object().unwrap().contains_key("lastMessagePreview"));
    assert!(asked["lastMessagePreview"].is_null());
}
