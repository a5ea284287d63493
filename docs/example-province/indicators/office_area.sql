-- Square metres, as the paper of this year says them; a number without a source is not known.
SELECT s.source IS NOT NULL OR NULL AS test, s.value AS amount, s.record_id
FROM fact_series s
WHERE s.subject = :subject AND s.name = 'office_area'
  AND s.year = CAST(substr(:as_of, 1, 4) AS INTEGER)
