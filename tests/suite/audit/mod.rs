//! The record, from outside: frozen logs, published vectors, tampering and properties.

mod bound;
mod differ;
mod forge;
mod golden;
mod grounds;
mod heads;
mod later;
mod mutate;
mod properties;
mod quorum;
mod tamper;
mod vectors;
