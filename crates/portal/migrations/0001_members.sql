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

-- One card and one person stand behind one member. The national ID is never here: only its HMAC
-- under a key outside of this file, and its last four.
CREATE TABLE gold (
    member_id               INTEGER PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
    certificate_fingerprint BLOB    NOT NULL UNIQUE,
    certificate_expires_at  INTEGER NOT NULL,
    national_id_mac         BLOB    NOT NULL UNIQUE,
    national_id_tail        TEXT    NOT NULL,
    granted_at              INTEGER NOT NULL
) STRICT;
