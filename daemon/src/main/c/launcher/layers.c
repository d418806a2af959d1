/*
 * The root file system of a box made from an image: one overlay. Layers get names of one or two digits by symbolic
 * links in the launcher's own tmpfs, so that many fit into the one page of a mount's options, and so that the box's
 * /proc/mounts shows no path of the host.
 */
#include "mounts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* What the kernel takes as options of a mount. */
#define OPTIONS_MAX 4096

/* A disk that was mounted volatile is refused until its mark is gone. Who asked for that knows what a crash of the host does. */
static void forget_volatile(const char *work)
{
	static const char *const marks[] = {"dirty", ""};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		char mark[256];
		snprintf(mark, sizeof mark, "%s/work/incompat/volatile/%s", work, marks[i]);
		if (remove(mark) < 0 && errno != ENOENT)
			fail("remove", mark);
	}
}

void mount_overlay(const struct box *box, const char *lower, const char *upper, const char *work, const char *target)
{
	char options[OPTIONS_MAX];
	make_directory(box, upper);
	make_directory(box, work);
	forget_volatile(work);
	int length = snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s,userxattr%s", lower, upper, work,
			      box->ephemeral ? ",volatile" : "");
	if ((size_t)length >= sizeof options)
		fail_because("mount overlay at", target, "there are too many layers");
	mount_at("overlay", target, "overlay", 0, options);
}

/* Puts the layers into DIRECTORY as 1, 2, … and their names, highest first, into LOWER. */
static void name_layers(const struct box *box, char *lower, size_t size)
{
	char name[24];
	size_t length = 0;
	for (size_t i = box->layer_count; i > 0; i--) {
		snprintf(name, sizeof name, "%zu", i);
		if (access(box->layers[i - 1], X_OK) < 0)
			fail("open layer", box->layers[i - 1]);
		if (symlink(box->layers[i - 1], name) < 0)
			fail("name layer", box->layers[i - 1]);
		length += (size_t)snprintf(lower + length, size - length, "%s%s", length == 0 ? "" : ":", name);
		if (length >= size)
			fail_because("mount overlay at", ROOT, "there are too many layers");
	}
}

/* A tree of the host: root maps its owners, a user sees them as they are. */
static void name_tree(const struct box *box)
{
	make_directory(box, "1");
	mount_clone(box->tree, "1", box->enter ? -1 : open_user_namespace(&box->maps));
}

void mount_layers(const struct box *box)
{
	char lower[OPTIONS_MAX] = "1";
	make_directory(box, ROOT);
	if (box->tree != NULL)
		name_tree(box);
	else if (box->layer_count > 0)
		name_layers(box, lower, sizeof lower);
	else
		make_directory(box, "1"); /* an image without layers is an empty directory */
	mount_overlay(box, lower, DISK "/upper", DISK "/work", ROOT);
}
