-- Approved revisions written into their targets, and taken out again.

-- `started_seq` is the entry by which one began; `plan` is all that its end needs.
CREATE TABLE applications (
    started_seq INTEGER PRIMARY KEY,
    proposal INTEGER NOT NULL REFERENCES proposals (row),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    direction TEXT NOT NULL CHECK (direction IN ('apply', 'rollback')),
    place TEXT NOT NULL,
    plan TEXT NOT NULL,
    ended_seq INTEGER,
    outcome TEXT CHECK (outcome IN ('applied', 'undone'))
) STRICT;

CREATE INDEX applications_of_proposal ON applications (proposal);

-- One at a time in one place.
CREATE UNIQUE INDEX applications_at_work ON applications (place) WHERE ended_seq IS NULL;

-- What was replaced and is in no revision; no prune takes it.
CREATE VIEW application_contents AS
    SELECT a.started_seq AS application, unhex(substr(kept.value, 8)) AS digest
    FROM applications a, json_each(a.plan, '$.files.kept') kept;

PRAGMA user_version = 8;
