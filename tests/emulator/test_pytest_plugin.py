"""The pytest plug-in, driven as its users drive it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from dap import editing
from lambda_emulator.rie import free_ports
from support import RunTool, WriteFunction

BOTH = """
    import json
    def handler(event, context):
        payload = json.loads(event["body"]) if "body" in event else event
        return {"statusCode": 200, "body": json.dumps({"twice": payload["number"] * 2})}
"""
CASE = """
    [[case]]
    name = "twice"
    payload = { number = 3 }
    status = 200
    body = { twice = 6 }
"""
CASES_ONLY = "[checks]\nbad-input = false\nbudget = false\nstate = false\n"
CONTRACT = CASES_ONLY + CASE


@pytest.fixture
def run(pytester: pytest.Pytester) -> pytest.Pytester:
    """Use a pytest of its own process, as the plug-in's functions outlive single tests."""
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    return pytester


def pytest_of(run: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    installed = subprocess.run(
        [sys.executable, "-c", "from importlib.metadata import entry_points as e; print(*e(group='pytest11').names)"],
        capture_output=True,
        text=True,
        check=True,
    )
    load = () if "lambdaproof" in installed.stdout.split() else ("-p", "lambda_emulator.pytest_plugin")
    plain = ("-p", "no:cacheprovider", "-W", "default")  # whatever the configuration above the temporary folder says
    return run.runpytest_subprocess(*load, *plain, *arguments)


def test_a_contract_is_collected_as_one_item_for_each_case_and_shape(
    run: pytest.Pytester, write_function: WriteFunction
) -> None:
    folder = write_function(BOTH, contract=CONTRACT)
    result = pytest_of(run, str(folder), "-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines([f"*contract.toml::twice[[]{shape}[]] PASSED*" for shape in ("direct", "console-test")])


def test_one_item_can_be_chosen_by_its_name(run: pytest.Pytester, write_function: WriteFunction) -> None:
    folder = write_function(BOTH, contract=CONTRACT)
    pytest_of(run, f"{folder}/contract.toml::twice[rest]").assert_outcomes(passed=1)


def test_a_failure_shows_what_is_wrong_and_no_traceback_of_ours(
    run: pytest.Pytester, write_function: WriteFunction
) -> None:
    folder = write_function("def handler(event, context):\n    return event['number']", contract=CONTRACT)
    result = pytest_of(run, str(folder))
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*error E01 at /number: KeyError: 'number'", "*app.py:2*"])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_wrong_contract_is_a_collection_error_with_its_line(
    run: pytest.Pytester, write_function: WriteFunction
) -> None:
    folder = write_function(BOTH, function="memroy = 1")
    result = pytest_of(run, str(folder))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*contract.toml:4: function.memroy*"])


def test_a_function_that_does_not_start_fails_its_items_in_words(
    run: pytest.Pytester, write_function: WriteFunction
) -> None:
    """It is tried once: an image that is built, or requirements that are installed, take their time to fail."""
    setup = '[setup]\nrun = ["python -c \'open(\\"tries\\", \\"a\\").write(\\"1\\")\'"]\n'
    folder = write_function("import nothing_like_that", contract=setup + CONTRACT)
    result = pytest_of(run, str(folder))
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*sample does not load*"])
    assert "1" == (folder / "tries").read_text()


@pytest.mark.parametrize("environment", ["process", "in_process"])
def test_fixtures_run_the_function_that_the_marker_names(
    run: pytest.Pytester, write_function: WriteFunction, environment: str
) -> None:
    code = """
        import boto3
        S3 = boto3.client("s3")
        def handler(event, context):
            return S3.get_object(Bucket="models", Key=event["key"])["Body"].read().decode()
    """
    contract = '[setup]\nbuckets = ["models"]\n[[case]]\nname = "one"\npayload = {}\n'
    folder = write_function(code, contract=contract, files={"requirements.txt": "boto3\n"})
    run.makepyfile(
        f"""
        import pytest

        pytestmark = pytest.mark.lambdaproof({str(folder)!r})

        def test_what_is_in_the_bucket_is_returned(lambda_function, lambda_s3):
            lambda_s3.put_object(Bucket="models", Key="a", Body=b"artefact")
            outcome = lambda_function.invoke({{"key": "a"}})
            assert outcome.ok, outcome.error
            assert outcome.value() == "artefact"

        def test_an_error_is_typed(lambda_function):
            assert lambda_function.invoke({{}}).error.type == "KeyError"

        def test_the_deployment_knows_its_contract(lambda_deployment):
            assert lambda_deployment.contract.function.name == "sample"
        """
    )
    pytest_of(run, f"--lambdaproof-environment={environment}").assert_outcomes(passed=3)


COUNTING = """
    import boto3
    TABLE = boto3.resource("dynamodb").Table("counters")
    def handler(event, context):
        found = TABLE.get_item(Key={"name": event["name"]})
        TABLE.put_item(Item={"name": event["name"], "count": found.get("Item", {"count": 0})["count"] + 1})
        return int(TABLE.get_item(Key={"name": event["name"]})["Item"]["count"])
"""
COUNTERS = """
    [[setup.tables]]
    name = "counters"
    partition_key = { name = "name", type = "S" }
    items = [{ name = "visits", count = 41 }]
    [[case]]
    name = "one"
    payload = {}
"""


@pytest.mark.parametrize("environment", ["process", "in_process"])
def test_a_table_that_the_handler_reads_and_writes_is_the_tests_too(
    run: pytest.Pytester, write_function: WriteFunction, environment: str
) -> None:
    folder = write_function(COUNTING, contract=COUNTERS, files={"requirements.txt": "boto3\n"})
    run.makepyfile(
        f"""
        import pytest

        pytestmark = pytest.mark.lambdaproof({str(folder)!r})

        def test_what_the_contract_says_is_in_the_table(lambda_function):
            assert lambda_function.invoke({{"name": "visits"}}).value() == 42

        def test_what_the_handler_wrote_is_there(lambda_aws):
            item = lambda_aws("dynamodb").get_item(TableName="counters", Key={{"name": {{"S": "visits"}}}})["Item"]
            assert item["count"] == {{"N": "42"}}

        def test_what_a_test_writes_is_read(lambda_function, lambda_aws, lambda_s3):
            assert lambda_aws("dynamodb") is lambda_aws("dynamodb")
            item = {{"name": {{"S": "new"}}, "count": {{"N": "9"}}}}
            lambda_aws("dynamodb").put_item(TableName="counters", Item=item)
            assert lambda_function.invoke({{"name": "new"}}).value() == 10
            assert lambda_s3.list_buckets()["Buckets"] == []
        """
    )
    pytest_of(run, f"--lambdaproof-environment={environment}").assert_outcomes(passed=3)


def test_without_buckets_and_tables_there_is_no_aws(run: pytest.Pytester, write_function: WriteFunction) -> None:
    folder = write_function(BOTH, contract=CONTRACT, files={"test_it.py": "def test_it(lambda_aws): ..."})
    result = pytest_of(run, str(folder / "test_it.py"), "--lambdaproof-environment=in_process")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*contract.toml names no buckets or tables under [[]setup[]], so there is no AWS."])


def test_requests_go_by_way_of_any_shape(run: pytest.Pytester, write_function: WriteFunction) -> None:
    folder = write_function(BOTH, contract=CONTRACT, files={"events/console.json": '{"number": 5}'})
    run.makepyfile(
        f"""
        import pytest

        pytestmark = pytest.mark.lambdaproof({str(folder)!r}, environment="in_process")

        @pytest.mark.parametrize("shape", ["rest", "http-v1", "http-v2", "function-url", "alb", "console-test"])
        def test_it_answers(lambda_request, shape):
            verdict = lambda_request("POST", "/", json={{"number": 4}}, shape=shape)
            assert (verdict.response.status, verdict.response.json()) == (200, {{"twice": 8}})
            assert verdict.passed

        def test_a_recorded_event_is_at_hand(lambda_function, lambda_events):
            assert lambda_function.invoke(lambda_events["console"]).value()["body"] == '{{"twice": 10}}'

        def test_a_path_without_a_route_is_told(lambda_request):
            with pytest.raises(pytest.fail.Exception, match="/nowhere leads to no"):
                lambda_request("GET", "/nowhere")

        def test_a_shape_that_no_request_has_is_told(lambda_request):
            with pytest.raises(pytest.fail.Exception, match="cannot be sent as sqs; choose one of: direct, "):
                lambda_request("POST", "/", shape="sqs")
        """
    )
    pytest_of(run).assert_outcomes(passed=9)


def test_a_test_of_the_fronts_is_run_for_each_that_the_contract_accepts(
    run: pytest.Pytester, write_function: WriteFunction
) -> None:
    """Where one fails, its section shows the row of the matrix for what the test sent, without secrets."""
    code = """
        def handler(event, context):
            return {"statusCode": 200, "body": event["path"]}
    """
    test = """
        def test_it(lambda_front):
            headers = {"authorization": "Bearer abcdefghijklmnop"}
            assert lambda_front("POST", "/", headers=headers).response.status == 200
    """
    contract = CONTRACT + '[shapes]\naccept = ["direct", "rest", "function-url"]\n'
    folder = write_function(code, contract=contract, files={"test_it.py": test})
    result = pytest_of(run, str(folder / "test_it.py"), "--lambdaproof-environment=in_process")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_it[[]function-url[]]*",
            "*- Captured lambdaproof call -*",
            "sample *function-url*",
            "  POST / *E20",
            "FAIL POST /[[]function-url[]]",
            "*KeyError: 'path'",
        ]
    )
    result.stdout.no_fnmatch_line("  event *abcdefghijklmnop*")


def test_a_test_of_the_fronts_of_a_contract_without_one_is_a_collection_error(
    run: pytest.Pytester, write_function: WriteFunction
) -> None:
    contract = CONTRACT + '[shapes]\naccept = ["direct"]\n'
    folder = write_function(BOTH, contract=contract, files={"test_it.py": "def test_it(lambda_front): ..."})
    result = pytest_of(run, str(folder / "test_it.py"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*contract.toml accepts no front*"])


def test_a_failure_shows_the_row_of_the_matrix(run: pytest.Pytester, write_function: WriteFunction) -> None:
    code = "import json\ndef handler(event, context):\n    return {'statusCode': 200, 'body': event['body']}"
    contract = '[shapes]\naccept = ["rest", "direct"]\n' + CONTRACT.replace("{ twice = 6 }", "{ number = 3 }")
    folder = write_function(code, contract=contract)
    result = pytest_of(run, f"{folder}/contract.toml::twice[direct]")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*direct*rest*", "*twice*E02*ok*"])


DIFFERS = """
    def handler(event, context):
        return {"statusCode": 200, "body": str(event.get("version", "1.0"))}
"""


def test_an_item_that_is_run_alone_is_judged_as_all_are_together(
    run: pytest.Pytester, write_function: WriteFunction
) -> None:
    """A case has to get the same answer in every shape, also when only the second is asked for."""
    contract = CASES_ONLY + '[shapes]\naccept = ["rest", "http-v2"]\n[[case]]\nname = "one"\npayload = {}\n'
    folder = write_function(DIFFERS, contract=contract)
    result = pytest_of(run, f"{folder}/contract.toml::one[http-v2]")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*case.shapes*another body than in the shape rest*"])


# --- checks ----------------------------------------------------------------------------------------------------------


CAREFUL = """
    import json
    def handler(event, context):
        try:
            payload = json.loads(event["body"]) if "body" in event else event
            number = payload["number"]
        except (TypeError, ValueError, KeyError, RecursionError):
            number = None
        if not isinstance(number, int) or abs(number) > 10**6:
            return {"statusCode": 400, "body": "{}"}
        return {"statusCode": 200, "body": json.dumps({"twice": number * 2})}
"""
OWN = """
    from lambda_contracts.checks.registry import check
    from lambda_contracts.finding import Finding, Severity

    @check
    def short_answers(contract, subject):
        for verdict in subject.verdicts:
            if len(verdict.response.body) > 5:
                message = f"{len(subject.verdicts)} answers, one is {verdict.response.body.decode()}"
                yield Finding(code="short", severity=Severity.ERROR, message=message, fix="Say less.")
                return

    @check(default=False)
    def doubtful(contract, subject):
        yield Finding(code="doubt", severity=Severity.WARNING, message="it may be slow")

    @check(default=False)
    def raises(contract, subject):
        raise RuntimeError("it is broken")
"""


@pytest.fixture
def own_checks(run: pytest.Pytester) -> pytest.Pytester:
    """Return a project with checks of its own."""
    names = ", ".join(f'"my_checks:{name}"' for name in ("short_answers", "doubtful", "raises"))
    run.makepyprojecttoml(f"[tool.lambdaproof]\nchecks = [{names}]\nenvironment = 'in_process'\n")
    run.makepyfile(my_checks=OWN)
    return run


def test_each_check_is_an_item_after_the_cases(own_checks: pytest.Pytester, write_function: WriteFunction) -> None:
    folder = write_function(CAREFUL, contract="[checks]\nbudget = false\nraises = true\ndoubtful = true\n" + CASE)
    result = pytest_of(own_checks, "-v", "-W", "default", str(folder))
    result.assert_outcomes(passed=6, failed=2, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "*::twice[[]rest[]] PASSED*",
            "*::bad-input PASSED*",
            "*::state PASSED*",
            "*::short-answers FAILED*",
            "*::doubtful PASSED*",
            "*::raises FAILED*",
            '*error short: 3 answers, one is {"twice": 6}',
            "*change    Say less.",
            "The check raises raised RuntimeError: it is broken",
            "*ContractWarning: warning doubt: it may be slow",
        ]
    )
    result.stdout.no_fnmatch_line("*pytest_plugin/*.py*")


def test_a_check_can_be_run_alone_and_a_warning_be_an_error(
    own_checks: pytest.Pytester, write_function: WriteFunction
) -> None:
    folder = write_function(CAREFUL, contract="[checks]\ndoubtful = true\n" + CASE)
    file = f"{folder}/contract.toml"
    result = pytest_of(own_checks, "-W", "error", f"{file}::short-answers", f"{file}::doubtful")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*3 answers*", "*warning doubt: it may be slow"])
    result.stdout.no_fnmatch_line("*pytest_plugin/*.py*")


def test_malformed_input_that_breaks_the_handler_is_shown_with_its_events(
    own_checks: pytest.Pytester, write_function: WriteFunction
) -> None:
    result = pytest_of(own_checks, f"{write_function(BOTH, contract=CASE)}/contract.toml::bad-input")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "FAIL bad input: without number[[]direct[]]",
            "  and in *",
            "*KeyError: 'number'",
            "  event *",
            "  log *app.py*",
        ]
    )


def test_a_check_that_there_is_not_is_a_collection_error(
    own_checks: pytest.Pytester, write_function: WriteFunction
) -> None:
    folder = write_function(CAREFUL, contract="[checks]\nno-such = true\n" + CASE)
    result = pytest_of(own_checks, str(folder))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*contract.toml:6: checks.no-such: there is no check called*"])


def test_what_the_baseline_knows_breaks_nothing(own_checks: pytest.Pytester, write_function: WriteFunction) -> None:
    """The file is that of `lambdaproof check`, written by it, with a finding of a case and some of checks."""
    folder = write_function(BOTH, contract=CASE.replace("twice = 6", "twice = 7"))
    before = pytest_of(own_checks, str(folder))
    before.assert_outcomes(passed=2, failed=5)
    check = [sys.executable, "-m", "lambda_emulator.cli", "check"]
    assert 0 == own_checks.run(*check, folder, "--baseline", "known.json", "--update-baseline").ret
    pytest_of(own_checks, str(folder), "--lambdaproof-baseline=known.json").assert_outcomes(passed=7)


def test_a_baseline_that_is_not_there_is_a_collection_error(
    run: pytest.Pytester, write_function: WriteFunction
) -> None:
    result = pytest_of(run, str(write_function(BOTH, contract=CONTRACT)), "--lambdaproof-baseline=none.json")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["There is no baseline */none.json. Write it: lambdaproof check --baseline *"])


def test_the_observed_contract_is_an_item_where_its_file_is(
    run: pytest.Pytester, write_function: WriteFunction, lambdaproof: RunTool
) -> None:
    code = "def handler(event, context):\n    return {'statusCode': 200, 'body': str(event['number'])}"
    case = '[[case]]\nname = "one"\npayload = { number = 3 }\nshapes = ["direct"]\n'
    folder = write_function(code, contract=CASES_ONLY + case)
    assert 0 == lambdaproof("check", folder, "--update-observed").returncode
    (folder / "app.py").write_text(code.replace("return", "event.get('more'); return"))
    result = pytest_of(run, f"{folder}/contract.toml::observed", "-W", "default")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*ContractWarning: warning observed.new at /more: now reads /more (app.py:2)"])
    (folder / "observed.json").write_text("{")
    result = pytest_of(run, f"{folder}/contract.toml::observed")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*observed.json*Write it anew: lambdaproof check --update-observed."])


WHO = """
    import os, pathlib, pytest

    @pytest.mark.parametrize("number", range(4))
    def test_who_answers(lambda_function, number, worker_id):
        pid = lambda_function.invoke({}).value()
        (pathlib.Path(__file__).parent / f"{worker_id}-{pid}").touch()
"""


def test_workers_of_xdist_each_have_a_pool_of_their_own(run: pytest.Pytester, write_function: WriteFunction) -> None:
    """Every case and check is an item of every worker, by the same name and in the same order, or xdist would stop."""
    folders = [write_function(CAREFUL, name=name, contract=CASE) for name in ("one", "two")]
    pids = write_function(
        "import os\ndef handler(event, context):\n    return os.getpid()",
        name="pids",
        contract=CONTRACT.replace("body = { twice = 6 }", ""),
        files={"test_who.py": WHO},
    )
    result = pytest_of(run, "-v", "-p", "xdist", "-n", "2", *map(str, folders), str(pids / "test_who.py"))
    result.assert_outcomes(passed=16)
    assert {"gw0", "gw1"} == {line[1:4] for line in result.outlines if line.startswith("[gw")}
    answered = [file.name.split("-") for file in pids.glob("gw*-*")]
    assert len(answered) == len({worker for worker, _ in answered}) == len({pid for _, pid in answered})


ENGINE = """\
#!/bin/sh
case "$1" in
    info) ;;
    ps) cat "{pids}" 2> /dev/null ;;
    *) exit 1 ;;
esac
exit 0
"""


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["one process", "xdist"])
def test_a_session_that_leaves_a_container_behind_fails(
    run: pytest.Pytester, write_function: WriteFunction, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    """The engine is a double that has no image, and one container, of the process that the test runs in."""
    (run.path / "bin").mkdir()
    engine = run.path / "bin" / "podman"
    engine.write_text(ENGINE.format(pids=run.path / "pids"))
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", f"{engine.parent}:{os.environ['PATH']}")
    test = f"""
        import os, pathlib, pytest

        def test_it(request):
            with pytest.raises(pytest.fail.Exception, match="podman has no image"):
                request.getfixturevalue("lambda_function")
            pathlib.Path({str(run.path / "pids")!r}).write_text(f"left lambdaproof.pid={{os.getpid()}}")
    """
    folder = write_function("", function='image = "localhost/none"', files={"test_it.py": test})
    options = ("--lambdaproof-environment=container", "--lambdaproof-engine=podman")
    result = pytest_of(run, str(folder / "test_it.py"), *options, *workers)
    result.assert_outcomes(passed=1)
    assert pytest.ExitCode.TESTS_FAILED == result.ret
    result.stdout.fnmatch_lines(["*lambdaproof: containers were left behind: left"])


def test_without_a_marker_the_nearest_contract_is_used(run: pytest.Pytester, write_function: WriteFunction) -> None:
    tests = {"tests/test_it.py": "def test_it(lambda_function):\n    assert lambda_function.invoke({'number': 1}).ok\n"}
    folder = write_function(BOTH, contract=CONTRACT, files=tests)
    pytest_of(run, str(folder / "tests")).assert_outcomes(passed=1)


def test_without_any_contract_the_fixture_says_what_to_write(run: pytest.Pytester) -> None:
    run.makepyfile("def test_it(lambda_function): ...")
    result = pytest_of(run)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*@pytest.mark.lambdaproof(*"])


def test_the_plug_in_imports_nothing_before_it_is_used(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        import sys

        def test_nothing():
            heavy = {"lambda_contracts", "msgspec", "awslambdaric", "moto", "boto3", "click", "filelock"}
            assert heavy.intersection(sys.modules) == set()
        """
    )
    pytest_of(run).assert_outcomes(passed=1)


HALVES = """
    def handler(event, context):
        twice = event["number"] * 2
        return {"statusCode": 200, "body": str(twice)}
"""


def test_an_editor_attaches_to_the_handler_of_a_test(run: pytest.Pytester, write_function: WriteFunction) -> None:
    folder = write_function(
        HALVES, contract=f'{CASES_ONLY}[shapes]\naccept = ["direct"]\n{CASE}'.replace("body", "# body")
    )
    (port,) = free_ports(1)
    with editing(folder / "app.py", 4, port) as seen:
        result = pytest_of(run, str(folder), "--lambdaproof-debug", str(port))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"lambdaproof: sample waits for a debugger at 127.0.0.1:{port}"])
    assert "6" == seen[0]["variables"]["twice"]
