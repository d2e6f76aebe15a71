//! The store, from outside: its contract, its files, its answers under trouble.

mod conformance;
mod sample;
mod sqlite;
