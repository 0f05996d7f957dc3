/*
 * tls_expiry.c - when the TLS certificate of "cert file" ends.
 *
 * plid makes its own anew by itself; somebody else has to renew these.  Who
 * may not read them is told nothing about them.
 */

#include "plictl.h"

#include <stdio.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/conf.h"

static bool
read_conf(const struct cli *c, char text[CONF_TEXT_MAX + 1],
    struct conf *conf)
{
	char path[FILE_NAME_MAX];
	struct conf_error error;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/etc/plid.conf", prefix_of(c));
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	n = fread(text, 1, CONF_TEXT_MAX + 1, f);
	fclose(f);
	return conf_parse(conf, (struct str){ text, n }, &error);
}

/* Seconds since 1970; 0: not known. */
static uint64_t
end_of(struct str chain)
{
	char path[FILE_NAME_MAX + 1];
	X509 *cert = NULL;
	time_t end = 0;
	struct tm tm;
	FILE *f;

	snprintf(path, sizeof(path), "%.*s", (int)chain.len, chain.ptr);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	cert = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	if (cert != NULL &&
	    ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) == 1)
		end = timegm(&tm);
	X509_free(cert);
	return end > 0 ? (uint64_t)end : 0;
}

bool
tls_expiry(const struct cli *c, struct buf *row)
{
	static char text[CONF_TEXT_MAX + 1];
	struct conf conf;
	uint64_t end;

	if (!read_conf(c, text, &conf) || conf.chain.len == 0)
		return false;
	end = end_of(conf.chain);
	if (end == 0)
		return false;
	admin_put(row, STR("tls"), conf.chain);
	admin_put_u64(row, STR("expires"), end);
	return true;
}
