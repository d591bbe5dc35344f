import type { FileAnswers, FileFacts, FileSurroundings } from '../../../domain/export/chat-file';
import { settleReading } from '../../../domain/export/settle';

const factsOf = (names: string[], changes: Partial<FileFacts> = {}): FileFacts => ({
  ...{ pieces: 10, authors: names.map((name) => ({ name, messages: 5 })), written: names, files: 0 },
  ...{ dayOrders: ['dmy'], example: '31/12/24', title: null, ...changes },
});
const around: FileSurroundings = {
  timeZone: 'Europe/Berlin',
  account: { e164: '+4930111222', names: ['Sales'] },
  ...{ numbers: [], named: [] },
  groups: [{ chatId: 'g1', title: 'Project X', groupJid: '1203@g.us', keys: [] }],
};
const settle = (facts: FileFacts, answers: FileAnswers = {}, changes: Partial<FileSurroundings> = {}) =>
  settleReading({ facts, answers, around: { ...around, ...changes } }, (title) => `${title}@g.us`);

const jane = { name: 'Jane', e164: '+491701234567' };

test.each<[string, FileFacts, Partial<FileSurroundings>, object]>([
  ['our account’s name is us', factsOf(['Jane', 'sales']), {}, { me: 'sales', e164: null }],
  ['the phone calls its owner so', factsOf(['Jane', 'You']), {}, { me: 'You', e164: null }],
  [
    'the archive names the other one',
    factsOf(['Jane', 'Tom'], { title: 'Jane' }),
    {},
    { me: 'Tom', e164: null },
  ],
  [
    'one person of that name is known',
    factsOf(['Jane', 'Sales']),
    { numbers: [{ ...jane, isCertain: false }] },
    { me: 'Sales', e164: jane.e164 },
  ],
  [
    'two people of that name are known',
    factsOf(['Jane', 'Sales']),
    { numbers: [jane, { ...jane, e164: '+491709999999' }].map((one) => ({ ...one, isCertain: false })) },
    { me: 'Sales', e164: null },
  ],
])('it is asked with a suggestion: %s', (_why, facts, changes, suggested) => {
  expect(settle(facts, {}, changes)).toMatchObject({ asks: ['me', 'phone'], suggested });
});

test('what is certain is not asked', () => {
  const numbers = [
    { name: '+49 30 111222', e164: '+4930111222', isCertain: true },
    { name: '+49 170 1234567', e164: jane.e164, isCertain: true },
  ];
  const facts = factsOf(numbers.map(({ name }) => name));
  expect(settle(facts, {}, { numbers })).toMatchObject({
    ...{ me: '+49 30 111222', dayOrder: 'dmy', timeZone: 'Europe/Berlin' },
    chat: { kind: 'direct', e164: jane.e164 },
  });
});

test('a group is the one that somebody says, known or new; a name that fits is a suggestion', () => {
  const facts = factsOf(['Jane', 'Tom', 'Sales'], { title: 'project x', dayOrders: ['dmy', 'mdy'] });
  expect(settle(facts)).toMatchObject({
    asks: ['dayOrder', 'me', 'group'],
    suggested: { groupChatId: 'g1' },
  });
  const said = { me: 'Sales', dayOrder: 'mdy', participants: [jane, { ...jane, name: 'Nobody' }] } as const;
  expect(settle(facts, { ...said, participants: [...said.participants], groupChatId: 'g1' })).toMatchObject({
    ...{ dayOrder: 'mdy', participants: [jane], chat: { kind: 'group', groupJid: '1203@g.us', title: null } },
  });
  expect(settle(facts, { me: '', dayOrder: 'dmy', groupTitle: 'New' })).toMatchObject({
    ...{ me: null, chat: { kind: 'group', groupJid: 'New@g.us', title: 'New' } },
  });
});
