/* people.js - those that were written to, for suggestions. */

import { nameOf, unique } from './address.js';

const LETTERS = 250;

export class People {
	constructor(app) {
		this.app = app;
		this.known = null;
	}

	#load() {
		const sent = this.app.model.byRole('sent')?.id;

		return sent === undefined ? [] : this.app.jmap.call([
			['Email/query', { filter: { inMailbox: sent },
			    sort: [{ property: 'receivedAt', isAscending: false }],
			    limit: LETTERS }],
			['Email/get', { properties: ['to', 'cc'], '#ids': {
			    resultOf: '0', name: 'Email/query', path: '/ids' } }],
		]).then(([, got]) => unique(got.list.flatMap((e) =>
		    [...e.to ?? [], ...e.cc ?? []])));
	}

	async find(text) {
		const word = text.toLowerCase();

		this.known ??= this.#load();
		try {
			const seen = [...this.app.model.emails.values()]
			    .flatMap((e) => e.from ?? []);

			return unique([...await this.known, ...seen], this.app.self)
			    .filter((p) => p.email.toLowerCase().includes(word) ||
				nameOf(p).toLowerCase().includes(word));
		} catch {
			this.known = null;
			return [];
		}
	}
}
