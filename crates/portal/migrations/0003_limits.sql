-- Tries at signing in, by place: accounts and networks have places by a hash under the key below, and two
-- that share one share its tries. So this table has an end, and names nobody.
CREATE TABLE tries (
    kind    TEXT    NOT NULL,
    place   INTEGER NOT NULL,
    made    INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    PRIMARY KEY (kind, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX tries_by_time ON tries (last_at);

-- Without it somebody outside could choose accounts that share a place with another's.
CREATE TABLE place_key (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    key BLOB    NOT NULL
) STRICT;

INSERT INTO place_key (id, key) VALUES (1, randomblob(32));

-- Challenges for cards that are out: one for each place, which names the operation and whose it is. Of the
-- challenge itself there is the SHA-256; the claim is what is wanted back with it, as JSON.
CREATE TABLE open_challenge (
    place          TEXT    PRIMARY KEY,
    challenge_hash BLOB    NOT NULL,
    claim          TEXT    NOT NULL,
    expires_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX open_challenge_by_expiry ON open_challenge (expires_at);
