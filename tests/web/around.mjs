/* around.mjs - settings, languages, troubles, and who cannot see or point. */

import assert from 'node:assert/strict';
import { blank, box, closeAll, deliver, find, FIREFOX, jmap, link, mailbox,
    ORIGIN, row, serious, shot, until } from './lib.mjs';
import { test } from './runner.mjs';

export function around(at, size) {
	const narrow = at === '390';
	const name = (text) => `${at}: ${text}`;

	test(name('settings: name, signature, language'), async () => {
		const page = await mailbox(size);

		await open(page, narrow, 'Settings');
		await page.getByLabel('Your name').fill('Alice M.');
		await page.getByLabel('Signature').fill('Alice, by hand');
		await shot(page, `settings-${at}`);
		await page.getByLabel('Language').selectOption('fr');
		await page.getByRole('button', { name: 'Save' }).click();
		await page.getByRole('heading', { name: 'Boîte de réception' })
		    .waitFor();
		assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
		await page.keyboard.press('c');
		assert.equal(await page.getByLabel('Texte').inputValue(),
		    '\n\n-- \nAlice, by hand');
		await page.getByLabel('À', { exact: true }).fill('f@example.net');
		await page.getByLabel('Objet').fill(`Nom ${at}`);
		await until('the name is in the letter', async () =>
		    (await find(page, { subject: `Nom ${at}` }, ['from']))[0]
		    ?.from[0].name === 'Alice M.');
		await page.getByRole('button',
		    { name: 'Supprimer le brouillon' }).click();
		await open(page, narrow, 'Réglages');
		await page.getByLabel('Votre nom').fill('Alice Martin');
		await page.getByLabel('Signature').fill('');
		await page.getByLabel('Langue').selectOption('');
		await page.getByRole('button', { name: 'Enregistrer' }).click();
		await page.getByRole('heading', { name: 'Inbox' }).waitFor();
		await closeAll();
	});

	test(name('contacts: whom one wrote to; a letter to one of them'),
	    async () => {
		const page = await mailbox(size), mail = `yara.${at}@example.net`;

		for (const n of [1, 2])
			await deliver(page, { role: 'sent', subject: `Yes ${n}`,
				to: [{ name: 'Yara Haddad', email: mail }],
				keywords: { $seen: true } });
		await open(page, narrow, 'Contacts');
		const all = page.getByRole('dialog', { name: 'Contacts' });

		await all.getByText('Yara Haddad').first().waitFor();
		await all.getByLabel('Filter').fill(mail);
		assert.equal(await all.locator('li').count(), 1);
		assert.match(await all.locator('li').textContent(),
		    /2 letters, the last on/);
		await all.getByLabel('Filter').fill('');
		await shot(page, `contacts-${at}`);
		await serious(page, 'contacts');
		await all.getByLabel('Filter').fill(mail);
		await all.getByRole('button', { name: 'Write to Yara Haddad' })
		    .click();
		await page.locator('.chip', { hasText: 'Yara Haddad' }).waitFor();
		await closeAll();
	});

	test(name('in French, as the browser asks, and in the dark'), async () => {
		const page = await mailbox(size, { locale: 'fr-FR',
			colorScheme: 'dark' });

		await page.getByRole('heading', { name: 'Boîte de réception' })
		    .waitFor();
		await page.locator('.rowlink').first().click();
		await page.locator('iframe.loaded').waitFor();
		await shot(page, `dark-french-${at}`);
		await serious(page, 'dark');
		await closeAll();
	});

	test(name('nothing serious for axe: list, reading, writing, dialogs'),
	    async () => {
		const page = await mailbox(size), { subject } = await deliver(page);

		await row(page, subject).waitFor();
		await serious(page, 'list');
		await row(page, subject).getByRole('checkbox').check();
		await serious(page, 'selection');
		await page.keyboard.press('Escape');
		await row(page, subject).locator('.rowlink').click();
		await page.locator('iframe.loaded').waitFor();
		await serious(page, 'conversation');
		await page.keyboard.press('c');
		await page.getByLabel('To', { exact: true }).fill('a@example.net');
		await page.getByLabel('To', { exact: true }).press('Enter');
		await serious(page, 'compose');
		await page.keyboard.press('Escape');
		await page.keyboard.press('?');
		await serious(page, 'help');
		await page.keyboard.press('Escape');
		await open(page, narrow, 'Settings');
		await serious(page, 'settings');
		await closeAll();
	});

	test(name('Tab goes where one expects, and shows where it is'),
	    async () => {
		const page = await mailbox(size), seen = [];

		for (let i = 0; i < (narrow ? 5 : 16); i++) {
			await page.keyboard.press('Tab');
			seen.push(await page.evaluate(() => {
				const el = document.activeElement;
				const s = getComputedStyle(el, el.matches(
				    '.rowlink') ? '::after' : null);

				return [el.getAttribute('aria-label') ||
				    el.textContent.trim(), s.outlineStyle !==
				    'none' || el.type === 'checkbox'];
			}));
		}
		const names = seen.map((s) => s[0]);

		assert.equal(names[0], 'Skip to the conversations');
		assert.deepEqual(seen.filter((s) => !s[1]), []);
		const order = narrow ? ['Show folders', 'Search mail', 'Write'] :
		    ['Write', 'Settings', 'Search mail', 'Select all'];

		order.reduce((before, n) => {
			const at_ = names.findIndex((s) => s.startsWith(n));

			assert.ok(at_ > before, `${n}: ${names.join(' | ')}`);
			return at_;
		}, 0);
		await closeAll();
	});

	test(name('roles and names: what a screen reader finds'), async () => {
		const page = await mailbox(size);

		for (const role of ['main', 'search', 'banner'])
			assert.equal(await page.getByRole(role).count(), narrow &&
			    role === 'main' ? 0 : 1, role);
		assert.equal(await page.getByRole('navigation').count(),
		    narrow ? 0 : 1);
		assert.equal(await page.getByRole('region',
		    { name: 'Conversations' }).count(), 1);
		if (narrow) {
			await page.getByRole('button', { name: 'Show folders' })
			    .click();
			await page.getByRole('navigation').waitFor();
			await shot(page, `folders-${at}`);
			await page.keyboard.press('Escape');
			await page.getByRole('navigation').waitFor({
				state: 'hidden' });
		}
		await closeAll();
	});

	test(name('Back goes back, and an address leads where it led'), async () => {
		const page = await mailbox(size), { subject } = await deliver(page);

		await row(page, subject).locator('.rowlink').click();
		await page.getByRole('heading', { name: subject }).waitFor();
		await page.reload();
		await page.getByRole('heading', { name: subject }).waitFor();
		await page.evaluate(() => history.back());
		await page.getByRole('heading', { name: subject })
		    .waitFor({ state: 'detached' });
		await row(page, subject).waitFor();
		await closeAll();
	});

	test(name('an empty folder says so'), async () => {
		const page = await mailbox(size);
		const [{ list }] = await jmap(page, [['Mailbox/get',
		    { ids: null }]]);
		const none = list.find((m) => m.totalEmails === 0);

		if (none === undefined)
			return { skipped: 'no folder is empty' };
		await page.evaluate((hash) => {
			location.hash = hash;
		}, `#/b/${none.id}`);
		await page.getByText('Nothing in here').waitFor();
		await shot(page, `empty-${at}`);
		await closeAll();
		return null;
	});

	test(name('a server that is gone: said, and tried again'), async () => {
		const page = await mailbox(size);

		await page.route('**/jmap/**', (r) => r.abort());
		await page.evaluate((hash) => {
			location.hash = hash;
		}, `#/b/${(await box(page, 'sent')).id}`);
		await page.getByText('pli does not answer').first().waitFor();
		await shot(page, `error-${at}`);
		await page.unroute('**/jmap/**');
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.locator('.row').first().waitFor();
		await closeAll();
	});

	test(name('a change that does not get through is taken back'), async () => {
		if (FIREFOX)
			return { skipped: 'it cannot be cut off' };
		const page = await mailbox(size), { subject } = await deliver(page);

		await row(page, subject).locator('.rowlink').focus();
		await page.context().setOffline(true);
		await page.keyboard.press('e');
		await page.locator('.toast.bad').waitFor();
		await row(page, subject).waitFor();
		await closeAll();
		return null;
	});

	test(name('a session that has ended says how to go on; signing out'),
	    async () => {
		const page = await blank(size, { storageState: undefined });

		await page.goto(ORIGIN + '/');
		await page.getByText('Your session has ended').waitFor();
		await page.goto(await link());
		await page.locator('.row').first().waitFor();
		await open(page, narrow, 'Sign out');
		await page.getByText('Signed out').waitFor();
		await page.goto(ORIGIN + '/');
		await page.getByText('Your session has ended').waitFor();
		await closeAll();
	});
}

async function open(page, narrow, what) {
	if (narrow && await page.locator('.backward').isVisible())
		await page.locator('.backward').click();
	if (narrow)
		await page.locator('.menu').click();
	await page.getByRole('button', { name: what }).click();
}
