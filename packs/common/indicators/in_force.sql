-- The business date lies between the document's first and last day.
SELECT :as_of BETWEEN :effective AND :expires AS test
