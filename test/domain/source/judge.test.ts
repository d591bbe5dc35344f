import { notePause, usualQuietMs } from '../../../domain/source/habit';
import { judgeSource, type Judgement, type SourceFacts } from '../../../domain/source/judge';
import { adviceOf } from '../../../domain/source/advice';
import { passedMs } from '../../../domain/source/waking-time';

/** A Thursday; 12:00 in Berlin is 11:00 UTC. */
const clock = (time: string, day = 26) =>
  new Date(`2026-11-${String(day).padStart(2, '0')}T${time}:00+01:00`);
const timeZone = 'Europe/Berlin';
const hourMs = 3_600_000;

const facts = (change: Partial<SourceFacts> = {}): SourceFacts => ({
  now: clock('12:00'),
  timeZone,
  createdAt: clock('08:00', 2),
  lastEventAt: clock('11:50'),
  word: null,
  wellAt: null,
  probe: null,
  hasHeartbeats: false,
  habit: { pauses: [] },
  settings: { quietAfterMs: 'usual', countNights: false },
  ...change,
});
const said = (word: string, since: string, at = since) => ({ word, since: clock(since), at: clock(at) });
const connected: Judgement = {
  ...{ state: 'connected', code: 'connected', since: clock('08:00') },
  ...{ aliveUntil: null, wellSince: null },
};
const codeOf = (change: Partial<SourceFacts>, before: Judgement | null = connected, changes = 0) =>
  judgeSource(facts(change), before, changes)?.code ?? null;

test.each<[string, Partial<SourceFacts>, string | null, string | null]>([
  ['messages come', {}, 'connected', 'connected'],
  ['it says it needs a QR code', { word: said('SCAN_QR_CODE', '11:55') }, 'scan_needed', 'needs-qr'],
  ['it waits for a passkey', { word: said('PASSKEY_REQUIRED', '11:55') }, 'scan_needed', 'needs-qr'],
  ['it was logged out', { word: said('logged_out', '11:55') }, 'logged_out', 'logged-out'],
  ['its session failed', { word: said('FAILED', '11:55') }, 'session_failed', 'logged-out'],
  ['its session is stopped', { word: said('STOPPED', '11:55') }, 'session_stopped', 'unreachable'],
  ['its tab is closed', { word: said('tab_closed', '11:55') }, 'tab_closed', 'unreachable'],
  ['its number is blocked', { word: said('blocked', '11:55') }, 'number_blocked', 'blocked'],
  ['it says what we do not know', { word: said('DANCING', '11:55') }, 'connected', 'connected'],
  ['it says a name of JavaScript', { word: said('constructor', '11:55') }, 'connected', 'connected'],
  [
    'it does not answer',
    { probe: { outcome: 'no-answer', since: clock('11:55'), at: clock('11:58') } },
    'no_answer',
    'unreachable',
  ],
  [
    'it did not answer once',
    { probe: { outcome: 'no-answer', since: clock('11:58'), at: clock('11:58') } },
    'connected',
    'connected',
  ],
  [
    'it refuses our key',
    { probe: { outcome: 'refused', since: clock('11:40'), at: clock('11:58') } },
    'key_refused',
    'blocked',
  ],
  [
    'its heartbeats stopped',
    { hasHeartbeats: true, word: said('connected', '08:00', '11:40'), lastEventAt: clock('11:30') },
    'no_heartbeat',
    'unreachable',
  ],
  ['it is silent for longer than usual', { lastEventAt: clock('09:00', 24) }, 'quiet_too_long', 'quiet'],
])('the state when %s', (_, change, code, state) => {
  const judged = judgeSource(facts(change), connected, 0);
  expect([judged?.code, judged?.state]).toEqual([code, state]);
  expect(adviceOf(judged?.code ?? 'connected', 'waha')).toMatch(/\.$/);
});

test('nothing is said of a source of which nothing is known, until it should have said something', () => {
  const fresh = { lastEventAt: null, createdAt: clock('11:00') };
  expect(codeOf(fresh, null)).toBeNull();
  expect(codeOf({ ...fresh, createdAt: clock('08:00', 23) }, null)).toBe('nothing_yet');
});

test('a restart that passes within a minute is no trouble', () => {
  const word = said('STOPPED', '12:00');
  expect(codeOf({ word })).toBe('connected');
  expect(codeOf({ word, now: clock('12:01') })).toBe('session_stopped');
});

test('messages that come in spite of a bad word count more; stragglers do not', () => {
  const word = said('SCAN_QR_CODE', '11:45');
  expect(codeOf({ word, lastEventAt: clock('11:46') })).toBe('scan_needed');
  expect(codeOf({ word, lastEventAt: clock('11:50') })).toBe('connected');
});

test('the worst of several troubles is told', () => {
  const word = said('SCAN_QR_CODE', '11:55');
  const probe = { outcome: 'refused', since: clock('11:55'), at: clock('11:59') } as const;
  expect(codeOf({ word, probe })).toBe('key_refused');
});

test('a trouble knows the last sign of life before it, and keeps it while the trouble changes', () => {
  const probe = { outcome: 'no-answer', since: clock('11:55'), at: clock('11:59') } as const;
  const down = judgeSource(facts({ probe }), connected, 0);
  expect(down).toMatchObject({ code: 'no_answer', aliveUntil: clock('11:50') });
  const scan = judgeSource(facts({ word: said('SCAN_QR_CODE', '11:59') }), down, 1);
  expect(scan).toMatchObject({ code: 'scan_needed', aliveUntil: clock('11:50') });
});

test('nights do not count, unless somebody wants them to', () => {
  const habit = { pauses: ['23', '24', '25'].map((day) => ({ day: `2026-11-${day}`, ms: 2 * hourMs })) };
  const night = { now: clock('06:59', 27), lastEventAt: clock('21:00'), habit };
  expect(codeOf(night)).toBe('connected');
  expect(codeOf({ ...night, now: clock('11:00', 27) })).toBe('quiet_too_long');
  const settings = { quietAfterMs: 'usual', countNights: true } as const;
  expect(codeOf({ ...night, settings })).toBe('quiet_too_long');
  const beats = {
    hasHeartbeats: true,
    word: said('connected', '08:00', '21:59'),
    lastEventAt: clock('21:30'),
  };
  expect(codeOf({ ...beats, now: clock('07:10', 27) })).toBe('connected');
  expect(codeOf({ ...beats, now: clock('07:20', 27) })).toBe('no_heartbeat');
});

test('quiet is what somebody set, or twice the longest pause of two weeks', () => {
  const set = (quietAfterMs: number | 'never') => ({ settings: { quietAfterMs, countNights: false } });
  expect(codeOf({ lastEventAt: clock('10:30'), ...set(hourMs) })).toBe('quiet_too_long');
  expect(codeOf({ lastEventAt: clock('08:00', 3), ...set('never') })).toBe('connected');
  const chatty = ['20', '23', '24'].reduce((habit, day) => notePause(habit, `2026-11-${day}`, 90 * 60_000), {
    pauses: [] as { day: string; ms: number }[],
  });
  expect(usualQuietMs(chatty)).toBe(3 * hourMs);
  expect(usualQuietMs(notePause(chatty, '2026-11-24', 4 * hourMs))).toBe(8 * hourMs);
  const long = Array.from({ length: 40 }, (_, index) => index + 10).reduce(
    (habit, day) => notePause(habit, `2026-10-${day}`, hourMs),
    { pauses: [] as { day: string; ms: number }[] },
  );
  expect(long.pauses).toHaveLength(14);
});

test('a source that comes and goes is put on trial before it is believed', () => {
  let judged: Judgement | null = connected;
  const changedAt: number[] = [];
  for (let minute = 0; minute < 120; minute += 1) {
    const now = new Date(clock('12:00').getTime() + minute * 60_000);
    const since = new Date(now.getTime() - (minute % 2) * 60_000);
    const word = { word: minute % 4 < 2 ? 'STOPPED' : 'WORKING', since, at: now };
    const changes = changedAt.filter((at) => at > now.getTime() - hourMs).length;
    const next: Judgement | null = judgeSource(facts({ now, word, lastEventAt: null }), judged, changes);
    if (next?.state !== judged?.state) changedAt.push(now.getTime());
    judged = next;
  }
  expect(changedAt.length).toBeLessThan(18);
});

test('waking time knows days, nights and the hour that a clock is put back', () => {
  const passed = (from: Date, to: Date) => passedMs(from, to, { timeZone, countNights: false }) / hourMs;
  expect(passed(clock('12:00'), clock('13:30'))).toBe(1.5);
  expect(passed(clock('20:00'), clock('09:00', 27))).toBe(4);
  expect(passed(clock('23:00'), clock('06:00', 27))).toBe(0);
  expect(passed(clock('12:00', 20), clock('12:00', 27))).toBe(7 * 15);
  expect(passed(clock('13:00'), clock('12:00'))).toBe(0);
  const [before, after] = [new Date('2026-10-24T12:00:00+02:00'), new Date('2026-10-25T12:00:00+01:00')];
  expect(passed(before, after)).toBe(15);
});
