SELECT kind = 'conversion' AND role = 'organiser' AND started <= :as_of AS test,
       id AS key, id AS label, record_id
FROM fact_projects WHERE subject = :subject
