import fc from 'fast-check';
import { chooseGroup, toNameKey, type KnownGroup, type Named } from '../../../domain/export/choose-group';

const called = (name: string): Named => ({ name, keys: [toNameKey(name)] });
const numbered = (number: string): Named => ({ name: number, keys: [`phone:${number}`] });
const group = (chatId: string, title: string, members: readonly Named[]): KnownGroup => ({
  ...{ chatId, title, groupJid: `${chatId}@g.us`, keys: members.flatMap(({ keys }) => keys) },
});

const [anna, ben, cleo, dan] = ['+491', '+492', '+493', '+494'].map(numbered) as [Named, Named, Named, Named];
const [eva, finn] = ['Eva', 'Finn'].map(called) as [Named, Named];

test.each<[string, KnownGroup[], Named[], string | null, string | null]>([
  [
    'one that was renamed since is found by its people',
    [group('a', 'New', [anna, ben, eva]), group('b', 'Old', [dan])],
    [anna, ben, called(' EVA ')],
    'Old',
    'a',
  ],
  [
    'two of one title are told apart',
    [group('a', 'Team', [cleo, dan]), group('b', 'Team', [anna, ben])],
    [anna, ben],
    'team',
    'b',
  ],
  [
    'of the same people the one that is called so',
    [group('a', 'X', [anna, ben]), group('b', 'Y', [anna, ben])],
    [anna, ben],
    'Y',
    'b',
  ],
  [
    'of the same people the one without others',
    [group('a', 'X', [anna, ben, cleo]), group('b', 'Y', [anna, ben])],
    [anna, ben],
    null,
    'b',
  ],
  ['one of two people is too few', [group('a', 'X', [anna, dan])], [anna, ben], null, null],
  ['two of five people are too few', [group('a', 'X', [anna, ben])], [anna, ben, cleo, dan, eva], null, null],
  [
    'three of six are enough',
    [group('a', 'X', [anna, ben, eva])],
    [anna, ben, cleo, dan, eva, finn],
    null,
    'a',
  ],
  [
    'two that fit equally are nobody’s guess',
    [group('a', 'X', [anna, ben]), group('b', 'X', [anna, ben])],
    [anna, ben],
    'X',
    null,
  ],
  ['a title is enough where no member is known', [group('a', 'X', [])], [anna, ben], 'x', 'a'],
  ['a title is enough where names are all there is', [group('a', 'X', [anna])], [eva, finn], 'X', 'a'],
  [
    'a title is not enough where all of them are others',
    [group('a', 'X', [cleo, dan])],
    [anna, ben],
    'X',
    null,
  ],
  ['no group, no guess', [], [anna, ben], 'X', null],
])('which group a file is of: %s', (_what, groups, named, title, suggested) => {
  expect(chooseGroup(groups, named, title).suggested).toBe(suggested);
});

test('people who agree are counted for every group, the likeliest in front', () => {
  const groups = [group('a', 'X', [dan]), group('b', 'Y', [anna, ben]), group('c', 'Z', [anna, ben, cleo])];
  expect(chooseGroup(groups, [anna, ben, cleo, dan], null)).toEqual({
    ...{ suggested: 'c', participants: 4 },
    groups: [
      { chatId: 'c', title: 'Z', agreeing: 3 },
      { chatId: 'b', title: 'Y', agreeing: 2 },
      { chatId: 'a', title: 'X', agreeing: 1 },
    ],
  });
});

const people = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 });

test('whatever groups there are: the order they come in changes nothing, and what is suggested has half of the people or the title', () => {
  const groups = fc
    .array(fc.record({ title: fc.constantFrom('X', 'Y', 'Z'), of: people }), { maxLength: 6 })
    .map((all) =>
      all.map(({ title, of }, index) =>
        group(
          `g${index}`,
          title,
          of.map((one) => numbered(`+${one}`)),
        ),
      ),
    );
  fc.assert(
    fc.property(groups, people, fc.constantFrom('X', null), (known, of, title) => {
      const named = of.map((one) => numbered(`+${one}`));
      const { suggested, groups: listed } = chooseGroup(known, named, title);
      expect(chooseGroup([...known].reverse(), [...named].reverse(), title).suggested).toBe(suggested);
      expect(listed).toHaveLength(known.length);
      const chosen = listed.find(({ chatId }) => chatId === suggested);
      if (!chosen) return;
      const areEnough = chosen.agreeing >= 2 && chosen.agreeing * 2 >= named.length;
      expect(areEnough || chosen.title === title).toBe(true);
      // Nobody who has more of the people stands behind it.
      const best = Math.max(...listed.map(({ agreeing }) => agreeing));
      expect(!areEnough || chosen.agreeing === best).toBe(true);
    }),
  );
});
