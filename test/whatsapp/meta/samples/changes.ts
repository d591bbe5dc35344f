import {
  ana,
  beginsAt,
  contact,
  groupId,
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

const samples: Sample[] = [];
let next = 100;
const add = (name: string, lines: string[] | null, body: unknown): void => {
  samples.push({ name, body, lines });
};
const nextId = (isOurs = false) =>
  wamidOf(`3B000000000000000${String((next += 1)).padStart(3, '0')}`, { isOurs });
const at = () => String(beginsAt + next);
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

const text = (body: string, more: object = {}) => ({
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

const past = (messages: object[], more: object = {}) => ({
  ...{ metadata: { phase: 1, chunk_order: 2, progress: 55 } },
  threads: [{ id: klaus, context: { wa_id: klaus, user_id: klausId, username: 'klaus.weber' }, messages }],
  ...more,
});
const placeholderId = nextId();
const history_context = { status: 'READ' };
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

const inGroup = (message: object) => inbound({ group_id: groupId, ...message });
add('a text in a group', ['← Klaus: to all'], inGroup(text('to all')));
add(
  'a group that was made',
  ['→ Sales: created the group «Fair»'],
  toBody(
    'group_lifecycle_update',
    toValue({
      groups: [
        {
          timestamp: at(),
          group_id: groupId,
          type: 'group_create',
          subject: 'Fair',
          request_id: 'x',
          invite_link: 'https://chat.whatsapp.com/x',
        },
      ],
    }),
  ),
);
next += 1;
add(
  'somebody who came',
  ['← Klaus: joined the group'],
  toBody(
    'group_participants_update',
    toValue({
      groups: [
        {
          timestamp: at(),
          group_id: groupId,
          type: 'group_participants_add',
          added_participants: [{ wa_id: klaus, user_id: klausId }],
        },
      ],
    }),
  ),
);
add(
  'a wish to join',
  null,
  toBody(
    'group_participants_update',
    toValue({
      groups: [
        {
          timestamp: at(),
          group_id: groupId,
          type: 'group_join_request_created',
          join_request_id: '1',
          wa_id: ana,
        },
      ],
    }),
  ),
);
next += 1;
add(
  'a new name',
  ['→ Sales: named the group «Fair 2027»'],
  toBody(
    'group_settings_update',
    toValue({
      groups: [
        {
          timestamp: at(),
          group_id: groupId,
          type: 'group_settings_update',
          group_subject: { text: 'Fair 2027', update_successful: true },
        },
      ],
    }),
  ),
);
add(
  'a group that was suspended',
  null,
  toBody(
    'group_status_update',
    toValue({
      groups: [{ timestamp: at(), group_id: groupId, type: 'group_suspend' }],
    }),
  ),
);

next += 1;
add(
  'somebody who went',
  ['← Ana: left the group'],
  toBody(
    'group_participants_update',
    toValue({
      groups: [
        {
          timestamp: at(),
          group_id: groupId,
          type: 'group_participants_remove',
          initiated_by: 'participant',
          removed_participants: [{ wa_id: ana }],
        },
      ],
    }),
  ),
);
add(
  'a group that was deleted',
  null,
  toBody(
    'group_lifecycle_update',
    toValue({ groups: [{ timestamp: at(), group_id: groupId, type: 'group_delete' }] }),
  ),
);
next += 1;
add(
  'a part of the past with somebody whose number is hidden',
  ['← Klaus: hidden'],
  toBody(
    'history',
    toValue({
      history: [
        {
          metadata: { phase: 2, chunk_order: 3, progress: 80 },
          threads: [
            {
              context: { user_id: klausId, username: 'klaus.weber' },
              messages: [{ ...text('hidden', { from_user_id: klausId }), history_context }],
            },
          ],
        },
      ],
    }),
  ),
);
add(
  'a file of ours of the past',
  ['→ Sales: (image) our stand'],
  toBody(
    'history',
    toValue({
      message_echoes: [
        {
          ...{ from: ownDigits, to: klaus, id: nextId(true), timestamp: at(), type: 'image' },
          image: { id: '79', mime_type: 'image/jpeg', caption: 'our stand' },
        },
      ],
    }),
  ),
);
add(
  'another id of the same person',
  ['← Klaus: (system message) Klaus has another id'],
  toBody(
    'messages',
    toValue({
      messages: [
        {
          ...{ id: nextId(), timestamp: at(), type: 'system', from: klaus },
          system: {
            ...{ body: 'Klaus has another id', type: 'user_changed_user_id', wa_id: klaus },
            ...{ user_id: 'DE.99991208655302741918', previous_user_id: klausId },
          },
        },
      ],
    }),
  ),
);
add(
  'a copy for whom another agent answers',
  ['← Klaus: copy'],
  toBody('standby', toValue({ contacts: [contact()], messages: [text('copy', { from: klaus })] })),
);

export const changes: readonly Sample[] = samples;
