#include "output.h"

#include "command.h"

#include <errno.h>
#include <sys/ioctl.h>

/* More than a terminal holds between the two ends: the line discipline's and the flip buffers. */
#define PTY_HOLDS (128 * 1024)

/* A pipe gives all it has to one read, a terminal a page. */
#define PTY_READS 8

#define LITTLE 4096

/* Reads once; false when there was nothing to read. */
static bool fill(struct output *output)
{
    struct command *command = output->command;
    ssize_t got = ring_fill(&output->ring, output->source.fd);
    if (got > 0) {
        command->silent_at = 0;
        if (command->forgotten)
            output_discard(output);
        else
            command_speaks(command);
        if (command->state == DRAINING && output->ring.end >= output->must_be)
            output->caught_up = true;
    } else if (got < 0 && errno == EAGAIN) {
        output->caught_up = command->state == DRAINING;
    } else {
        /* The end; of a terminal EIO. */
        output->caught_up = true;
        loop_close(&output->source);
    }
    return got > 0;
}

static void readable(struct source *source, uint32_t events)
{
    struct output *output = OWNER(source, struct output, source);
    (void)events;
    int reads = output->command->pty ? PTY_READS : 1;
    while (reads-- > 0 && ring_room(&output->ring) > 0 && fill(output))
        ;
    output_watch(output);
}

int output_open(struct output *output, struct command *command, int fd)
{
    output->command = command;
    output->source = (struct source){.fd = fd, .ready = readable};
    if (fd < 0)
        return 0;
    return ring_open(&output->ring) < 0 ? -1 : loop_watch(&output->source, EPOLLIN);
}

void output_close(struct output *output)
{
    loop_close(&output->source);
    ring_close(&output->ring);
}

void output_watch(struct output *output)
{
    loop_watch(&output->source, ring_room(&output->ring) > 0 ? EPOLLIN : 0);
}

void output_last(struct output *output, bool pty)
{
    int there = PTY_HOLDS;
    if (output->source.fd < 0) {
        output->caught_up = true;
        return;
    }
    if (!pty && ioctl(output->source.fd, FIONREAD, &there) < 0)
        there = 0;
    output->must_be = output->ring.end + (uint64_t)there;
    while (output->source.fd >= 0 && !output->caught_up && ring_room(&output->ring) > 0)
        fill(output);
    output_watch(output);
}

bool output_acknowledge(struct output *output, uint64_t offset)
{
    if (offset < output->ring.base || offset > output->sent)
        return false;
    ring_release(&output->ring, offset);
    output_watch(output);
    if (output_pending(output))
        command_speaks(output->command);
    return true;
}

bool output_rewind(struct output *output, uint64_t offset)
{
    if (offset > output->ring.end)
        return false;
    if (offset > output->ring.base)
        ring_release(&output->ring, offset);
    output->sent = output->ring.base;
    output_watch(output);
    return true;
}

void output_discard(struct output *output)
{
    if (output->ring.base < output->ring.end)
        ring_release(&output->ring, output->ring.end);
    output->sent = output->ring.end;
}

bool output_pending(const struct output *output)
{
    uint64_t pending = output->ring.end - output->sent;
    bool waits = pending < LITTLE && output->sent > output->ring.base && output->command->state != FINISHED;
    return pending > 0 && !waits;
}

size_t output_emit(struct output *output, uint32_t channel, int stream, uint8_t *to)
{
    uint64_t pending = output->ring.end - output->sent;
    size_t length = pending < OUTPUT_DATA_MAX ? (size_t)pending : OUTPUT_DATA_MAX;
    to = put_head(to, OUTPUT_HEAD + length, channel, FRAME_OUTPUT);
    to = put_number(to, 1, (uint64_t)stream);
    to = put_number(to, 8, output->sent);
    ring_copy(&output->ring, output->sent, to, length);
    output->sent += length;
    return FRAME_HEAD + OUTPUT_HEAD + length;
}
