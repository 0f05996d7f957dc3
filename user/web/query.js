/*
 * query.js - what is typed into the search field, as a filter of JMAP
 * (RFC 8621, 4.4.1).  Pure.
 *
 *     from:anna subject:"the roof" has:attachment before:2026-05-01 slates
 *
 * What is not known as an operator is looked for as text.  A "-" in front
 * turns any of it around.
 */

const TEXTUAL = { from: 'from', to: 'to', cc: 'cc', bcc: 'bcc',
	subject: 'subject', body: 'body' };
const IS = {
	unread: { notKeyword: '$seen' }, read: { hasKeyword: '$seen' },
	starred: { hasKeyword: '$flagged' },
	unstarred: { notKeyword: '$flagged' },
	answered: { hasKeyword: '$answered' }, draft: { hasKeyword: '$draft' },
};
export const OPERATORS = [...Object.keys(TEXTUAL), 'has', 'is', 'in',
	'before', 'after'];

/* Those worth knowing first. */
export const EXAMPLES = ['from:', 'to:', 'subject:', 'has:attachment',
	'is:unread', 'is:starred', 'before:2026-05-01', 'after:'];

/* [{not, op, value}]: words, "quoted words", op:word, op:"quoted words" */
export function tokens(text) {
	const rule = /(-?)(?:([a-z]+):)?(?:"([^"]*)(?:"|$)|(\S*))/giu;
	const found = [];

	for (const [whole, minus, name, quoted, word] of text.matchAll(rule)) {
		if (whole === '')
			continue;
		const op = (name ?? '').toLowerCase();

		if (op !== '' && !OPERATORS.includes(op))
			found.push({ not: minus !== '', op: '',
			    value: whole.slice(minus.length) });
		else
			found.push({ not: minus !== '', op,
			    value: quoted ?? word });
	}
	return found;
}

/* Midnight, here, of a date; null for what is none. */
function day(value) {
	const m = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(value);

	if (m === null)
		return null;
	const [year, month, date] = [m[1], m[2] ?? 1, m[3] ?? 1].map(Number);
	const at = new Date(year, month - 1, date);

	if (at.getMonth() !== month - 1 || at.getDate() !== date)
		return null;
	return at.toISOString().replace('.000', '');
}

function condition({ op, value }, mailboxes) {
	const word = value.toLowerCase();

	if (op in TEXTUAL)
		return { [TEXTUAL[op]]: value };
	if (op === 'has' && /^(attachments?|pi[eè]ces?)$/.test(word))
		return { hasAttachment: true };
	if (op === 'is' && Object.hasOwn(IS, word))
		return IS[word];
	if ((op === 'before' || op === 'after') && day(value) !== null)
		return { [op]: day(value) };
	if (op === 'in') {
		const box = mailboxes.find((m) => m.role === word ||
		    m.name.toLowerCase() === word);

		if (box)
			return { inMailbox: box.id };
	}
	return { text: op === '' ? value : `${op}:${value}` };
}

/* null: nothing is asked for.  `outside`: ids of mailboxes that are not
 * searched unless named. */
export function filterOf(text, mailboxes = [], outside = []) {
	const all = tokens(text).filter((t) => t.value !== '').map((t) => {
		const c = condition(t, mailboxes);

		return t.not ? { operator: 'NOT', conditions: [c] } : c;
	});

	if (all.length === 0)
		return null;
	if (outside.length > 0 && !all.some((c) => 'inMailbox' in c))
		all.push({ inMailboxOtherThan: outside });
	return all.length === 1 ? all[0] :
	    { operator: 'AND', conditions: all };
}
