/* settings.js - language, name, signature. */

import { h, textButton } from './dom.js';
import { dialog, toast, trouble } from './toast.js';
import { chooseLanguage, chosenLanguage, LANGUAGES, t } from './words.js';

function field(id, label, input, hint) {
	return h('div', { class: 'setting' }, h('label', { for: id }, label),
	    input, hint ? h('p', { class: 'quiet', id: id + '-hint' }, hint) :
	    null);
}

export function settings(app) {
	const { identity } = app;
	const before = chosenLanguage();
	const language = h('select', { id: 'set-language' },
	    h('option', { value: '' }, t('set.auto')),
	    Object.entries(LANGUAGES).map(([code, name]) =>
		h('option', { value: code, lang: code }, name)));
	const name = h('input', { id: 'set-name', type: 'text',
		value: identity?.name ?? '', autocomplete: 'name',
		'aria-describedby': 'set-name-hint' });
	const signature = h('textarea', { id: 'set-signature', rows: '4',
		value: identity?.textSignature ?? '',
		'aria-describedby': 'set-signature-hint' });
	const save = textButton(t('set.save'), async () => {
		try {
			await app.saveIdentity({ name: name.value.trim(),
				textSignature: signature.value.trimEnd() });
		} catch (e) {
			trouble(e);
			return;
		}
		el.close();
		chooseLanguage(language.value);
		if (language.value === before)
			toast(t('done.saved'));
		else
			location.reload();
	}, 'primary');
	const el = dialog(t('app.settings'), h('div', { class: 'settings' },
	    field('set-language', t('set.language'), language),
	    field('set-name', t('set.name'), name, t('set.nameHint')),
	    field('set-signature', t('set.signature'), signature,
		t('set.signatureHint'))),
	[textButton(t('app.cancel'), () => el.close()), save]);

	language.value = before;
}
