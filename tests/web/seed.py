"""What lies in the mailbox of the stand: made up, and the same each time."""
import datetime, unicodedata

ME = {'name': 'Alice Martin', 'email': 'alice@example.org'}
KEY = '7A3F09C2D4E85B16A0974C3D22F1E6B8905D4C17'
MAY = int(datetime.datetime(2026, 5, 3, 10).timestamp())
GOOD = f'e2e; sig=good; key={KEY}; first={MAY}'
SEALED = 'sealed; sig=none'
BOXES = [('inbox', 'Inbox'), ('drafts', 'Drafts'), ('sent', 'Sent'),
         ('archive', 'Archive'), ('junk', 'Junk'), ('trash', 'Trash'),
         (None, 'Association'), (None, 'Travel')]
PNG = ('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhg'
       'GAWjR9awAAAABJRU5ErkJggg==')


def who(name, at='example.net'):
    first = unicodedata.normalize('NFD', name.split()[0].lower())
    first = first.encode('ascii', 'ignore').decode()
    return {'name': name, 'email': f'{first}@{at}'}


def paragraphs(*lines):
    return '\n\n'.join(lines)


ROOF = [
    (who('Bob Keller'), 'The roof before winter', 2880, GOOD, paragraphs(
        'Hello Alice,',
        'the roofer came by this morning. He says that the north side will '
        'not last another winter, and that the slates he has in stock would '
        'match ours.', 'Shall I ask him for an estimate? He can begin in two '
        'weeks if we decide now.', 'Bob'), []),
    (ME, 'Re: The roof before winter', 2700, '', paragraphs(
        'Dear Bob,', 'yes please. And ask what he would take for the gutter '
        'while the scaffolding is up.', 'Alice'), []),
    (who('Bob Keller'), 'Re: The roof before winter', 14, GOOD, paragraphs(
        'Dear Alice,', 'here is the estimate, with the gutter as a separate '
        'line, and two pictures of what he found under the slates.',
        'He needs our answer by Friday: https://roofer.example/offers/2217',
        'Bob'), [('estimate-2217.pdf', 'application/pdf', 184320),
                 ('north-side.jpg', 'image/jpeg', 2411000)]),
]

NEWS = '''<div style="font-family:Georgia,serif;max-width:560px;margin:0 auto">
<p style="color:#8a6d3b;letter-spacing:.1em;font-size:12px">THE LANTERN · No. 48</p>
<h1 style="font-size:26px;line-height:1.2;margin:8px 0 14px">What the lighthouse
keepers wrote down</h1><p>For ninety years the keepers of the northern light noted
wind, ships and birds, three times a day, in the same hand as far as one can tell.
This week we read all of it.</p><p><img alt="(picture)" width="520" height="12"></p>
<p>Next week: <b>the mapmaker who refused to draw borders</b>.</p></div>'''

# from, subject, minutes ago, status, text, attachments, more
LETTERS = [
    (who('Chloé Dubois', 'example.com'), 'Dinner on Saturday?', 44, SEALED,
     'We are back from Brittany with far too many oysters. Come on Saturday '
     'around eight, and bring the children.', [], {}),
    (who('The Lantern', 'lantern.example'), 'What the lighthouse keepers '
     'wrote down', 130, SEALED, 'For ninety years the keepers of the northern '
     'light noted wind, ships and birds.', [], {'html': NEWS, 'remote': 3}),
    (who('Mehmet Yıldız', 'example.com'), 'Minutes of the general meeting', 300,
     f'e2e; sig=unknown', 'The minutes are attached. Corrections please until '
     'the end of the month.', [('minutes.odt', 'application/octet-stream',
                                48213)], {'flagged': True, 'seen': True}),
    (who('Nadia Okafor', 'example.net'), 'Your train on 12 December', 1500,
     SEALED, 'Coach 7, seats 41 and 42, by the window. The tickets are '
     'attached.', [('tickets.pdf', 'application/pdf', 90112)],
     {'seen': True}),
    (who('Städtische Bücherei', 'library.example'), 'Two books are waiting for '
     'you', 1700, SEALED, '“The Book of Sand” and one more are ready at the '
     'desk until Thursday.', [], {'seen': True}),
    (who('Bank Service', 'bank.example'), 'Please confirm your account', 2000,
     f'sealed; sig=bad; key={KEY}', 'Dear customer, confirm at once.', [],
     {'seen': True}),
    (who('Ines Fischer', 'example.com'), 'Photographs of the old mill', 3100,
     f'e2e; sig=good; key={KEY[::-1]}; first={MAY + 86400 * 90}',
     'I scanned the whole box. Number seven is the one you were looking for.',
     [('mill-07.jpg', 'image/jpeg', 3120444)], {'seen': True}),
    (who('Yusuf Demir', 'example.net'), 'A letter that will not open', 4500,
     'locked; why=no-key', '', [], {'seen': True}),
    (who('Old Server', 'example.net'), 'Weekly report', 6000, 'clear; sig=none',
     'All services ran without interruption.', [], {'seen': True}),
]
TOPICS = ['Seeds for the spring', 'Choir practice moved', 'The blue bicycle',
          'Invoice for November', 'A recipe for quince', 'Neighbourhood party',
          'Proofs of the second chapter', 'Lost umbrella', 'School calendar',
          'Reading group: next book', 'Wood for the stove', 'Key to the attic']
NAMES = ['Anna Weber', 'Luc Moreau', 'Greta Lind', 'Tomás Silva', 'Emma Novak',
         'Jonas Berg', 'Sara Conti', 'Piet de Vries', 'Zoe Papadaki']


def fill(stand):
    """Everything into a stand that has add(box, ...)."""
    before = []
    for sender, subject, ago, status, text, files in ROOF:
        mine = sender is ME
        e = stand.add('sent' if mine else 'inbox', sender,
                      [who('Bob Keller') if mine else ME], subject, text, ago,
                      status=status, files=files, after=before,
                      seen=mine or ago > 1000)
        before = before + e['messageId']
    for sender, subject, ago, status, text, files, more in LETTERS:
        stand.add('inbox', sender, [ME], subject, text, ago, status=status,
                  files=files, **more)
    for i in range(110):
        stand.add('inbox', who(NAMES[i % len(NAMES)], 'example.com'), [ME],
                  f'{TOPICS[i % len(TOPICS)]}' + (f' ({i})' if i > 11 else ''),
                  f'This is letter {i} about it: nothing that could not wait '
                  'until tomorrow.', 7000 + 700 * i, status=SEALED,
                  seen=i % 9 != 4)
    for name in NAMES[:4]:
        stand.add('sent', ME, [who(name, 'example.com')], 'Thank you',
                  'Thank you for the letter.', 9000, seen=True)
    stand.add('drafts', ME, [who('Greta Lind', 'example.com')],
              'About the garden', 'Dear Greta,\n\nthe plan for', 200,
              seen=True, draft=True)
    stand.add('trash', who('Spam Sender', 'example.com'), [ME],
              'Nothing to see', 'Thrown away.', 9000, seen=True)
