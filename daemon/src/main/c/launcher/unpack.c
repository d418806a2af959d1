/*
 * unpack UIDS GIDS DIRECTORY: makes the files of one layer from records on stdin. The daemon has parsed and checked the
 * layer's tar; here nothing is parsed but the fixed format below, and nothing outside DIRECTORY can be reached, because
 * the process has changed its root to it as root of the user namespace only.
 *
 * A record, numbers little-endian:
 *   u8 kind; u32 mode, uid, gid; i64 seconds; u32 nanoseconds; u32 path, target, attributes; u64 size
 * followed by that many bytes of path, link target, extended attributes and content. An attribute is u32 name, u32 value
 * and these bytes. Paths are relative and without "." or ".."; the empty path is DIRECTORY.
 */
#include "launcher.h"
#include "place.h"
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* A box with one id only cannot have files of others: all belong to its root. */
static bool one_id;

static void set_attributes(int fd, const struct record *r)
{
	const unsigned char *at = r->attributes, *end = at + r->attributes_size;
	while (end - at >= 8) {
		size_t name_size = read_number(&at, 4), value_size = read_number(&at, 4);
		char name[256];
		if (name_size >= sizeof name || name_size + value_size > (size_t)(end - at))
			fail_because("read", "records", "an extended attribute is too long");
		memcpy(name, at, name_size);
		name[name_size] = '\0';
		/* A file system without this kind of attribute still holds the file. */
		if (fsetxattr(fd, name, at + name_size, value_size, 0) < 0 && errno != ENOTSUP) {
			char what[MAX_PATH + 300];
			snprintf(what, sizeof what, "%s of %s", name, r->path);
			fail("set the attribute", what);
		}
		at += name_size + value_size;
	}
}

/* In this order: a change of owner clears set-id bits and capabilities. */
static void finish(int fd, const struct record *r)
{
	if (!one_id && fchown(fd, r->uid, r->gid) < 0) {
		char what[MAX_PATH + 64];
		snprintf(what, sizeof what, "%s to %u:%u", r->path, r->uid, r->gid);
		fail("give", what);
	}
	if (fchmod(fd, r->mode) < 0)
		fail("set the mode of", r->path);
	set_attributes(fd, r);
	if (futimens(fd, r->times) < 0)
		fail("set the times of", r->path);
	close(fd);
}

static void make_directory(const struct place *p, const struct record *r)
{
	bool opaque = false;
	if (mkdirat(p->parent, p->name, 0700) < 0) {
		if (errno != EEXIST)
			fail("make the directory", r->path);
		struct stat there;
		if (fstatat(p->parent, p->name, &there, AT_SYMLINK_NOFOLLOW) < 0)
			fail("look at", r->path);
		if (!S_ISDIR(there.st_mode)) {
			if (r->kind == KIND_IMPLIED && !is_whiteout(&there))
				fail_because("reach a file below", r->path, "it is a link or a file, not a directory");
			/* The layer removes what lies below and makes a directory of its own: both must be said. */
			opaque = is_whiteout(&there);
			remove_place(p, r->path);
			if (mkdirat(p->parent, p->name, 0700) < 0)
				fail("make the directory", r->path);
		} else if (r->kind == KIND_IMPLIED) {
			return;
		}
	}
	int fd = open_directory(p, r->path);
	if (opaque)
		set_opaque(fd, r->path);
	finish(fd, r);
}

static void make_file(const struct place *p, const struct record *r)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(p->parent, p->name, flags, 0600);
	if (fd < 0 && errno == EEXIST) {
		remove_place(p, r->path);
		fd = openat(p->parent, p->name, flags, 0600);
	}
	if (fd < 0)
		fail("make the file", r->path);
	write_content(fd, r);
	finish(fd, r);
}

static void make_symlink(const struct place *p, const struct record *r)
{
	if (symlinkat(r->target, p->parent, p->name) < 0) {
		if (errno != EEXIST)
			fail("make the symbolic link", r->path);
		remove_place(p, r->path);
		if (symlinkat(r->target, p->parent, p->name) < 0)
			fail("make the symbolic link", r->path);
	}
	if (!one_id && fchownat(p->parent, p->name, r->uid, r->gid, AT_SYMLINK_NOFOLLOW) < 0)
		fail("give to its owner", r->path);
	if (utimensat(p->parent, p->name, r->times, AT_SYMLINK_NOFOLLOW) < 0)
		fail("set the times of", r->path);
}

static void make_link(const struct place *p, const struct record *r)
{
	struct place target = find_place(r->target);
	struct stat source, there;
	if (fstatat(target.parent, target.name, &source, AT_SYMLINK_NOFOLLOW) < 0) {
		char what[2 * MAX_PATH + 8];
		snprintf(what, sizeof what, "%s to %s", r->path, r->target);
		fail("make the hard link", what);
	}
	if (fstatat(p->parent, p->name, &there, AT_SYMLINK_NOFOLLOW) == 0) {
		if (there.st_dev == source.st_dev && there.st_ino == source.st_ino) {
			close(target.parent);
			return;
		}
		remove_place(p, r->path);
	}
	if (linkat(target.parent, target.name, p->parent, p->name, 0) < 0)
		fail("make the hard link", r->path);
	close(target.parent);
}

static void make_fifo(const struct place *p, const struct record *r)
{
	if (mkfifoat(p->parent, p->name, 0600) < 0) {
		if (errno != EEXIST)
			fail("make the fifo", r->path);
		remove_place(p, r->path);
		if (mkfifoat(p->parent, p->name, 0600) < 0)
			fail("make the fifo", r->path);
	}
	if (!one_id && fchownat(p->parent, p->name, r->uid, r->gid, AT_SYMLINK_NOFOLLOW) < 0)
		fail("give to its owner", r->path);
	if (fchmodat(p->parent, p->name, r->mode, 0) < 0)
		fail("set the mode of", r->path);
	if (utimensat(p->parent, p->name, r->times, AT_SYMLINK_NOFOLLOW) < 0)
		fail("set the times of", r->path);
}

/* A whiteout hides what lower layers have; what this layer itself has under the name stays. */
static void make_whiteout(const struct place *p, const struct record *r)
{
	if (mknodat(p->parent, p->name, S_IFCHR, 0) == 0)
		return;
	struct stat there;
	if (errno != EEXIST)
		fail("make the whiteout", r->path);
	if (fstatat(p->parent, p->name, &there, AT_SYMLINK_NOFOLLOW) < 0)
		fail("look at", r->path);
	if (S_ISDIR(there.st_mode)) {
		int fd = open_directory(p, r->path);
		set_opaque(fd, r->path);
		close(fd);
	}
}

static void apply(const struct record *r)
{
	struct place p = find_place(r->path);
	int fd;
	switch (r->kind) {
	case KIND_DIRECTORY:
	case KIND_IMPLIED:
		if (r->path_size == 0)
			finish(open_directory(&p, r->path), r);
		else
			make_directory(&p, r);
		break;
	case KIND_FILE:
		make_file(&p, r);
		break;
	case KIND_SYMLINK:
		make_symlink(&p, r);
		break;
	case KIND_LINK:
		make_link(&p, r);
		break;
	case KIND_FIFO:
		make_fifo(&p, r);
		break;
	case KIND_WHITEOUT:
		make_whiteout(&p, r);
		break;
	case KIND_OPAQUE:
		fd = open_directory(&p, r->path);
		set_opaque(fd, r->path);
		close(fd);
		break;
	case KIND_TIMES:
		if (utimensat(p.parent, p.name, r->times, AT_SYMLINK_NOFOLLOW) < 0)
			fail("set the times of", r->path);
		break;
	default:
		fail_because("read", "records", "one is of an unknown kind");
	}
	close(p.parent);
}

/* Leaves this process as root of the user namespace, with DIRECTORY as its root directory. */
static void enter(const struct id_maps *maps, const char *directory)
{
	int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fail("open", directory);
	const struct id_extent *user = maps->uids.extent, *group = maps->gids.extent;
	if (geteuid() == 0 && chown(directory, user->outside, group->outside) < 0)
		fail("give to the root of boxes", directory);
	enter_user_namespace(maps, 0);
	/* By descriptor: the directories above are closed to the ids of boxes. */
	if (fchdir(fd) < 0 || chroot(".") < 0)
		fail("change the root directory to", directory);
	close(fd);
	umask(0);
}

int unpack_command(int argc, char **argv)
{
	static struct record record;
	if (argc != 4)
		usage("unpack UIDS GIDS DIRECTORY");
	struct id_maps maps;
	parse_id_maps(&maps, argv[1], argv[2]);
	one_id = maps.uids.extents == 1 && maps.uids.extent[0].count == 1;
	enter(&maps, argv[3]);
	for (;;) {
		read_record(&record);
		if (record.kind == KIND_END)
			return 0;
		apply(&record);
	}
}
