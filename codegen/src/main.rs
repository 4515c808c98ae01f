//! The command line of cogen.

use std::process::ExitCode;

/// Reading a document makes many small allocations, which the system's allocator is slower at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cogen::__run()
}
