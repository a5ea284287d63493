-- Nothing reads it: publications from before the log are named by no entry and stay so.
DROP TABLE publication_adoption;
