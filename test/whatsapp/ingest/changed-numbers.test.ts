import { translate, messageOf, phoneKey, lidKey, bsuidKey } from '../../scenes/ingest-items';

const changed = (system: object, more: object = {}) =>
  translate({
    type: 'system',
    text: null,
    sender: null,
    system: { kind: 'number_changed', ...system },
    ...more,
  });

test('a notice of a changed number names the old and the new one, and is told in the chat', () => {
  const told = messageOf(changed({ phone: '+491709999999', bsuid: 'DE.2', lid: '4639135154355' }));
  expect(told).toMatchObject({
    kind: 'system',
    text: 'The number changed from +491701234567 to +491709999999.',
    numberChange: {
      from: phoneKey('+491701234567'),
      to: [phoneKey('+491709999999'), lidKey('4639135154355'), bsuidKey('account/unknown', 'DE.2')],
    },
  });
  const inNewChat = changed(
    { phone: '+491709999999', previousPhone: '+491701234567' },
    { chatId: '491709999999@c.us', text: 'Klaus changed the number' },
  );
  expect(messageOf(inNewChat)).toMatchObject({
    text: 'Klaus changed the number',
    numberChange: { from: phoneKey('+491701234567') },
  });
});

test('marks of the direction of writing around a number change nothing of it', () => {
  const system = { previousPhone: '\u200e+491701234567', phone: '\u200e+573001112222\u200e' };
  expect(messageOf(changed(system))).toMatchObject({
    numberChange: { from: phoneKey('+491701234567'), to: [phoneKey('+573001112222')] },
  });
});

test.each([
  [{ phone: '0170 9999999' }, {}],
  [{ phone: '+491709999999', previousPhone: '0170' }, {}],
  [{ phone: '+491709999999', lid: 'x' }, {}],
  [{ phone: '+491709999999' }, { chatId: '4639135154355@lid' }],
  [{ phone: '+491709999999', kind: 'moved' }, {}],
  [{}, {}],
])('the notice %j %j is kept with its reason', (system, more) => {
  expect(changed(system, more)).toMatchObject({ kind: 'unreadable', unreadable: { code: 'bad_system' } });
});
