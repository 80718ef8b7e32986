"""The operation ``export-page``: a table of one page, as a spreadsheet and as rows.

An example in Python. It takes what the page shows; a list that loads more when it is scrolled is not followed.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from gantry_sdk import Failure, Operation, artifacts, css, export, page, take, when

from sheet import headed

LOAD_MS = 60_000
QUIET_MS = 1_000


@dataclass
class Input:
    site: Annotated[Literal["containers", "appointments"], "The site."]
    path: Annotated[str, "The page's path on it, such as `/containers`."]
    table: Annotated[str, "Which table: a CSS selector."] = "table"


@dataclass
class Output:
    columns: Annotated[list[str], "The headings; `column 3` where there is none."]
    rows: Annotated[list[list[str]], "The rows, as long as the headings."]
    artifact: Annotated[str, "The id of the spreadsheet."] = field(default="")


class ExportPage(Operation[Input, Output]):
    name = "export-page"
    version = "0.1.0"
    summary = "Exports a table of one page as a spreadsheet."

    def run(self, input: Input) -> Output:
        page.goto(input.site, input.path)
        rows = css(f"{input.table} tbody > tr:has(> td + td)")
        page.wait([when.present(rows), when.quiet(QUIET_MS)], LOAD_MS)
        cells = css(f"{input.table} thead tr:first-child > *")
        headings = [row[0] or "" for row in page.read(cells, [take.text()], 0).rows]
        if not headings:
            message = f"The page shows no table with headings at `{input.table}`; name another with `table`"
            raise Failure("table-not-found", message, fields={"table": "a CSS selector of a table with headings"})
        columns = [take.text(css(f":scope > :nth-child({place + 1})")) for place in range(len(headings))]
        shown = page.read(rows, columns, 0).rows
        sheet = headed(headings, shown)
        artifact = artifacts.put_table("page", "Page", sheet.columns, sheet.rows)
        return Output(columns=sheet.columns, rows=sheet.rows, artifact=artifact)


Handler = export(ExportPage)
