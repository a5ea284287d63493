SELECT NOT (due >= deadline('rectification-min', issued)
            AND due <= deadline('rectification-max', issued)) AS test, record_id
FROM fact_rectifications WHERE subject = :subject
