# Development of this addon. dev/README.md says what lands where.
DEV = sh dev/run.sh

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset screenshots setup test test-client test-odoo test-scenarios test-demo test-tours test-processes test-official lint format hooks \
	pre-commit prove bench coverage translations release \
	serve shell psql stop clean

export BENCH CALENDAR CALENDAR_SUITES PROOFS HISTORIES SEED PYTHON TEST_TAGS KEEP COVERAGE ODOO_DIR PONTO_FIXTURES DB HTTP_PORT HTTP_INTERFACE

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

demo: ## Odoo with two years of books beside a local Ponto; HTTP_PORT=8069
	@$(DEV) demo

demo-reset: ## forget the demo, so that the next one is new
	@$(DEV) demo-reset

screenshots: ## walk through a demo in a browser and renew the pictures of docs/
	@$(DEV) screenshots

setup: ## install what is missing: Odoo 19, Python packages, PostgreSQL, a template database
	@$(DEV) setup

test: ## every suite (what CI runs)
	@$(DEV) test

test-client: ## ponto_client, mapping, rules and sandbox, without Odoo
	@$(DEV) test client

test-odoo: ## the Odoo tests without tours; TEST_TAGS=/account_ponto_sync:TestClass narrows
	@$(DEV) test odoo

test-scenarios: ## the hard cases of docs/scenarios.md, by their ids
	@$(DEV) test scenarios

test-demo: ## the demo's books, in a database of their own
	@$(DEV) test demo

test-tours: ## the browser tours
	@$(DEV) test tours

test-processes: ## tests with several processes and real commits
	@$(DEV) test processes

test-official: ## the contract with the API against the official documents, if given
	@$(DEV) test official

lint: ## ruff, mypy, pylint-odoo and the form of files
	@$(DEV) test lint

format: ## let ruff mend and lay out every file
	@$(DEV) format

hooks: ## let git run the same checks before each commit
	@$(DEV) hooks

pre-commit: ## run the hooks on every file that git knows
	@$(DEV) pre-commit

prove: ## the long proofs, with a table at the end; PROOFS=processes,kills for some
	@$(DEV) prove

bench: ## what the addon costs, in one table; BENCH="--lines 100 --memory 0" makes it short
	@$(DEV) bench

coverage: ## every suite, measuring which lines they run; Odoo takes twice as long
	@COVERAGE=1 $(DEV) test

translations: ## renew i18n/ from the code; tells what is untranslated
	@$(DEV) translations

release: ## an archive to install; refuses what is untranslated or uncommitted
	@$(DEV) release

serve: ## Odoo with the addon at http://localhost:8069, user admin, password admin
	@$(DEV) serve

shell: ## Odoo's shell on the same database
	@$(DEV) shell

psql: ## SQL on the same database, or on DB=name
	@$(DEV) psql

stop: ## stop the demo and the PostgreSQL of this checkout
	@$(DEV) stop

clean: ## stop it and remove .work
	@$(DEV) clean
