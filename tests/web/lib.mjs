/*
 * lib.mjs - a browser, contexts that are logged in, letters that arrive.  What
 * is done besides looking at the page is done by JMAP, so that any server that
 * speaks it can be tested.
 */

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.WEB_MODULES + '/x.js');
const { chromium, firefox } = require('playwright-core');

export const AXE = require.resolve('axe-core/axe.min.js');
const LINKS = (process.env.WEB_LINKS ?? '').split(/\s+/).filter(Boolean);
const ASK = process.env.WEB_ASK;	/* an address that answers with one */
export const ORIGIN = process.env.WEB_ORIGIN ?? new URL(LINKS[0]).origin;
export const STAND = process.env.WEB_STAND === '1';
export const FIREFOX = process.env.WEB_FIREFOX;	/* its program */
export const SEEDED = process.env.WEB_SEEDED === '1';
const SHOTS = process.env.WEB_SHOTS;
export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };

export const said = { requests: [], complaints: [] };
let browser, state, using = null;
const open = new Set();
let here = null, count = 0;

mkdirSync(SHOTS, { recursive: true });

export async function begin() {
	browser = FIREFOX ? await firefox.launch({ executablePath: FIREFOX,
		channel: 'moz-firefox' }) : await chromium.launch({
		executablePath: process.env.WEB_CHROMIUM, args: ['--no-sandbox',
		    '--disable-gpu', '--disable-quic', '--no-first-run',
		    '--disable-background-networking', '--disable-sync',
		    '--disable-component-update'] });
}

export async function end() {
	await browser.close();
}

export async function link() {
	return ASK ? (await fetch(ASK)).text() : LINKS.pop();
}

/* In Firefox a page's policy also refuses the style that Playwright brings for
 * pictures. */
function complain(text) {
	if (!/Failed to load resource/.test(text) &&
	    !(FIREFOX && /blocked an inline style/.test(text)))
		said.complaints.push(text);
}

/* A page of its own.  No request but to where it came from goes anywhere. */
export async function blank(viewport, options = {}) {
	const context = await browser.newContext({ viewport, locale: 'en-GB',
		reducedMotion: 'reduce', storageState: state, ...options });
	const page = await context.newPage();

	open.add(context);
	page.setDefaultTimeout(Number(process.env.WEB_PATIENCE ?? 30000));
	context.on('request', (r) => said.requests.push(r.url()));
	page.on('pageerror', (e) => complain(e.stack ?? String(e)));
	page.on('console', (m) => {
		if (m.type() === 'error')
			complain(m.text());
	});
	here = page;
	return page;
}

/* The mailbox, as `viewport` shows it. */
export async function mailbox(viewport, options = {}, at = '') {
	const page = await blank(viewport, options);

	if (state === undefined) {
		await page.goto(await link());
		await page.locator('.row').first().waitFor();
		state = await page.context().storageState();
	}
	await page.goto(ORIGIN + '/' + at);
	await page.locator('.list[aria-busy=false]').waitFor({
		state: 'attached' });
	return page;
}

export async function closeAll() {
	for (const c of open)
		await c.close();
	open.clear();
}

export async function shot(page, name) {
	await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

export async function failed(name) {
	await here?.screenshot({ path: `${SHOTS}/failed-${
	    name.replace(/\W+/g, '-')}.png` }).catch(() => {});
	await closeAll();
}

/* --- JMAP from outside the page, with its cookie --- */

export async function jmap(page, calls) {
	const { request } = page.context();

	if (using === null) {
		const s = await (await request.get(ORIGIN +
		    '/.well-known/jmap')).json();

		using = { all: Object.keys(s.capabilities), api: new URL(s.apiUrl,
			ORIGIN).pathname,
		    account: s.primaryAccounts['urn:ietf:params:jmap:mail'],
		    me: s.username };
	}
	const answer = await request.post(ORIGIN + using.api, {
		headers: { origin: ORIGIN }, data: {
		using: using.all, methodCalls: calls.map(([n, a], i) => [n,
		    { accountId: using.account, ...a }, String(i)]) } });

	return (await answer.json()).methodResponses.map((r) => r[1]);
}

export async function box(page, role) {
	const [got] = await jmap(page, [['Mailbox/get', { ids: null }]]);

	return got.list.find((m) => m.role === role);
}

/* A letter that comes in; its subject is its own. */
export async function deliver(page, more = {}) {
	const inbox = await box(page, more.role ?? 'inbox');
	const subject = more.subject ?? `Letter ${++count} of today`;
	const [got] = await jmap(page, [['Email/set', { create: { one: {
		mailboxIds: { [inbox.id]: true }, keywords: more.keywords ?? {},
		from: [more.from ?? { name: 'Rosa Klein',
		    email: 'rosa@example.net' }],
		to: more.to ?? [{ name: null, email: using.me }],
		...more.cc ? { cc: more.cc } : {},
		...more.inReplyTo ? { inReplyTo: more.inReplyTo,
		    references: more.inReplyTo } : {},
		subject, textBody: [{ partId: '1', type: 'text/plain' }],
		bodyValues: { 1: { value: more.text ??
		    'A few words about it.' } } } } }]]);

	assert.ok(got.created?.one, JSON.stringify(got));
	return { subject, id: got.created.one.id };
}

/* A subject is looked for as a phrase. */
export async function find(page, filter, properties = ['subject']) {
	if (filter.subject)
		filter = { ...filter, subject: `"${filter.subject}"` };
	const [, got] = await jmap(page, [['Email/query', { filter }],
		['Email/get', { properties: ['id', ...properties],
		    '#ids': { resultOf: '0', name: 'Email/query',
			path: '/ids' } }]]);

	return got.list;
}

/* Whether the server sends letters. */
export async function sends(page) {
	await jmap(page, []);
	return using.all.includes('urn:ietf:params:jmap:submission');
}

/* Asks until it is so. */
export async function until(what, ask) {
	const end = Date.now() + Number(process.env.WEB_PATIENCE ?? 30000);

	for (;;) {
		const got = await ask();

		if (got)
			return got;
		if (Date.now() > end)
			throw new Error('never: ' + what);
		await new Promise((r) => setTimeout(r, 50));
	}
}

export function row(page, subject) {
	return page.locator('.row', { has: page.getByText(subject,
	    { exact: true }) });
}

export async function serious(page, name) {
	if (!await page.evaluate(() => 'axe' in window))
		await page.evaluate(readFileSync(AXE, 'utf8'));
	const found = await page.evaluate(() => window.axe.run(document, {
		resultTypes: ['violations'], iframes: false }));
	const bad = found.violations.filter((v) =>
	    ['serious', 'critical'].includes(v.impact));

	assert.deepEqual(bad.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) =>
	    n.html.slice(0, 120)).join(' | ')}`), []);
}
