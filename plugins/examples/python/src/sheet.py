"""What was read, as a sheet. It needs no page, so it is tested as it is."""

from dataclasses import dataclass
from typing import Optional, Sequence


@dataclass
class Sheet:
    columns: list[str]
    rows: list[list[str]]


def headed(headings: Sequence[str], rows: Sequence[Sequence[Optional[str]]]) -> Sheet:
    """Columns that have no heading and no text in any row are left out; others without heading get a number."""
    texts = [[cell or "" for cell in row] for row in rows]
    kept = [place for place, heading in enumerate(headings) if heading.strip() or any(row[place] for row in texts)]
    columns = [headings[place].strip() or f"column {place + 1}" for place in kept]
    return Sheet(columns, [[row[place] for place in kept] for row in texts])
