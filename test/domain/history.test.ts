import {
  findDueReading,
  narrower,
  nextWindow,
  usualHistoryRules,
  widerAfter,
  type HistoryFacts,
} from '../../domain/history';

const now = new Date('2026-11-26T12:00:00Z');
const at = (clock: string): Date => new Date(`2026-11-26T${clock}Z`);
const noGaps = { from: [], hasNew: false };
const working: HistoryFacts = {
  daysAtConnect: 7,
  caughtUpAt: at('09:10:00'),
  readUpTo: at('11:00:00'),
  nextReadAt: at('12:00:00'),
};

test.each<[string, Partial<HistoryFacts>, { from: Date[]; hasNew: boolean }, unknown]>([
  ['nothing while its session does not work', { caughtUpAt: null }, noGaps, null],
  ['nothing before its time', { nextReadAt: at('12:00:01') }, noGaps, null],
  [
    'what it may have missed, from before what was read last, and again an hour later',
    {},
    noGaps,
    { kind: 'gap', from: at('09:00:00'), isFinal: true, nextReadAt: at('13:00:00') },
  ],
  [
    'a gap that nobody asked about at once, from before its beginning',
    { nextReadAt: at('12:40:00') },
    { from: [at('10:30:00')], hasNew: true },
    { kind: 'gap', from: at('08:30:00'), isFinal: true, nextReadAt: at('13:00:00') },
  ],
  [
    'a session that works again at once, and finally when it has caught up',
    { caughtUpAt: at('12:08:00'), nextReadAt: null },
    noGaps,
    { kind: 'gap', from: at('09:00:00'), isFinal: false, nextReadAt: at('12:08:00') },
  ],
  [
    'the past of a new account not before it has caught up',
    { readUpTo: null, caughtUpAt: at('12:08:00') },
    noGaps,
    null,
  ],
  [
    'the past of a new account once it has, as far back as it was told',
    { readUpTo: null, nextReadAt: null },
    noGaps,
    { kind: 'history', from: new Date('2026-11-19T12:00:00Z'), isFinal: true, nextReadAt: at('13:00:00') },
  ],
  [
    'all of it where all was asked for',
    { readUpTo: null, nextReadAt: null, daysAtConnect: null },
    noGaps,
    { kind: 'history', from: null, isFinal: true, nextReadAt: at('13:00:00') },
  ],
])('an account is due for %s', (_, facts, gaps, due) => {
  expect(findDueReading({ ...working, ...facts }, gaps, usualHistoryRules, now)).toEqual(due);
});

test('windows follow one another without a gap or an overlap, and end at the end', () => {
  const place = { from: at('10:00:00'), readTo: null as Date | null, widthMs: 60_000 };
  const until = at('10:02:30');
  const windows: (readonly [string, string])[] = [];
  for (let window = nextWindow(place, until); window; window = nextWindow(place, until)) {
    windows.push([window.from.toISOString().slice(11, 19), window.to.toISOString().slice(11, 19)]);
    place.readTo = window.to;
  }
  expect(windows).toEqual([
    ['10:00:00', '10:01:00'],
    ['10:01:01', '10:02:01'],
    ['10:02:02', '10:02:30'],
  ]);
});

test('a window is all there is until that was too much, and grows again where little is', () => {
  const all = nextWindow({ from: at('00:00:00'), readTo: null, widthMs: null }, now);
  expect(all).toEqual({ from: at('00:00:00'), to: now });
  const quarter = narrower(all ?? { from: now, to: now });
  expect(quarter).toBe(3 * 3_600_000);
  const less = nextWindow({ from: at('00:00:00'), readTo: null, widthMs: quarter }, now);
  expect(less).toEqual({ from: at('00:00:00'), to: at('03:00:00') });
  expect(widerAfter({ from: at('00:00:00'), to: at('03:00:00') }, 10, 500)).toBe(12 * 3_600_000);
  expect(widerAfter({ from: at('00:00:00'), to: at('03:00:00') }, 400, 500)).toBe(3 * 3_600_000);
});
