/* SPDX-License-Identifier: Apache-2.0 */
/* Between condvar.c and env.c: workloads have env_condvar_seat(). */
#ifndef QUINTET_CONTRACT_CONDVAR_H
#define QUINTET_CONTRACT_CONDVAR_H

#include "contract/ctx.h"

/* An empty seat. Not to be called while somebody uses it. 0 or -errno. Nothing is to be given back. */
int condvar_seat_init(struct condvar_seat *seat);

#endif
