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

/// Every name at the top of an export.
pub const TOP: [&str; 10] =
    [CHECKPOINT, RECORDS, VKEY, OLD_VKEY, ALLOWED_SIGNERS, SCRIPT, GUIDE, DECISIONS, PROOFS, TILES];

/// The ends of the names below [`DECISIONS`].
pub const STATEMENT: &str = "json";
/// See [`STATEMENT`].
pub const SIGNATURE: &str = "sig";
/// See [`STATEMENT`].
pub const PAGE: &str = "page.txt";
/// See [`STATEMENT`].
pub const EVIDENCE: &str = "evidence.json";
/// The longest page or evidence that an export holds.
pub const MAX_DETACHED_BYTES: usize = 64 << 20;

/// The verifier that every export carries: Python, standard library only.
pub const SCRIPT_TEXT: &str = include_str!("verify.py");

/// The exact bytes that a decision signs.
pub fn statement(seq: u64) -> String {
    format!("{DECISIONS}/{seq}.{STATEMENT}")
}

/// The armoured signature over them.
pub fn signature(seq: u64) -> String {
    format!("{DECISIONS}/{seq}.{SIGNATURE}")
}

/// The page that the owner was shown, where the home still had it.
pub fn page(seq: u64) -> String {
    format!("{DECISIONS}/{seq}.{PAGE}")
}

/// The evidence that the decision rests on, where the home still had it whole.
pub fn evidence(seq: u64) -> String {
    format!("{DECISIONS}/{seq}.{EVIDENCE}")
}

/// The inclusion proof of the decision's entry.
pub fn proof(seq: u64) -> String {
    format!("{PROOFS}/{seq}.tlog-proof")
}
