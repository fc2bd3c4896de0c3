/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUINTET_MEASURE_SIGNAL_NAME_H
#define QUINTET_MEASURE_SIGNAL_NAME_H

/* "KILL" for SIGKILL; NULL for a number without a name (a real-time signal). As glibc's sigabbrev_np(), which musl
 * lacks. */
const char *signal_name(int number);

#endif
