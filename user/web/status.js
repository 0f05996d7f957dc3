/*
 * status.js - how a message was protected: the field Pli-Status, which the
 * owner's side writes and no message can bring.  Pure.
 *
 *     Pli-Status: e2e; sig=good; key=0123ABCD...; first=1777766400
 *
 *     e2e      its sender encrypted it
 *     sealed   it came in clear and was sealed on arrival
 *     own      a device of the owner's put it there, and signed it
 *     clear    it came in clear and lies as it came
 *     locked   it could not be opened; why=WORD
 *     sig=     good | bad | unknown (no key for it) | other (by somebody else
 *              than its From) | none, or another word: one that does not count
 *     key=     fingerprint of the signer's key
 *     first=   when that key was first seen, in seconds since 1970
 *
 * What is not known is passed over.  user/sync/status.h draws it whole.
 */

const HOW = ['locked', 'e2e', 'sealed', 'own', 'clear'];
const SIG = ['good', 'bad', 'unknown', 'other', 'none'];
const WHY = ['no-key', 'unprotected', 'tampered', 'broken', 'unsupported',
    'big', 'died', 'seal'];

export function parse(text) {
	const facts = new Map();

	for (const part of (text ?? '').split(';')) {
		const m = /^\s*([a-z][a-z0-9-]*)\s*(?:=\s*(.*?))?\s*$/s.exec(part);

		if (m !== null && !facts.has(m[1]))
			facts.set(m[1], m[2] ?? '');
	}
	return {
		how: HOW.find((k) => facts.has(k)) ?? null,
		why: facts.get('why') ?? '',
		sig: !facts.has('sig') ? null : SIG.find((k) =>
		    k === facts.get('sig')) ?? 'odd',
		key: /^[0-9a-fA-F]{16,64}$/.exec(facts.get('key') ?? '')?.[0]
		    .toUpperCase() ?? null,
		first: /^\d{1,12}$/.test(facts.get('first') ?? '') ?
		    new Date(Number(facts.get('first')) * 1000) : null,
	};
}

/* Keys of words.js: what that means, and what to do. */
export function told(status) {
	const said = [];

	if (status.sig === 'bad' || status.sig === 'other')
		said.push('tell.' + status.sig);
	if (status.how === 'locked' && WHY.includes(status.why))
		said.push('why.' + status.why);
	else if (status.how !== null)
		said.push('tell.' + status.how);
	return said;
}

/* What a badge shows: an icon, a shade, keys of words.js.  null: nothing is
 * known, and nothing is claimed. */
export function badge(status) {
	if (status.how === null)
		return null;
	const icons = { e2e: 'lock', sealed: 'seal', own: 'seal',
	    clear: 'open', locked: 'warn' };
	const said = [];

	/* anybody can encrypt: its sender did, if he signed it */
	said.push(status.how === 'e2e' && status.sig !== 'good' ?
	    'how.encrypted' : 'how.' + status.how);
	if (status.sig === 'good' && status.first !== null)
		said.push('sig.goodSince');
	else if (status.sig !== null)
		said.push('sig.' + status.sig);
	return { said, icon: ['bad', 'other'].includes(status.sig) ? 'warn' :
	    icons[status.how] ?? 'open',
	    shade: shade(status) };
}

function shade({ how, sig }) {
	if (sig === 'bad' || how === 'locked')
		return 'bad';
	if (how === 'e2e')
		return sig === 'good' ? 'best' : 'good';
	return 'plain';
}
