import { listComers, readOwnLine } from '../../../whatsapp/export/speakers/own-lines';
import { surveyChat } from '../../../whatsapp/export/survey';

async function* lines(...all: string[]): AsyncGenerator<string> {
  for (const line of all) yield await Promise.resolve(`${line}\n`);
}

const now = new Date('2026-11-26T12:00:00Z');

test.each([
  ['Jane added Tom', ['Jane', 'Tom']],
  ['You added Tom and +49 170 1234567', ['Tom', '+49 170 1234567']],
  ['~\u202fJane added ~\u202fTom, Ann and you', ['Jane', 'Tom', 'Ann']],
  ['Jane created group "Project: X"', ['Jane']],
  ['You created this group', []],
  ["\u202a+49\u00a0170\u00a01234567\u202c joined using this group's invite link", ['+49 170 1234567']],
  ['Jane hat Tom und Ann hinzugefügt.', ['Jane', 'Tom', 'Ann']],
  ['Du hast die Gruppe erstellt', []],
  ['Jane añadió a Tom', ['Jane', 'Tom']],
  ['Jane adicionou Tom e você', ['Jane', 'Tom']],
  ['Jane a ajouté Tom et Ann', ['Jane', 'Tom', 'Ann']],
  ['Jane ha aggiunto Tom', ['Jane', 'Tom']],
  ['Jane heeft Tom toegevoegd', ['Jane', 'Tom']],
  ['Анна добавила Ивана и вас', ['Анна', 'Ивана']],
  ['Ayşe, Can kişisini ekledi', ['Ayşe', 'Can']],
  ['Messages and calls are end-to-end encrypted.', []],
  ['Jane changed the group name from "A: old" to "B added C"', []],
])('who is in the group by %j', (words, names) => {
  const line = readOwnLine(words, false, new Set());
  expect(line && listComers(line)).toEqual(names);
});

test('an iPhone puts its own lines into the mouth of the group: that is its title, and nobody who speaks', async () => {
  const survey = await surveyChat(
    lines(
      '[13.12.24, 14:03:22] Project: X: \u200eMessages and calls are end-to-end encrypted.',
      '[13.12.24, 14:03:22] Project: X: \u200eJane added Tom',
      '[13.12.24, 14:03:23] Jane: hello',
      '[13.12.24, 14:03:24] Tom: \u200eimage omitted',
      '[13.12.24, 14:03:25] Ann: \u200e<attached: 00000042-PHOTO-2024-12-13-14-03-22.jpg>',
    ),
    now,
  );
  expect(survey).toMatchObject({ title: 'Project: X', named: ['Jane', 'Tom'] });
  expect(survey.authors.map(({ name }) => name)).toEqual(['Jane', 'Tom', 'Ann']);
});

test('a contact who only called is the title, not a speaker; where several are silent nobody is', async () => {
  const missed = '[13.12.24, 14:03:22] Jane: \u200eMissed voice call';
  const ours = '[13.12.24, 14:03:23] Sales: hello';
  expect(await surveyChat(lines(missed, ours), now)).toMatchObject({ title: 'Jane', named: [] });
  const other = '[13.12.24, 14:04:22] Tom: \u200eMissed voice call';
  expect(await surveyChat(lines(missed, ours, other), now)).toMatchObject({ title: null });
});
