-- The nearest day of a case, and the day of what was given, may be provisional: by then it is counted again;
-- NULL: it is certain, or there is none.
ALTER TABLE flow_case ADD COLUMN due_count_by TEXT;
ALTER TABLE assignment ADD COLUMN due_count_by TEXT;
UPDATE flow_case SET due_count_by = (SELECT t.count_by FROM flow_timer t WHERE t.case_id = flow_case.id
    AND t.state = 'running' ORDER BY t.due_date, (t.count_by IS NOT NULL) LIMIT 1);
UPDATE assignment SET due_count_by = (SELECT c.due_count_by FROM flow_case c WHERE c.holder_assignment = assignment.id);
