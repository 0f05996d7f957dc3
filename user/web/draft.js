/*
 * draft.js - a letter on the server while it is written.  A message cannot be
 * changed (RFC 8621, 4), so each save makes a new one and removes the one
 * before, both in one request.
 */

import { JmapError } from './jmap.js';

const WAIT_MS = 3000, AGAIN_MS = 10000;

export class Draft {
	/* letter() says what it is now; told(state) is told 'saving', 'saved'
	 * or 'unsaved'. */
	constructor(app, id, letter, told) {
		this.app = app;
		this.jmap = app.jmap;
		this.id = id;
		this.letter = letter;
		this.told = told;
		this.dirty = false;
		this.queue = Promise.resolve();
	}

	touch() {
		this.dirty = true;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.save().catch(() => {}), WAIT_MS);
	}

	stop() {
		clearTimeout(this.timer);
	}

	/* One after the other: never two at a time. */
	save() {
		this.stop();
		this.queue = this.queue.catch(() => {}).then(() =>
		    this.dirty || this.id === null ? this.#save() : null);
		return this.queue;
	}

	async #save() {
		this.told('saving');
		this.dirty = false;
		try {
			const box = await this.app.model.folder('drafts',
			    this.app.boxWord('drafts'));
			const [got] = await this.jmap.call([['Email/set', {
				create: { draft: this.#email(box) },
				destroy: this.id === null ? [] : [this.id] }]]);

			if (!got.created?.draft)
				throw new JmapError(got.notCreated?.draft.type ??
				    'serverFail', got.notCreated?.draft);
			this.id = got.created.draft.id;
			this.told('saved');
		} catch (e) {
			this.dirty = true;
			this.told('unsaved');
			this.timer = setTimeout(() => this.save().catch(() => {}),
			    AGAIN_MS);
			throw e;
		}
	}

	#email(box) {
		const l = this.letter();
		const email = {
			mailboxIds: { [box]: true },
			keywords: { $draft: true, $seen: true },
			from: [l.from], subject: l.subject,
			textBody: [{ partId: 'text', type: 'text/plain' }],
			bodyValues: { text: { value: l.text } },
		};

		for (const name of ['to', 'cc', 'bcc'])
			if (l[name].length > 0)
				email[name] = l[name];
		if (l.inReplyTo?.length)
			email.inReplyTo = l.inReplyTo;
		if (l.references?.length)
			email.references = l.references;
		if (l.attachments.length > 0)
			email.attachments = l.attachments.map((a) => ({
				blobId: a.blobId, type: a.type, name: a.name,
				disposition: 'attachment' }));
		return email;
	}

	async discard() {
		this.stop();
		await this.queue.catch(() => {});
		if (this.id !== null)
			await this.jmap.call([['Email/set',
			    { destroy: [this.id] }]]);
	}

	/* clear: its writer has said that it may go in clear.  A page that goes
	 * away meanwhile does not end it. */
	async submit({ identityId, clear, answers, mark }) {
		const { model } = this.app;
		const sent = await model.folder('sent', this.app.boxWord('sent'));
		const create = { emailId: this.id, identityId };

		if (clear && this.jmap.protects)
			create.pliClear = true;
		const [got] = await this.jmap.call([['EmailSubmission/set', {
			create: { letter: create },
			onSuccessUpdateEmail: { '#letter': {
				mailboxIds: { [sent]: true },
				'keywords/$draft': null } } }]],
		    { keepalive: true });

		if (!got.created?.letter)
			throw new JmapError(got.notCreated?.letter.type ??
			    'serverFail', got.notCreated?.letter);
		const email = answers && model.emails.get(answers);

		if (email)
			model.keyword([email], mark, true).catch(() => {});
		model.refresh();
	}
}
