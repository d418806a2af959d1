/*
 * /etc/hosts and its like. They stand in the launcher's tmpfs, whose size bounds what a box can write to them: on the
 * host's disk it could fill that.
 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SMALL 65536

static void copy_file(const struct box *box, const char *path)
{
	static char content[SMALL];
	char target[256];
	const char *slash = strrchr(path, '/');
	snprintf(target, sizeof target, FILES "/%s", slash == NULL ? path : slash + 1);
	int from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		fail("open", path);
	ssize_t length = read(from, content, sizeof content);
	if (length < 0)
		fail("read", path);
	if (length == sizeof content)
		fail_because("copy", path, "it is too long");
	int to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (to < 0 || write(to, content, (size_t)length) != length || fchown(to, root_user(box), root_group(box)) < 0)
		fail("write", target);
	close(to);
	close(from);
}

void copy_files(const struct box *box)
{
	make_directory(box, FILES);
	for (size_t i = 0; i < box->file_count; i++)
		copy_file(box, box->files[i]);
}
