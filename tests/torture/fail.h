/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the wrappers of fail_calls.c ask before they call on: shall this call fail? See fail.c for how it is told.
 */
#ifndef QUINTET_TESTS_TORTURE_FAIL_H
#define QUINTET_TESTS_TORTURE_FAIL_H

#include <stdbool.h>

/* Count one call of the function `name` and tell whether it is the one that shall fail. Any thread; any process that a
 * tortured one forks shares the counts. */
bool fail_here(const char *name);

#endif
