//! Commits checked against notes: honest ones, forged ones, spoilt ones, and a server that takes pushes.

mod forged;
mod honest;
mod hostile;
mod installed;
mod ledger;
mod merges;
mod policies;
mod pushed;
mod range;
mod shop;
mod spoilt;
