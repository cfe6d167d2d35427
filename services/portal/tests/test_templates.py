"""What our policy for pages forbids stands in no template; each page renders in both languages."""

import re
from pathlib import Path

import pytest

from saola.edges.portal import i18n, views

HERE = Path(i18n.__file__).parent
TEMPLATES = sorted(HERE.rglob("*.html"))
FORBIDDEN = {
    "inline style": r"\sstyle\s*=",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "handler in an attribute": r"\son[a-z]+=[\"']",
    "code in an attribute of htmx": r"hx-on|hx-vals\s*=\s*.js:|hx-trigger=\"[^\"]*\[",
    "unescaped text": r"\|\s*safe\b",
    "address of another site": r"(?:href|src|action)=\"https?:",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has_an(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [file.name for file in TEMPLATES if pattern.search(file.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_template_can_be_read(template: Path) -> None:
    name = template.relative_to(HERE)
    name = name.relative_to("pages") if name.parts[0] == "pages" else name
    assert views.environment("vi").get_template(str(name))


def test_each_icon_that_is_used_is_in_the_sprite() -> None:
    names = (HERE / "ui/icons.txt").read_text().split()
    text = "".join(file.read_text(encoding="utf-8") for file in TEMPLATES)
    used = set(re.findall(r'icon\("([\w-]+)"\)', text)) | {
        name
        for pair in re.findall(r'icon\("([\w-]+)" if .*? else "([\w-]+)"\)', text)
        for name in pair
    }
    assert used <= set(names)
