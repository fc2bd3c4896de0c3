/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fetch several URLs at once, and handle each as it completes; one of them fails. In Python:
 *
 *     with concurrent.futures.ThreadPoolExecutor(max_workers=5) as executor:
 *         future_to_url = {executor.submit(load_url, url): url for url in URLS}
 *         for future in concurrent.futures.as_completed(future_to_url):
 *             url = future_to_url[future]
 *             try:
 *                 print(f"{url}: {len(future.result())} bytes")
 *             except Exception as error:
 *                 print(f"{url}: error: {error}")
 *
 * Here one thread does it all, the web included: web.h is a server that answers to every name there is.
 */
#include "strategies/coroutine/coro.h"
#include "web.h"

#include <inttypes.h>

struct fetch {
    struct coro_task task; /* first, and its future first in it: a future of these is a struct fetch */
    const char *url;
};

/* *value: how many bytes the page has. */
static int load_url(struct coro *self, void *url, void **value)
{
    char text[WEB_ANSWER_MAX + 1];
    size_t used = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    ssize_t n = coro_connect(self, fd, (struct sockaddr *)&web_address, sizeof web_address, CORO_NEVER);
    if (n == 0) {
        int request = snprintf(text, sizeof text, "GET %s HTTP/1.0\r\n\r\n", strrchr(url, '/'));
        n = coro_send(self, fd, text, (size_t)request, 0, CORO_NEVER);
    }
    while (n > 0 && (n = coro_recv(self, fd, text + used, WEB_ANSWER_MAX - used, 0, CORO_NEVER)) > 0)
        used += (size_t)n;
    coro_close(self, fd);
    if (n < 0)
        return (int)n;
    text[used] = '\0';
    const char *body = strstr(text, "\r\n\r\n");
    if (!body || strncmp(text, "HTTP/1.0 200", 12) != 0)
        return -ENOENT;
    *value = (void *)(text + used - (body + 4));
    return 0;
}

static int fetch_all(struct coro *self)
{
    struct fetch fetches[WEB_PAGES];
    struct future *futures[WEB_PAGES], *done;
    struct future_callback nodes[WEB_PAGES];
    struct as_completed it;
    struct scope scope;
    size_t n = 0;
    int started = 0, err;

    scope_init(&scope, self, 0); /* whatever happens: no fetch outlives this frame */
    for (; n < WEB_PAGES && !started; n += !started) {
        fetches[n].url = web_urls[n];
        futures[n] = &fetches[n].task.future;
        started = scope_start(&scope, &fetches[n].task, load_url, (void *)web_urls[n]);
    }
    as_completed_init(&it, self, futures, nodes, n);
    while ((done = as_completed_next(&it, CORO_NEVER, &err))) {
        const struct fetch *fetch = (const struct fetch *)done;
        void *bytes;
        int error = future_result(done, 0, &bytes);
        if (error)
            printf("%s: error: %s\n", fetch->url, strerror(-error));
        else
            printf("%s: %" PRIuPTR " bytes\n", fetch->url, (uintptr_t)bytes);
    }
    as_completed_fini(&it);
    scope_join(&scope);
    for (size_t i = 0; i < n; i++)
        future_fini(futures[i]);
    return started ? started : err;
}

static int fetch_and_serve(struct coro *self, void *listener, void **value)
{
    struct coro_task server;
    (void)value;
    int err = coro_task_start(&server, coro_loop(self), web_serve, listener);
    if (err)
        return err;
    err = fetch_all(self);
    int served = future_wait_for(self, &server.future, 5000000000, NULL); /* else it is cancelled */
    future_fini(&server.future);
    return err ? err : served;
}

int main(int argc, char **argv)
{
    struct loop_config config = {0};
    struct loop *loop;
    int listener = web_open();
    if (argc > 1 && !strcmp(argv[1], "epoll"))
        config.backend = CORO_BACKEND_EPOLL; /* else io_uring, where it is allowed */
    int err = listener < 0 ? listener : loop_create(&loop, &config);
    if (err) {
        fprintf(stderr, "no web or no loop: %s\n", strerror(-err));
        return 1;
    }
    err = loop_run(loop, fetch_and_serve, &listener, NULL);
    close(listener);
    return loop_close(loop) || err;
}
