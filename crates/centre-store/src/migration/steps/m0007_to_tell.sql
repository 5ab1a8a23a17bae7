-- What the feed is to be told anew once, because it tells more of it now: the lots that paid redemptions, when
-- behaviours were shown, and joining as one of them. Emptied by the service.

CREATE TABLE to_tell (
    entity TEXT NOT NULL,
    member_id TEXT NOT NULL,
    entity_key TEXT NOT NULL,
    PRIMARY KEY (entity, member_id, entity_key)
);

INSERT INTO to_tell (entity, member_id, entity_key)
SELECT 'redemption', member_id, op_id FROM redemption;

INSERT INTO to_tell (entity, member_id, entity_key)
SELECT DISTINCT 'behaved', member_id, kind FROM behaviour;

INSERT INTO to_tell (entity, member_id, entity_key)
SELECT DISTINCT 'joined', member_id, op_id FROM transfer
WHERE op_id LIKE 'welcome:%' AND from_account = 'earned';
