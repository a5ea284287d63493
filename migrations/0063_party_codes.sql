-- Parties are found by their credit code too; here those that are there. The others' texts get it when they are changed.
UPDATE record_text SET text = text || lower((SELECT u.credit_code FROM unit u WHERE u.id = record_id)) || '
' WHERE type = 'party' AND EXISTS (SELECT 1 FROM unit u WHERE u.id = record_id AND u.credit_code IS NOT NULL);
