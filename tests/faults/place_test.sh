#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What lies in the place of a run's files: nothing, a FIFO, a directory, a link to itself, a socket, a device, 4 GiB of
# holes. Every command that reads a run says so, names the file and ends with 9, at once; with a seal and without. Nor is
# a seal passed over where there is no /proc, or where it says more than the run wrote. And places with names that no
# document can hold, or that change while a run goes on. Usage: place_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
needs_python3
cd "$work" || exit 1
expect_s=30 # each is a matter of milliseconds; the 4 GiB would be one of many seconds

expect 0 '' run --profile smoke --workload sha256 --param sha256.messages=32 --strategy serial,pool --in-flight 2 --blocks 2 \
    --seed 5 --quiet --no-report --results r
sealed=$(echo r/2*)
mkdir k && cp -r "$sealed" k/ && unsealed=$(echo k/2*)
rm "$unsealed/SHA256SUMS"
sed -i 's/"status": "complete"/"status": "running"/' "$unsealed/run.json" # as if it had been killed

put() { # put KIND PLACE: 1 if it cannot be put there
    rm -rf "$2"
    case $1 in
    nothing) ;;
    fifo) mkfifo "$2" ;;
    directory) mkdir "$2" ;;
    loop) ln -s "$(basename "$2")" "$2" ;;
    socket) python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$2" ;;
    device) mknod "$2" c 1 5 2>/dev/null ;;
    holes) truncate -s 4G "$2" ;;
    esac
}
kinds='nothing fifo directory loop socket device holes'
mknod probe c 1 5 2>/dev/null || kinds=$(echo "$kinds" | sed 's/device //')
hist=$(cd "$sealed" && find hist -name "*.jsonl" | sort | head -1)
rm -f probe
for name in run.json plan.json env.json trials.jsonl SHA256SUMS "$hist"; do
    for kind in $kinds; do
        rm -rf t && cp -r "$sealed" t && put "$kind" "t/$name"
        # A run that has ended and has no seal: it is read, and everybody is told.
        if [ "$kind $name" = 'nothing SHA256SUMS' ]; then
            expect 5 '' verify t
            check 'no seal: told' grep -q '^incomplete .*SHA256SUMS is missing from a run that has ended' out
            expect 0 'warning.*SHA256SUMS is missing' report t --gnuplot /nonexistent
            expect 0 'warning.*SHA256SUMS is missing' export t --format csv
            expect 0 'warning.*SHA256SUMS is missing' compare "$sealed" t
            continue
        fi
        expect 9 '' verify t
        check "$kind for $name: verify names it: $(head -1 out)" grep -Eq "^damaged .*$name" out
        case $name in
        # These are read once, to the end of the seal.
        SHA256SUMS | hist/*) expect 9 "$name is" report t --gnuplot /nonexistent ;;
        *) expect 9 "${name}[ :]" report t --gnuplot /nonexistent
            expect 9 "${name}[ :]" export t --format csv ;;
        esac
        expect 9 "${name}[ :]" run --resume t --quiet --no-report

        rm -rf t && cp -r "$unsealed" t
        case $kind-$name in *-SHA256SUMS | *-hist/* | nothing-plan.json | nothing-env.json) continue ;; esac
        put "$kind" "t/$name"
        expect 9 '' verify t
        check "$kind for $name, no seal: verify names it: $(head -1 out)" grep -Eq "^damaged .*${name}[ :]" out
        expect 9 "E-CORRUPT.*${name}[ :]" report t --gnuplot /nonexistent
        expect 9 "E-CORRUPT.*${name}[ :]" compare "$sealed" t
        [ "$kind-$name" = nothing-trials.jsonl ] || # killed before it was there: that is what a run goes on from
            expect 9 "E-CORRUPT.*${name}[ :]" run --resume t --quiet --no-report
    done
done
rm -rf t && cp -r "$unsealed" t && rm t/plan.json
expect 9 'plan.json is missing' run --resume t --quiet # and not "killed before its first trial": there are trials
: >t/trials.jsonl
expect 4 'killed before its first trial' run --resume t --quiet
rm t/run.json
expect 4 'run.json: No such file' report t

# --- a seal with something in it that the run did not write
for what in 'rubbish' "$(head -1 "$sealed/SHA256SUMS")"; do
    rm -rf t && cp -r "$sealed" t && echo "$what" >>t/SHA256SUMS
    expect 9 '' verify t
    check 'a line too many in the seal' grep -q '^damaged  *SHA256SUMS: is not the file' out
    expect 9 'SHA256SUMS is not the file' export t --format csv
done

# --- no /proc: the seal holds all the same
cat >bare.sh <<'END2'
mount -t tmpfs none /proc || exit 99
exec "$@"
END2
if unshare -Urm sh bare.sh true 2>/dev/null; then
    runner=$QUINTET
    bare() { timeout -k 5 30 unshare -Urm sh bare.sh "$runner" "$@" >out 2>err; }
    bare verify "$sealed"
    check "no /proc: a sound run is sound: $(head -3 out)" grep -q '; 0 damaged, 0 unverified' out
    check 'no /proc: and it has its seal' sh -c '! grep -q "SHA256SUMS" out'
    rm -rf t && cp -r "$sealed" t && sed -i 's/"steal"/"nothing"/; s/"status": "/"status":  "/' t/run.json
    for arguments in 'verify t' 'report t --gnuplot /nonexistent' 'export t --format csv' "compare $sealed t" 'run --resume t'; do
        status=0
        # shellcheck disable=SC2086
        bare $arguments || status=$?
        check "no /proc, $arguments: 9 (got $status: $(head -c 200 err))" test $status -eq 9
    done
else
    without 'no /proc: no right to mount here'
fi

# --- a place whose name is no UTF-8 and would move the cursor: a run works there, and everybody speaks of it
odd=$(printf 'odd\377\033[2J')
mkdir "$odd"
tiny='--profile smoke --param sha256.messages=32 --param hash_tree.files=16 --strategy serial,pool
    --in-flight 2 --blocks 2 --seed 5 --quiet --gnuplot /nonexistent'
# shellcheck disable=SC2086
expect 0 '' run $tiny --workload sha256,hash_tree --results "$odd"
check 'an odd name: all trials were made' sh -c '! grep -q failed_io "$0"/2*/trials.jsonl' "$odd"
escape=$(printf '\033')
run=$(echo "$odd"/2*)
for arguments in 'verify' 'report --gnuplot /nonexistent' 'plan --budget 10m' 'run --quiet --resume' "compare $sealed"; do
    # shellcheck disable=SC2086
    expect 0 '' $arguments "$run"
    check "an odd name, $arguments: no control byte" sh -c '! cat out err | grep -q "$0"' "$escape"
done
for arguments in 'verify' 'plan --budget 10m' "compare $sealed"; do
    # shellcheck disable=SC2086
    expect 0 '' $arguments --json - "$run"
    check "an odd name, $arguments --json: a document" sh -c 'python3 -m json.tool <out >/dev/null'
done
rm "$run/SHA256SUMS" && sed -i '1s/"ops":[0-9]*/"ops":7/' "$run/trials.jsonl"
expect 9 '' verify --json - "$run"
check 'an odd name, verify --json: the damage is in it' grep -q '"class": "damaged"' out

# --- what a file calls its run, and what a table calls its columns, is text
rm -rf t && cp -r "$unsealed" t
sed -i 's/"run_id": "[^"]*"/"run_id": "\\u001b[2Jx"/' t/run.json
for arguments in 'verify t' 'export t --format go' 'export t --format gbench' 'report t --gnuplot /nonexistent'; do
    # shellcheck disable=SC2086
    "$QUINTET" $arguments >out 2>err
    check "a hostile run id, $arguments: no control byte" sh -c 'test -s out && ! cat out err | grep -q "$0"' "$escape"
done
printf 'a\033[2Jb,c\377\n1,2\n2,3\n3,5\n' >columns.csv
expect 0 '' stats columns.csv
check 'stats: no control byte' sh -c '! grep -q "$0" out' "$escape"
expect 0 '' stats --json - columns.csv
check 'stats --json: both columns are in it' test "$(grep -c '"mad"' out)" -eq 2

# --- the newest run, among things that are none
mkdir -p among/99990101-mine && : >among/2099.tar.gz && cp -r "$sealed" among/ && cp -r "$sealed" among/20200101T000000Z-000000
expect 0 '' verify --results among
check 'the newest run is one' grep -q "^$(basename "$sealed"): .* 0 damaged" out
rm -r among/2[0-9]*Z-*
expect 4 'E-NO-RUN.*among: no run there' verify --results among
expect 4 'E-NO-RUN.*elsewhere: no run there' report --results elsewhere
: >file
expect 4 'E-NO-RUN.*file: Not a directory' report --results file
long=$(printf './%.0s' $(seq 2045)) # cut where a path ends, it would lead to another one
expect 4 'E-NO-RUN.*File name too long' verify "$long$sealed/nowhere"

# --- the run's directory gets another name while it goes on, and something else the old one
# begun RESULTS: a run of some seconds goes on in the background ($pid), and has trials in its journal ($run)
begun() {
    rm -rf "$1" && mkdir "$1"
    # shellcheck disable=SC2086
    timeout -k 5 200 "$QUINTET" run $tiny --workload hash_tree,sleep_fanout --param sleep_fanout.sleep_ns=20000000 \
        --param sleep_fanout.tasks=16 --results "$1" --no-report >out 2>err &
    pid=$!
    tries=0
    while [ ! -s "$(echo "$1"/2*)/trials.jsonl" ] && [ $tries -lt 600 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    run=$(echo "$1"/2*)
}
begun moving
old=$(echo moving/2*)
mv "$old" moved && ln -s /tmp "$old"
wait $pid
check "renamed on the way: 0 ($(head -c 200 err))" test $? -eq 0
check 'renamed on the way: no file is missing' sh -c '! grep -q failed_io moved/trials.jsonl'
check 'renamed on the way: no trial failed' sound moved
check 'renamed on the way: nothing is left' test ! -e moved/data

# --- a file of it is taken away, cut, or replaced while it goes on: what was written to nowhere is not called stored
lost() { # lost WHAT 'regexp on stderr'
    status=0
    wait $pid || status=$?
    check "$1: 8 (got $status: $(head -c 200 err))" test $status -eq 8
    check "$1: the file is named ($(head -c 200 err))" grep -Eq "E-STORE.*$2" err
    check "$1: nothing is left running" nothing_left
}
begun taken && rm "$run/trials.jsonl"
lost 'the journal is removed' 'trials.jsonl: it was removed, cut or written to by somebody else'
begun taken && : >"$run/trials.jsonl"
lost 'the journal is cut' 'trials.jsonl: it was removed, cut or written to by somebody else'
begun taken && for file in "$run"/hist/*; do rm "$file" && mkfifo "$file"; done
lost 'FIFOs in the place of histograms' 'hist/[0-9a-f]{16}.jsonl: it is no regular file'
begun taken && rm -r "$run/hist"
lost 'hist/ is removed' 'hist/[0-9a-f]{16}.jsonl: No such file'
finish
