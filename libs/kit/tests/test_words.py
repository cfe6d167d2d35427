"""Vietnamese words, for the search and for the order."""

from random import Random

import pytest

from saola.kit.words import fold, sort_key


def mixed(words: list[str]) -> list[str]:
    return Random(7).sample(words, len(words))  # noqa: S311  # not to keep a secret


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Sơn  La", "son la"),
        ("ĐIỆN BIÊN", "dien bien"),
        ("\u0110a\u0303 Na\u0306\u0303ng", "da nang"),
        ("Huế", "hue"),
        ("", ""),
        (" Xã Mường  La\n", "xa muong la"),
    ],
)
def test_folded_words_are_as_people_type_them(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_letters_sort_as_in_the_vietnamese_alphabet() -> None:
    alphabet = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(mixed(alphabet), key=sort_key) == alphabet


def test_tones_decide_only_where_the_letters_agree() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "mai", "mắm", "mâm"]
    assert sorted(mixed(tones), key=sort_key) == tones


def test_places_sort_as_in_the_gazetteer() -> None:
    places = ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Đà Nẵng", "Điện Biên", "Đồng Nai"]
    places += ["Gia Lai", "Hà Nội", "Hà Tĩnh", "Huế", "Sơn La", "Thái Nguyên", "Vĩnh Long"]
    assert sorted(mixed(places), key=sort_key) == places


def test_how_a_letter_is_composed_and_its_case_make_no_difference() -> None:
    assert sort_key("Sơn La") == sort_key("SO\u031bN LA")
