#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Results that cannot be stored: full disks, errors of fsync, limits, lies, places that are none. What was stored before
# stays, what could not be stored is said (8), nothing half is left. Usage: storage_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
TINY='--profile smoke --workload sha256 --param sha256.messages=32 --strategy serial,pool --in-flight 2 --blocks 2 --seed 5
    --quiet --gnuplot /nonexistent'

whole() { # every line of the journal is whole, and no temporary file lies about
    [ -d "$1" ] || return 0
    find "$1" -name '*.tmp' | grep -q . && return 1
    for journal in "$1"/2*/trials.jsonl; do
        [ -s "$journal" ] || continue
        grep -vqE '^\{.*\}$' "$journal" && return 1
        [ "$(tail -c1 "$journal" | wc -l)" -eq 1 ] || return 1
    done
    return 0
}
told() { grep -Eq "$1" err; }

# --- a full disk, at every size of it
cat >full.sh <<'END'
mount -t tmpfs -o size="$1" tmpfs "$2" || exit 99
shift 2
timeout -k 5 60 "$@"
status=$?
cp -r "$0.mounted"/. "$0.kept" 2>/dev/null
exit $status
END
mkdir full.sh.mounted
for size in 4k 16k 24k 32k 48k 64k; do
    rm -rf full.sh.kept && mkdir full.sh.kept
    status=0
    # shellcheck disable=SC2086
    unshare -Urm sh full.sh $size full.sh.mounted "$QUINTET" run $TINY --results full.sh.mounted/r >out 2>err || status=$?
    if [ $status -eq 99 ] || [ $status -eq 1 ]; then
        echo 'skipped: a full disk (no right to mount)'
        break
    fi
    [ $status -eq 0 ] && continue # enough room after all
    check "$size: status 8 (got $status: $(head -c 200 err))" test $status -eq 8
    check "$size: says why" told 'E-(STORE|REPORT).*No space left on device'
    check "$size: what is there is whole" whole full.sh.kept/r
done
check 'the smallest disk was too small' test -d full.sh.kept

# --- errors that strace puts in: every N-th call
if command -v strace >/dev/null && strace -o /dev/null -e trace=none true 2>/dev/null; then
    # fails CALL ERROR WORDS [FIRST]: whichever call fails, it is 8 with these words, and nothing half is left
    fails() {
        n=${4:-1}
        met=0
        while [ $n -lt 100 ]; do
            rm -rf r
            status=0
            # shellcheck disable=SC2086
            strace -o trace -e trace="$1" -e inject="$1:error=$2:when=$n" "$QUINTET" run $TINY --results r >out 2>err || status=$?
            grep -q INJECTED trace || break
            met=$((met + 1))
            check "$1 number $n, $2: status 8 (got $status: $(head -c 200 err))" test $status -eq 8
            check "$1 number $n, $2: says why: $(head -c 200 err)" told "E-(STORE|REPORT).*$3"
            check "$1 number $n, $2: nothing half is left" whole r
            n=$((n + 3))
        done
        check "$1 was made to fail" test $met -gt 0
    }
    fails fsync EIO 'Input/output error'
    fails fdatasync EIO 'Input/output error'
    fails renameat ENOSPC 'No space left'
    fails mkdirat EACCES 'Permission denied'

    # A write that says it stored a byte and stored none; any of them, the pipes to the trials among them. (One byte: no
    # kernel says that it stored more than it was given, and libc, which writes single ones to stderr, believes it.)
    n=4
    lies=0
    while [ $n -lt 400 ]; do
        rm -rf r
        status=0
        # shellcheck disable=SC2086
        strace -o trace -e trace=write -e inject=write:retval=1:when=$n "$QUINTET" run $TINY --results r >out 2>err || status=$?
        grep -q INJECTED trace || break
        lies=$((lies + 1))
        case $status in
        0) # it met our own words on the terminal, or what can be done without: then all is sound
            expect 0 '' verify "$(echo r/2*)"
            check "a lying write, number $n: sound" grep -q '0 damaged, 0 unverified' out ;;
        5 | 6) check "a lying write, number $n: a trial failed, and no number is made of it" told 'E-(TRIALS|VERIFY)' ;;
        *) check "a lying write, number $n: status 8 (got $status: $(head -c 200 err))" test $status -eq 8
            check "a lying write, number $n: no half line" whole r ;;
        esac
        n=$((n + $(short_or_full 41 11)))
    done
    check 'writes lied' test $lies -gt 3
    # A close that fails is a file that may not be there: of each file that a report writes, of histograms in a run.
    rm -rf r
    # shellcheck disable=SC2086
    "$QUINTET" run $TINY --results r >out 2>err
    run=$(echo r/2*)
    strace -y -o trace -e trace=close "$QUINTET" report "$run" --gnuplot /nonexistent >out 2>err
    for n in $(grep '^close' trace | grep -n '\.tmp>' | cut -d: -f1); do
        status=0
        strace -o trace -e trace=close -e inject=close:error=EIO:when=$n "$QUINTET" report "$run" --gnuplot /nonexistent \
            >out 2>err || status=$?
        check "close number $n of a report, EIO: status 8 (got $status: $(head -c 200 err))" test $status -eq 8
        check "close number $n of a report, EIO: says why" told 'E-(STORE|REPORT).*Input/output error'
    done
    check 'close was made to fail' grep -q INJECTED trace
    expect 0 '' report "$run" --gnuplot /nonexistent
    check 'after it no temporary file is left' whole r
    # Histograms are opened and closed for each trial. A run that was killed has paths that are known beforehand.
    rm -rf r cut
    # shellcheck disable=SC2086
    strace -o trace -e inject=fdatasync:signal=KILL:when=1 "$QUINTET" run $TINY --no-report --results cut >out 2>err
    met=0
    for n in 1 2 3 4 5 6; do
        rm -rf r && cp -r cut r
        run=$(echo r/2*)
        status=0
        strace -o trace -P "$(echo "$run"/hist/* | cut -d' ' -f1)" -e trace=close -e inject=close:error=EIO:when=$n \
            "$QUINTET" run --resume "$run" --quiet --no-report >out 2>err || status=$?
        [ $status -eq 8 ] || continue # what was only read
        met=$((met + 1))
        check "close number $n of histograms, EIO: says why" told 'E-STORE.*Input/output error'
        check "close number $n of histograms, EIO: nothing half is left" whole r
    done
    check 'close of histograms was made to fail' test $met -gt 0
    # A data set that stays is no loss, but gigabytes that nobody knows of.
    rm -rf r
    strace -o trace -e trace=unlinkat -e inject=unlinkat:error=EACCES:when=1 "$QUINTET" run --profile smoke --blocks 1 \
        --workload file_random_read,sha256 --strategy serial --in-flight 1 --quiet --no-report --results r >out 2>err
    check "a data set that cannot be deleted: it is said" grep -q 'data sets could not be deleted: Permission denied' err
    check "a data set that cannot be deleted: it is there" test -d "$(echo r/2*/data)"
    check "a data set that cannot be deleted: the run is whole" sh -c 'cd r/2* && sha256sum --quiet -c SHA256SUMS'
    # Interrupted calls are no errors. (The loader reads, and knows no such thing.)
    rm -rf r
    status=0
    # shellcheck disable=SC2086
    strace -o trace -e inject=read:error=EINTR:when=60+2 -e inject=write,poll,wait4:error=EINTR:when=1+3 "$QUINTET" run $TINY --results r >out 2>err || status=$?
    check "EINTR again and again: status 0 (got $status: $(head -c 200 err))" test $status -eq 0
    for call in read write poll wait4; do
        check "EINTR again and again: $call had some" grep -q "^$call(.*INJECTED" trace
    done
    expect 0 '' verify "$(echo r/2*)"
    # A harness that cannot wait for its trials looks at them now and then.
    rm -rf r2
    status=0
    # shellcheck disable=SC2086
    timeout -k 5 60 strace -o trace -e trace=poll -e inject=poll:error=ENOMEM:when=1+ "$QUINTET" run $TINY --results r2 \
        >out 2>err || status=$?
    check "poll fails always: status 0 (got $status: $(head -c 200 err))" test $status -eq 0
    check 'poll fails always: all trials are there' test "$(good_count r2/2*/trials.jsonl)" -ge 4
    expect 0 '' verify "$(echo r/2*)"
    check 'EINTR again and again: sound' grep -q ' 4 good trials; 0 damaged, 0 unverified, 0 incomplete' out
else
    echo 'skipped: errors put in (needs strace)'
fi

# --- a limit of the file size, anywhere: the line that did not fit is taken back
for blocks in 1 2 4 8 12 20; do
    rm -rf r
    status=0
    # shellcheck disable=SC2086
    (ulimit -f $blocks && exec "$QUINTET" run $TINY --results r) >out 2>err || status=$?
    [ $status -eq 0 ] && continue
    check "file size $blocks: status 8 (got $status: $(head -c 200 err))" test $status -eq 8
    check "file size $blocks: says why" told 'E-(STORE|REPORT).*File too large'
    check "file size $blocks: what is there is whole" whole r
done

# The same for what only reads a run, and for words that go into a file.
rm -rf r
# shellcheck disable=SC2086
"$QUINTET" run $TINY --no-report --results r >out 2>err
run=$(echo r/2*)
for arguments in "report $run --gnuplot /nonexistent" "export $run --format csv" "compare $run $run --json summary" help 'list --json -'; do
    status=0
    # shellcheck disable=SC2086
    (ulimit -f 0 && exec "$QUINTET" $arguments) >out 2>said || status=$?
    check "file size 0, $arguments: status 8 (got $status)" test $status -eq 8
done
check 'file size 0: no temporary file is left' whole r

# --- standard output that takes nothing: the run is stored all the same
for where in '>/dev/full' '>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-'; do
    rm -rf r
    status=0
    # shellcheck disable=SC2086
    sh -c "exec \"\$@\" $where" sh "$QUINTET" run ${TINY%--quiet*} --gnuplot /nonexistent --results r 2>err || status=$?
    check "$where: status 8 (got $status)" test $status -eq 8
    expect 0 '' verify "$(echo r/2*)"
    check "$where: the run is sound" grep -q ' 4 good trials; 0 damaged, 0 unverified, 0 incomplete' out
    check "$where: our words are in none of its files" sh -c '! grep -rqE "Report:|E-STDOUT|  trial [0-9]+/" r'
done
for arguments in list --help --version env 'list --json -'; do
    status=0
    # shellcheck disable=SC2086
    "$QUINTET" $arguments >/dev/full 2>err || status=$?
    check "$arguments into a full device: 8 (got $status)" test $status -eq 8
    check "$arguments into a full device: says so" told 'E-STDOUT.*No space left'
done

"$QUINTET" export --format csv "$(echo r/2*)" >/dev/full 2>err
check 'export into a full device: one message' test "$(grep -c 'error\[' err)" -eq 1

# --- a pipe that somebody made non-blocking, and a reader that is slow: all of it arrives
if command -v python3 >/dev/null; then
    "$QUINTET" export --format csv "$(echo r/2*)" >whole
    python3 - "$QUINTET" "$(echo r/2*)" >slow 2>err <<'END'
import fcntl, os, subprocess, sys, time
r, w = os.pipe()
fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
fcntl.fcntl(w, 1031, 4096)  # F_SETPIPE_SZ
p = subprocess.Popen([sys.argv[1], 'export', '--format', 'csv', sys.argv[2]], stdout=w)
os.close(w)
time.sleep(1)
while chunk := os.read(r, 1 << 16):
    sys.stdout.buffer.write(chunk)
sys.exit(p.wait())
END
    check "non-blocking: 0 and all of it ($(head -c 200 err))" cmp slow whole
    check 'non-blocking: it was more than the pipe holds' test "$(wc -c <whole)" -gt 4096
fi

# --- places that are none, or lead elsewhere; as somebody who may not write, where this test can become one
run=$(echo r/2*)
mkdir elsewhere
ln -s /etc/passwd elsewhere/.lock
# shellcheck disable=SC2086
expect 8 'E-STORE.*\.lock.*(symbolic links|loop)' run $TINY --results elsewhere
rm -rf r2 && cp -r r r2
two=$(echo r2/2*)
rm -rf "$two/report" && mkdir outside && ln -s "$work/outside" "$two/report"
expect 8 '' report "$two" --gnuplot /nonexistent
check 'a link in the run leads nowhere' test -z "$(ls outside)"
rm -rf r2 && cp -r r r2
mkdir -p "$two/report" && rm -rf "$two/report/plots" && ln -s "$work/outside" "$two/report/plots"
expect 8 '' report "$two" --gnuplot /nonexistent
check 'a link for report/plots leads nowhere' test -z "$(ls outside)"
# A run that was killed is gone on with where its files are, and not where somebody has led them.
for name in trials.jsonl hist; do
    rm -rf r2 led && cp -r r r2
    rm "$two/SHA256SUMS" && sed -i 's/"status": "complete"/"status": "running"/' "$two/run.json"
    sed -i '$d' "$two/trials.jsonl" # there is something to go on with
    mv "$two/$name" led && ln -s "$work/led" "$two/$name"
    find led -type f -exec sh -c 'printf "{\"half" >>"$1"' sh {} \; # and something to put right
    find led -type f -exec cat {} + >before
    status=0
    "$QUINTET" run --resume "$two" --quiet --no-report >out 2>err || status=$?
    check "a link for $name: 8 or 9 (got $status: $(head -c 200 err))" test $status -eq 8 -o $status -eq 9
    find led -type f -exec cat {} + >after
    check "a link for $name: what it leads to is not touched" cmp -s before after
done
hist=$(echo "$run"/hist/*)
for evidence in "$run/trials.jsonl" "$run/run.json" "$run/../${run#r/}/SHA256SUMS" "${hist%% *}"; do
    expect 2 'E-CLI-VALUE.: --copy: a run is rebuilt from' report "$run" --copy "$evidence" --gnuplot /nonexistent
    expect 8 'E-STORE.*a run is rebuilt from it' compare "$run" "$run" --json "$evidence"
done
expect 0 '' verify "$run"
expect 0 '' report "$run" --copy "$run/copy.md" --gnuplot /nonexistent # its own files may lie there, and be made anew
expect 0 '' report "$run" --copy "$run/copy.md" --gnuplot /nonexistent
rm "$run/copy.md"
expect 2 'E-CLI-VALUE.*no regular file' report "$run" --copy /dev/full --gnuplot /nonexistent
check '/dev/full is still a device' test -c /dev/full
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
    mkdir readonly && chmod 755 readonly && chmod 755 .
    cp "$QUINTET" ./as-nobody && chmod 755 as-nobody
    status=0
    # shellcheck disable=SC2086
    nobody ./as-nobody run $TINY --results readonly >out 2>err || status=$?
    check "read only: 8 before any trial (got $status: $(head -c 200 err))" test $status -eq 8
    check 'read only: says so' told 'E-STORE.*Permission denied'
    check 'read only: nothing there' test -z "$(ls -A readonly)"
    status=0
    nobody ./as-nobody report "$run" --gnuplot /nonexistent >out 2>err || status=$?
    check "a report where one may not write: 8 (got $status)" test $status -eq 8
    status=0
    nobody ./as-nobody verify "$run" >out 2>err || status=$?
    check "verify only reads (got $status)" test $status -eq 0
fi

# --- a run never writes into an older one: each has a directory of its own, even in the same second
rm -rf r
for _ in 1 2 3; do
    # shellcheck disable=SC2086
    "$QUINTET" run $TINY --results r --no-report >out 2>err &
    wait $!
done
check 'three runs, three directories' test "$(echo r/2* | wc -w)" -eq 3

# --- direct I/O where the file system has no disk below it: a sentence, and never a buffered number under that name
if [ -d /dev/shm ] && [ "$(stat -f -c %T /dev/shm)" = tmpfs ]; then
    shm=$(mktemp -d /dev/shm/quintet-test-XXXXXX)
    expect 77 '' run --profile smoke --blocks 1 --workload file_random_read --param file_random_read.mode=direct \
        --param file_random_read.reads=64 --strategy serial,coroutines --in-flight 2 --no-report --quiet --results "$shm"
    check 'direct I/O on tmpfs gives no number' sh -c '! grep -q "\"end\":\"ok\"" "$0"/2*/trials.jsonl' "$shm"
    check 'but a sentence' grep -q 'tmpfs' "$shm"/2*/trials.jsonl
    if command -v strace >/dev/null && strace -o /dev/null -e trace=none true 2>/dev/null; then
        # A trial without a number is a line as well, and is kept.
        rm -rf "$shm"/2*
        strace -o trace -e trace=fdatasync -e inject=fdatasync:error=EIO:when=1 "$QUINTET" run --profile smoke --blocks 1 --quiet \
            --no-report --workload file_random_read --param file_random_read.mode=direct --strategy serial --in-flight 1 \
            --results "$shm" >out 2>err
        check "what is kept without a good trial ($(head -c 200 err))" told "E-STORE.*Input/output error. Kept: $shm/2"
    fi
    rm -rf "$shm"
fi

finish
