-- What people entered for a paper, as it was issued: what it tells the party is asked of here, not of its sentences.
ALTER TABLE case_paper ADD COLUMN entered TEXT; -- {"reply.period": "…"}; NULL: nothing, or issued before this column
