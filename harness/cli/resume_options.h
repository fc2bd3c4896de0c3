/* SPDX-License-Identifier: Apache-2.0 */
/* run --resume: a run goes on with the options that it has. What is given besides must not contradict them. */
#ifndef QUINTET_CLI_RESUME_OPTIONS_H
#define QUINTET_CLI_RESUME_OPTIONS_H

#include "cli/options.h"

#include <jansson.h>

/*
 * Hold the given options against those of the run, which are in its run.json (`run`). `merged` is what to go on with:
 * the given options, with the run's own timeout, budget and precision. The names of those that differ are put into
 * `differing`, "--blocks, --seed", which stays "" if none does. 0, or EXIT_CORRUPT after a message: the stored command
 * line is none. Pointers in `merged` are into the arguments of both and `run`.
 */
int resume_options(struct options *merged, const struct options *given, const json_t *run, char *differing, size_t len);

#endif
