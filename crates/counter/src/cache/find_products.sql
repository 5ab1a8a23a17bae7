-- instr, not LIKE: what is typed is text, never a pattern
-- ?1 = folded, ?2 = as a bar code's key, ?3 = as the beginning of one, without zeros before it
SELECT body FROM product
WHERE active = 1
  AND (instr(sku_key, ?1) = 1 OR code_key = ?2 OR instr(ltrim(code_key, '0'), ?3) = 1 OR instr(name_key, ?1) > 0
       OR instr(pinyin, ?1) > 0 OR instr(initials, ?1) > 0)
ORDER BY
  CASE WHEN sku_key = ?1 OR code_key = ?2 THEN 0
       WHEN instr(name_key, ?1) = 1 OR instr(initials, ?1) = 1 OR instr(pinyin, ?1) = 1 THEN 1
       ELSE 2 END,
  name
LIMIT ?4
