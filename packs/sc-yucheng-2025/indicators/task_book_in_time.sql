-- Before the first payment; where none was made yet, by now.
SELECT CASE WHEN task_book_signed = 'never' THEN 0
            WHEN first_payment = 'never' THEN task_book_signed <= :as_of
            ELSE task_book_signed <= first_payment END AS test, record_id
FROM fact_project WHERE subject = :subject
