# `make demo` and `make test` need python3 and make, nothing else.
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
PY := .venv/bin/python
export UV_PYTHON_DOWNLOADS ?= never
PYTHON ?= >=3.11
# Tests are collected three times as fast from byte code that is kept.
unexport PYTHONDONTWRITEBYTECODE
# A worker has one core.
export OPENBLAS_NUM_THREADS ?= 1
# One file a worker: the examples of a page build on each other.
PARALLEL := --numprocesses auto --dist loadfile

.PHONY: demo test fast slow lint types docs ledger interface lowest python engines examples bench clean

.tools/bin/uv:
	python3 -m pip install --quiet --disable-pip-version-check --target .tools uv

# The environment of the demo: the package with its pictures.
.venv-demo/.ready: pyproject.toml constraints.txt | $(UV)
	$(UV) venv --quiet --clear --python '$(PYTHON)' .venv-demo
	$(UV) pip install --quiet --python .venv-demo --editable '.[plot]' --constraint constraints.txt
	touch $@

# The environment of the tests: everything that CI uses.
.venv/.ready: pyproject.toml constraints.txt | $(UV)
	$(UV) venv --quiet --clear --python '$(PYTHON)' .venv
	$(UV) pip install --quiet --python .venv --editable '.[plot,excel,spss,testing]' --group dev --constraint constraints.txt
	touch $@

demo: .venv-demo/.ready  ## the main job on sample data; says where the report is
	.venv-demo/bin/python -m custvalue demo --out demo --force

test: .venv/.ready lint types docs  ## the main lane of CI: all but the long simulations
	$(PY) -m pytest -q -m 'slow and not simulation' --numprocesses auto
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest -q -m 'not slow' $(PARALLEL)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

fast: .venv/.ready  ## the loop for people: no slow tests, no coverage
	$(PY) -m pytest -q -x -m 'not slow' --hypothesis-profile=fast $(PARALLEL)

slow: .venv/.ready  ## every slow test, with the simulations that `make test` leaves out
	$(PY) -m pytest -q -m slow --numprocesses auto

lint: .venv/.ready
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: .venv/.ready
	$(PY) -m mypy
	$(PY) -m pyright

docs: .venv/.ready
	$(PY) -m sphinx -W -E --keep-going -q -b html docs docs/_build/html

ledger: .venv/.ready  ## write what results say again; the diff shows each number that moved
	$(PY) tests/support/write_ledger.py

interface: .venv/.ready  ## keep the public interface of today; the diff shows what came, went or changed
	$(PY) tests/support/interface.py

lowest: pyproject.toml | $(UV)  ## the suite on the oldest dependencies that are allowed
	$(UV) venv --quiet --clear --python 3.11 .venv-lowest
	$(UV) pip install --quiet --python .venv-lowest --resolution lowest-direct --editable '.[plot,excel,spss,testing]' --group test
	.venv-lowest/bin/python -m pytest -q -m 'not slow' $(PARALLEL)

python: pyproject.toml | $(UV)  ## the suite on another Python: make python VERSION=3.13
	$(UV) venv --quiet --clear --python $(VERSION) .venv-other
	$(UV) pip install --quiet --python .venv-other --editable '.[plot,excel,spss,testing]' --group test
	.venv-other/bin/python -m pytest -q -m 'not slow' $(PARALLEL)

engines: pyproject.toml | $(UV)  ## logs in Ibis, PySpark (needs Java 17) and SQLFrame
	$(UV) venv --quiet --clear --python 3.11 .venv-engines
	$(UV) pip install --quiet --python .venv-engines --editable '.[plot,testing]' --group test --group engines
	.venv-engines/bin/python -m pytest -q -m engines tests/engines

examples: .venv/.ready  ## the programs in examples/ with their own tests
	$(PY) -m pytest -q examples

bench: | $(UV)  ## speed against peers, as ratios in one run
	$(UV) venv --quiet --clear --python 3.11 .venv-bench
	$(UV) pip install --quiet --python .venv-bench --editable '.[plot,testing]' --group test --group bench
	for each in benchmarks/*.py; do .venv-bench/bin/python $$each || exit 1; done
	.venv-bench/bin/python -m benchmarks.speed
	.venv-bench/bin/python -m benchmarks.speed --growth

clean:
	rm -rf .venv .venv-* .tools build dist demo docs/_build docs/reference/generated
