"""What `deploy` does to a packaged template before CloudFormation sees it: values in, values out.

It knows how a template names what outlives its stack, so that a later stack can take that over. The price: a name made
of anything but the account's and the stack's own facts is not recognised.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from infra.proposal import KEEPERS

Template = dict[str, Any]

NAMES: Final = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}
FUNCTION: Final = "AWS::Serverless::Function"


def overlaid(template: Any, overlay: Any) -> Any:
    """The template with an overlay merged in, in which a null deletes."""
    if not (isinstance(template, Mapping) and isinstance(overlay, Mapping)):
        return overlay
    merged = {name: overlaid(template.get(name), overlay[name]) for name in overlay if overlay[name] is not None}
    return {name: value for name, value in template.items() if name not in overlay} | merged


def with_code(template: Template, bucket: str, key: str) -> Template:
    """Every function's code is this object of a bucket."""
    code = {"Properties": {"CodeUri": {"Bucket": bucket, "Key": key}}}
    functions = {name: code for name, one in template["Resources"].items() if one["Type"] == FUNCTION}
    return dict(overlaid(template, {"Resources": functions}))


def runtimes(template: Template) -> set[tuple[int, ...]]:
    """The versions of Python that its functions run on."""
    functions = [one for one in template["Resources"].values() if one["Type"] == FUNCTION]
    named = {str(one["Properties"].get("Runtime", "")).removeprefix("python") for one in functions}
    return {tuple(map(int, one.split("."))) for one in named if one}


def keepers(template: Template, facts: Mapping[str, str]) -> dict[str, str]:
    """The names in the account of tables and buckets, by what the template calls them; `facts` are the pseudo
    parameters, such as `AWS::StackName`. Those that CloudFormation names itself are left out."""
    found = {
        name: _literal(one.get("Properties", {}).get(NAMES[one["Type"]]), facts)
        for name, one in template["Resources"].items()
        if one["Type"] in KEEPERS
    }
    return {name: own for name, own in found.items() if own}


def _literal(name: Any, facts: Mapping[str, str]) -> str:
    match name:
        case str():
            return name
        case {"Fn::Sub": str(text)}:
            for fact, value in facts.items():
                text = text.replace(f"${{{fact}}}", value)
            return "" if "${" in text else text
        case _:
            return ""


def only(template: Template, names: Collection[str]) -> Template:
    """The template with these resources alone, as an import wants it: no outputs, and nothing for SAM to write."""
    sections = ("Parameters", "Conditions", "Mappings")
    resources = {name: one for name, one in template["Resources"].items() if name in names}
    return {**{section: template[section] for section in sections if section in template}, "Resources": resources}


def imports(template: Template, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What an import says of the resources of these names in the account."""
    kinds = {name: template["Resources"][name]["Type"] for name in names}
    return [
        {"ResourceType": kinds[name], "LogicalResourceId": name, "ResourceIdentifier": {NAMES[kinds[name]]: own}}
        for name, own in names.items()
    ]


def declared(template: Template, parameters: Mapping[str, str]) -> dict[str, str]:
    """Those parameters that the template asks for: an older one may not know all of today's."""
    return {name: value for name, value in parameters.items() if name in template.get("Parameters", {})}
