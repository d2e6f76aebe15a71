//! The page that goes with an export.
//!
//! It names the log, the statements that are signed and those that are not, and three independent ways to verify them: an auditor
//! who has only this folder needs nothing from us.

use std::fmt::Write as _;

use record::audit::quorum::Emergency;
use record::audit::signers::is_principal;
use record::domain::text::Untrusted;
use record::domain::time::Timestamp;
use verifier::layout;
use verifier::verified::EmergencyView;

/// Unsigned decisions that are named; of more the count is given.
const NAMED: usize = 1_000;

/// What the page tells about the log.
pub struct Facts<'a> {
    /// The name of the log.
    pub origin: &'a str,
    /// The name and hash of its key.
    pub key: &'a str,
    /// How many entries there are.
    pub entries: u64,
    /// The root over them, in hex.
    pub root: &'a str,
    /// The statements with a signature.
    pub signed: &'a [Named],
    /// The decisions without one.
    pub unsigned: &'a [u64],
    /// The changes of policy or keys without the quorum.
    pub emergencies: &'a [Emergency],
}

/// A signed statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its entry.
    pub seq: u64,
    /// The name under which `allowed_signers` has the key.
    pub principal: String,
    /// When the key must have counted.
    pub at: Timestamp,
    /// Whether it decides on a proposal; else it changes keys or policy.
    pub is_decision: bool,
}

/// The text of `VERIFY.md`; the same log makes the same text.
pub fn verify_md(facts: &Facts<'_>) -> String {
    let Facts { origin, key, entries, root, signed, unsigned, emergencies } = facts;
    let (origin, key) = (Untrusted(origin).line(200), Untrusted(key).line(260));
    let (script, vkey) = (layout::SCRIPT, layout::VKEY);
    let mut text = format!(
        "# Verify this record\n\n\
         Log `{origin}`: {entries} entries, root `{root}`, signed by `{key}`.\n\n\
         Compare that key with one you got another way, and the checkpoint with the last one you kept: a folder can only\n\
         show that it fits itself. Keep `checkpoint` for the next time. This page and `{script}` are instructions, not evidence;\n\
         nothing signs them, so take the program of your choice from a place you trust.\n\n\
         ## 1. With saraphina\n\n\
         ```sh\nsaraphina audit verify .\nsaraphina audit verify . --key KEY_FILE --since KEPT_CHECKPOINT\n```\n\n\
         No home or database is needed, and nothing is written. Exit code 7 names the first bad or missing entry.\n\n\
         ## 2. With Python alone\n\n\
         ```sh\npython3 {script} .\npython3 {script} . --key KEY_FILE --since KEPT_CHECKPOINT\n```\n\n\
         ## 3. With tools that are not ours\n\n\
         Decisions, with OpenSSH; each line must say `Good \"decision@saraphina\" signature`:\n\n\
         ```sh\n"
    );
    for Named { seq, principal, at, .. } in signed.iter().take(NAMED) {
        let signer = if is_principal(principal) { principal } else { "OWNER" };
        writeln!(
            text,
            "ssh-keygen -Y verify -f allowed_signers -I {signer} -n decision@saraphina -Overify-time={} -s decisions/{seq}.sig < decisions/{seq}.json",
            ssh_time(*at)
        )
        .unwrap_or_default();
    }
    if signed.is_empty() {
        text.push_str("# No decision in this log is signed.\n");
    }
    if signed.len() > NAMED {
        writeln!(text, "# ... and {} more in decisions/", signed.len() - NAMED).unwrap_or_default();
    }
    write!(
        text,
        "```\n\n\
         The log, with any implementation of the C2SP formats: `checkpoint` is a tlog-checkpoint whose key is `{vkey}`, `tile/` has the\n\
         layout of tlog-tiles (Tessera's `fsck` reads it over any static file server), `proofs/SEQ.tlog-proof` proves that the record of a decision stands in\n\
         the log (its leaf is line SEQ, counted from 0, of `records.jsonl`, without the line feed); Go's `sumdb/note` and `sumdb/tlog` check the same by a few calls.\n\n\
         `decisions/SEQ.page.txt` is the page of the question, which the owner was shown unless its last lines say that it was not (a scripted or carried\n\
         approval), and `decisions/SEQ.evidence.json` what was decided on, where the home still had them: their\n\
         SHA-256 are `shownDigest` and `evidence.digest` of the statement.\n\n\
         ## Unsigned decisions\n\n"
    )
    .unwrap_or_default();
    text.push_str(&unsigned_words(unsigned));
    text.push_str("\n## Changes of policy or keys without the quorum\n\n");
    if emergencies.is_empty() {
        text.push_str("None.\n");
    }
    for emergency in *emergencies {
        let words = EmergencyView::of(emergency).words();
        writeln!(text, "- {}", Untrusted(&words.replace('\n', " ")).markdown()).unwrap_or_default();
    }
    text
}

/// `YYYYMMDDHHMMSSZ`.
fn ssh_time(at: Timestamp) -> String {
    let digits: String = at.to_string().chars().filter(char::is_ascii_digit).take(14).collect();
    digits + "Z"
}

fn unsigned_words(unsigned: &[u64]) -> String {
    if unsigned.is_empty() {
        return "None.\n".to_owned();
    }
    let named: Vec<String> = unsigned.iter().take(NAMED).map(u64::to_string).collect();
    let more = match unsigned.len() - named.len() {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    format!(
        "{} decisions carry no owner's signature: whoever held the log's key could have made them. Entries {}{more}.\n",
        unsigned.len(),
        named.join(", ")
    )
}
