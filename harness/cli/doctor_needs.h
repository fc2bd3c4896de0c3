/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan would need of this machine, as facts for the doctor. */
#ifndef QUINTET_CLI_DOCTOR_NEEDS_H
#define QUINTET_CLI_DOCTOR_NEEDS_H

#include "run/plan.h"

/*
 * Add plan.* to the manifest, each with the cell that needs most as its source:
 *   carriers_count     threads or processes at once: the lanes of the cell's strategy
 *   descriptors_count  two for each task in flight (both ends of a pipe, of which two tasks share two), and 64
 *   memory_bytes       all data sets, 512 KiB for each carrier (stacks, page tables, private pages of a forked process)
 *                      and 64 MiB
 *   disk_bytes         all data sets, and 8 KiB for each trial (journal, histograms, report)
 *   connections_count, connections_at_once_count
 */
void doctor_needs_add(json_t *manifest, const struct plan *plan);

/* Bytes on the disk of the data set that this cell reads; 0 where it reads none. */
uint64_t doctor_data_set_bytes(const struct cell *cell);

#endif
