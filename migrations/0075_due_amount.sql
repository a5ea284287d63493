-- What is to be paid by a day that is due, in fen; NULL: nothing, or it is not known.
ALTER TABLE record_due ADD COLUMN amount INTEGER;
