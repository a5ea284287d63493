-- The words of a case's number and title are written when it begins; here for the cases that are there. What
-- unicode_fold (text/unicode.h) does beyond small letters, their titles do not have.
INSERT INTO record_text (type, record_id, text)
SELECT 'case', c.id, lower(c.number || '
' || c.title || '
') FROM flow_case c
WHERE NOT EXISTS (SELECT 1 FROM record_text t WHERE t.type = 'case' AND t.record_id = c.id);
