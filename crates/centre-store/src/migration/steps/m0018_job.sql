-- What passes by itself: when each job is due next, who runs it and until when nobody else may, and how it ended last.
-- A row is made by whoever runs the job first.

CREATE TABLE job (
    name TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    holder TEXT,
    lease_until BIGINT,
    taken_at BIGINT,
    started_at BIGINT,
    finished_at BIGINT,
    outcome TEXT,
    things BIGINT NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    runs BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (name)
);

-- What a job has done and must not do again: the key commits together with the effect. Keys are forgotten after a time.

CREATE TABLE job_done (
    job TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (job, key)
);

CREATE INDEX job_done_by_time ON job_done (at);
