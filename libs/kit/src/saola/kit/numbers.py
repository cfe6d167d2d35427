"""Numbers, as systems write them."""

from decimal import Decimal


def plain(number: Decimal) -> str:
    """No exponent, no zeros that say nothing, no negative zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0", "-"} else text
