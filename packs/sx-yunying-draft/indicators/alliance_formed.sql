SELECT kind IN ('consortium', 'alliance') AND formed <= :as_of AS test, name AS label, record_id
FROM fact_consortia WHERE subject = :subject
