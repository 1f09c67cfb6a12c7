"""The encoding of a client list: known for certain, or asked with a look at what each would read."""

import re
import unicodedata
from dataclasses import dataclass

from charset_normalizer import from_bytes

from practice.couples.names import fold
from practice.errors import Refused

MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
#: Encodings of one byte a letter that a list may be in, the likeliest first, and for whom each is.
OF_ONE_BYTE = {
    "cp1252": "Western Europe and America (Windows)",
    "mac_roman": "Western Europe and America (older Macs)",
    "cp1250": "Central Europe (Windows)",
    "cp1251": "Cyrillic (Windows)",
    "iso8859_2": "Central Europe (ISO)",
    "cp1253": "Greek (Windows)",
    "cp1254": "Turkish (Windows)",
    "cp1257": "Baltic (Windows)",
    "koi8_r": "Cyrillic (KOI8)",
    "cp850": "Western Europe (DOS)",
    "cp437": "America (DOS)",
}
#: Others that the library may find.
OF_MORE = {
    "cp932": "Japanese",
    "shift_jis": "Japanese",
    "euc_jp": "Japanese (EUC)",
    "gb18030": "Chinese, simplified",
    "big5": "Chinese, traditional",
    "cp949": "Korean",
    "euc_kr": "Korean",
    "cp1255": "Hebrew (Windows)",
    "cp1256": "Arabic (Windows)",
    "cp1258": "Vietnamese (Windows)",
    "cp874": "Thai",
}
NAMES = OF_ONE_BYTE | OF_MORE | {"utf-8": "Unicode", "utf-16-le": "Unicode", "utf-16-be": "Unicode"}
#: The letters beyond a to z of the alphabets that an encoding was made for.
WESTERN = (
    *("áéíñóúü", "àâæçéèêëîïôœùûüÿ", "äöüßé", "áâãàçéêíóôõú", "åäöé", "æøåé", "àèéìíòóù"),
    *("ëéïöüèêáóíú", "áðéíóúýþæö", "àéèíòóúïüç", "âêîôûäëïö"),
)
CENTRAL = (
    *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîșțşţ", "äöüß"),
)
ALPHABETS = {
    **dict.fromkeys(("cp1252", "mac_roman", "cp850", "cp437", "cp1256"), WESTERN),
    **dict.fromkeys(("cp1250", "iso8859_2"), CENTRAL),
    "cp1254": ("çğıöşüâîi̇",),
    "cp1257": ("õäöüšž", "āčēģīķļņšūž", "ąčęėįšųūž"),
}
#: How much less likely some encodings are: hardly anything is written in them any more.
RARE = {"cp850": 0.25, "cp437": 0.3, "cp1257": 0.25}
VOWELS = frozenset("aeiouyæœøåäöü")
SLAVIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґђјљњћџ")
GREEK = frozenset("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ")
#: Marks around words in texts of every language; they speak for no encoding and against none.
AROUND = "‘’“”„«»‚‹›–—…·•\u00a0¿¡"
#: Signs that do so where they stand alone, and never within a word.
ALONE = frozenset("°£§®©™½¼¾×€¢¥±²³¹ªº")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x80-\x9f]")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
#: What ends a word of a list.
WORD_ENDS = re.compile(r"[\s,;:|\"'()<>/\\&+.@\-_\d]+")
#: An encoding is certain when it makes sense of at least this share of words, and no other comes near.
CERTAIN, APART = 0.97, 0.2
MOST_OFFERED = 6
#: How much of a text is looked at, in words that have other letters than a to z.
WORDS_LOOKED_AT = 4_000
NOT_TEXT = (
    "This is not a list as text. Save it as CSV or as an Excel workbook, and choose that file."
)


@dataclass(frozen=True)
class Reading:
    """A text as one encoding reads it."""

    encoding: str
    text: str
    sense: float

    @property
    def called(self) -> str:
        """What people call the encoding."""
        return NAMES.get(self.encoding, self.encoding)


def readings_of(content: bytes) -> list[Reading]:
    """How the bytes of a list may be read: one reading where it is certain, else the likely ones.

    Raises Refused for what is no text.
    """
    if by_mark := read_by_mark(content):
        return [by_mark]
    if b"\x00" in content:
        return [read_wide(content)]
    try:
        return [Reading("utf-8", refuse_controls(content.decode("utf-8")), 1.0)]
    except UnicodeDecodeError:
        pass
    return likely_readings(content)


def read_by_mark(content: bytes) -> Reading | None:
    """The text of a file that says by its first bytes how it is written. Raises Refused if it lies."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            try:
                return Reading(encoding, refuse_controls(content.decode(encoding)), 1.0)
            except UnicodeDecodeError:
                raise Refused(NOT_TEXT, "file") from None
    return None


def read_wide(content: bytes) -> Reading:
    """A text of two bytes a letter without a mark. Raises Refused for what is none."""
    found = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = content[: len(content) // 2 * 2].decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = sum(character.isascii() for character in text) / max(1, len(text))
        if not CONTROLS.search(text) and re.search(r"[,;\t|]", text) and plain > 0.15:
            found.append(Reading(encoding, text, plain))
    if not found:
        raise Refused(NOT_TEXT, "file")
    return max(found, key=lambda one: one.sense)


def refuse_controls(text: str) -> str:
    """`text`, unless so much of it is control characters that it is none. Raises Refused."""
    controls = len(re.findall(r"[\x00-\x08\x0e-\x1f]", text))
    if "\x00" in text or controls > 3 + len(text) // 500:
        raise Refused(NOT_TEXT, "file")
    return text


def likely_readings(content: bytes) -> list[Reading]:
    """What single bytes beyond ASCII may stand for: one reading when only one makes sense."""
    readings: dict[str, Reading] = {}
    for encoding in candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text not in readings and not CONTROLS.search(text):
            readings[text] = Reading(encoding, text, sense_of(text, encoding))
    found = sorted(readings.values(), key=lambda one: -one.sense)
    if not found:
        raise Refused(NOT_TEXT, "file")
    refuse_controls(found[0].text)
    is_alone = len(found) == 1 or found[1].sense <= found[0].sense - APART
    if found[0].sense >= CERTAIN and is_alone:
        return found[:1]
    worth = [one for one in found if one.sense >= found[0].sense - 0.5]
    return worth[:MOST_OFFERED]


def candidates(content: bytes) -> list[str]:
    """The encodings to try: those of one byte, and what the library takes the bytes for."""
    found = from_bytes(content[:200_000], cp_isolation=[*OF_ONE_BYTE, *OF_MORE], threshold=0.6)
    guessed = [match.encoding for match in found if match.encoding in OF_MORE]
    return [*OF_ONE_BYTE, *guessed[:2]]


def sense_of(text: str, encoding: str) -> float:
    """The share of words beyond ASCII that are words of an alphabet the encoding is for, 0 to 1."""
    words = [word for word in WORD_ENDS.split(text) if BEYOND_ASCII.search(word)]
    judged = [makes_sense(word, encoding) for word in words[:WORDS_LOOKED_AT]]
    counted = [one for one in judged if one is not None]
    sense = sum(counted) / len(counted) if counted else 0.5
    return max(0.0, sense - RARE.get(encoding, 0.0))


def makes_sense(word: str, encoding: str) -> bool | None:
    """Whether a word could be written in one alphabet; None for marks that tell nothing."""
    bare = word.strip(AROUND).removesuffix("ª").removesuffix("º")
    if bare.isascii() or set(bare) <= ALONE:
        return None
    letters = bare.replace("’", "")
    if not letters.isalpha() or has_odd_capital(letters):
        return False
    return in_one_alphabet(letters.lower(), encoding) and can_be_said(letters.lower())


def has_odd_capital(word: str) -> bool:
    """Whether a capital beyond ASCII stands inside a word, as in what was read wrongly."""
    return not word.isupper() and any(one.isupper() and not one.isascii() for one in word[1:])


def in_one_alphabet(word: str, encoding: str) -> bool:
    """Whether all letters of a word in lower case belong to one alphabet of an encoding."""
    letters = set(word)
    for script in (SLAVIC, GREEK):
        if letters & script:
            return letters <= script
    if any(is_eastern(letter) for letter in letters):
        return all(is_eastern(letter) for letter in letters)
    beyond = {letter for letter in letters if not letter.isascii()}
    share = sum(character in beyond for character in word) / len(word)
    within = any(beyond <= set(alphabet) for alphabet in ALPHABETS.get(encoding, ()))
    return within and (share <= 0.75 or len(word) <= 2)


def can_be_said(word: str) -> bool:
    """Whether letters beyond ASCII stand where people can say them: ñ before a vowel, ń never."""
    for place, letter in enumerate(word):
        following = fold(word[place + 1 : place + 2])
        if letter in "ñń" and (following in VOWELS) != (letter == "ñ"):
            return False
    runs = re.findall(r"[bcdfghjklmnpqrstvwxz]{4,}", fold(word))
    return not any(in_run(word, run) for run in runs)


def in_run(word: str, run: str) -> bool:
    """Whether a run of consonants has a letter beyond ASCII inside it, not at the word's beginning."""
    plain = fold(word)
    if len(plain) != len(word):
        return False
    start = plain.index(run)
    return any(not letter.isascii() for letter in word[max(1, start) : start + len(run)])


def is_eastern(letter: str) -> bool:
    """Whether a letter is of a script that has no capitals: Chinese, Korean, Hebrew, Arabic, Thai."""
    return unicodedata.category(letter) == "Lo"
