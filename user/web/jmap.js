/*
 * jmap.js - the client's side of RFC 8620.  Whatever addresses a session
 * names, requests go to the origin that this page came from.
 */

import { ask } from './ask.js';

const CORE = 'urn:ietf:params:jmap:core';
const MAIL = 'urn:ietf:params:jmap:mail';
const SUBMISSION = 'urn:ietf:params:jmap:submission';
/* Which of these recipients has no key: ours, see forecast(). */
export const PROTECTION = 'urn:pli:params:jmap:protection';

/* type: 'offline', 'session', or as the RFC names it. */
export class JmapError extends Error {
	constructor(type, more = {}) {
		super(type);
		this.type = type;
		Object.assign(this, more);
	}
}

function own(address) {
	const url = new URL(address, location.origin);

	return url.pathname + url.search;
}

async function fetched(address, options) {
	let answer;

	try {
		answer = await ask(address, options);
	} catch {
		throw new JmapError('offline');
	}
	if (answer.status === 401 || answer.status === 403)
		throw new JmapError('session');
	if (!answer.ok)
		throw new JmapError(String(answer.status));
	return answer;
}

export class Jmap {
	async open() {
		const answer = await fetched('/.well-known/jmap');
		const session = await answer.json();

		/* braces of templates survive: only the rest is an address */
		this.session = session;
		this.account = session.primaryAccounts[MAIL];
		this.limits = session.capabilities[CORE] ?? {};
		this.username = session.username;
		this.api = own(session.apiUrl);
		this.protects = PROTECTION in (session.capabilities ?? {});
		this.using = [CORE, MAIL];
		for (const more of [SUBMISSION, PROTECTION])
			if (more in session.capabilities)
				this.using.push(more);
	}

	/* [[name, arguments]...] to the arguments of the answers. */
	async call(calls, options = {}) {
		const methodCalls = calls.map(([name, args], i) =>
		    [name, { accountId: this.account, ...args }, String(i)]);
		const answer = await fetched(this.api, { method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ using: this.using, methodCalls }),
			...options });
		const { methodResponses } = await answer.json();

		return calls.map((_, i) => {
			const got = methodResponses.find((r) =>
			    r[2] === String(i));

			if (got === undefined || got[0] === 'error')
				throw new JmapError(got?.[1].type ?? 'serverFail');
			return got[1];
		});
	}

	/* The same for many ids, as many at once as the server takes. */
	async get(name, ids, args = {}) {
		const most = this.limits.maxObjectsInGet ?? 256;
		const list = [];

		for (let i = 0; i < ids.length; i += most) {
			const [got] = await this.call([[name, { ...args,
				ids: ids.slice(i, i + most) }]]);

			list.push(...got.list);
		}
		return list;
	}

	async upload(blob) {
		const answer = await fetched(this.#template(
		    this.session.uploadUrl, { accountId: this.account }), {
			method: 'POST', body: blob, headers: { 'content-type':
			    blob.type || 'application/octet-stream' } });

		return answer.json();
	}

	download({ blobId, type, name }) {
		return this.#template(this.session.downloadUrl, { blobId, name,
			accountId: this.account,
			type: type || 'application/octet-stream' });
	}

	#template(text, values) {
		return own(text.replace(/\{(\w+)\}/g, (_, name) =>
		    encodeURIComponent(values[name] ?? '')));
	}

	/* Calls back when something has changed. */
	listen(changed) {
		const source = new EventSource(this.#template(
		    this.session.eventSourceUrl,
		    { types: '*', closeafter: 'no', ping: '60' }));

		source.addEventListener('state', (event) => {
			const { changed: all } = JSON.parse(event.data);

			if (all?.[this.account])
				changed(all[this.account]);
		});
		return source;
	}

	/* Addresses whose letters would go in clear.  A server that knows
	 * nothing of keys encrypts nothing. */
	async clear(addresses) {
		if (!this.protects || addresses.length === 0)
			return addresses;
		const [got] = await this.call([['Protection/forecast',
		    { addresses }]]);

		return got.clear;
	}
}
