# Each target makes .venv and installs what it needs by itself, and uses nothing else.
# PYTHON=/path/to/python chooses the Python; otherwise the first of these from 3.11 on.
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 python
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# Has pip install $(1); what it says is shown where that fails for another reason than the network
INSTALL = @$(PIP) $(1) >.venv/pip.log 2>&1 || { \
  if grep -q -e "connection broken by" -e "No address associated" .venv/pip.log; then \
    echo "The Python package index cannot be reached: connect to the net, or name a mirror by" \
      "PIP_INDEX_URL, then run make again (.venv/pip.log has what pip says)."; \
  else cat .venv/pip.log; fi >&2; exit 2; }

.PHONY: reproduce test house book book-test lab bench bench-peers selection selection-check records \
  records-check same-bits-arm faults clean help
.DEFAULT_GOAL := help

help:
	@echo "make reproduce        train sixteen networks and print the paper's table beside ours"
	@echo "make test             check the code, and run the tests"
	@echo "make house            count code in chapters, the longest file and the like, beside the goals"
	@echo "make book             build the book into _build/html, every number computed"
	@echo "make book-test        test the built pages, in a browser too if there is one"
	@echo "make lab              open the chapters as notebooks in JupyterLab"
	@echo "make bench            measure the speed of this machine"
	@echo "make bench-peers      install PyTorch and JAX, and measure them too"
	@echo "make records          run all studies of the book"
	@echo "make records-check    train their banks again, and compare every bit"
	@echo "make selection        choose mu and eta anew on held-out training digits"
	@echo "make selection-check  train those banks again, and compare"
	@echo "make same-bits-arm    train on an emulated ARM processor too, and compare every bit (Debian)"
	@echo "make faults           end processes, spoil files and the like, thousands of times: nothing is lost"
	@echo "make clean            remove .venv and what the tools left (not runs/)"

reproduce: .venv/installed
	@$(BIN)/python -m reproduction train

# On all cores, a file's tests on one
TESTS = $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test: .venv/installed-test
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check --quiet .
	@$(BIN)/python -m mypy
	@$(TESTS)

# Ends with the photographs' bench where there is a run of the paper's recipe
faults: .venv/installed-test
	@$(BIN)/python -m tests.faults

house: .venv/installed
	@$(BIN)/python -m tests.house

# LENET1989_REPOSITORY is the address of the repository, to which pages then lead (on GitHub it is
# known); LENET1989_BOOK is that of the book, which pages then name in their heads
book: .venv/installed-book
	@$(BIN)/python -m reproduction.pages
	@rm -rf _build/html _build/jupyter_execute _build/.doctrees
	@LENET1989_QUIET=1 $(BIN)/python -c "from jupyter_book.cli.main import main; main()" \
	  build book -W -n --keep-going

book-test: .venv/installed-book
	@$(TESTS) tests/book

# Notebooks that a reader has changed are kept. LAB has further options, as in a container:
# make lab LAB="--ip=0.0.0.0 --no-browser"
lab: .venv/installed-book
	@$(BIN)/python -m reproduction.pages
	@$(BIN)/python -m reproduction.pages.lab _build/lab
	@$(BIN)/python -m jupyterlab $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB) _build/lab

bench: .venv/installed-bench
	@$(BIN)/python -m benchmarks

bench-peers: .venv/installed-bench .venv/installed-peers
	@$(BIN)/python -m benchmarks

# A study's own commands, in shell: $$study is its name
NAMES = $$($(BIN)/python -c "from reproduction.studies import *; print(*($(1)))")
STUDY = $(BIN)/python -m reproduction study "$$study" --record "book/records/$$study.json"
RUN = @for study in $(NAMES); do $(STUDY) || exit; done
CHECK = @for study in $(NAMES); do $(STUDY) --check || failed=1; done; exit $${failed:-0}

selection: .venv/installed
	$(call RUN,CHOICES)

selection-check: .venv/installed
	$(call CHECK,CHOICES)

records: .venv/installed
	$(call RUN,QUESTIONS | DELETIONS | MNIST_STUDIES | MODERN_STUDIES)

records-check: .venv/installed
	$(call CHECK,QUESTIONS | DELETIONS | MNIST_STUDIES | MODERN_STUDIES)

same-bits-arm: .venv/installed-test
	@$(BIN)/python -m tests.arm

.venv/installed: pyproject.toml constraints.txt .venv/made
	@echo "Installing into .venv (once)."
	$(call INSTALL,-e .)
	@touch $@

.venv/installed-%: pyproject.toml constraints.txt .venv/made
	@echo "Installing into .venv, with what $* needs (once)."
	$(call INSTALL,-e '.[$*]')
	@touch $@

# The first Python that is new enough, and can make environments
.venv/made:
	@for python in $(or $(PYTHON),$(PYTHONS)); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	    echo "$$python has no venv module: install it (on Debian and Ubuntu: apt install" \
	      "python3-venv), then run make again." >&2; exit 2; \
	  fi; \
	  rm -rf .venv && "$$python" -m venv .venv && touch $@ && exit 0; \
	  exit 2; \
	done; \
	echo "No Python from 3.11 on was found: install one, or name it by PYTHON=/path/to/python." >&2; \
	exit 2

clean:
	rm -rf .venv _build .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
