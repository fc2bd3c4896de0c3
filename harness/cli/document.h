/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON document on its way out: to standard output, or into a file. */
#ifndef QUINTET_CLI_DOCUMENT_H
#define QUINTET_CLI_DOCUMENT_H

#include <jansson.h>

/* Print it. 0, or the exit code after a message (NULL: there was no memory for it). Does not take over the reference.
 */
int document_print(const json_t *document);

/* Replace the file at `path` as a whole; what is there already must be a regular file, and none that a run is rebuilt
 * from. The same. */
int document_write(const json_t *document, const char *path);

/*
 * Before the work: can a file at `path`, the value of `option`, be made or replaced as a whole? What is there must be a
 * regular file and none that a run is rebuilt from, or nothing in a directory that can be written. 0, or the exit code
 * after a message.
 */
int document_can_write(const char *option, const char *path);

#endif
