SELECT kind <> 'other' AND substr(started, 1, 4) = substr(:as_of, 1, 4) AND started <= :as_of AS test, id AS key, id AS label, record_id, share
FROM fact_projects WHERE subject = :subject
