/* SPDX-License-Identifier: Apache-2.0 */
/* Peers that are processes, and in which mode each runs. BENCH_HAVE_* come from CMakeLists.txt, 0 or 1. */
#include "peers.h"

#include <stddef.h>

/* No collection of garbage while it is measured. */
struct peer_program peer_go = {
    .file = "peer_go", .built = BENCH_HAVE_GO, .environment = {{"GOMAXPROCS", NULL}, {"GOGC", "off"}}};

/* oneTBB makes as many threads as its affinity allows. */
struct peer_program peer_tbb = {.file = "peer_tbb", .built = BENCH_HAVE_TBB};

/* Waiting threads spin, the documented mode for speed; and as it is if nobody says anything. */
struct peer_program peer_omp = {.file = "peer_omp",
                                .built = BENCH_HAVE_OMP,
                                .environment = {{"OMP_NUM_THREADS", NULL}, {"OMP_WAIT_POLICY", "active"}}};
struct peer_program peer_omp_default = {
    .file = "peer_omp", .built = BENCH_HAVE_OMP, .environment = {{"OMP_NUM_THREADS", NULL}}};

struct peer_program peer_uv = {
    .file = "peer_uv", .built = BENCH_HAVE_UV, .environment = {{"UV_THREADPOOL_SIZE", NULL}}};

struct peer_program peer_lace = {
    .file = "peer_lace", .built = BENCH_HAVE_LACE, .environment = {{"LACE_WORKERS", NULL}}};

struct peer_program *const peer_programs[] = {
    &peer_go, &peer_tbb, &peer_omp, &peer_omp_default, &peer_uv, &peer_lace, NULL,
};
