"""An operation for Gantry: tells the title of one page."""

from dataclasses import dataclass
from typing import Annotated

from gantry_sdk import Operation, export, page


@dataclass
class Input:
    path: Annotated[str, "The path on the containers site."]


@dataclass
class Output:
    title: Annotated[str, "The document's title."]


class PageTitle(Operation[Input, Output]):
    name = "page-title"
    version = "0.1.0"
    summary = "Tells the title of one page."
    examples = [Input(path="/containers")]

    def run(self, input: Input) -> Output:
        page.goto("containers", input.path)
        return Output(title=page.title())


Handler = export(PageTitle)
