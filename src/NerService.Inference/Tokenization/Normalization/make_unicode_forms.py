"""Writes unicode-forms.txt from the Unicode data that Python carries:  python3 make_unicode_forms.py > unicode-forms.txt

A line is CODE;CLASS;MAPPING: the canonical combining class, and what the character decomposes to in one step; "~" before a mapping marks a compatibility
mapping, "!" one that composition never takes back. Hangul syllables are left out: they follow a rule.
"""
import sys
import unicodedata

print(f"# Unicode {unicodedata.unidata_version}, made by make_unicode_forms.py from the Unicode Character Database, © 1991-2021 Unicode, Inc., under the Unicode License V3 (https://www.unicode.org/license.txt)")
for code in range(sys.maxunicode + 1):
    if 0xD800 <= code <= 0xDFFF or 0xAC00 <= code <= 0xD7A3:
        continue
    c = chr(code)
    mapping, combining = unicodedata.decomposition(c), unicodedata.combining(c)
    if not mapping and not combining:
        continue
    if mapping.startswith("<"):
        mapping = "~" + mapping.split("> ", 1)[1]
    elif mapping and unicodedata.normalize("NFC", unicodedata.normalize("NFD", c)) != c:
        mapping = "!" + mapping
    print(f"{code:04X};{combining};{mapping}")
