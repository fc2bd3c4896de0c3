/* SPDX-License-Identifier: Apache-2.0 */
/* The blocking context while signals strike: a call that is interrupted is made again, and nothing is lost by it. */
#include "quintet_criterion.h"

#include "contract/ctx.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

TestSuite(ctx_blocking, .timeout = 60);

enum { READ, WRITE, RECV, SEND, ACCEPT, CALLS };
static const char *const call_names[CALLS] = {"read", "write", "recv", "send", "accept"};

static _Atomic unsigned alarms;

static void on_alarm(int signal_number)
{
    (void)signal_number;
    atomic_fetch_add(&alarms, 1);
}

/* What a call waits for: the other end, and whether there is something to take from it or to give to it. */
struct other {
    int call, fd;
    struct sockaddr_in address;
};

static void fill(int fd)
{
    static const char junk[4096];
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (write(fd, junk, sizeof junk) > 0)
        ;
    fcntl(fd, F_SETFL, 0);
}

/* Only when some alarms have met the waiting call. */
static void *other_main(void *arg)
{
    static char junk[1 << 16];
    struct other *other = arg;
    sigset_t all;
    unsigned before = atomic_load(&alarms);

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    while (atomic_load(&alarms) < before + 5)
        usleep(1000);
    if (other->call == READ || other->call == RECV)
        cr_assert(write(other->fd, "x", 1) == 1);
    else if (other->call == ACCEPT)
        cr_assert(connect(other->fd, (struct sockaddr *)&other->address, sizeof other->address) == 0);
    else
        cr_assert(read(other->fd, junk, sizeof junk) > 0);
    return NULL;
}

/* A pair of descriptors of which the first one makes this call wait. */
static void prepare(struct other *other, int *fd)
{
    socklen_t len = sizeof other->address;
    int ends[2];

    other->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (other->call == ACCEPT) {
        ends[0] = socket(AF_INET, SOCK_STREAM, 0);
        ends[1] = socket(AF_INET, SOCK_STREAM, 0);
        cr_assert(bind(ends[0], (struct sockaddr *)&other->address, len) == 0 && listen(ends[0], 1) == 0);
        cr_assert(getsockname(ends[0], (struct sockaddr *)&other->address, &len) == 0);
    } else {
        cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    }
    if (other->call == WRITE || other->call == SEND)
        fill(ends[0]);
    *fd = ends[0];
    other->fd = ends[1];
}

static long make(int call, int fd)
{
    struct ctx ctx = {.ops = &ctx_blocking};
    char byte = 'y';

    switch (call) {
    case READ:
        return ctx_blocking.read(&ctx, fd, &byte, 1);
    case WRITE:
        return ctx_blocking.write(&ctx, fd, &byte, 1);
    case RECV:
        return ctx_blocking.recv(&ctx, fd, &byte, 1, 0);
    case SEND:
        return ctx_blocking.send(&ctx, fd, &byte, 1, 0);
    default:
        return ctx_blocking.accept(&ctx, fd);
    }
}

Test(ctx_blocking, an_interrupted_call_is_made_again)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART */
    const struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};

    sigaction(SIGALRM, &action, NULL);
    for (int call = 0; call < CALLS; call++) {
        struct other other = {.call = call};
        pthread_t thread;
        int fd;
        prepare(&other, &fd);
        setitimer(ITIMER_REAL, &often, NULL);
        cr_assert(pthread_create(&thread, NULL, other_main, &other) == 0);
        long rc = make(call, fd);
        pthread_join(thread, NULL); /* it counts alarms, whatever has come of the call */
        setitimer(ITIMER_REAL, &never, NULL);
        if (call == ACCEPT)
            cr_assert(rc >= 0 && close((int)rc) == 0, "accept: %ld", rc);
        else
            cr_assert(rc == 1, "%s: %ld", call_names[call], rc);
        close(fd);
        close(other.fd);
    }
}
