"""The `winnow` command: its groups, and how errors become one sentence and an exit code.

Nothing heavy is imported here: each command imports what it needs when it is called.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from crawler.cli import (
    ask,
    bench,
    clean,
    config,
    crawl,
    database,
    explain,
    exports,
    imports,
    profiles,
    reclean,
    rules,
    run,
    saved,
    show,
    sources,
    status,
    stories,
)
from crawler.errors import CrawlError
from crawler.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer._click.core import Context  # what TyperGroup.invoke takes, wider than typer.Context

INTERRUPTED = 130
BROKEN_PIPE = 141
"""As a shell shows a process that SIGPIPE killed: `winnow export | head` is no failure of ours."""
DATABASE_PROBLEM = 4
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
HELP_WIDTH = 110
"""Where the terminal is as wide; fewer sentences of the list of commands end in dots."""
_WORD_LEFT_OUT = re.compile(r"No such option: -\w")
_NOT_A_NUMBER = re.compile(r"Input should be a valid integer.*")


class _Commands(TyperGroup):
    """Leaves the word about Ctrl-C to us: Typer itself ends with its code and says nothing."""

    def invoke(self, ctx: Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Abort from error


app = typer.Typer(
    name="winnow",
    cls=_Commands,
    help="Winnow crawls news pages, strips what is not the article, and keeps clean articles in "
    "SQL.\n\nFirst steps:\n\n"
    "  winnow crawl --contact you@example.org https://www.example.org/a-story\n\n"
    "  winnow sources add https://www.example.org --every 30m; winnow run\n\n"
    "  winnow search 'minister -football'",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": HELP_WIDTH},
    pretty_exceptions_enable=False,
)
GROUPS = (
    crawl,
    run,
    sources,
    clean,
    explain,
    profiles,
    rules,
    reclean,
    bench,
    ask,
    show,
    stories,
    saved,
    exports,
    imports,
    status,
    database,
    config,
)
for module in GROUPS:
    module.register(app)


@app.callback(invoke_without_command=True)
def winnow(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Show the version, or the help when no command is given."""
    if version:
        print(f"winnow {VERSION}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    sys.exit(run_command(sys.argv[1:] if arguments is None else arguments))


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; its exit code, errors of ours as one sentence on stderr."""
    try:
        code = app(args=list(arguments), prog_name="winnow", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _refuse(error)
    except (KeyboardInterrupt, typer.Abort):
        return _fail("interrupted: the same command goes on, or starts anew", INTERRUPTED)
    except (BrokenPipeError, SystemExit) as error:
        if not isinstance(error.__context__ or error, BrokenPipeError):
            raise  # Typer makes an exit of a reader that is gone, and only of that
        _close_stdout()
        return BROKEN_PIPE
    except CrawlError as error:
        return _fail(str(error), error.exit_code)
    except Exception as error:
        code = _storage_exit_code(error)
        if code is None:
            raise
        if isinstance(error, OSError):
            _close_stdout()
        return _fail(_storage_sentence(error), code)
    return code if isinstance(code, int) else 0


def _storage_exit_code(error: Exception) -> int | None:
    """Of an error of the database or a full disk; None: another, which is a bug and stays one."""
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        return DATABASE_PROBLEM
    if "db.errors" in sys.modules:
        from db.errors import StorageError

        if isinstance(error, StorageError):
            return error.exit_code
    if "sqlalchemy" in sys.modules:
        from sqlalchemy.exc import InterfaceError, OperationalError

        if isinstance(error, OperationalError | InterfaceError):
            return DATABASE_PROBLEM
    return None


def _storage_sentence(error: Exception) -> str:
    """Of a driver's words the first line, without the statement that SQLAlchemy adds."""
    if isinstance(error, OSError):
        return f"cannot write: {error.strerror}"
    text = str(getattr(error, "orig", None) or error).strip()
    is_drivers = hasattr(error, "orig") or hasattr(error.__cause__, "orig")
    return text.splitlines()[0] if is_drivers and text else text


def _refuse(error: TyperException) -> int:
    message = error.format_message()
    if message.startswith("Usage:"):  # a group without its command: its help
        print(message, file=sys.stderr)
        return error.exit_code
    return _fail(_sentence(error), error.exit_code)


def _sentence(error: TyperException) -> str:
    """Typer's message; a wrong option or command says where help is."""
    context = getattr(error, "ctx", None)
    message = _NOT_A_NUMBER.sub("give a whole number", error.format_message())
    if context is None:
        return message
    if _WORD_LEFT_OUT.match(message) and any(it.name == "words" for it in context.command.params):
        message += f"; words to leave out go after --: {context.command_path} -- minister -football"
    return f"{message} (help: {context.command_path} --help)"


def _fail(sentence: str, code: int) -> int:
    print(f"winnow: {sentence}", file=sys.stderr)
    return code


def _close_stdout() -> None:
    """Nobody takes the rest; without this the interpreter complains when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
