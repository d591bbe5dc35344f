/**
 * Sets this process's wall clock ahead (or behind, when negative) of the machine's: `Date.now()` and `new Date()`. Monotonic
 * clocks and timers go on as they are, as on a machine whose clock was set wrongly.
 */
export function setClockAhead(skewMs: number): void {
  if (skewMs === 0) return;
  const real = Date;
  const now = () => real.now() + skewMs;
  globalThis.Date = new Proxy(real, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as Date,
    apply: () => new real(now()).toString(),
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  });
}
