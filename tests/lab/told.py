"""told.py - a letter comes back: what Thunderbird shows of the notice.

Once a real server refuses the recipient, once the operator gives the letter
up.  The notice is sealed, a multipart/report inside multipart/encrypted.
"""
import re

import box, tbird

# as somebody who opens it sees it
SHOW_LAST = tbird.FOLDERS + '''
const inbox = s.rootFolder.subFolders.find(x => x.flags & 0x1000);
const hdr = (await fresh(inbox, A[0])).sort(
    (a, b) => a.messageKey - b.messageKey).pop();
const tabmail = w.document.getElementById("tabmail");
tabmail.openTab("mailMessageTab", {
    messageURI: inbox.getUriForMsg(hdr), background: false });
let seen = {};
for (let i = 0; i < 300; i++, await nap(100)) {
    const about = tabmail.currentAboutMessage;
    const body = about?.getMessagePaneBrowser?.()?.contentDocument?.body;
    const button = about?.document.getElementById("encryptionTechBtn");
    seen = {
        subject: about?.document.getElementById("expandedsubjectBox")
            ?.textContent ?? "",
        text: body?.innerText ?? "",
        lock: button ? !button.hidden : false };
    if (seen.subject.includes(A[1]) && seen.text.includes(A[2]))
        break;
}
return seen;'''


def notice(t, check, n, what, shot, words):
    """The newest of n letters is a notice that says these words."""
    raw = re.compile('Content-Type:|BEGIN PGP|boundary=|=C3=A9')
    seen = t.js(SHOW_LAST, n, 'Not delivered', words[0])
    t.shot(shot)
    check('Not delivered / Non distribué' in seen['subject'],
          f'{what}: Thunderbird restores the subject', seen['subject'])
    check(all(w in seen['text'] for w in words),
          'and shows who did not get it, and why', seen['text'])
    check(seen['lock'], 'and that it came encrypted')
    check('garden gate' in seen['text'], 'with her letter', seen['text'])
    check(not raw.search(seen['text']), 'and nothing of MIME', seen['text'])


def told_part(b, t, out, check, folder):
    out.submit(['nobody@example.net'],
               'From: alice@example.org\nTo: nobody@example.net\n'
               'Subject: For nobody\n\nThe garden gate is open.\n')
    box.wait_for(lambda: not out.queue(b))
    notice(t, check, 1, 'refused by Postfix', folder + '/notice-refused.png',
           ['nobody@example.net', 'User unknown', 'mx.example.net',
            'could not be delivered', "n'a pas pu être remis"])
    out.submit(['late@dead.example'],
               'From: alice@example.org\nTo: late@dead.example\n'
               'Subject: Too late\n\nThe garden gate is shut.\n')
    row = box.wait_for(lambda: [r for r in out.queue(b)
                                if r['attempts'] != '0'])
    b.plictl('queue', 'cancel', row[0]['id'])
    notice(t, check, 2, 'given up by the operator',
           folder + '/notice-cancelled.png',
           ['late@dead.example', 'could not be delivered'])
