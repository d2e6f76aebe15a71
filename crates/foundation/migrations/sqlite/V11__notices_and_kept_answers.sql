-- How far each channel of notifications has told of the record. The record itself is the outbox: what is not told yet lies behind
-- `next`, the first entry that the channel has not been through. `tries` and `problem` are about that entry.
CREATE TABLE notice_channels (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    problem TEXT,
    delivered INTEGER NOT NULL,
    delivered_at INTEGER
) STRICT, WITHOUT ROWID;

-- What a channel gave up to tell of, so that the next entries were not held up.
CREATE TABLE notice_failures (
    channel TEXT NOT NULL REFERENCES notice_channels (name) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    problem TEXT NOT NULL,
    PRIMARY KEY (channel, seq)
) STRICT, WITHOUT ROWID;

-- Keys by which clients repeat requests, each with the digest of what was asked, written before the command writes anything;
-- the answer follows at the command's end.
CREATE TABLE kept_answers (
    holder TEXT NOT NULL,
    key TEXT NOT NULL,
    job TEXT NOT NULL,
    command TEXT NOT NULL,
    asked BLOB NOT NULL,
    at INTEGER NOT NULL,
    answer TEXT,
    PRIMARY KEY (holder, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_answers_by_job ON kept_answers (holder, job);
CREATE INDEX kept_answers_by_age ON kept_answers (at);

PRAGMA user_version = 11;
