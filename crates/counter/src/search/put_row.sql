INSERT OR REPLACE INTO search_row
    (member, id, no, name, phone, tier, skin, allergies, last_purchase, home_store)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
