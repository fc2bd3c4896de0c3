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
	faults-loop faults-full check-format \
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
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error --parallel 2 $(ARGS)

selftest: ## the contract without a test library (also the target for sanitizers and valgrind)
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@$(QUINTET) selftest $(ARGS)

asan: ## tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory test BUILD=build-asan CMAKE_ARGS="-DCMAKE_BUILD_TYPE=Debug -DQUINTET_SANITIZE=address,undefined"

tsan: ## the contract, the runtime's hammer and examples under ThreadSanitizer (Criterion does not start there)
	@$(MAKE) --no-print-directory selftest BUILD=build-tsan CMAKE_ARGS="-DQUINTET_SANITIZE=thread"
	@$(MAKE) --no-print-directory test BUILD=build-tsan CMAKE_ARGS="-DQUINTET_SANITIZE=thread"

selftest-noise: ## how often the instrument calls equals different here: RUNS=20 small runs, some minutes
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@sh scripts/selftest-noise $(QUINTET) $(RUNS)

faults-loop: ## the fault tests LOOPS=200 times: counts failures, hangs and leftovers  (ARGS="-R 'faults_(crash|storm)'")
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=ON $(CMAKE_ARGS)" BUILD=$(BUILD)
	@sh scripts/faults-loop $(BUILD) $(LOOPS) $(ARGS)

faults-full: ## the fault tests in their full form: every cut, strike and pair; half an hour
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=ON $(CMAKE_ARGS)" BUILD=$(BUILD)
	@QUINTET_FAULTS_FULL=1 ctest --test-dir $(BUILD) -L faults --output-on-failure --no-tests=error $(ARGS)

check-format: ## is every C file as clang-format would write it?
	@clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h')

format:
	@clang-format -i $$(git ls-files '*.c' '*.h')

# --- tests of the tests, and what tools say -------------------------------------------------------------------------
.PHONY: check fuzz torture mutation coverage valgrind

check: ## format, cppcheck, shellcheck, clang-tidy, then the tests of architecture and the golden report
	@CC=clang $(MAKE) --no-print-directory tidy-commands
	@sh scripts/check build-clang
	@$(MAKE) --no-print-directory test ARGS="-L '(arch|golden)'" BUILD=$(BUILD)

.PHONY: tidy-commands
tidy-commands: # compile_commands.json by clang, and the one file that the build makes
	@cmake -S . -B build-clang -DQUINTET_TESTS=OFF >/dev/null
	@cmake --build build-clang --target quintet_build_info >/dev/null

SECONDS ?= 600
fuzz: ## search for inputs that break a reader: SECONDS=600 for each target  (ARGS="journal http": only these)
	@CC=clang $(MAKE) --no-print-directory build BUILD=build-fuzz \
		CMAKE_ARGS="-DQUINTET_TESTS=OFF -DQUINTET_FUZZ=ON $(CMAKE_ARGS)"
	@sh tests/fuzz/run.sh build-fuzz $(SECONDS) $(ARGS)

torture: ## fail every call of the C library once; kill a run at each of its writes and resume it  (ARGS="run report")
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=ON $(CMAKE_ARGS)" BUILD=$(BUILD)
	@tests/torture/torture.sh $(QUINTET) $(BUILD)/tests/libtorture.so 1 $(ARGS)
	@[ -n "$(ARGS)" ] || QUINTET_KILL_STEP=1 tests/faults/kill_test.sh $(abspath $(QUINTET)) # needs strace

mutation: ## change the sources in one place, many times: do the tests notice?  (ARGS="--sample 20", ARGS=FILE...)
	@cmake -G Ninja -S . -B build-mutation -DQUINTET_TESTS=ON $(CMAKE_ARGS) >/dev/null
	@cmake --build build-mutation --parallel $(JOBS)
	@python3 tests/mutation/mutate.py build-mutation --out build-mutation/survivors.txt $(ARGS)

coverage: ## which lines of harness/ and strategies/ the tests run: summary, and build-coverage/coverage.html
	@$(MAKE) --no-print-directory build BUILD=build-coverage \
		CMAKE_ARGS="-DQUINTET_TESTS=ON -DQUINTET_COVERAGE=ON $(CMAKE_ARGS)"
	@find build-coverage -name '*.gcda' -delete
	@ctest --test-dir build-coverage --no-tests=error $(ARGS) || echo "(some tests failed; the figures are of those that ran)"
	@gcovr --root . --filter harness/ --filter strategies/ --exclude-unreachable-branches --gcov-ignore-parse-errors \
		--html-details build-coverage/coverage.html --print-summary build-coverage >build-coverage/coverage.txt
	@grep -E '^(lines|branches|functions):' build-coverage/coverage.txt

valgrind: ## the contract of a few workloads under valgrind's memcheck; some minutes
	@$(MAKE) --no-print-directory build BUILD=build-valgrind \
		CMAKE_ARGS="-DQUINTET_TESTS=OFF -DCMAKE_BUILD_TYPE=Debug $(CMAKE_ARGS)"
	@sh tests/valgrind.sh build-valgrind/harness/cli/quintet

install: ## program, manual page, completion, documents, reference run  (PREFIX=/usr/local, DESTDIR=)
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@DESTDIR="$(DESTDIR)" cmake --install $(BUILD) $(if $(PREFIX),--prefix "$(PREFIX)") >$(BUILD)/install.log
	@echo "installed below $(DESTDIR)$(or $(PREFIX),/usr/local); the files are listed in $(BUILD)/install_manifest.txt"

deb: ## a Debian package, build/quintet_<version>_<architecture>.deb
	@$(MAKE) --no-print-directory build CMAKE_ARGS="-DQUINTET_TESTS=OFF $(CMAKE_ARGS)" BUILD=$(BUILD)
	@cd $(BUILD) && cpack -B deb >deb.log 2>&1 || { cat deb.log; exit 1; }
	@mv $(BUILD)/deb/*.deb $(BUILD)/ && rm -r $(BUILD)/deb && ls $(BUILD)/*.deb

clean:
	rm -rf build build-asan build-tsan build-debug build-bench build-clang build-fuzz build-mutation build-coverage \
		build-valgrind

help:
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 18
