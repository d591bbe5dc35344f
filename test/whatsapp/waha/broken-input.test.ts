import fc from 'fast-check';
import { readSessionStatus } from '../../../whatsapp/waha/session-status';
import { translateWaha } from '../../../whatsapp/waha/translate';
import { sentAtSeconds, group, own, translate, incoming, inGroup } from '../../scenes/waha-events';

const broken: [code: string, event: string, payload: unknown][] = [
  ['bad_payload', 'message.any', null],
  ['bad_payload', 'message.any', incoming({ id: 7 })],
  ['bad_payload', 'message.any', incoming({ body: { text: 'secret words' } })],
  ['bad_payload', 'message.reaction', incoming()],
  ['bad_payload', 'message.revoked', { revokedMessageId: '3EB001' }],
  ['bad_id', 'message.any', incoming({ id: 'false_nothing' })],
  ['bad_id', 'message.any', incoming({ id: '' })],
  ['bad_chat_id', 'message.any', incoming({ id: 'false_ana@c.us_3EB001' })],
  ['bad_chat_id', 'message.any', incoming({ id: '3EB001', from: null })],
  ['missing_from_me', 'message.any', incoming({ id: '3EB001', fromMe: null })],
  ['missing_sender', 'message.any', inGroup({ id: `false_${group}_3EB003`, participant: null })],
  ['bad_timestamp', 'message.any', incoming({ timestamp: 'soon' })],
  ['bad_timestamp', 'message.any', incoming({ timestamp: sentAtSeconds + 300_000_000 })],
  ['missing_target', 'message.edited', incoming()],
  ['missing_target', 'message.reaction', incoming({ reaction: { text: '👍' } })],
  ['missing_target', 'message.revoked', { after: incoming(), before: null }],
  ['not_decrypted', 'message.any', incoming({ body: '', _data: { type: 'ciphertext' } })],
];

test.each(broken)('%s: %s that cannot be understood', (code, event, payload) => {
  const translation = translate(event, payload);
  expect(translation).toMatchObject({ kind: 'unreadable', unreadable: { code } });
  expect(JSON.stringify(translation)).not.toMatch(/4917|Klaus|secret|morning/);
});

test('only a session.status event tells a state, and only one that we know', () => {
  expect(readSessionStatus({ event: 'session.status', payload: { status: 'WORKING', statuses: [] } })).toBe(
    'WORKING',
  );
  expect(readSessionStatus({ event: 'session.status', payload: { status: 'DANCING' } })).toBeNull();
  expect(readSessionStatus({ event: 'message', payload: { status: 'WORKING' } })).toBeNull();
  expect(readSessionStatus(null)).toBeNull();
});

const events = ['message.any', 'message.reaction', 'message.edited', 'message.revoked'];

test('whatever JSON arrives, a translation comes out and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.constantFrom(...events), fc.jsonValue(), fc.jsonValue(), (event, payload, data) => {
      translateWaha(payload);
      translateWaha({ event, payload });
      const bent = { ...incoming({ _data: data }), ...(typeof payload === 'object' ? payload : {}) };
      expect(translateWaha({ event, me: data, payload: bent })).toHaveLength(1);
    }),
  );
});

test('any field may be anything and nothing is thrown', () => {
  const fields = Object.keys(
    incoming({ reaction: {}, editedMessageId: '', location: {}, media: {}, replyTo: {}, after: {} }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...events),
      fc.constantFrom(...fields),
      fc.jsonValue(),
      (event, field, value) => {
        const payload = incoming({
          editedMessageId: '3EB0',
          reaction: { text: '', messageId: '3EB0' },
          [field]: value,
        });
        expect(translateWaha({ event, me: own, payload })).toHaveLength(1);
      },
    ),
    { numRuns: 500 },
  );
});
