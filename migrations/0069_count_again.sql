-- Provisional days were counted before the program knew the days off that the law fixes: the job `recount` counts each
-- once again. A day without an issued deadline is kept by its timer alone.
ALTER TABLE deadline ADD COLUMN count_again INTEGER;
UPDATE deadline SET count_again = 1 WHERE state = 'open' AND count_by IS NOT NULL;
UPDATE flow_timer SET count_by = '2004-01-01' WHERE state = 'running' AND deadline IS NULL AND count_by IS NOT NULL;
