/*
 * watch PID DIRECTORY BYTES FILE: ends commands of the box whose first process is PID when DIRECTORY, its disk, takes
 * more than BYTES. It is for disks that the kernel cannot limit, and runs in the background until the box ends, because
 * boxes outlive their daemon. Each time that it ends commands FILE gets one byte longer, before it does.
 *
 * Measuring reads the whole tree. So it is done only when the file system has lost as much of its free space, to whom
 * ever, as the box may still take; asking for that is one call. The less that is, the more often it is asked for.
 */
#include "launcher.h"
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* So much can be written in a millisecond. */
#define FASTEST (4 * MEBIBYTE)
#define SHORTEST_MS 5
#define LONGEST_MS 1000
/* Where little room is left, so often is looked while nothing changes. */
#define IDLE_MS 100
/* Below this no measuring beforehand comes closer to the limit. */
#define NEAR (16 * MEBIBYTE)
/* A box that is over its limit may take so much for files that it removes. */
#define SLACK MEBIBYTE
/* So often those who write are ended, while it does not get below its limit, before all are. */
#define PATIENCE 4
/* Measuring takes a fifth of a processor at most; every so often it is done in case somebody else has freed as much as
 * the box has taken. */
#define MEASURING_SHARE 4
#define AT_LEAST_EACH_MS 60000

struct disk {
	struct watched box;
	int directory, ends;
	long long limit;
	/* As they were when it was measured. */
	long long used, free;
	struct writers writers;
	long long measured_at, took_ms;
	/* The least that was used since commands were ended, 0 when that has been below the limit; how often in a row. */
	long long ended_at;
	int strikes;
};

static long long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static long long free_space(const struct disk *disk)
{
	struct statvfs system;
	return fstatvfs(disk->directory, &system) < 0 ? disk->free : (long long)system.f_bfree * (long long)system.f_frsize;
}

static void measure(struct disk *disk)
{
	long long start = now_ms();
	/* What is written meanwhile counts once more, so never too late. */
	disk->free = free_space(disk);
	disk->used = measure_disk(disk->directory, &disk->box);
	free(disk->writers.list);
	disk->writers = look_at_writers(&disk->box);
	disk->measured_at = now_ms();
	disk->took_ms = disk->measured_at - start;
}

static bool may_be_full(const struct disk *disk, long long lost)
{
	long long left = disk->limit - disk->used;
	if (left <= 0)
		return lost >= SLACK || lost <= -SLACK;
	return lost >= (left > NEAR ? left - left / 4 : left);
}

/* Those who have written since it was measured last; in the end all: what takes room could hide behind others. */
static void end_commands(struct disk *disk, const struct writers *before)
{
	if (write(disk->ends, "", 1) != 1)
		return;
	end_writers(&disk->box, before, disk->strikes >= PATIENCE);
	disk->strikes++;
	disk->ended_at = disk->used;
}

static void look(struct disk *disk, long long lost)
{
	long long since = now_ms() - disk->measured_at;
	if (since < MEASURING_SHARE * disk->took_ms || !(may_be_full(disk, lost) || (lost != 0 && since >= AT_LEAST_EACH_MS)))
		return;
	struct writers before = disk->writers;
	disk->writers = (struct writers){0};
	measure(disk);
	if (disk->used <= disk->limit) {
		disk->ended_at = 0;
		disk->strikes = 0;
	} else if (disk->used >= disk->ended_at + SLACK) {
		end_commands(disk, &before);
		measure(disk);
	} else if (disk->used < disk->ended_at) {
		disk->ended_at = disk->used;
	}
	free(before.list);
}

static int pause_ms(const struct disk *disk, long long lost, bool idle, int last)
{
	long long left = disk->limit - disk->used - (lost > 0 ? lost : 0);
	long long pause = left / FASTEST;
	if (idle && pause < IDLE_MS)
		pause = last < IDLE_MS / 2 ? 2LL * last : IDLE_MS;
	return pause < SHORTEST_MS ? SHORTEST_MS : pause > LONGEST_MS ? LONGEST_MS : (int)pause;
}

static void watch(struct disk *disk, struct pollfd *end)
{
	long long before = -1;
	int pause = SHORTEST_MS;
	measure(disk);
	for (;;) {
		int ended = poll(end, 1, pause);
		if (ended > 0)
			return;
		long long lost = disk->free - free_space(disk);
		look(disk, lost);
		pause = pause_ms(disk, lost, lost == before, pause);
		before = lost;
	}
}

/* Root may look into everybody's namespaces; a user, who made the box's, when in it. */
static void enter_users(const char *pid)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%.20s/ns/user", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWUSER) < 0)
		fail("enter", path);
	close(fd);
}

/* False when another watch has it. */
static bool take(int file)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	return fcntl(file, F_SETLK, &all) == 0;
}

int watch_command(int argc, char **argv)
{
	if (argc != 7)
		usage("watch UIDS GIDS PID DIRECTORY BYTES FILE");
	const char *pid = argv[3];
	char path[64];
	struct pollfd end = {.fd = open_process(pid), .events = POLLIN};
	if (end.fd < 0)
		return 0;
	struct disk disk = {
		.box = {.first = atoi(pid)},
		.directory = open(argv[4], O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.limit = atoll(argv[5]),
		.ends = open(argv[6], O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600),
	};
	if (disk.directory < 0 || disk.ends < 0)
		fail("open", disk.directory < 0 ? argv[4] : argv[6]);
	if (geteuid() != 0)
		enter_users(pid);
	snprintf(path, sizeof path, "/proc/%.20s/ns/pid", pid);
	if (stat(path, &disk.box.processes) < 0)
		fail("look at", path);
	leave_for_background();
	if (take(disk.ends))
		watch(&disk, &end);
	return 0;
}
