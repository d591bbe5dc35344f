import type { IncomingMessage } from '../../../domain/message';
import { translate, messageOf, incoming } from '../../scenes/waha-events';

const file = { url: 'http://waha/api/files/1', mimetype: 'application/pdf', filename: 'Offer.pdf' };
const contents: [name: string, change: object, told: Partial<IncomingMessage>][] = [
  [
    'a picture',
    { hasMedia: true, media: { mimetype: 'image/jpeg' } },
    { kind: 'image', text: 'Good morning' },
  ],
  [
    'a picture that was not fetched',
    { hasMedia: true, media: null, body: '', _data: { type: 'image' } },
    { kind: 'image', text: null },
  ],
  ['a video', { hasMedia: true, media: { mimetype: 'video/mp4' } }, { kind: 'video' }],
  [
    'a sound',
    { hasMedia: true, media: { mimetype: 'audio/mpeg' }, body: null },
    { kind: 'audio', text: null },
  ],
  ['a voice note (whatsapp-web.js)', { hasMedia: true, _data: { type: 'ptt' } }, { kind: 'voice' }],
  [
    'a voice note (Baileys)',
    { hasMedia: true, _data: { message: { audioMessage: { ptt: true } } } },
    { kind: 'voice' },
  ],
  [
    'a voice note (whatsmeow)',
    { hasMedia: true, _data: { Message: { audioMessage: { PTT: true } } } },
    { kind: 'voice' },
  ],
  [
    'a document',
    { hasMedia: true, media: file, body: 'Offer.pdf' },
    { kind: 'document', text: null, fileName: 'Offer.pdf' },
  ],
  ['a document with a caption', { hasMedia: true, media: file }, { kind: 'document', text: 'Good morning' }],
  [
    'a captioned document inside its wrapper',
    {
      hasMedia: true,
      _data: {
        message: {
          messageContextInfo: {},
          documentWithCaptionMessage: { message: { documentMessage: { fileName: 'a.pdf' } } },
        },
      },
    },
    { kind: 'document', fileName: 'a.pdf' },
  ],
  [
    'a sticker',
    { hasMedia: true, media: { mimetype: 'image/webp' }, body: '', _data: { type: 'sticker' } },
    { kind: 'sticker' },
  ],
  ['a file of no known kind', { hasMedia: true, body: '' }, { kind: 'document', text: null }],
  [
    'a location',
    { body: '/9j/4AAQ', location: { latitude: '52.52', longitude: 13.405, description: 'Office' } },
    {
      kind: 'location',
      text: null,
      details: { place: { latitude: 52.52, longitude: 13.405, name: 'Office' } },
    },
  ],
  [
    'a location in Baileys’ words',
    {
      body: null,
      _data: {
        message: { locationMessage: { degreesLatitude: 1.5, degreesLongitude: 2.5, address: 'Main St' } },
      },
    },
    {
      kind: 'location',
      text: null,
      details: { place: { latitude: 1.5, longitude: 2.5, address: 'Main St' } },
    },
  ],
  [
    'a contact card',
    { body: 'BEGIN:VCARD', vCards: ['BEGIN:VCARD\nFN:Ana\nTEL;type=CELL:+55 41 99877-3200\nEND:VCARD'] },
    { kind: 'contacts', text: null, details: { contacts: [{ name: 'Ana', phones: ['+55 41 99877-3200'] }] } },
  ],
  [
    'contact cards in Baileys’ words',
    {
      body: null,
      _data: {
        message: {
          contactsArrayMessage: {
            displayName: '2 contacts',
            contacts: [{ displayName: 'Ana', vcard: 'FN:A' }, { vcard: 'FN:Bo' }],
          },
        },
      },
    },
    {
      kind: 'contacts',
      text: null,
      details: {
        contacts: [
          { name: 'Ana', phones: [] },
          { name: 'Bo', phones: [] },
        ],
      },
    },
  ],
  [
    'a poll',
    {
      body: null,
      _data: {
        message: {
          pollCreationMessageV3: { name: 'Lunch?', options: [{ optionName: 'Yes' }, { optionName: 'No' }] },
        },
      },
    },
    { kind: 'poll', text: null, details: { poll: { question: 'Lunch?', options: ['Yes', 'No'] } } },
  ],
  [
    'a poll (whatsapp-web.js)',
    { body: '', _data: { type: 'poll_creation', pollName: 'Lunch?', pollOptions: [{ name: 'Yes' }] } },
    { kind: 'poll', text: null, details: { poll: { question: 'Lunch?', options: ['Yes'] } } },
  ],
  [
    'a view-once picture',
    {
      hasMedia: true,
      body: '',
      _data: { message: { viewOnceMessageV2: { message: { imageMessage: {} } } } },
    },
    { kind: 'image', details: { viewOnce: true } },
  ],
  ['a call', { body: '', _data: { type: 'call_log' } }, { kind: 'call', text: null }],
  ['an order', { body: '/9j/4AAQ', _data: { type: 'order' } }, { kind: 'order', text: null }],
  [
    'what nobody knows',
    { body: '', _data: { message: { newThingMessage: {} } } },
    { kind: 'unsupported', text: null },
  ],
  ['an empty message', { body: null, _data: null }, { kind: 'unsupported', text: null }],
  [
    'a reply',
    { replyTo: { id: '3EB000', body: 'Shall we meet?' } },
    { kind: 'text', quotedText: 'Shall we meet?' },
  ],
  ['a forwarded text', { _data: { isForwarded: true } }, { kind: 'text', forwarded: true }],
  [
    'a forwarded text (Baileys)',
    { _data: { message: { extendedTextMessage: { contextInfo: { isForwarded: true } } } } },
    { kind: 'text', forwarded: true },
  ],
];

test.each(contents)('%s is told', (_name, change, told) => {
  expect(messageOf(translate('message.any', incoming(change)))).toMatchObject(told);
});
