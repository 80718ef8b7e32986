"""What the fuzzer has to be told about this API."""

import schemathesis


@schemathesis.serializer("application/wasm")
def component(_context, value):
    """Components are bytes; the fuzzer makes them up as it likes."""
    return value if isinstance(value, bytes) else str(value).encode()
