/*
 * dkimsign.c - our DKIM, spoken to by test_dkim.py.
 *
 * usage: dkimsign sign ED25519.pem RSA.pem < VECTORS
 *        dkimsign content < VECTORS
 *
 * Vectors are as pliparse has them: messages.  sign answers with the fields
 * that sign it, as hex; content, for a message that is signed, with what each
 * signature is over, and the canonical body.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "mail/dkim_canon.h"
#include "mail/dkim_sign.h"
#include "mail/header.h"

enum { MOST = 1 << 27 };

static EVP_PKEY *keys[2];
static const struct str algorithms[2] = {
	STR_INIT("ed25519-sha256"), STR_INIT("rsa-sha256"),
};
static const struct str selectors[2] = { STR_INIT("pe1"), STR_INIT("pr1") };

static void
put(struct str s)
{
	putchar('"');
	for (size_t i = 0; i < s.len; i++)
		printf("%02x", (unsigned char)s.ptr[i]);
	putchar('"');
}

static void
hash(void *ctx, struct str s)
{
	EVP_DigestUpdate(ctx, s.ptr, s.len);
}

static void
add(void *buf, struct str s)
{
	buf_add(buf, s);
}

static void
canon(struct str body, dkim_sink *sink, void *arg)
{
	struct dkim_body b;

	dkim_body_begin(&b, sink, arg);
	dkim_body_feed(&b, body);
	dkim_body_end(&b);
}

/* RFC 8463, 3: Ed25519 signs the hash, too. */
static void
make_signature(int i, struct str content, struct buf *field)
{
	unsigned char sig[1024], h[32];
	size_t n = sizeof(sig);
	unsigned hn = sizeof(h);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	EVP_Digest(content.ptr, content.len, h, &hn, EVP_sha256(), NULL);
	if (i == 0)
		ok = EVP_DigestSignInit(ctx, NULL, NULL, NULL, keys[i]) == 1 &&
		    EVP_DigestSign(ctx, sig, &n, h, hn) == 1;
	else
		ok = EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL,
		    keys[i]) == 1 && EVP_DigestSign(ctx, sig, &n,
		    (const unsigned char *)content.ptr, content.len) == 1;
	EVP_MD_CTX_free(ctx);
	if (!ok)
		exit(3);
	dkim_sign_end(field, (struct str){ (char *)sig, n });
}

static void
sign(struct str header, struct str body)
{
	struct dkim_sign s = { .domain = STR("example.org"),
	    .time = 1790000000 };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf field, content;

	EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	canon(body, hash, ctx);
	EVP_DigestFinal_ex(ctx, s.body_hash, NULL);
	EVP_MD_CTX_free(ctx);
	buf_init(&field, MOST);
	for (int i = 0; i < 2; i++) {
		buf_init(&content, MOST);
		s.algorithm = algorithms[i];
		s.selector = selectors[i];
		if (!dkim_sign_begin(&s, header, &field, &content))
			exit(2);
		make_signature(i, buf_str(&content), &field);
		buf_free(&content);
	}
	put(buf_str(&field));
	buf_free(&field);
}

/* From the tag's "=" to before its ";". */
static struct str
tag_of(struct str value, const char *tag)
{
	const char *at = memmem(value.ptr, value.len, tag, strlen(tag));
	const char *end;
	struct str s;

	if (at == NULL)
		exit(4);
	s.ptr = at + strlen(tag);
	s.len = (size_t)(value.ptr + value.len - s.ptr);
	end = memchr(s.ptr, ';', s.len);
	if (end != NULL)
		s.len = (size_t)(end - s.ptr);
	return s;
}

static void
content(struct str header, struct str body)
{
	struct header h;
	struct header_field f;
	struct buf out, value;

	buf_init(&out, MOST);
	buf_init(&value, MOST);
	canon(body, add, &out);
	putchar('[');
	put(buf_str(&out));
	header_begin(&h, header);
	while (header_next(&h, &f)) {
		struct str b;

		if (!str_eq_nocase(f.name, STR("DKIM-Signature")))
			continue;
		b = tag_of(f.value, " b=");
		buf_clear(&out);
		buf_clear(&value);
		buf_add(&value, str_before(f.value, (struct str){ b.ptr,
		    (size_t)(f.value.ptr + f.value.len - b.ptr) }));
		dkim_content(&out, header, tag_of(f.value, "h="),
		    buf_str(&value));
		putchar(',');
		put(buf_str(&out));
	}
	putchar(']');
	buf_free(&out);
	buf_free(&value);
}

static EVP_PKEY *
key_of(const char *path)
{
	FILE *f = fopen(path, "r");
	EVP_PKEY *key;

	if (f == NULL)
		exit(5);
	key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	return key;
}

int
main(int argc, char **argv)
{
	bool signs = argc == 4 && strcmp(argv[1], "sign") == 0;
	char *text = malloc(MOST);
	size_t n;

	if (text == NULL || (!signs && argc != 2))
		return 1;
	for (int i = 0; signs && i < 2; i++)
		keys[i] = key_of(argv[2 + i]);
	while (scanf("%zu", &n) == 1 && getchar() == '\n' && n < MOST) {
		struct str all = { text, fread(text, 1, n, stdin) };
		size_t len = header_len(all);
		struct str header = { text, len };
		struct str body = { text + len, all.len - len };

		if (signs)
			sign(header, body);
		else
			content(header, body);
		putchar('\n');
	}
	for (int i = 0; i < 2; i++)
		EVP_PKEY_free(keys[i]);
	free(text);
	return 0;
}
