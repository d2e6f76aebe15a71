//! Runs tests that others hide, each under a name of its own.
//!
//! It costs a run more, and only where tests are hidden and all others pass. What it means is decided in
//! `evidence/shadows.rs`.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::backend::{Job, Keep};
use crate::error::SandboxError;
use crate::evidence::reading::Reading;
use crate::evidence::shadows;
use crate::evidence::transcript::Transcript;
use crate::linux::runs::jails::Jails;
use crate::linux::runs::order::{Order, Wish};
use crate::linux::stages::controls::carried_out;
use crate::toolchain::python::Toolchain;

/// Which jail of a job this is.
const TURN: u32 = 90;

/// Runs hidden tests, where they are all that keeps a run from being green, and takes what they show.
pub(crate) async fn reveal(
    jails: &Jails,
    toolchain: &Toolchain,
    job: &Job,
    cancel: &CancellationToken,
    reading: &mut Reading,
) -> Result<(), SandboxError> {
    let Some(source) = shadows::revealed(reading, &job.source) else { return Ok(()) };
    let apart = Job { source, keep: Keep::Nothing, ..job.clone() };
    let deadline = Duration::from_millis(apart.limits.tests_ms);
    let order = Order { turn: TURN, deadline, wish: Wish::Nothing, ..Order::tests(&apart) };
    let (told, _nobody) = mpsc::unbounded_channel();
    let ended = jails.start(toolchain, &order, told)?.ended(cancel).await?;
    let seen = Reading::of(Transcript::read(ended.frames()), ended.outside());
    carried_out(seen.outside.stop.clone())?;
    shadows::settle(reading, &seen);
    Ok(())
}
