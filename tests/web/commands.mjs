/* commands.mjs - what is done to conversations, by mouse and by keyboard. */

import assert from 'node:assert/strict';
import { box, closeAll, deliver, find, mailbox, row, shot, until }
    from './lib.mjs';
import { test } from './runner.mjs';

export function commands(at, size) {
	const narrow = at === '390';
	const name = (text) => `${at}: ${text}`;
	const where = async (page, subject) => Object.keys((await find(page,
	    { subject }, ['mailboxIds']))[0].mailboxIds)[0];

	test(name('the keyboard alone: go, open, back, archive, undo'),
	    async () => {
		const page = await mailbox(size);
		const two = await deliver(page), one = await deliver(page);
		const inbox = await box(page, 'inbox');

		await row(page, one.subject).waitFor();
		await page.keyboard.press('j');
		await focused(page, one.subject);
		await page.keyboard.press('j');
		await focused(page, two.subject);
		await page.keyboard.press('k');
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name: one.subject }).waitFor();
		await page.locator('iframe.loaded').waitFor();
		await page.keyboard.press('u');
		await focused(page, one.subject);
		await page.keyboard.press('e');
		await row(page, one.subject).waitFor({ state: 'detached' });
		await until('archived', async () => await where(page,
		    one.subject) === (await box(page, 'archive')).id);
		await focused(page, two.subject);
		await page.keyboard.press('z');
		await row(page, one.subject).waitFor();
		await until('back', async () => await where(page,
		    one.subject) === inbox.id);
		await closeAll();
	});

	test(name('delete in a conversation, the next one takes its place'),
	    async () => {
		const page = await mailbox(size);
		const two = await deliver(page), one = await deliver(page);

		await row(page, one.subject).locator('.rowlink').click();
		await page.locator('iframe.loaded').waitFor();
		await page.keyboard.press('#');
		await row(page, one.subject).waitFor({ state: 'detached' });
		if (narrow)
			await row(page, two.subject).waitFor();
		else
			await page.getByRole('heading', { name: two.subject })
			    .waitFor();
		await until('in the trash', async () => await where(page,
		    one.subject) === (await box(page, 'trash')).id);
		await shot(page, `undo-${at}`);
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await row(page, one.subject).waitFor({ state: 'attached' });
		await closeAll();
	});

	test(name('typing in a message’s frame: shortcuts still work'), async () => {
		const page = await mailbox(size), { subject } = await deliver(page);

		await row(page, subject).locator('.rowlink').click();
		await page.locator('iframe.loaded').waitFor();
		await page.frameLocator('iframe').locator('body').click();
		await page.keyboard.press('s');
		await until('starred', async () => (await find(page, { subject },
		    ['keywords']))[0].keywords.$flagged);
		await page.keyboard.press('u');
		await page.locator('.row').first().waitFor();
		await closeAll();
	});

	test(name('several at once: select, mark, archive, undo'), async () => {
		const page = await mailbox(size);
		const all = [await deliver(page), await deliver(page),
		    await deliver(page)];

		for (const { subject } of all)
			await row(page, subject).getByRole('checkbox').check();
		await page.getByRole('heading', { name: '3 selected' }).waitFor();
		await shot(page, `selected-${at}`);
		await page.locator('.list .tools').getByRole('button',
		    { name: 'Mark as read' }).click();
		await until('read', async () => (await Promise.all(all.map((a) =>
		    find(page, { subject: a.subject }, ['keywords']))))
		    .every(([e]) => e.keywords.$seen));
		await page.locator('.list .tools').getByRole('button',
		    { name: 'Archive' }).click();
		for (const { subject } of all)
			await row(page, subject).waitFor({ state: 'detached' });
		await page.locator('.toast', { hasText: '3 conversations archived' })
		    .getByRole('button', { name: 'Undo' }).click();
		for (const { subject } of all)
			await row(page, subject).waitFor();
		await closeAll();
	});

	test(name('a star, another folder, spam'), async () => {
		const page = await mailbox(size), { subject } = await deliver(page);
		const line = row(page, subject);

		await line.locator('.rowlink').focus();
		await line.getByRole('button', { name: 'Star' }).click();
		await line.locator('[aria-pressed=true]').waitFor();
		await until('starred', async () => (await find(page, { subject },
		    ['keywords']))[0].keywords.$flagged);
		await line.locator('.rowlink').click();
		await page.locator('iframe.loaded').waitFor();
		await page.locator('.reader').getByLabel('Move to …')
		    .selectOption({ label: 'Archive' });
		await until('moved', async () => await where(page, subject) ===
		    (await box(page, 'archive')).id);
		await closeAll();
	});

	test(name('from the trash it goes for good, after a question'),
	    async () => {
		const page = await mailbox(size);
		const { subject } = await deliver(page, { role: 'trash' });

		await page.evaluate((hash) => {
			location.hash = hash;
		}, `#/b/${(await box(page, 'trash')).id}`);
		await row(page, subject).locator('.rowlink').focus();
		await page.keyboard.press('Delete');
		const ask = page.getByRole('dialog');

		await ask.getByText('This cannot be undone').waitFor();
		await shot(page, `ask-${at}`);
		await ask.getByRole('button', { name: 'Cancel' }).click();
		await row(page, subject).locator('.rowlink').focus();
		await page.keyboard.press('#');
		await ask.getByRole('button', { name: 'Delete for ever' }).click();
		await row(page, subject).waitFor({ state: 'detached' });
		assert.equal((await find(page, { subject })).length, 0);
		await closeAll();
	});

	test(name('help shows every shortcut'), async () => {
		const page = await mailbox(size);

		await page.keyboard.press('?');
		await page.getByRole('dialog', { name: 'Keyboard shortcuts' })
		    .waitFor();
		assert.ok(await page.locator('dialog kbd').count() > 15);
		await shot(page, `help-${at}`);
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await closeAll();
	});
}

async function focused(page, subject) {
	await until(`focus on ${subject}`, () => page.evaluate((text) =>
	    document.activeElement?.closest('.row')?.textContent
		.includes(text), subject));
}
