-- A number that changes with whatever decides who a request comes from: what a server remembers of
-- a token or a session counts only while it stands (access/known.h). Raised by the store itself, so
-- that no writer can forget it: another process, or a hand.
CREATE TABLE access_number (
    id INTEGER PRIMARY KEY,       -- 1
    number INTEGER NOT NULL
) STRICT;
INSERT INTO access_number (id, number) VALUES (1, 0);
CREATE TRIGGER unit_insert_access AFTER INSERT ON unit
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER unit_update_access AFTER UPDATE ON unit
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER unit_delete_access AFTER DELETE ON unit
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER account_insert_access AFTER INSERT ON account
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER account_update_access AFTER UPDATE ON account
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER account_delete_access AFTER DELETE ON account
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER role_grant_insert_access AFTER INSERT ON role_grant
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER role_grant_update_access AFTER UPDATE ON role_grant
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER role_grant_delete_access AFTER DELETE ON role_grant
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER credential_insert_access AFTER INSERT ON credential
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER credential_update_access AFTER UPDATE ON credential
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER credential_delete_access AFTER DELETE ON credential
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER session_insert_access AFTER INSERT ON session
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER session_update_access AFTER UPDATE ON session
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER session_delete_access AFTER DELETE ON session
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER api_token_insert_access AFTER INSERT ON api_token
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER api_token_update_access AFTER UPDATE ON api_token
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER api_token_delete_access AFTER DELETE ON api_token
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER setting_insert_access AFTER INSERT ON setting
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER setting_update_access AFTER UPDATE ON setting
    BEGIN UPDATE access_number SET number = number + 1; END;
CREATE TRIGGER setting_delete_access AFTER DELETE ON setting
    BEGIN UPDATE access_number SET number = number + 1; END;
