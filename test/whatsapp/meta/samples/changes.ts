import {
  ana,
  beginsAt,
  contact,
  inbound,
  klaus,
  klausId,
  klausParentId,
  ownDigits,
  toBody,
  toValue,
  wamidOf,
  type Sample,
} from './sample';

export const samples: Sample[] = [];
let next = 100;
export const add = (name: string, lines: string[] | null, body: unknown): void => {
  samples.push({ name, body, lines });
};
export const nextId = (isOurs = false) =>
  wamidOf(`3B000000000000000${String((next += 1)).padStart(3, '0')}`, { isOurs });
export const at = () => String(beginsAt + next);
const echo = (message: object) =>
  toBody('smb_message_echoes', toValue({ message_echoes: [{ from: ownDigits, to: klaus, ...message }] }));

const first = { id: nextId(), timestamp: at(), type: 'text', text: { body: 'Whem?' } };
add('a text to change', ['← Klaus: Whem?'], inbound(first));
add(
  'an edit',
  ['← Klaus: edited «Whem?» to: When?'],
  inbound({
    ...{ id: nextId(), timestamp: at(), type: 'edit' },
    edit: { original_message_id: first.id, message: { type: 'text', text: { body: 'When?' } } },
  }),
);
add(
  'a reaction',
  ['← Klaus: reacted 👍 to «Whem?»'],
  inbound({
    ...{ id: nextId(), timestamp: at(), type: 'reaction', reaction: { message_id: first.id, emoji: '👍' } },
  }),
);
add(
  'a reaction that was taken back',
  ['← Klaus: took back a reaction to «Whem?»'],
  inbound({
    ...{ id: nextId(), timestamp: at(), type: 'reaction', reaction: { message_id: first.id } },
  }),
);
add(
  'an empty reaction',
  ['← Klaus: took back a reaction to «Whem?»'],
  inbound({
    ...{ id: nextId(), timestamp: at(), type: 'reaction', reaction: { message_id: first.id, emoji: '' } },
  }),
);
add(
  'a deletion',
  ['← Klaus: deleted a message «Whem?»'],
  inbound({
    ...{ id: nextId(), timestamp: at(), type: 'revoke', revoke: { original_message_id: first.id } },
  }),
);

const sent = { id: nextId(true), timestamp: at(), type: 'text', text: { body: 'Hello' } };
add('what we wrote on the phone, without a contact', ['→ Sales: Hello'], echo(sent));
add(
  'what we wrote to a BSUID',
  ['→ Sales: Still there?'],
  toBody(
    'smb_message_echoes',
    toValue({
      message_echoes: [
        {
          from: ownDigits,
          to_user_id: klausId,
          id: nextId(true),
          timestamp: at(),
          type: 'text',
          text: { body: 'Still there?' },
        },
      ],
    }),
  ),
);
add(
  'a picture that we sent',
  ['→ Sales: (image) Look'],
  echo({
    ...{
      id: nextId(true),
      timestamp: at(),
      type: 'image',
      image: { id: '77', mime_type: 'image/png', caption: 'Look' },
    },
  }),
);
add(
  'an edit of ours',
  ['→ Sales: edited «Hello» to: Hello!'],
  echo({
    ...{ id: nextId(true), timestamp: at(), type: 'edit' },
    edit: { original_message_id: sent.id, message: { type: 'text', text: { body: 'Hello!' } } },
  }),
);
add(
  'a deletion of ours',
  ['→ Sales: deleted a message «Hello»'],
  echo({
    ...{ id: nextId(true), timestamp: at(), type: 'revoke', revoke: { original_message_id: sent.id } },
  }),
);

export const text = (body: string, more: object = {}) => ({
  id: nextId(),
  timestamp: at(),
  type: 'text',
  text: { body },
  ...more,
});
const noNumber = { contacts: [{ profile: { name: 'Klaus', username: '@klaus.weber' }, user_id: klausId }] };
const anonymous = (message: object) => toBody('messages', toValue({ ...noNumber, messages: [message] }));
add(
  'a sender without a number',
  ['← Klaus: no number'],
  anonymous(text('no number', { from_user_id: klausId })),
);
add(
  'a sender with an empty number',
  ['← Klaus: empty'],
  anonymous(text('empty', { from: '', from_user_id: klausId })),
);
add(
  'a BSUID in the place of a number',
  ['← Klaus: in its place'],
  toBody(
    'messages',
    toValue({
      contacts: [{ profile: { name: 'Klaus' }, wa_id: klausId }],
      messages: [text('in its place', { from: klausId })],
    }),
  ),
);
add(
  'a sender whom only the parent business’ id names',
  ['← Klaus: of the parent'],
  toBody(
    'messages',
    toValue({
      messages: [text('of the parent', { from_parent_user_id: klausParentId })],
    }),
  ),
);
add('a sender that only the contact names', ['← Klaus: nameless'], anonymous(text('nameless')));

add(
  'several messages of several people, contacts in another order',
  ['← Klaus: one', '← Klaus: two'],
  toBody(
    'messages',
    toValue({
      contacts: [{ profile: { name: 'Ana' }, wa_id: ana }, contact()],
      messages: [text('one', { from: klaus }), text('of Ana', { from: ana }), text('two', { from: klaus })],
    }),
    toValue({
      statuses: [
        { id: sent.id, status: 'read', timestamp: at(), recipient_id: klaus, recipient_user_id: klausId },
      ],
    }),
  ),
);
const statuses = ['read', 'sent', 'delivered', 'played', 'failed'].map((status) => ({
  ...{ id: sent.id, status, timestamp: at(), recipient_id: klaus, pricing: { billable: true } },
  ...(status === 'failed' ? { errors: [{ code: 131026, title: 'Undeliverable' }] } : {}),
}));
add('fates of what we sent, in any order', null, toBody('messages', toValue({ statuses })));
add(
  'an error of the account',
  null,
  toBody('messages', toValue({ errors: [{ code: 130429, title: 'Rate limit hit' }] })),
);
add(
  'a template’s status',
  null,
  toBody('message_template_status_update', { event: 'APPROVED', message_template_id: 1 }),
);

export const past = (messages: object[], more: object = {}) => ({
  ...{ metadata: { phase: 1, chunk_order: 2, progress: 55 } },
  threads: [{ id: klaus, context: { wa_id: klaus, user_id: klausId, username: 'klaus.weber' }, messages }],
  ...more,
});
const placeholderId = nextId();
export const history_context = { status: 'READ' };
add(
  'a part of the past',
  ['← Klaus: long ago', '→ Sales: indeed', '← Klaus: (a message this source could not read; see the phone)'],
  toBody(
    'history',
    toValue({
      history: [
        past([
          { ...text('long ago', { from: klaus, to: ownDigits }), history_context },
          { ...text('indeed', { from: ownDigits, to: klaus }), history_context },
          { from: klaus, id: placeholderId, timestamp: at(), type: 'media_placeholder', history_context },
          { from: klaus, id: placeholderId, timestamp: at(), type: 'media_placeholder', history_context },
        ]),
      ],
    }),
  ),
);
add(
  'a file of the past',
  ['← Klaus: (image) the beach'],
  toBody(
    'history',
    toValue({
      contacts: [contact()],
      messages: [
        {
          from: klaus,
          id: nextId(),
          timestamp: at(),
          type: 'image',
          image: { id: '78', mime_type: 'image/jpeg', caption: 'the beach' },
        },
      ],
    }),
  ),
);
add(
  'a past that cannot be read',
  ['← Klaus: (a message this source could not read; see the phone)'],
  toBody(
    'history',
    toValue({
      history: [
        past([
          { from: klaus, id: nextId(), timestamp: at(), type: 'unsupported', errors: [{ code: 131060 }] },
        ]),
      ],
    }),
  ),
);
add(
  'a past that is not shared',
  null,
  toBody(
    'history',
    toValue({
      history: [{ errors: [{ code: 2593109, title: 'History sync is turned off by the business' }] }],
    }),
  ),
);
add(
  'the phone’s address book',
  null,
  toBody(
    'smb_app_state_sync',
    toValue({
      state_sync: [
        {
          type: 'contact',
          contact: { full_name: 'Klaus', first_name: 'Klaus', phone_number: klaus, user_id: klausId },
          action: 'add',
          metadata: { timestamp: at() },
        },
        { type: 'contact', contact: { phone_number: ana }, action: 'remove', metadata: { timestamp: at() } },
      ],
    }),
  ),
);

/** The next sample is of a later second. */
export const goOn = (): void => void (next += 1);
