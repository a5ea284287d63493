-- The participating units of this year.
SELECT s.source IS NOT NULL OR NULL AS test, s.value AS amount, s.record_id
FROM fact_series s
WHERE s.subject = :subject AND s.name = 'partners'
  AND s.year = CAST(substr(:as_of, 1, 4) AS INTEGER)
