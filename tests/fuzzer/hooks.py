"""What the fuzzer has to be told about this API."""

import os

import schemathesis


@schemathesis.serializer("application/wasm")
def component(_context, value):
    """Components are bytes; the fuzzer makes them up as it likes."""
    return value if isinstance(value, bytes) else str(value).encode()


# With this set the operations are tried on an account's session; else they end at who they are for.
ACCOUNT = os.environ.get("GANTRY_FUZZED_ACCOUNT")
OTHERS = ("username", "password", "session_id", "resume")

# What is served stays, or there would be nothing left to try. Names of nothing may be removed.
SERVED = os.environ["GANTRY_FUZZED_PLUGINS"].split()


@schemathesis.hook
def map_path_parameters(context, parameters):
    """Leaves the plugins in their folder."""
    operation = context.operation
    removes = operation.method.upper() == "DELETE" and operation.path == "/v1/plugins/{name}"
    if removes and parameters.get("name") in SERVED:
        parameters = {"name": f"{parameters['name']}-of-nobody"}
    return parameters


@schemathesis.hook
def map_body(context, body):
    """Has every operation asked for on the account."""
    if ACCOUNT and isinstance(body, dict) and context.operation.path.startswith("/v1/operations/"):
        body = {name: value for name, value in body.items() if name not in OTHERS}
        body["account"] = ACCOUNT
    return body


@schemathesis.hook
def map_headers(_context, headers):
    """Asks for the version that is served, and for the answer itself; other wishes are tried without an account."""
    if ACCOUNT and headers:
        wishes = ("gantry-plugin-digest", "prefer")
        headers = {name: value for name, value in headers.items() if name.lower() not in wishes}
    return headers
