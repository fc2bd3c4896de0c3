/* SPDX-License-Identifier: Apache-2.0 */
/* The other sides. Each returns -ENOPKG where this machine, or this build, has no such peer. */
#ifndef QUINTET_TESTS_BENCH_PEERS_H
#define QUINTET_TESTS_BENCH_PEERS_H

#include "bench.h"
#include "peer_process.h"

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

/* Programs for peer_process_measure() (peer_process.h). */
extern struct peer_program peer_go;
extern struct peer_program peer_tbb;
extern struct peer_program peer_omp, peer_omp_default; /* waiting threads spin; as it comes */
extern struct peer_program peer_uv;
extern struct peer_program peer_lace;

#endif
