//! The files of a home, and what is done with them as files.
//!
//! Database, signed head, log key and lock are opened here (`open_writer`, `open_reader`), made (`create`), migrated
//! (`upgrade`) and copied (`backup`). Rows and records are known to the rooms above.

pub(super) mod backup;
pub(super) mod create;
pub(super) mod folders;
pub(super) mod head_file;
pub(super) mod header;
pub(super) mod held;
pub(super) mod key_file;
pub(super) mod lock;
pub(super) mod open_reader;
pub(super) mod open_writer;
pub(super) mod schema;
pub(super) mod upgrade;
