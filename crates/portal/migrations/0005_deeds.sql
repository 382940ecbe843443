-- What happened, and who did it: by number, which is random and does not come again. Nothing of a person is
-- here, so it stays when the member goes, for as many days as the operator keeps it. Each row has the HMAC of
-- itself and the row before it.
CREATE TABLE deed (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    what    TEXT    NOT NULL,
    member  INTEGER,
    detail  TEXT    NOT NULL,
    network TEXT    NOT NULL,
    chain   BLOB    NOT NULL
) STRICT;

CREATE INDEX deed_of_member ON deed (member, number);
CREATE INDEX deed_by_time ON deed (at);

CREATE TRIGGER deed_is_final BEFORE UPDATE ON deed
BEGIN
    SELECT raise(ABORT, 'what happened cannot be changed');
END;

-- A member who has stopped using the account is kept and cannot sign in.
ALTER TABLE member ADD COLUMN stopped_at INTEGER;
