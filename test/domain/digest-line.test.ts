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
