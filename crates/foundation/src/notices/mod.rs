//! Notifications: what the record holds that an owner wants to hear of at once.
//!
//! The record is the outbox. `occasion` says which entries are told, `notice` what is said of them, the channels say it, and `outbox`
//! takes each channel through the record at its own pace. Nothing that decides or judges asks for this room.

pub mod channel;
pub mod desktop;
pub mod notice;
pub mod occasion;
pub mod outbox;
pub mod program;
pub mod waiting;
pub mod webhook;
