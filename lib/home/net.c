/* net.c - HTTPS to the box. */

#include "home/net.h"

#include <curl/curl.h>
#include <string.h>

#include "os/clock.h"
#include "os/log.h"
#include "home/events.h"

enum {
	CONNECT_S = 20, CALL_S = 300,
	SLOW_OCTETS = 100, SLOW_S = 30,
	URL_MAX = 2048,
	STEP_MS = 1000,
	CONNECTIONS = NET_LANES + 2,
	SILENCE_MS = 1000 * (2 * NET_PING_S + 15),
};

/* One transfer after the other. */
struct line {
	CURL *curl;
	struct curl_slist *fields;
	bool busy, done;
	enum net_status status;
};

static CURLM *multi;
static struct line main_line, lane[NET_LANES], ear;
static struct curl_slist *resolve;
static char base[384];
static struct events events;
static int64_t heard_ms;

static size_t
take(char *data, size_t size, size_t n, void *ctx)
{
	struct buf *out = ctx;

	buf_add_mem(out, data, size * n);
	return out->failed ? 0 : size * n;
}

static size_t
take_event(char *data, size_t size, size_t n, void *ctx)
{
	(void)ctx;
	heard_ms = clock_ms();
	events_feed(&events, (struct str){ data, size * n });
	return size * n;
}

static void
options(CURL *curl)
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

static CURL *
new_curl(void)
{
	CURL *curl = curl_easy_init();

	if (curl == NULL)
		log_die("no-memory", "for=curl");
	options(curl);
	curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve);
	return curl;
}

/* A first call, to nobody, so that what is made late is made now. */
bool
net_begin(void)
{
	CURL *first;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (multi = curl_multi_init()) == NULL)
		return false;
	first = new_curl();
	curl_easy_setopt(first, CURLOPT_URL, "https://127.0.0.1:1/");
	(void)curl_easy_perform(first);
	curl_easy_cleanup(first);
	return true;
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
	case 413:
		return NET_LARGE;
	case 408:
	case 429:
		return NET_LATER;
	default:
		return code >= 500 && code < 600 ? NET_LATER : NET_LIE;
	}
}

static enum net_status
status(CURL *curl, CURLcode code)
{
	enum net_status s = status_of(code);
	long http = 0;

	if (s != NET_OK)
		return s;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http);
	return status_of_http(http);
}

static void
stop(struct line *l)
{
	if (l->busy)
		curl_multi_remove_handle(multi, l->curl);
	curl_slist_free_all(l->fields);
	l->fields = NULL;
	l->busy = l->done = false;
}

static void
start(struct line *l, struct str path)
{
	char url[URL_MAX];

	snprintf(url, sizeof(url), "%s%.*s", base, (int)path.len, path.ptr);
	curl_easy_setopt(l->curl, CURLOPT_URL, url);
	curl_easy_setopt(l->curl, CURLOPT_HTTPHEADER, l->fields);
	l->busy = true;
	l->status = NET_LATER;
	if (curl_multi_add_handle(multi, l->curl) != CURLM_OK) {
		l->busy = false;
		l->done = true;
	}
}

static struct line *
line_of(const CURL *curl)
{
	for (int i = 0; i < NET_LANES; i++)
		if (lane[i].curl == curl)
			return &lane[i];
	return ear.curl == curl ? &ear : &main_line;
}

/* What is ready goes on, what has ended is noted; true: there is news. */
static bool
perform(void)
{
	bool news = false;
	int running, left;
	CURLMsg *m;

	(void)curl_multi_perform(multi, &running);
	while ((m = curl_multi_info_read(multi, &left)) != NULL) {
		struct line *l = line_of(m->easy_handle);
		enum net_status s = status(l->curl, m->data.result);

		stop(l);
		l->done = true;
		l->status = s;
		news = true;
	}
	if (ear.busy && clock_ms() - heard_ms > SILENCE_MS)
		stop(&ear);
	return news || events.told;
}

void
net_wait(const int *fds, size_t n, int ms)
{
	struct curl_waitfd w[4];

	if (n > sizeof(w) / sizeof(w[0]))
		n = sizeof(w) / sizeof(w[0]);
	for (size_t i = 0; i < n; i++)
		w[i] = (struct curl_waitfd){ fds[i], CURL_WAIT_POLLIN, 0 };
	if (perform())
		return;
	(void)curl_multi_poll(multi, w, (unsigned)n, ms, NULL);
	(void)perform();
}

static void
open_line(struct line *l, const struct record *r)
{
	l->curl = new_curl();
	curl_easy_setopt(l->curl, CURLOPT_PINNEDPUBLICKEY, r->pins);
	if (r->user[0] == '\0')		/* it has no credential yet */
		return;
	curl_easy_setopt(l->curl, CURLOPT_USERNAME, r->user);
	curl_easy_setopt(l->curl, CURLOPT_PASSWORD, r->password);
}

static void
close_line(struct line *l)
{
	stop(l);
	curl_easy_cleanup(l->curl);
	l->curl = NULL;
}

void
net_to(const struct record *r, const char *address)
{
	char to[512];

	/* of the old one nothing is kept, its connections neither */
	close_line(&main_line);
	close_line(&ear);
	for (int i = 0; i < NET_LANES; i++)
		close_line(&lane[i]);
	curl_multi_cleanup(multi);
	curl_slist_free_all(resolve);
	snprintf(base, sizeof(base), "https://%s:%u", r->host, r->port);
	snprintf(to, sizeof(to), "%s:%u:%s", r->host, r->port, address);
	resolve = curl_slist_append(NULL, to);
	multi = curl_multi_init();
	if (multi == NULL)
		log_die("no-memory", "for=curl");
	curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
	    (long)CONNECTIONS);
	open_line(&main_line, r);
	open_line(&ear, r);
	for (int i = 0; i < NET_LANES; i++)
		open_line(&lane[i], r);
	curl_easy_setopt(ear.curl, CURLOPT_TIMEOUT, 0L);
	curl_easy_setopt(ear.curl, CURLOPT_LOW_SPEED_TIME, 0L);
	curl_easy_setopt(ear.curl, CURLOPT_WRITEFUNCTION, take_event);
}

static void
into(CURL *curl, struct buf *out)
{
	buf_clear(out);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
	    (curl_off_t)out->limit);
}

static enum net_status
run(struct line *l, struct str path)
{
	start(l, path);
	while (l->busy)
		net_wait(NULL, 0, STEP_MS);
	l->done = false;
	return l->status;
}

enum net_status
net_call(struct str path, const char *type, struct str body, struct buf *out)
{
	struct line *l = &main_line;
	char field[128];

	stop(l);
	into(l->curl, out);
	curl_easy_setopt(l->curl, CURLOPT_CUSTOMREQUEST, NULL);
	curl_easy_setopt(l->curl, CURLOPT_HTTPGET, 1L);
	if (body.ptr != NULL) {
		snprintf(field, sizeof(field), "Content-Type: %s", type);
		l->fields = curl_slist_append(NULL, field);
		l->fields = curl_slist_append(l->fields, "Expect:");
		curl_easy_setopt(l->curl, CURLOPT_POST, 1L);
		curl_easy_setopt(l->curl, CURLOPT_POSTFIELDS, body.ptr);
		curl_easy_setopt(l->curl, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)body.len);
	}
	return run(l, path);
}

enum net_status
net_delete(struct str path, struct buf *out)
{
	struct line *l = &main_line;

	stop(l);
	into(l->curl, out);
	curl_easy_setopt(l->curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(l->curl, CURLOPT_CUSTOMREQUEST, "DELETE");
	return run(l, path);
}

enum net_status
net_stranger(const char *path, struct buf *out)
{
	CURL *curl = new_curl();
	char url[URL_MAX];
	enum net_status s;

	snprintf(url, sizeof(url), "%s%s", base, path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	into(curl, out);
	/* with connections of its own, which end with it */
	s = status(curl, curl_easy_perform(curl));
	curl_easy_cleanup(curl);
	return s;
}

int
net_lane(void)
{
	for (int i = 0; i < NET_LANES; i++)
		if (!lane[i].busy && !lane[i].done)
			return i;
	return -1;
}

void
net_fetch(int n, struct str path, struct buf *out)
{
	into(lane[n].curl, out);
	start(&lane[n], path);
}

int
net_fetched(enum net_status *s)
{
	for (int i = 0; i < NET_LANES; i++)
		if (lane[i].done) {
			lane[i].done = false;
			*s = lane[i].status;
			return i;
		}
	return -1;
}

void
net_drop(void)
{
	for (int i = 0; i < NET_LANES; i++)
		stop(&lane[i]);
}

void
net_listen(struct str path, const char *seen)
{
	char field[EVENTS_ID_MAX + 32];

	stop(&ear);
	snprintf(field, sizeof(field), "Last-Event-ID: %s", seen);
	ear.fields = curl_slist_append(NULL, field);
	ear.fields = curl_slist_append(ear.fields,
	    "Accept: text/event-stream");
	events = (struct events){ .told = false };
	heard_ms = clock_ms();
	start(&ear, path);
}

bool
net_listens(void)
{
	return ear.busy;
}

bool
net_heard(const char *seen)
{
	bool news = events.told && strcmp(events.id, seen) != 0;

	events.told = false;
	return news;
}
