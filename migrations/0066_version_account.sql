-- What somebody changed last is read by account (GET /account-acts).
CREATE INDEX record_version_account ON record_version (account, at_ms);
