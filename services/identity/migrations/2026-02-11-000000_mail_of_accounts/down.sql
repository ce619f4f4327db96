ALTER TABLE mail DROP COLUMN account_id;
