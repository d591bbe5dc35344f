import type { IncomingMessage } from '../../../domain/message';
import { translate, messageOf } from '../../scenes/ingest-items';

const contents: [name: string, change: object, told: Partial<IncomingMessage>][] = [
  [
    'a captioned picture',
    { type: 'image', text: null, caption: 'Look', media: { mime: 'image/jpeg', size: 12, state: 'pending' } },
    { kind: 'image', text: 'Look' },
  ],
  [
    'a voice note',
    { type: 'voice', text: null, media: { mime: 'audio/ogg', durationMs: 14_000, state: 'unavailable' } },
    { kind: 'voice', text: null, details: { durationMs: 14_000 } },
  ],
  [
    'a document',
    { type: 'document', text: '', media: { fileName: 'Offer.pdf', sha256: 'ab'.repeat(32) } },
    { kind: 'document', text: null, fileName: 'Offer.pdf' },
  ],
  [
    'a location',
    { type: 'location', text: null, location: { latitude: 52.52, longitude: 13.405, name: 'Office' } },
    {
      kind: 'location',
      text: null,
      details: { place: { latitude: 52.52, longitude: 13.405, name: 'Office' } },
    },
  ],
  [
    'contacts',
    { type: 'contacts', text: null, contacts: [{ name: 'Ana', phones: ['+55 41'] }, { vcard: 'FN:Bo' }] },
    {
      kind: 'contacts',
      text: null,
      details: {
        contacts: [
          { name: 'Ana', phones: ['+55 41'] },
          { name: 'Bo', phones: [] },
        ],
      },
    },
  ],
  [
    'a poll',
    { type: 'poll', text: null, poll: { question: 'Lunch?', options: ['Yes'] } },
    { kind: 'poll', text: null, details: { poll: { question: 'Lunch?', options: ['Yes'] } } },
  ],
  [
    'a poll of which only the text is known',
    { type: 'poll', text: 'Lunch?' },
    { kind: 'poll', text: 'Lunch?' },
  ],
  ['a call', { type: 'call', text: null }, { kind: 'call', text: null }],
  [
    'what the source does not support',
    { type: 'unsupported', text: null },
    { kind: 'unsupported', text: null },
  ],
  [
    'a location without a type',
    { type: undefined, location: { latitude: 1, longitude: 2 } },
    { kind: 'location' },
  ],
  ['a reply', { replyTo: { id: '3EB000', sender: '+491701234567', text: 'When?' } }, { quotedText: 'When?' }],
  ['a forwarded text', { forwarded: true }, { forwarded: true }],
  ['the longest text', { text: 'x'.repeat(65_536) }, { text: 'x'.repeat(65_536) }],
  [
    'a reaction',
    { event: 'reaction', text: null, reaction: '👍', targetId: '3EB000' },
    { event: 'reaction', stanzaId: '3EB000', changeId: '3EB001', text: '👍' },
  ],
  [
    'a reaction by its type',
    { event: undefined, type: 'reaction', reaction: '👍', targetId: '3EB000' },
    { event: 'reaction', text: '👍' },
  ],
  [
    'a reaction taken back',
    { event: 'reaction', text: null, reaction: null, targetId: '3EB000' },
    { event: 'reaction', text: '' },
  ],
  [
    'an edit',
    { event: 'edit', text: 'Good evening', targetId: 'true_491701234567@c.us_3EB000' },
    { event: 'edit', stanzaId: '3EB000', changeId: '3EB001', text: 'Good evening' },
  ],
  [
    'a revoke',
    { event: 'revoke', text: null, type: undefined, targetId: '3EB000' },
    { event: 'revoke', stanzaId: '3EB000', changeId: '3EB001', text: null },
  ],
];

test.each(contents)('%s is told', (_name, change, told) => {
  expect(messageOf(translate(change))).toMatchObject(told);
});
