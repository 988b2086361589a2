"""Everything that is true of AWS's Runtime Interface Emulator (RIE): where it comes from and how it behaves.

What its binary was measured to do, and what this module makes of it:

* Two requests at once kill it. An `Emulator` is locked; parallel work takes several.
* It loads the handler on the first request and takes that time off the function's timeout. `initialise` sends a body
  that is not JSON: the runtime client loads the module and refuses the event before the handler sees it.
* A function error answers HTTP 200 without a header, a timeout HTTP 200 with plain text, an exit or a failed init 502.
  `classify` tells them apart.
* A request over 6 MB is cut in silence, so it is refused here.
* It sets hardly any of Lambda's variables: see `lambda_emulator.environments.variables`.
"""

from lambda_emulator.rie.binary import BINARIES, WHEEL, architecture, resolve
from lambda_emulator.rie.driver import (
    INIT_SECONDS,
    INVOKE_PATH,
    MAX_EVENT_BYTES,
    MAX_RESPONSE_BYTES,
    ONE_CORE,
    RESPONSE_TOO_LARGE,
    Emulator,
    Logs,
    apart,
    arguments,
    classify,
    exit_error,
    free_ports,
    require_free,
    require_size,
    timeout_error,
    variables,
)

__all__ = [
    "BINARIES",
    "INIT_SECONDS",
    "INVOKE_PATH",
    "MAX_EVENT_BYTES",
    "MAX_RESPONSE_BYTES",
    "ONE_CORE",
    "RESPONSE_TOO_LARGE",
    "WHEEL",
    "Emulator",
    "Logs",
    "apart",
    "architecture",
    "arguments",
    "classify",
    "exit_error",
    "free_ports",
    "require_free",
    "require_size",
    "resolve",
    "timeout_error",
    "variables",
]
