import { sizeCache } from '../../worker/cache-size';

const gb = 1_000_000_000;

test.each([
  ['a small container', { memoryBytes: 0.5 * gb, linksInRounds: 5_000 }, 166, 'memory'],
  ['a container that holds nothing more', { memoryBytes: 0.3 * gb, linksInRounds: 5_000 }, 50, 'memory'],
  [
    'few links in rounds on a large machine',
    { memoryBytes: 24 * gb, linksInRounds: 12 },
    500,
    'the usual least',
  ],
  ['a thousand in rounds', { memoryBytes: 24 * gb, linksInRounds: 1_000 }, 1_200, 'the links in rounds'],
  [
    'ten thousand in rounds',
    { memoryBytes: 24 * gb, linksInRounds: 10_000 },
    2_000,
    'the cost of looking through them',
  ],
] as const)('%s', (_what, facts, workflows, by) => {
  expect(sizeCache({ ...facts, wanted: null })).toEqual({ workflows, by });
});

test('somebody who knows better decides', () => {
  expect(sizeCache({ memoryBytes: gb, linksInRounds: 0, wanted: 3_000 })).toEqual({
    workflows: 3_000,
    by: 'the setting',
  });
});
