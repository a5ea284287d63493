-- The day by which the application counts lies between the document's first and last day.
SELECT :applied BETWEEN :effective AND :expires AS test
