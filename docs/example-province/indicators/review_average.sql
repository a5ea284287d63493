-- The experts' mean of this year, the highest and the lowest mark left out.
SELECT s.source IS NOT NULL OR NULL AS test, s.value AS amount, s.record_id
FROM fact_series s
WHERE s.subject = :subject AND s.name = 'review_average'
  AND s.year = CAST(substr(:as_of, 1, 4) AS INTEGER)
