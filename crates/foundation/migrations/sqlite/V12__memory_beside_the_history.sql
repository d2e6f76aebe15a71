-- What a memory knows from beside the objects of its repository: notes on commits, issues of a forge, tests with what they ran, and what
-- proposals mended. All of it follows from the record, from notes and from files that can be read again; it is no evidence.

-- A decision that a note on a commit tells. It is the word of whoever wrote the note: nothing of it was checked.
CREATE TABLE memory_notes (
    repository INTEGER NOT NULL REFERENCES memory_repositories (row) ON DELETE CASCADE,
    id BLOB NOT NULL,
    place INTEGER NOT NULL,
    proposal TEXT NOT NULL,
    revision INTEGER NOT NULL,
    decision TEXT NOT NULL,
    said_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    said_at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (repository, id, place)
) STRICT, WITHOUT ROWID;

-- An issue or a pull request, as a file says that came from a forge; `merged_as` is the commit that it became.
CREATE TABLE memory_issues (
    repository INTEGER NOT NULL REFERENCES memory_repositories (row) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    is_pull INTEGER NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    author TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    merged_as BLOB,
    source TEXT NOT NULL,
    PRIMARY KEY (repository, number, is_pull)
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_issues_by_commit ON memory_issues (repository, merged_as) WHERE merged_as IS NOT NULL;

-- A test that ran lines of a name in an execution, or that failed without a change of the file (`noticed`).
CREATE TABLE memory_covers (
    repository INTEGER NOT NULL REFERENCES memory_repositories (row) ON DELETE CASCADE,
    path TEXT NOT NULL,
    symbol TEXT NOT NULL,
    test TEXT NOT NULL,
    lines INTEGER NOT NULL,
    noticed INTEGER NOT NULL,
    execution TEXT NOT NULL,
    PRIMARY KEY (repository, path, symbol, test)
) STRICT, WITHOUT ROWID;

-- How many findings of a rule a proposal took away; one without any has a row with no rule, so that nobody looks twice.
CREATE TABLE memory_mended (
    repository INTEGER NOT NULL REFERENCES memory_repositories (row) ON DELETE CASCADE,
    proposal TEXT NOT NULL,
    rule TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (repository, proposal, rule)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 12;
