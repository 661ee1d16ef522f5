"""Describe how the inputs of two sources differ: distribution shift."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Property:
    """A property of the inputs at home and there, as text; "" where it is unknown."""

    name: str
    home: str
    there: str

    def row(self) -> dict[str, str]:
        """Return the row of a table."""
        return {"property": self.name, "home": self.home or "–", "your file": self.there or "–"}
