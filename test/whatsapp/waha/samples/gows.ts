import { ana, beginsAt, eventAt, groupJid, klaus, officeOnMap, own, vCard, type Sample } from './sample';

const samples: Sample[] = [];
let next = 0;
const chat = `${klaus}@c.us`;
const lid = '183081112223334@lid';

/** A message as whatsmeow gives it: `Info` tells where it is from, `Message` is WhatsApp's own, its names in either casing. */
function message(
  content: object | null,
  fields: object = {},
  of: { fromMe?: boolean; inGroup?: boolean; info?: object } = {},
) {
  const { fromMe = false, inGroup = false, info = {} } = of;
  const id = `3EB0GOW${String((next += 1)).padStart(3, '0')}`;
  const remote = inGroup ? groupJid : chat;
  return {
    ...{
      id: `${fromMe}_${remote}_${id}${inGroup ? `_${chat}` : ''}`,
      timestamp: beginsAt + next,
      from: remote,
      fromMe,
    },
    ...{ source: 'app', body: null, hasMedia: false, media: null, ack: 1, replyTo: null },
    ...(inGroup && !fromMe ? { participant: chat } : {}),
    _data: {
      Info: {
        ...{ ID: id, Chat: remote, Sender: fromMe ? own.id : chat, IsFromMe: fromMe, IsGroup: inGroup },
        ...{ PushName: fromMe ? 'Sales' : 'Klaus', Type: 'text', MediaType: '', Edit: '' },
        ...info,
      },
      Message: content,
    },
    ...fields,
  };
}

const add = (
  name: string,
  line: string | null,
  payload: Record<string, unknown>,
  event = 'message.any',
): string => {
  samples.push({ name, event, payload, line });
  return payload['id'] as string;
};
const file = (mimetype: string, filename: string | null = null) => ({
  hasMedia: true,
  media: { url: null, mimetype, filename },
});
const context = (contextInfo: object, text: string) => ({ extendedTextMessage: { text, contextInfo } });

const text = add(
  'a text',
  '← Klaus: Good morning',
  message({ conversation: 'Good morning' }, { body: 'Good morning' }),
);
add(
  'our text',
  '→ Sales: Hello',
  message(
    { conversation: 'Hello' },
    { body: 'Hello' },
    { fromMe: true, info: { RecipientAlt: '4639135154355@lid' } },
  ),
);
add(
  'a picture',
  '← Klaus: (image, 12 KB) our office',
  message(
    { imageMessage: { caption: 'our office', fileLength: 12_000, JPEGThumbnail: 'x' } },
    { ...file('image/jpeg'), body: 'our office' },
    { info: { Type: 'media', MediaType: 'image' } },
  ),
);
add(
  'a video',
  '← Klaus: (video, 1:20)',
  message({ videoMessage: { seconds: 80 } }, file('video/mp4'), { info: { MediaType: 'video' } }),
);
add(
  'a voice note',
  '← Klaus: (voice message, 0:14)',
  message({ audioMessage: { PTT: true, seconds: 14 } }, file('audio/ogg'), { info: { MediaType: 'ptt' } }),
);
add(
  'a document',
  '← Klaus: (document, 640 bytes) a.pdf',
  message({ documentMessage: { fileName: 'a.pdf', fileLength: '640' } }, file('application/pdf')),
);
add('a sticker', '← Klaus: (sticker)', message({ stickerMessage: {} }, file('image/webp')));
add(
  'a view-once video',
  '← Klaus: (view-once video, 0:05)',
  message({ viewOnceMessage: { message: { videoMessage: { seconds: 5 } } } }, file('video/mp4'), {
    info: { IsViewOnce: true },
  }),
);
add(
  'a place',
  `← Klaus: (location) Office ${officeOnMap}`,
  message(
    { locationMessage: { degreesLatitude: 52.52, degreesLongitude: 13.405, name: 'Office' } },
    {},
    { info: { MediaType: 'location' } },
  ),
);
add(
  'a contact card',
  '← Klaus: (contact card) Ana Souza, +55 41 99877-3200',
  message(
    { contactMessage: { displayName: 'Ana Souza', vcard: vCard } },
    {},
    { info: { MediaType: 'vcard' } },
  ),
);
const poll = add(
  'a poll',
  '← Klaus: (poll) Lunch?\n│ - Yes',
  message({ pollCreationMessageV5: { name: 'Lunch?', options: [{ optionName: 'Yes' }] } }),
);
add(
  'a poll in its envelope',
  '← Klaus: (poll) Dinner?\n│ - No',
  message({
    pollCreationMessageV4: {
      message: { pollCreationMessage: { name: 'Dinner?', options: [{ optionName: 'No' }] } },
    },
  }),
);
add(
  'an event',
  `← Klaus: (event) Fair, ${eventAt.line}`,
  message({ eventMessage: { name: 'Fair', startTime: String(eventAt.startSeconds) } }),
);
add(
  'an order',
  '← Klaus: (order) Shoes, 1 item',
  message({ orderMessage: { orderTitle: 'Shoes', itemCount: 1 } }),
);
add(
  'a product',
  '← Klaus: (product) Red shoe',
  message({ productMessage: { product: { title: 'Red shoe' } } }),
);
add(
  'a group’s invite',
  '← Klaus: (group invite) Project X come',
  message({ groupInviteMessage: { groupName: 'Project X', caption: 'come' } }),
);
add(
  'a call',
  '← Klaus: (video call)',
  { id: 'CALLGOWS1', from: chat, timestamp: beginsAt + (next += 1), isVideo: true, isGroup: false },
  'call.received',
);
add(
  'a call that was taken',
  null,
  { id: 'CALLGOWS1', from: chat, timestamp: beginsAt, isVideo: true, isGroup: false },
  'call.accepted',
);
add(
  'a reply',
  '← Klaus: (in reply to «Good morning») Fine',
  message(context({ stanzaID: '3EB0GOW001', quotedMessage: { conversation: 'Good morning' } }, 'Fine'), {
    body: 'Fine',
  }),
);
add(
  'a reply to a story',
  '← Klaus: (in reply to a story) Great',
  message(context({ remoteJID: 'status@broadcast', quotedMessage: { imageMessage: {} } }, 'Great'), {
    body: 'Great',
  }),
);
add(
  'a forwarded text',
  '← Klaus: (forwarded) Look',
  message(context({ isForwarded: true }, 'Look'), { body: 'Look' }),
);
add(
  'an edit',
  '← Klaus: edited «Good morning» to: Good evening',
  { ...message({ conversation: 'Good evening' }, { body: 'Good evening' }), editedMessageId: '3EB0GOW001' },
  'message.edited',
);
add(
  'an encrypted edit',
  '← Klaus: edited «Good morning»; the new text is on the phone',
  message(
    { secretEncryptedMessage: { targetMessageKey: { ID: '3EB0GOW001' } } },
    {},
    { info: { Edit: '1' } },
  ),
);
add(
  'a reaction',
  '← Klaus: reacted 👍 to «Good morning»',
  { ...message({ reactionMessage: {} }), reaction: { text: '👍', messageId: text } },
  'message.reaction',
);
add(
  'a vote',
  '← Klaus: voted «Yes» in «Lunch?»',
  {
    vote: {
      id: 'VOTEGOWS1',
      from: chat,
      to: 'me',
      fromMe: false,
      selectedOptions: ['Yes'],
      timestamp: beginsAt + (next += 1),
    },
    poll: { id: poll, from: chat, to: 'me', fromMe: false },
  },
  'poll.vote',
);
add(
  'a deletion',
  '← Klaus: deleted a message «Good morning»',
  { after: message({}), before: null, revokedMessageId: '3EB0GOW001' },
  'message.revoked',
);
add('our message to a broadcast list', '→ Sales: (broadcast) Holiday hours', {
  ...message(
    { conversation: 'Holiday hours' },
    { body: 'Holiday hours' },
    {
      fromMe: true,
      info: {
        BroadcastRecipients: [{ PN: `${klaus}@s.whatsapp.net` }, { PN: '447700900456@s.whatsapp.net' }],
      },
    },
  ),
  id: 'true_1690000000@broadcast_3EB0LIST',
  to: '1690000000@broadcast',
  from: own.id,
});
add(
  'a text in a group, with a name',
  '← Klaus: @Ana and @somebody?',
  message(
    context({ mentionedJID: [`${ana}@s.whatsapp.net`, lid] }, `@${ana} and @183081112223334?`),
    { body: `@${ana} and @183081112223334?` },
    { inGroup: true },
  ),
);
add(
  'who was removed from a group',
  '← Klaus: removed Ana',
  {
    type: 'leave',
    timestamp: beginsAt + (next += 1),
    group: { id: groupJid },
    participants: [{ id: `${ana}@c.us`, role: 'left' }],
    _data: { Sender: chat },
  },
  'group.v2.participants',
);
add(
  'a message nobody knows',
  '← Klaus: (a message this source could not read; see the phone)',
  message({ newThingMessage: {} }),
);
add(
  'an album’s header',
  null,
  message({ albumMessage: { expectedImageCount: 3 } }, {}, { info: { Type: 'media' } }),
);
add('a pin', null, message({ pinInChatMessage: {} }));
add('a key', null, message({ senderKeyDistributionMessage: {} }));
add('a channel’s text', null, {
  ...message({ conversation: 'News' }, { body: 'News' }),
  id: 'false_120363000000000000@newsletter_3EB0CHAN',
  from: '120363000000000000@newsletter',
});

export const gows: readonly Sample[] = samples;
