//! Notifications: which events are told, in what order, and that none is lost.

mod channels;
mod full_disk;
mod killed;
mod receiver;
mod telling;
