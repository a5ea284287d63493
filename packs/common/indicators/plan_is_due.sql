-- Before 1 February no plan of the year is asked for.
SELECT substr(:as_of, 6) >= '02-01' AS test
