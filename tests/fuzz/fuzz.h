/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets share. Each is one file with LLVMFuzzerTestOneInput(); it is linked with clang's libFuzzer, or
 * with replay.c, which gives it the files that are named to it: every corpus file is a regression test of every build.
 */
#ifndef QUINTET_TESTS_FUZZ_H
#define QUINTET_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A promise that was broken ends the process, as a crash would. */
#define FUZZ_REQUIRE(condition)                                                                                        \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition);                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* The input's parts, between NUL bytes: up to `max` texts, each NUL-terminated, in memory of their own that ends with
 * the last one. Free the return value; *n texts in `out`. */
char *fuzz_texts(const uint8_t *data, size_t len, char **out, unsigned max, unsigned *n);

/* A directory in memory where that is to be had, made once; removed at the end of a process that ends well. */
const char *fuzz_directory(void);

#endif
