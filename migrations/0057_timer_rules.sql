-- The pack's deadline from which a day is counted (`publicity`); NULL: a timer from before this column.
ALTER TABLE flow_timer ADD COLUMN rule TEXT;
