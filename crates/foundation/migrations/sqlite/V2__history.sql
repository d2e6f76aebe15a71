-- What came from elsewhere: where a proposal was imported from, and what its source says was done there. History is
-- never evidence and never a decision of this home, so no view and no rollup counts it.

CREATE TABLE imports (
    row INTEGER PRIMARY KEY,
    file_digest BLOB NOT NULL UNIQUE CHECK (length(file_digest) = 32),
    source TEXT NOT NULL CHECK (source IN ('original', 'bundle')),
    shape TEXT NOT NULL,
    imported_at INTEGER NOT NULL
) STRICT;

-- Moments of a source are kept in its own words; `zone` is their offset from UTC where it is known. `digest` is that
-- of everything the source holds about the proposal.
CREATE TABLE provenance (
    proposal INTEGER PRIMARY KEY REFERENCES proposals (row),
    source TEXT NOT NULL CHECK (source IN ('original', 'bundle')),
    source_id TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    claimed_status TEXT NOT NULL,
    claimed_created_at TEXT NOT NULL,
    claimed_updated_at TEXT NOT NULL,
    zone TEXT,
    remarks TEXT NOT NULL,
    UNIQUE (source, source_id)
) STRICT;

-- `body` is JSON text; where it is large, `blob` holds it and `body` is empty.
CREATE TABLE history (
    row INTEGER PRIMARY KEY,
    proposal INTEGER REFERENCES proposals (row),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    kind TEXT NOT NULL CHECK (kind IN ('execution', 'review', 'refinement', 'audit')),
    revision INTEGER,
    moment TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    words TEXT NOT NULL,
    body TEXT NOT NULL,
    blob BLOB REFERENCES blobs (digest)
) STRICT;

CREATE INDEX history_by_proposal ON history (proposal) WHERE proposal IS NOT NULL;

PRAGMA user_version = 2;
