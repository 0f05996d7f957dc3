/* loop.c - HTTP in clear to a port of this computer. */

#include "home/loop.h"

#include <curl/curl.h>
#include <stdio.h>

enum { URL_ROOM = 4096, CALL_S = 300 };

static size_t
take(char *data, size_t size, size_t n, void *ctx)
{
	struct buf *out = ctx;

	buf_add_mem(out, data, size * n);
	return out->failed ? 0 : size * n;
}

bool
loop_begin(struct loop *l, unsigned port, const char *login,
    const char *password)
{
	*l = (struct loop){ .port = port };
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return false;
	l->curl = curl_easy_init();
	if (l->curl == NULL)
		return false;
	curl_easy_setopt(l->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(l->curl, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(l->curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(l->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(l->curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(l->curl, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(l->curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(l->curl, CURLOPT_TIMEOUT, (long)CALL_S);
	curl_easy_setopt(l->curl, CURLOPT_WRITEFUNCTION, take);
	return curl_easy_setopt(l->curl, CURLOPT_USERNAME, login) ==
	    CURLE_OK && curl_easy_setopt(l->curl, CURLOPT_PASSWORD,
	    password) == CURLE_OK;
}

void
loop_end(struct loop *l)
{
	if (l->curl != NULL)
		curl_easy_cleanup(l->curl);
	l->curl = NULL;
}

unsigned
loop_call(struct loop *l, const char *path, const char *type,
    struct str body, struct buf *out)
{
	char url[URL_ROOM], field[256];
	struct curl_slist *fields;
	long status = 0;
	CURLcode code;
	int n = snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", l->port,
	    path);

	buf_clear(out);
	if (n < 0 || (size_t)n >= sizeof(url))
		return 0;
	snprintf(field, sizeof(field), "Content-Type: %s", type);
	fields = curl_slist_append(NULL, field);
	fields = curl_slist_append(fields, "Expect:");
	curl_easy_setopt(l->curl, CURLOPT_URL, url);
	curl_easy_setopt(l->curl, CURLOPT_WRITEDATA, out);
	if (body.ptr != NULL) {
		curl_easy_setopt(l->curl, CURLOPT_POST, 1L);
		curl_easy_setopt(l->curl, CURLOPT_POSTFIELDS, body.ptr);
		curl_easy_setopt(l->curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)body.len);
		curl_easy_setopt(l->curl, CURLOPT_HTTPHEADER, fields);
	} else {
		curl_easy_setopt(l->curl, CURLOPT_HTTPGET, 1L);
		curl_easy_setopt(l->curl, CURLOPT_HTTPHEADER, NULL);
	}
	code = curl_easy_perform(l->curl);
	curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_setopt(l->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(fields);
	return code == CURLE_OK && status > 0 ? (unsigned)status : 0;
}
