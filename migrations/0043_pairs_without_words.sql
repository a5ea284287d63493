-- What was proposed before its words were kept (0042) and is no policy's stands in nobody's list and can be refused by
-- nobody: it is proposed anew.
UPDATE proposal SET state = 'expired', decided_ms = expires_ms WHERE state = 'open' AND shown IS NULL
    AND type IN ('setting', 'panel_sheet', 'panel_member', 'case_back', 'case_paper');
