"""Writes docs/library.md from the library's own files: `python -m docs.library`."""

from pathlib import Path

from practice.courses.catalog import built_in
from practice.library.builtin import builtin_homework
from practice.library.homework import LANGUAGES, Homework
from practice.vocabulary import OBSTACLES, Element, curriculum

PAGE = Path(__file__).parent / "library.md"


def page() -> str:
    """The whole page: counts, the homeworks by the obstacle they serve best, courses, teachings."""
    return "\n".join([*counts(), *by_obstacle(), *courses(), *by_teaching()]) + "\n"


def counts() -> list[str]:
    """How many there are of each kind."""
    found = builtin_homework().values()
    lines = [
        "# The homework library",
        "",
        "This page is made from the library's files by `python -m docs.library`.",
        "",
        f"{len(found)} homeworks, each in English and Spanish, drawn from "
        f"{len(curriculum().teachings)} teachings of five articles, each with two questions for its "
        f"reflection sheet. The {sum(one.conjoint for one in found)} for two have words of their own "
        "for a copy that one partner does alone.",
        "",
        "| obstacle or element | homeworks |",
        "| --- | ---: |",
    ]
    for key, obstacle in OBSTACLES.items():
        lines.append(f"| {obstacle.label} | {sum(key in one.obstacles for one in found)} |")
    for element in Element:
        lines.append(f"| {element.label} | {sum(element in one.elements for one in found)} |")
    return lines


def by_obstacle() -> list[str]:
    """Each homework once, under the obstacle it serves best."""
    lines = []
    for key, obstacle in OBSTACLES.items():
        mine = [one for one in builtin_homework().values() if one.obstacles[0] == key]
        if mine:
            lines += ["", f"## {obstacle.label}", ""]
            for one in mine:
                lines += entry(one)
    return lines


def entry(homework: Homework) -> list[str]:
    """One homework: its titles, promise, who does it, and what it reaches."""
    titles = [builtin_homework(language)[homework.slug].title for language in LANGUAGES[1:]]
    alone = homework.solo.title
    also = [OBSTACLES[key].label for key in homework.obstacles[1:]]
    return [
        f"- **{homework.title}** ({', '.join(titles)}): {homework.promise} {homework.who_words}."
        + (f" A copy for one alone is called “{alone}”." if alone else "")
        + (f" Also for: {', '.join(also)}." if also else "")
        + f" Builds: {', '.join(homework.elements)}. Teachings: "
        + ", ".join(f"`{one}`" for one in homework.teachings)
        + "."
    ]


def courses() -> list[str]:
    """Each built-in course: its titles, its promise, and its homeworks in order."""
    lines = ["", "## Courses", ""]
    for course in built_in().values():
        titles = [built_in(language)[course.key].title for language in LANGUAGES[1:]]
        weeks = [
            f"{builtin_homework()[week.homework].title} ({week.dose} min)" for week in course.weeks
        ]
        obstacles = ", ".join(OBSTACLES[key].label for key in course.obstacles)
        lines.append(
            f"- **{course.title}** ({', '.join(titles)}): {course.promise} For: {obstacles}. "
            f"Weeks: {'; '.join(weeks)}."
        )
    return lines


def by_teaching() -> list[str]:
    """Each teaching, and the homeworks that are drawn from it."""
    lines = ["", "## Teachings", "", "| teaching | homeworks |", "| --- | --- |"]
    for one in curriculum().teachings:
        drawn = [
            homework.title for homework in builtin_homework().values() if one in homework.teachings
        ]
        lines.append(f"| `{one}` | {'; '.join(drawn)} |")
    return lines


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
