-- Navigation and risk reports of the year before.
SELECT s.source IS NOT NULL OR NULL AS test, s.value AS amount, s.record_id
FROM fact_series s
WHERE s.subject = :subject AND s.name = 'navigation_reports'
  AND s.year = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1
