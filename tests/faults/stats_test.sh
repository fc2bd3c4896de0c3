#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `quintet stats`: the numbers (computed elsewhere), and what it says to files that hold none.
# Usage: stats_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
told() { grep -Eq "$1" out; }

cat >ab.csv <<'END'
# block i of one belongs to block i of the other
A,B,C
10.2,9.7,10
10.4,9.9,10.5
10.1,9.6,10.2
10.9,10.6,10.8
10.3,9.9,10.4
10.2,9.8,10.1
13.7,12.6,13
10.5,10.1,10.7
10.0,9.9,10
10.6,10.0,10.6
10.3,9.7,10.2
END

expect 0 '' stats --paired ab.csv
check 'median and exact interval' told '^A +11 +10\.3 \[10\.1, 10\.9\] +10\.655'
check 'paired ratio, its interval and verdict' told '^B +11 +0\.95192 \[0\.94175, 0\.97248\] +faster'
check 'Hodges-Lehmann beside it' told 'HL 0\.95572 \[0\.94257, 0\.9668\]'
check 'equals are called equal' told '^C .*equivalent'
expect 0 '' stats ab.csv
check 'unpaired: Mann-Whitney' told '^B +11 .*p 0\.00929'
expect 0 '' stats --paired --higher-is-better --baseline B ab.csv
check 'another baseline, another direction' told '^A .*faster'
expect 0 '' stats --json - --paired ab.csv
check 'JSON holds the exact signed-rank p' told '"wilcoxon_p": 0\.0009765625'
check 'JSON and nothing else' sh -c 'head -c1 out | grep -q "{"'

# Several files, blanks as separators, gaps, standard input.
printf '1 2\n3 4\n5 6\n' >blanks
printf '1,,3\n2,5,\n' >gaps
expect 0 '' stats blanks gaps
check 'columns are named after their file' told '^gaps:2 +1 '
printf '5\n5\n5\n5\n5\n5\n5\n' | { expect 0 '' stats -; }
check 'equal values are no error' told '^stdin:1 +7 +5 \[5, 5\]'
printf 'a b\n1 2\n2 3\n3 4\n' >few
expect 0 '' stats --paired few
check 'too few for an interval is said' told 'not comparable.*too few'
printf 'a b\n1 0\n2 3\n' >zero
expect 0 '' stats --paired zero
check 'no ratio to zero' told 'not comparable.*without a logarithm'

printf '1 2\n3 x\n' >word
expect 3 'word: line 2: "x" is no finite number' stats word
printf '1\nnan\n' >nan
expect 3 'line 2: "nan"' stats nan
printf '1\n1e999\n' >huge
expect 3 'line 2: "1e999"' stats huge
printf '1e999\n1\n2\n' >first # is no name of a column either
expect 3 'line 1: "1e999"' stats first
printf 'nan\n1\n2\n' >first
expect 3 'line 1: "nan"' stats first
printf '1\0002\n3\n' >nul # what stands behind it is not dropped
expect 3 'line 1: a NUL byte' stats nul
expect 3 'line 1: longer than 1048576 bytes' stats /dev/zero
seq 65 | tr '\n' ' ' >wide
expect 3 'more than 64 columns' stats wide
printf '1 2\n1 2 3\n' >ragged
expect 3 'line 2: more fields' stats ragged
: >empty
expect 3 'there are no numbers' stats empty
expect 3 'Is a directory' stats .
expect 3 'No such file' stats nowhere
expect 2 'no column' stats --baseline Z ab.csv
expect 2 'want a number above 0' stats --margin -1 ab.csv

finish
