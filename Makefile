# The commands of NumeraiAgentBench; `make` alone lists them. Each calls one script.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules
unexport PYTHONDONTWRITEBYTECODE  # or every program that is started compiles all modules anew

PY := .venv/bin/python
# Where things are, for whatever reads or writes state: make status STATE=state/demo
ifdef STATE
export NAB_STATE := $(STATE)
endif
ifdef CONFIG
export NAB_CONFIG := $(CONFIG)
endif
AS_JSON = $(if $(JSON),--json)
AGENT ?=
LEVEL ?=
REPLICA ?=
TRACK ?=
LOOK ?=
ROUNDS ?= 3
KILLS ?=
ONLY ?=
SHORT ?=
MACHINES ?=
FAULT ?=
REPORT ?=
RUNS ?= 60
RUN ?=
CONTAINER ?=
ROUND ?=
ENTRANT ?=
JSON ?=
WATCH ?=
CATEGORY ?=
DENIED ?=
ALL ?=
LAST ?=
FULL ?=
SESSION ?=
AT ?=
SINCE ?=
EVERY ?=
FOLLOW ?=
TAIL ?=
BUDGET ?=
ACCEPT ?=
AGAINST ?=
SAVE ?=
PROVOKE ?=
FILE ?=
DRY_RUN ?=
PYTHON ?=
DIRTY ?=
SIGN ?=
HOST ?=
RELEASE ?=
FORCE ?=
FROM ?=
INVENTORY ?= inventories/production.yml
ANSIBLE := ../.venv-deploy/bin/ansible-playbook
LIMIT = $(if $(HOST),--limit "$(HOST)")
PLAY = -e release_tarball="$(abspath $(or $(RELEASE),$(lastword $(sort $(wildcard dist/*.tar.gz)))))" $(if $(FORCE),-e release_force=true)
SCORES ?=
DIR ?=
Q ?=
export Q  # a question has quotes of its own: the shell gets it as it is
SEASON ?=
DETECTOR ?=
ID ?=
AS_OF ?=
CHECK ?=
PORT ?=
SEASONS ?=

.DEFAULT_GOAL := help
.PHONY: help figure demo test run prompt status doctor stop clean prepare images image tournament models watch transcript calls files diff forget tick ticks results sql shell export sync \
  site serve publish verify chaos reliability chaos-log chaos-runs check format test-egress test-soak test-machine test-agents test-python weekly pin bench har costs turns next runs show lock unlock \
  round why contract reconcile alarms metrics logs mutants diagnostics gc backup restore validate-statistics \
  register claims claim seasons behaviours question audit replay \
  release install site-hosts deploy rollback releases \
  ready ready-dev ready-deploy ready-lint

help: ## list all commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## run a whole round trip in minutes, without an account; AGENT=codex or any other: on scripted models
	@began=$$(date +%s.%N)
	scripts/bootstrap.sh
	$(PY) scripts/demo.py --rounds $(ROUNDS) --agent "$(AGENT)" --began "$$began"

run: ready ## run an entrant to its end: make run AGENT=baseline LEVEL=L3; REPLICA=b: a second copy; TRACK=replay
	@$(PY) scripts/launch.py --agent "$(AGENT)" --level "$(LEVEL)" --replica "$(REPLICA)" --track "$(TRACK)" --dry-run
	$(PY) scripts/prepare.py --agent "$(AGENT)"
	$(PY) scripts/launch.py --agent "$(AGENT)" --level "$(LEVEL)" --replica "$(REPLICA)" --track "$(TRACK)"

prompt: ready ## print what an agent will be asked: make prompt AGENT=codex LEVEL=L3
	@$(PY) scripts/prompt.py --agent "$(AGENT)" --level "$(LEVEL)" --replica "$(REPLICA)"

status: ready ## show runs, enrolled entrants and the last rounds; WATCH=1: live; JSON=1, as for every list: for programs
	@$(PY) scripts/status.py $(AS_JSON) $(if $(WATCH),--watch)

logs: ready ## print the newest output of an entrant's service and run: make logs ENTRANT=codex-l4; FOLLOW=1: keep printing
	@$(PY) scripts/logs.py --entrant "$(ENTRANT)" $(if $(TAIL),--lines "$(TAIL)") $(if $(FOLLOW),--follow)

results: ready ## print every entrant's rounds as a table, and update the results store
	@$(PY) scripts/results.py $(AS_JSON)

sql: ready ## query the results store: make sql Q="SELECT run, ending FROM runs"; JSON=1 for programs (docs/data.md)
	@$(PY) scripts/sql.py --question "$$Q" $(AS_JSON)

shell: ready ## open a Python prompt on the results store
	@$(PY) scripts/results_shell.py

export: ready ## export what may be published of the results store: make export DIR=/mnt/disk/results
	@$(PY) scripts/export_results.py --folder "$(DIR)"

register: ready ## register a season of claims before its scores, for runs without one: make register SEASON=1402
	@$(PY) scripts/register.py --season "$(SEASON)"

claims: ready ## derive every claim again and compare it with the record; AS_OF=4711: as of that event; JSON=1
	@$(PY) scripts/claims.py --as-of "$(AS_OF)" $(AS_JSON)

claim: ready ## explain one claim and when more can be known: make claim ID=l3-1402.1
	@$(PY) scripts/claim.py --id "$(ID)" --as-of "$(AS_OF)"

question: ready ## answer a question about agents, with its certainty: make question Q=proxy; ENTRANT=codex-l4, JSON=1 (docs/questions.md)
	@$(PY) scripts/question.py --question "$$Q" --entrant "$(ENTRANT)" $(if $(JSON),--json)

replay: ready ## fire a frozen artifact on sealed eras: make replay ENTRANT=baseline-l3; LOOK=1: compare them, once (docs/replay.md)
	@$(PY) scripts/replay.py --entrant "$(ENTRANT)" $(if $(LOOK),--look) $(AS_JSON)

audit: ready ## print how good the detectors are; DETECTOR=metrics: label its findings, one key a verdict
	@$(PY) scripts/audit.py --detector "$(DETECTOR)" --entrant "$(ENTRANT)"

site: ready ## write the pages: site/index.html; AS_OF=4711: as of that event; CHECK=1: check every gate, write nothing
	@$(PY) scripts/build_site.py $(if $(AS_OF),--as-of "$(AS_OF)") $(if $(CHECK),--check)

serve: ready ## serve the site on this machine and rebuild it when the log grows, until Ctrl-C; PORT=8700
	@$(PY) scripts/serve_site.py $(if $(PORT),--port "$(PORT)")

publish: ready ## publish the site, if a page changed: to the branch that a host serves, or into a folder: make publish DIR=../pages
	@$(PY) scripts/publish_site.py --folder "$(DIR)"

watch: ready ## show an entrant's newest run, live: make watch AGENT=codex LEVEL=L3
	@$(PY) scripts/watch.py --agent "$(AGENT)" --level "$(LEVEL)" --replica "$(REPLICA)" --run "$(RUN)"

transcript: ready ## print a run's sessions: make transcript RUN=codex; FULL=1: nothing left out; SESSION=work-1
	@$(PY) scripts/transcript.py --run "$(RUN)" --session "$(SESSION)" $(if $(FULL),--full) $(AS_JSON)

calls: ready ## list a run's web calls: make calls RUN=codex HOST=numer.ai CATEGORY=papers DENIED=1
	@$(PY) scripts/calls.py --run "$(RUN)" --host "$(HOST)" --category "$(CATEGORY)" $(if $(DENIED),--denied) $(if $(ALL),--all) \
	  $(if $(LAST),--last "$(LAST)") $(AS_JSON)

files: ready ## list the files that a run's agent wrote; AT="2026-05-16 15:02": as of then
	@$(PY) scripts/files.py --run "$(RUN)" --at "$(AT)" $(AS_JSON)

diff: ready ## show a run's files as a diff: make diff RUN=codex SINCE= AT= FILE=submit.sh
	@$(PY) scripts/diff.py --run "$(RUN)" --since "$(SINCE)" --at "$(AT)" --file "$(FILE)"

forget: ready ## delete an experiment with its boxes, files and enrolment: make forget RUN=shelly; DRY_RUN=1: only list
	@$(PY) scripts/forget.py --run "$(RUN)" $(if $(DRY_RUN),--dry-run)

tick: ready ## handle the submission window once, then reconcile and fetch scores
	@$(PY) scripts/watch_window.py
	$(PY) scripts/reconcile.py
	$(PY) scripts/fetch_scores.py

ticks: ready ## repeat the tick every few seconds until Ctrl-C, for a local tournament: EVERY=5
	@$(PY) scripts/ticks.py $(if $(EVERY),--every "$(EVERY)")

sync: ready ## copy the state to the git remote of nab.toml, once
	@$(PY) scripts/sync_to_github.py

reconcile: ready ## ask Numerai now for its list of submissions, for all entrants and rounds
	@$(PY) scripts/reconcile.py --now

round: ready ## show one round: every entrant's outcome and its reason: make round ROUND=1402
	@$(PY) scripts/round.py --round "$(ROUND)" $(AS_JSON)

why: ready ## show the evidence of an outcome: make why ROUND=1402 ENTRANT=codex-l4
	@$(PY) scripts/why.py --round "$(ROUND)" --entrant "$(ENTRANT)" $(AS_JSON)

contract: ready ## check that Numerai's API still answers as expected: SAVE=FILE keeps the answers, AGAINST=FILE compares with them
	@$(PY) scripts/contract.py $(if $(AGAINST),--against "$(AGAINST)") $(if $(SAVE),--save "$(SAVE)") $(if $(PROVOKE),--provoke)

diagnostics: ready ## list the validation predictions that agents had Numerai score, and the submissions that followed
	@$(PY) scripts/diagnostics.py $(AS_JSON)

alarms: ready ## list all alarms that hold now; scripts/deadman.py tells a person
	@$(PY) scripts/deadman.py --dry-run $(AS_JSON)

metrics: ready ## write figures for Prometheus: state/metrics.prom, and into metrics.folder of nab.toml
	@$(PY) scripts/metrics.py

tournament: ready ## serve the local tournament until Ctrl-C; TRACK=replay: with its newest eras sealed
	@$(PY) scripts/tournament.py $(if $(TRACK),--track "$(TRACK)")

models: ready ## serve the scripted models until Ctrl-C
	@$(PY) scripts/models.py

doctor: ready ## check this machine and print what is missing, with a remedy
	@$(PY) scripts/doctor.py $(AS_JSON)

stop: ready ## end all runs in order; RUN=: end one run
	@$(PY) scripts/stop.py --run "$(RUN)"

har: ready ## write a run's calls as an HTTP archive: make har RUN=baseline
	@$(PY) scripts/har.py --run "$(RUN)"

costs: ready ## print a run's tokens, dollars and time: make costs RUN=codex
	@$(PY) scripts/costs.py --run "$(RUN)" $(AS_JSON)

runs: ready ## list every run with its state, active time and cost
	@$(PY) scripts/runs.py $(AS_JSON)

show: ready ## show one run in full: make show RUN=codex, any unique part of its name; default: the newest; ALL=1
	@$(PY) scripts/show.py --run "$(RUN)" $(if $(ALL),--all) $(AS_JSON)

turns: ready ## list each entrant's machine time, the least served first
	@$(PY) scripts/turns.py $(AS_JSON)

next: ready ## print which run has the next turn, and why
	@$(PY) scripts/next_turn.py $(AS_JSON)

lock: ready ## print which box holds the slot, and whether a process supervises it
	@$(PY) scripts/lock.py $(AS_JSON)

unlock: ready ## free the slot of a box that has ended; asks for the container's id
	@$(PY) scripts/unlock.py --container "$(CONTAINER)"

verify: ready ## check the event log and derive every file again
	@$(PY) scripts/verify.py --accept "$(ACCEPT)" $(AS_JSON)

prepare: ready ## make this machine ready: packages, engine, images
	@$(PY) scripts/prepare.py

images: prepare ## build the images of every entrant whose recipe changed
	@$(PY) scripts/images.py

image: ready ## build one agent's image: make image AGENT=baseline
	@$(PY) scripts/images.py --agent "$(AGENT)"

test: ready-dev prepare ## run all tests: unit, integration with real Docker, bats
	@$(PY) scripts/images.py --all
	@scripts/test.sh

test-agents: ready-dev prepare ## run the real coding agents in every kind of trouble, on scripted models
	@$(PY) scripts/images.py --all
	$(PY) -m pytest -m agents --durations=0 -n 3 --dist worksteal tests/integration/agents

test-python: ready-dev ## run the quick tests on another Python of this machine, if there is one
	@scripts/test_other_python.sh

test-soak: ready-dev prepare ## run the tests that take minutes: turns, kills, lost disks and engines, systemd
	@$(PY) scripts/images.py --all
	$(PY) -m pytest -m soak --durations=0 -n 2 --dist loadfile tests

weekly: test-soak test-machine chaos-log chaos-runs mutants validate-statistics seasons behaviours ## run the tests that CI leaves out: about two and a half hours

test-machine: ready-dev ready-deploy ready-lint prepare ## set up, deploy to and kill bare machines with systemd and engines of their own; half an hour
	@$(PY) scripts/images.py --all
	$(PY) -m pytest -m machine --durations=0 -n 0 tests/integration/operations
	.venv-lint/bin/ansible-lint --offline --profile production ansible

test-egress: ready-dev prepare ## try every known way out of a box against a fake internet
	@$(PY) -m pytest -q tests/integration/egress/test_egress.py

check: ready-dev ## run the checks before a commit: ruff, mypy, shellcheck, unit tests
	@scripts/check.sh

format: ready-dev ## format the code
	@.venv/bin/ruff format lib scripts tests bench images
	.venv/bin/ruff check --fix-only --quiet lib scripts tests bench images

chaos: ready-dev ## try every fault that this machine can be given: SHORT=1, MACHINES=1, FAULT=F07, REPORT=file.json (docs/reliability.md)
	@$(PY) scripts/chaos.py $(if $(SHORT),--short) $(if $(MACHINES),--machines) $(if $(FAULT),--fault "$(FAULT)") $(if $(REPORT),--report "$(REPORT)")

reliability: ready ## write docs/reliability.md from the reports in docs/measured
	@$(PY) scripts/reliability.py

chaos-log: ready ## kill writers of the event log 1,000 times and count lost events
	@$(PY) scripts/chaos_log.py --kills $(or $(KILLS),1000)

chaos-runs: ready-dev prepare ## kill launchers, watchers and sidecars of real runs, and count losses
	@PYTHONPATH=tests $(PY) tests/support/programs/chaos_runs.py --kills $(or $(KILLS),300) --runs $(RUNS)

mutants: ready-dev ## plant known mistakes in copies of the code and check that tests notice each
	@$(PY) scripts/mutants.py

bench: ready-dev ## measure, as ratios against the bare operation, and write the table of docs/benchmarks.md; ONLY="doors pages"
	@$(PY) bench/table.py --only "$(ONLY)"

release: ready-dev ## build a release of the last commit: PYTHON=3.13 for another Python, DIRTY=1 leaves changes out, SIGN=key
	@$(PY) scripts/release.py --python "$(PYTHON)" $(if $(DIRTY),--dirty) --sign "$(SIGN)"

install: ready-deploy ## set this very machine up, as root: make install RELEASE=dist/nab-0.1.0-...-py3.11.tar.gz
	@cd ansible && $(ANSIBLE) -i inventories/localhost.yml site.yml $(PLAY)

site-hosts: ready-deploy ## set up the hosts of ansible/inventories/production.yml, or one: HOST=
	@cd ansible && $(ANSIBLE) -i "$(INVENTORY)" $(LIMIT) site.yml $(PLAY)

deploy: ready-deploy ## bring a release to the hosts, the first alone: make deploy HOST= RELEASE=dist/...tar.gz
	@cd ansible && $(ANSIBLE) -i "$(INVENTORY)" $(LIMIT) deploy.yml $(PLAY)

rollback: ready-deploy ## back to the release before: make rollback HOST=; FROM=id: only where that one is current
	@cd ansible && $(ANSIBLE) -i "$(INVENTORY)" $(LIMIT) rollback.yml $(if $(FORCE),-e release_force=true) $(if $(FROM),-e rollback_from="$(FROM)")

releases: ready-deploy ## list the releases on the hosts, and whether they work: make releases HOST=
	@cd ansible && $(ANSIBLE) -i "$(INVENTORY)" $(LIMIT) status.yml

validate-statistics: ready ## simulate how often verdicts are false; SCORES=file.csv: on a table of real scores
	@$(PY) scripts/validate_statistics.py $(if $(SCORES),--scores "$(SCORES)") $(if $(SEASONS),--seasons "$(SEASONS)")

seasons: ready ## play seasons with a planted truth through the whole program; SEASONS=5, NOISE="worst case"
	@$(PY) scripts/seasons.py $(if $(SEASONS),--seasons "$(SEASONS)") $(if $(NOISE),--noise "$(NOISE)")

figure: ready ## draw the figure of the README again
	@$(PY) scripts/figure.py > docs/overview.svg

behaviours: ready-dev ## put seasons of records with planted behaviour to the questions (docs/questions.md); SEASONS=5
	@NAB_SEASONS="$(or $(SEASONS),100)" $(PY) -m pytest -q -n 0 -m full tests/unit/results/questions/test_catalogue.py

pin: ready-dev ## pin the dependencies of pyproject.toml again
	@scripts/pin.sh

gc: ready ## free disk space: BUDGET=100: until state/ takes at most so many GiB; DRY_RUN=1: only list
	@$(PY) scripts/collect_garbage.py $(if $(BUDGET),--budget-gib "$(BUDGET)") $(if $(DRY_RUN),--dry-run) $(AS_JSON)

backup: ready ## copy the state, without keys, into one file while agents run: make backup FILE=/mnt/disk/bench.tar.gz
	@$(PY) scripts/backup.py --file "$(FILE)"

restore: ready ## restore a backup on a machine without a state: make restore FILE=/mnt/disk/bench.tar.gz
	@$(PY) scripts/restore.py --file "$(FILE)"

clean: ready ## delete everything that can be made again, this checkout's images included; the records stay
	@$(PY) scripts/clean.py

ready:
	@scripts/bootstrap.sh

ready-dev:
	@scripts/bootstrap.sh --dev

ready-deploy:
	@scripts/bootstrap.sh --deploy

ready-lint:
	@scripts/bootstrap.sh --lint
