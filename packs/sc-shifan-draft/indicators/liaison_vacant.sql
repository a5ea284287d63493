-- The measures state no number of days: a note to whoever guides the base, no criterion. Days are
-- counted from 1 March, so that a leap day ends its year.
SELECT (SELECT 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d
        FROM (SELECT CAST(substr(:as_of, 1, 4) AS INTEGER) - (substr(:as_of, 6, 2) < '03') AS y,
                     (CAST(substr(:as_of, 6, 2) AS INTEGER) + 9) % 12 AS m,
                     CAST(substr(:as_of, 9, 2) AS INTEGER) AS d))
     - (SELECT 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d
        FROM (SELECT CAST(substr(l.vacant_since, 1, 4) AS INTEGER) - (substr(l.vacant_since, 6, 2) < '03') AS y,
                     (CAST(substr(l.vacant_since, 6, 2) AS INTEGER) + 9) % 12 AS m,
                     CAST(substr(l.vacant_since, 9, 2) AS INTEGER) AS d)) > 30 AS test, l.record_id
FROM fact_liaison l WHERE l.subject = :subject AND l.vacant_since <> 'never'
