-- An item that an answer past its time gave out first is counted apart from what came fresh.

PRAGMA user_version = 26;

-- Whether the answer that gave it out first was past its time: renewed behind, or in place of an upstream
-- that failed. Of items of before that was not kept; they stay with what brought them.
ALTER TABLE engagement_item ADD COLUMN stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1));
