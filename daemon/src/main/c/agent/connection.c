#include "connection.h"

#include "command.h"
#include "spec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The active one, and some that have not said hello yet. */
#define CONNECTIONS_MAX 8
#define FRAME_MAX (FRAME_HEAD + FRAME_PAYLOAD_MAX)
#define BUFFER_SIZE (2 * FRAME_MAX)
#define ROUNDS_MAX 8
#define GRACE_MAX_MS 3600000

struct connection {
    struct source source;
    bool broken;
    uint8_t *in;
    size_t in_length;
    uint8_t *out;
    size_t out_from;
    size_t out_length;
    /* The parts of a spec that came ahead of its START. */
    uint8_t *spec;
    size_t spec_length;
    uint32_t spec_channel;
    int list_slot;
};

struct frame {
    uint32_t channel;
    uint8_t type;
    struct reader payload;
};

static struct connection connections[CONNECTIONS_MAX];
static struct connection *active;
static struct source listener;
/* A descriptor in reserve, so that a daemon can connect when commands have used up all others. */
static int spare = -1;

static void receive(struct source *source, uint32_t events);

static void drop(struct connection *connection)
{
    loop_close(&connection->source);
    pages_free(connection->in, BUFFER_SIZE);
    pages_free(connection->out, BUFFER_SIZE);
    free(connection->spec);
    *connection = (struct connection){.source.fd = -1};
    if (connection == active) {
        active = NULL;
        commands_unbind();
    }
}

static size_t room(const struct connection *connection)
{
    return BUFFER_SIZE - connection->out_length;
}

/* Where the next frame is written, for which there is room. */
static uint8_t *out(struct connection *connection)
{
    return connection->out + connection->out_length;
}

static bool flush(struct connection *connection)
{
    while (connection->out_from < connection->out_length) {
        ssize_t sent = send(connection->source.fd, connection->out + connection->out_from,
                            connection->out_length - connection->out_from, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN)
            return false;
        if (sent < 0) {
            connection->broken = true;
            return false;
        }
        connection->out_from += (size_t)sent;
    }
    connection->out_from = connection->out_length = 0;
    return true;
}

/* Says why and ends the connection; commands are not touched. */
static void refuse(struct connection *connection, enum refusal reason, const char *text)
{
    size_t length = strlen(text);
    uint8_t *at = put_head(out(connection), 2 + length, 0, FRAME_ERROR);
    at = put_number(at, 2, reason);
    memcpy(at, text, length);
    connection->out_length += FRAME_HEAD + 2 + length;
    flush(connection);
    connection->broken = true;
}

static void greet(struct connection *connection, struct reader *payload)
{
    uint32_t magic = (uint32_t)take_number(payload, 4);
    uint16_t lowest = (uint16_t)take_number(payload, 2), highest = (uint16_t)take_number(payload, 2);
    /* A later version's hello may say more after this. */
    if (payload->bad || magic != PROTOCOL_MAGIC) {
        refuse(connection, REFUSAL_PROTOCOL, "this is not a hello of boxrun's agent protocol");
        return;
    }
    if (lowest > PROTOCOL_VERSION || highest < PROTOCOL_VERSION) {
        refuse(connection, REFUSAL_VERSION, "this agent speaks version 1 of the agent protocol only");
        return;
    }
    if (active) {
        struct connection *old = active;
        if (room(old) >= REPLY_MAX)
            refuse(old, REFUSAL_REPLACED, "another daemon has connected");
        drop(old);
    }
    active = connection;
    uint8_t *at = put_head(out(connection), 22, 0, FRAME_WELCOME);
    at = put_number(at, 4, PROTOCOL_MAGIC);
    at = put_number(at, 2, PROTOCOL_VERSION);
    at = put_number(at, 4, WINDOW);
    at = put_number(at, 4, COMMANDS_MAX);
    at = put_number(at, 4, SPEC_MAX);
    put_number(at, 4, (uint64_t)getpid());
    connection->out_length += FRAME_HEAD + 22;
}

static void answer_failed(struct connection *connection, uint32_t channel, struct failure failure)
{
    if (!failure.stage)
        return;
    uint8_t *at = put_head(out(connection), 5, channel, FRAME_FAILED);
    at = put_number(at, 1, (uint64_t)failure.stage);
    put_number(at, 4, (uint64_t)failure.error);
    connection->out_length += FRAME_HEAD + 5;
}

/* Keeps a part of a spec. The parts of one follow each other, so a connection has one at a time. */
static bool add_spec(struct connection *connection, const struct frame *frame)
{
    size_t length = reader_left(&frame->payload);
    if (connection->spec_length && connection->spec_channel != frame->channel)
        return false;
    if (connection->spec_length + length > SPEC_MAX)
        return false;
    uint8_t *larger = realloc(connection->spec, connection->spec_length + length + 1);
    if (!larger)
        return false;
    memcpy(larger + connection->spec_length, frame->payload.at, length);
    connection->spec = larger;
    connection->spec_length += length;
    connection->spec_channel = frame->channel;
    return true;
}

static void start(struct connection *connection, const struct frame *frame)
{
    struct spec spec;
    if (command_on(frame->channel) || !add_spec(connection, frame) ||
        !spec_read(&spec, connection->spec, connection->spec_length)) {
        refuse(connection, REFUSAL_PROTOCOL, "malformed START");
        return;
    }
    struct failure failure = {0};
    if (!spec.argv)
        failure = (struct failure){STAGE_RESOURCES, ENOMEM};
    else if (agent_stopping())
        failure = (struct failure){STAGE_STOPPING, ESHUTDOWN};
    else
        failure = command_start(&spec, frame->channel);
    answer_failed(connection, frame->channel, failure);
    spec_free(&spec);
    free(connection->spec);
    connection->spec = NULL;
    connection->spec_length = 0;
}

static bool resume(struct connection *connection, struct frame *frame)
{
    char *id = take_string(&frame->payload);
    uint64_t offsets[2];
    offsets[0] = take_number(&frame->payload, 8);
    offsets[1] = take_number(&frame->payload, 8);
    if (!reader_done(&frame->payload) || !id_valid(id) || command_on(frame->channel))
        return false;
    answer_failed(connection, frame->channel, command_resume(id, frame->channel, offsets));
    return true;
}

/* Frames of one command. A command that is gone is not an error: the frame may have crossed its EXIT. */
static bool handle_command(struct frame *frame)
{
    struct command *command = command_on(frame->channel);
    struct reader *payload = &frame->payload;
    uint64_t first, second;
    switch (frame->type) {
    case FRAME_ACK:
        first = take_number(payload, 1);
        second = take_number(payload, 8);
        return reader_done(payload) && first < 2 && (!command || output_acknowledge(&command->outputs[first], second));
    case FRAME_STDIN:
        first = take_number(payload, 8);
        return !payload->bad &&
               (!command || input_receive(&command->input, first, payload->at, reader_left(payload)));
    case FRAME_CLOSE_STDIN:
        first = take_number(payload, 8);
        return reader_done(payload) && (!command || input_finish(&command->input, first));
    case FRAME_SIGNAL:
        first = take_number(payload, 1);
        if (command && first > 0 && first <= 64)
            command_signal(command, (int)first);
        return reader_done(payload) && first > 0 && first <= 64;
    case FRAME_RESIZE:
        first = take_number(payload, 2);
        second = take_number(payload, 2);
        if (command)
            command_resize(command, (uint16_t)first, (uint16_t)second);
        return reader_done(payload);
    case FRAME_HANGUP:
        if (command)
            command_hangup(command);
        return reader_done(payload);
    default: /* FRAME_END */
        first = take_number(payload, 4);
        if (command && first <= GRACE_MAX_MS)
            command_end(command, (uint32_t)first);
        return reader_done(payload) && first <= GRACE_MAX_MS;
    }
}

/* Frames of the agent as a whole, on channel 0. */
static bool handle_agent(struct connection *connection, struct frame *frame)
{
    struct reader *payload = &frame->payload;
    uint64_t number;
    char *id;
    switch (frame->type) {
    case FRAME_PING:
        number = take_number(payload, 8);
        put_number(put_head(out(connection), 8, 0, FRAME_PONG), 8, number);
        connection->out_length += FRAME_HEAD + 8;
        return reader_done(payload);
    case FRAME_LIST:
        connection->list_slot = 0;
        return reader_done(payload);
    case FRAME_FORGET:
        id = take_string(payload);
        if (!reader_done(payload) || !id_valid(id))
            return false;
        command_forget(id);
        return true;
    default: /* FRAME_STOP */
        number = take_number(payload, 4);
        if (!reader_done(payload) || number > GRACE_MAX_MS)
            return false;
        agent_stop((unsigned)number);
        return true;
    }
}

static void handle(struct connection *connection, struct frame *frame)
{
    bool good;
    if (connection != active) {
        if (frame->type == FRAME_HELLO && frame->channel == 0)
            greet(connection, &frame->payload);
        else
            refuse(connection, REFUSAL_PROTOCOL, "the first frame must be a hello");
        return;
    }
    if (connection->spec_length && frame->type != FRAME_SPEC && frame->type != FRAME_START) {
        refuse(connection, REFUSAL_PROTOCOL, "a frame between the parts of a START");
        return;
    }
    switch (frame->type) {
    case FRAME_SPEC:
        good = frame->channel > 0 && add_spec(connection, frame);
        break;
    case FRAME_START:
        good = frame->channel > 0;
        if (good)
            start(connection, frame);
        break;
    case FRAME_RESUME:
        good = frame->channel > 0 && resume(connection, frame);
        break;
    case FRAME_ACK:
    case FRAME_STDIN:
    case FRAME_CLOSE_STDIN:
    case FRAME_SIGNAL:
    case FRAME_RESIZE:
    case FRAME_HANGUP:
    case FRAME_END:
        good = frame->channel > 0 && handle_command(frame);
        break;
    case FRAME_PING:
    case FRAME_LIST:
    case FRAME_FORGET:
    case FRAME_STOP:
        good = frame->channel == 0 && handle_agent(connection, frame);
        break;
    default:
        refuse(connection, REFUSAL_UNKNOWN_TYPE, "a frame of a type that this agent does not know");
        return;
    }
    if (!good)
        refuse(connection, REFUSAL_PROTOCOL, "a malformed frame");
}

/* Handles the next frame that was received whole; false when there is none, or no room for its answer. */
static bool handle_next(struct connection *connection, size_t *from)
{
    struct reader reader = {connection->in + *from, connection->in + connection->in_length, false};
    uint32_t length = (uint32_t)take_number(&reader, 4);
    struct frame frame = {.channel = (uint32_t)take_number(&reader, 4), .type = (uint8_t)take_number(&reader, 1)};
    if (reader.bad || room(connection) < REPLY_MAX)
        return false;
    if (length > FRAME_PAYLOAD_MAX) {
        refuse(connection, REFUSAL_PROTOCOL, "a frame longer than 64 KiB");
        return false;
    }
    if (length > reader_left(&reader))
        return false;
    frame.payload = (struct reader){reader.at, reader.at + length, false};
    handle(connection, &frame);
    *from += FRAME_HEAD + length;
    return !connection->broken;
}

static bool handle_received(struct connection *connection)
{
    size_t from = 0;
    while (handle_next(connection, &from))
        ;
    memmove(connection->in, connection->in + from, connection->in_length - from);
    connection->in_length -= from;
    return from > 0;
}

/* Writes what there is to say, as far as there is room; false when that is nothing. */
static bool speak(struct connection *connection)
{
    size_t before = connection->out_length, length;
    while (connection->list_slot >= 0 && room(connection) >= REPLY_MAX) {
        length = commands_list(&connection->list_slot, out(connection));
        if (!length) {
            put_head(out(connection), 0, 0, FRAME_LIST_END);
            length = FRAME_HEAD;
            connection->list_slot = -1;
        }
        connection->out_length += length;
    }
    while (room(connection) >= FRAME_MAX && (length = commands_emit(out(connection))) > 0)
        connection->out_length += length;
    return connection->out_length > before;
}

/* True when there is more to do at once. */
static bool serve(struct connection *connection)
{
    bool more = true;
    for (int round = 0; more && round < ROUNDS_MAX; round++) {
        more = handle_received(connection);
        if (connection->broken)
            break;
        if (connection == active)
            more = speak(connection) || more;
        more = flush(connection) && more;
        if (connection->broken)
            break;
    }
    if (connection->broken) {
        drop(connection);
        return false;
    }
    bool reading = connection->in_length < BUFFER_SIZE && room(connection) >= REPLY_MAX;
    loop_watch(&connection->source, (reading ? EPOLLIN : 0) | (connection->out_length ? EPOLLOUT : 0));
    return more;
}

static void receive(struct source *source, uint32_t events)
{
    struct connection *connection = OWNER(source, struct connection, source);
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)) || connection->in_length == BUFFER_SIZE)
        return;
    ssize_t got = recv(source->fd, connection->in + connection->in_length, BUFFER_SIZE - connection->in_length,
                       MSG_DONTWAIT);
    if (got > 0)
        connection->in_length += (size_t)got;
    else if (got == 0 || errno != EAGAIN)
        drop(connection);
}

static struct connection *vacant(void)
{
    struct connection *silent = NULL;
    for (struct connection *each = connections; each < connections + CONNECTIONS_MAX; each++) {
        if (each->source.fd < 0)
            return each;
        if (each != active)
            silent = each;
    }
    /* None is vacant: one that has said nothing makes way. */
    drop(silent);
    return silent;
}

static void incoming(struct source *source, uint32_t events)
{
    (void)events;
    int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        close(spare);
        spare = -1;
        fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        /* Listens again when there is a descriptor in reserve again. */
        loop_watch(source, 0);
    }
    if (fd < 0)
        return;
    struct connection *connection = vacant();
    *connection = (struct connection){.source = {.fd = fd, .ready = receive}, .list_slot = -1};
    connection->in = pages_new(BUFFER_SIZE);
    connection->out = pages_new(BUFFER_SIZE);
    if (!connection->in || !connection->out || loop_watch(&connection->source, EPOLLIN) < 0)
        drop(connection);
}

int connections_open(int fd)
{
    for (int i = 0; i < CONNECTIONS_MAX; i++)
        connections[i].source.fd = -1;
    listener = (struct source){.fd = fd, .ready = incoming};
    fcntl(fd, F_SETFL, O_NONBLOCK);
    spare = fcntl(0, F_DUPFD_CLOEXEC, 3);
    return spare < 0 ? -1 : loop_watch(&listener, EPOLLIN);
}

bool connections_serve(void)
{
    bool more = false;
    for (int i = 0; i < CONNECTIONS_MAX; i++)
        if (connections[i].source.fd >= 0)
            more = serve(&connections[i]) || more;
    if (spare < 0 && (spare = fcntl(0, F_DUPFD_CLOEXEC, 3)) >= 0)
        loop_watch(&listener, EPOLLIN);
    return more;
}

bool connections_quiet(void)
{
    return !active || active->out_length == 0;
}

void connections_say_stopped(void)
{
    if (active && room(active) >= REPLY_MAX) {
        put_head(out(active), 0, 0, FRAME_STOPPED);
        active->out_length += FRAME_HEAD;
        flush(active);
    }
}
