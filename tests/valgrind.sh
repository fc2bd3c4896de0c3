#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The contract under valgrind's memcheck, for a bounded part of it: a workload that reads files under the strategies, and
# the commands that read and write results. valgrind.sh QUINTET. A trial that memcheck has a word about prints to stderr,
# which the selftest rejects; everything else by --error-exitcode.
set -u
QUINTET=$1
. "$(dirname "$0")/lib.sh"
cc -D_GNU_SOURCE -shared -fPIC -o "$work/spawn.so" "$(dirname "$0")/valgrind_spawn.c" -ldl || exit 2
memcheck() { # what it has to say goes into a file for each process; that it had something shows in the exit status
    rm -f "$work"/memcheck.*
    LD_PRELOAD="$work/spawn.so" QUINTET_PROGRAM="$QUINTET" valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --trace-children=yes '--trace-children-skip=*gnuplot*' \
        --max-stackframe=8388608 --log-file="$work/memcheck.%p" "$@"
}
found() { # its words about errors, cut to a screen
    grep -h '^==' "$work"/memcheck.* 2>/dev/null | head -40
}
export HWLOC_COMPONENTS=-x86 # cpuid does not tell the truth there, and hwloc says so on stderr
# Not prefork, which waits for its workers by pidfd_open(), and not coroutines over io_uring, which never sees its first
# completion: valgrind 3.19 knows neither well enough. coroutines_epoll is the same runtime.
for strategy in ${STRATEGIES:-serial threads threads_static pool pool_steal processes coroutines_epoll}; do
    memcheck "$QUINTET" selftest --strategy "$strategy" --workload hash_tree --quiet >"$work/out" 2>&1
    status=$?
    case $status in
    0 | 77) ok ;;
    *) not_ok "selftest of $strategy: status $status: $(head -c 600 "$work/out") $(found)" ;;
    esac
done
memcheck "$QUINTET" run --profile smoke --strategy serial,processes --workload hash_tree --blocks 1 --in-flight 2 \
    --param hash_tree.files=24 --timeout 300 --results "$work/results" --gnuplot /nonexistent --quiet >"$work/out" 2>&1
check "run: $(head -c 400 "$work/out") $(found)" test $? -eq 0
for command in report verify 'export --format csv'; do
    # shellcheck disable=SC2086
    memcheck "$QUINTET" $command "$work"/results/2* >"$work/out" 2>&1
    check "$command: $(head -c 400 "$work/out") $(found)" test $? -eq 0
done
finish
