"""Operations: what an author implements, and the glue between it and the contract's ``handler``."""

import json
import traceback
import typing
from typing import Any, Callable, Generic, Optional, Sequence, TypeVar

from componentize_py_types import Err
from wit_world.exports import handler
from wit_world.imports import log

from . import failure, typed
from .failure import Failure

Input = TypeVar("Input")
Output = TypeVar("Output")


class Operation(Generic[Input, Output]):
    """Something a caller asks for over HTTP. Export it with ``export``."""

    name: str
    """Kebab-case; the operation's name in URLs."""
    version: str
    """Semantic version."""
    summary: str
    """One sentence."""
    examples: Sequence[Any] = ()
    """Inputs, for people; the host calls the operation with the first before it serves it, on a portal without pages."""
    capabilities: Sequence[str] = ()
    """The grants it needs: ``script``, ``submit``, ``downloads``."""
    effectful: bool = False
    """True if it does something that cannot be taken back."""
    effect_key: Sequence[str] = ()
    """The input fields that together name what an effectful operation does."""

    Input: type
    Output: type

    def __init_subclass__(cls) -> None:
        """Takes the types of input and output from ``Operation[Input, Output]``."""
        for base in getattr(cls, "__orig_bases__", ()):
            if typing.get_origin(base) is Operation:
                cls.Input, cls.Output = typing.get_args(base)

    def run(self, input: Input) -> Output:
        """Does the work, once for each request, in a fresh instance."""
        raise NotImplementedError

    def resume(self, input: Input, phase: int) -> Output:
        """Goes on where an earlier call failed with ``resumable``. Look first whether the page is in that phase."""
        message = f"This operation cannot go on in phase {phase}; begin again without `resume`"
        raise Failure("not-resumable", message)

    def reconcile(self, memo: str) -> handler.Trace:
        """Looks whether an effect happened whose end nobody saw. It may only read."""
        raise Failure("no-effects", "This operation has no effects, so none can be looked for")


def export(operation: type[Operation]) -> type:
    """What the host calls, of an operation: ``Handler = export(PageTitle)``."""

    class Handler:
        def describe(self) -> handler.Manifest:
            return handler.Manifest(
                operation.name,
                operation.version,
                operation.summary,
                json.dumps(_input_schema(operation)),
                json.dumps(typed.schema(operation.Output)),
                list(operation.capabilities),
                operation.effectful,
                list(operation.effect_key),
            )

        def run(self, input_json: str, resumed: Optional[int]) -> str:
            def act() -> str:
                given = typed.from_json(operation.Input, json.loads(input_json))
                this = operation()
                output = this.run(given) if resumed is None else this.resume(given, resumed)
                return json.dumps(typed.to_json(output))

            return _told(act)

        def reconcile(self, memo: str) -> handler.Trace:
            return _told(lambda: operation().reconcile(memo))

    return Handler


def _input_schema(operation: type[Operation]) -> dict[str, Any]:
    schema = typed.schema(operation.Input)
    if operation.examples:
        schema["examples"] = [typed.to_json(example) for example in operation.examples]
    return schema


def _told(act: Callable[[], Any]) -> Any:
    """What is raised becomes the contract's failure, where it is one; a programming error ends the call."""
    try:
        return act()
    except Failure as told:
        raise Err(told.record()) from told
    except Err as error:
        told = failure.of(error.value)
        if told is None:
            raise
        raise Err(told.record()) from error
    except Exception:
        log.write(log.Level.ERROR, traceback.format_exc())
        raise
