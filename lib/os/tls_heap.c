/*
 * tls_heap.c - the memory of the TLS library, by size.
 *
 * It calls malloc where the library would have.
 */

#include "os/tls_heap.h"

#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	PAGE = 4096,
	PAGES = 256,
	STEP = 16,
	SIZES = 64,		/* up to 1024 octets */
	METHODS = 0,		/* instead of a size: see is_method */
};

static alignas(PAGE) char slab[PAGES][PAGE];
static unsigned char size_of[PAGES];	/* of its blocks, in steps */
static size_t pages;
static struct { char *free; size_t left; } last[SIZES + 1];	/* octets */
static bool settled;

static bool
is_ours(const void *block)
{
	return (uintptr_t)block - (uintptr_t)slab < sizeof(slab);
}

/* What is fetched for every handshake: digests, ciphers, kinds of keys.  Where
 * the library tells no file names these are as all else. */
static bool
is_method(const char *file)
{
	return file != NULL && strstr(file, "crypto/evp/") != NULL;
}

/* Before a method stands its size, in a step of its own. */
static size_t
room_of(const void *block)
{
	size_t size = size_of[((uintptr_t)block - (uintptr_t)slab) / PAGE];

	if (size == METHODS)
		memcpy(&size, (const char *)block - STEP, sizeof(size));
	return size * STEP;
}

static char *
cut(size_t kind, size_t octets)
{
	char *block;

	if (last[kind].left < octets) {
		if (pages == PAGES)
			return NULL;
		size_of[pages] = (unsigned char)kind;
		last[kind].free = slab[pages++];
		last[kind].left = PAGE;
	}
	block = last[kind].free;
	last[kind].free += octets;
	last[kind].left -= octets;
	return block;
}

static void *
take(size_t n, const char *file, int line)
{
	size_t size = n > 0 ? (n + STEP - 1) / STEP : 1;
	char *block = NULL;

	(void)line;
	if (settled || size > SIZES)
		return malloc(n);
	if (!is_method(file)) {
		block = cut(size, size * STEP);
	} else {
		block = cut(METHODS, (size + 1) * STEP);
		if (block != NULL) {
			memcpy(block, &size, sizeof(size));
			block += STEP;
		}
	}
	return block != NULL ? block : malloc(n);
}

static void
give(void *block, const char *file, int line)
{
	(void)file;
	(void)line;
	if (!is_ours(block))
		free(block);
}

static void *
change(void *block, size_t n, const char *file, int line)
{
	void *fresh;
	size_t room;

	if (block != NULL && !is_ours(block))
		return realloc(block, n);
	room = block != NULL ? room_of(block) : 0;
	if (block != NULL && n <= room)
		return block;
	fresh = take(n, file, line);
	if (fresh != NULL && room > 0)
		memcpy(fresh, block, room);
	return fresh;
}

void
tls_heap_begin(void)
{
#ifdef PLI_SANITIZED
	(void)take;
	(void)give;
	(void)change;
#else
	(void)CRYPTO_set_mem_functions(take, change, give);
#endif
}

void
tls_heap_settle(void)
{
	settled = true;
}
