"""What is typed into a sheet's fields, in one font that has the letters, whatever program shows it."""

import re

import pydyf

#: The name that the fields have for their font. PDFium, which is in Chrome and Edge, draws Greek,
#: Cyrillic and Vietnamese from fonts of the computer, or not at all, unless the field's own font goes
#: by a name such as this one, of a font of signs: then it takes from it whatever it has.
ALIAS = "Wingdings"
#: How a field's letters look: “0.1 0.1 0.1 rg /ABCDEF 10.5 Tf” at the end.
LOOK = re.compile(rb"(?P<color>[\d.]+ [\d.]+ [\d.]+ rg) /(?P<font>\w+) (?P<size>[\d.]+) Tf$")


def give_fields_one_font(pdf: pydyf.PDF) -> None:
    """Let all fields of `pdf` name their font alike, in resources of their own; none is fine too."""
    tables = [one for one in pdf.objects if isinstance(one, pydyf.Dictionary)]
    for field in tables:
        look = LOOK.search(field["DA"].string) if "DA" in field else None
        if look is None:
            continue
        size = look["size"].decode()
        field["DA"] = pydyf.String(f"{look['color'].decode()} /{ALIAS} {size} Tf")
        fonts = next(one for one in tables if look["font"].decode() in one)
        named = pydyf.Dictionary({ALIAS: fonts[look["font"].decode()]})
        pdf.catalog["AcroForm"]["DR"] = pydyf.Dictionary({"Font": named})
