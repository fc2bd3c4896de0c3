#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A limit of the machine is a result with a name: in the status, the words, the summary and the report.
# Usage: ceiling_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
LIMIT=40

# RLIMIT_NPROC does not bind root, and counts all of a user's threads: so a user that nobody else is.
if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null || ! command -v prlimit >/dev/null; then
    echo 'SKIPPED: needs root, setpriv and prlimit to become a user with a limit of its own'
    exit 77
fi
chmod 777 "$work"
cat >limited <<END
#!/bin/sh
exec setpriv --reuid 64125 --regid 64125 --clear-groups prlimit --nproc=$LIMIT "$QUINTET" "\$@"
END
chmod 755 limited
QUINTET=$work/limited
"$QUINTET" --version >/dev/null 2>&1 ||
    { echo 'SKIPPED: another user cannot run the program where it was built'; exit 77; }

run() { # run STATUS 'regexp' ARGUMENTS...: 3 blocks, results afresh
    rm -rf results
    want_status=$1 words=$2
    shift 2
    expect "$want_status" "$words" run --profile smoke --blocks 3 --quiet --gnuplot /nonexistent "$@"
}
trials() { grep -c "$1" results/2*/trials.jsonl; }

# So long that on a busy machine, too, none has ended before the last one is started.
long='--param sleep_fanout.sleep_ns=30000000 --param sleep_fanout.tasks=64'

# Whoever names the strategy and K has asked for just that. It is tried once and not in every block.
for strategy in threads threads_static pool pool_steal processes prefork; do
    # shellcheck disable=SC2086
    run 4 "E-CEILING.*(thread|process) [0-9]+ was refused by RLIMIT_NPROC = $LIMIT " \
        --workload sleep_fanout --strategy $strategy --in-flight 64 $long
    check "$strategy: one trial" test "$(trials no_resource)" -eq 1
    check "$strategy: in the summary" sh -c 'grep -q "\"status\": \"ceiling\"" results/2*/summary.json'
    check "$strategy: in the report" sh -c 'grep -q "^## Ceilings" results/2*/REPORT.md && grep -q "RLIMIT..NPROC = 40" results/2*/REPORT.md'
    check "$strategy: no failure" sh -c 'grep -q "\"status\": \"complete\"" results/2*/run.json'
done

# A strategy's own limit is a ceiling, too.
for strategy in pool pool_steal prefork; do
    run 4 "E-CEILING.*$strategy: open: at most [0-9]+ (workers|children) can be had, and K is 70000" \
        --workload sleep_fanout --param sleep_fanout.tasks=70000 --strategy $strategy --in-flight 70000
done

# Children that are refused, too.
for strategy in threads processes; do
    run 4 "E-CEILING.*was refused by RLIMIT_NPROC = $LIMIT " --workload fib --strategy $strategy --in-flight 64 \
        --param fib.n=23
done

# In a sweep it is one of the results.
# shellcheck disable=SC2086
run 0 "was refused by RLIMIT_NPROC = $LIMIT " --workload sleep_fanout --in-flight 2,64 $long
check 'the other cells have all of their blocks' test "$(trials '"end":"ok"')" -ge 18 # more: some were repeated
check 'a ceiling is met once each' test "$(trials no_resource)" -eq 3
check 'and told apart from failures' sh -c '! grep -q "\"status\": \"failed\"" results/2*/summary.json'

finish
