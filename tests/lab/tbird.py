"""tbird.py - the real Thunderbird, driven through its Marionette port.

Marionette: '<length>:<json>'; a command is [0, id, name, parameters], its
answer [1, id, error, result].  What runs is privileged JavaScript, so the test
does what a user's click does.
"""
import base64, json, os, shutil, socket, subprocess, time

PREFS = {
    'app.update.enabled': False,
    'datareporting.policy.dataSubmissionEnabled': False,
    'toolkit.telemetry.enabled': False,
    'mail.provider.suppress_dialog_on_startup': True,
    'mail.spotlight.firstRunDone': True,
    'mail.shell.checkDefaultClient': False,
    'mailnews.start_page.enabled': False,
    'mailnews.start_page_override.mstone': 'ignore',
    'app.donation.eoy.version.viewed': 999,
    'mail.rights.version': 1,
    'network.captive-portal-service.enabled': False,
    'network.connectivity-service.enabled': False,
    'extensions.getAddons.cache.enabled': False,
    'app.normandy.enabled': False,
    'services.settings.server': 'data:,',
    'mail.inappnotifications.enabled': False,
    'mail.openpgp.enable': True,
}


class Thunderbird:
    def __init__(self, profile, netns, resolve, port=2828, prefs=''):
        """Every name is at the address resolve: there is no DNS here.  netns
        None: in this one.  prefs: more lines of user.js."""
        os.makedirs(profile, exist_ok=True)
        with open(profile + '/user.js', 'w') as f:
            for k, v in {**PREFS, 'marionette.port': port,
                         'network.dns.forceResolve': resolve}.items():
                f.write(f'user_pref({json.dumps(k)}, {json.dumps(v)});\n')
            f.write(prefs)
        self.inside = ['ip', 'netns', 'exec', netns] if netns else []
        self.n, self.buf = 0, b''
        self.p = subprocess.Popen(
            [*self.inside, 'thunderbird', '--headless',
             '--marionette', '--remote-allow-system-access', '--no-remote',
             '--profile', profile],
            env={**os.environ, 'HOME': profile, 'MOZ_CRASHREPORTER_DISABLE': '1'},
            stdout=open(profile + '/log', 'w'), stderr=subprocess.STDOUT)
        self.connect(port)
        self.command('WebDriver:NewSession', {'capabilities': {'alwaysMatch': {
            'acceptInsecureCerts': False,
            'unhandledPromptBehavior': 'ignore'}}})
        self.command('Marionette:SetContext', {'value': 'chrome'})

    def connect(self, port):
        """Its port is on the loopback address of its own namespace."""
        for _ in range(600):
            nc = subprocess.Popen(
                [*self.inside, 'socat', '-',
                 f'TCP:127.0.0.1:{port}'], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self.nc = nc
            try:
                self.read()
                return
            except OSError:
                nc.kill()
                nc.wait()
                self.buf = b''
                time.sleep(0.1)
        raise RuntimeError('Thunderbird does not answer')

    def more(self):
        d = self.nc.stdout.read1(65536)
        if not d:
            raise OSError('closed')
        self.buf += d

    def read(self):
        while b':' not in self.buf:
            self.more()
        n, self.buf = self.buf.split(b':', 1)
        while len(self.buf) < int(n):
            self.more()
        d, self.buf = self.buf[:int(n)], self.buf[int(n):]
        return json.loads(d)

    def command(self, name, parameters=None):
        self.n += 1
        m = json.dumps([0, self.n, name, parameters or {}]).encode()
        self.nc.stdin.write(b'%d:%s' % (len(m), m))
        self.nc.stdin.flush()
        _, _, error, result = self.read()
        if error:
            raise RuntimeError(str(error)[:1500])
        return result

    def js(self, code, *arguments):
        """The value of an asynchronous function's body."""
        self.command('WebDriver:SetTimeouts', {'script': 60000})
        got = self.command('WebDriver:ExecuteAsyncScript', {
            'script': 'const A = [...arguments], done = A.pop();'
                      '(async () => {%s})().then('
                      'v => done({ok: v === undefined ? null : v}),'
                      'e => done({err: String(e) + "\\n" + (e && e.stack)}))'
                      % code,
            'args': list(arguments), 'newSandbox': True})['value']
        if not got:
            raise RuntimeError('Thunderbird has gone, or was too slow')
        if 'err' in got:
            raise RuntimeError(got['err'])
        return got['ok']

    def shot(self, path):
        got = self.command('WebDriver:TakeScreenshot', {'full': False})
        with open(path, 'wb') as f:
            f.write(base64.b64decode(got['value']))

    def quit(self):
        try:
            self.command('Marionette:Quit', {'flags': ['eForceQuit']})
        except (RuntimeError, OSError):
            pass
        try:
            self.p.wait(15)
        except subprocess.TimeoutExpired:
            self.p.kill()


SERVICES = ('const {MailServices} = ChromeUtils.importESModule('
            '"resource:///modules/MailServices.sys.mjs");')

TRUST = '''
Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
    .addCertFromBase64(A[0], "C,,");'''

ACCOUNT = SERVICES + '''
const [host, user, password, port = 993] = A;
const a = MailServices.accounts.createAccount();
const s = MailServices.accounts.createIncomingServer(user, host, "imap");
s.port = port; s.socketType = 3; s.authMethod = 3; s.password = password;
const id = MailServices.accounts.createIdentity();
id.email = user; id.fullName = "Alice"; id.doFcc = false;
a.addIdentity(id); a.incomingServer = s;
MailServices.accounts.defaultAccount = a;
return a.key;'''

# a certificate that its owner looked at, for ports of this computer
OVERRIDE = '''
const db = Cc["@mozilla.org/security/x509certdb;1"]
    .getService(Ci.nsIX509CertDB);
const over = Cc["@mozilla.org/security/certoverride;1"]
    .getService(Ci.nsICertOverrideService);
for (const port of A[1])
    over.rememberValidityOverride("127.0.0.1", port, {},
        db.constructX509FromBase64(A[0]), false);'''

# somebody else's, whom its owner believes
PUBLIC = '''
const {RNP} = ChromeUtils.importESModule(
    "chrome://openpgp/content/modules/RNP.sys.mjs");
const {EnigmailKeyRing} = ChromeUtils.importESModule(
    "chrome://openpgp/content/modules/keyRing.sys.mjs");
const {PgpSqliteDb2} = ChromeUtils.importESModule(
    "chrome://openpgp/content/modules/sqliteDb.sys.mjs");
const win = Services.wm.getMostRecentWindow("mail:3pane");
await RNP.importPubkeyBlockAutoAcceptImpl(win, A[0], "verified", false, []);
EnigmailKeyRing.clearCache?.();
await PgpSqliteDb2.updateAcceptance(A[1], [A[2]], "verified");'''

KEY = '''
const {RNP} = ChromeUtils.importESModule(
    "chrome://openpgp/content/modules/RNP.sys.mjs");
const {EnigmailKeyRing} = ChromeUtils.importESModule(
    "chrome://openpgp/content/modules/keyRing.sys.mjs");
const {PgpSqliteDb2} = ChromeUtils.importESModule(
    "chrome://openpgp/content/modules/sqliteDb.sys.mjs");
const win = Services.wm.getMostRecentWindow("mail:3pane");
const got = await RNP.importSecKeyBlockImpl(win, () => "", false, A[0], false,
    []);
if (got.exitCode !== 0)
    throw new Error("import: " + JSON.stringify(got));
EnigmailKeyRing.clearCache?.();
await PgpSqliteDb2.acceptAsPersonalKey(A[1]);
return got.importedKeys;'''

INBOX = SERVICES + '''
const s = MailServices.accounts.defaultAccount.incomingServer;
const w = Services.wm.getMostRecentWindow("mail:3pane");
const nap = ms => new Promise(r => w.setTimeout(r, ms));
s.getNewMessages(s.rootFolder, w.msgWindow, null);
for (let i = 0; i < 300; i++, await nap(100)) {
    const f = s.rootFolder.subFolders.find(x => x.flags & 0x1000);
    if (f && f.getTotalMessages(false) >= A[0])
        return [...f.messages].map(m => m.subject);
}
throw new Error("no mail; folders: " +
    s.rootFolder.subFolders.map(x => x.name));'''

SHOW = SERVICES + '''
const s = MailServices.accounts.defaultAccount.incomingServer;
const f = s.rootFolder.subFolders.find(x => x.flags & 0x1000);
const w = Services.wm.getMostRecentWindow("mail:3pane");
const nap = ms => new Promise(r => w.setTimeout(r, ms));
const {MailUtils} = ChromeUtils.importESModule(
    "resource:///modules/MailUtils.sys.mjs");
const hdr = [...f.messages].sort((a, b) => a.messageKey - b.messageKey).pop();
const tabmail = w.document.getElementById("tabmail");
tabmail.openTab("mailMessageTab", {
    messageURI: f.getUriForMsg(hdr), background: false });
let seen = [];
for (let i = 0; i < 300; i++, await nap(100)) {
    const about = tabmail.currentAboutMessage;
    const subject = about?.document.getElementById("expandedsubjectBox")
        ?.textContent ?? "";
    const text = about?.getMessagePaneBrowser?.()?.contentDocument?.body
        ?.textContent ?? "";
    const button = about?.document.getElementById("encryptionTechBtn");
    seen = [subject, text, button ? !button.hidden : false,
        about?.document.getElementById("signedHdrIcon")?.src ?? ""];
    if (subject.includes(A[0]) && text.includes(A[1]))
        break;
}
return seen;'''


FOLDERS = SERVICES + '''
const w = Services.wm.getMostRecentWindow("mail:3pane");
const nap = ms => new Promise(r => w.setTimeout(r, ms));
const s = MailServices.accounts.defaultAccount.incomingServer;
const folder = name => s.rootFolder.subFolders.find(x => x.name === name);
const fresh = async (f, n) => {
    for (let i = 0; i < 200; i++, await nap(100)) {
        f.updateFolder(w.msgWindow);
        await nap(100);
        const there = [...f.messages];
        if (there.length === n)
            return there;
    }
    throw new Error(f.name + " has " + f.getTotalMessages(false));
};'''

# a star, and into Archive by what "Move to" calls
MARK_AND_MOVE = FOLDERS + '''
const inbox = s.rootFolder.subFolders.find(x => x.flags & 0x1000);
const archive = folder("Archive");
const hdr = [...inbox.messages].sort((a, b) => a.messageKey - b.messageKey)[0];
inbox.markMessagesFlagged([hdr], true);
await nap(1000);
await new Promise((done, fail) => MailServices.copy.copyMessages(inbox, [hdr],
    archive, true, { QueryInterface: ChromeUtils.generateQI([
        "nsIMsgCopyServiceListener"]),
    onStartCopy() {}, onProgress() {}, setMessageKey() {},
    getMessageId() { return null; }, GetMessageId() { return null; },
    onStopCopy(status) {
        Components.isSuccessCode(status) ? done() : fail(status); },
    }, w.msgWindow, false));
const there = await fresh(archive, 1);
return [there.length, there[0].isFlagged];'''

# on the server, as "Run search on server" does
SEARCH = FOLDERS + '''
const f = folder(A[0]);
const session = Cc["@mozilla.org/messenger/searchSession;1"]
    .createInstance(Ci.nsIMsgSearchSession);
session.addScopeTerm(Ci.nsMsgSearchScope.onlineMail, f);
const term = session.createTerm(), value = term.value;
value.attrib = Ci.nsMsgSearchAttrib.Sender;
value.str = A[1];
term.attrib = value.attrib;
term.value = value;
term.op = Ci.nsMsgSearchOp.Contains;
term.booleanAnd = true;
session.appendTerm(term);
let hits = 0;
await new Promise(done => {
    session.registerListener({ QueryInterface: ChromeUtils.generateQI([
        "nsIMsgSearchNotify"]), onNewSearch() {},
        onSearchHit() { hits++; }, onSearchDone: done },
        Ci.nsIMsgSearchSession.allNotifications);
    session.search(w.msgWindow);
});
return hits;'''

# over port 465, with a copy of its own for Sent
SEND = FOLDERS + '''
const [host, user, password, to, subject, text] = A;
const list = MailServices.outgoingServer ?? MailServices.smtp;
const smtp = list.createServer("smtp").QueryInterface(Ci.nsISmtpServer);
smtp.hostname = host; smtp.port = 465; smtp.username = user;
smtp.socketType = 3; smtp.authMethod = 3; smtp.password = password;
const account = MailServices.accounts.defaultAccount;
const id = account.defaultIdentity;
id.smtpServerKey = smtp.key;
id.doFcc = true;
id["fccFolderURI" in id ? "fccFolderURI" : "fccFolder"] = folder("Sent").URI;
const fields = Cc["@mozilla.org/messengercompose/composefields;1"]
    .createInstance(Ci.nsIMsgCompFields);
fields.from = user; fields.to = to; fields.subject = subject;
fields.body = text;
const params = Cc["@mozilla.org/messengercompose/composeparams;1"]
    .createInstance(Ci.nsIMsgComposeParams);
params.composeFields = fields; params.identity = id;
params.type = Ci.nsIMsgCompType.New;
params.format = Ci.nsIMsgCompFormat.PlainText;
const compose = Cc["@mozilla.org/messengercompose/compose;1"]
    .createInstance(Ci.nsIMsgCompose);
const sent = folder("Sent");
sent.updateFolder(w.msgWindow);
await nap(3000);
const before = sent.getTotalMessages(false);
compose.initialize(params, null, null);
await compose.sendMsg(Ci.nsIMsgCompDeliverMode.Now, id, account.key, null,
    null);
await nap(3000);
return (await fresh(sent, before + 1)).length - before;'''


def present():
    return shutil.which('thunderbird') is not None
