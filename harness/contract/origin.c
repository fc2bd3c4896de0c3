/* SPDX-License-Identifier: Apache-2.0 */
#include "contract/origin.h"

#include "measure/rng.h"

/* One draw per URL and question: latency, outcome and window of a URL do not depend on one another. */
enum { DRAW_LATENCY = 1, DRAW_OUTCOME, DRAW_WINDOW };

static uint64_t draw(uint64_t key, uint64_t id, uint64_t what)
{
    return rng_hash2(rng_hash2(key, id), what);
}

uint64_t origin_latency_ns(const struct origin_config *config, uint64_t id)
{
    uint64_t bits = draw(config->latency_key, id, DRAW_LATENCY);
    switch (config->spread) {
    case ORIGIN_LOGNORMAL:
        return rng_lognormal(config->latency_ns, bits);
    case ORIGIN_BIMODAL:
        return bits % 100 ? config->latency_ns : 20 * config->latency_ns;
    case ORIGIN_CONSTANT:
        break;
    }
    return config->latency_ns;
}

enum origin_outcome origin_outcome(const struct origin_config *config, uint64_t id)
{
    uint64_t bits = draw(config->key, id, DRAW_OUTCOME);
    if (bits % 1000 >= config->fail_permille)
        return ORIGIN_OK;
    return bits >> 63 ? ORIGIN_HANGS_UP : ORIGIN_UNAVAILABLE;
}

size_t origin_body_first(const struct origin_config *config, uint64_t id)
{
    return (size_t)(draw(config->key, id, DRAW_WINDOW) % ORIGIN_WINDOWS);
}

uint64_t origin_content_word(uint64_t key, size_t i)
{
    return rng_mix64(key + i * UINT64_C(0x9e3779b97f4a7c15));
}
