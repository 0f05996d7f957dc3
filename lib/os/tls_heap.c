/*
 * tls_heap.c - memory for OpenSSL that a fork shares well.
 *
 * Each object has a head of 16 octets that holds its size.  They are cut off
 * one region, one after the other, with a list of free ones for each class of
 * sizes.  Objects are known by their number: the n-th that was asked for.  In
 * the rehearsal each that could matter has a page of its own, so that a write
 * to it is seen; numbers that were written to, the hot ones, are cut from
 * pages of their own when the same happens again in earnest.  Should it not be
 * the same, it works as well, only less well.
 */

#include "os/tls_heap.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>

enum {
	REGION = 16 << 20,	/* most of it never touched */
	HOT = 96 << 10,
	PAGE = 4096,
	ALIGN = 16,
	HOT_MIN = 56,		/* a lock; what is smaller is text */
	NUMBERS = 1 << 16,
	FINE = 64,		/* classes of 16, 32 … 1024 octets, then steps
				   of a quarter of a power of two */
	CLASSES = 112,
	LARGE = 2 * PAGE,	/* given back to the kernel when at rest */
};

#ifdef PLI_SANITIZED
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum phase { PHASE_NONE, PHASE_REHEARSAL, PHASE_MASTER, PHASE_CHILD };

struct head {
	size_t size;		/* as asked for */
	struct head *next;	/* when free */
};

_Static_assert(sizeof(struct head) == ALIGN, "objects are aligned");

static struct {
	enum phase phase;
	char *start, *top, *end;
	char *hot, *hot_end;
	char *shared;			/* below: the master's */
	uint32_t count;			/* objects asked for */
	struct head *free[CLASSES];
	struct head *pages;		/* free ones, in the rehearsal */
	uint32_t number[REGION / PAGE];	/* of the object on a page */
	unsigned char is_hot[NUMBERS / 8];
} heap;

static size_t
rounded(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/* The class of n, and how large its objects are. */
static unsigned
class_of(size_t n, size_t *size)
{
	size_t top = FINE * ALIGN, step = top / 4;
	unsigned c = FINE;

	if (n <= top) {
		*size = rounded(n, ALIGN);
		return (unsigned)(*size / ALIGN);
	}
	while (top + 4 * step < n) {
		top += 4 * step;
		step *= 2;
		c += 4;
	}
	while (top < n) {
		top += step;
		c++;
	}
	*size = top;
	return c;
}

static struct head *
cut(char **from, const char *end, size_t size)
{
	char *at = *from;

	if (size > (size_t)(end - at))
		return NULL;
	*from += size;
	return (struct head *)(void *)at;
}

static struct head *
take_class(size_t n)
{
	size_t size;
	unsigned c = class_of(n, &size);
	struct head *h;

	if (c >= CLASSES)
		return NULL;
	h = heap.free[c];
	if (h == NULL)
		return cut(&heap.top, heap.end, ALIGN + size);
	heap.free[c] = h->next;
	return h;
}

/* Could an object of that size be hot? */
static bool
is_watched(size_t n)
{
	return n >= HOT_MIN && n <= PAGE - ALIGN;
}

static struct head *
take_page(uint32_t number)
{
	struct head *h = heap.pages;

	if (h != NULL) {
		heap.pages = h->next;
	} else {
		heap.top = heap.start + rounded((size_t)(heap.top -
		    heap.start), PAGE);
		h = cut(&heap.top, heap.end, PAGE);
	}
	if (h != NULL)
		heap.number[((char *)h - heap.start) / PAGE] = number;
	return h;
}

static struct head *
take(size_t n)
{
	uint32_t number = heap.count++;
	struct head *h;

	if (heap.phase == PHASE_REHEARSAL && is_watched(n))
		return take_page(number);
	if (heap.phase == PHASE_MASTER && number < NUMBERS &&
	    (heap.is_hot[number / 8] & 1u << number % 8) != 0) {
		h = cut(&heap.hot, heap.hot_end, ALIGN + rounded(n, ALIGN));
		if (h != NULL)
			return h;
	}
	return take_class(n);
}

static bool
is_ours(const void *p)
{
	return (const char *)p >= heap.start && (const char *)p < heap.end;
}

static void *
heap_alloc(size_t n, const char *file, int line)
{
	struct head *h;

	(void)file;
	(void)line;
	if (n == 0)
		return NULL;
	h = take(n);
	if (h == NULL)
		return malloc(n);
	h->size = n;
	return h + 1;
}

static void
heap_free(void *p, const char *file, int line)
{
	struct head *h = (struct head *)p - 1, **list;
	size_t size;

	(void)file;
	(void)line;
	if (p == NULL)
		return;
	if (!is_ours(p)) {
		free(p);
		return;
	}
	/* the master's, in a child; or hot, and not for others */
	if ((char *)p < heap.shared || (char *)p < heap.hot_end)
		return;
	list = heap.phase == PHASE_REHEARSAL && is_watched(h->size) ?
	    &heap.pages : &heap.free[class_of(h->size, &size)];
	h->next = *list;
	*list = h;
}

static void *
heap_realloc(void *p, size_t n, const char *file, int line)
{
	size_t had;
	void *fresh;

	if (p != NULL && n > 0 && !is_ours(p))
		return realloc(p, n);
	fresh = heap_alloc(n, file, line);
	if (p == NULL || (n > 0 && fresh == NULL))
		return fresh;
	had = is_ours(p) ? ((struct head *)p - 1)->size : 0;
	if (fresh != NULL)
		memcpy(fresh, p, had < n ? had : n);
	if ((char *)p >= heap.shared)
		OPENSSL_cleanse(p, had);
	heap_free(p, file, line);
	return fresh;
}

/* The first write to a page of the master's: its object is hot. */
static void
written(int sig, siginfo_t *info, void *context)
{
	char *at = info->si_addr;
	size_t page;
	uint32_t n;

	(void)sig;
	(void)context;
	if (at < heap.start || at >= heap.shared)
		_exit(1);
	page = (size_t)(at - heap.start) / PAGE;
	n = heap.number[page];
	if (n < NUMBERS)
		heap.is_hot[n / 8] |= (unsigned char)(1u << n % 8);
	if (mprotect(heap.start + page * PAGE, PAGE,
	    PROT_READ | PROT_WRITE) != 0)
		_exit(1);
}

__attribute__((noreturn))
static void
play_child(const struct tls_heap_play *play, void *made, int out)
{
	struct sigaction sa = {
		.sa_sigaction = written, .sa_flags = SA_SIGINFO,
	};

	tls_heap_child();
	if (sigaction(SIGSEGV, &sa, NULL) != 0 || mprotect(heap.start,
	    (size_t)(heap.shared - heap.start), PROT_READ) != 0)
		_exit(1);
	play->use(made);
	_exit(write(out, heap.is_hot, sizeof(heap.is_hot)) !=
	    sizeof(heap.is_hot));
}

/* Master and child, one after the other, in processes of their own. */
static void
rehearse(const struct tls_heap_play *play)
{
	int pipes[2];
	pid_t pid;

	if (pipe(pipes) != 0)
		return;
	pid = fork();
	if (pid == 0) {
		void *made;

		memset(heap.number, 0xff, sizeof(heap.number));
		heap.phase = PHASE_REHEARSAL;
		made = play->make(play->arg);
		if (made != NULL && fork() == 0)
			play_child(play, made, pipes[1]);
		close(pipes[1]);
		_exit(0);
	}
	close(pipes[1]);
	/* a pipe holds 64 KiB: it comes whole or not at all */
	if (read(pipes[0], heap.is_hot, sizeof(heap.is_hot)) !=
	    sizeof(heap.is_hot))
		memset(heap.is_hot, 0, sizeof(heap.is_hot));
	close(pipes[0]);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
}

void
tls_heap_begin(const struct tls_heap_play *play)
{
	void *mem;

	if (SANITIZED || heap.start != NULL ||
	    CRYPTO_set_mem_functions(heap_alloc, heap_realloc, heap_free) != 1)
		return;
	mem = mmap(NULL, REGION, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mem == MAP_FAILED)
		return;
	/* or a whole huge page would be copied for one octet */
	(void)madvise(mem, REGION, MADV_NOHUGEPAGE);
	heap.start = heap.top = heap.hot = heap.hot_end = mem;
	heap.end = heap.start + REGION;
	rehearse(play);
	heap.top = heap.hot_end = heap.start + HOT;
	heap.phase = PHASE_MASTER;
}

void
tls_heap_child(void)
{
	if (heap.start == NULL || heap.phase == PHASE_CHILD)
		return;
	heap.phase = PHASE_CHILD;
	heap.top = heap.start + rounded((size_t)(heap.top - heap.start), PAGE);
	heap.shared = heap.top;
	memset(heap.free, 0, sizeof(heap.free));
}

void
tls_heap_rest(void)
{
	size_t size;

	if (heap.phase != PHASE_CHILD)
		return;
	for (unsigned c = class_of(LARGE, &size); c < CLASSES; c++)
		for (struct head *h = heap.free[c]; h != NULL; h = h->next) {
			uintptr_t at = (uintptr_t)(h + 1), end;

			(void)class_of(h->size, &size);
			end = (at + size) / PAGE * PAGE;
			at = (at + PAGE - 1) / PAGE * PAGE;
			if (end > at)
				(void)madvise((void *)at, end - at,
				    MADV_DONTNEED);
		}
}
