//! Delivery of change notifications to other servers, and what the HTTP interface asks of it.

use std::pin::Pin;
use std::sync::Arc;

use anyhow::anyhow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;
use visavis_app::presence::PresenceView;
use visavis_app::view::{ChatView, Member, MessageView};
use visavis_app::{App, AuditEntry};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId};
use visavis_domain::subscription::Certificate;
use visavis_graph_api::{
    Receivers, Tenant, UnknownEnums, audit_wire, chat_wire, member_wire, message_wire_on,
    presence_wire,
};
use visavis_webhook::{Asker, Options, Reach, Webhooks, Wire, read_certificate};

use crate::edge::GraphWire;
use crate::serve::Serve;

/// Starts to deliver; inside a runtime.
pub(crate) fn start(app: &App, arguments: &Serve) -> anyhow::Result<Webhooks> {
    let allows_private = arguments.demo || arguments.allow_private_notification_urls;
    let reach = if allows_private { Reach::Anywhere } else { Reach::Public };
    let wire = GraphWire::below(arguments.public_url.as_deref());
    Webhooks::start(app.clone(), Arc::new(wire), Options::new(reach))
        .map_err(|error| anyhow!("change notifications cannot be delivered: {error}"))
}

/// What the HTTP interface asks before a subscription is made.
#[derive(Debug)]
pub(crate) struct Asked(pub(crate) Webhooks);

impl Receivers for Asked {
    fn check(&self, url: &str) -> Result<(), String> {
        self.0.reach().read(url).map(|_url| ())
    }

    fn certificate(&self, base64: &str, id: &str) -> Result<Certificate, String> {
        read_certificate(base64, id)
    }

    fn validate(
        &self,
        account: AccountId,
        home: Home,
        url: String,
    ) -> Pin<Box<dyn Future<Output = Option<bool>> + Send + '_>> {
        let asker = Asker { account, organisation: home.organisation() };
        Box::pin(async move { self.0.validate(asker, &url).await })
    }
}

impl Wire for GraphWire {
    fn chat(&self, view: &ChatView) -> Option<Box<RawValue>> {
        Self::write(&chat_wire(view, false, UnknownEnums::default()))
    }

    fn message(&self, view: &MessageView) -> Option<Box<RawValue>> {
        Self::write(&message_wire_on(view, UnknownEnums::default(), &self.base))
    }

    fn member(&self, view: &Member) -> Option<Box<RawValue>> {
        Self::write(&member_wire(view))
    }

    fn presence(&self, view: &PresenceView) -> Option<Box<RawValue>> {
        Self::write(&presence_wire(view))
    }

    fn act(&self, entry: &AuditEntry) -> Option<Box<RawValue>> {
        Self::write(&audit_wire(entry))
    }

    fn member_id(&self, chat: &ChatId, account: AccountId, home: Home) -> String {
        STANDARD.encode(format!("0##{}##{chat}##{account}", Tenant::from(home)))
    }

    fn home_id(&self, home: Home) -> String {
        Tenant::from(home).to_string()
    }
}
