//! The program as a person runs it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a configuration and, if it is started, a server's data.
pub(crate) struct Stage {
    folder: TempDir,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) said: String,
    pub(crate) complained: String,
}

impl Ran {
    /// What it said with `--json`.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.said)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.said, self.complained))
    }

    /// The same command, provided that it did what it was asked.
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.said, self.complained);
        self
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_visavis"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .env("VISAVIS_DATA", self.data())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        Ran {
            code: status.code().unwrap_or(-1),
            said: String::from_utf8(stdout).unwrap(),
            complained: String::from_utf8(stderr).unwrap(),
        }
    }

    /// Runs a command as somebody who has signed in.
    pub(crate) fn run_as(&self, profile: &str, arguments: &[&str]) -> Ran {
        self.run(&[&["--profile", profile], arguments].concat())
    }

    /// Starts a server and waits until it listens.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Serving {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = self
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        let base_url = loop {
            let line = lines.next().expect("the server says where it listens").unwrap();
            said.push(line.clone());
            if let Some(url) = line.strip_prefix("visavis: listening on ") {
                break url.to_owned();
            }
        };
        // What else it says comes at once; reading on keeps the pipe from filling.
        said.extend(lines.next().map(Result::unwrap));
        if !arguments.contains(&"--demo") {
            said.extend(lines.next().map(Result::unwrap));
        }
        Serving { child, base_url, said }
    }

    /// A server of the demonstration with these people signed in, by the start of their names.
    pub(crate) fn demonstration(&self, people: &[&str]) -> (Serving, Value) {
        let serving = self.serve(&["--demo"]);
        let demo = read_json(&self.data().join("demo.json"));
        for name in people {
            let account = account(&demo, name);
            let mail = account["mail"].as_str().unwrap();
            let password = account["password"].as_str().unwrap();
            let sign_in = ["--server", &serving.base_url, "sign-in", mail, "--password", password];
            self.run_as(name, &sign_in).done();
        }
        (serving, demo)
    }
}

pub(crate) fn read_json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The account of the demonstration whose address starts so.
pub(crate) fn account<'a>(demo: &'a Value, name: &str) -> &'a Value {
    let accounts = demo["accounts"].as_array().unwrap();
    accounts
        .iter()
        .find(|account| account["mail"].as_str().unwrap().starts_with(name))
        .unwrap_or_else(|| panic!("{name} is in the demonstration"))
}

/// A server that runs.
pub(crate) struct Serving {
    child: Child,
    pub(crate) base_url: String,
    /// What it said when it started.
    pub(crate) said: Vec<String>,
}

impl Serving {
    /// Asks the server to stop, and answers its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
