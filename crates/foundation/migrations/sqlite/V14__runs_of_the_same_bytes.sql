-- A decision asks what the same bytes did in other proposals.
CREATE INDEX executions_not_passed ON executions (content_hash) WHERE verdict <> 'passed';

PRAGMA user_version = 14;
