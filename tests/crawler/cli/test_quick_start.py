"""Imports that take less time leave the garbage collector at work, but less often."""

import gc

import pytest

from crawler.cli.quick_start import GARBAGE_EVERY, quickly_imported


def test_garbage_is_collected_again_after_the_imports() -> None:
    before = gc.get_threshold()
    gc.set_threshold(700)  # a command that ran in this process before has raised it
    try:
        with quickly_imported():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] == GARBAGE_EVERY
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_garbage_is_collected_again_after_an_import_that_failed() -> None:
    with pytest.raises(ModuleNotFoundError), quickly_imported():
        __import__("no_such_module_of_winnow")
    assert gc.isenabled()
