SELECT kind <> 'other' AND role = 'organiser' AND started <= :as_of AS test,
       id AS key, id AS label, record_id, share
FROM fact_projects WHERE subject = :subject
