# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# For the black-box tests: run the program, look at status, words and files. Closes with "N passed, N failed".

passed=0
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/quintet-test-XXXXXX")
trap 'rm -rf "$work"' EXIT

ok() {
    passed=$((passed + 1))
}

not_ok() {
    failed=$((failed + 1))
    printf 'FAILED %s\n' "$*"
}

check() { # check "what" COMMAND...: the command must succeed
    what=$1
    shift
    if "$@"; then ok; else not_ok "$what"; fi
}

# expect STATUS 'regexp on stderr' ARGUMENTS...: runs the program once; $work/out and $work/err keep what it said
expect() {
    want=$1
    pattern=$2
    shift 2
    status=0
    timeout -k 5 60 "$QUINTET" "$@" >"$work/out" 2>"$work/err" || status=$?
    if [ "$status" -ne "$want" ]; then
        not_ok "quintet $*: status $status, want $want: $(head -c 300 "$work/err")"
    elif [ -n "$pattern" ] && ! grep -Eq -e "$pattern" "$work/err"; then
        not_ok "quintet $*: stderr does not match /$pattern/: $(head -c 300 "$work/err")"
    else
        ok
    fi
}

finish() {
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
