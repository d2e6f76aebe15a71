-- Revisions that change a repository: where each starts, and both sides of every path that it touches.

CREATE TABLE revision_bases (
    revision INTEGER PRIMARY KEY REFERENCES revisions (row),
    repository TEXT NOT NULL,
    base_commit TEXT NOT NULL,
    base_tree TEXT NOT NULL
) STRICT;

-- A mode is absent where that side is. What a file holds afterwards is in `revision_files`, so that other programs find it where
-- the files of every revision are; `target` is that of a link, which is no file there.
CREATE TABLE revision_sides (
    row INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL REFERENCES revision_bases (revision),
    path TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('code', 'test', 'support')),
    mode_before TEXT CHECK (mode_before IN ('100644', '100755', '120000')),
    before BLOB,
    mode TEXT CHECK (mode IN ('100644', '100755', '120000')),
    target BLOB,
    UNIQUE (revision, path),
    CHECK ((mode_before IS NULL) = (before IS NULL)),
    CHECK (mode IS NOT NULL OR before IS NOT NULL),
    CHECK ((target IS NOT NULL) = (mode IS NOT NULL AND mode = '120000'))
) STRICT;

PRAGMA user_version = 7;
