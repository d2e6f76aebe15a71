//! Databases of the original, by its published schema.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// The four tables of proposals.
const CODE_TABLES: &str = "
    CREATE TABLE code_proposals (id TEXT PRIMARY KEY, feature_spec TEXT NOT NULL,
        language TEXT NOT NULL, code TEXT NOT NULL, tests TEXT, explanation TEXT,
        related_concepts TEXT, status TEXT DEFAULT 'pending', created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL);
    CREATE TABLE test_executions (id INTEGER PRIMARY KEY AUTOINCREMENT, proposal_id TEXT NOT NULL,
        executed_at TEXT NOT NULL, passed BOOLEAN NOT NULL, tests_run INTEGER DEFAULT 0,
        tests_passed INTEGER DEFAULT 0, tests_failed INTEGER DEFAULT 0,
        coverage_percent REAL DEFAULT 0.0, static_analysis_score REAL, static_analysis_tool TEXT,
        critical_issues BOOLEAN DEFAULT 0, duration REAL DEFAULT 0.0, execution_data TEXT,
        FOREIGN KEY (proposal_id) REFERENCES code_proposals(id));
    CREATE TABLE proposal_reviews (id INTEGER PRIMARY KEY AUTOINCREMENT, proposal_id TEXT NOT NULL,
        reviewed_at TEXT NOT NULL, action TEXT NOT NULL, reviewer TEXT, comments TEXT,
        FOREIGN KEY (proposal_id) REFERENCES code_proposals(id));
    CREATE TABLE code_refinements (id INTEGER PRIMARY KEY AUTOINCREMENT, proposal_id TEXT NOT NULL,
        refined_at TEXT NOT NULL, original_code TEXT NOT NULL, refined_code TEXT NOT NULL,
        feedback TEXT NOT NULL, explanation TEXT,
        FOREIGN KEY (proposal_id) REFERENCES code_proposals(id));
    CREATE INDEX idx_proposals_status ON code_proposals(status);
    CREATE INDEX idx_executions_proposal ON test_executions(proposal_id);";

/// What the older generation has of it.
const OLDER_TABLES: &str = "
    CREATE TABLE facts (id TEXT PRIMARY KEY, content TEXT);
    CREATE TABLE audit_logs (log_id TEXT PRIMARY KEY, actor TEXT, action TEXT, target TEXT,
        details TEXT, timestamp TEXT);
    CREATE TABLE concept_links (id TEXT PRIMARY KEY, from_fact TEXT, to_fact TEXT,
        relation_type TEXT);";

/// What the whole program has beside.
const OTHER_TABLES: &str = "
    CREATE TRIGGER audit_logs_no_update BEFORE UPDATE ON audit_logs
        BEGIN SELECT RAISE(ABORT, 'immutable'); END;
    CREATE TABLE code_audit_logs (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,
        action TEXT NOT NULL, file_path TEXT NOT NULL, patch_id TEXT, risk_level TEXT,
        risk_score REAL, approved_by TEXT, approval_phrase TEXT, original_hash TEXT,
        modified_hash TEXT, patch_size INTEGER, details TEXT, success BOOLEAN, error_message TEXT);
    CREATE TABLE code_concepts (id TEXT PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL,
        language TEXT, description TEXT, examples TEXT, prerequisites TEXT, related_concepts TEXT,
        difficulty INTEGER DEFAULT 1, learned_from TEXT, confidence REAL DEFAULT 0.8,
        usage_count INTEGER DEFAULT 0, last_accessed TEXT, created_at TEXT NOT NULL);
    CREATE TABLE code_snippets (id TEXT PRIMARY KEY, concept_id TEXT, language TEXT NOT NULL,
        code TEXT NOT NULL, description TEXT, input_example TEXT, output_example TEXT,
        complexity TEXT, tags TEXT, works BOOLEAN DEFAULT TRUE, test_results TEXT,
        created_at TEXT NOT NULL);
    CREATE TABLE preferences (key TEXT PRIMARY KEY, value TEXT);";

/// Proposals as their users leave them: refined, tested, approved, in another language, without tests, deleted.
const PROPOSALS: &str = "
    INSERT INTO code_proposals VALUES
        ('proposal_aaaaaaaaaaaa', 'an adder', 'python', 'def add(a, b):\n    return a + b\n',
         'from code import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n', 'It adds.',
         '[\"arithmetic\"]', 'approved', '2025-11-20T08:47:00.123456', '2025-11-20T09:00:00'),
        ('proposal_bbbbbbbbbbbb', 'a halver', 'Python', 'def half(a):\n    return a // 2  # by hand\n',
         'def test_half():\n    assert half(4) == 2\n', 'It halves.', 'not json', 'tested',
         '2025-11-21T08:47:00', '2025-11-21T08:47:00'),
        ('proposal_cccccccccccc', 'a web page', 'javascript', 'x', 'y', NULL, NULL, 'pending',
         '2025-11-22T08:47:00', '2025-11-22T08:47:00'),
        ('proposal_dddddddddddd', 'without tests', 'python', 'x = 1\n', NULL, NULL, NULL, 'pending',
         '2025-11-22T08:48:00', '2025-11-22T08:48:00'),
        ('selfmod_20251120_084700', '[SELF-MOD] core.py: faster', 'python', 'y = 1\n',
         'def test_it():\n    assert True\n', NULL, NULL, 'rejected',
         '2025-11-22T08:49:00', '2025-11-22T08:49:00');
    INSERT INTO test_executions (proposal_id, executed_at, passed, tests_run, tests_passed,
        tests_failed, coverage_percent, static_analysis_tool, execution_data) VALUES
        ('proposal_aaaaaaaaaaaa', '2025-11-20T08:50:00', 1, 0, 0, 0, 0.0, 'pylint', '{}'),
        ('proposal_aaaaaaaaaaaa', '2025-11-20T08:51:00', 1, 2, 2, 0, 95.2, 'pylint',
         '{\"test_output\": \"2 passed\", \"test_errors\": []}'),
        ('proposal_ffffffffffff', '2025-11-20T08:51:00', 1, 2, 2, 0, 95.2, 'pylint', '{}');
    INSERT INTO proposal_reviews (proposal_id, reviewed_at, action, reviewer, comments) VALUES
        ('proposal_aaaaaaaaaaaa', '2025-11-20T09:00:00', 'approved', 'owner', 'lgtm'),
        ('proposal_ffffffffffff', '2025-11-20T09:00:00', 'approved', 'owner', NULL);
    INSERT INTO code_refinements (proposal_id, refined_at, original_code, refined_code, feedback,
        explanation) VALUES
        ('proposal_bbbbbbbbbbbb', '2025-11-21T09:00:00', 'def half(a):\n    return a\n',
         'def half(a):\n    return a / 2\n', 'halve it', 'Now it halves.'),
        ('proposal_bbbbbbbbbbbb', '2025-11-21T09:01:00', 'def half(a):\n    return a / 2\n',
         'def half(a):\n    return a // 2\n', 'whole numbers', NULL);";

const REST: &str = "
    INSERT INTO audit_logs VALUES
        ('log-1', 'owner', 'approve_code_proposal', 'proposal_aaaaaaaaaaaa', '{\"comments\": \"lgtm\"}',
         '2025-11-20T07:00:00'),
        ('log-2', 'system', 'store_fact', 'fact_1', NULL, '2025-11-20T07:01:00');
    INSERT INTO code_audit_logs (timestamp, action, file_path, approved_by, success) VALUES
        ('2025-11-20T08:00:00', 'apply_patch', 'core.py', 'owner', 1);
    INSERT INTO code_concepts (id, name, category, language, description, prerequisites, difficulty,
        learned_from, created_at) VALUES
        ('concept_aaaaaaaaaaaa', 'Memoising', 'pattern', 'python', 'Keep answers.', '[\"dictionaries\"]',
         2, 'library', '2025-11-20T08:00:00'),
        ('concept_bbbbbbbbbbbb', 'Monads', 'pattern', 'haskell', NULL, NULL, 4, NULL, '2025-11-20'),
        ('concept_cccccccccccc', 'Loops', 'syntax', NULL, NULL, NULL, 9, NULL, '2025-11-20');
    INSERT INTO code_snippets (id, concept_id, language, code, description, created_at) VALUES
        ('snippet_aaaaaaaaaaaa', 'concept_aaaaaaaaaaaa', 'python', 'cache = {}', 'A cache.', '2025'),
        ('snippet_bbbbbbbbbbbb', 'concept_ffffffffffff', 'python', 'x', NULL, '2025');
    INSERT INTO preferences VALUES ('improve.limit', '3');";

/// A database under the settings of Python's driver, which holds no reference against what it names.
pub(crate) fn blank(path: &Path) -> Connection {
    let connection = Connection::open_with_flags(path, OpenFlags::default()).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection
}

/// The file that the document names: proposals alone.
pub(crate) fn proposals(path: &Path) -> Connection {
    let connection = blank(path);
    connection.execute_batch(CODE_TABLES).unwrap();
    connection.execute_batch(PROPOSALS).unwrap();
    connection
}

/// The file that the whole program uses.
pub(crate) fn whole(path: &Path) -> Connection {
    let connection = blank(path);
    for part in [OLDER_TABLES, OTHER_TABLES, CODE_TABLES, PROPOSALS, REST] {
        connection.execute_batch(part).unwrap();
    }
    connection
}

/// The older generation: an audit log without code tables.
pub(crate) fn older(path: &Path) -> Connection {
    let connection = blank(path);
    connection.execute_batch(OLDER_TABLES).unwrap();
    connection
        .execute_batch(
            "INSERT INTO audit_logs VALUES ('log-9', 'owner', 'enroll', 'face', NULL, '2025')",
        )
        .unwrap();
    connection
}

/// Code tables that keep whatever they are given as it is.
pub(crate) fn untyped(path: &Path) -> Connection {
    let connection = blank(path);
    connection
        .execute_batch(
            "CREATE TABLE code_proposals (id, feature_spec, language, code, tests, explanation,
                related_concepts, status, created_at, updated_at);
            CREATE TABLE test_executions (id INTEGER PRIMARY KEY, proposal_id, executed_at, passed,
                tests_run, coverage_percent);",
        )
        .unwrap();
    connection
}

/// Code tables without a row.
pub(crate) fn empty(path: &Path) -> Connection {
    let connection = blank(path);
    connection.execute_batch(CODE_TABLES).unwrap();
    connection
}
