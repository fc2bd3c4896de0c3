/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of messages: what is written to stderr between listen_begin() and listen_end(), in `told`, to be freed. */
#ifndef QUINTET_TESTS_LISTEN_H
#define QUINTET_TESTS_LISTEN_H

#include <stdio.h>

static FILE *real_stderr;
static char *told;
static size_t told_len;

static void listen_begin(void)
{
    fflush(stderr);
    real_stderr = stderr;
    stderr = open_memstream(&told, &told_len);
    cr_assert(stderr);
}

static void listen_end(void)
{
    fclose(stderr);
    stderr = real_stderr;
}

#endif
