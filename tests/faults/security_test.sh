#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What SECURITY.md promises, from outside: no root, no shell, loopback only, stored results are not believed, nothing is
# written elsewhere, no word about who and where. Usage: security_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
small='run --profile smoke --blocks 1 --strategy serial,processes,coroutines_epoll --workload fetch_many,hash_tree
    --in-flight 2 --param fetch_many.urls=16 --param hash_tree.files=16 --gnuplot /nonexistent --quiet'

# --- no root, no shell ------------------------------------------------------------------------------------------------
if [ "$(id -u)" = 0 ]; then
    mkdir theirs && chmod 777 theirs && chmod 755 "$work"
    cp "$QUINTET" program && chmod 755 program
    # shellcheck disable=SC2086
    (cd theirs && setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs "$work/program" $small) >out 2>err
    check "a run as nobody: $(head -c 300 err)" test $? -eq 0
    check 'and it has all its trials' test "$(good_count theirs/results/2*/trials.jsonl)" -ge 4
else
    ok # whoever runs this test is nobody special
fi
nm -D --undefined-only "$QUINTET" >symbols
for name in system popen wordexp execlp execvp setuid seteuid setgid setreuid setresuid dlopen; do
    check "$name() is not called" sh -c "! grep -qw '$name' symbols"
done
check 'the check sees symbols' grep -qw posix_spawn symbols

# --- what it starts, and whom it talks to -----------------------------------------------------------------------------
if command -v strace >/dev/null && strace -f -o trace true 2>/dev/null; then
    # shellcheck disable=SC2086
    LSAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace -e trace=execve,bind,connect,sendto,openat "$QUINTET" $small \
        >out 2>err
    check "a run under strace: $(head -c 300 err)" test $? -eq 0
    check 'it is seen to start its trials' grep -q 'execve("/proc/self/exe"' trace
    grep 'execve(' trace | grep -vE '"/proc/self/exe"|"/nonexistent"|"'"$QUINTET"'"|resumed' >others
    check "nothing else is started: $(head -2 others)" test ! -s others
    grep -E '(bind|connect)\(' trace | grep 'sa_family=' | grep -vE 'AF_UNIX|inet_addr\("127\.0\.0\.1"\)' >others
    check "nobody but 127.0.0.1 is talked to: $(head -2 others)" test ! -s others
    check 'and it is' grep -q 'inet_addr("127.0.0.1")' trace
    grep -E 'openat\(.*"/(proc/sys|sys)/.*(O_WRONLY|O_RDWR)' trace >others
    check "no setting of the machine is touched: $(head -2 others)" test ! -s others
else
    # shellcheck disable=SC2086
    "$QUINTET" $small >out 2>err
    echo 'strace cannot be used here: system calls were not looked at'
fi
run=$(echo results/2*)
check 'there is a run to go on with' test -f "$run/REPORT.md"

# --- privacy ----------------------------------------------------------------------------------------------------------
for secret in "$(uname -n)" "$work" "${HOME:-/nohome}/" "$(id -un)@"; do
    [ ${#secret} -lt 5 ] && continue # a word as short is in every text ("vm")
    check "no file says $secret" sh -c "! grep -rqF '$secret' '$run'"
done
check 'no address of a network card' sh -c "! grep -qiE '([0-9a-f]{2}:){5}[0-9a-f]{2}' '$run/env.json'"
check 'no serial number, no machine id' sh -c "! grep -qiE 'serial|machine.id|boot_id|uuid' '$run/env.json'"

# --- stored results are not believed ----------------------------------------------------------------------------------
hostile() { rm -rf hostile && cp -r "$run" hostile && rm hostile/SHA256SUMS; }
for name in '../../evil' 'a`b' "a'b" '<b>' 'a b' '' "$(printf '%070d' 0)"; do
    hostile
    sed -i "s|\"hash_tree\"|\"$name\"|g" hostile/plan.json
    expect 9 'E-CORRUPT' report hostile
done
hostile
sed -i 's|"v": "[^"]*"|"v": "<script>alert(1)</script> ![x](http://x.invalid) `id` \|"|' hostile/env.json
expect 0 '' report hostile --gnuplot /nonexistent
check 'a fact is no markup' sh -c "! grep -q '<script' hostile/REPORT.md && ! grep -qF '![x](' hostile/REPORT.md"
check 'but it is there, as words' grep -q 'script&gt;' hostile/REPORT.md

# A file that is a link is neither followed nor replaced: the report refuses; a journal that is one is refused, too.
hostile
echo precious >victim
rm hostile/REPORT.md hostile/summary.json
ln -s ../victim hostile/REPORT.md
ln -s ../victim hostile/summary.json
expect 8 'E-STORE' report hostile --gnuplot /nonexistent
check 'what a link points at is left alone' grep -qx precious victim
check 'and so is the link' test -L hostile/summary.json
hostile
mv hostile/trials.jsonl elsewhere && ln -s ../elsewhere hostile/trials.jsonl
expect 9 '' report hostile --gnuplot /nonexistent
hostile
rm hostile/trials.jsonl && mkfifo hostile/trials.jsonl
expect 9 '' report hostile --gnuplot /nonexistent

finish
