/* certs.c - certificates, those used last. */

#include "seal.h"

static struct {
	uint64_t account, used;
	uint32_t cert;
	struct seal_cert *loaded;
} certs[CERTS_MAX];

static uint64_t turn;

struct seal_cert *
certs_find(uint64_t account, uint32_t cert)
{
	for (size_t i = 0; i < CERTS_MAX; i++)
		if (certs[i].loaded != NULL && certs[i].account == account &&
		    certs[i].cert == cert) {
			certs[i].used = ++turn;
			return certs[i].loaded;
		}
	return NULL;
}

bool
certs_add(uint64_t account, uint32_t cert, struct str use)
{
	struct seal_cert *loaded = seal_cert_load(use);
	size_t oldest = 0;

	if (loaded == NULL)
		return false;
	for (size_t i = 0; i < CERTS_MAX; i++) {
		if (certs[i].loaded == NULL) {
			oldest = i;
			break;
		}
		if (certs[i].used < certs[oldest].used)
			oldest = i;
	}
	seal_cert_free(certs[oldest].loaded);
	certs[oldest].account = account;
	certs[oldest].cert = cert;
	certs[oldest].used = ++turn;
	certs[oldest].loaded = loaded;
	return true;
}
