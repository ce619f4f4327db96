DROP FUNCTION erased_among(UUID[]);
DROP FUNCTION erasure_lock(UUID);
ALTER TABLE failure DROP COLUMN people;
DROP TABLE export_part;
DROP TABLE erased_account;
