/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An origin without a network, for fetch_many: what is sent is parsed here, and what is received made here, true or
 * not. One lie at a time, about one page.
 */
#ifndef QUINTET_TESTS_HTTP_FAKE_H
#define QUINTET_TESTS_HTTP_FAKE_H

#include "workload_rig.h"

#include "contract/origin.h"

enum { FAKE_FDS = 1024, FAKE_BODY_BYTES = 64, FAKE_TEXT = 512 };

enum lie {
    LIE_NONE,
    LIE_WORD,       /* one word of the body is another */
    LIE_EXCHANGE,   /* two words have changed places */
    LIE_PAGE,       /* the body of another page */
    LIE_KEY,        /* ... of another block */
    LIE_SHORT,      /* a body of one word less, and it says so */
    LIE_LONG,       /* ... of one word more */
    LIE_MORE,       /* more comes than it says */
    LIE_CUT,        /* the connection ends in the middle */
    LIE_HANG_UP,    /* ... before the answer */
    LIE_NOT_FOUND,  /* 404 with the right body */
    LIE_EMPTY,      /* 200 without a body */
    LIE_BUSY,       /* 503 without a body */
    LIE_BUSY_BODY,  /* 503 with one */
    LIE_VERSION,    /* of another protocol */
    LIE_NO_LENGTH,  /* no such field */
    LIE_BAD_LENGTH, /* ... that is no number */
    LIE_HUGE,       /* ... of more than nine digits */
    LIE_NO_STATUS,  /* no number where the status stands */
    LIE_RAGGED,     /* a few bytes behind the last word */
    LIE_HEADLESS,   /* a head without an end */
    LIE_OK,         /* the page although it cannot be had */
    LIES,
};

struct fake {
    enum lie lie;
    uint64_t page;        /* that is lied about */
    size_t piece_bytes;   /* what is sent and received at once, at most */
    unsigned fail;        /* permille of pages that cannot be had */
    _Atomic unsigned bad; /* requests that were none */
    struct conversation {
        char request[FAKE_TEXT];
        size_t asked;
        char answer[FAKE_TEXT];
        size_t len, at;
        bool over;
    } of[FAKE_FDS];
};

static struct fake fake_g;

static inline struct origin_config fake_config(void)
{
    return (struct origin_config){.key = rig_g.env.nonce,
                                  .latency_key = rig_g.env.seed,
                                  .body_bytes = FAKE_BODY_BYTES,
                                  .fail_permille = fake_g.fail};
}

static inline int fake_start(void *runner, const struct origin_config *config, struct origin_addresses *out, char *why,
                             size_t why_len)
{
    (void)runner;
    (void)why;
    (void)why_len;
    struct origin_config mine = fake_config();
    cr_assert(config->key == mine.key && config->body_bytes == mine.body_bytes &&
              config->fail_permille == mine.fail_permille);
    out->n = 2;
    return 0;
}

static inline void fake_body(enum lie lie, uint64_t page, uint64_t *word)
{
    struct origin_config config = fake_config();
    size_t first = origin_body_first(&config, lie == LIE_PAGE ? page + 1 : page);
    for (size_t i = 0; i <= FAKE_BODY_BYTES / sizeof *word; i++)
        word[i] = origin_content_word(config.key + (lie == LIE_KEY), first + i);
    if (lie == LIE_WORD)
        word[FAKE_BODY_BYTES / sizeof *word - 1] ^= 1;
    if (lie == LIE_EXCHANGE) {
        uint64_t other = word[2];
        word[2] = word[5];
        word[5] = other;
    }
}

static inline void fake_answer(struct conversation *c, uint64_t page)
{
    struct origin_config config = fake_config();
    enum origin_outcome outcome = origin_outcome(&config, page);
    enum lie lie = page == fake_g.page ? fake_g.lie : LIE_NONE;
    uint64_t word[FAKE_BODY_BYTES / sizeof(uint64_t) + 1];
    c->len = c->at = 0;
    c->over = lie == LIE_CUT || lie == LIE_HANG_UP || (outcome == ORIGIN_HANGS_UP && lie != LIE_OK && lie != LIE_BUSY);
    if (lie == LIE_HANG_UP || (c->over && lie != LIE_CUT))
        return;
    fake_body(lie, page, word);
    bool busy = lie == LIE_BUSY || lie == LIE_BUSY_BODY || (outcome == ORIGIN_UNAVAILABLE && lie != LIE_OK);
    size_t bytes = (busy && lie != LIE_BUSY_BODY) || lie == LIE_EMPTY ? 0
                   : lie == LIE_SHORT                                 ? FAKE_BODY_BYTES - 8
                   : lie == LIE_LONG                                  ? FAKE_BODY_BYTES + 8
                   : lie == LIE_RAGGED                                ? FAKE_BODY_BYTES - 3
                                                                      : FAKE_BODY_BYTES;
    char length[64], status[16];
    snprintf(length, sizeof length, lie == LIE_HUGE ? "Content-Length: 00000000%zu\r\n" : "Content-Length: %zu\r\n",
             bytes);
    if (lie == LIE_NO_LENGTH || lie == LIE_BAD_LENGTH)
        snprintf(length, sizeof length, lie == LIE_NO_LENGTH ? "X: 1\r\n" : "Content-Length: x%zu\r\n", bytes);
    snprintf(status, sizeof status, "%s", lie == LIE_NO_STATUS ? "abc" : busy ? "503" : "200");
    if (lie == LIE_NOT_FOUND)
        strcpy(status, "404");
    c->len = (size_t)snprintf(c->answer, sizeof c->answer, "HTTP/%s %s Any\r\n%sConnection: x\r\n%s",
                              lie == LIE_VERSION ? "2.0" : "1.1", status, length, lie == LIE_HEADLESS ? "" : "\r\n");
    for (size_t i = 0; lie == LIE_HEADLESS && i < 200; i++)
        c->answer[c->len++] = 'x';
    memcpy(c->answer + c->len, word, bytes);
    c->len += lie == LIE_HEADLESS ? 0 : bytes;
    if (lie == LIE_MORE)
        c->answer[c->len++] = 'x';
    if (lie == LIE_CUT)
        c->len -= FAKE_BODY_BYTES / 2;
}

/* The one request that there is, to the letter. */
static inline ssize_t fake_send(struct ctx *ctx, int fd, const void *buf, size_t len, int flags)
{
    struct conversation *c = &fake_g.of[fd];
    (void)ctx;
    (void)flags;
    size_t n = len < fake_g.piece_bytes ? len : fake_g.piece_bytes;
    if (c->asked + n >= FAKE_TEXT)
        return -EMSGSIZE;
    memcpy(c->request + c->asked, buf, n);
    c->request[c->asked += n] = '\0';
    if (!strstr(c->request, "\r\n\r\n"))
        return (ssize_t)n;
    unsigned long long page = 0;
    char want[FAKE_TEXT];
    sscanf(c->request, "GET /%llu", &page);
    uint64_t per = rig_g.shape.ops_per_task, each = (uint64_t)*rig_param("per_connection");
    bool last = (page % per + 1) % each == 0 || page % per + 1 == per;
    snprintf(want, sizeof want, "GET /%llu HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", page,
             last ? "Connection: close\r\n" : "");
    if (strcmp(want, c->request) != 0)
        atomic_fetch_add(&fake_g.bad, 1);
    c->asked = 0;
    fake_answer(c, page);
    return (ssize_t)n;
}

static inline ssize_t fake_recv(struct ctx *ctx, int fd, void *buf, size_t len, int flags)
{
    struct conversation *c = &fake_g.of[fd];
    size_t n = c->len - c->at;
    (void)ctx;
    (void)flags;
    n = n < len ? n : len;
    n = n < fake_g.piece_bytes ? n : fake_g.piece_bytes;
    memcpy(buf, c->answer + c->at, n);
    c->at += n;
    return n || c->over ? (ssize_t)n : -ETIMEDOUT; /* who waits for more than comes would wait for ever */
}

static inline int fake_connect(struct ctx *ctx, int fd, const struct sockaddr *address, socklen_t len)
{
    (void)ctx;
    (void)address;
    (void)len;
    memset(&fake_g.of[fd], 0, sizeof fake_g.of[fd]);
    return 0;
}

/* Before workload_rig_setup(). */
static inline void fake_offer(void)
{
    fake_g.piece_bytes = FAKE_TEXT;
    fake_g.fail = strcmp(rig_g.workload->name, "fetch_many") ? 0 : (unsigned)*rig_param("fail_permille");
    env_offer_origin(&rig_g.env, fake_start, NULL);
    rig_g.ops.connect = fake_connect;
    rig_g.ops.send = fake_send;
    rig_g.ops.recv = fake_recv;
}

#endif
