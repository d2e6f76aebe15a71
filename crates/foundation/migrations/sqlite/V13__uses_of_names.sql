-- What sources do with names beside calling and importing them, which imports are there for types alone, and how a source was read:
-- one that an earlier program read is read anew by the next build.

-- `extends` says that the place makes a class of it.
CREATE TABLE memory_uses (
    blob INTEGER NOT NULL REFERENCES memory_blobs (row) ON DELETE CASCADE,
    name TEXT NOT NULL,
    line INTEGER NOT NULL,
    extends INTEGER NOT NULL,
    PRIMARY KEY (blob, name, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_uses_by_name ON memory_uses (name);

ALTER TABLE memory_blobs ADD COLUMN reading INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memory_imports ADD COLUMN for_types INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memory_links ADD COLUMN for_types INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 13;
