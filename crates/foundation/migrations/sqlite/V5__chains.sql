-- What ties rows to entries: for each proposal one hash over all entries about it, and a tree over these hashes whose
-- root is signed with the head of the log. All of it follows from the log.

-- `proposal` is the row of a proposal; 0 stands for the keys and policies of the owners.
CREATE TABLE chains (
    proposal INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL CHECK (entries > 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- `place` is the level times 2^48 and the position on it; `hashes` are those of the 64 chains or nodes below.
CREATE TABLE chain_nodes (
    place INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL CHECK (length(hashes) = 2048)
) STRICT;

-- One row: the size of the log that the chains reach to, with the signature over both. An empty signature says that the
-- chains are still to be made of the log.
CREATE TABLE chain_head (
    one INTEGER PRIMARY KEY CHECK (one = 0),
    size INTEGER NOT NULL,
    signature BLOB NOT NULL
) STRICT;

INSERT INTO chain_head (one, size, signature) VALUES (0, 0, x'');

-- The entries by which owners changed keys and policy.
CREATE TABLE owner_entries (seq INTEGER PRIMARY KEY) STRICT;

PRAGMA user_version = 5;
