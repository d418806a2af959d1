/*
 * Makes what a box stands on and becomes the container runtime: its own mount namespace, the disk, the root file
 * system, the agent's socket. The mounts live in that namespace only, so they go with the box, however it ends.
 */
#include "mounts.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char synopsis[] =
	"up UIDS GIDS --mounts DIR --socket PATH (--directory DIR | --image FILE [--template FILE]) [--ephemeral] [--enter]"
	" [--file FILE]… [--volume|--read-only-volume PATH --at PATH]…"
	" ([--layer DIR]… | --tree DIR | --host) -- PROGRAM ARGS";

enum { MOUNTS = 1, SOCKET, DIRECTORY, IMAGE, TEMPLATE, EPHEMERAL, ENTER, LAYER, TREE, HOST, SMALL_FILE, VOLUME, READ_ONLY_VOLUME, AT };

static const struct option options[] = {
	{"mounts", required_argument, NULL, MOUNTS},       {"socket", required_argument, NULL, SOCKET},
	{"directory", required_argument, NULL, DIRECTORY}, {"image", required_argument, NULL, IMAGE},
	{"template", required_argument, NULL, TEMPLATE},   {"ephemeral", no_argument, NULL, EPHEMERAL},
	{"enter", no_argument, NULL, ENTER},               {"layer", required_argument, NULL, LAYER},
	{"tree", required_argument, NULL, TREE},           {"host", no_argument, NULL, HOST},
	{"file", required_argument, NULL, SMALL_FILE},
	{"volume", required_argument, NULL, VOLUME},       {"read-only-volume", required_argument, NULL, READ_ONLY_VOLUME},
	{"at", required_argument, NULL, AT},               {NULL, 0, NULL, 0},
};

static void set(struct box *box, int option, const char *value)
{
	switch (option) {
	case MOUNTS:
		box->mounts = value;
		break;
	case SOCKET:
		box->socket = value;
		break;
	case DIRECTORY:
		box->directory = value;
		break;
	case IMAGE:
		box->image = value;
		break;
	case TEMPLATE:
		box->template = value;
		break;
	case EPHEMERAL:
		box->ephemeral = true;
		break;
	case ENTER:
		box->enter = true;
		break;
	case LAYER:
		box->layers[box->layer_count++] = value;
		break;
	case TREE:
		box->tree = value;
		break;
	case HOST:
		box->host = true;
		break;
	case SMALL_FILE:
		box->files[box->file_count++] = value;
		break;
	case VOLUME:
	case READ_ONLY_VOLUME:
		box->volumes[box->volume_count++] = (struct volume){.source = value, .read_only = option == READ_ONLY_VOLUME};
		break;
	case AT:
		if (box->volume_count == 0)
			usage(synopsis);
		box->volumes[box->volume_count - 1].target = value;
		break;
	default:
		usage(synopsis);
	}
}

/* The runtime gives its standard streams to the box's root (fchown), who would then own the host's /dev/null: it gets a
 * pipe instead, that nobody is at the other end of. Where it says what went wrong is a file of this box. */
static void take_own_streams(void)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0 || dup2(ends[0], 0) < 0 || dup2(ends[1], 1) < 0)
		fail("make", "a pipe");
	close(ends[0]);
	close(ends[1]);
}

int up_command(int argc, char **argv)
{
	if (argc < 4)
		usage(synopsis);
	struct box box = {
		.layers = calloc((size_t)argc, sizeof *box.layers),
		.files = calloc((size_t)argc, sizeof *box.files),
		.volumes = calloc((size_t)argc, sizeof *box.volumes),
	};
	if (box.layers == NULL || box.files == NULL || box.volumes == NULL)
		fail("take", "memory");
	parse_id_maps(&box.maps, argv[1], argv[2]);
	argc -= 2;
	argv += 2;
	int option;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) >= 0)
		set(&box, option, optarg);
	if (box.mounts == NULL || box.socket == NULL || (box.directory == NULL) == (box.image == NULL) || optind >= argc)
		usage(synopsis);
	for (size_t i = 0; i < box.volume_count; i++)
		if (box.volumes[i].target == NULL || box.volumes[i].target[0] != '/')
			usage(synopsis);

	enter_mount_namespace(&box);
	/* The box's root is not the owner of any directory on the way: it may pass through this one. */
	mount_at("tmpfs", box.mounts, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0711,size=1m");
	if (chdir(box.mounts) < 0)
		fail("enter", box.mounts);
	umask(022);
	copy_files(&box);
	mount_disk(&box);
	if (box.host)
		mount_host(&box);
	else
		mount_layers(&box);
	mount_volumes(&box);
	reserve_disk(&box);
	listen_for_agent(box.socket);
	take_own_streams();
	if (chdir("/") < 0)
		fail("enter", "/");
	execv(argv[optind], argv + optind);
	fail("run", argv[optind]);
}
