# SPDX-License-Identifier: Apache-2.0
#
# A thin front door: every target builds in build/ with CMake and then runs the program. `sh scripts/up TARGET` does
# the same on a bare machine, after installing what is missing.

BUILD   ?= build
PROFILE ?= quick
RUN     ?=
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
ARGS    ?=
RUNS    ?= 20
LOOPS   ?= 200
QUINTET  = $(BUILD)/harness/cli/quintet

.PHONY: all build doctor bench bench-runtime report reproduce test selftest selftest-noise torture asan tsan arch \
	faults-loop check-format \
	format clean \
	install deb help

all: build

build: ## build in build/
	@cmake -S . -B $(BUILD) $(CMAKE_ARGS) >$(BUILD).log 2>&1 || { cat $(BUILD).log; rm -f $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log
	@cmake --build $(BUILD) --parallel $(JOBS)

doctor: ## what about this machine would spoil measurements; changes nothing  (ARGS="--fix-script", ARGS="--json -")
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD) >&2
	@$(QUINTET) doctor $(ARGS)

bench: ## measure, store in results/<run-id>/, refresh REPORT.md  (PROFILE=smoke|quick|full, ARGS="...")
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@$(QUINTET) run --profile $(PROFILE) --copy REPORT.md $(ARGS)

bench-runtime: ## coroutines, pool and fork-join beside their peers, where installed  (ARGS="--json -", ARGS=--help)
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF -DQUINTET_BENCH_RUNTIME=ON $(CMAKE_ARGS)" \
		BUILD=$(BUILD) >&2
	@$(BUILD)/tests/bench/bench_runtime $(ARGS)

report: ## rebuild the report of the newest run, or of RUN=results/<run-id>
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@$(QUINTET) report $(RUN) --copy REPORT.md $(ARGS)

reproduce: ## measure the plan of RUN=results/<run-id> here, and tell which of its claims hold  (ARGS="--budget 10m")
	@[ -n "$(RUN)" ] || { echo "which run? make reproduce RUN=results/<run-id>" >&2; exit 2; }
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@$(QUINTET) reproduce $(RUN) $(ARGS)

test: ## unit tests, the contract of every workload x strategy, architecture, golden report
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=ON $(CMAKE_ARGS)" BUILD=$(BUILD)
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error $(ARGS)

selftest: ## the contract without a test library (also the target for sanitizers and valgrind)
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@$(QUINTET) selftest $(ARGS)

asan: ## tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory test BUILD=build-asan CMAKE_ARGS="-DCMAKE_BUILD_TYPE=Debug -DQUINTET_SANITIZE=address,undefined"

tsan: ## the contract, the runtime's hammer and examples under ThreadSanitizer (Criterion does not start there)
	@$(MAKE) --no-print-directory selftest BUILD=build-tsan CMAKE_ARGS="-DQUINTET_SANITIZE=thread"
	@$(MAKE) --no-print-directory test BUILD=build-tsan CMAKE_ARGS="-DQUINTET_SANITIZE=thread"

torture: ## kill a run at each of its writes, renames, fsyncs, ... in turn and resume it: some minutes, needs strace
	@$(MAKE) --no-print-directory build BUILD=$(BUILD)
	@QUINTET_KILL_STEP=1 tests/faults/kill_test.sh $(abspath $(QUINTET))

selftest-noise: ## how often the instrument calls equals different here: RUNS=20 small runs, some minutes
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@sh scripts/selftest-noise $(QUINTET) $(RUNS)

faults-loop: ## the fault tests LOOPS=200 times: counts failures, hangs and leftovers  (ARGS="-R 'faults_(crash|storm)'")
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=ON $(CMAKE_ARGS)" BUILD=$(BUILD)
	@sh scripts/faults-loop $(BUILD) $(LOOPS) $(ARGS)

check-format: ## is every C file as clang-format would write it?
	@clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h')

format:
	@clang-format -i $$(git ls-files '*.c' '*.h')

install: ## program, manual page, completion, documents, reference run  (PREFIX=/usr/local, DESTDIR=)
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@DESTDIR="$(DESTDIR)" cmake --install $(BUILD) $(if $(PREFIX),--prefix "$(PREFIX)") >$(BUILD)/install.log
	@echo "installed below $(DESTDIR)$(or $(PREFIX),/usr/local); the files are listed in $(BUILD)/install_manifest.txt"

deb: ## a Debian package, build/quintet_<version>_<architecture>.deb
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@cd $(BUILD) && cpack -B deb >deb.log 2>&1 || { cat deb.log; exit 1; }
	@mv $(BUILD)/deb/*.deb $(BUILD)/ && rm -r $(BUILD)/deb && ls $(BUILD)/*.deb

clean:
	rm -rf build build-asan build-tsan build-debug build-bench

help:
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 18
