-- What is remembered of repositories, for the questions why a line is there and what a change reaches. All of it follows from the
-- repositories and can be built again; it is no evidence, and no entry of the record vouches for it.

-- `version` grows with every write, so that two builds of one repository do not mix; `facts` is what the last build found.
CREATE TABLE memory_repositories (
    row INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL DEFAULT 0,
    head BLOB,
    facts TEXT NOT NULL DEFAULT ''
) STRICT;

-- Numbers grow from parents to children; `merged_by` is the merge that brought a commit in.
CREATE TABLE memory_commits (
    row INTEGER PRIMARY KEY,
    repository INTEGER NOT NULL REFERENCES memory_repositories (row) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    id BLOB NOT NULL,
    authored_at INTEGER NOT NULL,
    author TEXT NOT NULL,
    parents INTEGER NOT NULL,
    size INTEGER NOT NULL,
    reverts BLOB,
    proposal TEXT,
    merged_by INTEGER,
    message TEXT NOT NULL,
    UNIQUE (repository, number),
    UNIQUE (repository, id)
) STRICT;

CREATE INDEX memory_commits_that_revert ON memory_commits (repository, reverts) WHERE reverts IS NOT NULL;

-- A file keeps its number when it is renamed; `path` is its newest.
CREATE TABLE memory_files (
    repository INTEGER NOT NULL REFERENCES memory_repositories (row) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    path BLOB NOT NULL,
    is_live INTEGER NOT NULL,
    blob BLOB,
    PRIMARY KEY (repository, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_files_by_path ON memory_files (repository, path);
CREATE INDEX memory_files_by_blob ON memory_files (blob) WHERE blob IS NOT NULL;

CREATE TABLE memory_changes (
    repository INTEGER NOT NULL,
    file INTEGER NOT NULL,
    number INTEGER NOT NULL,
    blob BLOB,
    PRIMARY KEY (repository, file, number),
    FOREIGN KEY (repository, file) REFERENCES memory_files (repository, number) ON DELETE CASCADE,
    FOREIGN KEY (repository, number) REFERENCES memory_commits (repository, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_changes_by_commit ON memory_changes (repository, number);

-- Sources that were parsed, by what they hold: whatever repository or path has the same bytes has the same row.
-- `defined` has a name a line, `mentioned` the sorted hashes of all words.
CREATE TABLE memory_blobs (
    row INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    language TEXT NOT NULL,
    lines INTEGER NOT NULL,
    is_broken INTEGER NOT NULL,
    defined TEXT NOT NULL,
    mentioned BLOB NOT NULL
) STRICT;

CREATE TABLE memory_symbols (
    blob INTEGER NOT NULL REFERENCES memory_blobs (row) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (blob, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_symbols_by_name ON memory_symbols (name);

CREATE TABLE memory_calls (
    blob INTEGER NOT NULL REFERENCES memory_blobs (row) ON DELETE CASCADE,
    name TEXT NOT NULL,
    line INTEGER NOT NULL,
    PRIMARY KEY (blob, name, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_calls_by_name ON memory_calls (name);

CREATE TABLE memory_imports (
    blob INTEGER NOT NULL REFERENCES memory_blobs (row) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    line INTEGER NOT NULL,
    module TEXT NOT NULL,
    names TEXT NOT NULL,
    PRIMARY KEY (blob, place)
) STRICT, WITHOUT ROWID;

-- Imports that lead to a file of the same repository.
CREATE TABLE memory_links (
    repository INTEGER NOT NULL,
    file INTEGER NOT NULL,
    target INTEGER NOT NULL,
    line INTEGER NOT NULL,
    names TEXT NOT NULL,
    PRIMARY KEY (repository, file, target, line),
    FOREIGN KEY (repository, file) REFERENCES memory_files (repository, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_links_to ON memory_links (repository, target);

-- Blame, kept for as long as the file holds the same bytes and the same commits lead to it.
CREATE TABLE memory_blames (
    row INTEGER PRIMARY KEY,
    repository INTEGER NOT NULL REFERENCES memory_repositories (row) ON DELETE CASCADE,
    path BLOB NOT NULL,
    blob BLOB NOT NULL,
    UNIQUE (repository, path)
) STRICT;

CREATE TABLE memory_hunks (
    blame INTEGER NOT NULL REFERENCES memory_blames (row) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    number INTEGER NOT NULL,
    path BLOB NOT NULL,
    PRIMARY KEY (blame, line)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 10;
