-- Healings of proposals and their steps.

-- `key` is the digest of the key of the invocation, so that a repeated one goes on with it.
CREATE TABLE healings (
    row INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    proposal INTEGER NOT NULL REFERENCES proposals (row),
    base INTEGER NOT NULL CHECK (base >= 1),
    plan TEXT NOT NULL,
    started_seq INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_seq INTEGER,
    ended_at INTEGER,
    stop TEXT,
    outcome TEXT
) STRICT;

CREATE INDEX healings_of_proposal ON healings (proposal);

-- `revision` is absent where nothing could be made of a model's answer.
CREATE TABLE healing_turns (
    row INTEGER PRIMARY KEY,
    healing INTEGER NOT NULL REFERENCES healings (row),
    part TEXT NOT NULL,
    revision INTEGER,
    strategy TEXT NOT NULL,
    operator TEXT,
    class TEXT NOT NULL,
    diagnosis TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX healing_turns_of_healing ON healing_turns (healing);

PRAGMA user_version = 4;
