//! `with-demonstration [--tls] COMMAND [ARGUMENT…]`: starts a fresh demonstration, runs the command
//! with an environment that points to it, and ends as the command did.
//!
//! See `visavis_tests::stage::Stage` for what the environment says.

use std::env;
use std::process::ExitCode;

use anyhow::{Context, bail};
use visavis_tests::stage::Stage;

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = env::args().skip(1).peekable();
    let is_encrypted = arguments.next_if_eq("--tls").is_some();
    let Some(program) = arguments.next() else {
        bail!("usage: with-demonstration [--tls] COMMAND [ARGUMENT…]");
    };
    let stage = if is_encrypted { Stage::encrypted() } else { Stage::plain() };
    let ended = stage.command(&program).args(arguments).status();
    let ended = ended.with_context(|| format!("{program} cannot be started"))?;
    if ended.success() {
        return Ok(ExitCode::SUCCESS);
    }
    let code = ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    eprintln!("{program} failed ({ended}). The server's log:\n{}", stage.server().log());
    Ok(ExitCode::from(code))
}
