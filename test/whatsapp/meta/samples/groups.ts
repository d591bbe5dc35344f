import { samples, add, nextId, at, text, history_context, goOn } from './changes';
import {
  ana,
  contact,
  groupId,
  inbound,
  klaus,
  klausId,
  ownDigits,
  toBody,
  toValue,
  type Sample,
} from './sample';

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
goOn();
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
goOn();
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

goOn();
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
goOn();
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
