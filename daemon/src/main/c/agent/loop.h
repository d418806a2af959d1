/* The event loop: one thread, epoll, level triggered. */
#ifndef LOOP_H
#define LOOP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/* A descriptor that the loop watches, part of a larger structure. A closed one has the descriptor -1. */
struct source {
    int fd;
    uint32_t events;
    void (*ready)(struct source *source, uint32_t events);
};

#define OWNER(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))

/* 0, or -1 with errno. */
int loop_open(void);
/* Says which events are of interest, none with 0: then the descriptor is not watched at all, since epoll reports a
 * hang-up whether asked for or not. 0, or -1 with errno. */
int loop_watch(struct source *source, uint32_t events);
void loop_close(struct source *source);
/* Waits for events, at most so many milliseconds (-1: without end), and calls their sources. */
void loop_turn(int timeout);

/* Milliseconds of a clock that only goes forward. */
int64_t now_ms(void);

/* Pages for a buffer, zeroed, taken when touched, and not copied into forked processes; NULL with errno. */
void *pages_new(size_t size);
void pages_free(void *pages, size_t size);

#endif
