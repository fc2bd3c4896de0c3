#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `quintet doctor`: the right status for what it finds, JSON and a script that can be read, and nothing changed by it.
# Usage: doctor_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
needs_python3
cd "$work" || exit 1

json() { # json EXPRESSION: over d, the last JSON output, and f, its findings by id
    python3 -c 'import json, sys
d = json.load(open("out")); f = {x["id"]: x for x in d["findings"]}
sys.exit(not ('"$1"'))'
}
state() { (cd /proc/sys && cat kernel/randomize_va_space vm/max_map_count kernel/pid_max net/core/somaxconn); ls -A; }

# --- this machine, whatever it is -------------------------------------------------------------------------------------
touch out err # they are there before and after
before=$(state)
status=0
"$QUINTET" doctor --profile smoke --results no/such/place --json - >out 2>err || status=$?
check 'nothing on standard error' test ! -s err
check 'nothing was made or set' test "$(state)" = "$before"
check '24 findings, each with all that it needs' json 'len(f) == 24 and all(x["why"] and (x["found"] or x["outcome"] == "fine")
    and x["outcome"] in ("fine", "found", "unknown")
    and (x["outcome"] == "fine") == (x["severity"] is None) for x in f.values())'
check 'the counts are of the findings' json 'sum(d["counts"].values()) == 24'
want=$(python3 -c 'import json
worst = [x["severity"] for x in json.load(open("out"))["findings"] if x["outcome"] != "fine"]
print(4 if "error" in worst else 1 if "warning" in worst else 0)')
check "status $status is that of the worst finding ($want)" test "$status" -eq "$want"
check 'what is unknown has no value' json 'all(x["outcome"] != "unknown" or not x["fix"] for x in f.values())'

# The same facts from a file give the same findings, and need no look at the machine.
cp out facts.json
expect "$want" '' doctor facts.json --json -
check 'a file of facts is judged alike' cmp -s out facts.json
expect "$want" '' doctor facts.json
check 'text is for people: no line beyond 100 columns' sh -c '! grep -Eq "^.{101}" out'
check 'no colours in a file' sh -c '! grep -q "$(printf "\033")" out'
check 'it closes with the counts' grep -Eq '^[0-9]+ errors?, [0-9]+ warnings?, [0-9]+ notes?, [0-9]+ unknown, [0-9]+ fine\.$' out

# --- what is done to this process is found ----------------------------------------------------------------------------
found() { # found ID SEVERITY
    json "f['$1']['outcome'] == 'found' and f['$1']['severity'] == '$2'"
}
run_doctor() { "$QUINTET" doctor --profile smoke --json - >out 2>err; }
# shellcheck disable=SC3045
(ulimit -n 64 && run_doctor)
check 'too few descriptors: an error' test $? -eq 4
check 'D12 says so' found D12 error
check 'and names the cell' json '"under" in f["D12"]["found"] and "64" in f["D12"]["found"]'
OMPI_COMM_WORLD_SIZE=2 "$QUINTET" doctor --profile smoke --json - >out
check 'one of many: an error' test $? -eq 4
check 'D23 says so' found D23 error
if setarch -R true 2>/dev/null; then
    setarch -R "$QUINTET" doctor --profile smoke --json - >out
    check 'D18 sees that addresses are fixed' found D18 note
fi
cpu=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
taskset -c "$cpu" "$QUINTET" doctor --profile smoke --json - >out
check 'D02 sees one CPU' found D02 warning
# With every file system read-only it works as well, for it writes nowhere; and it says that a run could not.
if unshare -m mount -o remount,ro,bind / 2>/dev/null; then
    # shellcheck disable=SC2016
    unshare -m sh -c 'mount -o remount,ro,bind / && exec "$1" doctor --profile smoke --json -' sh "$QUINTET" >out 2>err
    check 'a read-only machine: an error' test $? -eq 4
    check 'D16 says so' found D16 error
    check 'and the rest is looked at' json 'd["counts"]["unknown"] < 12'
fi
if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$QUINTET" 2>/dev/null; then
    setpriv --reuid=65534 --regid=65534 --clear-groups "$QUINTET" doctor --profile smoke --json - >out 2>err
    check 'it needs no privilege' json 'd["counts"]["unknown"] < 12'
fi

# --- a machine that somebody made up ----------------------------------------------------------------------------------
cat >bad.json <<'END'
{"facts": {"kernel.aslr": {"v": "0", "src": "x"}, "cpu.governor": {"v": "a\nreboot", "src": "x"},
 "net.somaxconn": {"v": "64", "src": "x"}, "net.port_first": {"v": 1, "src": "x"}, "net.port_last": {"v": 60000, "src": "x"},
 "plan.connections_count": {"v": 100, "src": "w"}, "plan.connections_at_once_count": {"v": 100, "src": "w"},
 "perf.cycles": {"v": "Permission denied", "src": "x"}, "kernel.perf_event_paranoid": {"v": "3", "src": "x"}}}
END
before=$(state)
expect 4 '' doctor bad.json --fix-script
check 'printing it changes nothing' test "$(state)" = "$before"
cp out fix.sh
check 'the script is one' sh -n fix.sh
check 'each remedy has what takes it back' grep -q '^# undo: sysctl -w net.core.somaxconn=64$' fix.sh
check 'a file cannot put a command into it' sh -c '! grep -q "^reboot" fix.sh'
check 'what lowers the defences is not run' sh -c '! grep -q "^[^#]*perf_event_paranoid" fix.sh && grep -q "^# D13 .*paranoid" fix.sh'
mkdir stub
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$@" >>"%s/called"\n' "$work" >stub/sysctl
chmod +x stub/sysctl
grep -v '^for f in /sys' fix.sh >sysctls.sh # the governor's, which needs no program
check 'it runs' env PATH="$work/stub:$PATH" sh sysctls.sh
printf '%s\n' '-w net.core.somaxconn=100' '-w kernel.randomize_va_space=2' >want
check 'and does what it says, and no more' cmp -s called want

echo '{"facts": {}}' >empty.json
expect 1 '' doctor empty.json --json -
check 'no facts: nothing is fine' json 'd["counts"]["unknown"] == 24'
echo '[]' >list.json
expect 9 'has no "facts"' doctor list.json
echo '{' >half.json
expect 9 'E-DATA' doctor half.json
expect 4 'No such file' doctor nowhere.json
expect 2 'one file' doctor a b
expect 2 'fix-script' doctor --json - --fix-script
expect 2 'E-CLI-UNKNOWN' doctor --blocks 3
expect 2 'E-CLI' doctor --param sha256.nonsense=1

# --- a run's taints are the same checks -------------------------------------------------------------------------------
taskset -c "$cpu" "$QUINTET" run --profile smoke --blocks 1 --workload sha256 --strategy serial --no-report --quiet \
    --results runs >/dev/null
check 'a run knows what the doctor knows' grep -q '"Only one CPU' runs/2*/run.json
status=0
"$QUINTET" doctor runs/2*/env.json --json - >out || status=$?
check 'and its env.json can be asked later' json 'f["D02"]["outcome"] == "found"'

finish
