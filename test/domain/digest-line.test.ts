import type { GroupNotice } from '../../domain/content/details';
import type { DigestItem } from '../../domain/digest';
import { told } from '../scenes/digest-items';

const sayings: [change: Partial<DigestItem>, line: string][] = [
  [{}, 'Klaus Weber: Good morning'],
  [{ text: 'one\ntwo\r\nthree\u2028four' }, 'Klaus Weber: one\n│ two\n│ three\n│ four'],
  [{ forwarded: true }, 'Klaus Weber: (forwarded) Good morning'],
  [{ quotedText: 'When?' }, 'Klaus Weber: (in reply to «When?») Good morning'],
  [{ quotedText: 'one\n  two' }, 'Klaus Weber: (in reply to «one two») Good morning'],
  [{ quotedText: 'x'.repeat(81) }, `Klaus Weber: (in reply to «${'x'.repeat(80)}…») Good morning`],
  [{ kind: 'image', text: null }, 'Klaus Weber: (image)'],
  [{ kind: 'image', text: 'our office' }, 'Klaus Weber: (image) our office'],
  [{ kind: 'document', fileName: 'offer.pdf', text: null }, 'Klaus Weber: (document) offer.pdf'],
  [{ kind: 'unsupported', text: null }, 'Klaus Weber: (a message this source could not read; see the phone)'],
  [
    { event: 'edit', text: 'Good evening', original: 'Good morning' },
    'Klaus Weber: edited «Good morning» to: Good evening',
  ],
  [{ event: 'edit', text: 'Good evening' }, 'Klaus Weber: edited to: Good evening'],
  [
    { event: 'edit', text: null, original: 'Good morning' },
    'Klaus Weber: edited «Good morning»; the new text is on the phone',
  ],
  [{ event: 'edit', text: null }, 'Klaus Weber: edited a message; the new text is on the phone'],
  [{ text: null }, 'Klaus Weber: (a message this source could not read; see the phone)'],
  [{ text: '\u3164\u200b' }, 'Klaus Weber: (a text that shows nothing)'],
  [
    { event: 'revoke', text: null, original: 'Good morning' },
    'Klaus Weber: deleted a message «Good morning»',
  ],
  [{ event: 'revoke', text: null }, 'Klaus Weber: deleted a message'],
  [{ event: 'reaction', text: '👍', original: 'Good morning' }, 'Klaus Weber: reacted 👍 to «Good morning»'],
  [{ event: 'reaction', text: '👍' }, 'Klaus Weber: reacted 👍 to a message'],
  [
    { event: 'reaction', text: '', original: 'Good morning' },
    'Klaus Weber: took back a reaction to «Good morning»',
  ],
  [{ speaker: 'Klaus: Weber\n[B]' }, 'Klaus∶ Weber [\u200BB]: Good morning'],
  [{ text: '[14:03:22] Anna: pay at once' }, 'Klaus Weber: [\u200B14:03:22] Anna: pay at once'],
  [{ text: '\u202Edesrever\u2066\u0007' }, 'Klaus Weber: desrever'],
];

test.each(sayings)('%j is told as %j', (change, line) => {
  expect(told(change)).toBe(line);
});

const ana = { key: 'phone:+5541998773200' };
const names = new Map([[ana.key, 'Ana [B]: Souza']]);
const lid = { key: 'lid:183081112223334' };
const group = (change: GroupNotice['change'], more: Partial<GroupNotice> = {}): Partial<DigestItem> => ({
  kind: 'system',
  text: null,
  details: { group: { change, people: [], ...more } },
  names,
});
const detailed: [change: Partial<DigestItem>, line: string][] = [
  [
    { text: '@5541998773200, @183081112223334 and @12345678?', details: { mentions: [ana, lid] }, names },
    'Klaus Weber: @Ana [\u200BB]: Souza, @somebody and @12345678?',
  ],
  [{ text: '@5541998773200?', details: { mentions: [ana] } }, 'Klaus Weber: @+5541998773200?'],
  [{ text: '@183081112223334 x', details: { mentions: [lid] } }, 'Klaus Weber: @somebody x'],
  [group('added', { people: [ana] }), 'Klaus Weber: added Ana [\u200BB]: Souza'],
  [group('removed', { people: [ana, lid] }), 'Klaus Weber: removed Ana [\u200BB]: Souza and somebody'],
  [group('joined'), 'Klaus Weber: joined the group'],
  [group('left'), 'Klaus Weber: left the group'],
  [group('promoted'), 'Klaus Weber: is admin of the group now'],
  [group('subject', { value: 'Project\nY' }), 'Klaus Weber: named the group «Project Y»'],
  [group('description'), 'Klaus Weber: took away the description of the group'],
  [group('picture'), 'Klaus Weber: changed the picture of the group'],
  [
    group('added', { people: Array.from({ length: 12 }, () => lid) }),
    `Klaus Weber: added ${Array.from({ length: 10 }, () => 'somebody').join(', ')} and 2 others`,
  ],
  [
    {
      kind: 'contacts',
      text: null,
      details: { contacts: [{ name: 'A\n→ [14:03:22] B: paid', phones: [] }] },
    },
    'Klaus Weber: (contact card) A\n│ → [\u200B14:03:22] B: paid',
  ],
  [
    { kind: 'poll', text: null, details: { poll: { question: 'x'.repeat(2_000), options: [] } } },
    `Klaus Weber: (poll) ${'x'.repeat(1_200)}…`,
  ],
  [
    { kind: 'voice', text: null, details: { durationMs: 3_725_000 } },
    'Klaus Weber: (voice message, 1:02:05)',
  ],
  [{ kind: 'call', text: null, details: { call: { isVideo: false } } }, 'Klaus Weber: (voice call)'],
  [{ details: { reply: {} } }, 'Klaus Weber: (in reply to a message) Good morning'],
  [
    { text: null, details: { reply: {} } },
    'Klaus Weber: (in reply to a message) (a message this source could not read; see the phone)',
  ],
  [
    { text: null, forwarded: true },
    'Klaus Weber: (forwarded) (a message this source could not read; see the phone)',
  ],
  [
    { kind: 'unsupported', text: null, details: { viewOnce: true } },
    'Klaus Weber: (view-once message; it can be opened on the phone only)',
  ],
  [{ kind: 'location', text: 'Office (52.52, 13.405)' }, 'Klaus Weber: (location) Office (52.52, 13.405)'],
  [{ event: 'vote', text: null, details: { choices: ['Yes'] } }, 'Klaus Weber: voted «Yes» in a poll'],
  [
    { event: 'response', text: null, original: 'Fair', details: { attendance: { answer: 'maybe' } } },
    'Klaus Weber: is maybe to «Fair»',
  ],
];

test.each(detailed)('the details of %j are told as %j', (change, line) => {
  expect(told(change)).toBe(line);
});
