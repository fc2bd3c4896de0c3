#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scripts/gdb/coroutines.py on example_hello_sleep, stopped in the middle of the system call in which it waits: what is
# listed, what is seen of a parked coroutine, and that the program goes on afterwards as if nothing had been.
# Usage: gdb_test.sh SOURCE_DIR DIRECTORY_OF_THE_PROGRAMS        77: no gdb with Python here, or it may not trace
set -u
source=$1
program=$2/example_hello_sleep
. "$(dirname "$0")/../lib.sh"

gdb -nx -batch -ex 'python print("python")' -ex run -ex 'print $_exitcode' /bin/true >"$work/out" 2>&1
grep -q '^python' "$work/out" && grep -q '= 0$' "$work/out" || exit 77

cat >"$work/commands" <<END
set pagination off
handle SIGINT stop print nopass
source $source/scripts/gdb/coroutines.py
break greet if worker_here->live_count > 2
run
delete
python import os, signal, threading
python threading.Timer(0.4, os.kill, (gdb.selected_inferior().pid, signal.SIGINT)).start()
continue
coroutines
coroutine 1 bt
coroutine 0 frame function scope_join
python
try:
    gdb.execute("coroutine 99")
except gdb.error as error:
    print(error)
end
continue
END
told() { grep -Eq "$1" "$work/out"; }
interrupted_where_it_waits() { # it may be stopped too soon or too late, but hardly again and again
    for _ in 1 2 3 4; do
        timeout -k 5 60 gdb -nx -batch -x "$work/commands" "$program" >"$work/out" 2>&1
        told '^ +1 +CORO_WAIT_TIMER ' && told '^ +2 +CORO_WAIT_TIMER ' && return
    done
    cat "$work/out"
    return 1
}
check 'two sleepers are listed' interrupted_where_it_waits
check 'and who waits for them' told '^ +0 +CORO_WAIT_SCOPE +0 +[0-9]+$'
check 'a backtrace from the switch' told '^#0 .* at .*switch\.[hS]:[0-9]+$'
check '... through the program' told '^#[0-9]+ .* in greet \('
check '... to the end of the stack' told '^#[0-9]+ .* in coro_(entry|call) \(\)'
check 'any command' told '^#[0-9]+ .* in scope_join \('
check 'an id that does not exist is said' told '^coroutine 99 is not there'
check 'the program goes on' told '^1\.[0-9] s$'
check '... to its end' told 'exited normally'
finish
