//! The record, from outside: frozen logs, published vectors, tampering and properties.

mod forge;
mod golden;
mod heads;
mod later;
mod properties;
mod quorum;
mod tamper;
mod vectors;
