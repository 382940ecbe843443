-- Times are seconds since 1970-01-01 UTC.

CREATE TABLE member (
    id            INTEGER PRIMARY KEY,
    email         TEXT    NOT NULL COLLATE NOCASE UNIQUE,
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

-- A session is known by the SHA-256 of its cookie: who reads this table cannot become anyone.
CREATE TABLE session (
    id_hash    BLOB    PRIMARY KEY,
    member_id  INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_by_expiry ON session (expires_at);

-- One certificate stands behind one member. The national ID is what the member typed: of it the
-- certificate proves the last four and no more. So the whole number is kept as unverified and need
-- not be unique, or anybody could keep its owner out; and it is never here itself, only its HMAC
-- under a key outside of this file.
CREATE TABLE gold (
    member_id                  INTEGER PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
    certificate_fingerprint    BLOB    NOT NULL UNIQUE,
    certificate_expires_at     INTEGER NOT NULL,
    unverified_national_id_mac BLOB    NOT NULL,
    national_id_tail           TEXT    NOT NULL,
    granted_at                 INTEGER NOT NULL
) STRICT;

-- By which the key of the HMACs is known again: under another one they would mean nothing.
CREATE TABLE national_id_key (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    check_value BLOB    NOT NULL
) STRICT;
