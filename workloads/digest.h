/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SHA-256 of sha256.c and hash_tree.c: libcrypto's low-level functions, on purpose. In OpenSSL 3 the one-shot
 * SHA256() looks its implementation up on every call (0.3 us, with a lock that all threads share and forked processes
 * do not). Include before any other header of libcrypto.
 */
#ifndef QUINTET_WORKLOADS_DIGEST_H
#define QUINTET_WORKLOADS_DIGEST_H

#define OPENSSL_API_COMPAT 0x10100000L /* SHA256_Init and its like, without the deprecation of 3.0 */

#include "contract/workload.h"

#include <openssl/sha.h>
#include <string.h>

/* All of a digest, folded into a result. */
static inline uint64_t digest_fold(uint64_t result, const unsigned char digest[SHA256_DIGEST_LENGTH])
{
    for (unsigned i = 0; i < SHA256_DIGEST_LENGTH; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, digest + i, sizeof word);
        result = result_fold(result, word);
    }
    return result;
}

#endif
