-- What an office's decisions say of remedies (types/office.yaml): to whom, and within what time. NULL: the office did
-- not say; who issues a decision is asked.
ALTER TABLE unit ADD COLUMN remedy_organ TEXT;        -- 行政复议机关
ALTER TABLE unit ADD COLUMN remedy_period TEXT;       -- a length of time: 六十日
ALTER TABLE unit ADD COLUMN remedy_court TEXT;        -- 有管辖权的人民法院
ALTER TABLE unit ADD COLUMN remedy_court_period TEXT; -- a length of time: 六个月
