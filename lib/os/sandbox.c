/*
 * sandbox.c - what a role may still ask of the kernel.
 *
 * The filter is written as BPF here, not through libseccomp: a master should
 * map little, for each child pays for what it maps, and the program is a list
 * of numbers with four checks of arguments.
 */

#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/landlock.h"
#include "os/log.h"
#include "os/seccomp.h"

static void
limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit r = { most, most };

	if (setrlimit(what, &r) != 0)
		log_die("sandbox-failed", "step=rlimit errno=%d", errno);
}

/* As many as are wanted, or as the system gives. */
static void
limit_files(rlim_t want)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_max < want)
		want = r.rlim_max;
	limit(RLIMIT_NOFILE, want);
}

void
sandbox_enter(const struct sandbox *s)
{
	limit(RLIMIT_CORE, 0);
	if (s->files > 0)
		limit_files(s->files);
#ifndef PLI_SANITIZED
	if (s->memory > 0)
		limit(RLIMIT_DATA, s->memory);
#endif
	if ((s->may & SANDBOX_FORK) == 0)
		limit(RLIMIT_NPROC, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		log_die("sandbox-failed", "step=prctl errno=%d", errno);
#ifdef PLI_SANITIZED
	log_event("sandbox", "level=limits-only reason=sanitizer");
#else
	int abi = landlock_enter(s->read_dirs, s->write_dirs, s->ports);

	if (abi < 1)
		log_die("sandbox-failed", "step=landlock errno=%d", errno);
	if (!seccomp_enter(s->may))
		log_die("sandbox-failed", "step=seccomp errno=%d", errno);
	log_event("sandbox", "level=full landlock=%d", abi);
#endif
}

void
sandbox_child(void)
{
	limit(RLIMIT_NPROC, 0);
#ifndef PLI_SANITIZED
	if (!seccomp_child())
		log_die("sandbox-failed", "step=seccomp-child errno=%d", errno);
#endif
}
