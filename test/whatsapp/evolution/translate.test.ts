import { toPhoneAlias } from '../../../domain/identity';
import { listPairs } from '../../../whatsapp/evolution/groups';
import { findMismatch, readConnection, readOwnLids } from '../../../whatsapp/evolution/ownership';
import { listDoubtful } from '../../../whatsapp/evolution/doubtful';
import { listRosters, translateEvolution } from '../../../whatsapp/evolution/translate';
import { linesSaid } from '../../scenes/said-lines';
import { klaus } from '../waha/samples/sample';
import { evolutionSamples, historyBody, ownJid, ownLid, peerJid } from './samples';

const context = {
  receivedAt: new Date('2026-11-22T12:00:00Z'),
  ownAliases: [toPhoneAlias('+4930111222')],
};
const bodyOf = (name: string) => evolutionSamples.find((one) => one.name === name)?.body ?? {};

test.each(evolutionSamples.map((sample) => [sample.name, sample] as const))(
  '%s is a line, unreadable, or nothing',
  (_, { body, line, code }) => {
    const [item, ...more] = translateEvolution(body, context);
    expect(more).toEqual([]);
    const translation = item?.translation;
    if (line === null) {
      const said = translation?.kind === 'unreadable' ? translation.unreadable.code : translation?.kind;
      expect(said).toBe(code ?? 'ignored');
      return;
    }
    if (translation?.kind !== 'message') throw new Error(`no message: ${JSON.stringify(translation)}`);
    expect(linesSaid(translation.message).join('\n')).toContain(line);
  },
);

test('a part of the history is its messages one by one, and what is kept of each has no file and no token in it', () => {
  const items = translateEvolution(historyBody, context);
  expect(items.map(({ translation }) => translation.kind)).toEqual(['message', 'unreadable', 'message']);
  const picture = translateEvolution(bodyOf('a picture with the whole file in it'), context);
  const kept = JSON.stringify([...items, ...picture].map(({ raw }) => raw));
  expect(kept).not.toMatch(/the-instances-token|AAAA/);
  for (const { raw, translation } of items)
    expect(translateEvolution(raw, context)[0]?.translation).toEqual(translation);
});

test('a change is of whom Evolution says the original is, whatever its own key claims', () => {
  const body = bodyOf('an edit by somebody who names us as the chat');
  expect(listDoubtful(body)).toEqual(['3EB0EVO001']);
  const original = { id: '3EB0EVO001', remoteJid: peerJid, fromMe: false };
  const originals = new Map([[original.id, original]]);
  const [edit] = translateEvolution(body, { ...context, originals });
  expect(edit?.translation).toMatchObject({
    message: {
      ...{ event: 'edit', stanzaId: '3EB0EVO001', fromMe: false, text: 'Whose?' },
      chat: { peer: { aliases: [toPhoneAlias(`+${klaus}`)] } },
    },
  });
  const gone = bodyOf('a deletion of which only the id is known');
  const [revoke] = translateEvolution(gone, { ...context, originals });
  expect(revoke?.translation).toMatchObject({ message: { event: 'revoke', fromMe: false } });
  expect(listDoubtful(bodyOf('what was taken back'))).toEqual([]);
});

test('digits of a LID are no phone, and a pair is learnt only where both have their servers', () => {
  const [added] = translateEvolution(bodyOf('somebody added to a group'), context);
  const { details } = (added?.translation as { message: { details: { group: { people: object[] } } } })
    .message;
  expect(details.group.people).toEqual([{ key: 'lid:183081112223334' }]);
  const [roster] = listRosters(bodyOf('a group'), context);
  expect(roster && listPairs(roster)).toEqual([
    { aliases: [toPhoneAlias(`+${klaus}`), { kind: 'lid', key: 'lid:183081112223334' }], name: null },
  ]);
  expect(
    readOwnLids({ event: 'messages.upsert', data: { key: { fromMe: true, participant: ownLid } } }),
  ).toEqual([{ kind: 'lid', key: `lid:${ownLid.split('@')[0]}` }]);
});

test('another instance or number is known by what a body says, and the connection by a plain word', () => {
  const owner = { e164: '+4930111222', instance: 'sales' };
  expect(findMismatch({ instance: 'sales', sender: ownJid }, owner)).toBeNull();
  expect(findMismatch({ instance: 'other', sender: ownJid }, owner)).toBe('wrong_session');
  expect(findMismatch({ instance: 'sales', sender: peerJid }, owner)).toBe('wrong_number');
  const connection = (state: string, statusReason: number) =>
    readConnection({ event: 'connection.update', data: { state, statusReason } });
  expect([connection('open', 200), connection('close', 401), connection('close', 403)]).toEqual([
    'open',
    'logged_out',
    'blocked',
  ]);
  expect(readConnection({ event: 'logout.instance' })).toBe('logged_out');
  expect(readConnection({ event: 'messages.upsert', data: { state: 'open' } })).toBeNull();
});
