# Development of this addon. dev/README.md says what lands where.
PYTHON ?= python3
DEV = $(PYTHON) -m dev

.DEFAULT_GOAL := help
.PHONY: help setup test test-client test-odoo test-tours test-processes lint coverage \
	serve shell psql stop clean

export TEST_TAGS KEEP COVERAGE ODOO_DIR DB HTTP_PORT HTTP_INTERFACE

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

setup: ## install what is missing: Odoo 19, Python packages, PostgreSQL, a template database
	@$(DEV) setup

test: ## every suite (what CI runs)
	@$(DEV) test

test-client: ## ponto_client, mapping and sandbox, without Odoo
	@$(DEV) test client

test-odoo: ## the Odoo tests without tours; TEST_TAGS=/account_ponto_sync:TestClass narrows
	@$(DEV) test odoo

test-tours: ## the browser tours
	@$(DEV) test tours

test-processes: ## tests with several processes and real commits
	@$(DEV) test processes

lint: ## ruff and mypy
	@$(DEV) test lint

coverage: ## every suite, measuring which lines they run; Odoo takes twice as long
	@COVERAGE=1 $(DEV) test

serve: ## Odoo with the addon at http://localhost:8069, user admin, password admin
	@$(DEV) serve

shell: ## Odoo's shell on the same database
	@$(DEV) shell

psql: ## SQL on the same database, or on DB=name
	@$(DEV) psql

stop: ## stop the PostgreSQL of this checkout
	@$(DEV) stop

clean: ## stop it and remove .work
	@$(DEV) clean
