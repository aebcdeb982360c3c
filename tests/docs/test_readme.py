"""The README's Python examples run as they stand, against the newspapers instead of example.org."""

import re
import subprocess
import sys
from pathlib import Path

from tests.newspapers import Newspapers

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
STORY = "https://www.example.org/news/a-story"


def test_there_is_an_example_for_each_of_the_three_imports() -> None:
    imports = ["from pipelines import", "from crawler import crawl", "from db import Archive"]
    assert [any(line in example for example in EXAMPLES) for line in imports] == [True] * 3


def test_the_examples_run_one_after_another_in_one_folder(tmp_path: Path) -> None:
    with Newspapers() as newspapers:
        url = newspapers.courier.url_of("bridge-toll-ends")
        said = [run(example.replace(STORY, url), tmp_path) for example in EXAMPLES]
    assert "The ferry left the harbour" in said[0]
    assert "'saved': 1" in said[1]
    assert url in said[2]
    assert "bridge" in said[2]


def test_every_document_that_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\((docs/[^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def run(example: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=folder,
        env={
            "PYTHONPATH": str(ROOT),
            "WINNOW_ALLOW_PRIVATE": "127.0.0.1",
            "WINNOW_DELAY_SECONDS": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
