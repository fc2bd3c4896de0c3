/* SPDX-License-Identifier: Apache-2.0 */
#include "run/plan.h"

#include "measure/rng.h"

#include <stdlib.h>

static bool same_contest(const struct plan_cell *a, const struct plan_cell *b)
{
    return a->case_hash == b->case_hash && a->cell.in_flight == b->cell.in_flight;
}

static void shuffle(struct rng *rng, unsigned *list, unsigned n)
{
    for (unsigned i = n; i > 1; i--) { /* Fisher-Yates, from the end */
        unsigned j = (unsigned)rng_below(rng, i), swap = list[i - 1];
        list[i - 1] = list[j];
        list[j] = swap;
    }
}

/*
 * Who is compared with one another (one case at one K) runs one after the other, so that a pair is as close in time as
 * it can be. Inside such a contest of s cells, s blocks are one cyclic Latin square: a permutation drawn for the
 * square, turned by one place from block to block, so that each cell stands at each place once. Contests come in random
 * order.
 */
unsigned plan_order(const struct plan *plan, unsigned block, unsigned *order)
{
    unsigned *contest = malloc((2 * (size_t)plan->n_cells + 1) * sizeof *contest), *member = contest + plan->n_cells;
    unsigned contests = 0, n = 0;
    if (!contest)
        return 0;
    for (unsigned i = 0; i < plan->n_cells; i++) {
        unsigned k = 0;
        while (k < contests && !same_contest(&plan->cells[contest[k]], &plan->cells[i]))
            k++;
        if (k == contests && !plan->cells[i].skip[0])
            contest[contests++] = i;
    }
    struct rng rng = {rng_hash2(plan->seed, block)};
    shuffle(&rng, contest, contests);
    for (unsigned k = 0; k < contests; k++) {
        unsigned size = 0;
        for (unsigned i = 0; i < plan->n_cells; i++)
            if (!plan->cells[i].skip[0] && same_contest(&plan->cells[contest[k]], &plan->cells[i]))
                member[size++] = i;
        struct rng square = {rng_hash2(rng_hash2(plan->seed, ~(uint64_t)contest[k]), block / size)};
        shuffle(&square, member, size);
        for (unsigned i = 0; i < size; i++)
            order[n++] = member[(i + block) % size];
    }
    free(contest);
    return n;
}
