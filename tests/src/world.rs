//! A server with a cast of people, as the decision table of the specification names them.
//!
//! `A`, `A2`, `A3` belong to `a.test`; `B`, `B2` to `b.test` and `S` to `sub.b.test`, which is the
//! same organisation; `C` to `c.test`. `P`, `Q` and `R` have personal accounts. `AA`, `BB` and `CC`
//! are the administrators. The demonstration is there besides.
//!
//! Making people costs time, since passwords are slow to hash on purpose. So the cast is made once
//! per build of the server and kept; each world starts on a copy of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::Client;
use crate::server::{self, Server};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Counts up when the cast changes, so that what was kept is made afresh.
const CAST: u32 = 1;

const ORGANISATIONS: [(&str, &[&str]); 3] =
    [("Alpha", &["a.test"]), ("Beta", &["b.test", "sub.b.test"]), ("Gamma", &["c.test"])];

/// Name, address, telephone number.
const PEOPLE: [(&str, &str, Option<&str>); 13] = [
    ("AA", "admin@a.test", None),
    ("A", "a@a.test", None),
    ("A2", "a2@a.test", None),
    ("A3", "a3@a.test", None),
    ("BB", "admin@b.test", None),
    ("B", "b@b.test", None),
    ("B2", "b2@b.test", None),
    ("S", "s@sub.b.test", None),
    ("CC", "admin@c.test", None),
    ("C", "c@c.test", None),
    ("P", "p@mail.test", Some("+4930901820")),
    ("Q", "q@mail.test", Some("+442079460999")),
    ("R", "r@outlook.test", None),
];

/// Somebody with an account, who can be told to call: they are a [`Client`] too.
#[derive(Debug, Clone)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// The account.
    pub id: String,
    /// The address with which they sign in.
    pub mail: String,
    /// The organisation, if it is no personal account.
    pub organisation: Option<String>,
    client: Client,
}

impl Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A server and its people.
#[derive(Debug)]
pub struct World {
    /// The server.
    pub server: Server,
    client: Client,
    people: BTreeMap<String, Person>,
    organisations: BTreeMap<String, String>,
}

impl World {
    /// Everything as the product has it by default.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with further arguments for the server, such as other limits.
    #[must_use]
    pub fn start_with(arguments: &[&str]) -> Self {
        Self::served(&["--demo"], arguments)
    }

    /// The same people on a server as it is run in earnest: without the demonstration, and with
    /// these further arguments.
    #[must_use]
    pub fn in_earnest(arguments: &[&str]) -> Self {
        Self::served(&[], arguments)
    }

    fn served(kind: &[&str], arguments: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        copy_kept(data.path());
        let cast = server::read_json(&data.path().join("cast.json"));
        let usual = ["serve", "--listen", "127.0.0.1:0"];
        let server = Server::with(data.path(), &[&usual, kind, arguments].concat()).owning(data);
        let client = server.anonymous();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let entries = |name: &str| cast[name].as_object().expect("a map").clone();
        let people = entries("people").into_iter().map(|(name, person)| {
            let known = Person {
                name: name.clone(),
                id: text(&person["id"]),
                mail: text(&person["mail"]),
                organisation: person["organisation"].as_str().map(str::to_owned),
                client: client.with_token(&text(&person["token"])),
            };
            (name, known)
        });
        let people = people.collect();
        let organisations =
            entries("organisations").into_iter().map(|(domain, id)| (domain, text(&id))).collect();
        Self { server, client, people, organisations }
    }

    /// As the rows of the decision table assume it: the pairwise rule of groups is off in all
    /// three organisations (decision Q-25).
    pub async fn of_rows() -> Self {
        let world = Self::start();
        for administrator in ["AA", "BB", "CC"] {
            let off = json!({"enableMutualFederationForChatParticipants": false});
            world.person(administrator).configure(off).await;
        }
        world
    }

    /// One of the cast.
    #[track_caller]
    #[must_use]
    pub fn person(&self, name: &str) -> &Person {
        self.people.get(name).unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    /// Several of the cast.
    #[track_caller]
    #[must_use]
    pub fn people<const N: usize>(&self, names: [&str; N]) -> [&Person; N] {
        names.map(|name| self.person(name))
    }

    /// The organisation that owns a domain.
    #[track_caller]
    #[must_use]
    pub fn organisation(&self, domain: &str) -> &str {
        self.organisations.get(domain).unwrap_or_else(|| panic!("nobody owns {domain}"))
    }

    /// A client without a token.
    #[must_use]
    pub const fn anonymous(&self) -> &Client {
        &self.client
    }

    /// The operator of the deployment.
    #[must_use]
    pub fn operator(&self) -> Client {
        self.client.with_token(self.server.operator().token())
    }

    /// Somebody new: with a personal account unless an organisation owns the domain.
    pub async fn newcomer(&self, name: &str, mail: &str) -> Person {
        let operator = self.operator();
        let made = make(&operator, name, mail, None, &[]).await;
        person(&self.client, name, mail, &made).await
    }

    /// Accounts that nobody ever signs in to, quickly made; their ids.
    pub async fn crowd(&self, domain: &str, count: usize) -> Vec<String> {
        let operator = self.operator();
        let mut ids = Vec::with_capacity(count);
        for number in 0..count {
            let name = format!("crowd{number}");
            let body =
                json!({"displayName": name, "userPrincipalName": format!("{name}@{domain}")});
            ids.push(operator.post("deployment/accounts", body).await.id());
        }
        ids
    }

    /// Says of an organisation whether it is `trial` or `standard`.
    pub async fn set_trust_class(&self, domain: &str, class: &str) {
        let path = format!("deployment/organisations/{}", self.organisation(domain));
        self.operator().patch(&path, json!({"trustClass": class})).await.expect(200);
    }
}

/// Copies the kept cast, making it first if this build of the server has none yet.
fn copy_kept(to: &Path) {
    let target = server::profile_folder().parent().expect("the target folder").join("tmp");
    fs::create_dir_all(&target).expect("a folder for what is kept");
    let lock = File::create(target.join("visavis-cast.lock")).expect("a lock file");
    lock.lock().expect("the lock");
    let kept = target.join("visavis-cast");
    let stamp = stamp();
    if fs::read_to_string(kept.join("stamp")).ok().as_ref() != Some(&stamp) {
        make_kept(&kept, &stamp);
    }
    for name in ["visavis.db", "demo.json", "operator.json", "cast.json"] {
        fs::copy(kept.join(name), to.join(name)).expect("a copy of what is kept");
    }
}

/// Tells one build of the server from another.
fn stamp() -> String {
    let binary = fs::metadata(server::binary()).expect("the binary's size and age");
    format!("{CAST} {} {:?}", binary.len(), binary.modified().ok())
}

fn make_kept(kept: &PathBuf, stamp: &str) {
    drop(fs::remove_dir_all(kept));
    fs::create_dir_all(kept).expect("a folder for the cast");
    let mut server = Server::on(kept);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    // A thread of its own, since the caller's may be running a runtime already.
    let cast = std::thread::scope(|scope| {
        let made = scope.spawn(|| runtime.expect("a runtime").block_on(make_cast(&server)));
        made.join().expect("the cast")
    });
    fs::write(kept.join("cast.json"), cast.to_string()).expect("the cast is written");
    assert!(server.stop().success(), "the server stopped with a failure: {}", server.log());
    fs::write(kept.join("stamp"), stamp).expect("the stamp is written");
}

async fn make_cast(server: &Server) -> Value {
    let operator = server.operator();
    let mut organisations = BTreeMap::new();
    for (name, domains) in ORGANISATIONS {
        let body = json!({"displayName": name, "domains": domains});
        let id = operator.post("deployment/organisations", body).await.id();
        organisations.extend(domains.iter().map(|domain| ((*domain).to_owned(), id.clone())));
    }
    let mut people = BTreeMap::new();
    for (name, mail, phone) in PEOPLE {
        let is_administrator = mail.starts_with("admin@");
        let roles: &[&str] = if is_administrator { &["organisationAdministrator"] } else { &[] };
        let made = make(&operator, name, mail, phone, roles).await;
        let person = person(&operator, name, mail, &made).await;
        let known = json!({
            "id": person.id,
            "mail": mail,
            "organisation": person.organisation,
            "token": person.token(),
        });
        people.insert(name, known);
    }
    json!({"organisations": organisations, "people": people})
}

/// Makes an account: a personal one, unless an organisation owns the domain.
async fn make(
    operator: &Client,
    name: &str,
    mail: &str,
    phone: Option<&str>,
    roles: &[&str],
) -> Value {
    let domain = mail.rsplit('@').next().unwrap_or_default();
    let is_managed =
        domain.ends_with("a.test") || domain.ends_with("b.test") || domain.ends_with("c.test");
    let address = if is_managed { "userPrincipalName" } else { "mail" };
    let body = json!({
        "displayName": name,
        address: mail,
        "mobilePhone": phone,
        "passwordProfile": {"password": PASSWORD},
        "roles": roles,
    });
    operator.post("deployment/accounts", body).await.expect(201)
}

/// Signs in as somebody who was just made.
async fn person(client: &Client, name: &str, mail: &str, made: &Value) -> Person {
    let token = client.sign_in(mail, PASSWORD).await.expect(200);
    let token = token["token"].as_str().expect("a token");
    // Personal accounts have the tenant that stands for all of them.
    let is_personal = made["trust"] == "personal";
    let organisation = made["tenantId"].as_str().filter(|_tenant| !is_personal);
    Person {
        name: name.to_owned(),
        id: made["id"].as_str().expect("an id").to_owned(),
        mail: mail.to_owned(),
        organisation: organisation.map(str::to_owned),
        client: client.with_token(token),
    }
}
