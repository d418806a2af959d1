#include "command.h"

#include "pty.h"
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A background child that keeps the output open is waited for until it has been silent for so long, and no longer than
 * that after the main process has ended. */
#define SILENCE_MS 200
#define LATEST_MS 1000
/* After END and its grace, EXIT waits so long for a process that not even KILL ends. */
#define UNKILLABLE_MS 5000

#define BUCKETS 256

enum { FLAG_KNOWN = 1, FLAG_PTY = 2, FLAG_INPUT = 4 };

static struct command *slots[COMMANDS_MAX];
static struct command *buckets[BUCKETS];
static struct command *ready_first, *ready_last;
static struct command *graves;

static struct command *find(const char *id)
{
    for (int i = 0; i < COMMANDS_MAX; i++)
        if (slots[i] && !slots[i]->forgotten && strcmp(slots[i]->id, id) == 0)
            return slots[i];
    return NULL;
}

static void detach(struct command *command)
{
    struct command **link = &buckets[command->channel % BUCKETS];
    while (*link && *link != command)
        link = &(*link)->next_of_channel;
    if (*link)
        *link = command->next_of_channel;
    command->channel = 0;
}

/* From now on the connection hears of the command on this channel: how it stands, its output from where `sent` is, and
 * its exit. */
static void attach(struct command *command, uint32_t channel)
{
    detach(command);
    command->channel = channel;
    command->next_of_channel = buckets[channel % BUCKETS];
    buckets[channel % BUCKETS] = command;
    command->owes_answer = true;
    command->input.owes_taken = command->known;
    command->owes_exit = true;
    command_speaks(command);
}

struct command *command_on(uint32_t channel)
{
    struct command *command = buckets[channel % BUCKETS];
    while (command && command->channel != channel)
        command = command->next_of_channel;
    return command;
}

void command_speaks(struct command *command)
{
    if (command->ready)
        return;
    command->ready = true;
    command->next_ready = NULL;
    if (ready_first)
        ready_last->next_ready = command;
    else
        ready_first = command;
    ready_last = command;
}

static void tell(struct command *command, int what, int first)
{
    struct note note = {.what = what, .first = first};
    if (command->control.fd < 0)
        return;
    send(command->control.fd, &note, sizeof note, MSG_NOSIGNAL | MSG_DONTWAIT);
    /* The box's root may have stopped the supervisor. */
    kill(command->supervisor, SIGCONT);
}

/* Closes all of a command and takes it off the list. Its memory is freed when nothing refers to it any more. */
static void discard(struct command *command)
{
    detach(command);
    /* What a command left in the background lives on. */
    if (command->state != STARTING)
        tell(command, NOTE_RELEASE, 0);
    loop_close(&command->control);
    input_close(&command->input);
    for (int i = 0; i < 2; i++)
        output_close(&command->outputs[i]);
    for (int i = 0; i < COMMANDS_MAX; i++)
        if (slots[i] == command)
            slots[i] = NULL;
    command->state = FINISHED;
    command->forgotten = true;
    if (!command->ready) {
        command->next_ready = graves;
        graves = command;
    }
}

static void finish(struct command *command)
{
    command->state = FINISHED;
    input_over(&command->input);
    if (!command->pty && (command->outputs[0].source.fd >= 0 || command->outputs[1].source.fd >= 0))
        tell(command, NOTE_DISCARD, 0);
    for (int i = 0; i < 2; i++)
        loop_close(&command->outputs[i].source);
    if (command->forgotten)
        discard(command);
    else
        command_speaks(command);
}

/* Finishes a command whose main process has ended, when its output has too or has been waited for long enough. */
static void settle(struct command *command, int64_t now)
{
    bool open = command->outputs[0].source.fd >= 0 || command->outputs[1].source.fd >= 0;
    if (command->ending && command->control.fd >= 0 && now < command->ended_by)
        return;
    if (!open) {
        finish(command);
        return;
    }
    if (!command->outputs[0].caught_up || !command->outputs[1].caught_up)
        return;
    if (!command->silent_at)
        command->silent_at = now + SILENCE_MS;
    if (now >= command->silent_at || now >= command->latest_at)
        finish(command);
}

static void fail(struct command *command, int stage, int error)
{
    command->failure = (struct failure){stage, error};
    if (command->channel)
        command_speaks(command);
    else
        discard(command);
}

static void ended(struct command *command, int status)
{
    command->state = DRAINING;
    command->status = status;
    command->latest_at = now_ms() + LATEST_MS;
    command->silent_at = 0;
    for (int i = 0; i < 2; i++)
        output_last(&command->outputs[i], command->pty);
    settle(command, now_ms());
}

static void hear(struct source *source, uint32_t events)
{
    struct command *command = OWNER(source, struct command, control);
    struct note note;
    ssize_t length = recv(source->fd, &note, sizeof note, MSG_DONTWAIT);
    (void)events;
    if (length < 0)
        return;
    if (length == 0) {
        loop_close(source);
        /* Without a word: the box's root has killed the supervisor. */
        if (command->state == STARTING && !command->failure.stage)
            fail(command, STAGE_SUPERVISOR, ECHILD);
        else if (command->state == RUNNING)
            ended(command, SIGKILL);
        else if (command->state == DRAINING)
            settle(command, now_ms());
    } else if (note.what == NOTE_STARTED) {
        command->state = RUNNING;
        command->pid = note.first;
        command_speaks(command);
    } else if (note.what == NOTE_FAILED) {
        fail(command, note.first, note.second);
    } else if (note.what == NOTE_EXITED) {
        ended(command, note.first);
    }
}

/* The descriptors of a command that is being started: its own three, and the agent's ends. */
struct ends {
    struct stdio stdio;
    int input;
    int outputs[2];
};

static int pipe_ends(int *read_end, int *write_end, int *ours)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    *read_end = ends[0];
    *write_end = ends[1];
    return fcntl(*ours, F_SETFL, O_NONBLOCK);
}

static int open_ends(struct ends *ends, const struct spec *spec)
{
    *ends = (struct ends){{0, -1, -1}, -1, {-1, -1}};
    if (spec->pty) {
        int slave;
        if (pty_open(&ends->outputs[0], &slave, spec->columns, spec->rows) < 0)
            return -1;
        ends->stdio = (struct stdio){slave, slave, slave};
        ends->input = fcntl(ends->outputs[0], F_DUPFD_CLOEXEC, 3);
        return ends->input < 0 ? -1 : 0;
    }
    if (spec->input && pipe_ends(&ends->stdio.in, &ends->input, &ends->input) < 0)
        return -1;
    if (pipe_ends(&ends->outputs[0], &ends->stdio.out, &ends->outputs[0]) < 0)
        return -1;
    return pipe_ends(&ends->outputs[1], &ends->stdio.err, &ends->outputs[1]);
}

static void close_end(int fd)
{
    if (fd > 2)
        close(fd);
}

static void close_commands_ends(const struct ends *ends)
{
    close_end(ends->stdio.in);
    if (ends->stdio.out != ends->stdio.in)
        close_end(ends->stdio.out);
    if (ends->stdio.err != ends->stdio.out)
        close_end(ends->stdio.err);
}

/* Gives the agent's ends to the command, and starts its supervisor. */
static struct failure begin(struct command *command, const struct spec *spec, struct ends *ends)
{
    struct outlets outlets = {spec->pty ? -1 : ends->outputs[0], ends->outputs[1]};
    int control;
    /* All take their descriptor over, also when the one before has failed. */
    int input = input_open(&command->input, command, ends->input);
    int out = output_open(&command->outputs[0], command, ends->outputs[0]);
    int err = output_open(&command->outputs[1], command, ends->outputs[1]);
    if (input < 0 || out < 0 || err < 0)
        return (struct failure){STAGE_RESOURCES, errno};
    command->supervisor = supervisor_start(spec, &ends->stdio, &outlets, &control);
    if (command->supervisor < 0)
        return (struct failure){errno == EMFILE || errno == ENFILE ? STAGE_RESOURCES : STAGE_FORK, errno};
    command->control = (struct source){.fd = control, .ready = hear};
    if (loop_watch(&command->control, EPOLLIN) < 0)
        return (struct failure){STAGE_RESOURCES, errno};
    return (struct failure){0};
}

struct failure command_resume(const char *id, uint32_t channel, const uint64_t offsets[2])
{
    struct command *command = find(id);
    if (!command)
        return (struct failure){STAGE_UNKNOWN_ID, ESRCH};
    for (int i = 0; i < 2; i++)
        if (offsets[i] > command->outputs[i].ring.end)
            return (struct failure){STAGE_OFFSET, ERANGE};
    for (int i = 0; i < 2; i++)
        output_rewind(&command->outputs[i], offsets[i]);
    command->known = true;
    attach(command, channel);
    return (struct failure){0};
}

struct failure command_start(const struct spec *spec, uint32_t channel)
{
    struct command *command = find(spec->id);
    if (command)
        return command_resume(spec->id, channel, (uint64_t[]){0, 0});
    int slot = 0;
    while (slot < COMMANDS_MAX && slots[slot])
        slot++;
    if (slot == COMMANDS_MAX)
        return (struct failure){STAGE_LIMIT, EAGAIN};
    command = calloc(1, sizeof *command);
    if (!command)
        return (struct failure){STAGE_RESOURCES, ENOMEM};

    strcpy(command->id, spec->id);
    command->pty = spec->pty;
    command->control.fd = command->input.source.fd = -1;
    command->outputs[0].source.fd = command->outputs[1].source.fd = -1;
    slots[slot] = command;
    struct ends ends;
    struct failure failure = {0};
    if (open_ends(&ends, spec) < 0) {
        failure = (struct failure){spec->pty && errno != EMFILE && errno != ENFILE ? STAGE_PTY : STAGE_RESOURCES, errno};
        close_end(ends.input);
        close_end(ends.outputs[0]);
        close_end(ends.outputs[1]);
    } else {
        failure = begin(command, spec, &ends);
    }
    close_commands_ends(&ends);
    if (failure.stage)
        discard(command);
    else
        attach(command, channel);
    return failure;
}

void command_forget(const char *id)
{
    struct command *command = find(id);
    if (!command)
        return;
    if (command->state == FINISHED) {
        discard(command);
        return;
    }
    detach(command);
    command->forgotten = true;
    for (int i = 0; i < 2; i++) {
        output_discard(&command->outputs[i]);
        output_watch(&command->outputs[i]);
    }
}

void command_signal(struct command *command, int number)
{
    if (command->state == RUNNING || command->state == STARTING)
        tell(command, NOTE_SIGNAL, number);
}

void command_resize(struct command *command, uint16_t columns, uint16_t rows)
{
    if (command->pty && command->outputs[0].source.fd >= 0)
        pty_resize(command->outputs[0].source.fd, columns, rows);
}

void command_hangup(struct command *command)
{
    if (!command->pty) {
        command_signal(command, SIGHUP);
        return;
    }
    input_over(&command->input);
    loop_close(&command->outputs[0].source);
    command->outputs[0].caught_up = true;
    if (command->state == DRAINING)
        settle(command, now_ms());
}

void command_end(struct command *command, uint32_t grace)
{
    if (command->control.fd < 0)
        return;
    command->ending = true;
    command->ended_by = now_ms() + grace + UNKILLABLE_MS;
    tell(command, NOTE_END, (int)grace);
}

static size_t emit_started(struct command *command, uint8_t *to)
{
    unsigned flags = (command->known ? FLAG_KNOWN : 0) | (command->pty ? FLAG_PTY : 0);
    command->owes_answer = false;
    to = put_head(to, 29, command->channel, FRAME_STARTED);
    to = put_number(to, 4, (uint64_t)command->pid);
    to = put_number(to, 1, flags | (command->input.source.fd >= 0 ? FLAG_INPUT : 0));
    for (int i = 0; i < 2; i++)
        to = put_number(to, 8, command->outputs[i].sent);
    put_number(to, 8, command->input.ring.end);
    return FRAME_HEAD + 29;
}

static size_t emit_failed(struct command *command, uint8_t *to)
{
    to = put_head(to, 5, command->channel, FRAME_FAILED);
    to = put_number(to, 1, (uint64_t)command->failure.stage);
    put_number(to, 4, (uint64_t)command->failure.error);
    discard(command);
    return FRAME_HEAD + 5;
}

static uint8_t *put_status(uint8_t *to, int status)
{
    bool signalled = WIFSIGNALED(status);
    to = put_number(to, 1, signalled);
    return put_number(to, 1, (uint64_t)(signalled ? WTERMSIG(status) : WEXITSTATUS(status)));
}

static size_t emit_exit(struct command *command, uint8_t *to)
{
    command->owes_exit = false;
    to = put_head(to, 18, command->channel, FRAME_EXIT);
    to = put_status(to, command->status);
    to = put_number(to, 8, command->outputs[0].ring.end);
    put_number(to, 8, command->outputs[1].ring.end);
    return FRAME_HEAD + 18;
}

/* The next thing a command has to say: the answer to START comes first, the exit last. */
static size_t emit(struct command *command, uint8_t *to)
{
    if (!command->channel)
        return 0;
    if (command->failure.stage)
        return emit_failed(command, to);
    if (command->state == STARTING)
        return 0;
    if (command->owes_answer)
        return emit_started(command, to);
    if (command->input.owes_taken)
        return input_emit(&command->input, command->channel, to);
    for (int i = 0; i < 2; i++) {
        int stream = command->turn = !command->turn;
        if (output_pending(&command->outputs[stream]))
            return output_emit(&command->outputs[stream], command->channel, stream, to);
    }
    if (command->state == FINISHED && command->owes_exit)
        return emit_exit(command, to);
    return 0;
}

size_t commands_emit(uint8_t *to)
{
    while (ready_first) {
        struct command *command = ready_first;
        ready_first = command->next_ready;
        command->ready = false;
        if (command->state == FINISHED && command->forgotten) {
            command->next_ready = graves;
            graves = command;
            continue;
        }
        size_t length = emit(command, to);
        if (length > 0) {
            /* Behind all others that wait: a flood does not hold up anybody. */
            if (!(command->state == FINISHED && command->forgotten))
                command_speaks(command);
            return length;
        }
    }
    return 0;
}

size_t commands_list(int *slot, uint8_t *to)
{
    while (*slot < COMMANDS_MAX && (!slots[*slot] || slots[*slot]->failure.stage || slots[*slot]->forgotten))
        ++*slot;
    if (*slot == COMMANDS_MAX)
        return 0;
    struct command *command = slots[(*slot)++];
    size_t name = strlen(command->id) + 1;
    size_t length = name + 1 + 4 + 1 + 2 + 32;
    to = put_head(to, length, 0, FRAME_LISTED);
    memcpy(to, command->id, name);
    to = put_number(to + name, 1, command->state == DRAINING ? RUNNING : command->state == FINISHED ? 2 : command->state);
    to = put_number(to, 4, (uint64_t)command->pid);
    to = put_number(to, 1, command->pty ? FLAG_PTY : 0);
    to = put_status(to, command->status);
    for (int i = 0; i < 2; i++) {
        to = put_number(to, 8, command->outputs[i].ring.base);
        to = put_number(to, 8, command->outputs[i].ring.end);
    }
    return FRAME_HEAD + length;
}

void commands_unbind(void)
{
    for (int i = 0; i < COMMANDS_MAX; i++) {
        struct command *command = slots[i];
        if (!command)
            continue;
        detach(command);
        if (command->failure.stage)
            discard(command);
    }
}

bool commands_running(void)
{
    for (int i = 0; i < COMMANDS_MAX; i++)
        if (slots[i] && slots[i]->state != FINISHED)
            return true;
    return false;
}

bool commands_pending(void)
{
    for (struct command *command = ready_first; command; command = command->next_ready)
        if (command->channel)
            return true;
    for (int i = 0; i < COMMANDS_MAX; i++)
        if (slots[i] && slots[i]->channel && slots[i]->owes_exit)
            return true;
    return false;
}

int commands_tick(void)
{
    int64_t next = -1, now = now_ms();
    bool room = ring_room_again();
    for (int i = 0; i < COMMANDS_MAX; i++) {
        struct command *command = slots[i];
        if (!command)
            continue;
        for (int k = 0; room && k < 2; k++)
            output_watch(&command->outputs[k]);
        if (command->state == DRAINING)
            settle(command, now);
        if (slots[i] != command || command->state != DRAINING)
            continue;
        int64_t due = command->ending && command->control.fd >= 0 ? command->ended_by : command->silent_at;
        if (due && (next < 0 || due < next))
            next = due;
    }
    while (graves) {
        struct command *command = graves;
        graves = command->next_ready;
        free(command);
    }
    return next < 0 ? -1 : next > now ? (int)(next - now) : 0;
}
