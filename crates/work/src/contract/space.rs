//! Refuses work where the disk of the home is nearly full.
//!
//! A record that could not be written would be a hole in the log. So executions, which write much, stop first, and the rest
//! is kept for decisions; below that nothing is written any more but by `/prune`, which makes room.

use crate::contract::command::Spec;
use crate::contract::context::Context;
use crate::contract::disk;
use crate::contract::error::{CommandError, ErrorKind};
use record::domain::principal::Authority;
use record::domain::space::{EXECUTE_FROM, Room, WRITE_FROM};

/// The one command that makes room.
const MAKES_ROOM: &str = "prune";

/// Refuses a writing command where not even its record would surely fit.
pub fn check_writing(context: &Context, spec: &Spec) -> Result<(), CommandError> {
    let makes_room = spec.name == MAKES_ROOM && spec.authority == Authority::Own;
    if makes_room || room(context) > Room::Nothing {
        return Ok(());
    }
    Err(refused(context, "nothing is written", WRITE_FROM))
}

/// Refuses a new execution where the rest of the disk is kept for decisions.
pub fn check_execution(context: &Context) -> Result<(), CommandError> {
    match room(context) {
        Room::Nothing | Room::Decisions => {
            Err(refused(context, "nothing new is executed", EXECUTE_FROM))
        }
        Room::Little => {
            tracing::warn!(home.free_bytes = free(context), "the disk of the home is nearly full");
            Ok(())
        }
        Room::Enough => Ok(()),
    }
}

fn room(context: &Context) -> Room {
    Room::of(free(context))
}

fn free(context: &Context) -> Option<u64> {
    (context.space)(context.settings.home())
}

fn refused(context: &Context, what: &str, bound: u64) -> CommandError {
    let left = disk::words(free(context).unwrap_or_default());
    let message = format!(
        "the disk of the home has only {left} left, so {what} below {}",
        disk::words(bound)
    );
    CommandError::new(ErrorKind::Unavailable, message)
        .hint("Free some space, then run the same command again; reading commands still work.")
        .hint("See `/doctor --usage` for what takes it, and `/prune` for what can go.")
}
