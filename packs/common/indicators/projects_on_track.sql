-- Projects that have begun and say this track; where no tracks are said, it is not known.
SELECT p.started <= :as_of AND CASE WHEN p.tracks THEN EXISTS (
           SELECT 1 FROM fact_projects_tracks t
           WHERE t.subject = p.subject AND t.record_id = p.record_id AND t.value = :word) END AS test,
       p.id AS key, p.id AS label, p.record_id, p.share
FROM fact_projects p WHERE p.subject = :subject
