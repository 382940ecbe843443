-- A member signs in with an e-mail address or with a mobile number: one of both is the account.
ALTER TABLE member RENAME COLUMN email TO account;

-- What a member accepted, in which version, and when.
CREATE TABLE consent (
    member_id      INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    notice_version TEXT    NOT NULL,
    accepted_at    INTEGER NOT NULL,
    PRIMARY KEY (member_id, notice_version)
) STRICT;

-- Somebody on the way to an account, known by the SHA-256 of the cookie. The code is kept as an HMAC
-- under that cookie, which is not here: who reads this table cannot try a million codes.
CREATE TABLE registration (
    id_hash         BLOB    PRIMARY KEY,
    notice_version  TEXT    NOT NULL,
    accepted_at     INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    account         TEXT,
    code_mac        BLOB,
    code_expires_at INTEGER NOT NULL DEFAULT 0,
    code_tries      INTEGER NOT NULL DEFAULT 0,
    verified        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX registration_by_expiry ON registration (expires_at);

-- Every code that was asked for in the last hour, to limit them by account and by network.
CREATE TABLE code_request (
    account TEXT    NOT NULL,
    network TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE INDEX code_request_by_account ON code_request (account, at);
CREATE INDEX code_request_by_network ON code_request (network, at);
CREATE INDEX code_request_by_time ON code_request (at);

-- Solved puzzles, each good once, until they are out of date anyway.
CREATE TABLE spent_puzzle (
    challenge  TEXT    PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;

-- Messages that were not sent but are shown, for development.
CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY,
    account TEXT    NOT NULL,
    message TEXT    NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;
