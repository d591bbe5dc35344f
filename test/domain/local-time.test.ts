import fc from 'fast-check';
import { fromClock, toClock, toOffset, toPeriod } from '../../domain/local-time';

const berlin = 'Europe/Berlin';
const saoPaulo = 'America/Sao_Paulo';
const kolkata = 'Asia/Kolkata';

const moments: [at: string, timeZone: string, day: string, time: string, offset: string][] = [
  ['2026-11-25T13:03:22Z', berlin, '2026-11-25', '14:03:22', 'UTC+01:00'],
  ['2026-07-25T13:03:22Z', berlin, '2026-07-25', '15:03:22', 'UTC+02:00'],
  // Into summer time: 02:00 does not exist.
  ['2026-03-29T00:59:59Z', berlin, '2026-03-29', '01:59:59', 'UTC+01:00'],
  ['2026-03-29T01:00:00Z', berlin, '2026-03-29', '03:00:00', 'UTC+02:00'],
  // Out of it: 02:30 comes twice, and only the offset tells which one.
  ['2026-10-25T00:30:00Z', berlin, '2026-10-25', '02:30:00', 'UTC+02:00'],
  ['2026-10-25T01:30:00Z', berlin, '2026-10-25', '02:30:00', 'UTC+01:00'],
  ['2026-12-31T23:00:00Z', berlin, '2027-01-01', '00:00:00', 'UTC+01:00'],
  // Brazil gave summer time up in 2019: what was said before still shows the clock of then.
  ['2018-11-04T02:59:59Z', saoPaulo, '2018-11-03', '23:59:59', 'UTC-03:00'],
  ['2018-11-04T03:00:00Z', saoPaulo, '2018-11-04', '01:00:00', 'UTC-02:00'],
  ['2019-02-17T01:59:59Z', saoPaulo, '2019-02-16', '23:59:59', 'UTC-02:00'],
  ['2019-02-17T02:00:00Z', saoPaulo, '2019-02-16', '23:00:00', 'UTC-03:00'],
  ['2026-01-15T02:00:00Z', saoPaulo, '2026-01-14', '23:00:00', 'UTC-03:00'],
  ['2026-11-25T18:29:59Z', kolkata, '2026-11-25', '23:59:59', 'UTC+05:30'],
  ['2026-11-25T18:30:00Z', kolkata, '2026-11-26', '00:00:00', 'UTC+05:30'],
  ['2024-02-29T12:00:00Z', 'UTC', '2024-02-29', '12:00:00', 'UTC+00:00'],
];

test.each(moments)('%s in %s is %s %s %s', (at, timeZone, day, time, offset) => {
  expect(toClock(new Date(at), timeZone)).toEqual({ day, time });
  expect(toOffset(new Date(at), timeZone)).toBe(offset);
});

const periods: [from: string, to: string, timeZone: string, period: string][] = [
  ['2026-11-25T13:03:22Z', '2026-11-25T13:03:59Z', berlin, '2026-11-25 14:03'],
  ['2026-11-25T13:03:22Z', '2026-11-25T13:07:01Z', berlin, '2026-11-25 14:03–14:07'],
  ['2026-11-25T22:58:00Z', '2026-11-25T23:01:00Z', berlin, '2026-11-25 23:58 – 2026-11-26 00:01'],
  ['2026-11-25T22:58:00Z', '2026-11-25T23:01:00Z', kolkata, '2026-11-26 04:28–04:31'],
  ['2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z', berlin, '2026-03-29 01:59–03:00'],
  ['2018-11-04T02:59:00Z', '2018-11-04T03:00:00Z', saoPaulo, '2018-11-03 23:59 – 2018-11-04 01:00'],
];

test.each(periods)('from %s to %s in %s is %s', (from, to, timeZone, period) => {
  expect(toPeriod(new Date(from), new Date(to), timeZone)).toBe(period);
});

test('day, time and offset together are the moment again, to the second', () => {
  const at = fc.date({
    min: new Date('2015-01-01T00:00:00Z'),
    max: new Date('2035-01-01T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(at, fc.constantFrom(berlin, saoPaulo, kolkata, 'UTC', 'Pacific/Chatham'), (moment, zone) => {
      const { day, time } = toClock(moment, zone);
      const told = new Date(`${day}T${time}${toOffset(moment, zone).slice('UTC'.length)}`);
      expect(told.getTime()).toBe(Math.floor(moment.getTime() / 1_000) * 1_000);
    }),
    { numRuns: 1_000 },
  );
});

test('a time that a clock shows is found again by it', () => {
  const at = fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(at, fc.constantFrom(berlin, saoPaulo, kolkata, 'UTC', 'Pacific/Chatham'), (moment, zone) => {
      const shown = toClock(moment, zone);
      const [year = 0, month = 0, day = 0] = shown.day.split('-').map(Number);
      const [hour = 0, minute = 0, second = 0] = shown.time.split(':').map(Number);
      const found = fromClock({ year, month, day, hour, minute, second }, zone);
      expect(toClock(found, zone)).toEqual(shown);
    }),
    { numRuns: 500 },
  );
});
