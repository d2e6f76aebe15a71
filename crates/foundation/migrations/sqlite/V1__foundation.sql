-- The foundation: proposals with everything done about them, the log, its tree, the rollups and the search index.
-- Moments are milliseconds since 1970 in UTC, digests are their 32 bytes, lists are JSON text.

CREATE TABLE proposals (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    language TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'tested', 'approved', 'rejected')),
    standing TEXT NOT NULL DEFAULT 'clear' CHECK (standing IN ('clear', 'contested')),
    version INTEGER NOT NULL DEFAULT 0,
    head INTEGER NOT NULL DEFAULT 0,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    latest_execution TEXT,
    verdict TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    module TEXT NOT NULL,
    related_concepts TEXT NOT NULL,
    request TEXT NOT NULL
) STRICT;

-- Rows come in the order of their creation, so that the row number alone is the order of the list.
CREATE INDEX proposals_by_state ON proposals (language, status);

CREATE TABLE revisions (
    row INTEGER PRIMARY KEY,
    proposal INTEGER NOT NULL REFERENCES proposals (row),
    number INTEGER NOT NULL CHECK (number >= 1),
    parent INTEGER,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    origin TEXT NOT NULL,
    provider TEXT,
    model TEXT,
    temperature_milli INTEGER,
    max_tokens INTEGER,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cost_microusd INTEGER,
    latency_ms INTEGER,
    created_at INTEGER NOT NULL,
    explanation TEXT NOT NULL,
    feedback TEXT,
    UNIQUE (proposal, number)
) STRICT;

-- `bytes` is present only where the content is not UTF-8; `text` then shows it with replacements.
CREATE TABLE revision_files (
    row INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL REFERENCES revisions (row),
    path TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('code', 'test', 'support')),
    text TEXT NOT NULL,
    bytes BLOB,
    UNIQUE (revision, path)
) STRICT;

-- Large outputs, compressed (zstd), by the SHA-256 of what they hold.
CREATE TABLE blobs (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    size_bytes INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;

CREATE TABLE executions (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    proposal INTEGER NOT NULL REFERENCES proposals (row),
    revision INTEGER NOT NULL,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    verdict TEXT NOT NULL,
    reasons TEXT NOT NULL,
    executed_at INTEGER NOT NULL,
    language TEXT NOT NULL,
    model TEXT NOT NULL,
    tests_executed INTEGER NOT NULL,
    tests_passed INTEGER NOT NULL,
    tests_failed INTEGER NOT NULL,
    coverage_bp INTEGER,
    lint_score REAL,
    lint_tool TEXT NOT NULL,
    lint_critical INTEGER NOT NULL CHECK (lint_critical IN (0, 1)),
    total_ms INTEGER NOT NULL,
    stdout BLOB REFERENCES blobs (digest),
    stderr BLOB REFERENCES blobs (digest),
    limits TEXT NOT NULL,
    env_names TEXT NOT NULL,
    evidence TEXT NOT NULL
) STRICT;

CREATE INDEX executions_by_proposal ON executions (proposal);

CREATE TABLE reviews (
    proposal INTEGER NOT NULL REFERENCES proposals (row),
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
    execution TEXT,
    decision TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    reason TEXT,
    comment TEXT NOT NULL,
    shown_digest BLOB,
    reviewed_at INTEGER NOT NULL,
    PRIMARY KEY (proposal, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
    row INTEGER PRIMARY KEY,
    proposal TEXT,
    provider TEXT NOT NULL,
    model TEXT,
    language TEXT NOT NULL,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cost_microusd INTEGER,
    latency_ms INTEGER,
    called_at INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    proposal TEXT NOT NULL,
    revision INTEGER NOT NULL,
    execution TEXT NOT NULL,
    worker TEXT NOT NULL,
    fence INTEGER NOT NULL,
    leased_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('leased', 'done', 'abandoned'))
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_open ON jobs (leased_at) WHERE state = 'leased';

-- `folded` is the name in lower case, which names are looked up by.
CREATE TABLE concepts (
    row INTEGER PRIMARY KEY,
    folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    language TEXT,
    difficulty INTEGER NOT NULL CHECK (difficulty BETWEEN 1 AND 4),
    source TEXT NOT NULL,
    description TEXT NOT NULL,
    prerequisites TEXT NOT NULL,
    related TEXT NOT NULL,
    keywords TEXT NOT NULL
) STRICT;

CREATE TABLE snippets (
    row INTEGER PRIMARY KEY,
    concept INTEGER NOT NULL REFERENCES concepts (row),
    slug TEXT NOT NULL,
    summary TEXT NOT NULL,
    language TEXT NOT NULL,
    code TEXT NOT NULL,
    tests TEXT NOT NULL,
    UNIQUE (concept, slug)
) STRICT;

-- The key is the SHA-256 of what the command gave; `seq` is the first record of the change.
CREATE TABLE idempotency (
    key BLOB PRIMARY KEY CHECK (length(key) = 32),
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The log. The triggers keep our own mistakes out; against others stand the tree and its signature.
CREATE TABLE audit_log (
    seq INTEGER PRIMARY KEY,
    proposal INTEGER,
    record BLOB NOT NULL CHECK (length(record) <= 16384)
) STRICT;

CREATE INDEX audit_log_by_proposal ON audit_log (proposal) WHERE proposal IS NOT NULL;

-- Every complete subtree, by the leaf that completed it: a record and its subtrees end up in one page. The subtree of
-- this level and leaf covers the leaves from leaf - 2^level + 1 on.
CREATE TABLE audit_node (
    leaf INTEGER NOT NULL,
    level INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (leaf, level)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_checkpoint (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_log_is_dense BEFORE INSERT ON audit_log
WHEN NEW.seq IS NOT (SELECT ifnull(max(seq) + 1, 0) FROM audit_log)
BEGIN SELECT RAISE(ABORT, 'the log grows by one record at its end'); END;

CREATE TRIGGER audit_log_is_not_updated BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;

CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;

CREATE TRIGGER audit_node_is_not_updated BEFORE UPDATE ON audit_node
BEGIN SELECT RAISE(ABORT, 'nodes are never changed'); END;

CREATE TRIGGER audit_node_is_not_deleted BEFORE DELETE ON audit_node
BEGIN SELECT RAISE(ABORT, 'nodes are never deleted'); END;

CREATE TRIGGER audit_checkpoint_grows BEFORE INSERT ON audit_checkpoint
WHEN NEW.size <= (SELECT ifnull(max(size), 0) FROM audit_checkpoint)
BEGIN SELECT RAISE(ABORT, 'checkpoints grow'); END;

CREATE TRIGGER audit_checkpoint_is_not_updated BEFORE UPDATE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END;

CREATE TRIGGER audit_checkpoint_is_not_deleted BEFORE DELETE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;

-- Sums kept in the same transaction as what they sum up. An empty day is all time; the name is empty where the
-- dimension has no parts. All that one event changes lies in two places: all time and its day.
CREATE TABLE rollups (
    day TEXT NOT NULL,
    dimension TEXT NOT NULL CHECK (dimension IN ('all', 'language', 'model', 'error_class')),
    name TEXT NOT NULL,
    proposals INTEGER NOT NULL DEFAULT 0,
    executions INTEGER NOT NULL DEFAULT 0,
    passed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    covered_executions INTEGER NOT NULL DEFAULT 0,
    coverage_bp_sum INTEGER NOT NULL DEFAULT 0,
    calls INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_microusd INTEGER NOT NULL DEFAULT 0,
    unknown_usage_calls INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0,
    tested INTEGER NOT NULL DEFAULT 0,
    approved INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, dimension, name)
) STRICT, WITHOUT ROWID;

-- Proposals whose words changed since they entered the search index.
CREATE TABLE search_queue (proposal INTEGER PRIMARY KEY) STRICT;

CREATE VIRTUAL TABLE search USING fts5 (
    request, explanation, content = '', contentless_delete = 1, tokenize = 'unicode61'
);

-- The four tables of the original, for queries written for it; any SQLite from 3.37 on can read them.
CREATE VIEW code_proposals AS
SELECT
    p.id AS id,
    p.request AS feature_spec,
    p.language AS language,
    (SELECT f.text FROM revision_files f WHERE f.revision = r.row AND f.role = 'code'
        ORDER BY f.path LIMIT 1) AS code,
    (SELECT f.text FROM revision_files f WHERE f.revision = r.row AND f.role = 'test'
        ORDER BY f.path LIMIT 1) AS tests,
    r.explanation AS explanation,
    p.related_concepts AS related_concepts,
    p.status AS status,
    strftime('%Y-%m-%dT%H:%M:%S', p.created_at / 1000, 'unixepoch')
        || printf('.%03d+00:00', p.created_at % 1000) AS created_at,
    strftime('%Y-%m-%dT%H:%M:%S', p.updated_at / 1000, 'unixepoch')
        || printf('.%03d+00:00', p.updated_at % 1000) AS updated_at
FROM proposals p LEFT JOIN revisions r ON r.proposal = p.row AND r.number = p.head;

CREATE VIEW test_executions AS
SELECT
    e.row AS id,
    (SELECT p.id FROM proposals p WHERE p.row = e.proposal) AS proposal_id,
    strftime('%Y-%m-%dT%H:%M:%S', e.executed_at / 1000, 'unixepoch')
        || printf('.%03d+00:00', e.executed_at % 1000) AS executed_at,
    e.verdict = 'passed' AS passed,
    e.tests_executed AS tests_run,
    e.tests_passed AS tests_passed,
    e.tests_failed AS tests_failed,
    ifnull(e.coverage_bp, 0) / 100.0 AS coverage_percent,
    e.lint_score AS static_analysis_score,
    e.lint_tool AS static_analysis_tool,
    e.lint_critical AS critical_issues,
    e.total_ms / 1000.0 AS duration,
    json_object(
        'test_output', json_extract(e.evidence, '$.output.stdout'),
        'test_errors', (SELECT json_group_array(json_object(
                'test', json_extract(c.value, '$.id'), 'message', json_extract(c.value, '$.message')))
            FROM json_each(e.evidence, '$.tests.cases') c
            WHERE json_extract(c.value, '$.outcome') IN ('failed', 'error', 'xpassed')),
        'coverage_missing', json(ifnull(json_extract(e.evidence, '$.coverage.missing'), '[]')),
        'static_issues', (SELECT json_group_array(json_object(
                'type', json_extract(i.value, '$.severity'),
                'message', json_extract(i.value, '$.message'),
                'line', json_extract(i.value, '$.line'),
                'symbol', json_extract(i.value, '$.symbol')))
            FROM json_each(e.evidence, '$.lint.issues') i),
        'sandbox_dir', NULL
    ) AS execution_data
FROM executions e;

CREATE VIEW proposal_reviews AS
SELECT
    v.seq AS id,
    (SELECT p.id FROM proposals p WHERE p.row = v.proposal) AS proposal_id,
    strftime('%Y-%m-%dT%H:%M:%S', v.reviewed_at / 1000, 'unixepoch')
        || printf('.%03d+00:00', v.reviewed_at % 1000) AS reviewed_at,
    CASE v.decision WHEN 'approved_despite' THEN 'approved' ELSE v.decision END AS action,
    v.reviewer AS reviewer,
    CASE WHEN v.reason IS NULL THEN v.comment
        WHEN v.comment = '' THEN v.reason
        ELSE v.reason || char(10) || v.comment END AS comments
FROM reviews v;

CREATE VIEW code_refinements AS
SELECT
    r.row AS id,
    (SELECT p.id FROM proposals p WHERE p.row = r.proposal) AS proposal_id,
    strftime('%Y-%m-%dT%H:%M:%S', r.created_at / 1000, 'unixepoch')
        || printf('.%03d+00:00', r.created_at % 1000) AS refined_at,
    ifnull((SELECT f.text FROM revision_files f
        JOIN revisions o ON o.row = f.revision
        WHERE o.proposal = r.proposal AND o.number = r.parent AND f.role = 'code'
        ORDER BY f.path LIMIT 1), '') AS original_code,
    ifnull((SELECT f.text FROM revision_files f WHERE f.revision = r.row AND f.role = 'code'
        ORDER BY f.path LIMIT 1), '') AS refined_code,
    ifnull(r.feedback, '') AS feedback,
    r.explanation AS explanation
FROM revisions r WHERE r.parent IS NOT NULL;

PRAGMA application_id = 1396789825;
PRAGMA user_version = 1;
