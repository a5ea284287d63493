-- Over after its last day; while that day is provisional nobody can say.
SELECT CASE WHEN published = 'never' THEN 0
            WHEN provisional('publicity', published) THEN NULL
            ELSE :as_of > deadline('publicity', published) END AS test, record_id
FROM fact_publicity WHERE subject = :subject
