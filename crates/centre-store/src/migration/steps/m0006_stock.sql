-- Pieces of rewards that a store has; a reward without a row is not counted there.

CREATE TABLE reward_stock (
    store_id TEXT NOT NULL,
    reward_id TEXT NOT NULL,
    pieces INTEGER NOT NULL CHECK (pieces >= 0),
    PRIMARY KEY (store_id, reward_id),
    FOREIGN KEY (store_id) REFERENCES store (id),
    FOREIGN KEY (reward_id) REFERENCES reward (id)
);
