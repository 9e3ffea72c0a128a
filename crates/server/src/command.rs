//! The command line: every command, with what it teaches.

use std::io;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::account_command::{self, AccountCommand};
use crate::audit_command::{self, AuditCommand};
use crate::chat_command::{self, ChatCommand};
use crate::cs::{self, Cs};
use crate::exit::{Complaint, Done, Exit};
use crate::external_access_command::{self, ExternalAccessCommand};
use crate::group_command::{self, GroupCommand};
use crate::organisation_command::{self, OrganisationCommand};
use crate::output::Output;
use crate::serve::{self, Serve};
use crate::session::{Connect, Session};
use crate::sign_in_command::{self, SignIn};
use crate::token_command::{self, TokenCommand};

const AFTER_HELP: &str = "Try it:
  visavis serve --demo                              a server with people to play with
  visavis --profile ben sign-in ben.okafor@contoso.example --password visavis-demo
  visavis --profile ben chat talk hana.sato@fabrikam.example

Exit codes:
  0  done
  1  it failed; of `audit verify`: the trail is broken
  2  the command line makes no sense
  3  refused: a policy, a role or a limit forbids it
  4  there is no such thing, or the person cannot be reached
  5  nobody is signed in, or the token is no longer valid
  6  the server cannot be reached";

/// Chat between people of different organisations, on terms that each side sets
#[derive(Debug, Parser)]
#[command(name = "visavis", version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Write JSON: one value, or one a line; failures as JSON on standard error
    #[arg(long, global = true)]
    json: bool,

    #[command(flatten)]
    connect: Connect,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a server
    #[command(after_help = "Examples:
  visavis serve --demo
  visavis serve --data /var/lib/visavis --listen 0.0.0.0:8080 --public-url https://chat.example

Without --demo the first visitor founds the first organisation, with a code that is printed here.
The operator's token lies in operator.json in the data folder; commands of the operator find it
there. SIGTERM ends it: clients are told to resume, running requests finish.")]
    Serve(Serve),
    /// Organisations of the deployment, for its operator
    #[command(subcommand)]
    Organisation(OrganisationCommand),
    /// Accounts, for administrators and the operator
    #[command(subcommand)]
    Account(AccountCommand),
    /// Groups of people, which carry policies
    #[command(subcommand)]
    Group(GroupCommand),
    /// Your tokens for scripts
    #[command(subcommand)]
    Token(TokenCommand),
    /// Sign in and keep the token
    #[command(after_help = "Examples:
  visavis sign-in ada@contoso.example
  visavis --server https://chat.example --profile work sign-in ada@contoso.example
  visavis --profile work chat list

The token is kept in $XDG_CONFIG_HOME/visavis/profiles, or ~/.config, readable by you only.")]
    SignIn(SignIn),
    /// Revoke the token of a profile and forget it
    SignOut,
    /// With whom your organisation talks: configuration and policies
    #[command(subcommand)]
    ExternalAccess(ExternalAccessCommand),
    /// The same in the names and parameters of the Teams cmdlets
    #[command(after_help = cs::EXAMPLES)]
    Cs(Cs),
    /// The audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Chat in the terminal
    #[command(subcommand)]
    Chat(ChatCommand),
    /// Print completions for a shell
    #[command(after_help = "Examples:
  visavis completions bash > ~/.local/share/bash-completion/completions/visavis
  visavis completions fish > ~/.config/fish/completions/visavis.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Runs what the command line says; answers the exit code.
#[must_use]
pub fn main() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way, too.
            let _printed = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(Exit::Usage.code());
        }
    };
    let session = Session { connect: cli.connect, out: Output { is_json: cli.json } };
    match run(cli.command, &session) {
        Ok(()) => 0,
        Err(complaint) => {
            session.out.complain(&complaint);
            complaint.exit.code()
        }
    }
}

fn run(command: Command, session: &Session) -> Done {
    match command {
        Command::Serve(serve) => serve::run(&serve, session),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "visavis", &mut io::stdout());
            Ok(())
        }
        other => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime
                .map_err(|error| Complaint::new(Exit::Failure, format!("no runtime: {error}")))?;
            let done = runtime.block_on(Box::pin(call(other, session)));
            // A thread that waits for input must not keep the process.
            runtime.shutdown_background();
            done
        }
    }
}

async fn call(command: Command, session: &Session) -> Done {
    match command {
        Command::Serve(_) | Command::Completions { .. } => Ok(()),
        Command::Organisation(command) => organisation_command::run(command, session).await,
        Command::Account(command) => account_command::run(command, session).await,
        Command::Group(command) => group_command::run(command, session).await,
        Command::Token(command) => token_command::run(command, session).await,
        Command::SignIn(arguments) => sign_in_command::sign_in(arguments, session).await,
        Command::SignOut => sign_in_command::sign_out(session).await,
        Command::ExternalAccess(command) => external_access_command::run(command, session).await,
        Command::Cs(arguments) => cs::run(arguments, session).await,
        Command::Audit(command) => audit_command::run(command, session).await,
        Command::Chat(command) => chat_command::run(command, session).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
