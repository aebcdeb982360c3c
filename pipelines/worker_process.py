"""What runs inside a worker process: plain values come back, never exceptions."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
from dataclasses import dataclass, replace
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipelines.errors import PipelineError
from pipelines.records import CleanArticle, FetchedPage, Reason, Rejection
from pipelines.stories.traits import traits_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.sites.records import SiteProfile

logger = logging.getLogger(__name__)

TdmPolicy = Literal["metadata", "keep"]
"""What to do with a page whose rights are reserved, as `pipelines.process.process` takes it."""
MIB = 2**20
RETIRE_SHARE = 0.6
"""Of the memory limit: a worker above it is replaced before its next page."""
PR_SET_PDEATHSIG = 1
"""prctl(2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker says of one call."""

    value: object = None
    failure: tuple[Reason, str] | None = None
    """None: it worked."""
    retire: bool = False
    """Replace this worker before its next page."""


@dataclass(slots=True)
class _Memory:
    """This process's limits; set once by prepare_worker."""

    idle_bytes: int = 0
    limit_bytes: int = 2**63 - 1


_memory = _Memory()


def prepare_worker(memory_mib: int) -> None:
    """Limit this process's memory and tie its life to the crawl's."""
    _end_with_parent()
    _memory.limit_bytes = memory_mib * MIB
    _memory.idle_bytes = _resident_bytes()
    limit = _virtual_bytes() + _memory.limit_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer_call(function: Callable[..., object], *args: object) -> Answer:
    """The function's result, or its failure as plain values.

    An exception of lxml at the memory limit cannot be pickled, and would take the pool with it.
    """
    try:
        value = function(*args)
    except MemoryError:
        detail = f"needs more than {_memory.limit_bytes // MIB} MiB of memory"
        return Answer(failure=(Reason.CRASHED, detail), retire=True)
    except Exception as error:
        logger.debug("crashed", exc_info=True)
        detail = f"{type(error).__name__}: {str(error)[:300]}"
        return Answer(failure=(Reason.CRASHED, detail), retire=_is_grown())
    return Answer(value=value, retire=_is_grown())


def process_fetched(
    page: FetchedPage,
    tdm_policy: TdmPolicy,
    profile: SiteProfile | None = None,
    *,
    with_links: bool = False,
) -> CleanArticle | Rejection:
    """The whole chain for one page; a page that cannot be processed is a `parse_error`."""
    from pipelines.process import process  # noqa: PLC0415 - not in the crawling process

    try:
        result = process(page, profile=profile, tdm_policy=tdm_policy, with_links=with_links)
    except PipelineError as error:
        return Rejection(
            request_url=page.request_url,
            url=page.url,
            fetched_at=page.fetched_at,
            reason=Reason.PARSE_ERROR,
            detail=str(error)[:500],
        )
    if isinstance(result, CleanArticle):  # here, for the crawling process has no time to spare
        return replace(result, story_traits=traits_of(result))
    return result


def _is_grown() -> bool:
    return _resident_bytes() - _memory.idle_bytes > RETIRE_SHARE * _memory.limit_bytes


def _resident_bytes() -> int:
    return _statm(1) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _virtual_bytes() -> int:
    return _statm(0) or 4 * 2**30


def _statm(column: int) -> int:
    """Of /proc/self/statm, in bytes; 0 where there is no such file."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[column]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGESIZE")


def _end_with_parent() -> None:
    """Die with the crawl: by the kernel's signal on Linux, by watching a pipe elsewhere too.

    A thread alone would not do: a regular expression that runs for minutes holds the GIL. The
    worker's parent in the kernel's eyes is the fork server, which ends with the crawl.
    """
    _let_fork_server_go()
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch_parent, daemon=True).start()


def _let_fork_server_go() -> None:
    """Close our copy of the pipe by which the fork server sees that nobody needs it any more.

    Every worker is given one, to start processes of its own, and none of ours does.
    """
    alive = forkserver._forkserver._forkserver_alive_fd  # type: ignore[attr-defined] # private
    if alive is not None:
        os.close(alive)
        forkserver._forkserver._forkserver_alive_fd = None  # type: ignore[attr-defined] # private


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
