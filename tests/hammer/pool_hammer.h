/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of pool_hammer share. */
#ifndef QUINTET_TESTS_POOL_HAMMER_H
#define QUINTET_TESTS_POOL_HAMMER_H

#include "hammer.h"

/* 0 to sides - 1. */
uint32_t pool_dice(uint32_t sides);

/* Mostly nothing, some instructions, a yield, rarely some microseconds of sleep. */
void pool_delay(void);

/* Whether delays fall between the steps of the pool as well; they do until this is called. */
void pool_delays(bool on);

void pool_hammer_submit(void);
void pool_hammer_closing(void);
void pool_hammer_children(void);
void pool_hammer_queue(void);

#endif
