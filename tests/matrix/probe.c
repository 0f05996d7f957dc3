/*
 * probe.c - have a live process make one system call, and see what it gets.
 *
 *	probe PID NAME [PATH]
 *
 * The tracer stops the process where it waits in a system call, puts another
 * call in its place and lets it run: what is tried is the release binary in
 * its own sandbox, not a copy made for the test.  Prints "done N",
 * "refused ERRNO", or "killed".  Afterwards the process goes on where it was,
 * if it still lives.  x86-64 only: prints "skipped" elsewhere.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__

enum {
	SCRATCH = 2048,		/* below the red zone, on its own stack */
	SETTLE_US = 20000,
	SETTLE_TIMES = 15,
};

/* In args: the path, the process's parent, a zeroed piece of its memory. */
#define PATH_ARG	(-1000001L)
#define PARENT_ARG	(-1000002L)
#define ZERO_ARG	(-1000003L)

static const struct probe {
	const char *name;
	long nr;
	long arg[6];
} probes[] = {
	{ "read-file", SYS_openat, { AT_FDCWD, PATH_ARG, O_RDONLY } },
	{ "write-file", SYS_openat, { AT_FDCWD, PATH_ARG, O_WRONLY } },
	{ "make-file", SYS_openat, { AT_FDCWD, PATH_ARG,
	    O_WRONLY | O_CREAT | O_EXCL, 0600 } },
	{ "unlink", SYS_unlink, { PATH_ARG } },
	{ "rename", SYS_rename, { PATH_ARG, PATH_ARG } },
	{ "mkdir", SYS_mkdir, { PATH_ARG, 0700 } },
	{ "list-dir", SYS_openat, { AT_FDCWD, PATH_ARG,
	    O_RDONLY | O_DIRECTORY } },
	{ "chmod", SYS_chmod, { PATH_ARG, 0777 } },
	{ "link", SYS_link, { PATH_ARG, PATH_ARG } },
	{ "symlink", SYS_symlink, { PATH_ARG, PATH_ARG } },
	{ "socket-tcp", SYS_socket, { AF_INET, SOCK_STREAM, 0 } },
	{ "socket-udp", SYS_socket, { AF_INET6, SOCK_DGRAM, 0 } },
	{ "socket-unix", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 } },
	{ "socket-netlink", SYS_socket, { AF_NETLINK, SOCK_RAW, 0 } },
	{ "connect", SYS_connect, { 3, ZERO_ARG, 16 } },
	{ "bind", SYS_bind, { 3, ZERO_ARG, 16 } },
	{ "listen", SYS_listen, { 3, 1 } },
	{ "fork", SYS_clone, { SIGCHLD } },
	{ "vfork", SYS_vfork, { 0 } },
	{ "thread", SYS_clone, { CLONE_VM | CLONE_THREAD | CLONE_SIGHAND } },
	{ "clone3", SYS_clone3, { ZERO_ARG, 64 } },
	{ "exec", SYS_execve, { PATH_ARG, 0, 0 } },
	{ "execveat", SYS_execveat, { AT_FDCWD, PATH_ARG, 0, 0, 0 } },
	{ "ptrace", SYS_ptrace, { PTRACE_ATTACH, PARENT_ARG, 0, 0 } },
	{ "process-vm-readv", SYS_process_vm_readv,
	    { PARENT_ARG, ZERO_ARG, 1, ZERO_ARG, 1, 0 } },
	{ "process-vm-writev", SYS_process_vm_writev,
	    { PARENT_ARG, ZERO_ARG, 1, ZERO_ARG, 1, 0 } },
	{ "pidfd-open", SYS_pidfd_open, { PARENT_ARG, 0 } },
	{ "pidfd-getfd", SYS_pidfd_getfd, { 3, 3, 0 } },
	{ "kcmp", SYS_kcmp, { PARENT_ARG, PARENT_ARG, 0, 3, 3 } },
	{ "kill-other", SYS_kill, { PARENT_ARG, 0 } },
	{ "kill-parent", SYS_kill, { PARENT_ARG, SIGKILL } },
	{ "kill-all", SYS_kill, { -1, 0 } },
	{ "tgkill", SYS_tgkill, { PARENT_ARG, PARENT_ARG, 0 } },
	{ "sigqueue", SYS_rt_sigqueueinfo, { PARENT_ARG, 0, ZERO_ARG } },
	{ "prlimit-other", SYS_prlimit64, { PARENT_ARG, RLIMIT_CORE, 0, 0 } },
	{ "setuid", SYS_setuid, { 0 } },
	{ "setresuid", SYS_setresuid, { 0, 0, 0 } },
	{ "setgroups", SYS_setgroups, { 0, 0 } },
	{ "capset", SYS_capset, { ZERO_ARG, ZERO_ARG } },
	{ "unshare", SYS_unshare, { CLONE_NEWUSER } },
	{ "setns", SYS_setns, { 3, 0 } },
	{ "mount", SYS_mount, { 0, PATH_ARG, 0, MS_BIND, 0 } },
	{ "chroot", SYS_chroot, { PATH_ARG } },
	{ "mmap-exec", SYS_mmap, { 0, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0 } },
	{ "mprotect-exec", SYS_mprotect, { 0, 0, PROT_READ | PROT_EXEC } },
	{ "bpf", SYS_bpf, { 0, ZERO_ARG, 64 } },
	{ "io-uring", SYS_io_uring_setup, { 1, ZERO_ARG } },
	{ "perf", SYS_perf_event_open, { ZERO_ARG, 0, -1, -1, 0 } },
	{ "userfaultfd", SYS_userfaultfd, { 0 } },
	{ "keyctl", SYS_keyctl, { KEYCTL_GET_KEYRING_ID, -4, 0 } },
	{ "module", SYS_init_module, { ZERO_ARG, 0, ZERO_ARG } },
	{ "ioctl", SYS_ioctl, { 0, 0x5412, ZERO_ARG } },
	{ "dumpable", SYS_prctl, { PR_SET_DUMPABLE, 1, 0, 0, 0 } },
	{ "personality", SYS_personality, { 0xffffffff } },
	{ "socketpair", SYS_socketpair, { AF_UNIX, SOCK_SEQPACKET, 0,
	    ZERO_ARG } },
	{ "memfd", SYS_memfd_create, { PATH_ARG, 0 } },
	{ "accept", SYS_accept4, { 0, 0, 0, 0 } },
	{ "getpid", SYS_getpid, { 0 } },	/* must be done: a control */
};

static pid_t pid;

__attribute__((noreturn))
static void
die(const char *what)
{
	fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
	exit(2);
}

static long
parent_of(pid_t of)
{
	char path[64], text[512];
	const char *at;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)of);
	f = fopen(path, "r");
	if (f == NULL)
		die(path);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	at = strrchr(text, ')');
	return at == NULL ? 1 : strtol(at + 3, NULL, 10);
}

static bool
lives(void)
{
	char path[64], text[512] = "";
	const char *at;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return false;
	if (fgets(text, sizeof(text), f) == NULL)
		text[0] = '\0';
	fclose(f);
	at = strrchr(text, ')');
	return at != NULL && at[2] != 'Z' && at[2] != 'X';
}

static void
write_memory(unsigned long at, const void *mem, size_t n)
{
	char aligned[SCRATCH] = "";

	memcpy(aligned, mem, n);
	for (size_t i = 0; i < n; i += sizeof(long)) {
		long word;

		memcpy(&word, aligned + i, sizeof(word));
		if (ptrace(PTRACE_POKEDATA, pid, at + i, word) != 0)
			die("write its memory");
	}
}

/* The registers for the call, at the system call instruction before rip. */
static void
aim(struct user_regs_struct *r, const struct probe *p, const char *path)
{
	unsigned long zero = (r->rsp - 2 * SCRATCH) & ~15ul;
	unsigned long text = zero + 512;
	static const char zeros[512];
	long a[6];

	write_memory(zero, zeros, sizeof(zeros));
	write_memory(text, path, strlen(path) + 1);
	for (int i = 0; i < 6; i++)
		a[i] = p->arg[i] == PATH_ARG ? (long)text :
		    p->arg[i] == ZERO_ARG ? (long)zero :
		    p->arg[i] == PARENT_ARG ? parent_of(pid) : p->arg[i];
	r->rax = (unsigned long)p->nr;
	r->rdi = (unsigned long)a[0];
	r->rsi = (unsigned long)a[1];
	r->rdx = (unsigned long)a[2];
	r->r10 = (unsigned long)a[3];
	r->r8 = (unsigned long)a[4];
	r->r9 = (unsigned long)a[5];
	r->orig_rax = (unsigned long)-1;
	r->rip -= 2;
}

/* True when it stopped, false when it died. */
static bool
wait_stop(void)
{
	int status;

	if (waitpid(pid, &status, __WALL) != pid)
		die("wait");
	return WIFSTOPPED(status);
}

/* On to where a system call begins or ends; signals are passed on. */
static bool
run_to_call(void)
{
	int status, sig = 0;

	do {
		if (ptrace(PTRACE_SYSCALL, pid, 0, sig) != 0)
			die("run it");
		if (waitpid(pid, &status, __WALL) != pid)
			die("wait");
		if (!WIFSTOPPED(status))
			return false;
		sig = WSTOPSIG(status);
	} while (sig != (SIGTRAP | 0x80));
	return true;
}

static int
report(const struct probe *p, const char *path)
{
	struct user_regs_struct before, r;
	long ret;

	if (ptrace(PTRACE_GETREGS, pid, 0, &before) != 0)
		die("read its registers");
	r = before;
	aim(&r, p, path);
	if (ptrace(PTRACE_SETREGS, pid, 0, &r) != 0)
		die("set its registers");
	/* in, and out again */
	for (int i = 0; i < 2; i++)
		if (!run_to_call()) {
			puts("killed");
			return 0;
		}
	if (ptrace(PTRACE_GETREGS, pid, 0, &r) != 0)
		die("read its registers");
	(void)ptrace(PTRACE_SETREGS, pid, 0, &before);
	(void)ptrace(PTRACE_DETACH, pid, 0, 0);
	ret = (long)r.rax;
	/* a call that seccomp kills for comes out as well; death follows */
	for (int i = 0; i < SETTLE_TIMES && lives(); i++)
		usleep(SETTLE_US);
	if (!lives())
		puts("killed");
	else if (ret < 0 && ret > -4096)
		printf("refused %ld\n", -ret);
	else
		printf("done %ld\n", ret);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *path = argc > 3 ? argv[3] : "/nowhere";

	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
			puts(probes[i].name);
		return 0;
	}
	if (argc < 3 || strlen(path) >= 1024) {
		fputs("usage: probe PID NAME [PATH] | probe list\n", stderr);
		return 2;
	}
	pid = (pid_t)strtol(argv[1], NULL, 10);
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		if (strcmp(probes[i].name, argv[2]) != 0)
			continue;
		if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD) != 0)
			die("attach");
		if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) != 0)
			die("stop it");
		if (!wait_stop())
			die("it died first");
		return report(&probes[i], path);
	}
	fprintf(stderr, "probe: %s: no such probe\n", argv[2]);
	return 2;
}

#else

int
main(void)
{
	puts("skipped");
	return 0;
}

#endif
