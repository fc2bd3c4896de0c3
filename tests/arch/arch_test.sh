#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The arrows between rooms, checked on what the compiler made of them.
# Usage: arch_test.sh SOURCE_DIR BUILD_DIR CC
set -u
source=$1
build=$2
cc=$3
QUINTET=$build/harness/cli/quintet
. "$(dirname "$0")/../lib.sh"

archive() { find "$build" -name "libquintet_$1.a" | head -1; }

# Undefined symbols of an archive that it does not define itself.
undefined() {
    nm -g "$1" 2>/dev/null | awk '$1 == "U" { want[$2] = 1 } $2 ~ /^[A-Z]$/ && $2 != "U" { have[$3] = 1 }
        END { for (s in want) if (!(s in have)) print s }'
}

# What a workload must not do itself: it would run under one strategy and lie under another. (clock_gettime is not in the
# list: it is measure/clock.h inlined, which workloads may read.)
forbidden='^(p?(read|write)(v2?)?(64)?|recv(from|msg)?|send(to|msg)?|open(at)?(64)?|creat|close|fsync|fdatasync|mmap(64)?|munmap|pipe2?|socket(pair)?|eventfd|accept4?|connect|bind|listen|p?poll|p?select|epoll_.*|u?sleep|nanosleep|clock_nanosleep|sched_yield|fork|vfork|clone|exec.*|posix_spawn.*|wait(pid|id)?|pthread_.*|thrd_.*|io_uring_.*|syscall|ioctl|fopen(64)?|fread|fwrite|s?printf|puts|signal|sigaction|kill|getenv|system|popen|time|gettimeofday|__errno_location|f?printf)(@.*)?$'

clean_of() { # clean_of ARCHIVE PATTERN
    ! undefined "$1" | grep -E "$2"
}

for room in measure contract workloads strategies record report run; do
    check "room $room was built" test -s "$(archive $room)"
done
check 'workloads ask only the context' clean_of "$(archive workloads)" "$forbidden"
check 'workloads know no strategy' clean_of "$(archive workloads)" '^(strategy_|coro_|task_loop)'
check 'strategies know no workload' clean_of "$(archive strategies)" '^workload_'
check 'report links no workload, strategy, context or ring' \
    clean_of "$(archive report)" '^(workload_|strategy_|ctx_|task_|env_|io_uring_|trial_execute|campaign_|pthread_create)'
check 'measure is pure: libc only' clean_of "$(archive measure)" '^(json_|hwloc_|io_uring_|pthread_create|fork|ctx_)'
check 'record does not run anything' clean_of "$(archive record)" '^(workload_|strategy_|ctx_|io_uring_|fork|posix_spawn)'
for room in measure contract workloads strategies record run; do
    check "only cli prints, not $room" clean_of "$(archive $room)" '^(v?printf|puts|putchar|perror|stdout)(@.*)?$'
done

# The checks themselves: something planted must be found.
printf 'int usleep(unsigned); int planted(void); int planted(void) { return usleep(1); }\n' >"$work/planted.c"
"$cc" -c "$work/planted.c" -o "$work/planted.o" && ar rc "$work/libplanted.a" "$work/planted.o"
check 'a planted usleep is found' sh -c "nm -g '$work/libplanted.a' | grep -q usleep"
if clean_of "$work/libplanted.a" "$forbidden" >/dev/null; then not_ok 'the symbol check catches nothing'; else ok; fi

# Includes across a forbidden arrow do not compile.
refused() { # refused ROOM HEADER
    printf '#include "%s"\n' "$2" >"$work/arrow.c"
    ! "$cc" -D_GNU_SOURCE -I"$build/view/$1" -fsyntax-only "$work/arrow.c" 2>/dev/null
}
allowed() {
    printf '#include "%s"\n' "$2" >"$work/arrow.c"
    "$cc" -D_GNU_SOURCE -I"$build/view/$1" -fsyntax-only "$work/arrow.c"
}
check 'workloads see the contract' allowed workloads contract/workload.h
check 'workloads do not see strategies' refused workloads strategies/coroutine/switch.h
check 'strategies do not see workloads' refused strategies workloads/registry.def
check 'workloads do not see run' refused workloads run/trial.h
check 'report does not see the contract' refused report contract/workload.h
check 'report does not see run' refused report run/trial.h
check 'record does not see the contract' refused record contract/ctx.h
check 'measure sees nothing else' refused measure record/journal.h

# Every workload and strategy file is registered, and every line has its file.
for kind in workload strategy; do
    case $kind in workload) dir=workloads ;; *) dir=strategies ;; esac
    upper=$(echo $kind | tr '[:lower:]' '[:upper:]')
    # shellcheck disable=SC2013 # names have no blanks
    for name in $(sed -n "s/^$upper(\(.*\))$/\1/p" "$source/$dir/registry.def"); do
        check "$dir/$name.c exists" test -f "$source/$dir/$name.c"
        check "$name is listed" sh -c "'$QUINTET' list | grep -q '^  $name '"
    done
    for file in "$source/$dir"/*.c; do
        name=$(basename "$file" .c)
        [ "$name" = registry ] && continue
        grep -q "const struct $kind ${kind}_$name\b" "$file" || continue # a helper file
        check "$name is in $dir/registry.def" grep -q "^$upper($name)$" "$source/$dir/registry.def"
    done
done

# The tests must also build where Criterion is not packaged.
for assertion in $(grep -rhoE '\bcr_(assert|expect)[a-z_]*' "$source/tests" --include='*_test.c' | sort -u); do
    check "tests/shim has $assertion" grep -qE "define $assertion\(" "$source/tests/shim/shim.h"
done

finish
