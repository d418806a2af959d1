#include "record.h"
#include "launcher.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { HEADER = 45, BLOCK = 4096 };

static struct {
	unsigned char bytes[1 << 18];
	size_t start, end;
} input;

static size_t fill(void)
{
	if (input.start == input.end) {
		ssize_t got;
		do
			got = read(0, input.bytes, sizeof input.bytes);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			fail("read", "records");
		if (got == 0)
			fail_because("read", "records", "they end too early");
		input.start = 0;
		input.end = (size_t)got;
	}
	return input.end - input.start;
}

static void take(void *into, size_t size)
{
	for (unsigned char *at = into; size > 0;) {
		size_t part = fill() < size ? fill() : size;
		memcpy(at, input.bytes + input.start, part);
		input.start += part;
		at += part;
		size -= part;
	}
}

uint64_t read_number(const unsigned char **at, int bytes)
{
	uint64_t value = 0;
	for (int i = 0; i < bytes; i++)
		value |= (uint64_t)(*at)[i] << (8 * i);
	*at += bytes;
	return value;
}

void read_record(struct record *r)
{
	unsigned char header[HEADER];
	take(header, sizeof header);
	const unsigned char *at = header;
	r->kind = (unsigned char)read_number(&at, 1);
	r->mode = (mode_t)read_number(&at, 4) & 07777;
	r->uid = (uid_t)read_number(&at, 4);
	r->gid = (gid_t)read_number(&at, 4);
	r->times[0].tv_sec = (time_t)read_number(&at, 8);
	r->times[0].tv_nsec = (long)read_number(&at, 4);
	r->times[1] = r->times[0];
	r->path_size = (uint32_t)read_number(&at, 4);
	r->target_size = (uint32_t)read_number(&at, 4);
	r->attributes_size = (uint32_t)read_number(&at, 4);
	r->size = read_number(&at, 8);
	if (r->path_size > MAX_PATH || r->target_size > MAX_PATH || r->attributes_size > MAX_ATTRIBUTES)
		fail_because("read", "records", "one is too long");
	take(r->path, r->path_size);
	r->path[r->path_size] = '\0';
	take(r->target, r->target_size);
	r->target[r->target_size] = '\0';
	take(r->attributes, r->attributes_size);
}

static bool zeros(const unsigned char *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

static size_t to_block_end(uint64_t at, size_t most)
{
	size_t rest = BLOCK - at % BLOCK;
	return rest < most ? rest : most;
}

static void write_part(int fd, const unsigned char *bytes, size_t size, const char *path)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			fail("write", path);
		bytes += written;
		size -= (size_t)written;
	}
}

/* Blocks of zeros become holes, so that a sparse file takes no more room than in the image that it came from. */
void write_content(int fd, const struct record *r)
{
	uint64_t at = 0;
	bool hole = false;
	while (at < r->size) {
		size_t part = fill();
		if (part > r->size - at)
			part = (size_t)(r->size - at);
		const unsigned char *bytes = input.bytes + input.start;
		for (size_t done = 0, run; done < part; done += run) {
			run = to_block_end(at + done, part - done);
			hole = zeros(bytes + done, run);
			while (!hole && done + run < part) {
				size_t next = to_block_end(at + done + run, part - done - run);
				if (zeros(bytes + done + run, next))
					break;
				run += next;
			}
			if (!hole)
				write_part(fd, bytes + done, run, r->path);
			else if (lseek(fd, (off_t)run, SEEK_CUR) < 0)
				fail("write", r->path);
		}
		input.start += part;
		at += part;
	}
	if (hole && ftruncate(fd, (off_t)r->size) < 0)
		fail("write", r->path);
}
