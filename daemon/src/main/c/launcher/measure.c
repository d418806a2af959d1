/*
 * How much of a disk a box takes: what lies in its directory, and what has been removed there while somebody has it
 * open. The box writes all of it, and may change it at the same time: nothing is followed, and what vanishes is nothing.
 */
#include "watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

/* Each takes a descriptor. What is nested deeper is not counted. */
#define DEPTH 500
#define NAMELESS_MAX 65536

/* A file with several names counts in parts, one at each name. */
static long long taken(const struct stat *file)
{
	return (long long)file->st_blocks * 512 / (file->st_nlink > 1 && !S_ISDIR(file->st_mode) ? (long long)file->st_nlink : 1);
}

static long long measure_below(int fd, dev_t device, int depth)
{
	long long sum = 0;
	DIR *directory = fdopendir(fd);
	if (directory == NULL) {
		close(fd);
		return 0;
	}
	const struct dirent *entry;
	while ((entry = readdir(directory)) != NULL) {
		struct stat file;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    fstatat(fd, entry->d_name, &file, AT_SYMLINK_NOFOLLOW) < 0 || file.st_dev != device)
			continue;
		sum += taken(&file);
		int below = S_ISDIR(file.st_mode) && depth < DEPTH
				    ? openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
				    : -1;
		if (below >= 0)
			sum += measure_below(below, device, depth + 1);
	}
	closedir(directory);
	return sum;
}

struct nameless {
	dev_t disk;
	struct stat *files;
	size_t count;
};

static void find_nameless(pid_t pid, void *context)
{
	struct nameless *found = context;
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	DIR *directory = opendir(path);
	const struct dirent *entry;
	while (directory != NULL && found->count < NAMELESS_MAX && (entry = readdir(directory)) != NULL) {
		struct stat *file = &found->files[found->count];
		struct statfs system;
		snprintf(path, sizeof path, "/proc/%d/fd/%.16s", pid, entry->d_name);
		/* A file in memory has no name either, and is not on the disk. */
		if (stat(path, file) == 0 && S_ISREG(file->st_mode) && file->st_nlink == 0 &&
		    (file->st_dev == found->disk || (statfs(path, &system) == 0 && system.f_type == OVERLAYFS_SUPER_MAGIC)))
			found->count++;
	}
	if (directory != NULL)
		closedir(directory);
}

static int by_file(const void *one, const void *other)
{
	const struct stat *a = one, *b = other;
	return a->st_dev != b->st_dev ? (a->st_dev > b->st_dev) - (a->st_dev < b->st_dev)
				      : (a->st_ino > b->st_ino) - (a->st_ino < b->st_ino);
}

static long long measure_nameless(dev_t disk, const struct watched *box)
{
	struct nameless found = {.disk = disk, .files = malloc(NAMELESS_MAX * sizeof *found.files)};
	long long sum = 0;
	if (found.files == NULL)
		return 0;
	each_process(box, find_nameless, &found);
	qsort(found.files, found.count, sizeof *found.files, by_file);
	for (size_t i = 0; i < found.count; i++)
		if (i == 0 || by_file(&found.files[i - 1], &found.files[i]) != 0)
			sum += taken(&found.files[i]);
	free(found.files);
	return sum;
}

long long measure_disk(int directory, const struct watched *box)
{
	struct stat disk;
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &disk) < 0)
		return 0;
	return measure_below(fd, disk.st_dev, 1) + measure_nameless(disk.st_dev, box);
}
