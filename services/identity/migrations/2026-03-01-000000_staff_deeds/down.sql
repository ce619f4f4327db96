DROP TABLE staff_deed;
DROP FUNCTION staff_deed_is_append_only;
