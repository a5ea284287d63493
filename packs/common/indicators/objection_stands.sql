-- Received from the day of publication to the last day, 24:00; open, or upheld (A-23). Before a
-- publication that never was lies every day.
SELECT CASE WHEN substr(o.received, 1, 10) < p.published THEN 0
            WHEN provisional('publicity', p.published) THEN NULL
            ELSE substr(o.received, 1, 10) BETWEEN p.published AND deadline('publicity', p.published)
       END AND (o.state = 'open' OR o.upheld) AS test, o.record_id
FROM fact_objections o JOIN fact_publicity p ON p.subject = o.subject
WHERE o.subject = :subject
