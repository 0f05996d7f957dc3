/* unit.mjs - the parts of the webmail that are pure, and rules for its files. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test, sum } from './runner.mjs';

const WEB = new URL('../../user/web/', import.meta.url);
const { filterOf, tokens } = await import(new URL('query.js', WEB));
const { badge, parse, told } = await import(new URL('status.js', WEB));
const address = await import(new URL('address.js', WEB));
const letters = await import(new URL('reply.js', WEB));
const { pieces } = await import(new URL('snippet.js', WEB));
const { t, WORDS } = await import(new URL('words.js', WEB));
const { brief, size } = await import(new URL('when.js', WEB));
const { describe } = await import(new URL('threadinfo.js', WEB));
const files = readdirSync(WEB).filter((n) => /\.(js|html|css)$/.test(n));
const source = (name) => readFileSync(new URL(name, WEB), 'utf8');
const midnight = (y, m, d) => new Date(y, m - 1, d).toISOString()
    .replace('.000', '');

test('query: words, operators, quotes', () => {
	assert.equal(filterOf(''), null);
	assert.equal(filterOf('   '), null);
	assert.equal(filterOf('""'), null);
	assert.deepEqual(filterOf('roof'), { text: 'roof' });
	assert.deepEqual(filterOf('from:bob'), { from: 'bob' });
	assert.deepEqual(filterOf('FROM:Bob'), { from: 'Bob' });
	assert.deepEqual(filterOf('subject:"the roof"'), { subject: 'the roof' });
	assert.deepEqual(filterOf('"the roof'), { text: 'the roof' });
	assert.deepEqual(filterOf('to:a roof has:attachment'), {
		operator: 'AND', conditions: [{ to: 'a' }, { text: 'roof' },
		    { hasAttachment: true }] });
});

test('query: is, has, dates', () => {
	assert.deepEqual(filterOf('is:unread'), { notKeyword: '$seen' });
	assert.deepEqual(filterOf('is:starred'), { hasKeyword: '$flagged' });
	assert.deepEqual(filterOf('before:2026-05-01'),
	    { before: midnight(2026, 5, 1) });
	assert.deepEqual(filterOf('after:2026'), { after: midnight(2026, 1, 1) });
	assert.deepEqual(filterOf('after:2026-7'), { after: midnight(2026, 7, 1) });
});

test('query: what is no operator is text', () => {
	assert.deepEqual(filterOf('https://a.example'),
	    { text: 'https://a.example' });
	assert.deepEqual(filterOf('is:constructor'), { text: 'is:constructor' });
	assert.deepEqual(filterOf('before:2026-02-31'),
	    { text: 'before:2026-02-31' });
	assert.deepEqual(filterOf('has:fun'), { text: 'has:fun' });
	assert.deepEqual(filterOf('-from:bob'), { operator: 'NOT',
		conditions: [{ from: 'bob' }] });
	assert.equal(filterOf('from:'), null);
	assert.equal(tokens('a "b c" d:e').length, 3);
});

test('query: folders', () => {
	const boxes = [{ id: 'm1', role: 'sent', name: 'Sent' },
		{ id: 'm2', role: null, name: 'Travel' }];

	assert.deepEqual(filterOf('in:travel', boxes, ['m9']),
	    { inMailbox: 'm2' });
	assert.deepEqual(filterOf('x', boxes, ['m9']), { operator: 'AND',
		conditions: [{ text: 'x' }, { inMailboxOtherThan: ['m9'] }] });
});

test('status: what is read of it', () => {
	const key = '7A3F09C2D4E85B16A0974C3D22F1E6B8905D4C17';
	const s = parse(` e2e; sig=good;key=${key} ; first=1777802400`);

	assert.equal(s.how, 'e2e');
	assert.equal(s.sig, 'good');
	assert.equal(s.key, key);
	assert.equal(s.first.getTime(), 1777802400000);
	assert.deepEqual(badge(s).said, ['how.e2e', 'sig.goodSince']);
	assert.equal(badge(s).shade, 'best');
});

test('status: what must never look better than it is', () => {
	assert.equal(badge(parse(null)), null);
	assert.equal(badge(parse('')), null);
	assert.equal(badge(parse('e2e2; sig=better')), null);
	assert.equal(parse('sealed; sig=none; sig=good').sig, 'none');
	assert.equal(parse('e2e; key=<b>').key, null);
	assert.equal(parse('e2e; first=soon').first, null);
	assert.equal(badge(parse('e2e; sig=bad')).shade, 'bad');
	assert.equal(badge(parse('sealed; sig=good')).shade, 'plain');
	assert.equal(badge(parse('clear')).shade, 'plain');
	assert.equal(badge(parse('own; key=0123456789ABCDEF; made=1')).shade,
	    'plain');
	assert.deepEqual(badge(parse('own; key=0123456789ABCDEF')).said,
	    ['how.own']);
	assert.equal(badge(parse('locked; why=no-key; e2e')).shade, 'bad');
	assert.equal(parse('locked; why=no-key').why, 'no-key');
	assert.equal(badge(parse('e2e; sig=expired-key')).shade, 'good');
	assert.deepEqual(badge(parse('e2e; sig=weak')).said,
	    ['how.encrypted', 'sig.odd']);
	assert.deepEqual(badge(parse('e2e; sig=none')).said,
	    ['how.encrypted', 'sig.none']);
	assert.equal(badge(parse('e2e; sig=other')).icon, 'warn');
	assert.equal(badge(parse('e2e; sig=other')).shade, 'good');
});

test('status: why it is locked, and what to do', () => {
	for (const why of ['no-key', 'unprotected', 'tampered', 'broken',
		'unsupported', 'big', 'died', 'seal']) {
		const [key] = told(parse('locked; why=' + why));

		assert.equal(key, 'why.' + why);
		assert.ok(t(key, {}, 'fr') !== t(key) && t(key) !== key);
	}
	assert.deepEqual(told(parse('locked; why=soon')), ['tell.locked']);
	assert.deepEqual(told(parse('e2e; sig=bad')), ['tell.bad', 'tell.e2e']);
	assert.deepEqual(told(parse('')), []);
});

test('status: in words, in both languages', () => {
	const date = '3 May';

	assert.equal(`${t('how.e2e')}, ${t('sig.goodSince', { date })}`,
	    'encrypted by its sender, signature good, key first seen on 3 May');
	assert.equal(t('how.sealed'), 'sealed on arrival, came in clear');
	assert.equal(t('how.sealed', {}, 'fr'),
	    'scellé à l’arrivée, venu en clair');
});

test('snippet: nothing but marks is read of it', () => {
	assert.deepEqual(pieces('a <mark>b</mark> &lt;c&gt; &amp;lt;'), [
		{ text: 'a ', mark: false }, { text: 'b', mark: true },
		{ text: ' <c> &lt;', mark: false }]);
	assert.deepEqual(pieces('<b onx=1>x</b><mark>&#233;</mark>'), [
		{ text: 'x', mark: false }, { text: 'é', mark: true }]);
	assert.deepEqual(pieces(''), []);
});

test('address: whom letters went to', () => {
	const anna = { name: null, email: 'anna@a.example' };

	assert.deepEqual(address.counted([
		{ to: [anna], cc: null, receivedAt: '2026-05-03T10:00:00Z' },
		{ to: null, cc: [{ name: 'Bo', email: 'bo@a.example' },
		    { name: 'Anna', email: 'Anna@a.example' }],
		    receivedAt: '2026-05-01T10:00:00Z' }]), [
		{ name: 'Anna', email: 'anna@a.example', n: 2,
		    last: '2026-05-03T10:00:00Z' },
		{ name: 'Bo', email: 'bo@a.example', n: 1,
		    last: '2026-05-01T10:00:00Z' }]);
});

test('address: lists as they are typed', () => {
	assert.deepEqual(address.parseList(
	    'Anna <a@b.example>, "Weber, Bob" <b@b.example>; c@d.example'), [
		{ name: 'Anna', email: 'a@b.example' },
		{ name: 'Weber, Bob', email: 'b@b.example' },
		{ name: null, email: 'c@d.example' }]);
	assert.deepEqual(address.parseList(' , ;'), []);
	assert.ok(address.valid('a@b.example'));
	for (const bad of ['a', 'a@', '@b.example', 'a b@c.example', 'a@b'])
		assert.ok(!address.valid(bad), bad);
});

test('address: names that pretend', () => {
	assert.equal(address.nameOf({ name: 'ceo@bank.example',
		email: 'x@evil.example' }), 'x@evil.example');
	assert.equal(address.nameOf({ name: 'a\u202egpj.exe', email: 'x@y.z' }),
	    'agpj.exe');
	assert.equal(address.initials({ name: 'Bob de Keller',
		email: 'b@c.d' }), 'BK');
	assert.equal(address.initials({ name: null, email: '' }), '?');
});

const mail = { id: 'e1', subject: 'AW: Re: Roof', messageId: ['1@x'],
	references: ['0@x'], from: [{ name: 'Bob', email: 'bob@x.example' }],
	to: [{ name: null, email: 'me@x.example' },
	    { name: null, email: 'c@x.example' }],
	cc: [{ name: null, email: 'BOB@x.example' }] };
const self = [{ email: 'me@x.example' }];

test('reply: to whom, about what, with which quotation', () => {
	const one = letters.reply(mail, 'a\n> b\n', false, self, { wrote: 'W:' });
	const all = letters.reply(mail, 'a', true, self, { wrote: 'W:' });

	assert.deepEqual(one.to, mail.from);
	assert.deepEqual(one.cc, []);
	assert.deepEqual(all.cc, [{ name: null, email: 'c@x.example' }]);
	assert.equal(one.subject, 'Re: Roof');
	assert.equal(one.text, '\n\nW:\n> a\n>> b\n');
	assert.deepEqual(one.inReplyTo, ['1@x']);
	assert.deepEqual(one.references, ['0@x', '1@x']);
});

test('reply: to one’s own letter goes to whom that went', () => {
	const mine = { ...mail, from: [{ name: null, email: 'me@x.example' }],
		to: mail.from };

	assert.deepEqual(letters.reply(mine, '', false, self, { wrote: '' }).to,
	    mail.from);
});

test('forward takes attachments along', () => {
	const f = letters.forward({ ...mail, attachments: [{ blobId: 'b' }] },
	    'text', { head: 'H' });

	assert.equal(f.subject, 'Fwd: Roof');
	assert.equal(f.attachments.length, 1);
	assert.deepEqual(f.to, []);
});

test('a conversation in one line', () => {
	const words = { me: 'me', to: 'To: {who}', nobody: '-', nosubject: '?' };
	const about = describe([mail, { from: self, to: mail.from, subject: '',
		keywords: { $seen: true, $flagged: true }, receivedAt: 'x' }],
	    { outgoing: false, self, words });

	assert.equal(about.who, 'Bob, me');
	assert.equal(about.face.email, 'bob@x.example');
	assert.equal(about.unread, true);
	assert.equal(about.starred, true);
	assert.equal(about.subject, '?');
});

test('dates and sizes', () => {
	const now = new Date(2026, 10, 27, 12, 0);

	assert.equal(brief(new Date(2026, 10, 27, 9, 5), now), '09:05');
	assert.equal(brief(new Date(2026, 10, 26, 23, 59), now), 'Yesterday');
	assert.equal(brief(new Date(2026, 10, 22), now), 'Sun');
	assert.equal(brief(new Date(2026, 10, 1), now), '1 Nov');
	assert.equal(brief(new Date(2025, 10, 1), now), '1 Nov 2025');
	assert.equal(brief('nonsense', now), '');
	assert.equal(size(999), '999 B');
	assert.equal(size(1234567), '1.2 MB');
});

test('words: each in both languages, with the same places to fill', () => {
	for (const [key, pair] of Object.entries(WORDS)) {
		const [en, fr] = pair.map((text) => [...new Set(
		    text.match(/\{\w+\}/g) ?? [])].sort().join());

		assert.equal(pair.length, 2, key);
		assert.equal(en, fr, key);
	}
	assert.equal(t('list.count', { n: 0 }), '0 conversations');
	assert.equal(t('list.count', { n: 0 }, 'fr'), '0 conversation');
	assert.equal(t('read.more', { n: 2 }, 'fr'), 'et 2 autres');
});

test('words: each key that is used is there, each that is there is used', () => {
	const all = files.filter((n) => n !== 'words.js').map(source).join('\n');
	const keys = [...all.matchAll(/'([a-z]+\.[A-Za-z0-9.]+)'/g)]
	    .map((m) => m[1]).filter((k) => k.split('.')[0] in Object.fromEntries(
		Object.keys(WORDS).map((w) => [w.split('.')[0], 1])));
	const heads = [...all.matchAll(/['`]([a-z]+\.(?:[a-z]+\.)?)['$]/g)]
	    .map((m) => m[1]);

	for (const k of keys)
		assert.ok(k in WORDS || heads.includes(k) || k.endsWith('.'), k);
	assert.deepEqual(Object.keys(WORDS).filter((k) => !keys.includes(k) &&
	    !heads.some((p) => k.startsWith(p))), []);
});

test('rule: no markup and no code from strings', () => {
	const never = new RegExp(['innerH' + 'TML', 'outerH' + 'TML',
	    'insertAdjacentH' + 'TML', '\\bev' + 'al\\b', 'document\\.wri' + 'te',
	    'new Func' + 'tion', 'setTimeout\\([\'"`]', 'srcdoc',
	    'createContextualFragment'].join('|'));

	for (const name of files)
		source(name).split('\n').forEach((line, i) => {
			/* the list of what dom.js refuses */
			if (!(name === 'dom.js' && line.startsWith('const NEVER')))
				assert.ok(!never.test(line), `${name}:${i + 1}`);
		});
});

test('rule: pages hold no script, no style and nothing from elsewhere', () => {
	for (const name of files.filter((n) => n.endsWith('.html'))) {
		assert.ok(!/<style|\sstyle=|\son\w+=|<script(?![^>]*src=)/.test(
		    source(name)), name);
	}
	for (const name of files)
		for (const [url] of source(name).matchAll(/https?:\/\/[^\s'"]+/g))
			assert.equal(url, 'http://www.w3.org/2000/svg', name);
});

test('rule: files up to 600 lines, functions up to 40', () => {
	for (const name of files) {
		const lines = source(name).split('\n');
		let begun = null;

		assert.ok(lines.length <= 600, name);
		lines.forEach((line, i) => {
			if (/^(\t)?(async |export |static )*(function |#?\w+\().*\{$|^\t(async )?#?\w+\(.*(,|\()$/
			    .test(line) && begun === null)
				begun = i;
			if (/^\t?\}$/.test(line) && begun !== null) {
				assert.ok(i - begun <= 40, `${name}:${begun + 1}`);
				begun = null;
			}
		});
	}
});

await sum();
