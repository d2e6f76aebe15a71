//! Names of the files in an export.
//!
//! The writer in the main program and the verifier here take them from one place, so that neither can forget a file.

/// The signed head.
pub const CHECKPOINT: &str = "checkpoint";
/// Every record, a line each.
pub const RECORDS: &str = "records.jsonl";
/// The public key of the log.
pub const VKEY: &str = "signers.vkey";
/// The name of that file in older exports.
pub const OLD_VKEY: &str = "vkey";
/// The keys of the owners, for `ssh-keygen`.
pub const ALLOWED_SIGNERS: &str = "allowed_signers";
/// A verifier of its own.
pub const SCRIPT: &str = "verify.py";
/// The page that tells what to do with all this.
pub const GUIDE: &str = "VERIFY.md";
/// Folders of the export: statements and signatures, their proofs, the log as tiles.
pub const DECISIONS: &str = "decisions";
/// See [`DECISIONS`].
pub const PROOFS: &str = "proofs";
/// See [`DECISIONS`].
pub const TILES: &str = "tile";

/// The verifier that every export carries: Python, standard library only.
pub const SCRIPT_TEXT: &str = include_str!("verify.py");

/// The exact bytes that a decision signs.
pub fn statement(seq: u64) -> String {
    format!("{DECISIONS}/{seq}.json")
}

/// The armoured signature over them.
pub fn signature(seq: u64) -> String {
    format!("{DECISIONS}/{seq}.sig")
}

/// The inclusion proof of the decision's entry.
pub fn proof(seq: u64) -> String {
    format!("{PROOFS}/{seq}.tlog-proof")
}
