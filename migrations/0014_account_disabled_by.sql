-- Who closed an account (account.id; 0: the program). NULL: it is open, or was closed before this was
-- kept. What an administrator closed, its unit's manager does not open again.
ALTER TABLE account ADD COLUMN disabled_by INTEGER;
