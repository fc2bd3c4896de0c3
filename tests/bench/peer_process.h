/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers that are programs of their own: another language, or a library whose threads must not live in this process.
 *
 * Such a program reads lines "job n", does n units of that job, answers each with one line, what they took, and ends
 * with its input. One process per number of CPUs is kept, bound like the caller when it is first asked. It must sleep
 * while others are measured. Whether it does is not believed but looked at, twice: after each answer, until all of its
 * threads sleep (peer_process_measure), and by its CPU time over each measurement of ours (peer_processes_cpu_ns).
 */
#ifndef QUINTET_TESTS_BENCH_PEER_PROCESS_H
#define QUINTET_TESTS_BENCH_PEER_PROCESS_H

#include "bench.h"

#include <sys/types.h>
#include <time.h>

struct peer_process {
    pid_t pid; /* 0: not running */
    clockid_t cpu_clock;
    FILE *to, *from;
};

/* value NULL: the number of CPUs, in digits. */
struct peer_setting {
    const char *name, *value;
};

enum { PEER_SETTINGS_MAX = 3 };

struct peer_program {
    const char *file; /* lies beside this program */
    bool built;       /* false: its compiler or its library was not found */
    struct peer_setting environment[PEER_SETTINGS_MAX];
    struct peer_process kept[2]; /* on one CPU; on all */
};

/* The argument of the two functions below. */
struct peer_job {
    struct peer_program *program;
    const char *name;
};

/* Have the program do call->n units. arg: const struct peer_job *. -ENOPKG: not built; -EPROTO: it failed, and has said
 * why on standard error; -ETIMEDOUT: no answer within minutes, it has been killed. */
bench_measure_fn peer_process_measure;

/* The same in a process of its own, which ends with the measurement. */
bench_measure_fn peer_process_measure_apart;

/* The peer's part of a row. */
#define PEER_PROCESS(name, program, job, quantum_)                                                                     \
    .peer_name = (name), .peer = {.measure = peer_process_measure,                                                     \
                                  .arg = &(const struct peer_job){&(program), (job)},                                  \
                                  .quantum = (quantum_)}

/* CPU time that all kept processes have used so far. */
uint64_t peer_processes_cpu_ns(void);

/* End the kept processes, and wait for them. */
void peer_processes_close(void);

/* All programs, up to one without a file (peer_programs.c). */
extern struct peer_program *const peer_programs[];

#endif
