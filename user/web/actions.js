/*
 * actions.js - what is done to conversations: each with a way back.
 */

import { has } from './model.js';
import { ask, toast, trouble } from './toast.js';
import { t } from './words.js';

const DONE = { archive: 'done.archive', trash: 'done.trash' };

export class Actions {
	constructor(app) {
		this.app = app;
		this.model = app.model;
	}

	/* Of a conversation, the messages that the view is about: those of its
	 * folder; of a search all but what one wrote oneself. */
	emails(threads) {
		const box = this.app.route.box;
		const own = ['drafts', 'sent'].map((r) =>
		    this.model.byRole(r)?.id);

		return threads.flatMap((id) => {
			const all = this.model.thread(id);
			const some = box ? all.filter((e) => e.mailboxIds[box]) :
			    all.filter((e) => !own.some((o) => e.mailboxIds[o]));

			return some.length > 0 ? some : all;
		});
	}

	async #try(work) {
		try {
			return await work();
		} catch (e) {
			trouble(e);
			return null;
		}
	}

	async #move(threads, box, said) {
		const emails = this.emails(threads).filter((e) =>
		    !e.mailboxIds[box]);

		if (emails.length === 0)
			return;
		this.app.leaving(threads);
		const before = await this.#try(() => this.model.move(emails, box));

		if (before !== null)
			toast(t(said, { n: threads.length }), { undo: () =>
			    this.#try(async () => {
				await this.model.set(before);
				toast(t('done.undone'));
			    }) });
	}

	async toRole(threads, role) {
		const box = await this.#try(() => this.model.folder(role,
		    t('box.' + role)));

		if (box !== null)
			await this.#move(threads, box, DONE[role] ?? 'done.moved');
	}

	toBox(threads, box) {
		return this.#move(threads, box, 'done.moved');
	}

	archive(threads) {
		return this.toRole(threads, 'archive');
	}

	/* In the trash: for good, after a question. */
	async remove(threads) {
		const trash = this.model.byRole('trash')?.id;

		if (trash === undefined || this.app.route.box !== trash)
			return this.toRole(threads, 'trash');
		const n = threads.length;

		if (!await ask(t('do.destroy'), t('ask.destroy', { n }),
		    t('do.destroy')))
			return;
		const emails = this.emails(threads);

		this.app.leaving(threads);
		if (await this.#try(async () => {
			await this.model.destroy(emails);
			return true;
		}))
			toast(t('done.destroyed'));
	}

	keyword(threads, name, on) {
		const all = this.emails(threads);
		/* one star is enough for a conversation, and none is none */
		const some = name === '$flagged' && on ?
		    threads.map((id) => this.emails([id]).at(-1)) : all;

		return this.#try(() => this.model.keyword(some, name, on));
	}

	star(threads) {
		const on = !this.emails(threads).some((e) => has(e, '$flagged'));

		return this.keyword(threads, '$flagged', on);
	}

	read(threads) {
		const on = this.emails(threads).some((e) => !has(e, '$seen'));

		return this.keyword(threads, '$seen', on);
	}
}
