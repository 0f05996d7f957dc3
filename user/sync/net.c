/* net.c - HTTPS to the box. */

#include "sync/net.h"

#include <curl/curl.h>
#include <string.h>

#include "os/log.h"

enum {
	CONNECT_S = 20, CALL_S = 300,
	SLOW_OCTETS = 100, SLOW_S = 30,
	URL_MAX = 2048,
};

static CURL *curl;
static struct curl_slist *resolve;
static char base[384];

static size_t
take(char *data, size_t size, size_t n, void *ctx)
{
	struct buf *out = ctx;

	buf_add_mem(out, data, size * n);
	return out->failed ? 0 : size * n;
}

static void
options(void)
{
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	/* the pin is what counts, and is checked in spite of these */
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CALL_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_OCTETS);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_S);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
}

/* A first call, to nobody, so that what is made late is made now. */
bool
net_begin(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (curl = curl_easy_init()) == NULL)
		return false;
	options();
	curl_easy_setopt(curl, CURLOPT_URL, "https://127.0.0.1:1/");
	(void)curl_easy_perform(curl);
	return true;
}

void
net_to(const struct record *r, const char *address)
{
	char line[512];

	/* of the old one nothing is kept, its connection neither */
	curl_easy_cleanup(curl);
	curl_slist_free_all(resolve);
	resolve = NULL;
	curl = curl_easy_init();
	if (curl == NULL)
		log_die("no-memory", "for=curl");
	options();
	snprintf(base, sizeof(base), "https://%s:%u", r->host, r->port);
	snprintf(line, sizeof(line), "%s:%u:%s", r->host, r->port, address);
	resolve = curl_slist_append(NULL, line);
	curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve);
	curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, r->pins);
	if (r->user[0] == '\0')		/* it has no credential yet */
		return;
	curl_easy_setopt(curl, CURLOPT_USERNAME, r->user);
	curl_easy_setopt(curl, CURLOPT_PASSWORD, r->password);
}

static enum net_status
status_of(CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return NET_OK;
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return NET_PIN;
	case CURLE_WRITE_ERROR:		/* past the limit */
	case CURLE_FILESIZE_EXCEEDED:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return NET_LIE;
	default:
		return NET_LATER;
	}
}

static enum net_status
status_of_http(long code)
{
	switch (code) {
	case 200:
	case 201:
		return NET_OK;
	case 401:
	case 403:
		return NET_DENIED;
	case 404:
		return NET_MISSING;
	case 408:
	case 429:
		return NET_LATER;
	default:
		return code >= 500 && code < 600 ? NET_LATER : NET_LIE;
	}
}

enum net_status
net_call(struct str path, const char *type, struct str body, struct buf *out)
{
	struct curl_slist *fields = NULL;
	char url[URL_MAX], line[128];
	enum net_status status;
	long code = 0;

	buf_clear(out);
	snprintf(url, sizeof(url), "%s%.*s", base, (int)path.len, path.ptr);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
	    (curl_off_t)out->limit);
	curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
	if (body.ptr != NULL) {
		snprintf(line, sizeof(line), "Content-Type: %s", type);
		fields = curl_slist_append(fields, line);
		fields = curl_slist_append(fields, "Expect:");
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.ptr);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)body.len);
	}
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
	status = status_of(curl_easy_perform(curl));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(fields);
	if (status != NET_OK)
		return status;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	return status_of_http(code);
}
