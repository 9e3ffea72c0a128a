//! Pages that need no web client: how to found the first organisation, who can sign in to the
//! demonstration, and what to do where the client is not inside. Rendered here, without scripts.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use visavis_app::App;
use visavis_app::failure::Failure;
use visavis_app::founding::Founding;
use visavis_domain::account::Role;

use crate::demo::Demo;
use crate::page_policy::{Nonce, of_page};
use crate::web;

const STYLE: &str = include_str!("landing.css");

/// What the page shows.
pub(crate) struct Landing {
    /// The application.
    pub app: App,
    /// The demonstration, if this is one.
    pub demo: Option<Demo>,
}

/// The routes of the pages. Without the client inside, `/` is one of them.
pub(crate) fn router(landing: Landing) -> Router {
    let router = Router::new().route("/found", get(show_form).post(found));
    let router =
        if landing.demo.is_some() { router.route("/demo", get(show_demo)) } else { router };
    let router = if web::is_there() { router } else { router.route("/", get(show)) };
    router.with_state(Arc::new(landing))
}

/// What stands at `/` in place of the client.
async fn show(State(landing): State<Arc<Landing>>) -> Response {
    if let Some(demo) = &landing.demo {
        return page("Visavis demonstration", &format!("{NO_CLIENT}{}", demonstration(demo)));
    }
    match is_founded(&landing.app).await {
        Ok(true) => page("Visavis", &format!("{NO_CLIENT}{RUNNING}")),
        Ok(false) => page(FOUND, &form("", &[])),
        Err(error) => unavailable(&error),
    }
}

async fn show_demo(State(landing): State<Arc<Landing>>) -> Response {
    let shown = landing.demo.as_ref().map(demonstration);
    page("Visavis demonstration", &shown.unwrap_or_default())
}

async fn show_form(State(landing): State<Arc<Landing>>) -> Response {
    match is_founded(&landing.app).await {
        Ok(true) => page("Visavis", FOUNDED),
        Ok(false) => page(FOUND, &form("", &[])),
        Err(error) => unavailable(&error),
    }
}

fn unavailable(error: &Failure) -> Response {
    tracing::error!(%error, "a page could not be rendered");
    (StatusCode::SERVICE_UNAVAILABLE, page("Visavis", "<p>Please try again.</p>")).into_response()
}

async fn is_founded(app: &App) -> Result<bool, Failure> {
    app.store().read(|tx| Ok(!tx.list_organisations(None, 1)?.is_empty())).await
}

const FOUND: &str = "Found the first organisation";

const FOUNDED: &str = "<p>The first organisation is founded. <a href=\"/\">Sign in</a>.</p>";

const NO_CLIENT: &str = "<p>The web client is not inside this program, so there is nothing to see \
    here but this page. <code>make run</code> builds the client and starts the server with it; it \
    needs Node 20.19 or newer. Everything else works without.</p>";

const RUNNING: &str = "<p>This server is running. The interface for programs is described in \
    <a href=\"/reference\">/reference</a>; in a terminal, begin with</p>\
    <pre tabindex=\"0\">visavis sign-in you@your-organisation.example</pre>";

fn page(title: &str, body: &str) -> Response {
    let nonce = Nonce::fresh();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <style nonce=\"{}\">{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main>\
         </body></html>",
        nonce.as_str()
    );
    ([(header::CONTENT_SECURITY_POLICY, of_page(&nonce))], Html(html)).into_response()
}

fn demonstration(demo: &Demo) -> String {
    let mut html = "<p>Two organisations and two people with personal accounts. Whoever belongs \
        elsewhere is external: the first contact is a request, which its recipient accepts or \
        refuses. Everything here can be reached from this machine only.</p>\
        <h2>Who can sign in</h2>"
        .to_owned();
    let groups = demo.organisations.iter().map(|organisation| {
        (format!("{} ({})", organisation.name, organisation.domain), Some(&organisation.id))
    });
    for (title, id) in groups.chain([("Personal accounts".to_owned(), None)]) {
        sign_ins(&mut html, &title, demo, id);
    }
    html.push_str("<h2>A conversation in two terminals</h2>");
    html.push_str(&terminals(demo));
    html.push_str(
        "<h2>More to try</h2><ul>\
         <li><code>visavis chat requests</code>, then <code>preview</code>, <code>accept</code> or \
         <code>block</code>: Chiara Moretti and Ada Lindqvist have requests waiting.</li>\
         <li>As Ada: <code>visavis external-access set --allow-personal-accounts=false</code>. \
         From its answer on, no message to or from a personal account is accepted.</li>\
         <li><code>visavis audit verify</code> proves that nobody has changed the trail.</li>\
         <li><a href=\"/openapi.json\">/openapi.json</a> describes the interface for programs; \
         <code>demo.json</code> in the data folder has a token for everybody.</li></ul>",
    );
    html
}

fn sign_ins(html: &mut String, title: &str, demo: &Demo, organisation: Option<&String>) {
    // Writing to a text cannot fail.
    let _infallible = write!(
        html,
        "<h3>{0}</h3><div class=\"wide\" tabindex=\"0\" role=\"region\" \
         aria-label=\"{0}\"><table><thead><tr><th>Name</th><th>Address</th>\
         <th>Password</th></tr></thead><tbody>",
        escaped(title)
    );
    let people =
        demo.accounts.iter().filter(|account| account.organisation_id.as_ref() == organisation);
    for account in people {
        let is_administrator = account.roles.contains(&Role::OrganisationAdministrator);
        let badge = if is_administrator { " <span>administrator</span>" } else { "" };
        let phone = account
            .phone
            .as_ref()
            .map_or_else(String::new, |phone| format!("<br><code>{}</code>", escaped(phone)));
        let _infallible = write!(
            html,
            "<tr><td>{}{badge}</td><td><code>{}</code>{phone}</td><td><code>{}</code></td></tr>",
            escaped(&account.display_name),
            escaped(&account.mail),
            escaped(&account.password),
        );
    }
    html.push_str("</tbody></table></div>");
}

fn terminals(demo: &Demo) -> String {
    let person = |start: &str| demo.accounts.iter().find(|one| one.mail.starts_with(start));
    let (Some(first), Some(second)) = (person("daniel."), person("isaac.")) else {
        return String::new();
    };
    let sign_in = |account: &crate::demo::DemoAccount, profile: &str| {
        format!(
            "visavis --server {} --profile {profile} sign-in {} --password {}",
            demo.base_url, account.mail, account.password
        )
    };
    let one = format!(
        "{}\nvisavis --profile daniel chat start {} --message 'Hello Isaac'\n\
         visavis --profile daniel chat talk {}",
        sign_in(first, "daniel"),
        second.mail,
        second.mail
    );
    let other = format!(
        "{}\nvisavis --profile isaac chat requests\nvisavis --profile isaac chat talk {}\n\
         /preview\n/accept",
        sign_in(second, "isaac"),
        first.mail
    );
    format!(
        "<p>{} of Contoso asks {} of Fabrikam. In the first:</p><pre tabindex=\"0\">{}</pre>\
         <p>In the second:</p><pre tabindex=\"0\">{}</pre>\
         <p>The program is <code>target/debug/visavis</code> when the server was started by \
         <code>make run</code>.</p>",
        escaped(&first.display_name),
        escaped(&second.display_name),
        escaped(&one),
        escaped(&other)
    )
}

/// The fields of the form: name, label, type, hint.
const FIELDS: [(&str, &str, &str, &str); 6] = [
    ("code", "Code", "text", "The server has printed it on its console."),
    ("organisation", "Organisation", "text", "What it is called."),
    ("domain", "Domain", "text", "Addresses of this domain belong to the organisation."),
    ("name", "Your name", "text", "You become its first administrator."),
    ("address", "Your e-mail address", "email", "In that domain; you sign in with it."),
    ("password", "Password", "password", "8 to 256 characters."),
];

fn form(complaint: &str, given: &[(String, String)]) -> String {
    let mut html = "<p>This server has no organisation yet.</p>".to_owned();
    if !complaint.is_empty() {
        let _infallible =
            write!(html, "<p class=\"complaint\" role=\"alert\">{}</p>", escaped(complaint));
    }
    html.push_str("<form method=\"post\" action=\"/found\">");
    for (name, label, kind, hint) in FIELDS {
        let is_secret = kind == "password";
        let value = given.iter().find(|(key, _)| key == name && !is_secret);
        let value = value.map_or(String::new(), |(_, value)| escaped(value));
        let _infallible = write!(
            html,
            "<label for=\"{name}\">{label}</label>\
             <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" value=\"{value}\" required \
             autocomplete=\"off\" aria-describedby=\"{name}-hint\">\
             <small id=\"{name}-hint\">{hint}</small>"
        );
    }
    html.push_str("<button>Found the organisation</button></form>");
    html
}

async fn found(State(landing): State<Arc<Landing>>, body: Bytes) -> Response {
    let given = fields(&body);
    let founded = match founding(&given) {
        Ok(founding) if landing.demo.is_none() => landing.app.found_first(founding).await,
        Ok(_) => Err(Failure::Conflict("The demonstration has its organisations.".to_owned())),
        Err(failure) => Err(failure),
    };
    match founded {
        Ok((organisation, user)) => {
            let address = escaped(&user.person.card.user_principal_name);
            let name = escaped(&organisation.name);
            let body = format!(
                "<p>{name} is founded. <a href=\"/\">Sign in</a>, and make accounts for the others; in \
                 a terminal:</p>\
                 <pre tabindex=\"0\">visavis --profile me sign-in {address}\nvisavis --profile me account create \
                 --name 'Ada Lindqvist' --address ada@{}</pre>",
                organisation
                    .default_domain()
                    .map_or(String::new(), |domain| escaped(domain.as_str()))
            );
            page("The first organisation", &body)
        }
        Err(failure) => {
            let (status, sentence) = complaint(&failure);
            (status, page(FOUND, &form(&sentence, &given))).into_response()
        }
    }
}

fn complaint(failure: &Failure) -> (StatusCode, String) {
    match failure {
        Failure::NotSignedIn => {
            (StatusCode::FORBIDDEN, "The code is not the one on the console.".to_owned())
        }
        Failure::Invalid { message, .. } => (StatusCode::BAD_REQUEST, message.clone()),
        Failure::Conflict(message) => (StatusCode::CONFLICT, message.clone()),
        Failure::TooMany { retry_after_s } => (
            StatusCode::TOO_MANY_REQUESTS,
            format!("Too many attempts. Wait {retry_after_s} seconds."),
        ),
        other => {
            tracing::error!(error = %other, "the first organisation could not be founded");
            (StatusCode::SERVICE_UNAVAILABLE, "That did not work; please try again.".to_owned())
        }
    }
}

fn founding(given: &[(String, String)]) -> Result<Founding, Failure> {
    let field = |name: &str| {
        let found = given.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let invalid = |target: &str, message: String| Failure::invalid(target, message);
    let domain = field("domain");
    let address = field("address");
    Ok(Founding {
        code: field("code"),
        organisation: field("organisation"),
        domain: domain
            .trim()
            .parse()
            .map_err(|why| invalid("domain", format!("“{domain}” is {why}.")))?,
        display_name: field("name"),
        user_principal_name: address
            .parse()
            .map_err(|why| invalid("address", format!("“{address}” is {why}.")))?,
        password: field("password"),
    })
}

/// The fields of a form as browsers send it.
fn fields(body: &[u8]) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let body = String::from_utf8_lossy(body);
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// Text that may stand anywhere in HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_comes_back_inert() {
        let given = fields(b"organisation=%22%3E%3Cscript%3E&password=secret+word&code=a+b");
        let html = form("<no>", &given);
        assert!(html.contains("&quot;&gt;&lt;script&gt;") && html.contains("&lt;no&gt;"));
        assert!(!html.contains("<script>") && !html.contains("secret"));
        assert!(html.contains("value=\"a b\""));
    }

    #[test]
    fn a_bad_domain_gets_a_sentence() {
        let given = fields(b"domain=localhost");
        let failure = founding(&given).unwrap_err();
        assert_eq!(complaint(&failure).0, StatusCode::BAD_REQUEST);
        assert!(complaint(&failure).1.contains("not a valid domain name"));
    }
}
