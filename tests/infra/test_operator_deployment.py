"""How the operator tool reaches a deployment, and what it says when it cannot."""

from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, EndpointConnectionError, NoCredentialsError
from pynamodb.exceptions import GetError

from infra.operator.__main__ import main
from infra.operator.deployment import Deployment, Unreachable, environ_of, explained
from tests.infra.operating import STAGE, Account, Answering, refusal

OUTPUTS = [{"OutputKey": "WorkerFunction", "OutputValue": "hadir-prod-Converse"}]
STACK = {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": OUTPUTS}]}
GONE = refusal("ValidationError", "DescribeStacks", "Stack with id hadir-prod does not exist")


def account(variables: dict[str, str], stack: Any = STACK) -> Any:
    configuration = {"Environment": {"Variables": variables}}
    return Account(
        cloudformation=Answering(describe_stacks=stack), functions=Answering(get_function_configuration=configuration)
    )


def test_the_environment_is_the_deployed_workers_own_and_nothing_but_hadirs() -> None:
    found = environ_of("hadir-prod", account({"HADIR_PREFIX": "hadir-prod", "AWS_ENDPOINT_URL_SESV2": "http://x"}))

    assert found == {"HADIR_PREFIX": "hadir-prod"}


def test_a_stack_that_does_not_exist_is_told_with_what_to_type() -> None:
    with pytest.raises(Unreachable, match="no finished stack hadir-prod in ap-southeast-3"):
        environ_of("hadir-prod", account({}, GONE))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (refusal("ExpiredToken", "DescribeStacks"), "Type: export AWS_PROFILE"),
        (NoCredentialsError(), "Type: export AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url="https://x"), "network, proxy"),
        (refusal("AccessDeniedException", "GetAccountSettings"), "may not GetAccountSettings"),
        (
            refusal("ThrottlingException", "Scan", "Rate exceeded"),
            "AWS refused Scan: ThrottlingException. Rate exceeded",
        ),
        (BotoCoreError(), "BotoCoreError"),
        (GetError(cause=refusal("ExpiredToken", "GetItem")), "Type: export AWS_PROFILE"),
    ],
)
def test_a_fault_of_aws_is_told_in_a_line_that_says_what_to_do(fault: Exception, words: str) -> None:
    told = explained(fault)

    assert words in told
    assert "\n" not in told


def without_stack(stage: str) -> Deployment:
    return Deployment(STAGE, account({}))


def without_credentials(stage: str) -> Deployment:
    raise refusal("InvalidClientTokenId", "DescribeStacks")


def test_a_command_that_needs_a_stack_ends_with_2_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["ledger", "--stage", "prod"], without_stack)

    assert status == 2
    assert "make deploy STAGE=prod" in capsys.readouterr().err


def test_credentials_that_are_not_valid_end_with_2_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["ledger", "--stage", "prod"], without_credentials)

    said = capsys.readouterr()
    assert status == 2
    assert "aws sso login" in said.err
    assert "Traceback" not in said.err


def test_a_stage_that_does_not_exist_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor", "--stage", "nowhere"])

    assert status == 2
    assert "nowhere" in capsys.readouterr().err


def test_every_command_asks_for_the_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor"], without_stack)

    assert ended.value.code == 2
    assert "--stage" in capsys.readouterr().err


def test_the_environment_is_printed_as_lines_that_a_shell_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    variables = {"HADIR_SENDER": "Hadir 'Banten' <hadir@example.id>", "AWS_DEFAULT_REGION": "ap-southeast-3"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    status = main(["environ", "--stage", "prod"], lambda _: Deployment(STAGE, account({}), {}, variables))

    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "export AWS_DEFAULT_REGION=ap-southeast-3",
        "export HADIR_SENDER='Hadir '\"'\"'Banten'\"'\"' <hadir@example.id>'",
    ]
