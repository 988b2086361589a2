"""`lambdaproof record`, and replaying what it found."""

from __future__ import annotations

import json
from pathlib import Path

from lambda_contracts.events import build, sample
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape
from support import RunTool, WriteFunction

ID = "8be0ed2c-4442-40d9-a9bf-37b0057a5bd0"
REQUEST = Request(
    method="POST", path="/orders/1", headers=(("Authorization", "Bearer s3cret-token"),), body=b'{"n": 1}'
)
EVENT = build(REQUEST, Shape.REST, Route(path="/orders/{id}"))
LOG = "\n".join([f"START RequestId: {ID}", str(EVENT), json.dumps(EVENT)[:200], f"END RequestId: {ID}"])


def test_events_of_a_log_are_recorded_without_secrets_and_replayed(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    (tmp_path / "orders.log").write_text(LOG)
    done = lambdaproof("record", "--from-log", "orders.log", "--from-log", "-", stdin=str(sample(Shape.SQS)))
    assert 1 == done.returncode, done.stderr
    assert [
        f"orders.log: line 2: rest, request {ID} -> recorded/orders/POST-orders-id-rest-0001.json",
        "orders.log: line 3: not recorded: an object is cut off",
        "-: line 1: sqs -> recorded/stdin/sqs-0001.json",
    ] == done.stdout.splitlines()
    assert "2 events recorded into recorded, 1 not read" in done.stderr
    file = tmp_path / "recorded/orders/POST-orders-id-rest-0001.json"
    assert "s3cret" not in file.read_text()
    assert EVENT["body"] == json.loads(file.read_text())["body"]
    assert not (tmp_path / "recorded/orders/POST-orders-id-rest-0001.outcome.json").exists()

    folder = write_function('def handler(event, context):\n    return {"statusCode": 200, "body": "ok"}')
    again = lambdaproof("replay", folder, "recorded/orders", "-E", "worker", "--update")
    assert 0 == again.returncode, again.stderr
    assert "1 updated" in again.stderr
    (folder / "app.py").write_text('def handler(event, context):\n    return {"statusCode": 201, "body": "ok"}')
    changed = lambdaproof("replay", folder, "recorded", "-E", "worker")
    assert 1 == changed.returncode
    assert "/response/status  200 -> 201" in changed.stdout
    assert "2 events, 1 changed or failed" in changed.stderr


def test_what_is_found_as_json_with_and_without_payloads_of_ones_own(lambdaproof: RunTool, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(f"{{'n': 1}}\n{LOG}")
    done = lambdaproof("record", "--from-log", "a.log", "--to", "one", "--function", "shop", "--json", "--no-redact")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"recorded": "one/shop/POST-orders-id-rest-0001.json", "request_id": ID}.items() <= told[0].items()
    assert {"file": "a.log", "place": "line 4", "error": "is cut off"} == told[1]
    assert {"file": "a.log", "place": "line 1", "shape": None} == told[2]
    assert "s3cret-token" in (tmp_path / told[0]["recorded"]).read_text()
    done = lambdaproof("record", "--from-log", "a.log", "--to", "two", "--direct")
    assert "a.log: line 1: direct -> two/a/direct-0001.json" in done.stdout


def test_a_log_without_an_event_and_a_folder_without_one_are_told(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    (tmp_path / "empty.log").write_text("nothing here\n{'n': 1}\n")
    done = lambdaproof("record", "--from-log", "empty.log")
    assert 2 == done.returncode
    assert "There is no event in empty.log. Print the event" in done.stderr
    assert 2 == lambdaproof("record", "--from-log", "nowhere.log").returncode
    (tmp_path / "none").mkdir()
    done = lambdaproof("replay", write_function("def handler(event, context): pass"), "none")
    assert (2, "error: There is no event in none.\n") == (done.returncode, done.stderr)


def test_an_outcome_that_is_none_is_told_with_its_file(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    folder = write_function("def handler(event, context):\n    return 1", files={"e/a.json": "{}"})
    (folder / "e" / "a.outcome.json").write_text('{"kind": "odd"}')
    done = lambdaproof("replay", folder, folder / "e", "-E", "worker")
    assert 2 == done.returncode
    assert "a.outcome.json holds no outcome: `kind` is not one of" in done.stderr


def test_events_are_sent_by_several_environments_and_told_in_their_order(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    code = """
        import os, time

        def handler(event, context):
            time.sleep(0.1 if event["n"] % 2 else 0)
            return {"statusCode": 200, "body": f"{event['n']} {os.getpid()}"}
    """
    folder = write_function(code, files={f"e/a-{n}.json": json.dumps({"n": n}) for n in range(1, 101)})
    done = lambdaproof("replay", folder, folder / "e", "-E", "worker", "--jobs", "2")
    assert 0 == done.returncode, done.stderr
    bodies = [line.rpartition(": 200 ")[2].split() for line in done.stdout.splitlines()]
    assert [*range(1, 101)] == [int(number) for number, _ in bodies]
    assert 2 == len({process for _, process in bodies})
    done = lambdaproof("replay", folder, folder / "e", "--jobs", "2", "--port", "9000")
    assert 2 == done.returncode
    assert "Several environments cannot have one port" in done.stderr
