# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# For the black-box tests: run the program, look at status, words and files. Closes with "N passed, N failed".
# ctest runs them in a short form, of a minute at most each where nothing else runs; QUINTET_FAULTS_FULL=1 (make
# faults-full) takes every kill, every strike, every pair.

# short_or_full SHORT FULL: which of the two
short_or_full() { if [ -n "${QUINTET_FAULTS_FULL:-}" ]; then echo "$2"; else echo "$1"; fi; }

passed=0
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/quintet-test-XXXXXX")
trap 'rm -rf "$work"' EXIT

ok() {
    passed=$((passed + 1))
}

not_ok() {
    failed=$((failed + 1))
    printf 'FAILED %s\n' "$*"
}

check() { # check "what" COMMAND...: the command must succeed
    what=$1
    shift
    if "$@"; then ok; else not_ok "$what"; fi
}

# A hang is an hour as well as a minute; the limit is far above what a busy machine makes of seconds.
expect_s=200

# expect STATUS 'regexp on stderr' ARGUMENTS...: runs the program once; $work/out and $work/err keep what it said
expect() {
    want=$1
    pattern=$2
    shift 2
    status=0
    timeout -k 5 "$expect_s" "$QUINTET" "$@" >"$work/out" 2>"$work/err" || status=$?
    if [ "$status" -ne "$want" ]; then
        not_ok "quintet $*: status $status, want $want: $(head -c 300 "$work/err")"
    elif [ -n "$pattern" ] && ! grep -Eq -e "$pattern" "$work/err"; then
        not_ok "quintet $*: stderr does not match /$pattern/: $(head -c 300 "$work/err")"
    else
        ok
    fi
}

# sound RUN: whole, sealed, verified. Blocks without a good trial are no fault here: on a busy machine gates close.
sound() {
    "$QUINTET" verify "$1" >"$work/out" 2>"$work/err"
    if grep -Eq '; 0 damaged, 0 unverified, |nothing is missing' "$work/out" &&
        ! grep '^incomplete' "$work/out" | grep -qv 'blocks have a good trial$'; then
        return 0
    fi
    head -n 5 "$work/out"
    return 1
}

finish() {
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# --- for tests that inject faults ---

# skip REASON...: the whole test does not apply here
skip() {
    printf 'SKIPPED: %s\n' "$*"
    exit 77
}

needs_python3() { command -v python3 >/dev/null || skip 'needs python3, to read JSON'; }

# without REASON...: one part of a test does not apply here; it is said, and the rest goes on
without() {
    printf 'left out: %s\n' "$*"
}

# run_small STATUS 'regexp on stderr' ARGUMENTS...: one small run, results afresh; $runner (words) goes before the program
runner=
run_small() {
    small_status=$1 small_words=$2
    shift 2
    rm -rf results
    status=0
    # shellcheck disable=SC2086
    timeout -k 5 300 $runner "$QUINTET" run --profile smoke --blocks "${blocks:-1}" --quiet --gnuplot /nonexistent \
        ${report:---no-report} "$@" >"$work/out" 2>"$work/err" || status=$?
    if [ "$status" -ne "$small_status" ]; then
        not_ok "run $*: status $status, want $small_status: $(head -c 300 "$work/err")"
    elif [ -n "$small_words" ] && ! grep -Eq -e "$small_words" "$work/err"; then
        not_ok "run $*: stderr does not match /$small_words/: $(head -c 300 "$work/err")"
    else
        ok
    fi
    check "run $*: nothing is left" nothing_left
}

# ends END STRATEGY: is there a trial of this strategy (a pattern) that ended so?
ends() { grep -E "\"strategy\":\"$2\"" results/2*/trials.jsonl | grep -Eq "\"end\":\"$1\""; }

# good_count JOURNAL [PATTERN]: how many blocks of cells have a trial that ended well, among the lines with the pattern. One
# that was made again, because something had disturbed it, counts once.
good_count() {
    grep -e "${2:-.}" "$1" | grep '"end":"ok"' | sed 's/.*"block":\([0-9]*\).*"cell_id":"\([^"]*\)".*/\1 \2/' | sort -u | wc -l
}

# What a run must not leave: processes of this program, listeners of its origin, temporary files, data sets.
# Everything that a test starts carries QUINTET_TEST_MARK in its environment, also what detached itself.
QUINTET_TEST_MARK=$work
export QUINTET_TEST_MARK
our_processes() { # a trial's process was started as /proc/self/exe
    for pid in $(pgrep '^(quintet|exe$)' 2>/dev/null); do
        case $(readlink "/proc/$pid/exe" 2>/dev/null) in
            */quintet | */quintet_sabotage)
                { tr '\0' '\n' <"/proc/$pid/environ"; } 2>/dev/null | grep -qx "QUINTET_TEST_MARK=$work" && echo "$pid"
                ;;
        esac
    done
}
leftovers() {
    for pid in $(our_processes); do
        printf 'process %s (%s, %s)\n' "$pid" "$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")" \
            "$(sed -n 's/^State:.\([A-Z]\).*/\1/p' "/proc/$pid/status" 2>/dev/null)"
    done
    find "$work" \( -name '*.tmp' -o -name data -o -type s \) ! -path '*/report/*' 2>/dev/null
}
nothing_left() { # a killed process may need a moment to be gone
    tries=0
    while found=$(leftovers) && [ -n "$found" ] && [ "$tries" -lt 40 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    [ -z "$found" ] || printf 'left: %s\n' "$found"
    [ -z "$found" ]
}
