//! Healing, apart from the commands that do it.

mod boxed;
mod changes;
mod faults;
mod forged;
mod helped;
mod imitation;
mod interrupted;
mod killed;
mod odd_answers;
mod outside;
mod search;
mod server;
mod several;
mod shown;
mod tape;
