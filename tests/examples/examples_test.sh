#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The example programs: status 0, nothing on standard error, and exactly the words below on standard output.
# Usage: examples_test.sh DIRECTORY_OF_THE_PROGRAMS
set -u
examples=$1
. "$(dirname "$0")/../lib.sh"

# The lines of $work/out against those of $work/want, each a regular expression for the whole line.
as_wanted() {
    [ "$(wc -l <"$work/out")" -eq "$(wc -l <"$work/want")" ] || { cat "$work/out"; return 1; }
    while IFS= read -r want && IFS= read -r got <&3; do
        printf '%s\n' "$got" | grep -Eqx -e "$want" || { printf 'got "%s", want /%s/\n' "$got" "$want"; return 1; }
    done <"$work/want" 3<"$work/out"
}

# says NAME [ARGUMENT]: runs the example once; what it must print stands on standard input.
says() {
    cat >"$work/want"
    QUINTET=$examples/example_$1
    shift
    expect 0 '' "$@"
    check "${QUINTET##*/} $*: standard error is empty" test ! -s "$work/err"
    check "${QUINTET##*/} $*: standard output" as_wanted
}

says fibonacci_generator <<'END'
0
1
1
2
3
5
8
13
21
34
55
89
the generator was closed at 89
END

says pool_of_two <<'END'
2 workers
submit: 144
map: 0 1 4 9 16 25 36 49
after shutdown: no more jobs
END

# With a loop: on whatever the machine has best, and on epoll, which every machine has.
for backend in '' epoll; do
    says hello_sleep $backend <<'END'
Hello \.\.\.
Hello \.\.\.
\.\.\. World!
\.\.\. World!
1\.[0-9] s
END

    says run_until_complete $backend <<'END'
done before the loop runs: no
What do you get if you multiply six by seven\?
done afterwards: yes
42
END

    says fetch_as_completed $backend <<'END'
http://c\.test/120-bytes-after-0-ms: 120 bytes
http://b\.test/no-such-page: error: No such file or directory
http://d\.test/1500-bytes-after-200-ms: 1500 bytes
http://a\.test/3000-bytes-after-300-ms: 3000 bytes
END
done

finish
