import type { Limits } from '../portal-options';

const basketMs = 60_000;
const basketCount = 10;

interface Usage {
  /** Charged seconds by the number of the minute. */
  baskets: Map<number, number>;
  bannedUntilMs: number;
}

/**
 * Method time in ten one-minute baskets per method. Times are real ms; `clockSpeed` makes the minutes shorter,
 * so that `resetAtMs` is always the real moment at which time comes free.
 */
export class MethodTime {
  private readonly usages = new Map<string, Usage>();

  constructor(private readonly limits: Limits) {}

  isBlocked(method: string, nowMs: number): boolean {
    const usage = this.usages.get(method);
    if (usage === undefined) return false;
    if (this.limits.overrun === 'ban') return nowMs < usage.bannedUntilMs;
    return this.usedSeconds(method, nowMs) > this.limits.operatingLimitSeconds;
  }

  charge(method: string, seconds: number, nowMs: number): void {
    const usage = this.usages.get(method) ?? { baskets: new Map<number, number>(), bannedUntilMs: 0 };
    this.usages.set(method, usage);
    const minute = this.minuteOf(nowMs);
    usage.baskets.set(minute, (usage.baskets.get(minute) ?? 0) + seconds);
    const isOver = this.usedSeconds(method, nowMs) > this.limits.operatingLimitSeconds;
    if (isOver && this.limits.overrun === 'ban') {
      usage.bannedUntilMs = nowMs + (this.limits.banSeconds * 1000) / this.limits.clockSpeed;
      usage.baskets.clear();
    }
  }

  /** Seconds charged to the method in the last ten minutes. */
  usedSeconds(method: string, nowMs: number): number {
    const baskets = this.usages.get(method)?.baskets;
    if (baskets === undefined) return 0;
    const oldest = this.minuteOf(nowMs) - basketCount + 1;
    let used = 0;
    for (const [minute, seconds] of baskets) {
      if (minute < oldest) baskets.delete(minute);
      else used += seconds;
    }
    return used;
  }

  /** When the oldest basket leaves; for a method without any, when one filled now would. */
  resetAtMs(method: string, nowMs: number): number {
    const baskets = this.usages.get(method)?.baskets;
    const first = baskets === undefined ? Infinity : Math.min(...baskets.keys());
    const oldest = Number.isFinite(first) ? first : this.minuteOf(nowMs);
    return ((oldest + basketCount) * basketMs) / this.limits.clockSpeed;
  }

  private minuteOf(nowMs: number): number {
    return Math.floor((nowMs * this.limits.clockSpeed) / basketMs);
  }
}
