import { beginsAt, groupJid, klaus, vCard } from '../waha/samples/sample';

/** One payload of Evolution, and what is said on the page after the clock; null: it is nothing; a code: it is kept as unreadable. */
export interface EvolutionSample {
  name: string;
  body: Record<string, unknown>;
  line: string | null;
  code?: string;
}

export const ownJid = '4930111222@s.whatsapp.net';
export const ownLid = '99887766554433@lid';
export const peerJid = `${klaus}@s.whatsapp.net`;
const peerLid = '183081112223334@lid';

const samples: EvolutionSample[] = [];
let next = 0;
const newId = (): string => `3EB0EVO${String((next += 1)).padStart(3, '0')}`;

const envelope = (event: string, data: unknown) => ({
  ...{ event, instance: 'sales', data, destination: 'https://link.example/hooks/evolution/1' },
  ...{ date_time: `2026-11-25T10:00:00.${String((next += 1)).padStart(3, '0')}Z`, sender: ownJid },
  ...{ server_url: 'http://localhost:8080', apikey: 'the-instances-token' },
});

function add(name: string, line: string | null, event: string, data: unknown, code?: string): void {
  samples.push({ name, body: envelope(event, data), line, ...(code ? { code } : {}) });
}

/** A message as Evolution prepares Baileys' one. */
function message(
  messageType: string,
  content: unknown,
  changes: { key?: object; [field: string]: unknown } = {},
) {
  const { key, ...fields } = changes;
  return {
    key: { remoteJid: peerJid, fromMe: false, id: newId(), ...key },
    ...{ pushName: 'Klaus', status: 'DELIVERY_ACK', message: content, messageType },
    ...{ messageTimestamp: beginsAt + next, instanceId: 'cm0', source: 'android' },
    ...fields,
  };
}

const ours = { key: { fromMe: true }, pushName: 'Você' };
const inGroup = { key: { remoteJid: groupJid, participant: peerLid, participantAlt: peerJid } };
const long = (low: number) => ({ low, high: 0, unsigned: true });
const upsert = (name: string, line: string | null, data: unknown, code?: string) =>
  add(name, line, 'messages.upsert', data, code);

upsert('a text', 'Good morning', message('conversation', { conversation: 'Good morning' }));
upsert('our text', 'Hello', message('conversation', { conversation: 'Hello' }, ours));
add(
  'what was sent through it',
  'Sent',
  'send.message',
  message('conversation', { conversation: 'Sent' }, ours),
);
add('an event in capitals', 'Loud', 'MESSAGES_UPSERT', message('conversation', { conversation: 'Loud' }));
upsert(
  'a time as text',
  'As text',
  message('conversation', { conversation: 'As text' }, { messageTimestamp: String(beginsAt) }),
);
upsert(
  'a time in two halves',
  'Halves',
  message('conversation', { conversation: 'Halves' }, { messageTimestamp: long(beginsAt) }),
);
upsert(
  'a reply, with its context beside the text',
  '(in reply to «Offer?») Yes',
  message(
    'conversation',
    { conversation: 'Yes' },
    { contextInfo: { stanzaId: '3EB0', quotedMessage: { conversation: 'Offer?' } } },
  ),
);
upsert(
  'a picture with the whole file in it',
  '(image, 12 KB) our office',
  message('imageMessage', {
    imageMessage: { caption: 'our office', fileLength: long(12_000), mimetype: 'image/jpeg' },
    base64: 'A'.repeat(4_000),
  }),
);
upsert(
  'a file before the picture it is of',
  '(image)',
  message('imageMessage', {
    base64: 'AAAA',
    mediaUrl: 'http://localhost:9000/evolution/x.jpg',
    imageMessage: { mimetype: 'image/jpeg' },
  }),
);
upsert(
  'a voice note',
  '(voice message, 0:14)',
  message('audioMessage', { audioMessage: { ptt: true, seconds: 14 } }),
);
upsert('a video', '(video, 1:20)', message('videoMessage', { videoMessage: { seconds: 80 } }));
upsert('a video note', '(video, 0:09)', message('ptvMessage', { ptvMessage: { seconds: 9 } }));
upsert(
  'a document',
  '(document, 2 MB) Offer.pdf our offer',
  message('documentMessage', {
    documentMessage: { fileName: 'Offer.pdf', caption: 'our offer', fileLength: '2000000' },
  }),
);
upsert('a sticker', '(sticker)', message('stickerMessage', { stickerMessage: { mimetype: 'image/webp' } }));
upsert(
  'a view-once picture',
  '(view-once image)',
  message('viewOnceMessageV2', { viewOnceMessageV2: { message: { imageMessage: {} } } }),
);
upsert(
  'a contact',
  '(contact card) Ana Souza, +55 41 99877-3200',
  message('contactMessage', { contactMessage: { displayName: 'Ana Souza', vcard: vCard } }),
);
upsert(
  'a poll',
  '(poll) Lunch?\n│ - Yes\n│ - No',
  message('pollCreationMessageV3', {
    pollCreationMessageV3: { name: 'Lunch?', options: [{ optionName: 'Yes' }, { optionName: 'No' }] },
  }),
);
upsert(
  'a disappearing message',
  'Soon gone',
  message('ephemeralMessage', { ephemeralMessage: { message: { conversation: 'Soon gone' } } }),
);
upsert('a message of a group', 'Hi all', message('conversation', { conversation: 'Hi all' }, inGroup));
upsert(
  'a message of a LID without its number',
  'Who am I?',
  message(
    'conversation',
    { conversation: 'Who am I?' },
    { key: { remoteJid: peerLid }, pushName: '183081112223334' },
  ),
);
upsert(
  'a reaction',
  '👍',
  message('reactionMessage', { reactionMessage: { key: { id: '3EB0EVO001', fromMe: true }, text: '👍' } }),
);
upsert('a kind that nobody knows', '(', message('futureMessage', { futureMessage: { odd: true } }));
upsert('a message without its content', null, message('unknown', {}), 'empty_message');
upsert('an edit with nothing in it', null, message('editedMessage', {}));
upsert('only a key of WhatsApp', null, message('senderKeyDistributionMessage', { messageContextInfo: {} }));
upsert(
  'a status',
  null,
  message('conversation', { conversation: 'x' }, { key: { remoteJid: 'status@broadcast' } }),
);
upsert(
  'a channel',
  null,
  message('conversation', { conversation: 'x' }, { key: { remoteJid: '120363@newsletter' } }),
);
upsert(
  'a message without a time',
  null,
  message('conversation', { conversation: 'x' }, { messageTimestamp: null }),
  'bad_timestamp',
);
upsert(
  'an edit that comes as a message',
  'Hello there',
  message('editedMessage', {
    editedMessage: {
      message: {
        protocolMessage: {
          ...{
            key: { remoteJid: ownJid, fromMe: true, id: '3EB0EVO001' },
            type: 14,
            timestampMs: beginsAt * 1_000,
          },
          editedMessage: { conversation: 'Hello there' },
        },
      },
    },
  }),
);
upsert(
  'an edit whose words only the phone can read',
  'edited a message; the new text is on the phone',
  message('secretEncryptedMessage', { secretEncryptedMessage: { targetMessageKey: { id: '3EB0EVO001' } } }),
);

const edited = (key: object, type: unknown, text: string) => ({
  ...{ key: { id: '3EB0EVO001', fromMe: true, ...key }, type, timestampMs: String(beginsAt * 1_000) },
  editedMessage: { conversation: text },
});
add('our edit', 'Corrected', 'messages.edited', edited({ remoteJid: peerJid }, 'MESSAGE_EDIT', 'Corrected'));
add(
  'an edit of a member of a group',
  'In the group',
  'messages.edited',
  edited({ remoteJid: groupJid, participant: peerJid }, 14, 'In the group'),
);
add(
  'an edit by somebody who names us as the chat',
  null,
  'messages.edited',
  edited({ remoteJid: ownJid }, 14, 'Whose?'),
  'unknown_original',
);
add(
  'an edit with a LID, which may be our own',
  null,
  'messages.edited',
  edited({ remoteJid: ownLid }, 14, 'Whose?'),
  'unknown_original',
);
add('a setting of a chat', null, 'messages.edited', edited({ remoteJid: peerJid }, 3, ''));
add('what was taken back', 'deleted', 'messages.delete', {
  remoteJid: peerJid,
  fromMe: false,
  id: '3EB0EVO001',
});
add('what was taken back through it', 'deleted', 'messages.delete', {
  ...{ id: 'cm1', status: 'DELETED' },
  key: { remoteJid: peerJid, fromMe: true, id: '3EB0EVO002' },
});
add(
  'a deletion of which only the id is known',
  null,
  'messages.delete',
  { keyId: '3EB0EVO001' },
  'unknown_original',
);
add('a deletion among receipts', 'deleted', 'messages.update', {
  ...{ keyId: '3EB0EVO001', remoteJid: peerJid, fromMe: false, status: 'DELETED' },
});
add('a receipt', null, 'messages.update', {
  ...{ keyId: '3EB0EVO001', remoteJid: peerJid, fromMe: true, status: 'READ' },
});
add('a call', '(voice call)', 'call', {
  ...{ id: 'CALL1', from: peerJid, chatId: peerJid, status: 'offer', isVideo: false, isGroup: false },
  date: '2026-11-22T11:59:00.000Z',
});
add('the end of a call', null, 'call', { id: 'CALL1', from: peerJid, status: 'timeout' });
add('somebody added to a group', 'added', 'group-participants.update', {
  ...{ id: groupJid, author: ownJid, action: 'add', participants: [peerLid] },
  participantsData: [{ jid: peerLid, phoneNumber: '183081112223334' }],
});
add('somebody who left a group', 'left', 'group-participants.update', {
  ...{ id: groupJid, author: peerJid, action: 'remove', participants: [peerJid] },
});
add('a new name of a group', 'Project Y', 'groups.update', [
  { id: groupJid, subject: 'Project Y', author: peerJid },
]);
add('a group', null, 'groups.upsert', [
  { id: groupJid, subject: 'Project X', participants: [{ id: peerLid, phoneNumber: peerJid }] },
]);
add('the connection', null, 'connection.update', { instance: 'sales', state: 'open', statusReason: 200 });
add('a code to scan', null, 'qrcode.updated', {
  qrcode: { instance: 'sales', code: '2@x', base64: 'data:x' },
});
add('contacts', null, 'contacts.upsert', [{ remoteJid: peerJid, pushName: 'Klaus' }]);
add('chats', null, 'chats.upsert', [{ remoteJid: peerJid, instanceId: 'cm0' }]);

upsert('a sound', '(audio, 0:05)', message('audioMessage', { audioMessage: { seconds: 5 } }));
upsert(
  'a place',
  'Office',
  message('locationMessage', {
    locationMessage: { degreesLatitude: 52.52, degreesLongitude: 13.405, name: 'Office' },
  }),
);
upsert(
  'several contacts',
  '(contact card) Ana, +55 41 99877-3200',
  message('contactsArrayMessage', {
    contactsArrayMessage: { displayName: '1 contact', contacts: [{ displayName: 'Ana', vcard: vCard }] },
  }),
);
upsert(
  'a text as WhatsApp has it',
  'Unfolded',
  message('extendedTextMessage', { extendedTextMessage: { text: 'Unfolded' } }),
);
upsert(
  'a document with its caption as WhatsApp has it',
  '(document) Plan.pdf the plan',
  message('documentWithCaptionMessage', {
    documentWithCaptionMessage: {
      message: { documentMessage: { fileName: 'Plan.pdf', caption: 'the plan' } },
    },
  }),
);
upsert(
  'a message of a LID with its number',
  'Both names',
  message(
    'conversation',
    { conversation: 'Both names' },
    { key: { remoteJid: peerLid, remoteJidAlt: peerJid, addressingMode: 'lid' } },
  ),
);
add('a deletion that comes as an edit', 'deleted', 'messages.edited', {
  ...{ key: { remoteJid: peerJid, fromMe: true, id: '3EB0EVO003' }, type: 0, timestampMs: beginsAt * 1_000 },
});
add('a new administrator of a group', 'admin of the group', 'group-participants.update', {
  ...{ id: groupJid, author: ownJid, action: 'promote', participants: [peerJid] },
});
for (const event of ['contacts.set', 'contacts.update', 'chats.set', 'chats.update', 'chats.delete'])
  add(`all of ${event}`, null, event, [{ remoteJid: peerJid, pushName: 'Klaus' }]);
for (const event of ['labels.edit', 'labels.association', 'status.instance', 'send.message.update'])
  add(`an event ${event}`, null, event, { id: '1', status: 'open' });

export const evolutionSamples: readonly EvolutionSample[] = samples;

/** A part of the history in one body: each message stands for itself. */
export const historyBody = envelope('messages.set', [
  message('conversation', { conversation: 'First' }),
  message('unknown', {}),
  message('conversation', { conversation: 'Third' }, ours),
]);
