SELECT standard = 'iso56005' AND CASE WHEN grade IS NOT NULL THEN 1 END
       AND issued <= :as_of AND :as_of <= expires AS test, grade AS label, record_id
FROM fact_certificates WHERE subject = :subject
