"""Failures: how they are made, and what each error of the contract becomes when an operation lets it through."""

from typing import Optional, Sequence

from wit_world.imports import effects, types

from .locate import written


class Failure(Exception):
    """Why the operation did not give what was asked for. Raise it."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        phase: Optional[int] = None,
        fields: Optional[dict[str, str]] = None,
        evidence: Sequence[str] = (),
        signed_out: bool = False,
        resumable: bool = False,
    ) -> None:
        """The code is stable and kebab-case; the message says what to do next."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.phase = phase
        self.fields = dict(fields or {})
        self.evidence = list(evidence)
        self.signed_out = signed_out
        self.resumable = resumable

    def record(self) -> types.Failure:
        """As the contract has it."""
        return types.Failure(
            self.code,
            self.message,
            self.retryable,
            self.phase,
            list(self.fields.items()),
            self.evidence,
            self.signed_out,
            self.resumable,
        )


def of(error: object) -> Optional[Failure]:
    """The failure that an error of the contract becomes; none for anything else. The codes are the same in every language."""
    match error:
        case types.PageError_NoSuchElement(what):
            return Failure("layout-changed", f"The page has nothing at {written(what)}; the portal may have changed")
        case types.PageError_NotInteractable(why):
            return Failure("not-interactable", f"The page did not accept an action: {why}", retryable=True)
        case types.PageError_StaleElement():
            return Failure("stale-element", "The page replaced what was being used", retryable=True)
        case types.PageError_TimedOut(what):
            return Failure("portal-timeout", f"The portal did not answer in time: {what}", retryable=True)
        case types.PageError_Denied(grant) | effects.EffectError_Denied(grant):
            return Failure("denied", f"The host did not allow it: {grant}; the operator can grant it")
        case types.PageError_DialogOpen(words):
            return Failure("portal-dialog", f"The portal asks something that was not expected: {words}")
        case types.PageError_SignedOut():
            message = "The portal does not count the session as signed in"
            return Failure("signed-out", message, retryable=True, signed_out=True)
        case types.PageError_BrowserLost():
            return Failure("browser-lost", "The browser is gone", retryable=True)
        case types.PageError_Deadline():
            return Failure("deadline", "The time of this call is used up", retryable=True)
        case types.PageError_Cancelled():
            return Failure("cancelled", "The caller took the request back")
        case effects.EffectError_Duplicate(which):
            return Failure("duplicate-effect", f"The same is already under way or done: {which}")
        case types.PageError_Other(problem) | effects.EffectError_Other(problem):
            return of(problem)
        case types.Problem(code, message, retryable, details):
            facts = [f"{name}: {value}" for name, value in details]
            return Failure(code, "; ".join([message, *facts]), retryable=retryable)
    return None
