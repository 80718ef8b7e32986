"""An operation that calls the host as often as it is told to. It measures what a call costs."""

from dataclasses import dataclass

from gantry_sdk import Operation, clock, export


@dataclass
class Count:
    calls: int


class Calls(Operation[Count, Count]):
    name = "calls"
    version = "0.1.0"
    summary = "Calls the host."

    def run(self, input: Count) -> Count:
        for _ in range(input.calls):
            clock.now()
        return input


Handler = export(Calls)
