#include "input.h"

#include "command.h"
#include "pty.h"

#include <errno.h>
#include <unistd.h>

#define TELL_AFTER (WINDOW / 4)

void input_over(struct input *input)
{
    if (input->source.fd < 0)
        return;
    loop_close(&input->source);
    uint64_t received = input->ring.end;
    ring_close(&input->ring);
    input->ring.base = input->ring.end = received;
    input->owes_taken = true;
    command_speaks(input->command);
}

/* What was received is taken and no more will come. A terminal is not closed, since it would hang up; the end of file
 * is typed. */
static void finish(struct input *input)
{
    if (input->command->pty) {
        char end = pty_end_of_file(input->source.fd);
        if (write(input->source.fd, &end, 1) < 0 && errno == EAGAIN)
            return;
        input->ending = false;
    } else {
        input_over(input);
    }
}

static void went_on(struct input *input)
{
    bool empty = input->ring.base == input->ring.end;
    if (input->ring.base - input->told >= TELL_AFTER) {
        input->owes_taken = true;
        command_speaks(input->command);
    }
    if (empty && input->ending)
        finish(input);
    loop_watch(&input->source, empty && !input->ending ? 0 : EPOLLOUT);
}

static void writable(struct source *source, uint32_t events)
{
    struct input *input = OWNER(source, struct input, source);
    (void)events;
    if (input->ring.base < input->ring.end && ring_drain(&input->ring, source->fd) < 0 && errno != EAGAIN) {
        input_over(input);
        return;
    }
    went_on(input);
}

int input_open(struct input *input, struct command *command, int fd)
{
    input->command = command;
    input->source = (struct source){.fd = fd, .ready = writable};
    return fd < 0 ? 0 : ring_open(&input->ring);
}

void input_close(struct input *input)
{
    loop_close(&input->source);
    ring_close(&input->ring);
}

bool input_receive(struct input *input, uint64_t offset, const uint8_t *bytes, size_t length)
{
    uint64_t received = input->ring.end;
    if (input->source.fd < 0)
        return true;
    if (offset > received || offset + length > input->ring.base + WINDOW || input->ending)
        return false;
    /* What a connection before this one brought already. */
    if (offset + length <= received)
        return true;
    bytes += received - offset;
    length -= (size_t)(received - offset);
    if (input->ring.base == input->ring.end) {
        ssize_t put = write(input->source.fd, bytes, length);
        if (put < 0 && errno != EAGAIN) {
            input_over(input);
            return true;
        }
        ring_skip(&input->ring, put > 0 ? (size_t)put : 0);
        bytes += put > 0 ? put : 0;
        length -= put > 0 ? (size_t)put : 0;
    }
    if (length > 0)
        ring_add(&input->ring, bytes, length);
    went_on(input);
    return true;
}

bool input_finish(struct input *input, uint64_t offset)
{
    if (input->source.fd < 0)
        return true;
    if (offset != input->ring.end)
        return false;
    input->ending = true;
    went_on(input);
    return true;
}

size_t input_emit(struct input *input, uint32_t channel, uint8_t *to)
{
    input->owes_taken = false;
    input->told = input->ring.base;
    to = put_head(to, 9, channel, FRAME_TAKEN);
    to = put_number(to, 8, input->ring.base);
    put_number(to, 1, input->source.fd < 0);
    return FRAME_HEAD + 9;
}
