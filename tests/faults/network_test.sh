#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Strangers at the origin's door while trials fetch from it (docs/faults.md: N1-N5; what the origin makes of every kind
# of bytes: tests/unit/origin_test.c). Usage: network_test.sh QUINTET
set -u
QUINTET=$1
. "$(dirname "$0")/../lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || skip 'needs python3 for clients that misbehave'

cat >strangers.py <<'END'
"""Find the origins below the process given, and misbehave at them until that process has ended."""
import os, random, re, socket, struct, sys, time

def below(pid):
    for task in os.listdir(f'/proc/{pid}/task'):
        try:
            children = open(f'/proc/{pid}/task/{task}/children').read().split()
        except OSError:
            continue
        for child in children:
            yield int(child)
            yield from below(int(child))

def ports(pid):
    for process in list(below(pid)):
        try:
            if open(f'/proc/{process}/comm').read() != 'quintet-origin\n':
                continue
            inodes = {os.readlink(f'/proc/{process}/fd/{fd}') for fd in os.listdir(f'/proc/{process}/fd')}
        except OSError:
            continue
        for line in open('/proc/net/tcp'):
            words = line.split()
            if words[3] == '0A' and f'socket:[{words[9]}]' in inodes:
                address, port = words[1].split(':')
                yield address, int(port, 16)

def misbehave(port, how):
    s = socket.create_connection(('127.0.0.1', port), timeout=1)
    if how == 0:
        s.sendall(b'GET /1 HTTP/1.1\r\n')                    # never goes on; and a reset
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    elif how == 1:
        s.sendall(random.randbytes(2000))
    elif how == 2:
        for byte in b'GET /7 HTTP/1.1\r\nHost: x\r\n\r\n':   # byte by byte
            s.sendall(bytes([byte]))
    elif how == 3:
        s.shutdown(socket.SHUT_WR)                           # half closed
    elif how == 4:
        s.sendall(b'GET /1 HTTP/1.1\r\nX: ' + b'a' * 100000 + b'\r\n\r\n')
    elif how == 5:
        s.sendall(b'POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n')
    else:
        return s                                             # keeps its connection
    try:
        s.recv(100)
    except OSError:
        pass
    s.close()

harness, kept, visits, addresses = int(sys.argv[1]), [], 0, set()
while os.path.exists(f'/proc/{harness}/exe') and open(f'/proc/{harness}/stat').read().split(')')[1].split()[0] != 'Z':
    try:
        found = list(ports(harness))
    except OSError:
        break
    for address, port in found:
        addresses.add(address)
        try:
            kept.append(misbehave(port, visits % 7))
            visits += 1
        except OSError:
            pass
    kept = kept[-20:]
    time.sleep(0.005)
print(visits, ' '.join(sorted(addresses)))
END

for case in serial/1 threads/1 coroutines/1 coroutines_epoll/1 threads/3 coroutines/3; do
    strategy=${case%/*} servers=${case#*/}
    rm -rf results
    "$QUINTET" run --profile smoke --blocks 5 --workload fetch_many --strategy "$strategy" --in-flight 8 --no-report --quiet \
        --param fetch_many.urls=400 --param "fetch_many.servers=$servers" --param fetch_many.latency_ns=5000000 >out 2>err &
    pid=$!
    timeout 100 python3 strangers.py $pid >visits
    status=0
    wait $pid || status=$?
    check "$case: status 0 (got $status: $(head -c 200 err))" test "$status" -eq 0
    check "$case: every trial is good, and has its own pages" sh -c '! grep -vq "\"end\":\"ok\"" results/2*/trials.jsonl'
    check "$case: there were strangers" test "$(cut -d' ' -f1 visits)" -ge 3
    check "$case: it listens on the loopback interface only" test "$(cut -d' ' -f2- visits)" = 0100007F
    check "$case: nothing is left" nothing_left
done

# N1: every port that could be one's favourite is taken: the kernel picks a free one, and two runs do not meet.
for i in 1 2; do
    timeout 100 "$QUINTET" run --profile smoke --blocks 2 --workload fetch_many --strategy threads,coroutines --in-flight 4 --no-report \
        --quiet --results "results-$i" >"out-$i" 2>"err-$i" &
    eval "pid_$i=$!"
done
for i in 1 2; do
    status=0
    eval "wait \$pid_$i" || status=$?
    check "two runs at once, number $i: 0 (got $status: $(head -c 200 "err-$i"))" test "$status" -eq 0
done
check 'two runs at once: nothing is left' nothing_left
finish
