# make demo    set up, build, render examples/blog/ in a real browser, say where to look
# make test    set up, then every check
# make check   every check but the browser tests
PY := .venv/bin/python
BIN := .venv/bin

# make pictures photographs of the built-in macros and the studio for docs/
.PHONY: attacks soak demo test check format lint types imports generated unit js e2e parity bench gates pictures env browser lock clean

demo: env browser
	@$(PY) tools/demo.py

test: check e2e parity gates
	@echo "all checks passed"

check: format lint types imports generated unit js

env:
	@tools/setup.sh env

browser: env
	@tools/setup.sh browser

format: env
	$(BIN)/ruff format --check conftest.py pybridge tests e2e tools
	npx --no-install biome check --error-on-warnings

lint: env
	$(BIN)/ruff check conftest.py pybridge tests e2e tools

types: env
	$(BIN)/mypy
	npx --no-install tsc -p tsconfig.json
	npx --no-install tsc -p tsconfig.worker.json
	npx --no-install tsc -p tsconfig.service.json

imports: env
	$(BIN)/lint-imports

generated: env
	$(BIN)/pybridge build --check

unit: env
	$(BIN)/pytest tests -q

js: env
	node --test tests/js/*.test.mjs

e2e: env browser
	$(BIN)/pytest e2e -q

# By hand: 1,000 faults among 10,000 calls, 1,000 kills under 100,000 calls, and a mix of everything for MINUTES; figures in out/faults/
MINUTES ?= 60
soak: env browser
	PYBRIDGE_FAULT_ROUNDS=10 $(BIN)/pytest e2e/faults/test_mixed.py -q
	PYBRIDGE_KILLS=1000 $(BIN)/pytest e2e/faults/test_killed.py -q
	PYBRIDGE_SOAK_S=$$(( $(MINUTES) * 60 )) $(BIN)/pytest e2e/faults/test_soak.py -q

# Every attack on every ground: docs/attacks.md, and the fingerprints by which make test notices changed layers
attacks: env browser
	PYBRIDGE_ATTACKS=all $(BIN)/pytest e2e/attacks -q
	$(PY) -m e2e.attacks.table

parity: env browser
	$(BIN)/pybridge parity

bench: env browser
	$(BIN)/pybridge bench --out out/bench

gates: env browser
	@mkdir -p out
	$(BIN)/pybridge bench --quick --json --gates > out/bench-quick.json

pictures: env browser
	$(PY) tools/pictures.py
	$(PY) tools/studio_pictures.py

lock: env
	$(BIN)/pip-compile -q --extra dev --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --strip-extras --allow-unsafe --upgrade -o requirements/dev.txt pyproject.toml
	npm install --package-lock-only --ignore-scripts

clean:
	rm -rf .venv node_modules .stamps dist out
