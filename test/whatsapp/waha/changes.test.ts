import { translate, messageOf, incoming, outgoing, inGroup } from '../../scenes/waha-events';

test('a reaction tells which message it is for, and an empty one takes it back', () => {
  const reaction = (text: string, messageId: string) =>
    incoming({
      id: 'false_491701234567@c.us_3EB010',
      timestamp: 1795300000.853,
      reaction: { text, messageId },
    });
  expect(
    messageOf(translate('message.reaction', reaction('👍', 'true_491701234567@c.us_3EB002'))),
  ).toMatchObject({
    event: 'reaction',
    stanzaId: '3EB002',
    changeId: '3EB010',
    text: '👍',
    fromMe: false,
    sentAt: new Date(1_795_300_000_853),
  });
  expect(messageOf(translate('message.reaction', reaction('', '3EB002')))).toMatchObject({
    stanzaId: '3EB002',
    text: '',
  });
});

test('an edit tells the new words of the message it changes', () => {
  const edit = incoming({
    id: 'false_491701234567@c.us_3EB011',
    editedMessageId: '3EB001',
    body: 'Good evening',
    _data: { message: { protocolMessage: { type: 14, editedMessage: { conversation: 'Good evening' } } } },
  });
  expect(messageOf(translate('message.edited', edit))).toMatchObject({
    event: 'edit',
    stanzaId: '3EB001',
    changeId: '3EB011',
    kind: 'text',
    text: 'Good evening',
  });
  const bare = { ...edit, _data: { Message: { protocolMessage: { type: 14 } } } };
  expect(messageOf(translate('message.edited', bare))).toMatchObject({ kind: 'text', text: 'Good evening' });
});

test('two edits under one id are two changes, and each redelivered is one', () => {
  const edit = (body: string) => incoming({ editedMessageId: 'false_491701234567@c.us_3EB001', body });
  const changeIdOf = (body: string) => messageOf(translate('message.edited', edit(body))).changeId;
  expect(changeIdOf('one')).toBe(changeIdOf('one'));
  expect(changeIdOf('one')).not.toBe(changeIdOf('two'));
});

test('a revoke tells which message is gone', () => {
  const after = incoming({ id: 'false_491701234567@c.us_3EB012', body: '' });
  const told = { event: 'revoke', stanzaId: '3EB001', changeId: '3EB012', text: null };
  expect(
    messageOf(translate('message.revoked', { revokedMessageId: '3EB001', after, before: null })),
  ).toMatchObject(told);
  expect(messageOf(translate('message.revoked', { ...after, revokedMessageId: '3EB001' }))).toMatchObject(
    told,
  );
  expect(messageOf(translate('message.revoked', { after, before: incoming() }))).toMatchObject(told);
});

test.each([
  ['a story', incoming({ id: 'false_status@broadcast_3EB0_491701234567@c.us', from: 'status@broadcast' })],
  ['a channel', incoming({ id: 'false_120363144038483540@newsletter_3EB0' })],
  ['Meta AI', incoming({ id: 'false_13135550002@c.us_3EB0' })],
  ['WhatsApp itself', incoming({ id: 'false_0@c.us_3EB0' })],
  ['a note to ourselves', outgoing({ id: 'true_4930111222@c.us_3EB0_out', to: '4930111222@c.us' })],
  ['a note to ourselves under our LID', outgoing({ id: 'true_99887766554433@lid_3EB0' })],
  ['an encryption notice', incoming({ _data: { type: 'e2e_notification' } })],
  ['a group notice', inGroup({ _data: { type: 'gp2' } })],
  ['a key exchange', incoming({ body: null, _data: { message: { protocolMessage: { type: 5 } } } })],
  [
    'a reaction that comes as a message',
    incoming({ body: null, _data: { message: { reactionMessage: {} } } }),
  ],
])('%s is ignored', (_name, payload) => {
  expect(translate('message.any', payload).kind).toBe('ignored');
});

test.each([
  'message.ack',
  'message.ack.group',
  'message.waiting',
  'presence.update',
  'session.status',
  'call.accepted',
  'label.upsert',
])('the event %s is ignored and says so', (event) => {
  expect(translate(event, { anything: true })).toEqual({
    kind: 'ignored',
    reason: `not a message: ${event}`,
  });
});
