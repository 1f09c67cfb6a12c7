"""Words for invented couples: names, and notes that read like nothing but have the right length."""

from random import Random


def apart(words: str) -> list[str]:
    """The words of a line, one by one."""
    return words.split()


FIRST = apart(
    "Abel Ana Bao Chidi Dara Elif Emre Farah Greta Hana Ines Ivo Joao Kiri Lena Mbali Nils Oona "
    "Pavel Quinn Rami Sana Tomas Uma Vera Wim Xiu Yara Zeno Aoife"
)
LAST = apart(
    "Abara Berg Castro Duarte Eze Farkas Gomez Hale Ito Jensen Kaya Lindt Moreau Novak Osei Pires "
    "Quist Rossi Silva Tanaka Ueda Varga Weiss Xu Yilmaz Zapata Amato Bloch Cohen Diaz"
)
COMMON = apart(
    "they talked about the week and said that evenings were hard when work ran late she asked for "
    "more time he heard it and stayed with it both noticed how quickly old habits came back in "
    "session we slowed down each spoke in turn one small step was agreed for home with a pause "
    "before bed and a walk on Sunday next time we look at what helped"
)


def sentence(rng: Random, length: int) -> str:
    """`length` words with a capital at the start and a stop at the end."""
    text = " ".join(rng.choices(COMMON, k=length))
    return f"{text[0].upper()}{text[1:]}."
