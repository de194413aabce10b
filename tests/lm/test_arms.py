from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from corpuskit.errors import ConfigError, DataError, MissingExtraError, RunError  # noqa: E402
from corpuskit.lm import arm as child  # noqa: E402
from corpuskit.lm import arms, results, shape  # noqa: E402
from corpuskit.lm.shape import Arm  # noqa: E402
from corpuskit.lm.train import open_data, train  # noqa: E402
from corpuskit.progress import Progress  # noqa: E402
from tests.lm.made_streams import make_arm, stream  # noqa: E402

QUIET = Progress(quiet=True)


def test_an_arm_comes_back_from_its_json_as_it_was(tmp_path: Path) -> None:
    made = make_arm(tmp_path, noise_batches=4, evaluate_every=7, training={"rate": 0.5})
    assert Arm.from_plain(json.loads(json.dumps(made.plain()))) == made


def test_the_digest_covers_all_that_decides_the_result(tmp_path: Path) -> None:
    made = make_arm(tmp_path)
    changed = [
        replace(made, tokens=792),
        replace(made, noise_batches=2),
        replace(made, evaluate_every=3),
        replace(made, held_out={}),
        replace(made, keep_weights=True),
        replace(made, training=replace(made.training, seed=4)),
        replace(made, training=replace(made.training, rate=1.0)),
        replace(made, shape=replace(made.shape, layers=1)),
    ]
    digests = {each.digest() for each in (made, *changed)} | {made.digest("cuda")}
    assert len(digests) == 10


def test_the_digest_covers_the_bytes_of_the_data_but_neither_names_nor_places(
    tmp_path: Path,
) -> None:
    made = make_arm(tmp_path / "a")
    assert make_arm(tmp_path / "b", name="other").digest() == made.digest()
    before = made.digest()
    stream(seed=77).save(tmp_path / "a" / "held")
    assert made.digest() != before


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".a", "a b"])
def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="no name of a folder"):
        make_arm(tmp_path, name=name)


def test_two_arms_of_one_name_are_refused(tmp_path: Path) -> None:
    made = make_arm(tmp_path)
    with pytest.raises(ConfigError, match="used twice"):
        arms.run_arms([made, made], tmp_path, 1, "cpu", QUIET)


def test_a_missing_data_file_is_named(tmp_path: Path) -> None:
    made = replace(make_arm(tmp_path), train=str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="nowhere"):
        arms.run_arms([made], tmp_path, 1, "cpu", QUIET)


def test_without_torch_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(shape, "version", missing)
    with pytest.raises(MissingExtraError, match=r'pip install "corpuskit\[lm\]"'):
        arms.run_arms([make_arm(tmp_path)], tmp_path, 1, "cpu", QUIET)


def test_devices_are_chosen_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert child.choose_device("auto") == child.choose_device("cpu") == "cpu"
    with pytest.raises(ConfigError, match="no CUDA device; use --device cpu"):
        child.choose_device("cuda")
    with pytest.raises(ConfigError, match="unknown device 'tpu'"):
        child.choose_device("tpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert child.choose_device("auto") == "cuda"


def run_here(made: Arm, folder: Path) -> tuple[results.ArmResult, list[dict[str, Any]]]:
    lines: list[dict[str, Any]] = []
    child.run_arm(made, folder, "cpu", lines.append)
    found = results.load(folder, made, made.digest())
    assert found is not None
    return found, lines


def test_an_arm_leaves_its_result_and_is_read_back_as_it_was_trained(tmp_path: Path) -> None:
    made = make_arm(tmp_path, noise_batches=2, evaluate_every=20, keep_weights=True)
    found, lines = run_here(made, tmp_path / "out")
    model, trained = train(made, open_data(made))
    np.testing.assert_array_equal(found.losses, trained.losses)
    np.testing.assert_array_equal(found.held_out["held"].nats, trained.held_out["held"].nats)
    assert found.noise == trained.noise
    assert found.curve == trained.curve
    assert found.bits_per_byte("held") == trained.held_out["held"].bits_per_byte
    assert found.bits_per_byte("another") is None
    assert (lines[0]["step"], lines[-1]["step"]) == (0, 40)
    assert found.timing is not None
    assert found.timing["tokens_per_second"] > 0
    weights = torch.load(tmp_path / "out" / "weights.pt", weights_only=True)
    assert all(torch.equal(weights[name], model.weights[name]) for name in model.weights)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"RESULT.json", "arrays.npz", "timing.json", "weights.pt"}


def test_equal_arms_leave_equal_bytes(tmp_path: Path) -> None:
    made = make_arm(tmp_path, noise_batches=2)
    for name in ("a", "b"):
        run_here(made, tmp_path / name)
    for file in ("RESULT.json", "arrays.npz"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_diverged_arm_is_a_result_too(tmp_path: Path) -> None:
    made = make_arm(
        tmp_path, training={"optimizer": "adamw", "rate": 1e30, "constant": True, "clip": None}
    )
    found, _ = run_here(made, tmp_path / "out")
    assert found.nonfinite in ("loss", "gradient")
    assert found.held_out == {}


def test_a_damaged_or_foreign_result_is_not_taken(tmp_path: Path) -> None:
    made = make_arm(tmp_path)
    run_here(made, tmp_path / "out")
    assert results.load(tmp_path / "out", made, "another") is None
    (tmp_path / "out" / "arrays.npz").write_bytes(b"cut off")
    assert results.load(tmp_path / "out", made, made.digest()) is None


def test_too_little_memory_is_a_sentence_with_a_remedy(tmp_path: Path) -> None:
    made = make_arm(tmp_path)
    remedy = "use --device cpu, or a smaller preset"
    with pytest.raises(RunError, match=remedy), child.enough_memory(made):
        raise torch.OutOfMemoryError("CUDA out of memory")
    with pytest.raises(RunError, match="use fewer --workers"), child.enough_memory(made):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried …")
    with pytest.raises(RuntimeError, match="shape"), child.enough_memory(made):
        raise RuntimeError("a bug of ours: wrong shape")


def test_arms_run_as_processes_are_equal_to_ones_run_here_and_not_run_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [make_arm(tmp_path, name=f"arm-{seed}", training={"seed": seed}) for seed in (0, 1)]
    found = arms.run_arms(made, tmp_path / "arms", 2, "cpu", Progress())
    bar = capsys.readouterr().err
    assert "training" in bar
    assert "80/80" in bar
    assert "tokens/s" in bar
    for each in made:
        _, trained = train(each, open_data(each))
        np.testing.assert_array_equal(found[each.name].losses, trained.losses)
    changed = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("RESULT.json")}
    again = arms.run_arms(made, tmp_path / "arms", 2, "cpu", QUIET)
    assert {path: path.stat().st_mtime_ns for path in changed} == changed
    np.testing.assert_array_equal(again["arm-1"].losses, found["arm-1"].losses)


def test_the_last_words_of_a_dying_arm_are_shown(tmp_path: Path) -> None:
    made = make_arm(tmp_path, name="greedy", tokens=10**6)
    with pytest.raises(RunError, match=r"greedy: training ended with exit code 3.*\n.*1,000,000"):
        arms.run_arms([made], tmp_path / "arms", 1, "cpu", QUIET)


class Interrupting(Progress):
    """A bar on which Ctrl-C is pressed at its second move."""

    @contextmanager
    def count(self, *_: Any) -> Iterator[Any]:
        moves = []

        def advance(*move: Any) -> None:
            moves.append(move)
            if len(moves) == 2:
                raise KeyboardInterrupt

        yield advance


def test_ctrl_c_ends_the_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    start = arms.start

    def remembered(*given: Any) -> Any:
        started.append(start(*given))
        return started[-1]

    monkeypatch.setattr(arms, "start", remembered)
    made = make_arm(tmp_path, training={"steps": 100_000})
    with pytest.raises(KeyboardInterrupt):
        arms.run_arms([made], tmp_path / "arms", 1, "cpu", Interrupting())
    assert [each.process.returncode for each in started] == [-signal.SIGTERM]


def test_a_killed_arm_is_told_to_have_wanted_memory(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    process.kill()
    with process, tempfile.TemporaryFile() as errors:
        killed = arms.Child(make_arm(tmp_path), process, errors)
        with pytest.raises(RunError, match="use fewer --workers"):
            arms.end(killed)


def test_a_job_that_is_not_there_is_named(tmp_path: Path, capsys: Any) -> None:
    assert child.main([str(tmp_path / "JOB.json")]) == RunError.exit_code
    assert "JOB.json" in capsys.readouterr().err
    assert child.main([]) == 0
