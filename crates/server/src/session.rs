//! Which server a command talks to, as whom, and how it writes.

use std::path::PathBuf;

use crate::client::Client;
use crate::exit::Done;
use crate::operator;
use crate::output::Output;
use crate::profile;

/// Where a server is expected when nothing says otherwise.
const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";

/// Options that every command takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connect {
    /// Act as the person signed in under this name; two terminals can be two people
    #[arg(
        long,
        global = true,
        env = "VISAVIS_PROFILE",
        hide_env_values = true,
        value_name = "NAME"
    )]
    pub profile: Option<String>,

    /// Where the server is; else the profile or the data folder says so
    #[arg(long, global = true, env = "VISAVIS_SERVER", hide_env_values = true, value_name = "URL")]
    pub server: Option<String>,

    /// A bearer token; else the profile or the data folder has one
    #[arg(
        long,
        global = true,
        env = "VISAVIS_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<String>,

    /// Trust a server whose certificate comes from these authorities, in PEM, besides the system's
    #[arg(
        long,
        global = true,
        env = "VISAVIS_CA_FILE",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub ca_file: Option<PathBuf>,

    /// The data folder of the server, for `serve` and for commands of the operator
    #[arg(
        long,
        global = true,
        env = "VISAVIS_DATA",
        hide_env_values = true,
        default_value = "./data",
        value_name = "DIR"
    )]
    pub data: PathBuf,
}

/// What a command runs with.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Where to, and as whom.
    pub connect: Connect,
    /// Where the output goes.
    pub out: Output,
}

impl Session {
    /// The name of the profile.
    #[must_use]
    pub(crate) fn profile(&self) -> &str {
        self.connect.profile.as_deref().unwrap_or(profile::DEFAULT)
    }

    /// Where a server is expected of which no profile tells: as the options say, else where the data
    /// folder says that it runs, else at the usual place.
    #[must_use]
    pub(crate) fn server(&self) -> String {
        let Connect { server, data, .. } = &self.connect;
        let running = || operator::find(data).map(|operator| operator.base_url);
        server.clone().or_else(running).unwrap_or_else(|| DEFAULT_SERVER.to_owned())
    }

    /// A client for a server, with a token unless nobody is signed in yet.
    ///
    /// # Errors
    ///
    /// When the address of the server makes no sense, or the authorities to trust cannot be read.
    pub(crate) fn client(&self, server: &str, token: Option<String>) -> Done<Client> {
        Client::new(server, token, self.connect.ca_file.as_deref())
    }

    /// A client as a person: by token, else by profile.
    ///
    /// # Errors
    ///
    /// When nobody is signed in.
    pub(crate) fn person(&self) -> Done<Client> {
        let Connect { server, token, .. } = &self.connect;
        if let Some(token) = token {
            return self.client(&self.server(), Some(token.clone()));
        }
        let profile = profile::read(self.profile())?;
        let server = server.as_deref().unwrap_or(&profile.server);
        self.client(server, Some(profile.token.clone()))
    }

    /// A client as whoever runs the deployment, unless a person was named.
    ///
    /// # Errors
    ///
    /// When there is neither a person nor a data folder that this user may read.
    pub(crate) fn operator(&self) -> Done<Client> {
        if self.connect.token.is_some() || self.connect.profile.is_some() {
            return self.person();
        }
        let operator = operator::read(&self.connect.data)?;
        let server = self.connect.server.as_deref().unwrap_or(&operator.base_url);
        self.client(server, Some(operator.token.clone()))
    }
}
