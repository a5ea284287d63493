-- Writers take turns now, so a row that every such transaction changes makes nobody wait (0013): PostgreSQL
-- raises the number as SQLite does.
CREATE OR REPLACE FUNCTION access_number_raise() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS
    $$BEGIN UPDATE access_number SET number = number + 1; RETURN NULL; END$$;
CREATE TRIGGER unit_access AFTER INSERT OR UPDATE OR DELETE ON unit
    EXECUTE FUNCTION access_number_raise();
CREATE TRIGGER account_access AFTER INSERT OR UPDATE OR DELETE ON account
    EXECUTE FUNCTION access_number_raise();
CREATE TRIGGER role_grant_access AFTER INSERT OR UPDATE OR DELETE ON role_grant
    EXECUTE FUNCTION access_number_raise();
CREATE TRIGGER credential_access AFTER INSERT OR UPDATE OR DELETE ON credential
    EXECUTE FUNCTION access_number_raise();
CREATE TRIGGER session_access AFTER INSERT OR UPDATE OR DELETE ON session
    EXECUTE FUNCTION access_number_raise();
CREATE TRIGGER api_token_access AFTER INSERT OR UPDATE OR DELETE ON api_token
    EXECUTE FUNCTION access_number_raise();
CREATE TRIGGER setting_access AFTER INSERT OR UPDATE OR DELETE ON setting
    EXECUTE FUNCTION access_number_raise();
