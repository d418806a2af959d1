#include "ring.h"

#include "loop.h"

#include <string.h>
#include <sys/uio.h>

#define BUDGET (32 * 1024 * 1024)
#define SMALL (16 * 1024)

static size_t held;
static bool refused;

static size_t used(const struct ring *ring)
{
    return (size_t)(ring->end - ring->base);
}

/* The pieces of the ring from `at` on: one, or two where it wraps. */
static int pieces(const struct ring *ring, size_t at, size_t length, struct iovec piece[2])
{
    at %= RING_SIZE;
    size_t first = RING_SIZE - at < length ? RING_SIZE - at : length;
    piece[0] = (struct iovec){ring->bytes + at, first};
    piece[1] = (struct iovec){ring->bytes, length - first};
    return length > first ? 2 : 1;
}

int ring_open(struct ring *ring)
{
    ring->bytes = pages_new(RING_SIZE);
    return ring->bytes ? 0 : -1;
}

void ring_close(struct ring *ring)
{
    held -= used(ring);
    pages_free(ring->bytes, RING_SIZE);
    *ring = (struct ring){.base = ring->end, .end = ring->end};
}

size_t ring_room(const struct ring *ring)
{
    size_t most = RING_SIZE;
    if (!ring->bytes)
        return 0;
    if (held >= BUDGET) {
        most = SMALL;
        refused = true;
    }
    return used(ring) < most ? most - used(ring) : 0;
}

bool ring_room_again(void)
{
    if (!refused || held >= BUDGET)
        return false;
    refused = false;
    return true;
}

ssize_t ring_fill(struct ring *ring, int fd)
{
    struct iovec piece[2];
    int count = pieces(ring, ring->head + used(ring), ring_room(ring), piece);
    ssize_t got = readv(fd, piece, count);
    if (got > 0) {
        ring->end += (size_t)got;
        held += (size_t)got;
    }
    return got;
}

ssize_t ring_drain(struct ring *ring, int fd)
{
    struct iovec piece[2];
    int count = pieces(ring, ring->head, used(ring), piece);
    ssize_t put = writev(fd, piece, count);
    if (put > 0)
        ring_release(ring, ring->base + (size_t)put);
    return put;
}

void ring_add(struct ring *ring, const uint8_t *bytes, size_t length)
{
    struct iovec piece[2];
    int count = pieces(ring, ring->head + used(ring), length, piece);
    memcpy(piece[0].iov_base, bytes, piece[0].iov_len);
    if (count == 2)
        memcpy(piece[1].iov_base, bytes + piece[0].iov_len, piece[1].iov_len);
    ring->end += length;
    held += length;
}

void ring_copy(const struct ring *ring, uint64_t offset, uint8_t *to, size_t length)
{
    struct iovec piece[2];
    int count = pieces(ring, ring->head + (size_t)(offset - ring->base), length, piece);
    memcpy(to, piece[0].iov_base, piece[0].iov_len);
    if (count == 2)
        memcpy(to + piece[0].iov_len, piece[1].iov_base, piece[1].iov_len);
}

void ring_release(struct ring *ring, uint64_t offset)
{
    size_t length = (size_t)(offset - ring->base);
    ring->head = (ring->head + length) % RING_SIZE;
    ring->base = offset;
    held -= length;
    /* A stream that is read as it comes stays on its first pages. */
    if (ring->base == ring->end)
        ring->head = 0;
}

void ring_skip(struct ring *ring, size_t length)
{
    ring->base += length;
    ring->end += length;
}
