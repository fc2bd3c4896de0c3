/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a trial leaves below the harness, and who else is there.
 *
 * An exec keeps children: who began before the harness was one is none of its business, nor is what such a child leaves
 * when it ends (the harness is a subreaper, so orphans come home to it). All others below it are a trial's.
 */
#ifndef QUINTET_RUN_STRAYS_H
#define QUINTET_RUN_STRAYS_H

/* Once, early, from the only thread: become subreaper. 0 or -errno; -ENOTSUP: /proc does not show this process, so
 * nothing below it could be found. Takes 20 ms where there are children already. */
int strays_init(void);

/* Kill and reap all that is below us and is a trial's. How many were alive, or not yet reaped, at first. */
unsigned strays_sweep(void);

#endif
