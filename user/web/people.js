/* people.js - those that were written to: for suggestions, and to look at. */

import { counted, nameOf, unique } from './address.js';
import { h, icon, iconButton } from './dom.js';
import { dialog, explain } from './toast.js';
import { language, t } from './words.js';
import { day } from './when.js';

const LETTERS = 500, ASKED = 100;

export class People {
	constructor(app) {
		this.app = app;
		this.known = null;
	}

	async #load() {
		const sent = this.app.model.byRole('sent')?.id;

		if (sent === undefined)
			return [];
		const [, got] = await this.app.jmap.call([
			['Email/query', { filter: { inMailbox: sent },
			    sort: [{ property: 'receivedAt', isAscending: false }],
			    limit: LETTERS }],
			['Email/get', { properties: ['to', 'cc', 'receivedAt'],
			    '#ids': { resultOf: '0', name: 'Email/query',
				path: '/ids' } }]]);

		return counted(got.list.sort((a, b) =>
		    b.receivedAt.localeCompare(a.receivedAt)));
	}

	async find(text) {
		this.known ??= this.#load();
		try {
			const seen = [...this.app.model.emails.values()]
			    .flatMap((e) => e.from ?? []);

			return unique([...await this.known, ...seen], this.app.self)
			    .filter((p) => matches(p, text));
		} catch {
			this.known = null;
			return [];
		}
	}

	/* All of them, by name; in `clear`: those without a key. */
	async all() {
		const list = unique(await this.#load(), this.app.self).sort(
		    (a, b) => nameOf(a).localeCompare(nameOf(b), language));
		const clear = new Set();

		for (let i = 0; i < list.length; i += ASKED)
			for (const a of await this.app.jmap.clear(
			    list.slice(i, i + ASKED).map((p) => p.email)))
				clear.add(a);
		return { list, clear };
	}
}

function matches(person, text) {
	const word = text.toLowerCase();

	return person.email.toLowerCase().includes(word) ||
	    nameOf(person).toLowerCase().includes(word);
}

export async function showPeople(app) {
	const field = h('input', { type: 'text', autocomplete: 'off',
		'aria-label': t('people.filter'),
		placeholder: t('people.filter'), oninput: () => draw() });
	const said = h('p', { class: 'quiet', role: 'status' },
	    t('list.loading'));
	const ul = h('ul', { role: 'list' });
	const el = dialog(t('app.people'), h('div', { class: 'people' }, field,
	    said, ul), null, 'help');
	let all = { list: [], clear: new Set() };
	const leave = (work) => () => {
		el.close();
		work();
	};

	function line(p) {
		const key = !all.clear.has(p.email);
		const who = nameOf(p);

		return h('li', {}, icon(key ? 'lock' : 'open'), h('div', {},
		    h('strong', {}, who), ' ', h('span', { class: 'quiet' },
			p.email), h('p', { class: 'quiet' },
			[t('people.n', { n: p.n, date: day(new Date(p.last)) }),
			    t(key ? 'people.key' : 'people.noKey')]
			    .join(' · '))),
		iconButton('search', t('people.letters', { who }), leave(() =>
		    app.go({ search: `from:${p.email}` }))),
		iconButton('pen', t('people.write', { who }), leave(() =>
		    app.composeTo([{ name: p.name, email: p.email }]))));
	}

	function draw() {
		const some = all.list.filter((p) => matches(p, field.value));

		said.textContent = some.length === 0 ? t('people.none') : '';
		ul.replaceChildren(...some.map(line));
	}

	try {
		all = await app.people.all();
		draw();
	} catch (e) {
		said.textContent = explain(e);
	}
}
