# make demo       set up, build, render examples/blog/ in a real browser, say where to look
# make test       set up, then every check; of what takes long by nature, and did not change, a sample
# make test-long  set up, then all of what takes long: hours
# make check      every check but the browser tests
# make dist       the wheel, the sdist and the npm package in dist/release/, the same bytes for the same commit
# make pictures   photographs of the built-in macros and the studio for docs/
PY := .venv/bin/python
BIN := .venv/bin
# How tests are spread: two processes on a machine of two cores.
PROCESSES ?= 2
# A third process uses what two leave while they wait for a page or a deadline.
BROWSER_PROCESSES ?= 3
DIST ?= loadscope --no-loadscope-reorder
# A process that is done takes over tests of the others: their files take very different times.
BROWSER_DIST ?= worksteal

.PHONY: absent areas component runtimes runtimes-stress record browsers firefox webkit other-browsers attacks attacks-changed dist soak demo test test-long check built package-tools alone alone-long costs fuzz pythons parity-sample unit-long e2e-long format lint types imports generated unit js js-long e2e parity bench gates pictures env browser headless-shell lock clean

demo: env browser
	@$(PY) dev/demo.py

test: env browser headless-shell other-browsers built
	@$(PY) dev/checks.py

# GROUPS="attacks soak" runs these alone.
test-long: env browser headless-shell other-browsers built
	@MINUTES=15 $(PY) dev/checks.py --long $(GROUPS)

check: format lint types imports generated absent unit costs js

# dev/checks.py sets READY: its groups run at the same time, after the set-up.
env:
	@[ -n "$(READY)" ] || dev/setup.sh env

browser: env
	@[ -n "$(READY)" ] || dev/setup.sh browser

# What makes the browser tests quicker, where it can be installed.
headless-shell: env
	@[ -n "$(READY)" ] || dev/setup.sh headless-shell

# Browsers beside Chromium, where they can be installed.
other-browsers: env
	@[ -n "$(READY)" ] || dev/setup.sh other-browsers

# What tests share: the folder that browsers load, and the sandbox's Python compiled for this machine.
built: env
	@[ -n "$(READY)" ] || dev/setup.sh built

# The Pythons for processes that are built from source. Opt-in: without them their tests are skipped.
runtimes: env
	dev/setup.sh runtimes

# Which of them are missing; one that tests/expected_absent.txt does not name is a failure.
absent: env
	$(PY) dev/absent_runtimes.py

# CPython 3.14 with the macro engine inside, for `[features] engine = "component"`. Opt-in, too.
component: env
	dev/setup.sh component

# Programs under a collection at every few allocations, against a native build: COUNT generated ones, four runs each in wasmtime and in V8.
COUNT ?= 2500
runtimes-stress: runtimes
	runtimes/micropython/build.sh poisoned
	runtimes/micropython/build.sh native
	$(PY) runtimes/micropython/stress/run.py out/micropython/poisoned.wasm out/micropython/native/native --count $(COUNT)
	$(PY) runtimes/micropython/stress/run.py --v8 out/micropython/poisoned-page.wasm out/micropython/native/native --count $(COUNT)

format: env
	$(BIN)/ruff format --check conftest.py pybridge tests e2e dev
	npx --no-install biome check --error-on-warnings

lint: env
	$(BIN)/ruff check conftest.py pybridge tests e2e dev

types: env
	$(BIN)/mypy
	npx --no-install tsc -p tsconfig.json
	npx --no-install tsc -p tsconfig.worker.json
	npx --no-install tsc -p tsconfig.service.json

imports: env
	$(BIN)/lint-imports
	node web_worker/tools/imports.mjs

generated: env
	$(BIN)/pybridge build --check

unit: env built
	$(BIN)/pytest tests -q -n $(PROCESSES) --dist $(DIST) -m "not costs" --sample

unit-long: env built
	$(BIN)/pytest tests -q -n $(PROCESSES) --dist $(DIST) -m "not costs" --long
	$(PY) -m tests.packaging.fingerprint

# The environment of the tests that run `pyodide lockfile`, where there is a Python for it; the tests set it up, too.
package-tools: env
	$(PY) dev/package_tools.py

# The tests of every CPython from 3.11 on that this machine has.
pythons: env built
	$(PY) dev/pythons.py

js: env
	node --test tests/js/*.test.mjs

js-long: env
	PYBRIDGE_LONG=1 node --test tests/js/*.test.mjs

e2e: env browser headless-shell built
	$(BIN)/pytest e2e -q -n $(BROWSER_PROCESSES) --dist $(BROWSER_DIST) -m "not alone" --sample

e2e-long: env browser built
	$(BIN)/pytest e2e -q -n $(BROWSER_PROCESSES) --dist $(BROWSER_DIST) -m "not alone" --ignore=e2e/attacks --long

# The tests of every browser; `make browsers` runs all of them, not a sample.
firefox: env other-browsers built
	$(BIN)/pytest e2e -q --in firefox --sample

webkit: env other-browsers built
	$(BIN)/pytest e2e -q --in webkit --sample

# All of them, one attack of every class, and docs/browsers.md.
browsers: env browser other-browsers built
	$(BIN)/pytest e2e -q --in firefox --long
	$(BIN)/pytest e2e -q --in webkit --long
	$(BIN)/pytest e2e/browsers -q
	$(PY) -m e2e.browsers.table

# What is marked so measures time: one process, and nothing beside it.
alone: env browser built
	$(BIN)/pytest e2e -q -m alone

# Of which tests a sample runs, and which run whole because what they try has changed since it was recorded.
areas: env
	$(PY) -m tests.areas

# Runs all that changed, and notes that it passed: commit tests/areas.json.
record: env browser headless-shell built unit costs e2e
	$(PY) -m tests.areas --record

# What is marked so measures processor time: one process for each processor, and nothing else.
costs: env built
	$(BIN)/pytest tests -q -n $(PROCESSES) --dist worksteal -m costs --sample

alone-long: env browser built
	$(BIN)/pytest tests -q -n $(PROCESSES) --dist worksteal -m costs --long
	$(BIN)/pytest e2e -q -m alone --ignore=e2e/faults --long

# What reads untrusted text gets what reaches most of its code, for SECONDS each; a finding is kept in out/fuzz/.
SECONDS ?= 60
fuzz: env
	dev/setup.sh fuzzer
	$(PY) -m tests.fuzz.run --seconds $(SECONDS) $(TARGETS)

# 1,000 faults among 10,000 calls, 1,000 kills under 100,000 calls, and a mix of everything for MINUTES; figures in out/faults/
MINUTES ?= 60
soak: env browser built
	PYBRIDGE_SOAK_S=$$(( $(MINUTES) * 60 )) $(BIN)/pytest e2e/faults -q --long

# Every attack on every ground: docs/attacks.md, and the fingerprints by which make test notices changed layers
attacks: env browser built
	$(BIN)/pytest e2e/attacks -q -n $(BROWSER_PROCESSES) --dist $(BROWSER_DIST) --long
	$(PY) -m e2e.attacks.table

# Only the attacks that try a changed layer, or were changed; the page keeps the outcomes of the others.
attacks-changed: env browser built
	$(BIN)/pytest e2e/attacks/test_payloads.py -q -n $(BROWSER_PROCESSES) --dist $(BROWSER_DIST)
	$(PY) -m e2e.attacks.table

parity: env browser built
	$(BIN)/pybridge parity
	$(BIN)/pybridge parity --processes

parity-sample: env browser built
	$(BIN)/pybridge parity --cases 1500
	$(BIN)/pybridge parity --processes --cases 40

bench: env browser
	$(BIN)/pybridge bench --out out/bench

gates: env browser built
	@mkdir -p out
	$(BIN)/pybridge bench --quick --json --gates > out/bench-quick.json

pictures: env browser
	$(PY) dev/pictures.py
	$(PY) dev/studio_pictures.py

dist: env
	$(PY) dev/dist.py dist/release

lock: env
	$(BIN)/pip-compile -q --extra dev --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --strip-extras --allow-unsafe --upgrade -o requirements/dev.txt pyproject.toml
	$(PY) dev/package_tools.py lock
	$(BIN)/pip-compile -q --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --strip-extras --allow-unsafe --upgrade -o requirements/s3.txt requirements/s3.in
	$(BIN)/pip-compile -q --extra mcp --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --strip-extras --allow-unsafe --upgrade -o examples/python-tools/ds/environment/requirements.txt \
	  examples/python-tools/ds/environment/requirements.in pyproject.toml
	npm install --package-lock-only --ignore-scripts

clean:
	rm -rf .venv node_modules .stamps dist out
