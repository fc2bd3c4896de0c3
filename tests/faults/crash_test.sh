#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trials that die, hang, hide or lie (docs/faults.md: X1-X7): named, counted, ended, and the others go on.
# Usage: crash_test.sh QUINTET_SABOTAGE
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
needs_python3
cd "$work" || exit 1

# bad STATUS END 'regexp on the reason' STRATEGY: of two blocks of serial and this one, serial's are good
bad() {
    blocks=2 run_small "$1" "$4" --workload sha256 --strategy "serial,$4" --in-flight 2 --timeout 1
    check "$4: the end is $2" ends "$2" "$4"
    check "$4: and says why" sh -c 'grep "\"strategy\":\"$1\"" results/2*/trials.jsonl | grep -Eq "\"reason\":\"$2"' - "$4" "$3"
    check "$4: no good trial" sh -c '! grep "\"strategy\":\"$1\"" results/2*/trials.jsonl | grep -q "\"end\":\"ok\""' - "$4"
    check "$4: serial goes on" test "$(good_count results/2*/trials.jsonl '"strategy":"serial"')" -eq 2
    check "$4: no core file" sh -c '! find . -name "core*" | grep -q .'
    expect 0 '' report --gnuplot /nonexistent results/2*
    check "$4: no number of it in the summary" python3 -c '
import glob, json, sys
cells = json.load(open(glob.glob("results/2*/summary.json")[0]))["cells"]
sys.exit(any(c["metrics"] for c in cells if c["strategy"] == sys.argv[1]) or not cells)' "$4"
}
# shellcheck disable=SC3045
ulimit -c unlimited 2>/dev/null # X1: off by default, whatever the shell says

bad 5 crashed 'killed by signal 6 ' crashes
bad 5 crashed 'killed by signal 11 ' any_segfaults
bad 5 crashed 'killed by signal 7 ' any_bus_errors
bad 5 timeout 'no end within 1 s' hangs
bad 5 timeout 'no end within 1 s' any_spins_on
bad 5 timeout 'no end within 1 s' any_hears_no_term
bad 6 verify_failed '[0-9]+ process(es)? (was|were) left running' any_leaks_process
bad 6 verify_failed '[0-9]+ process(es)? (was|were) left running' any_leaves_listener
bad 5 protocol 'exit status 0 without a valid record' any_exits_at_once
bad 5 protocol 'exit status 0 without a valid record' any_garbles_record
bad 6 '(verify_failed|implausible)' '' any_claims_all
finish
