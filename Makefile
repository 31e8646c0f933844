# The doors of NumeraiAgentBench for people; `make` alone prints them. Each calls one script.
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
.PHONY: help demo test run prompt status doctor stop clean prepare images image tournament models watch transcript calls files diff forget tick ticks results sql shell export sync \
  site serve publish verify chaos-log chaos-runs check format test-egress test-soak test-machine test-agents test-python weekly pin bench har costs turns next runs show lock unlock \
  round why contract reconcile alarms metrics logs mutants diagnostics gc backup restore validate-statistics \
  register claims claim seasons behaviours question audit replay \
  release install site-hosts deploy rollback releases \
  ready ready-dev ready-deploy ready-lint

help: ## print the doors
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## see a whole round trip in minutes, without an account; AGENT=codex, or any other: on scripted models
	@began=$$(date +%s.%N)
	scripts/bootstrap.sh
	$(PY) scripts/demo.py --rounds $(ROUNDS) --agent "$(AGENT)" --began "$$began"

run: ready ## run an entrant to its end: make run AGENT=baseline LEVEL=L3; REPLICA=b: the second of two; TRACK=replay
	@$(PY) scripts/launch.py --agent "$(AGENT)" --level "$(LEVEL)" --replica "$(REPLICA)" --track "$(TRACK)" --dry-run
	$(PY) scripts/prepare.py --agent "$(AGENT)"
	$(PY) scripts/launch.py --agent "$(AGENT)" --level "$(LEVEL)" --replica "$(REPLICA)" --track "$(TRACK)"

prompt: ready ## print what an agent will be asked: make prompt AGENT=codex LEVEL=L3
	@$(PY) scripts/prompt.py --agent "$(AGENT)" --level "$(LEVEL)" --replica "$(REPLICA)"

status: ready ## what runs, who is enrolled, how the last rounds went; WATCH=1: live; JSON=1, as of every list: for programs
	@$(PY) scripts/status.py $(AS_JSON) $(if $(WATCH),--watch)

logs: ready ## what an entrant's service and newest run printed: make logs ENTRANT=codex-l4; FOLLOW=1 goes on
	@$(PY) scripts/logs.py --entrant "$(ENTRANT)" $(if $(TAIL),--lines "$(TAIL)") $(if $(FOLLOW),--follow)

results: ready ## every entrant's rounds as a table, and the results store brought up to date
	@$(PY) scripts/results.py $(AS_JSON)

sql: ready ## ask the results store: make sql Q="SELECT run, ending FROM runs"; JSON=1 for programs (docs/data.md)
	@$(PY) scripts/sql.py --question "$$Q" $(AS_JSON)

shell: ready ## a Python prompt on the results store
	@$(PY) scripts/results_shell.py

export: ready ## the results store for others, without what may not be published: make export DIR=/mnt/disk/results
	@$(PY) scripts/export_results.py --folder "$(DIR)"

register: ready ## register a season of claims for runs in none, before its scores: make register SEASON=1402
	@$(PY) scripts/register.py --season "$(SEASON)"

claims: ready ## every claim, derived again and compared with what is on record; AS_OF=4711: as of that event; JSON=1
	@$(PY) scripts/claims.py --as-of "$(AS_OF)" $(AS_JSON)

claim: ready ## one claim in plain words, and by when more could be known: make claim ID=l3-1402.1
	@$(PY) scripts/claim.py --id "$(ID)" --as-of "$(AS_OF)"

question: ready ## what an agent did, and how sure that is: make question Q=proxy; ENTRANT=codex-l4, JSON=1 (docs/questions.md)
	@$(PY) scripts/question.py --question "$$Q" --entrant "$(ENTRANT)" $(if $(JSON),--json)

replay: ready ## fire a frozen artifact on sealed eras: make replay ENTRANT=baseline-l3; LOOK=1: the one look at all (docs/replay.md)
	@$(PY) scripts/replay.py --entrant "$(ENTRANT)" $(if $(LOOK),--look) $(AS_JSON)

audit: ready ## how good the detectors are; DETECTOR=metrics: label what it finds, one key a verdict
	@$(PY) scripts/audit.py --detector "$(DETECTOR)" --entrant "$(ENTRANT)"

site: ready ## write the pages: site/index.html; AS_OF=4711: those of that event, beside; CHECK=1: every gate, nothing written
	@$(PY) scripts/build_site.py $(if $(AS_OF),--as-of "$(AS_OF)") $(if $(CHECK),--check)

serve: ready ## the site on this machine, built again whenever the log has grown, until Ctrl-C; PORT=8700
	@$(PY) scripts/serve_site.py $(if $(PORT),--port "$(PORT)")

publish: ready ## the site into the folder that a host serves, if a page changed: make publish DIR=../pages
	@$(PY) scripts/publish_site.py --folder "$(DIR)"

watch: ready ## show an entrant's newest run, live: make watch AGENT=codex LEVEL=L3
	@$(PY) scripts/watch.py --agent "$(AGENT)" --level "$(LEVEL)" --replica "$(REPLICA)" --run "$(RUN)"

transcript: ready ## what a run's sessions said and did: make transcript RUN=codex FULL=1: nothing left out; SESSION=work-1
	@$(PY) scripts/transcript.py --run "$(RUN)" --session "$(SESSION)" $(if $(FULL),--full) $(AS_JSON)

calls: ready ## a run's web calls: make calls RUN=codex HOST=numer.ai CATEGORY=papers DENIED=1
	@$(PY) scripts/calls.py --run "$(RUN)" --host "$(HOST)" --category "$(CATEGORY)" $(if $(DENIED),--denied) $(if $(ALL),--all) \
	  $(if $(LAST),--last "$(LAST)") $(AS_JSON)

files: ready ## the files that a run's agent wrote; AT="2026-05-16 15:02": as of then
	@$(PY) scripts/files.py --run "$(RUN)" --at "$(AT)" $(AS_JSON)

diff: ready ## what a run's agent wrote, as a difference: make diff RUN=codex SINCE= AT= FILE=submit.sh
	@$(PY) scripts/diff.py --run "$(RUN)" --since "$(SINCE)" --at "$(AT)" --file "$(FILE)"

forget: ready ## throw an experiment away, with its boxes, files and enrolment: make forget RUN=shelly; DRY_RUN=1 says what
	@$(PY) scripts/forget.py --run "$(RUN)" $(if $(DRY_RUN),--dry-run)

tick: ready ## look at the submission window once, then reconcile and fetch scores
	@$(PY) scripts/watch_window.py
	$(PY) scripts/reconcile.py
	$(PY) scripts/fetch_scores.py

ticks: ready ## tick every few seconds until Ctrl-C, for a local tournament: EVERY=5
	@$(PY) scripts/ticks.py $(if $(EVERY),--every "$(EVERY)")

sync: ready ## keep a copy of the state at the git remote of nab.toml: one tick
	@$(PY) scripts/sync_to_github.py

reconcile: ready ## ask Numerai now what it lists, for everybody and all rounds
	@$(PY) scripts/reconcile.py --now

round: ready ## one round, every entrant's outcome and why: make round ROUND=1402
	@$(PY) scripts/round.py --round "$(ROUND)" $(AS_JSON)

why: ready ## the evidence of an outcome: make why ROUND=1402 ENTRANT=codex-l4
	@$(PY) scripts/why.py --round "$(ROUND)" --entrant "$(ENTRANT)" $(AS_JSON)

contract: ready ## does Numerai's API still answer as we expect: SAVE=FILE keeps the answers, AGAINST=FILE compares with kept ones
	@$(PY) scripts/contract.py $(if $(AGAINST),--against "$(AGAINST)") $(if $(SAVE),--save "$(SAVE)") $(if $(PROVOKE),--provoke)

diagnostics: ready ## what agents had Numerai score of their validation predictions, and what followed
	@$(PY) scripts/diagnostics.py $(AS_JSON)

alarms: ready ## what is not well now; scripts/deadman.py tells a person
	@$(PY) scripts/deadman.py --dry-run $(AS_JSON)

metrics: ready ## write figures for Prometheus: state/metrics.prom, and into metrics.folder of nab.toml
	@$(PY) scripts/metrics.py

tournament: ready ## serve the local tournament until Ctrl-C; TRACK=replay: with its newest eras sealed
	@$(PY) scripts/tournament.py $(if $(TRACK),--track "$(TRACK)")

models: ready ## serve the scripted models until Ctrl-C
	@$(PY) scripts/models.py

doctor: ready ## check this machine and say what is missing
	@$(PY) scripts/doctor.py $(AS_JSON)

stop: ready ## end what runs, or with RUN= one run, collected and recorded
	@$(PY) scripts/stop.py --run "$(RUN)"

har: ready ## write a run's calls as an HTTP archive: make har RUN=baseline
	@$(PY) scripts/har.py --run "$(RUN)"

costs: ready ## what a run used: tokens, dollars, time: make costs RUN=codex
	@$(PY) scripts/costs.py --run "$(RUN)" $(AS_JSON)

runs: ready ## every run in a table: how it stands, how long it was active, what it cost
	@$(PY) scripts/runs.py $(AS_JSON)

show: ready ## one run in full, the newest or make show RUN=codex: any part of a name that one run has; ALL=1
	@$(PY) scripts/show.py --run "$(RUN)" $(if $(ALL),--all) $(AS_JSON)

turns: ready ## what every entrant had of the machine, the least served first
	@$(PY) scripts/turns.py $(AS_JSON)

next: ready ## whose turn it is, and why
	@$(PY) scripts/next_turn.py $(AS_JSON)

lock: ready ## what holds the slot, and whether it lives
	@$(PY) scripts/lock.py $(AS_JSON)

unlock: ready ## free the slot of a box that has ended; asks for the container's id
	@$(PY) scripts/unlock.py --container "$(CONTAINER)"

verify: ready ## check the event log and make every derived file again
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

test-agents: ready-dev prepare ## the real coding agents at work and in every kind of trouble, on scripted models
	@$(PY) scripts/images.py --all
	$(PY) -m pytest -m agents --durations=0 -n 3 --dist worksteal tests/integration/agents

test-python: ready-dev ## the quick tests on another Python of this machine, where there is one
	@scripts/test_other_python.sh

test-soak: ready-dev prepare ## what takes minutes: turns, kills, disks and engines that go, systemd
	@$(PY) scripts/images.py --all
	$(PY) -m pytest -m soak --durations=0 -n 2 --dist loadfile tests

weekly: test-soak test-machine chaos-log chaos-runs mutants validate-statistics seasons behaviours ## what CI leaves out, by hand or by a timer once a week: about two hours and a half

test-machine: ready-dev ready-deploy ready-lint prepare ## bare machines with systemd and engines of their own: set up, deployed to, killed; half an hour
	@$(PY) scripts/images.py --all
	$(PY) -m pytest -m machine --durations=0 -n 0 tests/integration/operations
	.venv-lint/bin/ansible-lint --offline --profile production ansible

test-egress: ready-dev prepare ## try every known way out of a box against a fake internet
	@$(PY) -m pytest -q tests/integration/egress/test_egress.py

check: ready-dev ## what must hold before a commit: ruff, mypy, shellcheck, unit tests
	@scripts/check.sh

format: ready-dev ## format the code
	@.venv/bin/ruff format lib scripts tests bench images
	.venv/bin/ruff check --fix-only --quiet lib scripts tests bench images

chaos-log: ready ## kill writers of the event log 1,000 times and count what was lost
	@$(PY) scripts/chaos_log.py --kills $(or $(KILLS),1000)

chaos-runs: ready-dev prepare ## kill launchers, watchers and sidecars of real runs, and count what was lost
	@PYTHONPATH=tests $(PY) tests/support/programs/chaos_runs.py --kills $(or $(KILLS),300) --runs $(RUNS)

mutants: ready-dev ## plant known mistakes in copies of the code and see the tests notice each
	@$(PY) scripts/mutants.py

bench: ready-dev ## measure, as ratios against the bare thing
	@$(PY) bench/event_log.py
	$(PY) bench/status.py
	$(PY) bench/doors.py
	$(PY) bench/tournament.py
	$(PY) bench/season.py
	$(PY) bench/watchers.py
	$(PY) bench/transcripts.py
	$(PY) bench/turns.py
	PYTHONPATH=tests $(PY) bench/adoption.py
	$(PY) bench/ticks.py
	PYTHONPATH=tests $(PY) bench/launch.py
	$(PY) bench/disk.py
	$(PY) bench/backup.py
	$(PY) bench/records.py
	$(PY) bench/results.py
	$(PY) bench/sync.py
	$(PY) bench/pages.py
	PYTHONPATH=tests $(PY) bench/site.py
	PYTHONPATH=tests $(PY) bench/proxy.py

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

releases: ready-deploy ## which releases the hosts have, and whether they work: make releases HOST=
	@cd ansible && $(ANSIBLE) -i "$(INVENTORY)" $(LIMIT) status.yml

validate-statistics: ready ## how often verdicts are false, simulated; SCORES=file.csv: tried on a table of real scores
	@$(PY) scripts/validate_statistics.py $(if $(SCORES),--scores "$(SCORES)") $(if $(SEASONS),--seasons "$(SEASONS)")

seasons: ready ## seasons with a planted truth, played through the whole program; SEASONS=5, NOISE="worst case"
	@$(PY) scripts/seasons.py $(if $(SEASONS),--seasons "$(SEASONS)") $(if $(NOISE),--noise "$(NOISE)")

behaviours: ready-dev ## seasons of records with planted behaviour, put to the questions (docs/questions.md); SEASONS=5
	@NAB_SEASONS="$(or $(SEASONS),100)" $(PY) -m pytest -q -n 0 -m full tests/unit/results/questions/test_catalogue.py

pin: ready-dev ## pin the dependencies of pyproject.toml again
	@scripts/pin.sh

gc: ready ## make room on the disk: BUDGET=100, until state/ takes so many GiB; DRY_RUN=1 only lists
	@$(PY) scripts/collect_garbage.py $(if $(BUDGET),--budget-gib "$(BUDGET)") $(if $(DRY_RUN),--dry-run) $(AS_JSON)

backup: ready ## copy the state into one file, while agents run; no key: make backup FILE=/mnt/disk/bench.tar.gz
	@$(PY) scripts/backup.py --file "$(FILE)"

restore: ready ## put a backup back where no state is: make restore FILE=/mnt/disk/bench.tar.gz
	@$(PY) scripts/restore.py --file "$(FILE)"

clean: ready ## remove what can be made again; the records stay
	@$(PY) scripts/clean.py

ready:
	@scripts/bootstrap.sh

ready-dev:
	@scripts/bootstrap.sh --dev

ready-deploy:
	@scripts/bootstrap.sh --deploy

ready-lint:
	@scripts/bootstrap.sh --lint
