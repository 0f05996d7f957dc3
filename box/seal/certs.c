/* certs.c - certificates, those used last. */

#include <time.h>

#include "seal.h"

enum { DAY = 86400 };

static struct {
	struct cert *loaded;
	uint64_t account, used;
	uint32_t cert;
	uint64_t warned;		/* the day of the last warning */
} certs[CERTS_MAX];

static uint64_t turn;
static size_t high;			/* slots above were never used */

struct cert *
certs_find(uint64_t account, uint32_t cert)
{
	for (size_t i = 0; i < high; i++)
		if (certs[i].account == account && certs[i].cert == cert &&
		    certs[i].loaded != NULL) {
			certs[i].used = ++turn;
			return certs[i].loaded;
		}
	return NULL;
}

/* A free slot, or that of the one not used for longest. */
static size_t
slot(void)
{
	size_t oldest = 0;

	if (high < CERTS_MAX)
		return high++;
	for (size_t i = 1; i < CERTS_MAX; i++)
		if (certs[i].used < certs[oldest].used)
			oldest = i;
	return oldest;
}

static uint64_t
now(void)
{
	return (uint64_t)time(NULL);
}

/* 60 and 30 days ahead, from 7 days on daily. */
static void
warn(size_t i)
{
	uint64_t expires = cert_expires(certs[i].loaded), t = now(), days;

	if (expires == 0 || certs[i].warned == t / DAY)
		return;
	days = expires > t ? (expires - t) / DAY : 0;
	if (days > 7 && days != 30 && days != 60)
		return;
	certs[i].warned = t / DAY;
	log_event(expires > t ? "certificate-expires" : "certificate-expired",
	    "account=%ju serial=%u days=%ju", (uintmax_t)certs[i].account,
	    certs[i].cert, (uintmax_t)days);
}

void
certs_tick(void)
{
	for (size_t i = 0; i < high; i++)
		if (certs[i].loaded != NULL)
			warn(i);
}

bool
certs_add(uint64_t account, uint32_t cert, struct str use)
{
	enum cert_status why;
	struct cert *loaded = cert_load(use, now(), &why);
	size_t i;

	if (loaded == NULL) {
		log_event("certificate-unusable", "account=%ju serial=%u "
		    "why=%s", (uintmax_t)account, cert, cert_word(why));
		return false;
	}
	i = slot();
	cert_free(certs[i].loaded);
	certs[i].loaded = loaded;
	certs[i].account = account;
	certs[i].cert = cert;
	certs[i].used = ++turn;
	certs[i].warned = 0;
	warn(i);
	return true;
}
