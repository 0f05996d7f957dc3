/* run.c - pli run: all starts, is unlocked, and the webmail opens. */

#include "mirror.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/wipe.h"
#include "os/crypt.h"

enum {
	TOKEN = 16,
	IDLE_S = 4 * 3600,
};

struct run {
	const char *idle;
	bool quiet;
	uint32_t idle_s;
	char passphrase[SECRET_MAX + 1];
};

/* "30m", "4h", "never" */
static bool
take_idle(struct pli *p, struct run *x)
{
	struct str in = from_c(x->idle != NULL ? x->idle : "4h");
	uint64_t n;

	if (str_eq(in, STR("never"))) {
		x->idle_s = 0;
		return true;
	}
	if (str_take_u64(&in, &n) && n > 0 && n < 100000 && in.len == 1 &&
	    (in.ptr[0] == 'm' || in.ptr[0] == 'h')) {
		x->idle_s = (uint32_t)n * (in.ptr[0] == 'h' ? 3600 : 60);
		return true;
	}
	say(&p->cli, EXIT_NO, "bad-idle", x->idle, NULL);
	return false;
}

static bool
has_browser(void)
{
	return getenv("DISPLAY") != NULL || getenv("WAYLAND_DISPLAY") != NULL;
}

/* Everybody here may read a program's arguments, and whoever is first has the
 * session: the browser is given a page of the owner's that leads on. */
static bool
put_page(const struct pli *p, const char *link, char path[FILE_NAME_MAX])
{
	int n = snprintf(path, FILE_NAME_MAX, "%s/run/open.html", p->dir);
	struct buf page;
	bool ok;

	if (n < 0 || n >= FILE_NAME_MAX)
		return false;
	buf_init(&page, 1024);
	buf_add_c(&page, "<!doctype html>\n<meta charset=\"utf-8\">"
	    "<meta name=\"referrer\" content=\"no-referrer\"><meta "
	    "http-equiv=\"refresh\" content=\"0;url=");
	buf_add_c(&page, link);
	buf_add_c(&page, "\"><title>pli</title>\n");
	ok = file_write(p, path, buf_str(&page), false) == 0;
	wipe(page.ptr, page.len);
	buf_free(&page);
	return ok;
}

/* xdg-open, and nobody waits for it. */
static void
open_browser(const char *path)
{
	int null;
	pid_t pid = fork();

	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	if (pid != 0)
		return;
	if (fork() != 0)
		_exit(0);
	null = open("/dev/null", O_RDWR);
	if (setsid() < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0 ||
	    close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
		_exit(126);
	execlp("xdg-open", "xdg-open", path, (char *)NULL);
	_exit(127);
}

/* A link that opens the webmail once.  The store keeps its token's hash. */
static int
make_link(struct pli *p, char link[256])
{
	unsigned char token[TOKEN], hash[CRYPT_HASH];
	char hex[2 * TOKEN + 1];
	struct buf args;

	crypt_random(token, sizeof(token));
	crypt_sha256(hash, (struct str){ (char *)token, TOKEN });
	for (size_t i = 0; i < TOKEN; i++)
		snprintf(hex + 2 * i, 3, "%02x", token[i]);
	buf_init(&args, ADMIN_ARGS_MAX);
	admin_put(&args, STR("name"), from_c(p->address));
	admin_put(&args, STR("pair_hash"),
	    (struct str){ (char *)hash, CRYPT_HASH });
	snprintf(link, 256, "http://127.0.0.1:%u/login#%s",
	    conf_port(p, PORT_WEB), hex);
	return call(&p->cli, "user pair", &args, -1, "", NULL, NULL);
}

static int
show(struct pli *p, const struct run *x)
{
	char link[256], path[FILE_NAME_MAX];
	int status = make_link(p, link);

	if (status != 0)
		return status;
	if (!x->quiet && has_browser() && put_page(p, link, path)) {
		open_browser(path);
		tell(&p->cli, "run-opened", link, NULL);
	} else {
		tell(&p->cli, "run-link", link, NULL);
	}
	wipe(link, sizeof(link));
	return 0;
}

static int
run(struct cli *c, int argc, char **argv)
{
	struct pli *p = pli_of(c);
	struct words words;
	static struct run x;
	const struct option options[] = {
		{ "--idle", &x.idle, NULL }, { "--no-browser", NULL, &x.quiet },
		{ NULL, NULL, NULL },
	};
	int status = 0;

	if (!args_take(c, options, argc, argv, &words, 0, 0) ||
	    !take_idle(p, &x) || !account_find(p, p->account))
		return EXIT_NO;
	if (conf_port(p, PORT_WEB) == 0)
		return say(c, EXIT_NO, "not-paired", p->address, NULL);
	if (!home_connect(p))
		status = home_start(p);
	if (status == 0)
		status = agent_open(p, x.passphrase, x.idle_s);
	wipe(x.passphrase, sizeof(x.passphrase));
	if (status == 0)
		status = mirror_account(p);
	if (status == 0)
		status = show(p, &x);
	if (status == 0)
		mirror_tidy(p);
	if (status == 0 && !c->json && isatty(STDOUT_FILENO) == 1)
		(void)mirror_show(p);
	agent_end(p);
	return status;
}

const struct verb verb_run = {
	"run", "", "", run,
	{ "start all, unlock, open the webmail; as does pli alone",
	"tout démarrer, ouvrir le courrier ; pli tout court fait de même" },
	{ "  --idle TIME              locks itself when nothing was asked for "
	"so long: 30m,\n"
	"                           4h (this is so without it), never\n"
	"  --no-browser             only print the link\n\n"
	"The link opens the webmail once, within ten minutes; pli run gives a "
	"new one.\nIt leads to this computer alone.  What runs goes on when "
	"the terminal is closed:\npli lock makes the mail unreadable again, "
	"pli stop ends it all.\n\n"
	"examples:\n"
	"  pli run\n"
	"  pli run --idle 30m --no-browser\n",
	"  --idle DURÉE             se verrouille si rien n'a été demandé "
	"pendant : 30m,\n"
	"                           4h (c'est le cas sans l'option), never\n"
	"  --no-browser             montrer seulement le lien\n\n"
	"Le lien ouvre le courrier une fois, dans les dix minutes ; pli run en "
	"donne un\nautre.  Il ne mène qu'à cet ordinateur.  Ce qui tourne "
	"continue quand le terminal\nse ferme : pli lock rend le courrier "
	"illisible, pli stop arrête tout.\n\n"
	"exemples :\n"
	"  pli run\n"
	"  pli run --idle 30m --no-browser\n" },
};
