/* SPDX-License-Identifier: Apache-2.0 */
/* Where a hammer puts random delays: between the steps of a protocol that several threads take part in. With
 * STRATEGY_STEPS it brings the function; nothing otherwise. */
#ifndef QUINTET_STRATEGIES_STEPS_H
#define QUINTET_STRATEGIES_STEPS_H

#ifdef STRATEGY_STEPS
void strategy_step(void);
#else
static inline void strategy_step(void)
{
}
#endif

#endif
