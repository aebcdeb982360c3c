from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from crawler.config import Config, load_config, setting_names, setting_text, variable_name
from crawler.errors import ConfigError


def test_options_beat_variables_beat_the_file_beat_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "winnow.toml").write_text(
        'delay_seconds = "1m"\ncontact = "file@example.org"\nconcurrency = 3\n'
    )
    loaded = load_config(
        {"delay_seconds": "9s", "contact": None},
        environ={"WINNOW_DELAY_SECONDS": "20", "WINNOW_CONTACT": "variable@example.org"},
        directory=tmp_path,
    )
    assert loaded.config.delay_seconds == 9
    assert loaded.config.contact == "variable@example.org"
    assert loaded.config.concurrency == 3
    assert loaded.config.max_attempts == Config().max_attempts
    assert loaded.origins["delay_seconds"] == "--delay"
    assert loaded.origins["contact"] == "WINNOW_CONTACT"
    assert loaded.origins["concurrency"] == str(tmp_path / "winnow.toml")
    assert loaded.origins["max_attempts"] == "default"


def test_without_anything_the_settings_are_the_defaults(tmp_path: Path) -> None:
    loaded = load_config({}, environ={"PATH": "/bin", "WINNOW_CONTACT": " "}, directory=tmp_path)
    assert loaded.config == Config()
    assert set(loaded.origins.values()) == {"default"}


def test_a_named_file_replaces_the_one_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "winnow.toml").write_text("workers = 1\n")
    other = tmp_path / "other.toml"
    other.write_text("workers = 2\n")
    assert load_config({}, environ={}, directory=tmp_path, file=other).config.workers == 2
    environ = {"WINNOW_CONFIG": str(other)}
    assert load_config({}, environ=environ, directory=tmp_path).config.workers == 2


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("delay_seconds", "5 minutes", "--delay"),
        ("delay_seconds", "-1", "30m"),
        ("concurrency", "0", "1 or more"),
        ("concurrency", "many", "whole number"),
        ("contact", "nobody", "mail address or an http"),
        ("contact", "a@b.org\nX-Evil: 1", "one line"),
        ("allow_private", ["http://x/"], "neither a host"),
        ("allow_private", ["host:99999"], "neither a host"),
        ("proxy", "socks5://x", "http://HOST:PORT"),
        ("tdm_policy", "ignore", "metadata, keep"),
        ("log_level", "loud", "DEBUG"),
        ("verify_tls", "maybe", "true or false"),
        ("user_agent", "Wínnow", "ASCII"),
        ("timeout_seconds", "0", "above zero"),
        ("db", "", "not empty"),
    ],
)
def test_a_bad_value_is_refused_with_setting_value_origin_and_allowed_form(
    setting: str, value: object, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({setting: value}, environ={}, directory=tmp_path)
    assert setting in str(caught.value)
    assert repr(value) in str(caught.value)
    assert words in str(caught.value)


def test_an_unknown_setting_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "winnow.toml").write_text("delay_second = 3\n")
    with pytest.raises(ConfigError, match=r"did you mean 'delay_seconds'"):
        load_config({}, environ={}, directory=tmp_path)
    with pytest.raises(ConfigError, match=r"WINNOW_CONTAKT.*did you mean 'contact'"):
        load_config({}, environ={"WINNOW_CONTAKT": "x"}, directory=tmp_path / "empty")


def test_variables_that_are_no_settings_are_left_alone(tmp_path: Path) -> None:
    environ = {"WINNOW_TEST_POSTGRES": "x", "WINNOW_PARENT_PID": "1"}
    assert load_config({}, environ=environ, directory=tmp_path).config == Config()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml"):
        load_config({}, environ={}, directory=tmp_path, file=tmp_path / "missing.toml")
    (tmp_path / "winnow.toml").write_text("delay_seconds = = 3\n")
    with pytest.raises(ConfigError, match="not TOML"):
        load_config({}, environ={}, directory=tmp_path)


def test_private_hosts_come_as_list_or_as_text_with_commas(tmp_path: Path) -> None:
    expected = ("localhost:8000", "127.0.0.1", "10.0.0.0/8", "[::1]:80", "fd00::/8")
    environ = {"WINNOW_ALLOW_PRIVATE": "localhost:8000, 127.0.0.1,10.0.0.0/8,[::1]:80,fd00::/8,"}
    assert load_config({}, environ=environ, directory=tmp_path).config.allow_private == expected
    options = {"allow_private": list(expected)}
    assert load_config(options, environ={}, directory=tmp_path).config.allow_private == expected


def test_every_setting_passes_through_its_variable_unchanged(tmp_path: Path) -> None:
    config = Config(
        contact="me@example.org",
        user_agent="Winnow test",
        max_pages=7,
        allow_private=("localhost:1", "10.0.0.0/8"),
        proxy="http://127.0.0.1:3128",
        verify_tls=False,
        keep_raw_days=0,
        delay_seconds=0.25,
    )
    environ = {variable_name(name): setting_text(getattr(config, name)) for name in setting_names()}
    assert load_config({}, environ=environ, directory=tmp_path).config == config


def test_the_settings_are_frozen_and_every_one_has_a_reader(tmp_path: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        Config().workers = 3
    for field in fields(Config):
        value = getattr(Config(), field.name)
        if value is not None:
            loaded = load_config({field.name: value}, environ={}, directory=tmp_path)
            assert getattr(loaded.config, field.name) == value
