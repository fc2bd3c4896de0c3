/* SPDX-License-Identifier: Apache-2.0 */
/* A place between two steps of a protocol of the pool, where a test lets time pass (tests/hammer/pool_hammer.c). */
#ifndef QUINTET_STRATEGIES_POOL_STEP_H
#define QUINTET_STRATEGIES_POOL_STEP_H

#ifdef POOL_STEPS
void pool_test_step(void);
#define POOL_STEP() pool_test_step()
#else
#define POOL_STEP() ((void)0)
#endif

#endif
