-- Members of this counter and what they are found by. Part of cache.db: rebuilt from a snapshot at any time.

-- A member whole. `keys` holds what lies in search_key for her, so that exactly that is taken out again.
CREATE TABLE member (
    rowid INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    rank  INTEGER NOT NULL,
    keys  TEXT NOT NULL,
    body  TEXT NOT NULL
) STRICT;

-- What a row of the search result shows, apart from the body: some 25 members in a page instead of three.
CREATE TABLE search_row (
    member        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL,
    no            TEXT NOT NULL,
    name          TEXT NOT NULL,
    phone         TEXT NOT NULL,
    tier          TEXT NOT NULL,
    -- the four words with unit separators (U+001F) between them; NULL = not kept
    skin          TEXT,
    -- likewise; NULL = none
    allergies     TEXT,
    -- milliseconds since 1970
    last_purchase INTEGER,
    home_store    TEXT NOT NULL
) STRICT;

-- Every key of every member. `rank` sorts the most recent purchase first.
CREATE TABLE search_key (
    key    TEXT NOT NULL,
    member INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    rank   INTEGER NOT NULL,
    PRIMARY KEY (key, member)
) STRICT, WITHOUT ROWID;

-- For each beginning that many keys share: its members who came last.
CREATE TABLE search_top (
    prefix TEXT NOT NULL,
    rank   INTEGER NOT NULL,
    member INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    PRIMARY KEY (prefix, rank, member)
) STRICT, WITHOUT ROWID;
