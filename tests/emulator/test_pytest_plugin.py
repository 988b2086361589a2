"""The pytest plug-in, driven as its users drive it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support import WriteFunction

BOTH = """
    import json
    def handler(event, context):
        payload = json.loads(event["body"]) if "body" in event else event
        return {"statusCode": 200, "body": json.dumps({"twice": payload["number"] * 2})}
"""
CONTRACT = """
    [[case]]
    name = "twice"
    payload = { number = 3 }
    status = 200
    body = { twice = 6 }
"""


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
    return run.runpytest_subprocess(*load, "-p", "no:cacheprovider", *arguments)


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
    folder = write_function("import nothing_like_that", contract=CONTRACT)
    result = pytest_of(run, str(folder))
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*sample does not load*"])


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
        """
    )
    pytest_of(run).assert_outcomes(passed=8)


def test_a_failure_shows_the_row_of_the_matrix(run: pytest.Pytester, write_function: WriteFunction) -> None:
    code = "import json\ndef handler(event, context):\n    return {'statusCode': 200, 'body': event['body']}"
    contract = '[shapes]\naccept = ["rest", "direct"]\n' + CONTRACT.replace("{ twice = 6 }", "{ number = 3 }")
    result = pytest_of(run, str(write_function(code, contract=contract)))
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*direct*rest*", "*twice*E02*ok*"])


def test_workers_of_xdist_each_start_their_own(run: pytest.Pytester, write_function: WriteFunction) -> None:
    folders = [write_function(BOTH, name=name, contract=CONTRACT) for name in ("one", "two")]
    result = pytest_of(run, "-p", "xdist", "-n", "2", *map(str, folders))
    result.assert_outcomes(passed=6)


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
