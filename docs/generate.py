"""Write the pages that are made from tables: docs/events.md, rules.md, diagnosis.md; tests/test_docs.py compares."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from lambda_contracts import diagnosis, limits
from lambda_contracts.events import losses
from lambda_contracts.rules import RULES, table_markdown
from lambda_contracts.shapes import reference

DOCS = Path(__file__).parent
TESTS = DOCS.parent / "tests"
NOTE = "<!-- Made by docs/generate.py from the tables of lambda_contracts: change those. -->"


def events_page() -> str:
    """Return the reference of event shapes, and what each loses of a request."""
    return f"""{NOTE}

# Event shapes

Every key of every shape, as AWS sends it; `lambdaproof event SHAPE` prints a sample, `lambdaproof explain FILE` says
which one a file is. Rules: [rules.md](rules.md).

{reference().strip()}

# What a shape loses of the request

{losses.reference().strip()}
"""


def rules_page() -> str:
    """Return the table of rules, with the tests that show each, and that of AWS's quotas."""
    return f"""{NOTE}

# What AWS does, rule by rule

`recorded`: somebody recorded it from real AWS, or measured it on AWS's own binary. `documented`: AWS's documentation
says so. `inferred`: neither, so it is never more than a warning. An id that ends in `u` is the unverified part of a
rule, one that ends in `d` a part that is documented only. `lambdaproof explain R24` prints one.

{table_markdown(tests_by_rule()).strip()}

# Quotas

{limits.reference().strip()}
"""


def diagnosis_page() -> str:
    """Return the catalogue of known failures."""
    return f"""{NOTE}

# Known failures

`E..` is what a handler gets wrong in reading an event, `P..` in answering. `lambdaproof check` names the code, the
handler's line and, where one line is enough, the change; `lambdaproof explain E05` prints an entry. Rules:
[rules.md](rules.md).

A code is given only where it is proved, in one of these ways; other failures are told without one, and an error that
the handler raised itself is never diagnosed.

* **By following the handler.** Its source is worked out with the very event, up to the line of the traceback, as far
  as it depends on nothing else; the operation that fails there with that very error says which part of the event is
  not what the handler takes it for.
* **By the message**, where only one thing leads to it and the event has that thing: a framework's look-up, an S3 key
  that is written in URL encoding, a value that JSON cannot hold.
* **By experiment**, for a wrong answer without an error (E01, E17, E18, E20, E21, E24 to E29): the event is sent again
  with one thing changed. A change that alone makes the handler keep its promise is the reason, unless another one does
  too. This needs a case with `status` or `body`, or another shape in which the case holds, and is of no use for a
  handler that catches the error and answers 500.
* **By the response rules**, for the P codes.

{diagnosis.reference().strip()}
"""


def tests_by_rule() -> dict[str, list[str]]:
    """Return the tests that are named by a rule: `test_R27_...`."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(TESTS.rglob("test_*.py")):
        for name, rule in re.findall(r"^def (test_(R\d+[ud]?)_\w+)", file.read_text(encoding="utf-8"), re.M):
            if rule in RULES:
                found[rule].append(f"`{name}`")
    return found


PAGES = {"events.md": events_page, "rules.md": rules_page, "diagnosis.md": diagnosis_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
