SELECT policy IN ('yunling-build', 'yunling-operate') AND date <= :as_of AS test,
       policy || date AS key, amount, record_id
FROM fact_awards WHERE subject = :subject
