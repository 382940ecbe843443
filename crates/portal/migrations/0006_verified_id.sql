-- Where somebody can be asked whose a national ID is, the whole number is known to be the member's: then
-- it stands behind one member, as the certificate does. One that nobody was asked about is reserved for
-- nobody, or anybody could keep its owner out.
ALTER TABLE gold RENAME COLUMN unverified_national_id_mac TO national_id_mac;
ALTER TABLE gold ADD COLUMN id_verified INTEGER NOT NULL DEFAULT 0;

CREATE UNIQUE INDEX gold_by_verified_id ON gold (national_id_mac) WHERE id_verified = 1;
