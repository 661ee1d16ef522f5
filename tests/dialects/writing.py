"""Write numbers, names and lines as the programs and sites of many countries do."""

import random
from dataclasses import dataclass

THIN, NARROW, HARD = "\u2009", "\u202f", "\u00a0"
DECIMALS = {".": ("", ",", "'", HARD, NARROW, THIN), ",": ("", ".", "'", HARD, NARROW, THIN)}
DELIMITERS = (",", ";", "\t", "|", " ")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp1250", "cp1251", "cp1254", "cp1256")
LINE_ENDS = ("\n", "\r\n", "\r")


@dataclass(frozen=True)
class Style:
    """How the cells and lines of one file are written."""

    delimiter: str
    decimal: str
    thousands: str
    quoting: str  # minimal, all, none
    encoding: str
    line_end: str
    last_end: bool  # whether the last line has a line end
    trailing: bool  # a delimiter at the end of every line

    @property
    def unknowable(self) -> bool:
        """Return whether unquoted cells may contain the delimiter, so that they cannot be told apart."""
        return self.quoting == "none" and self.delimiter in (self.decimal, self.thousands)

    def number(self, value: float, decimals: int) -> str:
        whole, _, part = f"{value:,.{decimals}f}".partition(".")
        return whole.replace(",", self.thousands) + (self.decimal + part if part else "")

    def cell(self, text: str) -> str:
        if self.quoting == "all":
            return f'"{text}"'
        needs = self.delimiter in text or '"' in text or (self.delimiter == " " and (not text or text.isspace()))
        needs = needs or (self.delimiter == " " and any(sign.isspace() for sign in text))
        return f'"{text}"' if needs and self.quoting == "minimal" else text

    def line(self, cells: list[str]) -> str:
        return self.delimiter.join(map(self.cell, cells)) + self.delimiter * self.trailing

    def content(self, lines: list[str]) -> bytes:
        text = self.line_end.join(lines) + self.line_end * self.last_end
        return text.encode(self.encoding)


def style(rng: random.Random) -> Style:
    """Return a random combination of signs; files with unquoted delimiters inside cells are rare."""
    while True:
        decimal = rng.choice(".,")
        made = Style(
            rng.choice(DELIMITERS),
            decimal,
            rng.choice(DECIMALS[decimal]),
            rng.choice(("minimal", "all", "none")),
            rng.choice(ENCODINGS),
            rng.choice(LINE_ENDS),
            rng.random() < 0.9,
            rng.random() < 0.05,
        )
        if made.trailing and made.delimiter == " ":
            continue
        if not made.unknowable or rng.random() < 0.1:
            return made


def fits(text: str, encoding: str) -> bool:
    """Return whether an encoding has all letters of a text, and more than ASCII if it is an older one."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
