-- What products are looked for by, in the forms of the identity crate: number and name folded, the bar code's key.
ALTER TABLE product ADD COLUMN sku_key TEXT NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN code_key TEXT NOT NULL DEFAULT '';
ALTER TABLE product ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
DROP INDEX product_barcode;
CREATE INDEX product_sku_key ON product (sku_key);
CREATE INDEX product_code_key ON product (code_key) WHERE code_key <> '';
