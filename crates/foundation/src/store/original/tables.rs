//! The tables of the original, as its schema was published.
//!
//! Kept apart from the code that reads them, so that a reader can hold the list against the published one.

/// A table with the columns that are read; the first `required` of them make it the original's.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// Number of columns it must have.
    pub required: usize,
}

/// Proposals.
pub static PROPOSALS: Table = Table {
    name: "code_proposals",
    columns: &[
        "id",
        "feature_spec",
        "language",
        "code",
        "status",
        "tests",
        "explanation",
        "related_concepts",
        "created_at",
        "updated_at",
    ],
    required: 5,
};

/// Runs of their tests.
pub static EXECUTIONS: Table = Table {
    name: "test_executions",
    columns: &[
        "proposal_id",
        "executed_at",
        "passed",
        "id",
        "tests_run",
        "tests_passed",
        "tests_failed",
        "coverage_percent",
        "static_analysis_score",
        "static_analysis_tool",
        "critical_issues",
        "duration",
        "execution_data",
    ],
    required: 3,
};

/// Decisions.
pub static REVIEWS: Table = Table {
    name: "proposal_reviews",
    columns: &["proposal_id", "reviewed_at", "action", "id", "reviewer", "comments"],
    required: 3,
};

/// Rewritings.
pub static REFINEMENTS: Table = Table {
    name: "code_refinements",
    columns: &[
        "proposal_id",
        "original_code",
        "refined_code",
        "feedback",
        "id",
        "refined_at",
        "explanation",
    ],
    required: 4,
};

/// The general audit log.
pub static AUDIT: Table = Table {
    name: "audit_logs",
    columns: &["log_id", "actor", "action", "target", "details", "timestamp"],
    required: 3,
};

/// The audit trail of code changes.
pub static CODE_AUDIT: Table = Table {
    name: "code_audit_logs",
    columns: &[
        "timestamp",
        "action",
        "file_path",
        "id",
        "patch_id",
        "risk_level",
        "risk_score",
        "approved_by",
        "approval_phrase",
        "original_hash",
        "modified_hash",
        "patch_size",
        "details",
        "success",
        "error_message",
    ],
    required: 3,
};

/// Things known.
pub static CONCEPTS: Table = Table {
    name: "code_concepts",
    columns: &[
        "id",
        "name",
        "category",
        "language",
        "description",
        "prerequisites",
        "difficulty",
        "learned_from",
    ],
    required: 3,
};

/// Examples of them.
pub static SNIPPETS: Table = Table {
    name: "code_snippets",
    columns: &["id", "concept_id", "language", "code", "description"],
    required: 4,
};

/// Links between concepts, in the shape that holds code concepts.
pub static LINKS: Table =
    Table { name: "concept_links", columns: &["from_concept", "to_concept"], required: 2 };

/// Tables of the original that nothing here corresponds to; they are counted and named.
pub static NOT_TAKEN: &[&str] = &[
    "architecture_proposals",
    "code_artifacts",
    "code_learning_log",
    "improvement_patches",
    "learning_paths",
    "preferences",
    "review_queue",
];
