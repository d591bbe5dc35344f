import type { Limits } from '../portal-options';

/** The portal's leaky bucket: each HTTP request adds one, `drainPerSecond` leak out, above `burst` is refused. */
export class RequestBucket {
  private level = 0;
  private filledAtMs = 0;
  /** The fullest it was since `resetPeak`. */
  peak = 0;

  constructor(private readonly limits: Limits) {}

  /** False: this request is over the limit. A refused request adds nothing. */
  take(nowMs: number): boolean {
    const { drainPerSecond, burst, clockSpeed } = this.limits;
    const passedSeconds = (Math.max(0, nowMs - this.filledAtMs) / 1000) * clockSpeed;
    this.level = Math.max(0, this.level - passedSeconds * drainPerSecond);
    this.filledAtMs = nowMs;
    if (this.level + 1 > burst) return false;
    this.level += 1;
    this.peak = Math.max(this.peak, this.level);
    return true;
  }

  resetPeak(): void {
    this.peak = this.level;
  }
}
