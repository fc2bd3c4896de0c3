/* SPDX-License-Identifier: Apache-2.0 */
/* The other sides. Each returns -ENOPKG where this machine, or this build, has no such peer. */
#ifndef QUINTET_TESTS_BENCH_PEERS_H
#define QUINTET_TESTS_BENCH_PEERS_H

#include "bench.h"

/* What two contexts do that take turns (body.h). */
enum body_kind { BODY_EMPTY, BODY_REGISTERS, BODY_MEMORY };
struct body {
    enum body_kind kind;
    bool two_copies; /* the second flow runs functions of its own */
};

/* Two contexts take turns; the unit is one switch. arg: const struct body *. */
bench_measure_fn peer_fcontext_measure; /* boost.context's jump_fcontext() */
bench_measure_fn peer_ucontext_measure; /* swapcontext() */

/* A plain call through a pointer. */
bench_measure_fn peer_call_measure;

/* arg: the name of what the Go program is to do (peer_go/main.go). It runs on call->cpus CPUs. */
bench_measure_fn peer_go_measure;

/* The same in a Go process of its own, which ends with the measurement. */
bench_measure_fn peer_go_measure_apart;

/* End the Go processes that peer_go_measure() keeps, and wait for them. */
void peer_go_close(void);

#endif
