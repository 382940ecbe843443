-- Members who may decide cases.
CREATE TABLE clerk (
    member_id    INTEGER PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
    appointed_at INTEGER NOT NULL
) STRICT;

-- Somebody proved to hold a card or to have a number that makes another member gold. Which of both
-- accounts it belongs to, a person has to say. One case of a member is open at a time.
CREATE TABLE clerk_case (
    id                      INTEGER PRIMARY KEY,
    member_id               INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    holder_id               INTEGER REFERENCES member (id) ON DELETE SET NULL,
    reason                  TEXT    NOT NULL CHECK (reason IN ('card-taken', 'id-taken')),
    certificate_fingerprint BLOB    NOT NULL,
    national_id_mac         BLOB    NOT NULL,
    national_id_tail        TEXT    NOT NULL,
    opened_at               INTEGER NOT NULL,
    decision                TEXT    CHECK (decision IN ('freed', 'kept', 'settled')),
    decided_at              INTEGER,
    decided_by              INTEGER REFERENCES member (id) ON DELETE SET NULL
) STRICT;

CREATE UNIQUE INDEX open_case_of_member ON clerk_case (member_id) WHERE decision IS NULL;
CREATE INDEX clerk_case_by_holder ON clerk_case (holder_id);
