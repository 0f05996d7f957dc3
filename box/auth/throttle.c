/*
 * throttle.c - wrong passwords cost time.
 *
 * Two tables of a fixed size, keyed by a secret hash: networks (an IPv4
 * address, an IPv6 /64) and accounts.
 *
 *	mistakes of a network	1-3  4   5   6   7   8   9+
 *	pause after each, s	0    ¼   ½   1   2   4   8
 *
 *	mistakes on an account	1-20	21	22	23	24+
 *	each attempt takes, s	0	¼	½	1	2
 *
 * Attempts of one network stand in one line; when it is longer than
 * WAIT_MAX_MS the answer is "later", and the line does not grow.  A network
 * that made no mistakes waits half a second at most, whatever goes on
 * elsewhere: nobody is locked out.  Loopback is a network like any other: a
 * tunnel or an onion service may end there.
 *
 * Mistakes are forgotten after an hour, or by a right password for the account
 * that they were made on: a user's own typing errors, not his guesses at
 * others.  Where a table is full, who made the fewest goes.
 */

#include "auth.h"
#include "base/ip.h"

enum {
	SETS = 1024, WAYS = 4,
	NETWORK_FREE = 3, ACCOUNT_FREE = 20,
	FIRST_MS = 250, NETWORK_MS = 8000, ACCOUNT_MS = 2000,
	FORGET_MS = 60 * 60 * 1000,
};

struct entry {
	uint64_t key;		/* 0: free */
	uint64_t who;		/* of a network: the account, if always one */
	unsigned wrong;
	int64_t last;		/* the last mistake */
	int64_t next;		/* when the next attempt may be made */
};

static struct entry networks[SETS][WAYS], accounts[SETS][WAYS];
static unsigned char secret[CRYPT_HASH];

void
throttle_init(void)
{
	crypt_random(secret, sizeof(secret));
}

static uint64_t
key_of(struct str s)
{
	unsigned char hash[CRYPT_HASH];
	uint64_t key;

	crypt_hmac(hash, (struct str){ (char *)secret, sizeof(secret) }, s);
	memcpy(&key, hash, sizeof(key));
	return key | 1;
}

static uint64_t
network_of(const char *addr)
{
	struct str text = { addr, strlen(addr) };
	struct ip ip;

	if (!ip_parse(&ip, text))
		return key_of(text);
	return key_of((struct str){ (char *)ip.byte, ip_network(&ip) });
}

/* Letters in one case, as the store looks names up. */
static uint64_t
account_of(struct str user)
{
	char low[USER_MAX];
	size_t n = user.len < sizeof(low) ? user.len : sizeof(low);

	for (size_t i = 0; i < n; i++)
		low[i] = ascii_lower(user.ptr[i]);
	return key_of((struct str){ low, n });
}

static struct entry *
find(struct entry table[SETS][WAYS], uint64_t key, int64_t now)
{
	struct entry *set = table[key / 2 % SETS];

	for (int i = 0; i < WAYS; i++)
		if (set[i].key == key && now - set[i].last <= FORGET_MS)
			return &set[i];
	return NULL;
}

static bool
worth_less(const struct entry *a, const struct entry *b, int64_t now)
{
	bool a_old = a->key == 0 || now - a->last > FORGET_MS;
	bool b_old = b->key == 0 || now - b->last > FORGET_MS;

	if (a_old != b_old)
		return a_old;
	return a->wrong != b->wrong ? a->wrong < b->wrong : a->last < b->last;
}

static struct entry *
find_or_make(struct entry table[SETS][WAYS], uint64_t key, int64_t now)
{
	struct entry *set = table[key / 2 % SETS], *e = find(table, key, now);

	if (e != NULL)
		return e;
	e = &set[0];
	for (int i = 0; i < WAYS; i++) {
		if (set[i].key == key) {	/* forgotten */
			e = &set[i];
			break;
		}
		if (worth_less(&set[i], e, now))
			e = &set[i];
	}
	*e = (struct entry){ .key = key };
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
	struct entry *n = find(networks, network_of(addr), now);
	struct entry *a = find(accounts, account_of(user), now);
	int64_t slow = a == NULL ? 0 :
	    pause_of(a->wrong, ACCOUNT_FREE, ACCOUNT_MS);
	int64_t wait;

	if (n == NULL)
		return slow / 4;	/* a network without fault */
	wait = n->next > now ? n->next - now : 0;
	if (wait <= WAIT_MAX_MS)	/* take a place in its line */
		n->next = now + wait +
		    pause_of(n->wrong, NETWORK_FREE, NETWORK_MS);
	return wait > slow ? wait : slow;
}

static void
count(struct entry *e, int64_t now)
{
	if (e->wrong < 1u << 30)
		e->wrong++;
	e->last = now;
}

void
throttle_wrong(const char *addr, struct str user, int64_t now)
{
	uint64_t who = account_of(user);
	struct entry *n = find_or_make(networks, network_of(addr), now);
	int64_t next;

	count(find_or_make(accounts, who, now), now);
	n->who = n->wrong == 0 || n->who == who ? who : 0;
	count(n, now);
	next = now + pause_of(n->wrong, NETWORK_FREE, NETWORK_MS);
	if (next > n->next)
		n->next = next;
}

void
throttle_right(const char *addr, struct str user, int64_t now)
{
	struct entry *n = find(networks, network_of(addr), now);

	if (n != NULL && n->who == account_of(user))
		*n = (struct entry){ 0 };
}
