-- The programmes for which a role is lent (access/grant.h), separated by spaces; NULL: all.
ALTER TABLE role_grant ADD COLUMN programmes TEXT;
