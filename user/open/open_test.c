/* open_test.c - the role as httpd sees it; its path is the first argument. */

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/verdict.h"
#include "ipc/chan.h"
#include "ipc/msg_open.h"
#include "tests/check.h"

static const char *path;
static int parent[2], httpd[2], logs[2];
static pid_t pid;
static char buf[IPC_MAX], page[1 << 20];

static int
setup(void **state)
{
	static const char conf[] = "host mail.example.org\n"
	    "domain example.org\n";
	int text = memfd_create("conf", 0);

	(void)state;
	if (!chan_pair(parent) || !chan_pair(httpd) || !chan_pair(logs) ||
	    write(text, conf, sizeof(conf) - 1) < 0)
		return -1;
	(void)lseek(text, 0, SEEK_SET);
	pid = fork();
	if (pid != 0)
		return 0;
	dup2(parent[1], 20);
	dup2(logs[1], 21);
	dup2(text, 22);
	dup2(httpd[1], 23);
	dup2(20, 3);
	dup2(21, 4);
	dup2(22, 5);
	dup2(23, 6);
	close_range(7, ~0U, 0);
	execl(path, "open", "parent=3", "log=4", "conf=5", "imapd=6",
	    (char *)NULL);
	_exit(127);
}

static int
teardown(void **state)
{
	(void)state;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

/* The page or text of a message; NULL: it failed, with *verdict. */
static const char *
opened(enum msg_open type, const char *text, bool images, uint32_t *verdict)
{
	static uint64_t id;
	struct msg_open_message m = { ++id, strlen(text), images };
	union {
		struct msg_open_is is;
		struct msg_open_failed failed;
	} a;
	struct chan_msg in;
	int fd = memfd_create("mail", MFD_ALLOW_SEALING);
	int got;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
	assert_int_equal(chan_put(httpd[0], msg_open, OPEN_TYPES, type, &m,
	    &fd, 1), CHAN_OK);
	close(fd);
	assert_int_equal(chan_wait(&httpd[0], 1, 20000), 0);
	got = chan_get(httpd[0], buf, msg_open, OPEN_TYPES, &a, &in);
	if (got == OPEN_FAILED) {
		assert_int_equal(a.failed.id, id);
		*verdict = a.failed.verdict;
		return NULL;
	}
	assert_int_equal(got, OPEN_IS);
	assert_int_equal(a.is.id, id);
	assert_true(a.is.size < sizeof(page));
	assert_int_equal(pread(in.fds[0], page, a.is.size, 0),
	    (ssize_t)a.is.size);
	page[a.is.size] = '\0';
	chan_close_fds(&in);
	*verdict = a.is.remote;
	return page;
}

static void
has(enum msg_open type, const char *text, const char *want)
{
	uint32_t n;
	const char *is = opened(type, text, false, &n);

	CHECK(is != NULL && strstr(is, want) != NULL, "%s\nlacks %s\n%s", text,
	    want, is == NULL ? "(failed)" : is);
}

static void
lacks(enum msg_open type, const char *text, const char *bad)
{
	uint32_t n;
	const char *is = opened(type, text, false, &n);

	CHECK(is != NULL && strstr(is, bad) == NULL, "%s\nhas %s\n%s", text,
	    bad, is == NULL ? "(failed)" : is);
}

#define HTML	"Content-Type: text/html; charset=utf-8\r\n\r\n"

TEST(pages)
{
	TEST_BEGIN;
	has(OPEN_VIEW, "Subject: s\r\n\r\n1 < 2\r\n", "1 &lt; 2");
	has(OPEN_VIEW, "\r\nsee https://x.example/a?b&c.\r\n",
	    "href=\"https://x.example/a?b&amp;c\">");
	has(OPEN_VIEW, "\r\n> > a\r\n> b\r\n", "<blockquote><blockquote>a\n"
	    "</blockquote>b\n</blockquote>");
	has(OPEN_VIEW, "\r\na\r\n-- \r\nme\r\n",
	    "<div class=\"signature\">");
	has(OPEN_VIEW, HTML "<p>x<script>y</script></p>", "<p>x</p>");
	has(OPEN_VIEW, "Content-Type: text/plain; charset=koi8-r\r\n\r\n"
	    "\xd0\xd2\xc9", "\xd0\xbf\xd1\x80\xd0\xb8");
	has(OPEN_VIEW, "\r\ncaf\xe9\r\n", "caf\xc3\xa9");
}

TEST(pictures)
{
	static const char related[] = "Content-Type: multipart/related; "
	    "boundary=b\r\n\r\n--b\r\n" HTML "<img src='cid:a@b'>\r\n--b\r\n"
	    "Content-Type: image/png\r\nContent-ID: <a@b>\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\n";
	static const char remote[] = HTML "<img src='http://x.example/y'>";
	uint32_t n;

	TEST_BEGIN;
	has(OPEN_VIEW, related, "src=\"data:image/png;base64,AAEC\"");
	lacks(OPEN_VIEW, remote, "http://x.example");
	has(OPEN_VIEW, remote, "<meta name=\"pli-remote\" content=\"1\">");
	assert_non_null(strstr(opened(OPEN_VIEW, remote, true, &n),
	    "http://x.example"));
	assert_int_equal(n, 1);
}

TEST(texts)
{
	static const char mixed[] = "Content-Type: multipart/mixed; "
	    "boundary=b\r\n\r\n--b\r\n" HTML "<p>one</p>\r\n--b\r\n"
	    "Content-Type: text/csv; name=two.csv\r\n"
	    "Content-Disposition: attachment\r\n\r\nthree\r\n--b--\r\n";

	TEST_BEGIN;
	has(OPEN_TEXT, mixed, "one");
	has(OPEN_TEXT, mixed, "two.csv");
	has(OPEN_TEXT, mixed, "three");
}

/* RFC 9788, 4.5.3: of what was encrypted, and of nothing else. */
TEST(legacy)
{
	static const char plain[] = "Content-Type: text/plain; "
	    "hp-legacy-display=1; hp=cipher\r\n\r\nSubject: twice\r\n\r\n"
	    "once\r\n";
	static const char html[] = "Content-Type: text/html; "
	    "hp-legacy-display=1; hp=cipher\r\n\r\n<body>\n"
	    "<div class=\"a header-protection-legacy-display\"><pre>"
	    "Subject: twice</pre></div><p>once</p>"
	    "<div class=\"header-protection-legacy-display\">third</div>";
	char text[1024];

	TEST_BEGIN;
	for (int i = 0; i < 2; i++) {
		enum msg_open type = i == 0 ? OPEN_VIEW : OPEN_TEXT;

		snprintf(text, sizeof(text), "Pli-Status: e2e; sig=none\r\n%s",
		    plain);
		has(type, text, "once");
		lacks(type, text, "twice");
		snprintf(text, sizeof(text), "Pli-Status: e2e; sig=none\r\n%s",
		    html);
		has(type, text, "once");
		has(type, text, "third");
		lacks(type, text, "twice");
		has(type, plain, "twice");
		has(type, html, "twice");
		snprintf(text, sizeof(text), "Pli-Status: sealed\r\n%s",
		    plain);
		has(type, text, "twice");
	}
}

/* Too deep for a tree: as text, and soon. */
TEST(deep)
{
	enum { TAGS = 20000 };
	char *text = calloc(1, sizeof(HTML) + TAGS * 5 + 20);

	TEST_BEGIN;
	assert_non_null(text);
	memcpy(text, HTML, sizeof(HTML) - 1);
	for (size_t i = 0; i < TAGS; i++)
		memcpy(text + sizeof(HTML) - 1 + 5 * i, "<div>", 5);
	memcpy(text + sizeof(HTML) - 1 + 5 * TAGS, "at the end", 10);
	has(OPEN_VIEW, text, "at the end");
	free(text);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(pages), RUN(pictures), RUN(texts), RUN(legacy), RUN(deep),
	};

	if (argc < 2)
		return 77;
	path = argv[1];
	return cmocka_run_group_tests(tests, setup, teardown);
}
