//! A stage for programs of others: a fresh demonstration, and an environment that points to it.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::authority::Authority;
use crate::server::{Server, binary};

/// A running demonstration, with a home folder for whoever visits it.
#[derive(Debug)]
pub struct Stage {
    server: Server,
    authority: Option<Authority>,
    home: TempDir,
}

impl Stage {
    /// A demonstration over plain HTTP.
    #[must_use]
    pub fn plain() -> Self {
        Self::of(Server::demonstration(), None)
    }

    /// A demonstration over TLS as `localhost`, with an authority of its own.
    #[must_use]
    pub fn encrypted() -> Self {
        let authority = Authority::default();
        Self::of(Server::encrypted(&authority), Some(authority))
    }

    fn of(server: Server, authority: Option<Authority>) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        Self { server, authority, home }
    }

    /// The server.
    #[must_use]
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// The folder of the visitor.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A command that finds the demonstration: `VISAVIS_SERVER` says where it is, `VISAVIS_DATA` is
    /// its data folder, with `demo.json`; `visavis` is in the path; and whoever asks the usual
    /// variables for authorities trusts the server.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("PATH", self.path())
            .env("XDG_CONFIG_HOME", self.home.path().join(".config"))
            .env("VISAVIS_SERVER", self.server.base_url())
            .env("VISAVIS_DATA", self.server.data());
        if let Some(authority) = &self.authority {
            for name in [
                "VISAVIS_CA_FILE",
                "NODE_EXTRA_CA_CERTS",
                "SSL_CERT_FILE",
                "CURL_CA_BUNDLE",
                "REQUESTS_CA_BUNDLE",
            ] {
                command.env(name, authority.ca_file());
            }
        }
        command
    }

    /// The search path, with the program under test first.
    fn path(&self) -> OsString {
        let program = binary();
        let own = program.parent().map(Path::to_owned);
        let others = env::var_os("PATH").unwrap_or_default();
        let folders = own.into_iter().chain(env::split_paths(&others));
        env::join_paths(folders).expect("folders without colons")
    }
}
