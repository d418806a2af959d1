#include "launcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fail_because(const char *step, const char *object, const char *reason)
{
	fprintf(stderr, "boxrun-launcher: %s %s: %s\n", step, object, reason);
	exit(FAILED);
}

_Noreturn void fail(const char *step, const char *object)
{
	fail_because(step, object, strerror(errno));
}

_Noreturn void usage(const char *synopsis)
{
	fprintf(stderr, "usage: boxrun-launcher %s\n", synopsis);
	exit(FAILED);
}
