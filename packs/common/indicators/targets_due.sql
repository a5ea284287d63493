-- What the application promised for up to this day; whether it was reached, a person finds.
SELECT date <= :as_of AS test, indicator AS key, indicator AS label, record_id
FROM fact_application_expected WHERE subject = :subject
