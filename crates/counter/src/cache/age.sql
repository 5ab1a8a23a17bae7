-- How many commits this file has seen, so that it and a log beside it can be held against each other.

CREATE TABLE age (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  n        INTEGER NOT NULL
);
INSERT INTO age VALUES (1, 0);
