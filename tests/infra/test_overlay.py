"""The overlay holds nothing that the tests of the deployed product are about."""

from typing import Any

from infra.local.overlay import DELETED, STAND_INS, overlay
from infra.package import ROOT, resources
from infra.template import overlaid

ADDRESSES = dict.fromkeys(STAND_INS, "http://127.0.0.1:1")


def leaves(tree: Any, path: str = "") -> dict[str, Any]:
    """Every value of a tree by its dotted path."""
    if not isinstance(tree, dict):
        return {path: tree}
    return {at: value for name in tree for at, value in leaves(tree[name], f"{path}.{name}".lstrip(".")).items()}


def test_the_overlay_deletes_what_is_listed_and_sets_the_addresses_of_stand_ins_and_nothing_else() -> None:
    found = leaves(overlay(ADDRESSES))

    deleted = {path for path, value in found.items() if value is None}
    assert deleted == {*DELETED}
    assert {path: found[path] for path in found.keys() - deleted} == {
        f"Globals.Function.Environment.Variables.{name}": address for name, address in ADDRESSES.items()
    }


def test_everything_that_the_overlay_deletes_is_in_the_template_and_explained() -> None:
    template = resources(ROOT / "infra")

    for path, why in DELETED.items():
        section, name = path.split(".")
        assert name in template[section], path
        assert why


def test_no_function_no_role_no_table_no_queue_and_no_schedule_is_touched() -> None:
    template = resources(ROOT / "infra")

    changed = overlaid(template, overlay(ADDRESSES))

    deleted = {path.partition(".")[2] for path in DELETED if path.startswith("Resources.")}
    kinds = {template["Resources"][name]["Type"] for name in deleted}
    assert kinds == {"AWS::S3::BucketPolicy"}
    assert changed["Resources"] == {name: one for name, one in template["Resources"].items() if name not in deleted}


def test_the_deleted_policy_refuses_whoever_comes_to_the_frozen_bodies_without_tls() -> None:
    policy = resources(ROOT / "infra")["Resources"]["FrozenPolicy"]["Properties"]["PolicyDocument"]

    (only,) = policy["Statement"]
    assert (only["Effect"], only["Principal"], only["Action"]) == ("Deny", "*", "s3:*")
    assert only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
