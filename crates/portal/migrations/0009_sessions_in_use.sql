-- A session ends some time after it was last used, and its member sees since when it is and from where.
ALTER TABLE session ADD COLUMN began_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN network TEXT NOT NULL DEFAULT '';

UPDATE session SET began_at = expires_at - 3600, used_at = expires_at - 3600;
