"""Vietnamese words in a database without ICU: folded for the search, and keys for the order."""

import unicodedata

# A letter of its own sorts after every word with its plain letter: `{` comes after `z`.
LETTERS = {"ă": "a{", "â": "a|", "đ": "d{", "ê": "e{", "ô": "o{", "ơ": "o|", "ư": "u{"}
PLAIN = {letter: key[0] for letter, key in LETTERS.items()}
# No tone, huyền, hỏi, ngã, sắc, nặng: the order of the Common Locale Data Repository for `vi`.
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def fold(text: str) -> str:
    """`text` as people type it in a hurry: `Sơn  La` and `son la` are the same."""
    words = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in words if not unicodedata.combining(c)).split())


def sort_key(text: str) -> str:
    """A column to order by, byte by byte (`C`): by letters first, by tones where letters agree."""
    letters, tones = [], []
    for letter in unicodedata.normalize("NFC", " ".join(text.casefold().split())):
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(TONES.get(mark, "") for mark in marks)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        known = LETTERS.get(bare)
        plain = "".join(
            c for c in unicodedata.normalize("NFD", bare) if not unicodedata.combining(c)
        )
        letters.append(known or plain)
        tones.append(tone or "0")
    return "".join(letters) + "\x01" + "".join(tones).rstrip("0")
