SELECT type = 'invention' AND high_value AND granted <= :as_of AND :as_of < lapsed AS base,
       implemented AND evidence AS test, number AS key, number AS label, implemented AS says, record_id
FROM fact_patents WHERE subject = :subject
