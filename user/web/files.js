/* files.js - what is attached to a letter: dropped, pasted or chosen. */

import { h, icon, iconButton } from './dom.js';
import { toast } from './toast.js';
import { t } from './words.js';
import { size } from './when.js';

export class Files {
	constructor(app, list, changed) {
		this.app = app;
		this.changed = changed;
		this.list = [...list];
		this.input = h('input', { type: 'file', multiple: true,
			class: 'hidden', tabindex: '-1', 'aria-hidden': 'true',
			onchange: () => {
				this.add(this.input.files);
				this.input.value = '';
			} });
		this.el = h('ul', { class: 'files', role: 'list' });
		this.#draw();
	}

	waiting() {
		return this.list.some((f) => !f.blobId);
	}

	add(files) {
		const most = this.app.jmap.limits.maxSizeUpload ?? Infinity;

		for (const file of files)
			if (file.size > most)
				toast(t('write.tooBig', { name: file.name,
					size: size(most) }), { bad: true });
			else
				this.#upload(file);
	}

	async #upload(file) {
		const entry = { name: file.name, size: file.size, blobId: null,
			type: file.type || 'application/octet-stream' };

		this.list.push(entry);
		this.#draw();
		try {
			const got = await this.app.jmap.upload(file);

			entry.blobId = got.blobId;
			this.changed();
		} catch {
			this.list = this.list.filter((f) => f !== entry);
			toast(t('write.noFile', { name: file.name }),
			    { bad: true });
		}
		this.#draw();
	}

	#draw() {
		this.el.hidden = this.list.length === 0;
		this.el.replaceChildren(...this.list.map((f) => h('li', {
			class: f.blobId ? 'file' : 'file wait' }, icon('file'),
		    h('span', { class: 'name' }, f.blobId ? f.name :
			t('write.uploading', { name: f.name })),
		    h('span', { class: 'quiet' }, size(f.size ?? 0)),
		    iconButton('close', t('write.remove', { name: f.name }),
			() => {
				this.list = this.list.filter((g) => g !== f);
				this.#draw();
				this.changed();
			}))));
	}
}
