/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUINTET_CLI_REPRODUCE_TEXT_H
#define QUINTET_CLI_REPRODUCE_TEXT_H

#include "report/reproduce.h"

/* What became of the claims, for people, to stdout: counts, a row per workload, then every claim that was contradicted,
 * weaker or not testable. Those that were reproduced are counted only; `here_dir` is where all of them are. */
void reproduce_print(const struct reproduction *reproduction, const char *there_dir, const char *here_dir);

#endif
