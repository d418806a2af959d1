/* Bytes of a stream between two offsets, counted from the stream's start: those from `base` to `end` are held. */
#ifndef RING_H
#define RING_H

#include "frames.h"

#include <sys/types.h>

#define RING_SIZE WINDOW

struct ring {
    uint8_t *bytes;
    size_t head;
    uint64_t base;
    uint64_t end;
};

/* 0, or -1 with errno. */
int ring_open(struct ring *ring);
void ring_close(struct ring *ring);

/* How many bytes may be added now. All rings share one budget of memory; past it each may hold only a little, so that
 * many commands that nobody reads cost no more than a few do. */
size_t ring_room(const struct ring *ring);
/* True once after a ring was refused room for the shared budget's sake and there is room again. */
bool ring_room_again(void);

/* read(2) into the ring, no more than its room; what read(2) returns. */
ssize_t ring_fill(struct ring *ring, int fd);
/* write(2) from the ring's base on, which goes on by what was written; what write(2) returns. */
ssize_t ring_drain(struct ring *ring, int fd);
/* Adds bytes for which there is room. */
void ring_add(struct ring *ring, const uint8_t *bytes, size_t length);
/* Copies bytes that are held. */
void ring_copy(const struct ring *ring, uint64_t offset, uint8_t *to, size_t length);
/* Lets go of all before an offset, which is between base and end. */
void ring_release(struct ring *ring, uint64_t offset);
/* Moves an empty ring on past bytes that never were in it. */
void ring_skip(struct ring *ring, size_t length);

#endif
