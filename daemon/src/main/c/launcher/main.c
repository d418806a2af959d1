/* Picks the subcommand; each has a file of its own. */
#include "launcher.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"userns", userns_command},
	{"up", up_command},
	{"network", network_command},
	{"remove", remove_command},
	{"unpack", unpack_command},
	{"tether", tether_command},
	{"watch", watch_command},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	usage("SUBCOMMAND …");
}
