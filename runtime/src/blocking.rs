//! For programs that are not async: waits for a call, a sign-in or another future.
//!
//! ```no_run
//! # fn sign_in() -> std::future::Ready<()> { std::future::ready(()) }
//! let session = cogen_runtime::blocking::wait(sign_in())?;
//! // let pet = pets.get_pet("7").send_blocking()?;
//! # let () = session;
//! # Ok::<(), cogen_runtime::blocking::BlockingError>(())
//! ```
//!
//! The futures run on one runtime of the process, which has one thread, so that connections and sessions are reused between calls.

use crate::boxed::BoxError;
use std::fmt;
use std::future::Future;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle, Runtime};

/// Waits for a future on this thread.
///
/// # Errors
/// Fails if this thread belongs to an async runtime, which waiting would block: use `.await` instead. Fails if the system can't
/// start a thread.
pub fn wait<F: Future>(future: F) -> Result<F::Output, BlockingError> {
    if Handle::try_current().is_ok() {
        return Err(BlockingError { message: INSIDE, source: None });
    }
    Ok(runtime()?.block_on(future))
}

/// Why a thread can't wait.
#[derive(Debug)]
pub struct BlockingError {
    message: &'static str,
    source: Option<BoxError>,
}

impl fmt::Display for BlockingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for BlockingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

const INSIDE: &str = "this thread belongs to an async runtime, which waiting would block: `.await` the call instead, or wait \
                      on a thread of `std::thread::spawn`";

/// The runtime of the process, started at its first use.
fn runtime() -> Result<&'static Runtime, BlockingError> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made = Builder::new_multi_thread().worker_threads(1).thread_name("cogen-blocking").enable_all().build();
    let made = made.map_err(|error| BlockingError {
        message: "the system can't start a thread for the runtime",
        source: Some(error.into()),
    })?;
    // If another thread was faster, this runtime is not used.
    Ok(RUNTIME.get_or_init(|| made))
}
