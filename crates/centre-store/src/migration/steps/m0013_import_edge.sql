-- Receipts that stood at the beginning or end of the file that they came from: where it was cut there, a later file
-- with the rest completes them.

CREATE TABLE import_edge (
    op_id TEXT NOT NULL,
    PRIMARY KEY (op_id)
);
