-- A member who changes to another number or address goes the way of a registration: there it says whose.
ALTER TABLE registration ADD COLUMN member_id INTEGER REFERENCES member (id) ON DELETE CASCADE;
