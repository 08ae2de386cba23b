"""moto and botocore as they are, but what they work out anew for every call is remembered.

Each replacement answers as the original does: without this module all tests pass too, but a call of DynamoDB takes
twice the time and a test of the chats a quarter more. The price: it names inner parts of pinned packages and fails with
them.
"""

from functools import cache
from string import ascii_letters, digits
from typing import Any

from botocore import UNSIGNED
from botocore.handlers import BUILTIN_HANDLERS
from botocore.useragent import UserAgentString
from moto import backend_index, backends
from moto.core import responses, serialize
from moto.core.models import botocore_stubber
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.moto_api._internal.moto_random import MotoRandom
from moto.sqs import models as sqs

AGENT = UserAgentString.to_string
CAST = DynamoType.cast_value.fget  # type: ignore[attr-defined]
GET_VALUE = serialize.ResponseSerializer.get_value
NODES = DepthFirstTraverser.nodes_to_be_processed
PROJECT = Item.project
"""The originals, which answer whatever is not answered from memory."""


def quicken() -> None:
    """Let this process's moto and botocore remember; the first caller is enough for all tests."""
    BUILTIN_HANDLERS.append(("choose-signer.dynamodb", _unsigned_on_moto))
    backend_index.backend_url_patterns.sort(key=lambda entry: entry[0] != "dynamodb")  # asked for nine times in ten
    backends._import_backend = cache(backends._import_backend)
    responses.method_names_from_class = cache(responses.method_names_from_class)
    responses.camelcase_to_underscores = sqs.camelcase_to_underscores = cache(responses.camelcase_to_underscores)
    serialize.ResponseSerializer.get_value = _get_value  # type: ignore[method-assign]
    DepthFirstTraverser.nodes_to_be_processed = _nodes_to_be_processed
    UpdateExpressionParser.make = cache(UpdateExpressionParser.make)  # whoever works on the tree takes a copy of it
    DynamoType.cast_value = property(_cast_value)  # type: ignore[method-assign, assignment]
    Item.project = _project  # type: ignore[method-assign]
    MotoRandom.get_random_string = _get_random_string  # type: ignore[method-assign]
    UserAgentString.to_string = _to_string


def _unsigned_on_moto(**_: object) -> Any:
    """moto reads DynamoDB's region off the address and looks at no signature; whatever leaves the process is signed."""
    return UNSIGNED if botocore_stubber.enabled else None


def _to_string(agent: Any) -> str:
    """Nobody reads which features a call has used, so a client's first user agent is good for all its calls."""
    if "remembered" not in vars(agent):
        agent.remembered = AGENT(agent)
    return str(agent.remembered)


def _get_value(serializer: Any, value: Any, key: str, shape: Any) -> Any:
    """A member of an answer that is a plain dict; under which names it may stand there depends on the model alone."""
    if type(value) is not dict or serializer._value_picker.response_transformers:
        return GET_VALUE(serializer, value, key, shape)
    return next((value[name] for name in _names_of(shape, key) if name in value), None)


@cache
def _names_of(shape: Any, key: str) -> tuple[str, ...]:
    context = serialize.AttributePickerContext(obj={}, key=key, shape=shape)
    return tuple(serialize.XFormedAttributePicker().get_possible_keys(context))


@cache
def _nodes_of(traverser: type[Any]) -> Any:
    return NODES(traverser.__new__(traverser))


def _nodes_to_be_processed(traverser: Any) -> Any:
    return _nodes_of(type(traverser))


def _cast_value(value: Any) -> Any:
    """A string is its own value; sorting and comparing items asks for it millions of times."""
    return value.value if value.type == "S" else CAST(value)


def _project(item: Any, wanted: list[list[str]]) -> Any:
    """Whole attributes are taken over as they are; only a path into one needs the item taken apart."""
    if any(len(path) > 1 or "[" in path[0] for path in wanted):
        return PROJECT(item, wanted)
    attrs = {name: item.attrs[name].to_regular_json() for (name,) in wanted if name in item.attrs}
    return Item(item.hash_key, item.range_key, attrs)


def _get_random_string(random: Any, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
    """Every answer carries fifty random letters; they are drawn in one go."""
    drawn = "".join(random.choices(ascii_letters + (digits if include_digits else ""), k=length))
    return drawn.lower() if lower_case else drawn
