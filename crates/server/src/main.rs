//! The binary `visavis`.

use std::process::ExitCode;

/// The system's allocator keeps what a burst of deliveries needed; this one gives it back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(visavis_server::main())
}
