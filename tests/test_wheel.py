"""An installed wheel works by itself: rules, language model and kernels' tables are inside.

The wheel goes into an environment of its own, which borrows the dependencies of the running one
through a path file; corpuskit itself can only come from the wheel.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from corpuskit import __version__

pytestmark = pytest.mark.slow
pytest.importorskip("hatchling", reason="the wheel is built by hatchling, of the extra dev")

ROOT = Path(__file__).resolve().parent.parent
PROSE = (
    "The harbour was quiet when the first boats came in, and the men who had waited on the wall "
    "went down the steps to help with the ropes. Nobody spoke of the storm. There were nets to "
    "mend and fish to sort, and the women had lit the fires under the kettles long before it was "
    "light. By noon the whole of the catch was on the carts, and the road to the town was full "
    "of children who ran beside the wheels and asked what the sea had been like that night."
)


def run(command: list[str], folder: Path) -> str:
    """Run a command outside the checkout; return its standard output."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, f"{command}: {result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder)]
    run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the environment's folder of executables."""
    home = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", str(home)], home)
    python = home / "bin" / "python"
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run([str(python), "-c", script], home).strip())
    prefix = ["--python", str(python), "install", "--no-deps", "--quiet", str(wheel)]
    run([sys.executable, "-m", "pip", *prefix], home)
    borrow_packages(packages)
    return home / "bin"


def borrow_packages(packages: Path) -> None:
    """Put the running environment's packages behind those of the new one.

    Its own path files are not read that way, so an editable corpuskit cannot come in.
    """
    lines = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "borrowed.pth").write_text("\n".join(sorted(lines)) + "\n")


def test_the_wheel_holds_rules_language_model_and_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "corpuskit/models/lid.176.ftz" in names
    assert "corpuskit/models/LICENSE-lid.176.txt" in names
    assert "corpuskit/kernels/unicode.npz" in names
    rules = {
        path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*.yaml")
    }
    assert rules
    assert {f"corpuskit/_rules/{name}" for name in rules} <= set(names)


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"corpuskit", f"corpuskit-{__version__}.dist-info"}


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    files = (path for path in (ROOT / "corpuskit").rglob("*") if path.is_file())
    wanted = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in str(path)}
    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_the_installed_command_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    script = "import corpuskit; print(corpuskit.__file__)"
    home = run([str(installed / "python"), "-c", script], tmp_path).strip()
    assert Path(home).is_relative_to(installed.parent)
    assert run([str(installed / "corpuskit"), "--version"], tmp_path).split()[-1] == __version__


def test_the_installed_command_cleans_from_another_folder(installed: Path, tmp_path: Path) -> None:
    records = [
        {"id": "prose", "text": PROSE},
        {"id": "copy", "text": PROSE},
        {"id": "no", "text": ""},
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "input.jsonl").write_text(lines, encoding="utf-8")
    command = [str(installed / "corpuskit"), "clean", "input.jsonl", "--out", "out", "--quiet"]
    run(command, tmp_path)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["documents"] == {"in": 3, "kept": 1, "dropped": 2, "skipped": 0}
    assert (tmp_path / "out" / "report.html").exists()
