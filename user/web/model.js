/*
 * model.js - what is known of the mailbox: folders, messages, conversations.
 * A change shows here at once and is taken back when the server refuses it.
 *
 * Events: "changed" (something did), "arrived" (detail: how many new letters),
 * "reset" (what was known is worth nothing any more).
 */

const STATUS = 'header:Pli-Status:asText';
const LISTED = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'from',
	'to', 'subject', 'receivedAt', 'hasAttachment', 'preview', STATUS];
export const READ = [...LISTED, 'cc', 'bcc', 'replyTo', 'messageId',
	'inReplyTo', 'references', 'attachments', 'textBody', 'size'];
const ROLES = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash'];
const AT_ONCE = 200;

export function status(email) {
	return email[STATUS];
}

export function has(email, keyword) {
	return email.keywords?.[keyword] === true;
}

function rank(box) {
	const at = ROLES.indexOf(box.role);

	return at < 0 ? ROLES.length : at;
}

function byRoleAndName(a, b) {
	return rank(a) - rank(b) || (a.sortOrder ?? 0) - (b.sortOrder ?? 0) ||
	    a.name.localeCompare(b.name);
}

export class Model extends EventTarget {
	constructor(jmap) {
		super();
		this.jmap = jmap;
		this.emails = new Map();
		this.threads = new Map();
		this.boxes = new Map();
		this.state = null;
	}

	#tell(name, detail) {
		this.dispatchEvent(new CustomEvent(name, { detail }));
	}

	async load() {
		const [boxes, emails] = await this.jmap.call([
			['Mailbox/get', { ids: null }],
			['Email/get', { ids: [], properties: ['id'] }]]);

		this.#keepBoxes(boxes.list);
		this.state = emails.state;
	}

	#keepBoxes(list) {
		this.boxes = new Map(list.sort(byRoleAndName).map((m) =>
		    [m.id, m]));
	}

	byRole(role) {
		return [...this.boxes.values()].find((m) => m.role === role);
	}

	/* Mailboxes that a search leaves out unless they are named. */
	outside() {
		return ['trash', 'junk'].map((r) => this.byRole(r)?.id)
		    .filter(Boolean);
	}

	/* {threads, total}: conversations, newest first. */
	async query(filter, position, limit) {
		const ref = (resultOf, name, path) => ({ resultOf, name, path });
		const [found, , threads] = await this.jmap.call([
			['Email/query', { filter, position, limit,
			    sort: [{ property: 'receivedAt', isAscending: false }],
			    collapseThreads: true, calculateTotal: true }],
			['Email/get', { properties: ['threadId'],
			    '#ids': ref('0', 'Email/query', '/ids') }],
			['Thread/get', { '#ids': ref('1', 'Email/get',
			    '/list/*/threadId') }]]);
		const list = new Map(threads.list.map((t) => [t.id, t]));

		await this.#keepThreads([...list.values()]);
		/* in the order that the server found them */
		const of = new Map([...list.values()].flatMap((t) =>
		    t.emailIds.map((id) => [id, t.id])));
		return { total: found.total ?? found.ids.length,
		    emails: found.ids, threads: found.ids.map((id) => of.get(id))
			.filter((id) => id !== undefined) };
	}

	/* Where the words stand that a search found: conversation to HTML of
	 * snippet.js.  A server that does not say it says nothing. */
	async snippets(filter, emails) {
		const [{ list }] = emails.length === 0 ? [{ list: [] }] :
		    await this.jmap.call([['SearchSnippet/get', { filter,
			emailIds: emails }]]).catch(() => [{ list: [] }]);

		return list.filter((s) => s.preview !== null).map((s) =>
		    [this.emails.get(s.emailId)?.threadId, s.preview]);
	}

	async #keepThreads(list) {
		for (const t of list)
			this.threads.set(t.id, t.emailIds);
		await this.#fetch(list.flatMap((t) => t.emailIds).filter((id) =>
		    !this.emails.has(id)));
	}

	async #fetch(ids) {
		const list = ids.length === 0 ? [] : await this.jmap.get(
		    'Email/get', ids, { properties: LISTED });

		for (const email of list)
			this.emails.set(email.id, { ...this.emails.get(email.id),
			    ...email });
		return list;
	}

	/* The messages of a conversation, oldest first, as far as known. */
	thread(id) {
		return (this.threads.get(id) ?? []).map((e) =>
		    this.emails.get(e)).filter((e) => e !== undefined);
	}

	/* With everything that reading needs.  null: it is not there. */
	async read(id) {
		const [{ list }] = await this.jmap.call([
			['Thread/get', { ids: [id] }]]);

		if (list.length === 0 || list[0].emailIds.length === 0)
			return null;
		this.threads.set(id, list[0].emailIds);
		const emails = await this.jmap.get('Email/get',
		    list[0].emailIds, { properties: READ });

		for (const e of emails)
			this.emails.set(e.id, e);
		return this.thread(id);
	}

	async body(id) {
		const [{ list }] = await this.jmap.call([['Email/get', {
			ids: [id], properties: [...READ, 'bodyValues'],
			fetchTextBodyValues: true,
			maxBodyValueBytes: 100000 }]]);

		return list[0];
	}

	/* What is new since last time. */
	async refresh() {
		this.busy = (this.busy ?? Promise.resolve()).then(() =>
		    this.#refresh()).catch((e) => this.#tell('trouble', e));
		return this.busy;
	}

	async #refresh() {
		let more = true, created = [];

		while (more) {
			try {
				const got = await this.#step();

				more = got.hasMoreChanges;
				created = created.concat(got.created);
			} catch (e) {
				if (e.type !== 'cannotCalculateChanges')
					throw e;
				this.emails.clear();
				this.threads.clear();
				await this.load();
				this.#tell('reset');
				return;
			}
		}
		const inbox = this.byRole('inbox')?.id;
		const n = created.map((id) => this.emails.get(id)).filter((e) =>
		    e?.mailboxIds[inbox] && !has(e, '$seen')).length;

		if (n > 0)
			this.#tell('arrived', n);
		this.#tell('changed');
	}

	async #step() {
		const [got, boxes] = await this.jmap.call([
			['Email/changes', { sinceState: this.state,
			    maxChanges: AT_ONCE }],
			['Mailbox/get', { ids: null }]]);
		const known = got.updated.filter((id) => this.emails.has(id));

		this.#keepBoxes(boxes.list);
		for (const id of got.destroyed)
			this.#forget(id);
		const list = await this.#fetch([...got.created, ...known]);
		const threads = [...new Set(list.map((e) => e.threadId))];

		if (threads.length > 0)
			await this.#keepThreads(await this.jmap.get(
			    'Thread/get', threads));
		this.state = got.newState;
		return got;
	}

	#forget(id) {
		const email = this.emails.get(id);

		this.emails.delete(id);
		if (email === undefined)
			return;
		const left = (this.threads.get(email.threadId) ?? [])
		    .filter((e) => e !== id);

		if (left.length > 0)
			this.threads.set(email.threadId, left);
		else
			this.threads.delete(email.threadId);
	}

	/* changes: Map of id to {keywords?, mailboxIds?}, whole values.
	 * Comes back with what was there before, to undo with. */
	async set(changes) {
		const before = this.#apply(changes);
		const ids = [...changes.keys()];
		const most = this.jmap.limits.maxObjectsInSet ?? 256;

		this.#tell('changed');
		try {
			for (let i = 0; i < ids.length; i += most)
				await this.#send(ids.slice(i, i + most), changes);
		} catch (e) {
			this.#apply(before);
			this.#tell('changed');
			throw e;
		}
		this.refresh();
		return before;
	}

	#apply(changes) {
		const before = new Map();

		for (const [id, change] of changes) {
			const email = this.emails.get(id);

			if (email === undefined)
				continue;
			before.set(id, Object.fromEntries(Object.keys(change)
			    .map((k) => [k, email[k]])));
			Object.assign(email, change);
		}
		return before;
	}

	async #send(ids, changes) {
		const [got] = await this.jmap.call([['Email/set', {
			update: Object.fromEntries(ids.map((id) =>
			    [id, changes.get(id)])) }]]);
		const failed = Object.values(got.notUpdated ?? {})
		    .find((e) => e.type !== 'notFound');

		if (failed)
			throw failed;
	}

	keyword(emails, name, on) {
		return this.set(new Map(emails.filter((e) => has(e, name) !== on)
		    .map((e) => {
			const keywords = { ...e.keywords, [name]: true };

			if (!on)
				delete keywords[name];
			return [e.id, { keywords }];
		})));
	}

	move(emails, box) {
		return this.set(new Map(emails.map((e) =>
		    [e.id, { mailboxIds: { [box]: true } }])));
	}

	async destroy(emails) {
		const ids = emails.map((e) => e.id);
		const most = this.jmap.limits.maxObjectsInSet ?? 256;

		for (let i = 0; i < ids.length; i += most)
			await this.jmap.call([['Email/set', {
				destroy: ids.slice(i, i + most) }]]);
		ids.forEach((id) => this.#forget(id));
		this.#tell('changed');
		this.refresh();
	}

	/* The folder for a role; made when there is none. */
	async folder(role, name) {
		const box = this.byRole(role);

		if (box)
			return box.id;
		const [got] = await this.jmap.call([['Mailbox/set', {
			create: { new: { name, role } } }]]);

		if (!got.created?.new)
			throw got.notCreated.new;
		await this.refresh();
		return got.created.new.id;
	}
}
