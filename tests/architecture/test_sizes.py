"""No file scares its reader."""

from math import ceil
from statistics import median

from tests.architecture import tree

LARGE: dict[str, str] = {}
"""Files that may be larger, with the reason. The list may only get shorter."""

MOST = {
    ".py": (300, "cut the service by noun, or give the second thing in it a name"),
    ".proto": (500, "one proto service a noun"),
    ".tpl": (150, "a partial has one topic"),
    ".html": (150, "cut a fragment out of it"),
    ".js": (300, "one script does one thing"),
    ".css": (300, "one file a part"),
}
MOST_OF_A_TEST = 500


def test_no_file_is_too_long() -> None:
    problems = []
    for ending, (most, advice) in MOST.items():
        for name in tree.written(ending):
            test = name.suffix == ".py" and name.stem.startswith("test_")
            allowed = MOST_OF_A_TEST if test else most
            if tree.lines(name) > allowed and name.as_posix() not in LARGE:
                found = tree.lines(name)
                problems.append(f"{name} has {found} lines, the most is {allowed}: {advice}.")
    tree.complain(problems)


def test_a_template_of_a_chart_is_short() -> None:
    tree.complain(
        f"{name} has {tree.lines(name)} lines, the most is 150: move a topic to a partial."
        for name in tree.written(".yaml")
        if "templates" in name.parts and tree.lines(name) > 150
    )


def test_what_may_be_large_still_is() -> None:
    tree.complain(
        f"{name} is small enough now, or gone: take it off the list in {__name__}."
        for name in LARGE
        if tree.lines(tree.HERE / name) <= MOST[f".{name.rpartition('.')[2]}"][0]
    )


def test_the_median_is_small_and_nine_of_ten_are_not_large() -> None:
    sizes = sorted(size for name in tree.sources() if (size := tree.lines(name)))
    middle, ninth = median(sizes), sizes[ceil(0.9 * len(sizes)) - 1]
    print(f"\n{len(sizes)} files, median {middle}, 90th percentile {ninth}, most {sizes[-1]}")
    problems = []
    if middle > 80:
        problems.append(f"The median file has {middle} lines; it may have 80. Cut the long ones.")
    if ninth > 220:
        problems.append(f"One file in ten has more than {ninth} lines; it may have 220.")
    tree.complain(problems)
