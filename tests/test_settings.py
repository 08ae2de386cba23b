"""Where links lead: whoever writes them must have been told, the page itself need not know."""

import pytest

from chalicelib.settings import MEANINGS, Settings, SettingsMissing

COMPLETE = dict.fromkeys(MEANINGS, "x") | {"HADIR_ZONE": "WIB"}


def test_the_door_starts_without_knowing_its_own_address() -> None:
    assert Settings.from_env(COMPLETE).zone == "WIB"


def test_whoever_writes_links_and_was_not_told_where_they_lead_stops() -> None:
    settings = Settings.from_env(COMPLETE)

    with pytest.raises(SettingsMissing, match="HADIR_BASE_URL"):
        _ = settings.base_url


def test_links_lead_where_the_deployment_says() -> None:
    settings = Settings.from_env(COMPLETE | {"HADIR_BASE_URL": "https://hadir.example.go.id/v1"})

    assert settings.base_url == "https://hadir.example.go.id/v1"
