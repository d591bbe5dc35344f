import { ana, beginsAt, eventAt, groupJid, klaus, officeOnMap, own, vCard, type Sample } from './sample';

const samples: Sample[] = [];
let next = 0;
const chat = `${klaus}@c.us`;
const lid = '183081112223334@lid';

/** A message as Baileys gives it: WhatsApp's own message stands in `_data.message`, beside its key; `to` is missing. */
function message(
  content: object | null,
  fields: object = {},
  of: { fromMe?: boolean; inGroup?: boolean } = {},
) {
  const { fromMe = false, inGroup = false } = of;
  const id = `3EB0NOW${String((next += 1)).padStart(3, '0')}`;
  const remote = inGroup ? groupJid : chat;
  const remoteJid = inGroup ? groupJid : `${klaus}@s.whatsapp.net`;
  const participant = inGroup && !fromMe ? { participant: chat } : {};
  return {
    ...{
      id: `${fromMe}_${remote}_${id}${inGroup ? `_${chat}` : ''}`,
      timestamp: beginsAt + next,
      from: remote,
      fromMe,
    },
    ...{ source: 'app', body: null, hasMedia: false, media: null, ack: 1, ackName: 'SERVER', replyTo: null },
    ...participant,
    _data: {
      key: { remoteJid, fromMe, id, ...(inGroup ? { participant: `${klaus}@s.whatsapp.net` } : {}) },
      messageTimestamp: beginsAt + next,
      pushName: fromMe ? 'Sales' : 'Klaus',
      message: content,
      status: 2,
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
const long = (low: number) => ({ low, high: 0, unsigned: true });
const context = (contextInfo: object, text: string) => ({ extendedTextMessage: { text, contextInfo } });

const text = add(
  'a text',
  '← Klaus: Good morning',
  message({ conversation: 'Good morning' }, { body: 'Good morning' }),
);
add(
  'our text',
  '→ Sales: Hello',
  message({ extendedTextMessage: { text: 'Hello' } }, { body: 'Hello' }, { fromMe: true }),
);
add(
  'a picture',
  '← Klaus: (image, 12 KB) our office',
  message(
    { imageMessage: { caption: 'our office', fileLength: long(12_000), mimetype: 'image/jpeg' } },
    { ...file('image/jpeg'), body: 'our office' },
  ),
);
add(
  'a video',
  '← Klaus: (video, 1:20, 3.4 MB)',
  message({ videoMessage: { seconds: 80, fileLength: '3400000' } }, file('video/mp4')),
);
add('a video note', '← Klaus: (video, 0:09)', message({ ptvMessage: { seconds: 9 } }, file('video/mp4')));
add(
  'a voice note',
  '← Klaus: (voice message, 0:14)',
  message({ audioMessage: { ptt: true, seconds: 14 } }, file('audio/ogg')),
);
add(
  'a captioned document',
  '← Klaus: (document, 2 MB) Offer.pdf our offer',
  message(
    {
      documentWithCaptionMessage: {
        message: {
          documentMessage: { fileName: 'Offer.pdf', caption: 'our offer', fileLength: long(2_000_000) },
        },
      },
    },
    { ...file('application/pdf'), body: 'our offer' },
  ),
);
add(
  'a sticker',
  '← Klaus: (sticker)',
  message({ stickerMessage: { mimetype: 'image/webp' } }, file('image/webp')),
);
add(
  'a view-once picture',
  '← Klaus: (view-once image)',
  message({ viewOnceMessageV2: { message: { imageMessage: {} } } }, file('image/jpeg')),
);
add(
  'a view-once message without its content',
  '← Klaus: (view-once message; it can be opened on the phone only)',
  {
    ...message(null),
    _data: { key: { remoteJid: chat, fromMe: false, id: '3EB0VIEW', isViewOnce: true }, pushName: 'Klaus' },
  },
);
add(
  'a place',
  `← Klaus: (location) Office, Main St 1 ${officeOnMap}`,
  message({
    locationMessage: {
      degreesLatitude: 52.52,
      degreesLongitude: 13.405,
      name: 'Office',
      address: 'Main St 1',
    },
  }),
);
add(
  'a place that moves',
  `← Klaus: (live location) ${officeOnMap} on my way`,
  message({
    liveLocationMessage: { degreesLatitude: 52.52, degreesLongitude: 13.405, caption: 'on my way' },
  }),
);
add(
  'contact cards',
  '← Klaus: (contact card) Ana Souza, +55 41 99877-3200\n│ Bo',
  message({
    contactsArrayMessage: {
      displayName: '2 contacts',
      contacts: [
        { displayName: 'Ana Souza', vcard: vCard },
        { displayName: 'Bo', vcard: 'BEGIN:VCARD' },
      ],
    },
  }),
);
const poll = add(
  'a poll',
  '← Klaus: (poll) Lunch?\n│ - Yes\n│ - No',
  message({
    messageContextInfo: {},
    pollCreationMessageV3: { name: 'Lunch?', options: [{ optionName: 'Yes' }, { optionName: 'No' }] },
  }),
);
const event = add(
  'an event',
  `← Klaus: (event) Fair, ${eventAt.line}, Hall 3, https://call.whatsapp.com/video/x Bring shoes`,
  message({
    eventMessage: {
      name: 'Fair',
      description: 'Bring shoes',
      startTime: long(eventAt.startSeconds),
      location: { name: 'Hall 3' },
      joinLink: 'https://call.whatsapp.com/video/x',
    },
  }),
);
add(
  'an event called off',
  `← Klaus: (event) cancelled: Fair, ${eventAt.line}`,
  message({ eventMessage: { name: 'Fair', startTime: eventAt.startSeconds, isCanceled: true } }),
);
add(
  'an order',
  '← Klaus: (order) Shoes, 2 items, 59.90 EUR Please',
  message({
    orderMessage: {
      orderTitle: 'Shoes',
      itemCount: 2,
      totalAmount1000: long(59_900),
      totalCurrencyCode: 'EUR',
      message: 'Please',
    },
  }),
);
add(
  'a product',
  '← Klaus: (product) Red shoe, 29.95 EUR',
  message({
    productMessage: { product: { title: 'Red shoe', priceAmount1000: '29950', currencyCode: 'EUR' } },
  }),
);
add(
  'a group’s invite',
  '← Klaus: (group invite) Project X',
  message({ groupInviteMessage: { groupName: 'Project X', inviteCode: 'x' } }),
);
add('a missed call', '← Klaus: (missed voice call)', {
  ...message(null),
  _data: { key: { remoteJid: chat, fromMe: false, id: '3EB0MISS' }, messageStubType: 40, pushName: 'Klaus' },
});
add(
  'a call’s log',
  '← Klaus: (video call, 1:05)',
  message({ callLogMesssage: { isVideo: true, callOutcome: 'CONNECTED', durationSecs: long(65) } }),
);
add(
  'a reply',
  '← Klaus: (in reply to «Good morning») Fine',
  message(context({ stanzaId: '3EB0NOW001', quotedMessage: { conversation: 'Good morning' } }, 'Fine'), {
    body: 'Fine',
    replyTo: { id: '3EB0NOW001', body: 'Good morning' },
  }),
);
add(
  'a reply to a story',
  '← Klaus: (in reply to a story «New shop») Great',
  message(
    context(
      { remoteJid: 'status@broadcast', quotedMessage: { extendedTextMessage: { text: 'New shop' } } },
      'Great',
    ),
    { body: 'Great' },
  ),
);
add(
  'a reply to a voice note',
  '← Klaus: (in reply to a voice message) Yes',
  message(context({ quotedMessage: { audioMessage: { ptt: true } } }, 'Yes'), { body: 'Yes' }),
);
add(
  'a forwarded text',
  '← Klaus: (forwarded) Look',
  message(context({ isForwarded: true, forwardingScore: 1 }, 'Look'), { body: 'Look' }),
);
add(
  'a tap on an ad',
  '← Klaus: (from an ad) Spring sale',
  message({
    extendedTextMessage: { contextInfo: { externalAdReply: { title: 'Spring sale', body: 'Tap to chat' } } },
  }),
);
add('a list’s answer', '← Klaus: Monday', message({ listResponseMessage: { title: 'Monday' } }));
add('a button’s answer', '← Klaus: Yes', message({ buttonsResponseMessage: { selectedDisplayText: 'Yes' } }));
add(
  'a business text',
  '← Klaus: Order 123\n│ Confirm?\n│ Shop',
  message(
    {
      interactiveMessage: {
        header: { title: 'Order 123' },
        body: { text: 'Confirm?' },
        footer: { text: 'Shop' },
      },
    },
    { body: 'Order 123\nConfirm?\nShop' },
  ),
);
add(
  'an edit that comes as a message',
  '← Klaus: edited «Good morning» to: Good evening',
  message({
    editedMessage: {
      message: {
        protocolMessage: {
          key: { id: '3EB0NOW001' },
          type: 'MESSAGE_EDIT',
          editedMessage: { conversation: 'Good evening' },
        },
      },
    },
  }),
);
add(
  'an encrypted edit',
  '← Klaus: edited «Good morning»; the new text is on the phone',
  message({ secretEncryptedMessage: { targetMessageKey: { id: '3EB0NOW001' }, secretEncType: 2 } }),
);
add(
  'a reaction',
  '← Klaus: reacted 🙏 to «Good morning»',
  { ...message({ reactionMessage: {} }), reaction: { text: '🙏', messageId: text } },
  'message.reaction',
);
add(
  'an answer to an event',
  '← Klaus: is going with 1 guest to «Fair»',
  {
    ...message(null),
    eventCreationKey: { id: event, from: chat, to: 'me', fromMe: false },
    eventResponse: { response: 'GOING', timestampMs: beginsAt * 1_000, extraGuestCount: 1 },
  },
  'event.response',
);
const vote = (id: string, selectedOptions: string[]) => ({
  vote: {
    id: `false_${chat}_${id}`,
    from: chat,
    to: 'me',
    fromMe: false,
    selectedOptions,
    timestamp: beginsAt + (next += 1),
  },
  poll: { id: poll, from: chat, to: 'me', fromMe: false },
});
add('a vote', '← Klaus: voted «Yes», «No» in «Lunch?»', vote('VOTENOW1', ['Yes', 'No']), 'poll.vote');
add('a vote taken back', '← Klaus: took back the vote in «Lunch?»', vote('VOTENOW2', []), 'poll.vote');
add(
  'a vote that was not decrypted',
  '← Klaus: voted in «Lunch?»; the choice is on the phone',
  vote('VOTENOW3', []),
  'poll.vote.failed',
);
add(
  'a deletion',
  '← Klaus: deleted a message «Good morning»',
  { after: message({ protocolMessage: { type: 0 } }), before: null, revokedMessageId: '3EB0NOW001' },
  'message.revoked',
);
add('a message of a broadcast list', '← Klaus: (broadcast) New prices', {
  ...message({ conversation: 'New prices' }, { body: 'New prices' }),
  id: `false_1716900000@broadcast_3EB0BROAD_${chat}`,
  from: '1716900000@broadcast',
  participant: chat,
});
add(
  'a text in a group, with a name and with nobody’s',
  '← Klaus: @Ana and @somebody?',
  message(
    context({ mentionedJid: [`${ana}@s.whatsapp.net`, lid] }, `@${ana} and @183081112223334?`),
    { body: `@${ana} and @183081112223334?` },
    { inGroup: true },
  ),
);
add('what we write in a group of LIDs', '→ Sales: From us', {
  ...message({ conversation: 'From us' }, { body: 'From us' }, { inGroup: true }),
  id: `false_${groupJid}_3EB0OURS_${own.lid}`,
  participant: own.lid,
});
add(
  'a group’s new name',
  '← Klaus: named the group «Project Y»',
  {
    group: { id: groupJid, subject: 'Project Y' },
    timestamp: beginsAt + (next += 1),
    _data: { author: chat },
  },
  'group.v2.update',
);
add(
  'somebody who left a group',
  '← Ana: left the group',
  {
    type: 'leave',
    timestamp: beginsAt + (next += 1),
    group: { id: groupJid },
    participants: [{ id: `${ana}@c.us`, role: 'left' }],
    _data: {},
  },
  'group.v2.participants',
);
add('an album’s header', null, message({ albumMessage: { expectedImageCount: 3 } }));
add('a pin', null, message({ pinInChatMessage: { type: 1 } }));
add('a keep', null, message({ keepInChatMessage: { keepType: 1 } }));
add(
  'a key',
  null,
  message({ messageContextInfo: {}, senderKeyDistributionMessage: {} }, {}, { inGroup: true }),
);
add('context alone', null, message({ messageContextInfo: { deviceListMetadata: {} } }));
add(
  'a setting of disappearing messages',
  null,
  message({ protocolMessage: { type: 'EPHEMERAL_SETTING', ephemeralExpiration: 604_800 } }),
);
add('a vote as a message', null, message({ pollUpdateMessage: {} }));
add('a reaction as a message', null, message({ reactionMessage: {} }));

export const noweb: readonly Sample[] = samples;
