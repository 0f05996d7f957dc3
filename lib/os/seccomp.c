/*
 * seccomp.c - the system calls that are left.
 *
 * One list, each call with the sets that have it.  Calls whose arguments are
 * checked come after it: no mapping is executable, no clone makes a thread or
 * a namespace, prlimit64 and fcntl reach nobody else; one filter more can but
 * take away.
 */

#include "os/seccomp.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/sandbox.h"

#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH	AUDIT_ARCH_AARCH64
#else
#error "no sandbox for this machine: add its AUDIT_ARCH_"
#endif

#define EVERY	(1u << 31)
#define FILES	(SANDBOX_FILES | SANDBOX_DATABASE)
#define DIAL	(SANDBOX_CONNECT | SANDBOX_RESOLVE)

static const struct {
	unsigned number;
	unsigned sets;
} calls[] = {
	{ SYS_read, EVERY }, { SYS_readv, EVERY }, { SYS_pread64, EVERY },
	{ SYS_write, EVERY }, { SYS_writev, EVERY }, { SYS_pwrite64, EVERY },
	{ SYS_close, EVERY }, { SYS_close_range, EVERY },
	{ SYS_lseek, EVERY }, { SYS_munmap, EVERY }, { SYS_mremap, EVERY },
	{ SYS_madvise, EVERY }, { SYS_brk, EVERY }, { SYS_mlock, EVERY },
	{ SYS_munlock, EVERY }, { SYS_futex, EVERY },
	{ SYS_clock_gettime, EVERY }, { SYS_clock_nanosleep, EVERY },
	{ SYS_nanosleep, EVERY }, { SYS_gettimeofday, EVERY },
	{ SYS_getpid, EVERY }, { SYS_getppid, EVERY }, { SYS_gettid, EVERY },
	{ SYS_getuid, EVERY }, { SYS_geteuid, EVERY }, { SYS_getgid, EVERY },
	{ SYS_getegid, EVERY }, { SYS_getrandom, EVERY },
	{ SYS_rt_sigaction, EVERY }, { SYS_rt_sigprocmask, EVERY },
	{ SYS_rt_sigreturn, EVERY }, { SYS_sigaltstack, EVERY },
	{ SYS_restart_syscall, EVERY }, { SYS_exit, EVERY },
	{ SYS_exit_group, EVERY }, { SYS_sched_yield, EVERY },
	{ SYS_epoll_create1, EVERY }, { SYS_epoll_ctl, EVERY },
	{ SYS_epoll_pwait, EVERY }, { SYS_ppoll, EVERY },
	{ SYS_dup, EVERY }, { SYS_dup3, EVERY },
	{ SYS_set_robust_list, EVERY }, { SYS_eventfd2, SANDBOX_FORK },
	{ SYS_setitimer, EVERY },
#ifdef SYS_poll
	{ SYS_poll, EVERY }, { SYS_epoll_wait, EVERY }, { SYS_dup2, EVERY },
	{ SYS_time, EVERY }, { SYS_alarm, EVERY },
#endif
	{ SYS_sendto, EVERY }, { SYS_recvfrom, EVERY },
	{ SYS_sendmsg, EVERY }, { SYS_recvmsg, EVERY },
	{ SYS_socketpair, SANDBOX_CHANNELS },
	{ SYS_shutdown, EVERY },
	{ SYS_memfd_create, SANDBOX_MEMFD },
	{ SYS_ftruncate, SANDBOX_MEMFD | FILES },
	{ SYS_fallocate, SANDBOX_MEMFD | FILES },
	{ SYS_wait4, SANDBOX_FORK },
	{ SYS_accept4, SANDBOX_ACCEPT }, { SYS_getpeername, SANDBOX_ACCEPT },
	{ SYS_getsockname, SANDBOX_ACCEPT | DIAL },
	{ SYS_setsockopt, SANDBOX_ACCEPT | DIAL },
	{ SYS_getsockopt, SANDBOX_ACCEPT | DIAL },
	{ SYS_connect, DIAL }, { SYS_bind, SANDBOX_RESOLVE },
	{ SYS_timerfd_create, SANDBOX_RESOLVE },
	{ SYS_timerfd_settime, SANDBOX_RESOLVE },
	{ SYS_sendmmsg, SANDBOX_RESOLVE },
	{ SYS_openat, FILES }, { SYS_newfstatat, FILES },
	{ SYS_unlinkat, FILES }, { SYS_renameat2, FILES },
	{ SYS_fsync, FILES }, { SYS_fdatasync, FILES },
	{ SYS_getdents64, FILES },
	{ SYS_faccessat, SANDBOX_DATABASE },
	{ SYS_faccessat2, SANDBOX_DATABASE },
	{ SYS_readlinkat, SANDBOX_DATABASE },
	{ SYS_getcwd, SANDBOX_DATABASE }, { SYS_fchmod, SANDBOX_DATABASE },
	{ SYS_statx, SANDBOX_DATABASE },
#ifdef SYS_open
	{ SYS_open, FILES }, { SYS_unlink, FILES }, { SYS_rename, FILES },
	{ SYS_stat, FILES }, { SYS_lstat, FILES }, { SYS_fstat, EVERY },
	{ SYS_access, SANDBOX_DATABASE }, { SYS_readlink, SANDBOX_DATABASE },
	{ SYS_renameat, FILES },
#endif
};

/* Calls that libc tries first and can do without. */
static const unsigned absent[] = {
	SYS_clone3, SYS_rseq, SYS_membarrier, SYS_prctl, SYS_ioctl,
	SYS_sched_getaffinity, SYS_uname, SYS_sysinfo, SYS_fchown,
};

enum { PROGRAM_MAX = 512 };

static struct sock_filter program[PROGRAM_MAX];
static unsigned short length;

static void
emit(uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	assert(length < PROGRAM_MAX);
	program[length++] = (struct sock_filter){ code, yes, no, k };
}

#define LOAD(field) \
	emit(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(field), 0, 0)
#define RETURN(what)	emit(BPF_RET | BPF_K, (what), 0, 0)
#define UNLESS_EQUAL(n, skip)	emit(BPF_JMP | BPF_JEQ | BPF_K, (n), 0, skip)
#define ARG(i)	offsetof(struct seccomp_data, args[i])	/* its low half */

/* The call is allowed unless one of the bits is set in argument i. */
static void
without_bits(unsigned number, int i, uint32_t bits)
{
	UNLESS_EQUAL(number, 4);
	LOAD(ARG(i));
	emit(BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0);
	RETURN(SECCOMP_RET_ALLOW);
	RETURN(SECCOMP_RET_KILL_PROCESS);
}

/* No signal to others through a descriptor (O_ASYNC): siblings have our uid. */
static void
fcntl_without_owner(void)
{
	UNLESS_EQUAL(SYS_fcntl, 6);
	LOAD(ARG(1));
	emit(BPF_JMP | BPF_JEQ | BPF_K, F_SETOWN, 3, 0);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 15 /* F_SETOWN_EX */, 2, 0);
	emit(BPF_JMP | BPF_JEQ | BPF_K, 10 /* F_SETSIG */, 1, 0);
	RETURN(SECCOMP_RET_ALLOW);
	RETURN(SECCOMP_RET_KILL_PROCESS);
}

static void
only_if_equal(unsigned number, int i, uint32_t value, uint32_t otherwise)
{
	UNLESS_EQUAL(number, 4);
	LOAD(ARG(i));
	UNLESS_EQUAL(value, 1);
	RETURN(SECCOMP_RET_ALLOW);
	RETURN(otherwise);
}

/* Sockets of the Internet only, and TCP only unless udp. */
static void
internet_sockets(bool udp)
{
	UNLESS_EQUAL(SYS_socket, 13);
	LOAD(ARG(0));
	emit(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0);
	UNLESS_EQUAL(AF_INET6, 9);
	LOAD(ARG(1));
	emit(BPF_ALU | BPF_AND | BPF_K,
	    (uint32_t)~(SOCK_CLOEXEC | SOCK_NONBLOCK), 0, 0);
	emit(BPF_JMP | BPF_JEQ | BPF_K, SOCK_STREAM, 1, 0);
	UNLESS_EQUAL(udp ? SOCK_DGRAM : SOCK_STREAM, 5);
	LOAD(ARG(2));
	emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0);
	emit(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 1, 0);
	UNLESS_EQUAL(IPPROTO_UDP, 1);
	RETURN(SECCOMP_RET_ALLOW);
	RETURN(SECCOMP_RET_KILL_PROCESS);
}

static void
build(unsigned may)
{
	length = 0;
	LOAD(offsetof(struct seccomp_data, arch));
	emit(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	RETURN(SECCOMP_RET_KILL_PROCESS);
	LOAD(offsetof(struct seccomp_data, nr));
	/* x32 and its like */
	emit(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
	RETURN(SECCOMP_RET_KILL_PROCESS);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if ((calls[i].sets & (may | EVERY)) != 0) {
			UNLESS_EQUAL(calls[i].number, 1);
			RETURN(SECCOMP_RET_ALLOW);
		}
	fcntl_without_owner();
	without_bits(SYS_mmap, 2, PROT_EXEC);
	without_bits(SYS_mprotect, 2, PROT_EXEC);
	if ((may & SANDBOX_FORK) != 0) {
		only_if_equal(SYS_kill, 1, SIGKILL,
		    SECCOMP_RET_KILL_PROCESS);
		only_if_equal(SYS_seccomp, 0, SECCOMP_SET_MODE_FILTER,
		    SECCOMP_RET_KILL_PROCESS);
		without_bits(SYS_clone, 0, CLONE_VM | CLONE_THREAD |
		    CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
		    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP);
	}
	if ((may & DIAL) != 0)
		internet_sockets((may & SANDBOX_RESOLVE) != 0);
	only_if_equal(SYS_prlimit64, 0, 0, SECCOMP_RET_KILL_PROCESS);
	/* fstat(2) of glibc; a path would still meet Landlock */
	only_if_equal(SYS_newfstatat, 3, 0x1000 /* AT_EMPTY_PATH */,
	    SECCOMP_RET_KILL_PROCESS);
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
		UNLESS_EQUAL(absent[i], 1);
		RETURN(SECCOMP_RET_ERRNO | ENOSYS);
	}
	RETURN(SECCOMP_RET_KILL_PROCESS);
}

bool
seccomp_enter(unsigned may)
{
	struct sock_fprog prog = { 0, program };

	build(may);
	prog.len = length;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) == 0;
}

/* A master ends a child that lives too long; a child ends nobody: its siblings
 * have its uid. */
bool
seccomp_child(void)
{
	static const struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		    offsetof(struct seccomp_data, nr) },
		{ BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_kill },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_seccomp },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW },
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]),
	    (struct sock_filter *)(uintptr_t)code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == 0;
}
