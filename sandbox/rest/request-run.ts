import { setTimeout as delay } from 'node:timers/promises';
import type { PortalState } from '../portal-state';
import { RestError, type MethodAnswer, type Params } from './method';
import { findMethod } from './methods';

/** One call: its name in lower case and its parameters, read only when it is carried out. */
export interface Command {
  method: string;
  readParams: () => Params;
}

/** Times of one call or request as `time` shows them: real ms, and the cost in portal ms. */
export interface Span {
  startMs: number;
  finishMs: number;
  costMs: number;
}

/** The outcome of one command. */
export type Outcome =
  { kind: 'done'; answer: MethodAnswer; span: Span } | { kind: 'refused'; error: RestError; span: Span };

const operationTimeLimit = () =>
  new RestError(429, 'OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit.');

/** Carries out the commands of one HTTP request, one after the other, and charges their time. */
export class RequestRun {
  readonly startMs = Date.now();
  /** Set when the request limit is over: the command under way ends, no further one begins. */
  isCutOff = false;
  private costMs = 0;
  private readonly spent = new Map<string, { seconds: number; charged: number }>();

  constructor(private readonly portal: PortalState) {}

  get span(): Span {
    return { startMs: this.startMs, finishMs: Date.now(), costMs: this.costMs };
  }

  async carryOut(command: Command, at: number): Promise<Outcome> {
    const { portal } = this;
    const startMs = Date.now();
    portal.statistics.command(command.method);
    const costMs = this.costOf(command.method);
    const end = (): Span => ({ startMs, finishMs: Date.now(), costMs });
    const refused = (error: RestError): Outcome => ({
      kind: 'refused',
      error,
      span: { ...end(), costMs: 0 },
    });
    const method = findMethod(command.method);
    if (method === undefined)
      return refused(new RestError(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!'));
    if (this.isBlocked(command.method)) return refused(operationTimeLimit());
    await this.spend(command.method, costMs, at);
    const hit = portal.faults.takeAtCommand(['refuse', 'emptyError'], command.method, at);
    if (hit !== undefined) return { kind: 'refused', error: toRefusal(hit.fault), span: end() };
    try {
      const answer = method(command.readParams(), portal);
      if (answer.wrote !== undefined) {
        portal.statistics.write(command.method, answer.wrote, portal.clock.nowMs());
      }
      return { kind: 'done', answer, span: end() };
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      return { kind: 'refused', error, span: end() };
    }
  }

  /** Whether the method's time is used up; counts the refusal. */
  isBlocked(method: string): boolean {
    const isBlocked = this.portal.limits?.methodTime.isBlocked(method, Date.now()) ?? false;
    if (isBlocked) this.portal.statistics.blocked();
    return isBlocked;
  }

  /** Charges the batch itself, where the portal does so; call it when its commands are done. */
  chargeBatch(isBatch: boolean): void {
    const weight = this.portal.limits?.limits.batchWeight ?? 0;
    if (isBatch && weight > 0) this.charge('batch', (this.costMs / 1000) * weight);
  }

  private costOf(method: string): number {
    const { defaultTimeMs } = this.portal.timing;
    return defaultTimeMs[method] ?? defaultTimeMs['*'] ?? 0;
  }

  private async spend(method: string, costMs: number, at: number): Promise<void> {
    const slowness = this.portal.faults.takeAtCommand(['slow'], method, at);
    if (slowness !== undefined) await delay(slowness.fault.delayMs);
    this.costMs += costMs;
    if (this.portal.limits?.limits.chargeMethods === true) this.charge(method, costMs / 1000);
    // Sleeps are measured from the start of the request, so that many short ones do not add up their inaccuracy.
    const dueMs = this.startMs + this.costMs * this.portal.timing.timeScale - Date.now();
    if (dueMs >= 1) await delay(dueMs);
  }

  /** Short calls are not counted; but the times of one method within one request are summed first. */
  private charge(method: string, seconds: number): void {
    const { limits, statistics } = this.portal;
    if (limits === null) return;
    const sum = this.spent.get(method) ?? { seconds: 0, charged: 0 };
    sum.seconds += seconds;
    this.spent.set(method, sum);
    if (sum.seconds <= limits.limits.uncountedSeconds) return;
    const open = sum.seconds - sum.charged;
    sum.charged = sum.seconds;
    limits.methodTime.charge(method, open, Date.now());
    statistics.charged(method, open);
  }
}

/** What a fault makes the portal answer. */
export function toRefusal(fault: {
  kind: string;
  status: number;
  error: string;
  error_description: string;
}): RestError {
  if (fault.kind === 'emptyError') return new RestError(400, '', 'Access denied.');
  return new RestError(fault.status, fault.error, fault.error_description);
}
