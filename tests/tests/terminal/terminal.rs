//! A desk with terminals: each profile is somebody who has signed in.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use visavis_tests::client::Client;
use visavis_tests::server::{Server, command};

const SOON: Duration = Duration::from_secs(20);

/// A server of the demonstration and a folder with profiles.
pub(crate) struct Desk {
    pub(crate) server: Server,
    configuration: TempDir,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) said: String,
    pub(crate) complained: String,
}

impl Ran {
    /// What it said, provided that it did what it was asked.
    #[track_caller]
    pub(crate) fn done(&self) -> &str {
        assert_eq!(self.code, Some(0), "{}{}", self.said, self.complained);
        &self.said
    }

    /// It was refused with this code and a sentence that has these words.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.complained.contains(words), "`{words}` is missing: {self:?}");
        assert!(self.complained.trim().contains(' '), "no sentence: {self:?}");
    }

    /// The one value that it said with `--json`.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.done()).unwrap_or_else(|error| panic!("{error}: {}", self.said))
    }
}

impl Desk {
    /// Starts the server and signs these people in, by the first part of their addresses.
    pub(crate) fn new(people: &[&str]) -> Self {
        let configuration = tempfile::tempdir().unwrap();
        let desk = Self { server: Server::demonstration(), configuration };
        for name in people {
            let mail = desk.account(name)["mail"].as_str().unwrap().to_owned();
            let password = desk.account(name)["password"].as_str().unwrap().to_owned();
            let server = ["--server", desk.server.base_url(), "sign-in"];
            desk.run(name, &[&server[..], &[&mail, "--password", &password]].concat()).done();
        }
        desk
    }

    /// Somebody of the demonstration.
    pub(crate) fn account(&self, name: &str) -> Value {
        let demo = self.server.demo();
        let accounts = demo["accounts"].as_array().unwrap();
        let is_meant =
            |account: &&Value| account["mail"].as_str().unwrap().starts_with(&format!("{name}."));
        accounts.iter().find(is_meant).unwrap().clone()
    }

    /// The address of somebody of the demonstration.
    pub(crate) fn mail(&self, name: &str) -> String {
        self.account(name)["mail"].as_str().unwrap().to_owned()
    }

    /// The same person over HTTP.
    pub(crate) fn client(&self, name: &str) -> Client {
        self.server.anonymous().with_token(self.account(name)["token"].as_str().unwrap())
    }

    fn command(&self, profile: &str, arguments: &[&str]) -> Command {
        let mut command = command();
        command
            .args(["--profile", profile])
            .args(arguments)
            .env("XDG_CONFIG_HOME", self.configuration.path())
            .env("VISAVIS_DATA", self.server.data())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, profile: &str, arguments: &[&str]) -> Ran {
        ran(&mut self.command(profile, arguments))
    }

    /// Runs a command that goes on.
    pub(crate) fn begin(&self, profile: &str, arguments: &[&str]) -> Screen {
        let mut child = self
            .command(profile, arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let keyboard = child.stdin.take();
        let out = child.stdout.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(out).lines().map_while(Result::ok).for_each(|line| {
                // Whoever has left the terminal reads no more.
                let _unread = sender.send(line);
            });
        });
        Screen { child, keyboard, lines, shown: String::new() }
    }
}

/// Runs a prepared command to its end.
pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ran {
        code: output.status.code(),
        said: String::from_utf8(output.stdout).unwrap(),
        complained: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A command that goes on, and what it shows.
pub(crate) struct Screen {
    child: Child,
    keyboard: Option<ChildStdin>,
    lines: Receiver<String>,
    pub(crate) shown: String,
}

impl Screen {
    /// Waits until a line with this text appears; the line.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(SOON);
            let line = line.unwrap_or_else(|_| panic!("`{text}` never appears in {}", self.shown));
            self.shown.push_str(&line);
            self.shown.push('\n');
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Types a line.
    pub(crate) fn types(&mut self, line: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        writeln!(keyboard, "{line}").unwrap();
        keyboard.flush().unwrap();
    }

    /// Presses Ctrl-D and waits for the end; the exit code.
    pub(crate) fn leaves(mut self) -> Option<i32> {
        self.keyboard = None;
        self.child.wait().unwrap().code()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended already.
        if self.child.kill().is_ok() {
            let _status = self.child.wait();
        }
    }
}
