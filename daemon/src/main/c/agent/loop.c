#include "loop.h"

#include <errno.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64

static int epoll = -1;

int loop_open(void)
{
    epoll = epoll_create1(EPOLL_CLOEXEC);
    return epoll < 0 ? -1 : 0;
}

int loop_watch(struct source *source, uint32_t events)
{
    if (source->fd < 0 || source->events == events)
        return 0;
    struct epoll_event event = {.events = events, .data.ptr = source};
    int operation = !events ? EPOLL_CTL_DEL : source->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(epoll, operation, source->fd, &event) < 0)
        return -1;
    source->events = events;
    return 0;
}

void loop_close(struct source *source)
{
    if (source->fd < 0)
        return;
    /* A supervisor may hold a duplicate, and epoll forgets a file only when its last descriptor is closed. */
    loop_watch(source, 0);
    close(source->fd);
    source->fd = -1;
    source->events = 0;
}

void loop_turn(int timeout)
{
    struct epoll_event events[BATCH];
    int count = epoll_wait(epoll, events, BATCH, timeout);
    for (int i = 0; i < count; i++) {
        struct source *source = events[i].data.ptr;
        /* A source that an earlier one of this batch has closed is still there: freeing waits for the batch's end. */
        if (source->fd >= 0 && source->events)
            source->ready(source, events[i].events);
    }
}

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void *pages_new(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return NULL;
    /* Otherwise each supervisor would keep a copy of what all commands had in their buffers when it was forked. */
    madvise(pages, size, MADV_DONTFORK);
    return pages;
}

void pages_free(void *pages, size_t size)
{
    if (pages)
        munmap(pages, size);
}
