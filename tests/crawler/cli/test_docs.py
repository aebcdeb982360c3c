"""The pages about the command line and the settings say what the program does."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from typer.main import get_command

from crawler.cli.main import app
from crawler.config import OPTION_NAMES, Config

DOCS = Path(__file__).parents[3] / "docs"
COMMAND_LINE = (DOCS / "command-line.md").read_text(encoding="utf-8")
SETTINGS = (DOCS / "settings.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, set[str], str]]:
    """Every command's words, options and help."""

    def below(command: object, path: str) -> Iterator[tuple[str, set[str], str]]:
        subcommands = getattr(command, "commands", None)
        if subcommands is None:
            params = command.params  # type: ignore[attr-defined]
            options = {it for param in params for it in (*param.opts, *param.secondary_opts)}
            named = {option for option in options if option.startswith("-")} - {"--help"}
            yield path, named, command.help or ""  # type: ignore[attr-defined]
        for name, subcommand in (subcommands or {}).items():
            yield from below(subcommand, f"{path} {name}")

    return below(get_command(app), "winnow")


COMMANDS = list(commands())


def section(path: str) -> str:
    found = re.search(rf"^## {re.escape(path)}$(.*?)(?=^## |\Z)", COMMAND_LINE, re.S | re.M)
    assert found is not None, f"docs/command-line.md has no section {path!r}"
    return found[1]


@pytest.mark.parametrize(("path", "options", "help_text"), COMMANDS, ids=[it[0] for it in COMMANDS])
def test_every_command_is_documented_with_each_of_its_options_and_no_other(
    path: str, options: set[str], help_text: str
) -> None:
    text = section(path)
    table = "\n".join(line for line in text.splitlines() if line.startswith("| `"))
    documented = set(re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", re.sub(r"` \|.*", "", table)))
    assert documented == options
    assert help_text.partition("\b")[0].strip() in text


@pytest.mark.parametrize(("path", "options", "help_text"), COMMANDS, ids=[it[0] for it in COMMANDS])
def test_every_help_teaches_with_an_example_that_exists(
    path: str, options: set[str], help_text: str
) -> None:
    examples = [line.strip() for line in help_text.partition("\b")[2].splitlines()]
    examples = [line for line in examples if path in line]
    assert examples, f"{path} --help has no example"
    for example in examples:
        own = example.split("&&")[-1].split(" | ")[0]
        used = set(re.findall(r"(?<=\s)--?[a-z][a-z0-9-]*", re.sub(r"'[^']*'", "", own)))
        assert used <= options, example
        assert example in section(path)


def test_no_section_is_about_a_command_that_does_not_exist() -> None:
    assert re.findall(r"^## (.*)$", COMMAND_LINE, re.M) == [path for path, *_ in COMMANDS]


def test_every_setting_is_documented_with_option_and_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:`([^`]+)`)? *\| (.*?) \| .+ \|$", SETTINGS, re.M)
    assert [name for name, *_ in rows] == [field.name for field in fields(Config)]
    for name, option, default in rows:
        assert option == OPTION_NAMES.get(name, ""), name
        assert default == shown(getattr(Config(), name)), name


def shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value) if value != () else "empty"


def test_every_option_of_a_setting_belongs_to_a_command() -> None:
    known = set().union(*(options for _, options, _ in COMMANDS))
    for option in OPTION_NAMES.values():
        assert set(option.split("/")) <= known


def test_help_of_every_command_is_short_enough_to_read() -> None:
    for path, _, help_text in COMMANDS:
        assert len(help_text.splitlines()[0]) <= 100, path
