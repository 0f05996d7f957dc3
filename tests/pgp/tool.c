/*
 * tool.c - secret.h, open.h and sign.h by hand, for test_pgp.py.
 *
 * usage: pgptool VERB ARGUMENT... ; input on standard input, the result on
 * standard output, what was found on standard error, one word a line.
 * Arguments that are keys or certificates are names of files.
 */

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "pgp/open.h"
#include "pgp/secret.h"
#include "pgp/sign.h"

enum { MOST = 64 << 20 };

static uint64_t now;

static struct str
slurp(const char *path)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	static struct buf bufs[SIGN_RECIPIENTS_MAX];
	static size_t used;
	struct buf *b = &bufs[used++];
	size_t n = 0;

	buf_init(b, MOST);
	if (f == NULL) {
		perror(path);
		exit(2);
	}
	do {
		buf_grow(b, n);
		n = fread(buf_room(b, 65536), 1, 65536, f);
	} while (n > 0);
	return buf_str(b);
}

static bool
into_buf(void *ctx, const void *octets, size_t n)
{
	buf_add_mem(ctx, octets, n);
	return !((struct buf *)ctx)->failed;
}

static int
result(const char *word, struct buf *out)
{
	fprintf(stderr, "%s\n", word);
	if (strcmp(word, "ok") != 0)
		return 1;
	if (out->len > 0)
		fwrite(out->ptr, 1, out->len, stdout);
	return 0;
}

static int
do_secret(char **argv, struct buf *out)
{
	const char *verb = argv[0];
	enum secret_status status = SECRET_LATER;

	if (strcmp(verb, "generate") == 0)
		status = secret_generate(from_c(argv[1]), now,
		    strtoull(argv[2], NULL, 10), out);
	else if (strcmp(verb, "import") == 0)
		status = secret_import(slurp(argv[1]), from_c(argv[2]), now,
		    out);
	else if (strcmp(verb, "export") == 0)
		status = secret_export(slurp(argv[1]), from_c(argv[2]), now,
		    out);
	else if (strcmp(verb, "public") == 0)
		status = secret_public(slurp(argv[1]), now, false, out);
	else if (strcmp(verb, "extend") == 0)
		status = secret_extend(slurp(argv[1]), now,
		    strtoull(argv[2], NULL, 10), out);
	else if (strcmp(verb, "revocation") == 0)
		status = secret_revocation(slurp(argv[1]), now,
		    REASON_COMPROMISED, out);
	return result(secret_word(status), out);
}

static int
do_minimise(char **argv, struct buf *out)
{
	static struct cert_info info;
	enum cert_status status = cert_check(slurp(argv[1]), now, &info);

	buf_add_mem(out, info.use, info.use_len);
	return result(cert_word(status), out);
}

static void
show(const struct open_result *r)
{
	fprintf(stderr, "encrypted %d\nmode %s\ncipher %s\nkey %s\n"
	    "recipients %zu\nsignatures %zu\n", r->encrypted, r->mode,
	    r->cipher, r->key_id, r->recipients, r->signatures);
	for (size_t i = 0; i < r->signatures && i < OPEN_SIGNATURES_MAX; i++)
		fprintf(stderr, "signed %s %s %s %s %ju\n",
		    signed_word(r->signature[i].verdict),
		    r->signature[i].hash, r->signature[i].key_id,
		    r->signature[i].fingerprint,
		    (uintmax_t)r->signature[i].made);
}

/* open KEY CERTS MESSAGE [MOST] */
static int
do_open(char **argv, struct buf *out)
{
	struct open_job job = { .key = slurp(argv[1]),
	    .certs = slurp(argv[2]), .now = now, .most = MOST,
	    .clear = strcmp(argv[0], "open-any") == 0 };
	struct open_result r;
	enum open_status status;

	if (argv[4] != NULL)
		job.most = strtoull(argv[4], NULL, 10);
	status = open_message(&job, slurp(argv[3]), into_buf, out, &r);
	result(open_word(status), out);
	show(&r);
	return status != OPEN_OK;
}

/* verify CERTS TEXT SIGNATURE */
static int
do_verify(char **argv, struct buf *out)
{
	struct open_job job = { .certs = slurp(argv[1]), .now = now };
	struct open_result r;
	enum open_status status = open_detached(&job, slurp(argv[2]),
	    slurp(argv[3]), &r);

	result(open_word(status), out);
	show(&r);
	return status != OPEN_OK;
}

/* message KEY|/dev/null CERT...: the text is standard input */
static int
do_message(char **argv, struct buf *out)
{
	struct str certs[SIGN_RECIPIENTS_MAX];
	struct sign_job job = { .key = slurp(argv[1]), .recipients = certs,
	    .now = now, .armour = true };
	enum cert_status why = CERT_OK;
	enum sign_status status;
	size_t bad = 0;

	for (size_t i = 2; argv[i] != NULL; i++)
		certs[job.count++] = slurp(argv[i]);
	status = sign_message(&job, slurp("-"), into_buf, out, &bad, &why);
	if (status == SIGN_RECIPIENT)
		fprintf(stderr, "bad %zu %s\n", bad, cert_word(why));
	return result(sign_word(status), out);
}

static int
do_detached(char **argv, struct buf *out)
{
	return result(sign_word(sign_detached(slurp(argv[1]), slurp("-"), now,
	    out)), out);
}

static const struct {
	const char *verb;
	int (*run)(char **, struct buf *);
} verbs[] = {
	{ "open", do_open }, { "open-any", do_open },
	{ "verify", do_verify }, { "message", do_message },
	{ "detached", do_detached }, { "minimise", do_minimise },
};

int
main(int argc, char **argv)
{
	const char *at = getenv("PGPTOOL_NOW");
	static struct buf out;

	if (argc < 3)
		return 2;
	now = at != NULL ? strtoull(at, NULL, 10) : (uint64_t)time(NULL);
	buf_init(&out, 4 * (size_t)MOST);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].verb) == 0)
			return verbs[i].run(argv + 1, &out);
	return do_secret(argv + 1, &out);
}
