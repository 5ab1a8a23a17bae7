SELECT id, no, name, phone, tier, skin, allergies, last_purchase, home_store
FROM search_row
WHERE member = ?1
