-- By which import a source knows what it calls or uses: the line of that import, and 0 where there is none. What comes by an import that
-- leads out of the repository is no use of a name of the repository, however alike both are called.
ALTER TABLE memory_calls ADD COLUMN import_line INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memory_uses ADD COLUMN import_line INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 15;
