import type { IncomingMessage, Translation } from '../../../domain/message';
import { translateWaha } from '../../../whatsapp/waha/translate';
import {
  group,
  incoming,
  inGroup,
  messageOf,
  own,
  receivedAt,
  sentAtSeconds,
  translate,
} from '../../scenes/waha-events';

const klaus = '491701234567@c.us';
const vote = (change: object = {}) => ({
  vote: {
    id: `false_${klaus}_83ACBE60`,
    to: 'me',
    from: klaus,
    fromMe: false,
    selectedOptions: ['Mon', 'Tue'],
    timestamp: sentAtSeconds,
    ...change,
  },
  poll: { id: `true_${klaus}_BAE5F2EF`, to: klaus, from: 'me', fromMe: true },
});

test('a vote is a change of its poll, and every tap is one', () => {
  const first = messageOf(translate('poll.vote', vote()));
  expect(first).toMatchObject({
    event: 'vote',
    stanzaId: 'BAE5F2EF',
    fromMe: false,
    chat: { kind: 'direct', peer: { aliases: [{ key: 'phone:+491701234567' }] } },
    details: { choices: ['Mon', 'Tue'] },
  });
  expect(messageOf(translate('poll.vote', vote()))).toEqual(first);
  const next = messageOf(translate('poll.vote', vote({ selectedOptions: [] })));
  expect(next.details).toEqual({ choices: [] });
  expect(next.changeId).not.toBe(first.changeId);
});

test('a vote that could not be decrypted has no choice', () => {
  const failed = messageOf(translate('poll.vote.failed', vote({ selectedOptions: [] })));
  expect(failed).toMatchObject({ event: 'vote', stanzaId: 'BAE5F2EF' });
  expect(failed.details).toBeUndefined();
});

test('a vote in a group is its voter’s, with an id or without', () => {
  const inOne = { id: `false_${group}_1C18`, to: group };
  expect(messageOf(translate('poll.vote', vote(inOne)))).toMatchObject({
    chat: { kind: 'group', groupJid: group },
    sender: { aliases: [{ key: 'phone:+491701234567' }] },
  });
  expect(messageOf(translate('poll.vote', vote({ id: null, to: group })))).toMatchObject({
    chat: { kind: 'group', groupJid: group },
    event: 'vote',
  });
});

test.each([
  ['GOING', 1, { answer: 'going', guests: 1 }],
  ['NOT_GOING', 0, { answer: 'not going' }],
  ['MAYBE', null, { answer: 'maybe' }],
])('the answer %s to an event is a change of it', (response, extraGuestCount, attendance) => {
  const payload = incoming({
    body: null,
    eventCreationKey: { id: `true_${klaus}_3EBAAA` },
    eventResponse: { response, extraGuestCount },
  });
  expect(messageOf(translate('event.response', payload))).toMatchObject({
    event: 'response',
    stanzaId: '3EBAAA',
    changeId: '3EB001',
    details: { attendance },
  });
});

test('an answer that nobody knows is told without it', () => {
  const payload = incoming({
    body: null,
    eventCreationKey: { id: '3EBAAA' },
    eventResponse: { response: 'X' },
  });
  expect(messageOf(translate('event.response.failed', payload)).details).toBeUndefined();
});

const members = (type: string, change: object = {}) => ({
  type,
  timestamp: sentAtSeconds,
  group: { id: group },
  participants: [{ id: klaus, role: 'participant' }],
  ...change,
});
const byAna = { _data: { author: '5541998773200@c.us' } };
const noted = (translation: Translation) => {
  const { sender, details, fromMe } = messageOf(translation);
  return { by: fromMe ? 'us' : (sender?.aliases[0]?.key ?? null), ...details?.group };
};
const klausNamed = [{ key: 'phone:+491701234567' }];

test.each([
  ['join', {}, { by: 'phone:+491701234567', change: 'joined', people: [] }],
  ['join', byAna, { by: 'phone:+5541998773200', change: 'added', people: klausNamed }],
  ['leave', {}, { by: 'phone:+491701234567', change: 'left', people: [] }],
  ['leave', byAna, { by: 'phone:+5541998773200', change: 'removed', people: klausNamed }],
  ['leave', { _data: { Sender: klaus } }, { by: 'phone:+491701234567', change: 'left', people: [] }],
  ['promote', byAna, { by: 'phone:+5541998773200', change: 'promoted', people: klausNamed }],
  ['demote', {}, { by: 'phone:+491701234567', change: 'demoted', people: [] }],
  [
    'join',
    { participants: [{ id: { _serialized: klaus } }, own.id], _data: { author: { _serialized: own.lid } } },
    { by: 'us', change: 'joined', people: klausNamed },
  ],
])('in a group, %s of %j is %j', (type, change, told) => {
  expect(noted(translate('group.v2.participants', members(type, change)))).toEqual(told);
});

test('a notice of a group has one name for all our numbers, and each notice its own', () => {
  const id = (payload: object) => messageOf(translate('group.v2.participants', payload)).stanzaId;
  expect(id(members('join'))).toBe(id({ ...members('join'), _data: { seenBy: 'another' } }));
  const others = [
    members('leave'),
    members('join', { timestamp: sentAtSeconds + 1 }),
    members('join', byAna),
  ];
  expect(new Set([members('join'), ...others].map(id)).size).toBe(4);
});

test('we join and leave by an event of our own', () => {
  const about = { group: { id: group, subject: 'Project X' }, timestamp: sentAtSeconds };
  expect(messageOf(translate('group.v2.join', about))).toMatchObject({
    fromMe: true,
    chat: { title: 'Project X' },
    details: { group: { change: 'joined' } },
  });
  expect(noted(translate('group.v2.leave', about))).toMatchObject({ by: 'us', change: 'left' });
  const ofUs = members('join', { participants: [{ id: own.lid }] });
  expect(translate('group.v2.participants', ofUs).kind).toBe('ignored');
});

test('what changed of a group is told, the whole group is not', () => {
  const update = (fields: object, change: object = {}) =>
    translate('group.v2.update', { group: { id: group, ...fields }, timestamp: sentAtSeconds, ...change });
  expect(noted(update({ subject: 'Project Y' }))).toEqual({
    by: null,
    change: 'subject',
    people: [],
    value: 'Project Y',
  });
  expect(noted(update({ description: '' }, byAna))).toMatchObject({ change: 'description' });
  expect(update({ subject: 'Project Y', description: 'x', invite: 'y' }).kind).toBe('ignored');
  expect(update({ membersCanSendMessages: true }).kind).toBe('ignored');
});

test.each([
  ['group.v2.participants', members('join', { participants: [] })],
  ['group.v2.participants', members('join', { group: { id: klaus } })],
  ['poll.vote', { vote: {}, poll: {} }],
  ['event.response', incoming({ eventCreationKey: {} })],
])('%s that says too little is unreadable', (event, payload) => {
  expect(translate(event, payload).kind).toBe('unreadable');
});

const call = { id: 'AAAA', from: klaus, timestamp: sentAtSeconds, isVideo: true, isGroup: false };
const fromEngine = (engine: string, payload: object) =>
  translateWaha({ event: 'call.received', engine, me: own, payload }, { receivedAt, ownAliases: [] })[0];

test('a call is told once: by its event, or by the message that whatsapp-web.js makes of it', () => {
  expect(messageOf(fromEngine('GOWS', call) as Translation)).toMatchObject({
    kind: 'call',
    stanzaId: 'AAAA',
    details: { call: { isVideo: true } },
  });
  expect(fromEngine('WEBJS', call)?.kind).toBe('ignored');
  expect(fromEngine('NOWEB', { ...call, isGroup: true })?.kind).toBe('ignored');
});

test.each<[object, Partial<IncomingMessage>]>([
  [
    { type: 'call_log', callOutcome: 'Missed', isVideoCall: true },
    { details: { call: { isVideo: true, outcome: 'missed' } } },
  ],
  [{ type: 'call_log', subtype: 'miss' }, { details: { call: { isVideo: false, outcome: 'missed' } } }],
  [
    {
      message: {
        callLogMesssage: { isVideo: false, callOutcome: 'CONNECTED', durationSecs: { low: 65, high: 0 } },
      },
    },
    { details: { call: { isVideo: false, outcome: 'answered', durationMs: 65_000 } } },
  ],
  [{ messageStubType: 41 }, { details: { call: { isVideo: true, outcome: 'missed' } } }],
  [{ messageStubType: 'CALL_MISSED_VOICE' }, { details: { call: { isVideo: false, outcome: 'missed' } } }],
])('a call that comes as %j is read', (_data, told) => {
  expect(messageOf(translate('message.any', incoming({ body: '', _data })))).toMatchObject({
    kind: 'call',
    ...told,
  });
});

test('a notice of whatsapp-web.js changes a number as the one of the ingest API does', () => {
  const _data = {
    type: 'notification_template',
    subtype: 'change_number',
    templateParams: [klaus, { _serialized: '491709999999@c.us' }],
  };
  expect(messageOf(translate('message.any', incoming({ body: '', _data })))).toMatchObject({
    kind: 'system',
    text: 'The number changed from +491701234567 to +491709999999.',
    numberChange: { from: { key: 'phone:+491701234567' }, to: [{ key: 'phone:+491709999999' }] },
  });
  const other = { ..._data, templateParams: [klaus] };
  expect(translate('message.any', incoming({ body: '', _data: other })).kind).toBe('ignored');
});

test('our message to a broadcast list stands in the chat of each recipient', () => {
  const Info = {
    BroadcastRecipients: ['447700900123@s.whatsapp.net', { PN: '447700900456@s.whatsapp.net', LID: '1@lid' }],
  };
  const payload = incoming({
    ...{ id: 'true_1690000000@broadcast_BL1', fromMe: true, from: own.id, to: '1690000000@broadcast' },
    ...{ body: 'Holiday hours', _data: { Info } },
  });
  const told = translateWaha({ event: 'message.any', me: own, payload }, { receivedAt, ownAliases: [] });
  expect(told.map(messageOf)).toMatchObject(
    ['+447700900123', '+447700900456'].map((phone) => ({
      ...{ stanzaId: 'BL1', fromMe: true, text: 'Holiday hours', details: { broadcast: true } },
      chat: { kind: 'direct', peer: { aliases: [{ key: `phone:${phone}` }] } },
    })),
  );
  const unknown = { ...payload, _data: {} };
  expect(translate('message.any', unknown)).toMatchObject({ unreadable: { code: 'unknown_recipients' } });
});

test('what somebody sends to a broadcast list stands in our chat with them', () => {
  const payload = incoming({
    ...{ id: 'false_1716900000@broadcast_B1_447700900123@c.us', from: '1716900000@broadcast' },
    ...{ participant: '447700900123@c.us', body: 'New prices' },
  });
  expect(messageOf(translate('message.any', payload))).toMatchObject({
    chat: { kind: 'direct', peer: { aliases: [{ key: 'phone:+447700900123' }] } },
    sender: { aliases: [{ key: 'phone:+447700900123' }] },
    stanzaId: 'B1',
    details: { broadcast: true },
  });
});

test('what we write in a group of LIDs is ours, whatever the engine calls it', () => {
  const payload = inGroup({ id: `false_${group}_55D2_${own.lid}`, participant: own.lid });
  expect(messageOf(translate('message.any', payload))).toMatchObject({ fromMe: true, sender: null });
});
