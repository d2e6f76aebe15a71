//! Selects and drops long texts that no execution or recent answer needs.
//!
//! The rule is asked again inside the transaction that drops: a text that became needed since it was listed stays, and
//! the whole change is refused.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::Prunable;
use crate::store::sqlite::rows::{count, digest, execute, many};
use record::domain::change::PruneRule;
use record::domain::digest::Digest;

/// Needed are the pages that owners were shown, what an application replaced, the outputs of executions of approved proposals, of the newest executions of each revision, and of recent
/// ones; and what models were asked and answered about approved proposals, or recently: a repeated command would use it, and people look at it.
const UNNEEDED: &str = "WITH ranked AS (
        SELECT e.stdout, e.stderr, e.executed_at, p.status, row_number() OVER (
            PARTITION BY e.proposal, e.revision ORDER BY e.row DESC) AS place
        FROM executions e JOIN proposals p ON p.row = e.proposal
    ), kept AS (
        SELECT stdout, stderr FROM ranked
        WHERE place <= ?2 OR executed_at >= ?1 OR status = 'approved'
    ), answers AS (
        SELECT CAST(record AS TEXT) AS text, proposal FROM audit_log
        WHERE CAST(record AS TEXT) LIKE '%\"kind\":\"llm.answered\"%'
        OR CAST(record AS TEXT) LIKE '%\"kind\":\"llm.call\"%'
    ), recent AS (
        SELECT text FROM answers WHERE json_extract(text, '$.ts') >= ?3
        OR proposal IN (SELECT row FROM proposals WHERE status = 'approved')
    ), needed AS (
        SELECT stdout AS digest FROM kept WHERE stdout IS NOT NULL
        UNION SELECT stderr FROM kept WHERE stderr IS NOT NULL
        UNION SELECT blob FROM history WHERE blob IS NOT NULL
        UNION SELECT digest FROM application_contents
        UNION SELECT shown_digest FROM reviews WHERE shown_digest IS NOT NULL
        UNION SELECT unhex(substr(json_extract(text, '$.data.reply_digest'), 8)) FROM recent
        UNION SELECT unhex(substr(json_extract(text, '$.data.prompt_digest'), 8)) FROM recent
    )
    SELECT digest, length(data) FROM blobs
    WHERE length(data) > 0 AND digest NOT IN (SELECT digest FROM needed) ORDER BY digest";

/// The texts that a rule lets go, by digest, with the bytes they take.
pub(crate) fn prunable(
    connection: &Connection,
    rule: &PruneRule,
) -> Result<Vec<Prunable>, StoreError> {
    let params = (rule.before.millis(), rule.keep_executions, rule.before.to_string());
    many(connection, UNNEEDED, params, |row| {
        Ok(Prunable { digest: digest(row, 0)?, bytes: count(row, 1)? })
    })
}

/// Takes texts out, all that the rule lets go; their rows stay, so that whatever refers to one finds that it was there.
pub(crate) fn prune(
    connection: &Connection,
    rule: &PruneRule,
    digests: &[Digest],
) -> Result<(), StoreError> {
    let free: BTreeSet<Digest> =
        prunable(connection, rule)?.into_iter().map(|prunable| prunable.digest).collect();
    if !digests.iter().all(|digest| free.contains(digest)) {
        return Err(StoreError::Needed);
    }
    for digest in digests {
        let sql = "UPDATE blobs SET data = x'' WHERE digest = ?1";
        execute(connection, sql, [digest.as_bytes()])?;
    }
    Ok(())
}
