/* What a box might try. Each attempt changes nothing that lasts, also where it succeeds. */
#ifndef PROBE_H
#define PROBE_H

#include <stddef.h>

/* Zero when the attempt got through, else the error that refused it. */
typedef int attempt(void);

struct probe {
	const char *name;
	attempt *attempt;
};

extern const struct probe abi_probes[], admin_probes[], kernel_probes[], namespace_probes[], process_probes[], view_probes[];

/* The supervisor of the command that is this program. */
extern int supervisor;

/* The error of the last call when it failed. */
int refused_if(int failed);
/* For calls whose arguments are wrong on purpose: they got past the check of privileges when they fail with ALLOWED. */
int refused_unless(long result, int allowed);
int can_open(const char *path, int flags);

/* Keeps an abstract socket and a shared memory segment open on the host until its input ends. */
int serve(void);

int reach(const char *address, const char *port);

#endif
