"""Thousands of tests collected in half the time, in each of the processes that run them."""

import gc
import importlib
import threading

gc.disable()  # nothing that is collected is garbage

# What Scrapy imports here reads the source of all its callers' modules: a thread has none.
_importing = threading.Thread(
    target=importlib.import_module, args=("scrapy.core.downloader.contextfactory",)
)
_importing.start()
_importing.join()


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later search for garbage."""
    gc.freeze()
    gc.enable()
