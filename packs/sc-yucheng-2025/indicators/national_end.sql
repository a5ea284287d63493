SELECT s.name = 'hv_per_10k_national' AND s.year = p.end_year AS test,
       CASE WHEN s.source IS NOT NULL THEN s.value END AS amount, s.record_id
FROM fact_series s JOIN fact_parameters p ON p.subject = s.subject
WHERE s.subject = :subject
