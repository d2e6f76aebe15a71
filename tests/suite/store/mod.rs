//! The store, from outside: its contract, its files, its answers under trouble.

mod conformance;
mod crash;
mod disk;
mod files;
mod migrations;
mod originals;
mod readers;
mod rollups;
mod sample;
mod sqlite;
