/*
 * words.js - everything that a person reads here, in English and French.  No
 * other file holds a sentence.  {n} is put in; "one|many" is chosen by n.
 */

export const WORDS = {
	'app.skip': ['Skip to the conversations', 'Aller aux conversations'],
	'app.loading': ['Opening your mailbox …', 'Ouverture de la boîte …'],
	'app.folders': ['Folders', 'Dossiers'],
	'app.list': ['Conversations', 'Conversations'],
	'app.reader': ['Conversation', 'Conversation'],
	'app.menu': ['Show folders', 'Afficher les dossiers'],
	'app.settings': ['Settings', 'Réglages'],
	'app.people': ['Contacts', 'Contacts'],
	'people.filter': ['Filter', 'Filtrer'],
	'people.none': ['Nobody. Whom you write to appears here.',
	    'Personne. Ceux à qui vous écrivez apparaissent ici.'],
	'people.n': ['{n} letter, the last on {date}|' +
	    '{n} letters, the last on {date}', '{n} lettre, la dernière le ' +
	    '{date}|{n} lettres, la dernière le {date}'],
	'people.key': ['key known', 'clé connue'],
	'people.noKey': ['no key: letters go in clear',
	    'pas de clé : lettres en clair'],
	'people.letters': ['Letters from {who}', 'Lettres de {who}'],
	'people.write': ['Write to {who}', 'Écrire à {who}'],
	'app.help': ['Keyboard shortcuts', 'Raccourcis clavier'],
	'app.logout': ['Sign out', 'Se déconnecter'],
	'app.compose': ['Write', 'Écrire'],
	'app.close': ['Close', 'Fermer'],
	'app.cancel': ['Cancel', 'Annuler'],
	'app.back': ['Back to the list', 'Retour à la liste'],
	'app.notices': ['Notices', 'Avis'],

	'login.wait': ['Opening your mailbox …', 'Ouverture de la boîte …'],
	'login.title': ['This link has been used, or is too old',
	    'Ce lien a déjà servi, ou il est trop vieux'],
	'login.hint': ['Each link opens the mailbox once. Start “pli” on ' +
	    'this computer for a new one.',
	    'Chaque lien ouvre la boîte une seule fois. Lancez « pli » sur ' +
	    'cet ordinateur pour en avoir un nouveau.'],
	'login.bye': ['Signed out', 'Vous êtes déconnecté'],

	'error.retry': ['Try again', 'Réessayer'],
	'error.offline': [
	    'pli does not answer. Is it running on this computer?',
	    'pli ne répond pas. Est-il lancé sur cet ordinateur ?'],
	'error.session': ['Your session has ended. Start “pli” on this ' +
	    'computer for a new link.',
	    'Votre session est terminée. Lancez « pli » sur cet ordinateur ' +
	    'pour avoir un nouveau lien.'],
	'error.server': ['pli could not do that ({why}). Try again; if it ' +
	    'stays so, see “pli status”.',
	    'pli n’a pas pu le faire ({why}). Réessayez ; si cela persiste, ' +
	    'voyez « pli status ».'],
	'error.filter': ['This cannot be searched for here. Leave out an operator.',
	    'Cela ne peut pas être cherché ici. Retirez un opérateur.'],
	'error.list': ['The conversations could not be loaded',
	    'Impossible de charger les conversations'],
	'error.read': ['This conversation could not be loaded',
	    'Impossible de charger cette conversation'],
	'error.gone': ['This conversation is not here any more. It was moved ' +
	    'or deleted elsewhere.',
	    'Cette conversation n’est plus là. Elle a été déplacée ou ' +
	    'supprimée ailleurs.'],

	'box.inbox': ['Inbox', 'Boîte de réception'],
	'box.drafts': ['Drafts', 'Brouillons'],
	'box.sent': ['Sent', 'Envoyés'],
	'box.archive': ['Archive', 'Archives'],
	'box.junk': ['Spam', 'Indésirables'],
	'box.trash': ['Trash', 'Corbeille'],

	'list.search': ['Search mail', 'Rechercher'],
	'list.hint': ['Narrow it down with', 'Précisez avec'],
	'list.count': ['{n} conversation|{n} conversations',
	    '{n} conversation|{n} conversations'],
	'list.found': ['{n} found', '{n} résultat|{n} résultats'],
	'list.results': ['Search', 'Recherche'],
	'list.loading': ['Loading conversations …',
	    'Chargement des conversations …'],
	'list.more': ['Loading more …', 'Suite en chargement …'],
	'list.empty.inbox': ['All read, all done',
	    'Tout est lu, tout est fait'],
	'list.empty.inboxHint': ['New letters appear here by themselves.',
	    'Les nouvelles lettres apparaissent ici d’elles-mêmes.'],
	'list.empty.folder': ['Nothing in here', 'Rien ici'],
	'list.empty.folderHint': ['What you move to this folder appears here.',
	    'Ce que vous y déplacez apparaît ici.'],
	'list.empty.search': ['Nothing found', 'Aucun résultat'],
	'list.empty.searchHint': ['Try fewer words, or another operator.',
	    'Essayez moins de mots, ou un autre opérateur.'],
	'list.select': ['Select: {subject}', 'Sélectionner : {subject}'],
	'list.selectAll': ['Select all', 'Tout sélectionner'],
	'list.selected': ['{n} selected', '{n} sélectionnée|{n} sélectionnées'],
	'list.unread': ['unread', 'non lu'],
	'list.attachment': ['has attachments', 'avec pièces jointes'],
	'list.messages': ['{n} message|{n} messages',
	    '{n} message|{n} messages'],
	'list.nosubject': ['(no subject)', '(sans objet)'],
	'list.nobody': ['(nobody yet)', '(personne encore)'],
	'list.to': ['To: {who}', 'À : {who}'],
	'list.draft': ['Draft', 'Brouillon'],
	'list.me': ['me', 'moi'],
	'list.new': ['{n} new letter|{n} new letters',
	    '{n} nouvelle lettre|{n} nouvelles lettres'],

	'do.archive': ['Archive', 'Archiver'],
	'do.delete': ['Delete', 'Supprimer'],
	'do.destroy': ['Delete for ever', 'Supprimer définitivement'],
	'do.junk': ['Report as spam', 'Signaler comme indésirable'],
	'do.read': ['Mark as read', 'Marquer comme lu'],
	'do.unread': ['Mark as unread', 'Marquer comme non lu'],
	'do.star': ['Star', 'Suivre'],
	'do.unstar': ['Remove the star', 'Ne plus suivre'],
	'do.move': ['Move to …', 'Déplacer vers …'],
	'do.undo': ['Undo', 'Annuler'],
	'do.reply': ['Reply', 'Répondre'],
	'do.replyAll': ['Reply to all', 'Répondre à tous'],
	'do.forward': ['Forward', 'Transférer'],
	'do.edit': ['Go on writing', 'Continuer à écrire'],

	'done.archive': ['{n} conversation archived|{n} conversations archived',
	    '{n} conversation archivée|{n} conversations archivées'],
	'done.trash': ['{n} conversation deleted|{n} conversations deleted',
	    '{n} conversation supprimée|{n} conversations supprimées'],
	'done.moved': ['{n} conversation moved|{n} conversations moved',
	    '{n} conversation déplacée|{n} conversations déplacées'],
	'done.destroyed': ['Deleted for ever', 'Supprimé définitivement'],
	'done.undone': ['Undone', 'Annulé'],
	'done.sending': ['Sending in {s} seconds …',
	    'Envoi dans {s} secondes …'],
	'done.sent': ['Sent', 'Envoyé'],
	'done.unsent': ['Not sent: you can go on writing',
	    'Pas envoyé : vous pouvez continuer à écrire'],
	'done.saved': ['Settings saved', 'Réglages enregistrés'],
	'done.discarded': ['Draft discarded', 'Brouillon supprimé'],

	'ask.destroy': ['Delete {n} conversation for ever? This cannot be ' +
	    'undone.|Delete {n} conversations for ever? This cannot be ' +
	    'undone.',
	    'Supprimer définitivement {n} conversation ? C’est ' +
	    'irréversible.|Supprimer définitivement {n} conversations ? ' +
	    'C’est irréversible.'],

	'read.pick': ['Choose a conversation', 'Choisissez une conversation'],
	'read.pickHint': [
	    'j and k go through the list, Enter opens, ? shows all shortcuts.',
	    'j et k parcourent la liste, Entrée ouvre, ? montre tous les ' +
	    'raccourcis.'],
	'read.loading': ['Loading the conversation …',
	    'Chargement de la conversation …'],
	'read.to': ['to {who}', 'à {who}'],
	'read.more': ['and {n} more', 'et {n} autre|et {n} autres'],
	'read.details': ['Details', 'Détails'],
	'read.from': ['From', 'De'],
	'read.toField': ['To', 'À'],
	'read.cc': ['Cc', 'Copie'],
	'read.date': ['Date', 'Date'],
	'read.key': ['Key', 'Clé'],
	'read.body': ['Text of the message from {who}',
	    'Texte du message de {who}'],
	'read.images': ['Pictures from elsewhere are not loaded.',
	    'Les images distantes ne sont pas chargées.'],
	'read.imagesTell': ['Loading them tells the sender that you have ' +
	    'opened this, when, and from which internet address.',
	    'Les charger dit à l’expéditeur que vous avez ouvert ce message, ' +
	    'quand, et depuis quelle adresse internet.'],
	'read.imagesLoad': ['Load pictures', 'Charger les images'],
	'read.attachments': ['{n} attachment|{n} attachments',
	    '{n} pièce jointe|{n} pièces jointes'],
	'read.download': ['Download', 'Télécharger'],
	'read.unnamed': ['unnamed', 'sans nom'],
	'read.unfold': ['Show the message from {who}, {date}',
	    'Afficher le message de {who}, {date}'],

	'how.e2e': ['encrypted by its sender', 'chiffré par son expéditeur'],
	'how.encrypted': ['encrypted when it came', 'arrivé chiffré'],
	'how.sealed': ['sealed on arrival, came in clear',
	    'scellé à l’arrivée, venu en clair'],
	'how.clear': ['came in clear and is not sealed',
	    'venu en clair et non scellé'],
	'how.own': ['put here by one of your devices',
	    'mis ici par un de vos appareils'],
	'how.locked': ['could not be opened here',
	    'n’a pas pu être ouvert ici'],

	'sig.good': ['signature good', 'signature valable'],
	'sig.goodSince': ['signature good, key first seen on {date}',
	    'signature valable, clé vue pour la première fois le {date}'],
	'sig.bad': [
	    'signature wrong: changed on the way, or not from its sender',
	    'signature fausse : modifié en route, ou d’un autre expéditeur'],
	'sig.unknown': ['signed by a key that is not known here',
	    'signé par une clé inconnue ici'],
	'sig.other': ['signed by somebody else than its sender',
	    'signé par quelqu’un d’autre que son expéditeur'],
	'sig.odd': ['its signature does not count (expired key, or too weak)',
	    'sa signature ne compte pas (clé expirée, ou trop faible)'],
	'sig.none': ['not signed', 'non signé'],

	'tell.e2e': [
	    'It was encrypted to your key when it came. By whom, only a good ' +
	    'signature can tell.',
	    'Il était chiffré pour votre clé à son arrivée. Par qui, seule ' +
	    'une signature valable le dit.'],
	'tell.sealed': ['Its sender did not encrypt it: servers on the way ' +
	    'could read it. Your box encrypted it to your key as it came in.',
	    'Son expéditeur ne l’a pas chiffré : les serveurs en route ont ' +
	    'pu le lire. Votre boîte l’a chiffré pour votre clé à son ' +
	    'arrivée.'],
	'tell.clear': ['Servers on the way could read it, and whoever holds ' +
	    'the box still can.',
	    'Les serveurs en route ont pu le lire, et qui détient la boîte ' +
	    'le peut encore.'],
	'tell.own': ['One of your devices encrypted it to your key before ' +
	    'it went to the box. That says nothing of how it came to you, or ' +
	    'went to others.',
	    'Un de vos appareils l’a chiffré pour votre clé avant de ' +
	    'l’envoyer à la boîte. Cela ne dit rien de la façon dont il ' +
	    'vous est venu, ou est parti vers d’autres.'],
	'tell.locked': ['It may be encrypted to a key that is not here, or ' +
	    'be damaged. Ask its sender to send it again.',
	    'Il est peut-être chiffré pour une clé absente d’ici, ou abîmé. ' +
	    'Demandez à son expéditeur de le renvoyer.'],
	'why.no-key': ['It is encrypted to another key than yours, or by a ' +
	    'password. Ask its sender to take your key, and send it again.',
	    'Il est chiffré pour une autre clé que la vôtre, ou par un mot ' +
	    'de passe. Demandez à son expéditeur de prendre votre clé et de ' +
	    'le renvoyer.'],
	'why.unprotected': ['It is encrypted in an old way, in which anybody ' +
	    'may change it: nothing of it is shown. Its sender’s program is ' +
	    'too old.',
	    'Il est chiffré d’une manière ancienne, où n’importe qui peut le ' +
	    'modifier : rien n’en est affiché. Le logiciel de son expéditeur ' +
	    'est trop vieux.'],
	'why.tampered': ['Somebody has changed it on the way, or it was ' +
	    'damaged: nothing of it is shown. Ask its sender to send it again.',
	    'Quelqu’un l’a modifié en route, ou il est abîmé : rien n’en est ' +
	    'affiché. Demandez à son expéditeur de le renvoyer.'],
	'why.broken': ['What is encrypted in it is damaged. Ask its sender to ' +
	    'send it again.',
	    'Ce qui y est chiffré est abîmé. Demandez à son expéditeur de le ' +
	    'renvoyer.'],
	'why.unsupported': ['It is encrypted in a newer way, which pli cannot ' +
	    'read yet.',
	    'Il est chiffré d’une manière plus récente, que pli ne sait pas ' +
	    'encore lire.'],
	'why.big': ['What is encrypted in it is too large when it is opened.',
	    'Ce qui y est chiffré est trop grand une fois ouvert.'],
	'why.died': ['pli did not survive opening it, as if it was made for ' +
	    'that. It is not tried again.',
	    'pli n’a pas survécu à son ouverture, comme s’il était fait pour ' +
	    'cela. Pas de nouvel essai.'],
	'why.seal': ['Your box says that it sealed it, but what is in it is ' +
	    'not what your box seals.',
	    'Votre boîte dit l’avoir scellé, mais son contenu n’est pas ce ' +
	    'que votre boîte scelle.'],
	'tell.other': ['The key that signed it does not belong to the ' +
	    'address that it says it is from.',
	    'La clé qui l’a signé n’est pas celle de l’adresse dont il dit ' +
	    'venir.'],
	'tell.bad': [
	    'Do not rely on what it says. Ask its sender by another way.',
	    'Ne vous y fiez pas. Demandez à son expéditeur par un autre ' +
	    'moyen.'],

	'write.title': ['New letter', 'Nouvelle lettre'],
	'write.to': ['To', 'À'],
	'write.cc': ['Cc', 'Copie'],
	'write.bcc': ['Bcc', 'Copie cachée'],
	'write.more': ['Cc, Bcc', 'Copies'],
	'write.subject': ['Subject', 'Objet'],
	'write.text': ['Text', 'Texte'],
	'write.send': ['Send', 'Envoyer'],
	'write.attach': ['Attach files', 'Joindre des fichiers'],
	'write.drop': ['Drop files to attach them',
	    'Déposez des fichiers pour les joindre'],
	'write.discard': ['Discard the draft', 'Supprimer le brouillon'],
	'write.saving': ['Saving …', 'Enregistrement …'],
	'write.saved': ['Draft saved', 'Brouillon enregistré'],
	'write.unsaved': ['Not saved yet: trying again',
	    'Pas encore enregistré : nouvel essai'],
	'write.remove': ['Remove {name}', 'Retirer {name}'],
	'write.people': ['People you wrote to',
	    'Personnes à qui vous avez écrit'],
	'write.uploading': ['{name}: uploading', '{name} : envoi en cours'],
	'write.tooBig': ['{name} is too large: {size} at most',
	    '{name} est trop gros : {size} au plus'],
	'write.noFile': ['{name} could not be attached. Try again.',
	    '{name} n’a pas pu être joint. Réessayez.'],
	'write.nobody': ['Say to whom it goes', 'Indiquez un destinataire'],
	'write.badAddress': ['This is no address: {who}',
	    'Ce n’est pas une adresse : {who}'],
	'write.waitFiles': ['Files are still on their way',
	    'Des fichiers sont encore en cours d’envoi'],
	'write.failed': ['It was not sent ({why}). The draft is kept.',
	    'Pas envoyé ({why}). Le brouillon est conservé.'],
	'write.wrote': ['On {date}, {who} wrote:',
	    'Le {date}, {who} a écrit :'],
	'write.fwHead': ['---------- Forwarded message ----------',
	    '---------- Message transféré ----------'],
	'write.e2e': [
	    'Will be encrypted: only you and the recipients can read it',
	    'Sera chiffré : seuls vous et les destinataires pourront le lire'],
	'write.clear': ['In clear: no key is known for {who}',
	    'En clair : aucune clé connue pour {who}'],

	'clear.title': ['This letter cannot be encrypted',
	    'Cette lettre ne peut pas être chiffrée'],
	'clear.tell': ['No key is known for {who}. Sent in clear, their mail ' +
	    'provider and servers on the way can read it.',
	    'Aucune clé connue pour {who}. Envoyée en clair, leur ' +
	    'fournisseur de messagerie et les serveurs en route peuvent la ' +
	    'lire.'],
	'clear.send': ['Send in clear', 'Envoyer en clair'],
	'clear.keep': ['Go on writing', 'Continuer à écrire'],

	'set.language': ['Language', 'Langue'],
	'set.auto': ['As the browser has it', 'Celle du navigateur'],
	'set.name': ['Your name', 'Votre nom'],
	'set.nameHint': ['Recipients see it beside your address.',
	    'Les destinataires le voient à côté de votre adresse.'],
	'set.signature': ['Signature', 'Signature'],
	'set.signatureHint': ['Stands under every new letter.',
	    'Figure sous chaque nouvelle lettre.'],
	'set.save': ['Save', 'Enregistrer'],

	'key.next': ['Next conversation', 'Conversation suivante'],
	'key.prev': ['Previous conversation', 'Conversation précédente'],
	'key.open': ['Open', 'Ouvrir'],
	'key.back': ['Back to the list', 'Retour à la liste'],
	'key.select': ['Select', 'Sélectionner'],
	'key.search': ['Search', 'Rechercher'],
	'key.send': ['Send (while writing)', 'Envoyer (en écrivant)'],
	'key.help': ['This help', 'Cette aide'],
	'key.enter': ['Enter', 'Entrée'],
	'key.ctrl': ['Ctrl', 'Ctrl'],

	'size.b': ['{n} B', '{n} o'],
	'size.k': ['{n} kB', '{n} ko'],
	'size.m': ['{n} MB', '{n} Mo'],

	'date.yesterday': ['Yesterday', 'Hier'],
};

export const LANGUAGES = { en: 'English', fr: 'Français' };
const SAVED = 'pli.language';

function wanted() {
	const saved = localStorage.getItem(SAVED);

	if (saved !== null && saved in LANGUAGES)
		return saved;
	return navigator.language.startsWith('fr') ? 'fr' : 'en';
}

export const language = typeof localStorage === 'undefined' ? 'en' : wanted();

export function chosenLanguage() {
	return localStorage.getItem(SAVED) ?? '';
}

/* '' follows the browser. */
export function chooseLanguage(which) {
	if (which === '')
		localStorage.removeItem(SAVED);
	else
		localStorage.setItem(SAVED, which);
}

/* In French none is singular, in English plural. */
function form(text, n, lang) {
	const forms = text.split('|');

	return forms.length === 1 || n === 1 || (lang === 'fr' && n === 0) ?
	    forms[0] : forms[1];
}

export function t(key, args = {}, lang = language) {
	const text = WORDS[key][lang === 'fr' ? 1 : 0];

	return form(text, args.n, lang).replace(/\{(\w+)\}/g, (_, name) =>
	    typeof args[name] === 'number' ?
	    args[name].toLocaleString(lang) : String(args[name] ?? ''));
}
