"""What the author of a Gantry plugin in Python sees.

An operation is a class, with a dataclass for its input and one for its output; the module that is built exports it::

    @dataclass
    class Input:
        path: Annotated[str, "The path on the containers site."]

    @dataclass
    class Output:
        title: str

    class PageTitle(Operation[Input, Output]):
        name = "page-title"
        version = "0.1.0"
        summary = "Tells the title of one page."

        def run(self, input: Input) -> Output:
            page.goto("containers", input.path)
            return Output(title=page.title())

    Handler = export(PageTitle)

``page``, ``downloads``, ``artifacts``, ``effects``, ``progress``, ``log`` and ``clock`` are the contract's own modules.
What they raise is ``Err``, whose ``value`` is the contract's error, such as ``NoSuchElement``; let through, it becomes a
failure with the code of its case.

Nothing of the machine is in a component: ``time`` and files fail, and ``random`` gives the same numbers in each call.
"""

from componentize_py_types import Err
from wit_world.exports.handler import Trace_Absent, Trace_Happened, Trace_Unclear
from wit_world.imports import artifacts, clock, downloads, effects, log, page, progress
from wit_world.imports.effects import Settled_Confirmed as Confirmed
from wit_world.imports.effects import Settled_Refused as Refused
from wit_world.imports.effects import Settled_Unknown as Unknown
from wit_world.imports.types import PageError_BrowserLost as BrowserLost
from wit_world.imports.types import PageError_Cancelled as Cancelled
from wit_world.imports.types import PageError_Deadline as Deadline
from wit_world.imports.types import PageError_Denied as Denied
from wit_world.imports.types import PageError_DialogOpen as DialogOpen
from wit_world.imports.types import PageError_NoSuchElement as NoSuchElement
from wit_world.imports.types import PageError_NotInteractable as NotInteractable
from wit_world.imports.types import PageError_Other as Other
from wit_world.imports.types import PageError_SignedOut as SignedOut
from wit_world.imports.types import PageError_StaleElement as StaleElement
from wit_world.imports.types import PageError_TimedOut as TimedOut

from . import take, when
from .failure import Failure
from .locate import css, label, text, xpath
from .operation import Operation, export

__all__ = [
    "BrowserLost",
    "Cancelled",
    "Confirmed",
    "Deadline",
    "Denied",
    "DialogOpen",
    "Err",
    "Failure",
    "NoSuchElement",
    "NotInteractable",
    "Operation",
    "Other",
    "Refused",
    "SignedOut",
    "StaleElement",
    "TimedOut",
    "Trace_Absent",
    "Trace_Happened",
    "Trace_Unclear",
    "Unknown",
    "artifacts",
    "clock",
    "css",
    "downloads",
    "effects",
    "export",
    "label",
    "log",
    "page",
    "progress",
    "take",
    "text",
    "when",
    "xpath",
]
