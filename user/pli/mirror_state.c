/* mirror_state.c - how far the mirror is, and what is wrong with it. */

#include "mirror.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/wipe.h"
#include "cli/progress.h"

enum {
	READY_S = 60,			/* for the mirror to open */
	STEP_MS = 200, STEPS = 1000 / STEP_MS,
	LOG_TAIL = 64 << 10,
	SPACE_MIN = 16 << 20,		/* octets: less is a full disk */
};

static void
pause_step(void)
{
	(void)nanosleep(&(struct timespec){ 0, STEP_MS * 1000000L }, NULL);
}

static void
on_mirror(struct cli *c, void *ctx, struct str row)
{
	struct mirror *m = ctx;

	(void)c;
	m->here = row_number(row, "here");
	m->there = row_number(row, "there");
	m->waiting = row_number(row, "waiting");
	m->letters = row_number(row, "letters");
	m->whole = row_number(row, "whole") != 0;
}

bool
mirror_ask(struct pli *p, struct mirror *m)
{
	struct buf args;

	*m = (struct mirror){ .whole = false };
	if (!home_connect(p))
		return false;
	buf_init(&args, ADMIN_ARGS_MAX);
	admin_put(&args, STR("name"), from_c(p->address));
	return control_call(&p->cli, "mirror status", &args, -1, on_mirror,
	    m) == VERDICT_YES;
}

/* --- what is wrong --- */

static bool
has(struct str line, const char *what)
{
	return memmem(line.ptr, line.len, what, strlen(what)) != NULL;
}

/* Since home was last unlocked: a store that cannot read what it has. */
static bool
is_damaged(struct str log)
{
	static const char *const events[] = { " store-refused ",
	    " store-open-failed ", " store-page-unreadable " };
	bool damaged = false;

	while (log.len > 0) {
		const char *end = memchr(log.ptr, '\n', log.len);
		struct str line = log;

		if (end != NULL)
			line.len = (size_t)(end - log.ptr);
		log.ptr += line.len + (end != NULL);
		log.len -= line.len + (end != NULL);
		if (has(line, " unlocked"))
			damaged = false;
		for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
			damaged |= has(line, " store[") &&
			    has(line, events[i]);
	}
	return damaged;
}

static bool
log_says_damaged(const struct pli *p)
{
	static char text[LOG_TAIL];
	char path[FILE_NAME_MAX];
	struct stat st;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "%.900s/log", p->dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0)
		n = pread(fd, text, sizeof(text), st.st_size > LOG_TAIL ?
		    st.st_size - LOG_TAIL : 0);
	if (fd >= 0)
		close(fd);
	return n > 0 && is_damaged((struct str){ text, (size_t)n });
}

static bool
is_full(const struct pli *p)
{
	struct statvfs v;

	return statvfs(p->dir, &v) == 0 && v.f_frsize > 0 &&
	    v.f_bavail < SPACE_MIN / v.f_frsize;
}

/* A full disk first: nothing can be rebuilt on it. */
bool
mirror_trouble(struct pli *p)
{
	if (is_full(p))
		say(&p->cli, 0, "mirror-full", p->dir, NULL);
	else if (log_says_damaged(p))
		say(&p->cli, 0, "mirror-damaged", p->address, p->dir);
	else
		return false;
	return true;
}

static void
on_user(struct cli *c, void *ctx, struct str row)
{
	bool *found = ctx;

	(void)c;
	(void)row;
	*found = true;
}

static int
add_account(struct pli *p)
{
	char password[PASSWORD_MAX + 1];
	struct buf args;

	buf_init(&args, ADMIN_ARGS_MAX);
	admin_put(&args, STR("name"), from_c(p->address));
	admin_put(&args, STR("quota"), STR("0"));
	/* that nobody knows: the devices of the mirror have their own */
	password_make(password);
	password_verifier(&args, from_c(password));
	wipe(password, sizeof(password));
	return call(&p->cli, "user add", &args, -1, "", NULL, NULL);
}

int
mirror_account(struct pli *p)
{
	enum verdict v = VERDICT_LATER;
	bool found = false;

	for (int i = 0; i < READY_S * STEPS && v == VERDICT_LATER; i++) {
		if (i > 0)
			pause_step();
		if (i > 0 && i % (2 * STEPS) == 0 && mirror_trouble(p))
			return EXIT_LATER;
		v = home_connect(p) ? control_call(&p->cli, "user list", NULL,
		    -1, on_user, &found) : VERDICT_LATER;
	}
	if (v != VERDICT_YES)
		return home_say(&p->cli, v, "");
	return found ? 0 : add_account(p);
}

/* --- how far --- */

/* "4,200"; in French with a blank. */
static void
put_number(const struct pli *p, uint64_t n, char out[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%ju", (uintmax_t)n), k = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[k++] = p->cli.lang == LANG_FR ? ' ' : ',';
		out[k++] = digits[i];
	}
	out[k] = '\0';
}

static void
put_what(const struct pli *p, const struct mirror *m, char what[96])
{
	char here[32], there[32];
	struct str args[2];
	struct buf out;

	put_number(p, m->here < m->there ? m->here : m->there, here);
	put_number(p, m->there, there);
	args[0] = from_c(here);
	args[1] = from_c(there);
	buf_init(&out, 80);
	text_put(&out, text_of(&p->cli, "mirror-progress"), args, 2);
	snprintf(what, 96, "%.*s", (int)out.len, out.ptr != NULL ? out.ptr :
	    "");
	buf_free(&out);
}

static bool
follow(struct pli *p, int steps, bool bar)
{
	static char what[96];
	struct progress progress;
	struct mirror m;
	bool asked = mirror_ask(p, &m), whole;

	put_what(p, &m, what);
	progress_begin(&progress, what, m.there);
	if (!bar)
		progress.on = false;
	while (!(whole = asked && m.whole) && steps-- > 0 &&
	    !progress_stopped()) {
		pause_step();
		asked = mirror_ask(p, &m);
		put_what(p, &m, what);
		progress.total = m.there;
		progress_at(&progress, m.here);
	}
	progress_end(&progress);
	return whole;
}

bool
mirror_show(struct pli *p)
{
	struct mirror m;
	bool whole;

	if (mirror_ask(p, &m) && m.whole)
		return true;
	tell(&p->cli, "mirror-coming", NULL, NULL);
	fflush(stdout);
	progress_catch();
	whole = follow(p, INT32_MAX, true);
	tell(&p->cli, whole ? "mirror-whole" : "mirror-goes-on", NULL, NULL);
	return whole;
}

bool
mirror_wait(struct pli *p, int seconds)
{
	return follow(p, seconds * STEPS, false);
}
