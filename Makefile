# Everything here runs on a fresh machine that has Python 3.10 to 3.13, make and a package index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
PIP := -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check docs bench clean help

help:
	@echo "make demo | test | check | docs | bench | clean"

demo: $(VENV)/installed
	$(BIN)/corpuskit clean sample_data --out demo_out --overwrite
	$(BIN)/corpuskit pretrain demo_out --quick
	@echo "The report is $(CURDIR)/demo_out/report.html"

test: $(VENV)/installed-dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict corpuskit
	$(BIN)/python scripts/make_docs.py --check
	$(BIN)/python scripts/make_vega.py --check

docs: $(VENV)/installed-dev
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python scripts/make_vega.py

bench: $(BENCH)/installed
	$(BENCH)/bin/python -m bench

clean:
	rm -rf $(VENV) $(BENCH) build dist demo_out bench/out

# A stamp file per environment: it is made again only when the versions change.
$(VENV)/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) -c constraints.txt -e '.[lm]'
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python $(PIP) -c constraints.txt -e '.[dev,lm]'
	@touch $@

# datatrove asks for an older xxhash than ours and for another build of fastText, so the
# benchmarks have an environment of their own.
$(BENCH)/installed: pyproject.toml constraints.txt
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	grep -v '^xxhash' constraints.txt > $(BENCH)/constraints.txt
	$(BENCH)/bin/python $(PIP) -c $(BENCH)/constraints.txt -e '.[bench]'
	@touch $@
