-- A code leads to a new member, to another account for a member, or to another password.
ALTER TABLE registration ADD COLUMN aim TEXT NOT NULL DEFAULT 'join' CHECK (aim IN ('join', 'change', 'password'));

UPDATE registration SET aim = 'change' WHERE member_id IS NOT NULL;
