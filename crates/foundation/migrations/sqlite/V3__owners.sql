-- Keys of the owners and policies, as the record has them; how long approvals count.

CREATE TABLE owner_keys (
    added_seq INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    principal TEXT NOT NULL,
    key TEXT NOT NULL,
    assurance TEXT NOT NULL CHECK (assurance IN ('low', 'file', 'agent', 'hardware')),
    added_at INTEGER NOT NULL,
    removed_seq INTEGER,
    removed_at INTEGER
) STRICT;

CREATE UNIQUE INDEX owner_keys_live ON owner_keys (fingerprint) WHERE removed_seq IS NULL;

CREATE TABLE policies (
    seq INTEGER PRIMARY KEY,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    document TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- What owners signed counts once.
CREATE TABLE nonces (
    nonce TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `ended_seq` is the record that made an approval void.
ALTER TABLE reviews ADD COLUMN signer TEXT;
ALTER TABLE reviews ADD COLUMN expires_at INTEGER;
ALTER TABLE reviews ADD COLUMN ended_seq INTEGER;

UPDATE reviews SET ended_seq = seq
WHERE decision IN ('approved', 'approved_despite')
    AND (SELECT p.status FROM proposals p WHERE p.row = reviews.proposal) <> 'approved';

CREATE INDEX reviews_expiring ON reviews (expires_at)
WHERE ended_seq IS NULL AND expires_at IS NOT NULL;

CREATE INDEX reviews_live ON reviews (seq)
WHERE ended_seq IS NULL AND decision IN ('approved', 'approved_despite');

PRAGMA user_version = 3;
