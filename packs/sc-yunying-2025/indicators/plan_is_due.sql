-- Until that day no plan of the year is asked for.
SELECT :as_of > deadline('service-plan', substr(:as_of, 1, 4) || '-01-01') AS test
