/* SPDX-License-Identifier: Apache-2.0 */
/* SANITIZED: 1 under AddressSanitizer, where tests that take their time do less; otherwise 0. */
#ifndef QUINTET_TESTS_SANITIZED_H
#define QUINTET_TESTS_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
