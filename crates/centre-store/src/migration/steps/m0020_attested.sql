-- The centre's key lies in a file of its own: the database knows the public half, by which it knows its file.

ALTER TABLE centre ADD COLUMN public_key TEXT;

-- Allowances that this centre's signature says it gave and that its books have forgotten, where they could not be set
-- up again at once: what an operation spends of one is set up when it comes.

CREATE TABLE proven_allowance (
    device_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    grant_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    coupon_id TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (device_id, epoch, grant_id)
);

CREATE INDEX grant_request_given ON grant_request (device_id, epoch, given);

-- The chain of the answers that gave allowances to the current epoch of a device, and where it stood after each of them: a
-- counter shows how far it was when the centre signed it, and a database that was put back has no such link.

ALTER TABLE device ADD COLUMN given_chain TEXT NOT NULL
    DEFAULT '0000000000000000000000000000000000000000000000000000000000000000';
ALTER TABLE grant_request ADD COLUMN chain TEXT;
CREATE INDEX grant_request_chain ON grant_request (device_id, chain);

-- Stores that a device was moved away from: what it did there may come late, and is theirs.

CREATE TABLE device_former_store (
    device_id TEXT NOT NULL,
    store_id TEXT NOT NULL,
    PRIMARY KEY (device_id, store_id)
);
