-- instr, not LIKE: what is typed is text, never a pattern
SELECT body FROM product
WHERE active = 1
  AND (instr(lower(sku), ?1) = 1 OR instr(coalesce(barcode, ''), ?1) = 1 OR instr(lower(name), ?1) > 0
       OR instr(pinyin, ?1) > 0 OR instr(initials, ?1) > 0)
ORDER BY
  CASE WHEN lower(sku) = ?1 OR barcode = ?1 THEN 0
       WHEN instr(lower(name), ?1) = 1 OR instr(initials, ?1) = 1 OR instr(pinyin, ?1) = 1 THEN 1
       ELSE 2 END,
  name
LIMIT ?2
