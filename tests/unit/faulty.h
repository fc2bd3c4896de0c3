/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that fail when a test says so: a full disk, an interrupted read, no memory. The linker sends the calls of the
 * sources under test here (quintet_faulty() in tests/CMakeLists.txt); those inside of libraries are not touched. What
 * malloc() gave is followed by a few bytes that free() looks at: who wrote past the end is aborted.
 */
#ifndef QUINTET_TESTS_FAULTY_H
#define QUINTET_TESTS_FAULTY_H

#include <stdbool.h>
#include <stddef.h>

enum faulty_call {
    FAULTY_MALLOC,
    FAULTY_REALLOC,
    FAULTY_READ,
    FAULTY_PREAD,
    FAULTY_WRITE,
    FAULTY_FSTAT,
    FAULTY_FTRUNCATE,
    FAULTY_CLOSE,     /* closes, and fails */
    FAULTY_COOKIE,    /* fopencookie() */
    FAULTY_MEMSTREAM, /* open_memstream() */
    FAULTY_FCLOSE,    /* closes, and fails */
    FAULTY_DIGEST,    /* the EVP functions, in the order of their calls */
    FAULTY_CALLS
};

/* The n-th of the calls to come, from 1, fails with this errno. */
void faulty_fail(enum faulty_call call, unsigned nth, int error);

/* The n-th of the calls to come moves no more than so many bytes: read, pread and write only. */
void faulty_short(enum faulty_call call, unsigned nth, size_t bytes);

/* Nothing more fails. True if everything that was planned has come to pass. */
bool faulty_end(void);

#endif
