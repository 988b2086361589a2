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
handler's line and, where one line is enough, the change; `lambdaproof explain E05` prints an entry. A finding without a
code is a failure that is not known, or not surely one of these: an error that the handler raised itself is never
diagnosed. Rules: [rules.md](rules.md).

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
