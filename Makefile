# Front door. Every target does its own set-up on Debian 12: it installs the packages that are
# missing when run as root, else names the one line to type. Real rules live in meson.build.
#
#   make            build/zhiyun                make run     demo instance on 127.0.0.1:8420
#   make dev        the same behind vite's server on 127.0.0.1:5173: pages from their sources, again when they change
#   make web        the bundle of the web application alone           make dist   release archive with built pages
#   make openapi    web/app/api/openapi.json anew: the description that the web pages are made from
#   make test       what guards a release, and what CI runs          make bench   speed tables
#   make check      all tests on both databases, and each of the next ten: some three hours
#   make mutation   every check of access switched off in turn: the matrix must see it
#   make switches   the behaviour of each requirement row switched off: its test must turn red
#   make faults     faults planted in C, one of each folder and more: a test must kill each
#   make flips      one wrong bit in the store's files, at FLIPS=10000 places
#   make recorder A=… B=…   two programs are asked the same: what they answer differently (build/zhiyun, twice)
#   make planted    differences planted in C: the recorder must tell each
#   make ledger     100,000 bytes of a log of a million entries, one after the other
#   make sheet OUT=folder   pictures of every form and paper of every pack, to be looked at
#   make shots OUT=folder   pictures of every page of the web application in both languages, likewise
#   make generators clients of the API that public generators make must compile; needs the network
#   make lint       formats, warnings of two compilers, clang-tidy
#   make asan       C tests, the API, one life a programme under sanitizers      make tsan   likewise
#   make nightly    sanitizers on everything, fuzzing, the long crash runs
#   make crash      the long run of the crash tests: CYCLES=200, POINTS=0 (every one)
#   make findings   where outside libraries and formats surprise (findings/README); needs the network
#   make fuzz       T=target S=seconds (default: all, 60)
#
# The first build installs node and npm for the web application. NOWEB=1, or a host without them or without a way
# to their packages: the program has the API and one plain page, tests of pages and in TypeScript are skipped.

# What tools/setup.sh installs goes before other programs of the same name.
export PATH := /usr/sbin:/usr/bin:/sbin:/bin:$(PATH)
SHELL = /bin/bash
CLANG = clang-14
LISTEN ?= 127.0.0.1:8420
PAGES ?= 127.0.0.1:5173
DATA ?= zhiyun-data
T ?= all
S ?= 60
CYCLES ?= 200
POINTS ?= 0
SANITIZED ?= --sanitized
FLIPS ?= 10000
A ?= build/zhiyun
B ?= build/zhiyun

.PHONY: sheet all web dist openapi run dev test test-all crash flips ledger check nightly mutation switches faults asan tsan fuzz bench fmt lint cover fresh findings setup clean

all: setup
	@tools/build.sh build -Dbuildtype=debugoptimized

setup:
	@tools/setup.sh base

web:
	@tools/web.sh

dist:
	@tools/dist.sh

# Without the pages, whose types are made from the file.
openapi: setup
	@test -f build/build.ninja || NOWEB=1 tools/build.sh build -Dbuildtype=debugoptimized
	@ninja -C build --quiet zhiyun
	@python3 tools/openapi.py build/zhiyun web/app/api/openapi.json

run: setup
	@UNCHECKED=1 TARGET=programs tools/build.sh build -Dbuildtype=debugoptimized
	@tools/run.sh $(DATA) $(LISTEN)

# The bundle is not built: vite's server takes its place.
dev: setup
	@tools/setup.sh web
	@test -f build/build.ninja || NOWEB=1 tools/build.sh build -Dbuildtype=debugoptimized
	@ninja -C build --quiet programs
	@tools/dev.sh $(DATA) $(LISTEN) $(PAGES)

# In a build of its own, which takes half the time: less is optimized and described, no benches, no replays of the fuzz corpus.
# Warnings that gcc guesses wrongly at -O1 are left to make lint.
test: setup
	@tools/setup.sh test
	@[ -n "$(NOWEB)" ] || tools/setup.sh web
	@tools/build.sh build-test -Doptimization=1 -Ddebug=false '-Dc_args=-g1 -Wno-maybe-uninitialized -Wno-format-truncation' -Dc_link_args=-fuse-ld=gold -Dextras=false
	@python3 tools/test.py build-test

crash: all
	@CYCLES=$(CYCLES) POINTS=$(POINTS) python3 tools/test.py build --part crash

# The same and what `make test` draws a tenth of: everything on both databases, at the long runs' settings.
test-all: all
	@tools/setup.sh test
	@[ -n "$(NOWEB)" ] || tools/setup.sh web
	@LONG=1 RECORDS=60 python3 tools/test.py build --all

check: test-all flips ledger mutation switches faults recorder planted generators lint asan tsan

# Hours: the sanitizers on everything, each fuzz target, every fault point.
nightly: test-all flips ledger mutation switches faults recorder planted lint
	@$(MAKE) asan SANITIZED=--all
	@$(MAKE) tsan SANITIZED=--all
	@$(MAKE) fuzz S=1200
	@$(MAKE) crash

# 100,000 bytes of a log of a million entries changed, one after the other.
ledger: all
	@ENTRIES=1000000 BYTES=100000 meson test -C build --no-rebuild audit/large --verbose

# Two programs are asked the same; what they answer differently.
.PHONY: recorder
recorder: all
	@tools/setup.sh test
	@python3 tests/recorder/record.py $(A) $(B)
	@python3 tests/recorder/races.py $(A) $(B)

# Differences planted in a program: the recorder must tell each.
.PHONY: planted
planted: setup
	@tools/setup.sh test
	@python3 tests/recorder/planted.py build-planted

# Clients that public generators make of the API's description compile; needs the network.
.PHONY: generators
generators:
	@tests/openapi/generators.sh web/app/api/openapi.json

# One wrong bit of the store's files, at FLIPS places.
flips: all
	@FLIPS=$(FLIPS) meson test -C build --no-rebuild crash/damage --verbose

mutation: setup
	@TARGET=zhiyun tools/build.sh build-mutation -Dbuildtype=debugoptimized -Dmutation=true
	@for target in zhiyun-paper zhiyun-pdf tests/page_sums.so tests/door; do \
	    TARGET=$$target tools/build.sh build-mutation -Dbuildtype=debugoptimized -Dmutation=true; done
	@python3 tests/kernel/mutation_test.py build-mutation/zhiyun

switches: setup
	@tools/setup.sh test
	@python3 tests/requirements/switch_off.py build-switches

faults: setup
	@tools/setup.sh test
	@python3 tests/requirements/switch_off.py build-switches --faults

asan: setup
	@tools/setup.sh test
	@tools/build.sh build-asan -Dbuildtype=debugoptimized -Db_sanitize=address,undefined
	@ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 python3 tools/test.py build-asan $(SANITIZED)

tsan: setup
	@tools/setup.sh test
	@tools/build.sh build-tsan -Dbuildtype=debugoptimized -Db_sanitize=thread
	@TSAN_OPTIONS=halt_on_error=1:die_after_fork=0 python3 tools/test.py build-tsan $(SANITIZED)

sheet: all
	@test -n "$(OUT)" || { echo "make sheet OUT=folder (outside of the repository)" >&2; exit 1; }
	@made=$$(mktemp -d) && build/tests/paper_samples "$$made" build/zhiyun-paper "" >/dev/null && \
	python3 tools/contact_sheet.py "$(OUT)" "$$made"; status=$$?; rm -rf "$$made"; exit $$status

# Each runs outside packages in a folder of its own, without the program.
findings:
	@for script in findings/*.sh; do echo "$$script"; $$script || exit 1; done

.PHONY: shots
shots: all
	@test -n "$(OUT)" || { echo "make shots OUT=folder (outside of the repository)" >&2; exit 1; }
	@tools/setup.sh test
	@python3 web/app/tests/run.py build/zhiyun build/tests/clock.so shots "$(OUT)"

fuzz: setup
	@tools/setup.sh fuzz
	@CC=$(CLANG) TARGET=fuzz-targets tools/build.sh build-fuzz -Dbuildtype=debugoptimized -Dfuzz=true -Db_lundef=false
	@python3 tools/fuzz.py build-fuzz $(T) $(S)

bench: setup
	@tools/build.sh build-bench -Dbuildtype=release
	@python3 bench/bench.py build-bench

fmt:
	@tools/setup.sh lint
	@git ls-files -co --exclude-standard '*.c' '*.h' | grep -v '_table\.[ch]$$' | xargs clang-format-14 -i

lint: setup
	@tools/setup.sh lint
	@git ls-files '*.c' '*.h' | grep -v '_table\.[ch]$$' | xargs clang-format-14 --dry-run --Werror
	@CC=$(CLANG) tools/build.sh build-clang -Dwerror=true
	@tools/build.sh build-gcc -Dwerror=true
	@git ls-files 'src/*.c' | grep -v '_table\.c$$' | xargs -P 2 -n 8 clang-tidy-14 --quiet -p build-clang

cover: setup
	@tools/setup.sh cover
	@tools/setup.sh test
	@tools/build.sh build-cover -Dbuildtype=debug -Db_coverage=true -Dc_args=-fprofile-update=atomic
	@python3 tools/test.py build-cover
	@tools/cover.sh build-cover

fresh:
	@tools/setup.sh fresh
	@tools/fresh.sh

clean:
	rm -rf build build-test build-asan build-tsan build-fuzz build-bench build-mutation build-switches build-clang build-gcc build-cover
