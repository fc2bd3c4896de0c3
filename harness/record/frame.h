/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a document crosses the pipe between the harness and a trial: magic, length, checksum, bytes. A trial that dies in
 * the middle, prints into the wrong descriptor or sends half a record is told from one that has finished.
 */
#ifndef QUINTET_RECORD_FRAME_H
#define QUINTET_RECORD_FRAME_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_LIMIT_BYTES = 16 << 20 };

struct frame_header {
    char magic[8]; /* "QUINTET1" */
    uint64_t length_bytes;
    uint64_t checksum; /* FNV-1a 64 of the payload */
};

/* Write one JSON document as a frame to fd (blocking). 0 or -errno. */
int frame_write(int fd, const json_t *json);

/* Read exactly one frame and require end-of-file after it (blocking). New reference; 0, -errno or -EBADMSG. */
int frame_read(int fd, json_t **out);

/* The same from memory: bytes collected by a poll loop. */
int frame_parse(const char *bytes, size_t len, json_t **out);

#endif
