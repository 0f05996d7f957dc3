/*
 * threadinfo.js - what one line of the list says of a conversation.  Pure.
 */

import { nameOf, shortName, unique } from './address.js';
import { has } from './model.js';
import { topic } from './reply.js';

const PEOPLE = 4;

function isMine(a, self) {
	return self.some((s) => s.email.toLowerCase() === a.email?.toLowerCase());
}

/* Who wrote, in order; in Sent and Drafts to whom. */
function people(emails, outgoing, self, words) {
	const all = unique(emails.flatMap((e) => (outgoing ? e.to : e.from) ?? []));
	const say = all.length > 1 ? shortName : nameOf;
	const names = all.map((a) => isMine(a, self) ? words.me : say(a));
	const shown = names.length > PEOPLE ?
	    [names[0], '…', ...names.slice(-(PEOPLE - 2))] : names;

	if (shown.length === 0)
		return words.nobody;
	return outgoing ? words.to.replace('{who}', shown.join(', ')) :
	    shown.join(', ');
}

/* The face: who wrote last and is not oneself. */
function face(emails, outgoing, self) {
	const all = emails.flatMap((e) => (outgoing ? e.to : e.from) ?? []);

	return all.findLast((a) => !isMine(a, self)) ?? all.at(-1) ??
	    { name: null, email: '' };
}

/* emails: oldest first, those that the list is about. */
export function describe(emails, { outgoing, self, words }) {
	const last = emails.at(-1);

	return {
		who: people(emails, outgoing, self, words),
		face: face(emails, outgoing, self),
		n: emails.length,
		subject: topic(last.subject) || words.nosubject,
		preview: last.preview ?? '',
		date: last.receivedAt,
		unread: emails.some((e) => !has(e, '$seen')),
		starred: emails.some((e) => has(e, '$flagged')),
		attachment: emails.some((e) => e.hasAttachment),
		draft: emails.some((e) => has(e, '$draft')),
	};
}
