#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The context switch in every form a compiler might make of it: gcc and clang, -O0 to -O3, with and without frame
# pointers, position-independent or not, link-time optimisation, unity build, and for aarch64 where a cross compiler and
# qemu-aarch64 are installed. Whatever is not installed is named, not passed over.
# Usage: torture_test.sh SOURCE_DIR
set -u
source=$1
. "$(dirname "$0")/../lib.sh"

files="$source/tests/switch/torture.c $source/strategies/coroutine/switch.c $source/strategies/coroutine/stack.c
    $source/strategies/coroutine/generator.c $source/strategies/coroutine/switch.S"

torture() { # torture 'RUNNER' COMPILER FLAGS...
    runner=$1
    shift
    # shellcheck disable=SC2086 # $files and $runner are several words or none
    if ! "$@" -std=gnu11 -D_GNU_SOURCE -Wall -Werror -I"$source" -I"$source/harness" -I"$source/tests" $files -lpthread \
        -o "$work/torture" >"$work/log" 2>&1; then
        not_ok "$*: does not compile: $(head -c 300 "$work/log")"
    elif ! timeout -k 5 120 $runner "$work/torture" >"$work/log" 2>&1; then
        not_ok "$*: status $?: $(head -c 300 "$work/log")"
    else
        ok
    fi
}

found=
for compiler in gcc clang; do
    command -v $compiler >/dev/null || { echo "$compiler is not installed"; continue; }
    found=$compiler
    for level in -O0 -O1 -O2 -O3 -Os; do
        torture '' $compiler $level
        torture '' $compiler $level -fomit-frame-pointer -fPIC
    done
    torture '' $compiler -O2 -fno-omit-frame-pointer -no-pie
    torture '' $compiler -O2 -DQUINTET_SWITCH_OUTLINE
    torture '' $compiler -O3 -march=native
    torture '' $compiler -O2 -fstack-protector-strong -fstack-clash-protection
done
torture '' gcc -O2 -flto
torture '' gcc -O3 -flto -fwhole-program -march=native
command -v ld.lld >/dev/null && torture '' clang -O2 -flto -fuse-ld=lld

if command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64-static >/dev/null; then
    for level in -O0 -O2 -O3; do
        torture qemu-aarch64-static aarch64-linux-gnu-gcc -static $level
    done
    torture qemu-aarch64-static aarch64-linux-gnu-gcc -static -O2 -DQUINTET_SWITCH_OUTLINE
    torture qemu-aarch64-static aarch64-linux-gnu-gcc -static -O2 -mbranch-protection=standard
else
    echo 'aarch64: no cross compiler (gcc-aarch64-linux-gnu, libc6-dev-arm64-cross) or no qemu-user-static; not tried'
fi

# The test itself: a switch that forgets a register must be found.
if [ "$(uname -m)" = x86_64 ] && [ -n "$found" ]; then
    mkdir -p "$work/broken/strategies"
    cp -r "$source/strategies/coroutine" "$work/broken/strategies/"
    sed -i 's/"r12", //; s/"rbx", //; s/"xmm9", //' "$work/broken/strategies/coroutine/switch.h"
    # shellcheck disable=SC2086
    $found -std=gnu11 -D_GNU_SOURCE -O2 -I"$work/broken" -I"$source/harness" -I"$source/tests" $files -lpthread \
        -o "$work/broken/torture" 2>"$work/log" || not_ok "the broken switch does not compile"
    # Wrong sums, a crash, or a loop without end: all three have been seen.
    if timeout -k 5 10 "$work/broken/torture" >/dev/null 2>&1; then not_ok 'a forgotten register is not noticed'; else ok; fi
fi
finish
