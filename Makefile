# Two commands set everything up on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHECKOV := .venv-checkov
READY := $(VENV)/.ready

.PHONY: run chat rehearse test check bench package lint deploy rollback destroy build chromium clean

$(READY): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name it with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up the environment in $(VENV) (once, about two minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

build: $(READY)
	@$(BIN)/python -m infra.build

chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && echo "Installing Chromium for the browser tests (once)" && apt-get -qq update && apt-get -qq install -y chromium >/dev/null; } \
	  || { echo "The browser tests need Chromium. Type: sudo apt-get install chromium"; exit 1; }

## run: a whole working day on an emulated cloud, no AWS account (ONCE=1 ends after the legal day)
run: build
	@$(BIN)/python -m infra.local

## chat: the admins' bot on this machine, Slack and Telegram played; no account anywhere
chat: build
	@$(BIN)/python -m infra.local.chat

## rehearse: the evening of docs/go-live.md in an empty emulated account, with everybody whom it needs
rehearse: build
	@$(BIN)/python -m infra.local.rehearsal

# What one worker has compiled, the other and whatever the tests start need not compile again.
test check: export PYTHONDONTWRITEBYTECODE :=

## test: everything, in groups with their seconds
test: chromium build
	@$(BIN)/python -m pytest -n 3 # of three one mostly waits: for a cut-off, a browser, a whole day in a process

## check: style, types, the house's rules and the fast tests
check: build
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q -m "not slow" -n 2 --hypothesis-profile quick

## bench: round trips, items and milliseconds, against a bare handler in the same run
bench: build
	@$(BIN)/python -m tests.bench

## package: what ships, as a template and a zip under build/STAGE, with its sizes (STAGE=dev, ARCHITECTURE=arm64)
package: $(READY)
	@$(BIN)/python -m infra.package --stage $(or $(STAGE),prod) --architecture $(or $(ARCHITECTURE),x86_64)

# checkov's own pins cannot share an environment with the emulated cloud's.
$(CHECKOV)/.ready: Makefile
	@echo "Setting up checkov in $(CHECKOV) (once, about a minute)"
	@$(PYTHON) -m venv $(CHECKOV)
	@$(CHECKOV)/bin/pip install --quiet --disable-pip-version-check checkov==3.3.30
	@touch $@

## lint: what cfn-lint and checkov say of the template; infra/suppressions.toml has the reasons for what stays
lint: $(READY) $(CHECKOV)/.ready
	@$(BIN)/python -m infra.lint

STAGED = @test -n "$(STAGE)" || { echo "Say which stage: make $@ STAGE=prod"; exit 1; }

## deploy: hadir-STAGE.toml goes live, the first time and every time after: shows what changes and asks (YES=1 doesn't)
deploy: $(READY)
	$(STAGED)
	@$(BIN)/python -m infra.deploy --stage $(STAGE) $(if $(YES),--yes) $(if $(OVERLAY),--overlay '$(OVERLAY)')

## rollback: the deployment before this one in force again; data stays as it is
rollback: $(READY)
	$(STAGED)
	@$(BIN)/python -m infra.deploy --stage $(STAGE) --back $(if $(YES),--yes)

## destroy: takes a stage down and keeps its data; where there is data it wants BACKUP=FILE
destroy: $(READY)
	$(STAGED)
	@$(BIN)/python -m infra.destroy --stage $(STAGE) $(if $(BACKUP),--backup "$(BACKUP)") $(if $(YES),--yes)

clean:
	@rm -rf $(VENV) $(CHECKOV) build out links
