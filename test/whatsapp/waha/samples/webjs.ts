import {
  ana,
  beginsAt,
  eventAt,
  groupJid,
  klaus,
  officeOnMap,
  own,
  thumbnail,
  vCard,
  type Sample,
} from './sample';

const samples: Sample[] = [];
let next = 0;
const chat = `${klaus}@c.us`;

/** A message as whatsapp-web.js gives it: its own fields stand in `_data`, its ids are objects there. */
function message(fields: object, data: object, of: { fromMe?: boolean; inGroup?: boolean } = {}) {
  const { fromMe = false, inGroup = false } = of;
  const stanzaId = `3EB0WEB${String((next += 1)).padStart(3, '0')}`;
  const remote = inGroup ? groupJid : chat;
  const participant = inGroup && !fromMe ? { participant: chat } : {};
  const serialized = `${fromMe}_${remote}_${stanzaId}${inGroup ? `_${fromMe ? own.id : chat}` : ''}`;
  return {
    ...{
      id: serialized,
      timestamp: beginsAt + next,
      from: fromMe ? own.id : remote,
      to: fromMe ? remote : own.id,
    },
    ...{
      fromMe,
      source: 'app',
      body: '',
      hasMedia: false,
      media: null,
      ack: 1,
      ackName: 'SERVER',
      vCards: [],
    },
    ...participant,
    ...fields,
    _data: {
      ...{ id: { fromMe, remote, id: stanzaId, _serialized: serialized }, type: 'chat', t: beginsAt + next },
      ...{
        notifyName: fromMe ? 'Sales' : 'Klaus',
        from: { _serialized: chat },
        mentionedJidList: [],
        isForwarded: false,
      },
      ...data,
    },
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

const text = add(
  'a text',
  '← Klaus: Good morning',
  message({ body: 'Good morning' }, { body: 'Good morning' }),
);
add('our text', '→ Sales: Hello', message({ body: 'Hello' }, {}, { fromMe: true }));
const file = (mimetype: string, filename: string | null = null) => ({
  hasMedia: true,
  media: { url: null, mimetype, filename, error: null },
});
add(
  'a picture',
  '← Klaus: (image, 12 KB) our office',
  message(
    { ...file('image/jpeg'), body: 'our office' },
    { type: 'image', size: 12_000, caption: 'our office' },
  ),
);
add(
  'a video',
  '← Klaus: (video, 1:20, 3.4 MB)',
  message(file('video/mp4'), { type: 'video', duration: '80', size: 3_400_000 }),
);
add(
  'a voice note',
  '← Klaus: (voice message, 0:14, 31 KB)',
  message(file('audio/ogg'), { type: 'ptt', duration: '14', size: 31_000 }),
);
add('a sound', '← Klaus: (audio, 3:05)', message(file('audio/mpeg'), { type: 'audio', duration: '185' }));
add(
  'a document',
  '← Klaus: (document, 2 MB) Offer.pdf',
  message(
    { ...file('application/pdf', 'Offer.pdf'), body: 'Offer.pdf' },
    { type: 'document', filename: 'Offer.pdf', size: 2_000_000 },
  ),
);
add('a sticker', '← Klaus: (sticker)', message(file('image/webp'), { type: 'sticker' }));
add(
  'a view-once picture',
  '← Klaus: (view-once image)',
  message(file('image/jpeg'), { type: 'image', isViewOnce: true }),
);
add(
  'a place',
  `← Klaus: (location) Office, Main St 1 ${officeOnMap}`,
  message(
    {
      body: thumbnail,
      location: { latitude: '52.52', longitude: 13.405, description: 'Office', address: 'Main St 1' },
    },
    { type: 'location' },
  ),
);
add(
  'a place that moves',
  `← Klaus: (live location) ${officeOnMap}`,
  message({ body: thumbnail, location: { latitude: 52.52, longitude: 13.405 } }, { type: 'livelocation' }),
);
add(
  'a contact card',
  '← Klaus: (contact card) Ana Souza, +55 41 99877-3200',
  message({ body: vCard, vCards: [vCard] }, { type: 'vcard' }),
);
const poll = add(
  'a poll',
  '← Klaus: (poll) Lunch?\n│ - Yes\n│ - No',
  message({}, { type: 'poll_creation', pollName: 'Lunch?', pollOptions: [{ name: 'Yes' }, { name: 'No' }] }),
);
add(
  'an event',
  `← Klaus: (event) Fair, ${eventAt.line}, Hall 3 Bring shoes`,
  message(
    {},
    {
      type: 'event_creation',
      eventName: 'Fair',
      eventDescription: 'Bring shoes',
      eventStartTime: eventAt.startSeconds,
      eventLocation: { name: 'Hall 3' },
    },
  ),
);
add(
  'an order',
  '← Klaus: (order) Shoes, 2 items, 59.90 EUR',
  message(
    { body: thumbnail },
    { type: 'order', orderTitle: 'Shoes', itemCount: 2, totalAmount1000: 59_900, totalCurrencyCode: 'EUR' },
  ),
);
add(
  'a product',
  '← Klaus: (product) Red shoe, 29.95 EUR\n│ Size 42',
  message(
    { body: thumbnail },
    {
      type: 'product',
      title: 'Red shoe',
      description: 'Size 42',
      priceAmount1000: 29_950,
      currencyCode: 'EUR',
    },
  ),
);
add(
  'a group’s invite',
  '← Klaus: (group invite) Project X Join us',
  message({}, { type: 'groups_v4_invite', inviteGrpName: 'Project X', comment: 'Join us' }),
);
add(
  'a missed call',
  '← Klaus: (missed video call)',
  message({}, { type: 'call_log', callOutcome: 'Missed', isVideoCall: true }),
);
add(
  'a call’s event',
  null,
  { id: 'CALLWEB1', from: chat, timestamp: beginsAt, isVideo: false, isGroup: false },
  'call.received',
);
add(
  'a reply',
  '← Klaus: (in reply to «Good morning») Fine',
  message(
    { body: 'Fine', replyTo: { id: text, body: 'Good morning' } },
    { quotedMsg: { type: 'chat', body: 'Good morning' } },
  ),
);
add(
  'a reply to a picture',
  '← Klaus: (in reply to an image «our office») Nice',
  message(
    { body: 'Nice', replyTo: { body: 'our office', hasMedia: true, media: { mimetype: 'image/jpeg' } } },
    { quotedMsg: { type: 'image', caption: 'our office' } },
  ),
);
add(
  'a reply to a story',
  '← Klaus: (in reply to a story «New shop») Great',
  message(
    { body: 'Great', replyTo: { body: 'New shop' } },
    { quotedRemoteJid: { _serialized: 'status@broadcast' }, quotedMsg: { type: 'chat', body: 'New shop' } },
  ),
);
add('a forwarded text', '← Klaus: (forwarded) Look', message({ body: 'Look' }, { isForwarded: true }));
add(
  'a tap on an ad',
  '← Klaus: (from an ad) Spring sale',
  message({}, { ctwaContext: { title: 'Spring sale' } }),
);
add('a business text', '← Klaus: Order 123', message({ body: 'Order 123' }, { type: 'interactive' }));
add(
  'a reaction',
  '← Klaus: reacted 🙏 to «Good morning»',
  { ...message({}, {}), reaction: { text: '🙏', messageId: text } },
  'message.reaction',
);
add(
  'a reaction taken back',
  '← Klaus: took back a reaction to «Good morning»',
  { ...message({}, {}), reaction: { text: '', messageId: text } },
  'message.reaction',
);
add(
  'an edit',
  '← Klaus: edited «Good morning» to: Good evening',
  { ...message({ body: 'Good evening' }, {}), editedMessageId: '3EB0WEB001' },
  'message.edited',
);
add(
  'a vote',
  '← Klaus: voted «Yes» in «Lunch?»',
  {
    vote: {
      id: `false_${chat}_VOTEWEB1`,
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
  { after: message({}, { type: 'revoked' }), before: null, revokedMessageId: '3EB0WEB001' },
  'message.revoked',
);
add(
  'a text in a group, with a name',
  '← Klaus: @Ana are you coming?',
  message(
    { body: `@${ana} are you coming?` },
    { mentionedJidList: [{ _serialized: `${ana}@c.us` }] },
    { inGroup: true },
  ),
);
add(
  'who was added to a group',
  '← Klaus: added Ana',
  {
    type: 'join',
    timestamp: beginsAt + (next += 1),
    group: { id: groupJid },
    participants: [{ id: `${ana}@c.us`, role: 'participant' }],
    _data: { author: { _serialized: chat } },
  },
  'group.v2.participants',
);
add(
  'a message nobody knows',
  '← Klaus: (a message this source could not read; see the phone)',
  message({}, { type: 'unknown' }),
);
add('an encryption notice', null, message({}, { type: 'e2e_notification' }));
add(
  'a setting of disappearing messages',
  null,
  message({}, { type: 'notification_template', subtype: 'disappearing_mode' }),
);
add('an album’s header', null, message({}, { type: 'album' }));
add('a pin', null, message({}, { type: 'pinned_message' }));
add('a group’s notice as a message', null, message({}, { type: 'gp2', subtype: 'add' }, { inGroup: true }));
add('a receipt', null, { ...message({}, {}), ack: 3, ackName: 'READ' }, 'message.ack');
add('a story', null, {
  ...message({ body: 'My day' }, {}),
  id: `false_status@broadcast_STORY1_${chat}`,
  from: 'status@broadcast',
});

export const webjs: readonly Sample[] = samples;
