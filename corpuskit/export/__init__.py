"""Kept documents in the form that a trainer reads: one module per form, each with

    write(kept, folder, options)  make the files, return what a script wants to know of them
    lines(facts, out)             the same for a person
    command(facts, out)           the command line that uses the files

Forms that validate get the documents of the sources that `pretrain` holds out, too. All work is
done split by split, so memory does not depend on the run, and the bytes that are written do not
depend on the number of workers.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import corpuskit
from corpuskit.errors import ConfigError
from corpuskit.export.settings import HOLD_OUT, Options

__all__ = ["FORMS", "Options", "export", "form_module"]

FORMS = {
    "minimind": "corpuskit.export.minimind",
    "nanogpt": "corpuskit.export.nanogpt",
    "nanochat": "corpuskit.export.nanochat",
    "datasets": "corpuskit.export.hub",
}
"""Loaded when a form is asked for: they import Arrow and numba."""


def export(
    run: str | Path, form: str, out: str | Path | None = None, options: Options | None = None
) -> dict[str, Any]:
    """Write the kept documents of a run for a trainer.

    Parameters
    ----------
    run : folder of a finished run.
    form : one of `FORMS`.
    out : folder to write to; None is ``export-FORM`` inside the run.

    Returns
    -------
    What export.json holds: form, plan, numbers, warnings, and all files with bytes and digest;
    also `out` and `command`.

    Raises
    ------
    ConfigError
        For an unknown form, a folder that may not be written to, or a wrong option.
    DataError
        If the run kept nothing, or nothing that could be held out.
    RunError
        If the run is not finished, or a file cannot be written.
    MissingExtraError
        If the form needs the package tokenizers.

    Examples
    --------
    >>> export("cleaned", "minimind")["steps"]  # doctest: +SKIP
    14
    """
    from corpuskit.export import folder
    from corpuskit.export.kept import open_kept

    options = options or Options()
    module = form_module(form)
    if options.hold_out not in HOLD_OUT:
        raise ConfigError(f"--hold-out: {options.hold_out!r}; choose {' or '.join(HOLD_OUT)}")
    if options.clusters and form != "datasets":
        raise ConfigError(f"--clusters: is for --for datasets, not for {form}; leave it out")
    kept = open_kept(Path(run), options.workers, options.quiet)
    place = Path(out) if out is not None else kept.layout.root / f"export-{form}"
    folder.check_place(kept.layout, place)
    folder.check_free(place, options.overwrite)
    with folder.new_files(place) as files:
        facts = module.write(kept, files, options)
        head = {"form": form, "corpuskit": corpuskit.__version__, "plan": kept.plan}
        facts = folder.publish(place, {**head, **facts})
    return {**facts, "out": str(place), "command": module.command(facts, place)}


def form_module(form: str) -> ModuleType:
    """Return the module of a form.

    Raises
    ------
    ConfigError
        If there is none.
    """
    if form not in FORMS:
        raise ConfigError(f"--for: {form!r} is no form of export; choose {', '.join(FORMS)}")
    return import_module(FORMS[form])
