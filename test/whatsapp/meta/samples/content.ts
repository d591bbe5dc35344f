import { officeOnMap, vCard } from '../../waha/samples/sample';
import { beginsAt, inbound, klaus, type Sample } from './sample';
import { wamidOf } from './sample';

const samples: Sample[] = [];
let next = 0;

/** A message of this type with its content. */
function message(type: string, content: object | null, more: object = {}) {
  const id = wamidOf(`3A0000000000000000${String((next += 1)).padStart(2, '0')}`);
  const at = String(beginsAt + next);
  return { id, timestamp: at, type, ...(content === null ? {} : { [type]: content }), ...more };
}

const add = (name: string, line: string | null, body: unknown): void => {
  samples.push({ name, body, lines: line === null ? null : [line] });
};
const said = (name: string, line: string | null, type: string, content: object | null, more: object = {}) =>
  add(name, line, inbound(message(type, content, more)));

const file = (mime: string, more: object = {}) => ({
  ...{ id: `9${String(next).padStart(14, '0')}`, mime_type: mime, sha256: 'q'.repeat(43) + '=' },
  ...more,
});

said('a text', '← Klaus: Good morning', 'text', { body: 'Good morning' });
said(
  'a reply',
  '← Klaus: (in reply to a message) Yes',
  'text',
  { body: 'Yes' },
  {
    context: { from: '4930111222', id: wamidOf('3A00000000000000000A') },
  },
);
said(
  'a forwarded text',
  '← Klaus: (forwarded) News',
  'text',
  { body: 'News' },
  {
    context: { forwarded: true },
  },
);
said(
  'a text forwarded often',
  '← Klaus: (forwarded) Hoax',
  'text',
  { body: 'Hoax' },
  {
    context: { frequently_forwarded: true },
  },
);
said(
  'a question about a product',
  '← Klaus: (in reply to a product «SKU-7») How much?',
  'text',
  { body: 'How much?' },
  {
    context: {
      from: '4930111222',
      id: wamidOf('3A00000000000000000B'),
      referred_product: { catalog_id: '1', product_retailer_id: 'SKU-7' },
    },
  },
);
said(
  'a text from an advertisement',
  '← Klaus: (from an ad) Shoes for less Hello',
  'text',
  { body: 'Hello' },
  {
    referral: {
      source_url: 'https://fb.me/x',
      source_type: 'ad',
      source_id: '1',
      headline: 'Shoes for less',
      body: 'Now',
      media_type: 'image',
      ctwa_clid: 'x',
    },
  },
);
said('an image', '← Klaus: (image) Our office', 'image', file('image/jpeg', { caption: 'Our office' }));
said('a video', '← Klaus: (video)', 'video', file('video/mp4'));
said('a sound', '← Klaus: (audio)', 'audio', file('audio/mpeg', { voice: false }));
said('a voice message', '← Klaus: (voice message)', 'audio', file('audio/ogg; codecs=opus', { voice: true }));
said('a voice message of before', '← Klaus: (voice message)', 'voice', file('audio/ogg'));
said(
  'a document',
  '← Klaus: (document) Договор.pdf Signed',
  'document',
  file('application/pdf', { filename: 'Договор.pdf', caption: 'Signed' }),
);
said('a sticker', '← Klaus: (sticker)', 'sticker', file('image/webp', { animated: false }));
said('a location', `← Klaus: (location) Office, Main St 1 ${officeOnMap}`, 'location', {
  ...{ latitude: 52.52, longitude: 13.405, name: 'Office', address: 'Main St 1', url: 'https://x.example' },
});
said('contacts', '← Klaus: (contact card) Ana Souza, +55 41 99877-3200\n│ Bo, +49 30 1', 'contacts', [
  {
    name: { formatted_name: 'Ana Souza', first_name: 'Ana' },
    phones: [{ phone: '+55 41 99877-3200', wa_id: '5541998773200', type: 'CELL' }],
  },
  { name: { first_name: 'Bo' }, phones: [{ phone: '+49 30 1' }] },
]);
said('a contact as a vCard', '← Klaus: (contact card) Ana Souza, +55 41 99877-3200', 'contacts', [
  { vcard: vCard },
]);
said('a tapped button', '← Klaus: Yes, please', 'interactive', {
  type: 'button_reply',
  button_reply: { id: 'yes', title: 'Yes, please' },
});
said('a choice of a list', '← Klaus: Tuesday\n│ 10 o’clock', 'interactive', {
  ...{ type: 'list_reply', list_reply: { id: '2', title: 'Tuesday', description: '10 o’clock' } },
});
said('a filled-in form', '← Klaus: Sent\n│ size: 42\n│ colours: red, blue', 'interactive', {
  type: 'nfm_reply',
  nfm_reply: {
    name: 'flow',
    body: 'Sent',
    response_json: '{"flow_token":"t","size":42,"colours":["red","blue"]}',
  },
});
said('a form with broken answers', '← Klaus: Sent\n│ {"size": 4', 'interactive', {
  ...{ type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"size": 4' } },
});
said('a permission to call', '← Klaus: Permission to call: accept', 'interactive', {
  ...{
    type: 'call_permission_reply',
    call_permission_reply: { response: 'accept', expiration_timestamp: '1' },
  },
});
said('a button of a template', '← Klaus: Confirm', 'button', { payload: 'CONFIRM-1', text: 'Confirm' });
said(
  'an order',
  '← Klaus: (order) 3 items, 25 EUR\n│ - 2 × red-shoe, 10 EUR\n│ - 1 × lace, 5 EUR Quickly',
  'order',
  {
    ...{ catalog_id: '1', text: 'Quickly' },
    product_items: [
      { product_retailer_id: 'red-shoe', quantity: 2, item_price: 10, currency: 'EUR' },
      { product_retailer_id: 'lace', quantity: 1, item_price: 5, currency: 'EUR' },
    ],
  },
);
const placeholder = '← Klaus: (a message this source could not read; see the phone)';
add(
  'an answer without its words',
  placeholder,
  inbound(message('interactive', null), {
    contacts: [{ profile: { name: 'Klaus' }, wa_id: klaus }],
    errors: [{ code: 131000 }],
  }),
);
said(
  'what the Cloud API does not know',
  placeholder,
  'unsupported',
  { type: 'poll' },
  {
    errors: [
      {
        code: 131051,
        title: 'Message type unknown',
        error_data: { details: 'Message type is currently not supported.' },
      },
    ],
  },
);
said('what only the phone has', placeholder, 'unsupported', null, {
  errors: [{ code: 131060, title: 'This message is unavailable' }],
});
said('a file that is too large', placeholder, 'unsupported', null, {
  errors: [{ code: 131052, title: 'Media download error' }],
});
said('what a group cannot pass on', placeholder, 'unsupported', null, {
  errors: [{ code: 130501, title: 'Message type is not currently supported' }],
});
said('a kind of before that nobody knew', placeholder, 'unknown', null);
said(
  'a number that was asked for',
  '← Klaus: (contact card) Klaus, +49 170 1112223',
  'contacts',
  [{ name: { formatted_name: 'Klaus' }, phones: [{ phone: '+49 170 1112223', wa_id: '491701112223' }] }],
  { origin: 'contact_request' },
);
said(
  'a picture with its address',
  '← Klaus: (image)',
  'image',
  file('image/jpeg', { url: 'https://x.example' }),
);
said('a type of tomorrow', placeholder, 'hologram', { id: '1' });
said('a chat that was opened', null, 'request_welcome', null);
said('another identity', '← Klaus: (system message) Klaus’ security code changed', 'system', {
  ...{ body: '\u200eKlaus’ security code changed', type: 'customer_identity_changed', wa_id: klaus },
});

export const content: readonly Sample[] = samples;
