#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The state diagrams of docs/ against the enums they draw: the same names, in both directions.
# Usage: states_test.sh SOURCE_DIR
set -u
source=$1
. "$(dirname "$0")/../lib.sh"

# The enumerators of `enum $1` in header $2, without what its comments mention.
of_header() {
    sed -n "/^enum $1 {/,/^};/p" "$2" | sed 's,/\*.*\*/,,' | grep -oE '[A-Z][A-Z0-9_]+' | sort
}

# The texts of class "state" in picture $1.
of_picture() {
    sed -n 's/.*<text class="state"[^>]*>\([^<]*\)<.*/\1/p' "$1" | sort
}

same() { # same ENUM HEADER PICTURE: lists what only one of them has
    of_header "$1" "$2" >"$work/header"
    of_picture "$3" >"$work/picture"
    test -s "$work/header" && diff "$work/header" "$work/picture" >"$work/diff" && return
    sed -n 's/^</only in the header:/p; s/^>/only in the picture:/p' "$work/diff"
    return 1
}

check 'enum coro_state' same coro_state "$source/strategies/coroutine/block.h" "$source/docs/coroutine-states.svg"
check 'enum future_state' same future_state "$source/strategies/coroutine/future.h" "$source/docs/future-states.svg"
check 'enum generator_state' same generator_state "$source/strategies/coroutine/generator.h" \
    "$source/docs/generator-states.svg"
for picture in "$source"/docs/*-states.svg; do
    check "${picture##*/} is shown" grep -q "(${picture##*/})" "$source/docs/coroutines.md"
done

# The check itself: one name more or less on either side must be found.
header=$source/strategies/coroutine/block.h
picture=$source/docs/coroutine-states.svg
sed 's/^    CORO_READY,/    CORO_READY, CORO_PLANTED,/' "$header" >"$work/more.h"
grep -v CORO_READY "$picture" >"$work/less.svg"
for pair in "$work/more.h $picture" "$header $work/less.svg" "$work/none.h $picture"; do
    # shellcheck disable=SC2086
    if same coro_state $pair >/dev/null 2>&1; then not_ok "a planted difference is not found: $pair"; else ok; fi
done

finish
