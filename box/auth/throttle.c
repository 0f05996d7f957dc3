/*
 * throttle.c - wrong passwords cost time.
 *
 * Two tables of a fixed size, hashed with a secret: networks (an IPv4 address,
 * an IPv6 /64) and accounts.  Each wrong password doubles the pause of its
 * network, from a quarter of a second to eight; for an account many wrong ones
 * from anywhere make every attempt take up to two seconds.  Mistakes are
 * forgotten after an hour.
 */

#include "auth.h"

enum {
	ENTRIES = 4096,
	FREE_MISTAKES = 3,
	FIRST_MS = 250, NETWORK_MS = 8000, ACCOUNT_MS = 2000,
	ACCOUNT_FREE = 20,
	FORGET_MS = 60 * 60 * 1000,
};

struct entry {
	uint64_t key;		/* 0: free */
	unsigned wrong;
	int64_t last;		/* the last mistake */
	int64_t next;		/* when the next attempt may be made */
};

static struct entry networks[ENTRIES], accounts[ENTRIES];
static unsigned char secret[CRYPT_HASH];
static bool ready;

static uint64_t
key_of(struct str s)
{
	unsigned char hash[CRYPT_HASH];
	uint64_t key;

	if (!ready) {
		crypt_random(secret, sizeof(secret));
		ready = true;
	}
	crypt_hmac(hash, (struct str){ (char *)secret, sizeof(secret) }, s);
	memcpy(&key, hash, sizeof(key));
	return key | 1;
}

static struct str
network_of(const char *addr)
{
	struct str s = { addr, strlen(addr) };
	int colons = 0;

	if (strchr(addr, ':') == NULL)
		return s;
	for (size_t i = 0; i < s.len; i++)
		if (addr[i] == ':' && ++colons == 4)
			s.len = i;
	return s;
}

/* Its entry; another's is overwritten when both fall on one place: then a
 * mistake is forgotten early, and no memory grows. */
static struct entry *
entry_of(struct entry *table, struct str s, int64_t now)
{
	uint64_t key = key_of(s);
	struct entry *e = &table[key % ENTRIES];

	if (e->key != key || now - e->last > FORGET_MS)
		*e = (struct entry){ .key = key, .last = now };
	return e;
}

static int64_t
pause_of(unsigned wrong, unsigned free_ones, int64_t most)
{
	int64_t ms = FIRST_MS;

	if (wrong <= free_ones)
		return 0;
	for (unsigned i = free_ones + 1; i < wrong && ms < most; i++)
		ms *= 2;
	return ms < most ? ms : most;
}

int64_t
throttle_wait_ms(const char *addr, struct str user, int64_t now)
{
	struct entry *n = entry_of(networks, network_of(addr), now);
	struct entry *a = entry_of(accounts, user, now);
	int64_t wait = n->next > now ? n->next - now : 0;
	int64_t slow = pause_of(a->wrong, ACCOUNT_FREE, ACCOUNT_MS);

	if (n->wrong == 0 && wait == 0)
		return slow / 4;	/* a network without fault */
	/* take a place in its line */
	n->next = now + wait + pause_of(n->wrong, FREE_MISTAKES, NETWORK_MS);
	return wait > slow ? wait : slow;
}

void
throttle_wrong(const char *addr, struct str user, int64_t now)
{
	struct entry *n = entry_of(networks, network_of(addr), now);
	struct entry *a = entry_of(accounts, user, now);
	int64_t next;

	n->wrong++;
	a->wrong++;
	n->last = a->last = now;
	next = now + pause_of(n->wrong, FREE_MISTAKES, NETWORK_MS);
	if (next > n->next)
		n->next = next;
}

void
throttle_right(const char *addr, struct str user)
{
	struct str net = network_of(addr);
	uint64_t key = key_of(net);
	struct entry *e = &networks[key % ENTRIES];

	(void)user;
	if (e->key == key)
		*e = (struct entry){ 0 };
}
