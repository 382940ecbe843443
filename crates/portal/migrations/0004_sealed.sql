-- Accounts, names and messages are sealed (AES-256-GCM) under a key outside of this file, and found by a
-- keyed hash. What an older program kept in the open waits in `open_member` until the program, which has the
-- key, has sealed it.
CREATE TABLE open_member AS SELECT id, account, name FROM member;

ALTER TABLE member RENAME COLUMN account TO account_mac;
ALTER TABLE member DROP COLUMN name;
ALTER TABLE member ADD COLUMN account_sealed BLOB;
ALTER TABLE member ADD COLUMN name_sealed BLOB;

-- By which the key is known again: nothing could be read under another one.
CREATE TABLE data_key (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    check_value BLOB    NOT NULL
) STRICT;

-- Who is on the way to an account begins again, and counts begin anew: both last an hour at the most.
DELETE FROM registration;
ALTER TABLE registration DROP COLUMN account;
ALTER TABLE registration ADD COLUMN account_mac TEXT;
ALTER TABLE registration ADD COLUMN account_sealed BLOB;

DELETE FROM code_request;
ALTER TABLE code_request RENAME COLUMN account TO account_mac;
ALTER TABLE code_request RENAME COLUMN network TO network_mac;

DROP TABLE outbox;
CREATE TABLE outbox (
    id             INTEGER PRIMARY KEY,
    account_mac    TEXT    NOT NULL,
    account_sealed BLOB    NOT NULL,
    message_sealed BLOB    NOT NULL,
    sent_at        INTEGER NOT NULL
) STRICT;
