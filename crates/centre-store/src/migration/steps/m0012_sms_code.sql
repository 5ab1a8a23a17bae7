-- Every code that was sent to a phone counts while its time runs, not the newest alone. A row of `verification`
-- still says what was sent last, how often, and how often it was tried wrongly.

CREATE TABLE sms_code (
    phone TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (phone, code_hash)
);

INSERT INTO sms_code (phone, code_hash, expires_at)
SELECT phone, code_hash, expires_at FROM verification;
