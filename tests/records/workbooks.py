"""Excel workbooks as small as they can be."""

import zipfile
from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HIDDEN = ' state="hidden"'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/>'
    "</cellXfs></styleSheet>"
)


def a_workbook(sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> bytes:
    """An Excel workbook with these sheets; a date in it is a number in the style of a date."""
    made = BytesIO()
    names = list(sheets)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", kinds(len(names)))
        book.writestr("_rels/.rels", related([("rId1", "officeDocument", "xl/workbook.xml")]))
        book.writestr("xl/workbook.xml", contents(names, hidden))
        parts = [
            (f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml")
            for number in range(1, len(names) + 1)
        ]
        book.writestr(
            "xl/_rels/workbook.xml.rels", related([*parts, ("rId99", "styles", "styles.xml")])
        )
        book.writestr("xl/styles.xml", STYLES)
        for number, name in enumerate(names, 1):
            book.writestr(f"xl/worksheets/sheet{number}.xml", rows_of(sheets[name]))
    return made.getvalue()


def kinds(sheets: int) -> str:
    """What kind each part of a workbook is."""
    parts = [("/xl/workbook.xml", "sheet.main")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, sheets + 1)]
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{KIND}.{kind}+xml"/>' for name, kind in parts
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def related(parts: list[tuple[str, str, str]]) -> str:
    """Which parts belong to one, each by its id, kind and place."""
    found = "".join(
        f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for id_, kind, target in parts
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'


def contents(names: list[str], hidden: tuple[str, ...]) -> str:
    """The workbook's own part: its sheets by name."""
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"'
        f"{HIDDEN if name in hidden else ''}/>"
        for number, name in enumerate(names, 1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'


def rows_of(rows: list[list[Any]]) -> str:
    """A sheet; an empty list is a row that is not there."""
    found = "".join(
        f'<row r="{line}">{"".join(map(cell, row))}</row>'
        for line, row in enumerate(rows, 1)
        if row
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{found}</sheetData></worksheet>'


def cell(value: Any) -> str:
    """A cell: a date, a number or text."""
    if isinstance(value, date):
        return f'<c s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'
