import { z } from 'zod';

const faultKinds = [
  'down',
  'moved',
  'revoked',
  'expiredToken',
  'noRest',
  'overload',
  'busy',
  'deletedPortal',
  'dropBefore',
  'dropAfter',
  'dropAnswer',
  'lateCommit',
  'html502',
  'slow',
  'emptyError',
  'refuse',
  'firewall',
  'loseFile',
] as const;

/** One thing that goes wrong. Times are real ms. `loseFile`: a file of a comment is not kept, without a word. */
export const faultSchema = z.strictObject({
  kind: z.enum(faultKinds),
  /** Only calls of this method, alone or inside a batch; `batch` means the batch as a whole. */
  method: z.string().optional(),
  /** Only the command at this place of the batch, from 0; a call outside a batch is at place 0. */
  command: z.number().int().min(0).optional(),
  /** Only requests that carry files of a comment, or only those that carry none. */
  withFiles: z.boolean().optional(),
  /** How often it happens; -1: always. */
  times: z.number().int().min(-1).default(1),
  /** How many matches pass unharmed first. */
  after: z.number().int().min(0).default(0),
  /** `slow`: how much later; `lateCommit`: how long after the broken connection the write appears. */
  delayMs: z.number().min(0).default(1000),
  /** `html502`: whether the commands were carried out. */
  carriedOut: z.boolean().default(true),
  /** `firewall`: a request with this text in it is answered with a 403 page before it reaches the portal. */
  contains: z.string().default(''),
  /** `moved`: address of the new host. */
  to: z.string().optional(),
  /** `refuse`: what the command is answered with. */
  status: z.number().int().min(400).max(599).default(400),
  error: z.string().default('INTERNAL_SERVER_ERROR'),
  error_description: z.string().default('Refused by a fault.'),
});
export type Fault = z.input<typeof faultSchema>;
type ActiveFault = z.output<typeof faultSchema>;
export type FaultKind = ActiveFault['kind'];

/** What a fault goes by: the names of a request's commands, in order. */
export interface FaultTarget {
  methods: readonly string[];
  isBatch: boolean;
  hasFiles: boolean;
}

/** A fault that happens now, and the command it hit. */
export interface Hit {
  fault: ActiveFault;
  at: number;
}

/** Whole requests answered by something else than the method, in no order but the list's. */
export const doorFaults: readonly FaultKind[] = [
  'moved',
  'revoked',
  'expiredToken',
  'noRest',
  'overload',
  'busy',
  'deletedPortal',
];
/** Connections that break, or answers that are not the portal's. */
export const breakFaults: readonly FaultKind[] = [
  'dropBefore',
  'dropAfter',
  'dropAnswer',
  'lateCommit',
  'html502',
];

/**
 * The faults switched on. Each counts for itself, and is used up only when it happens: of two that would end the same
 * request the first in the list does, the other waits for the next.
 */
export class FaultList {
  private faults: ActiveFault[] = [];

  /** `onFault` is told of every one that happens. */
  constructor(private readonly onFault: (fault: ActiveFault) => void = () => undefined) {}

  /** Replaces all faults. */
  set(faults: readonly Fault[]): void {
    this.faults = faults.map((fault) => faultSchema.parse(fault));
  }

  /** The faults still to come, with what is left of `after` and `times`. */
  list(): ActiveFault[] {
    return this.faults.map((fault) => ({ ...fault }));
  }

  /** The first fault of these kinds that hits one of the commands of a request. */
  take(kinds: readonly FaultKind[], target: FaultTarget): Hit | undefined {
    if (this.faults.length === 0) return undefined;
    for (const fault of this.faults) {
      if (!kinds.includes(fault.kind)) continue;
      const at = this.placeOf(fault, target);
      if (at >= 0 && this.use(fault)) return { fault, at };
    }
    return undefined;
  }

  /** All `slow` faults (for whole requests) that hit, summed. */
  takeSlownessMs(target: FaultTarget): number {
    let slownessMs = 0;
    for (const fault of this.faults) {
      if (fault.kind !== 'slow' || fault.command !== undefined) continue;
      if (this.placeOf(fault, target) >= 0 && this.use(fault)) slownessMs += fault.delayMs;
    }
    return slownessMs;
  }

  /** The firewall that does not let this body through. */
  takeFirewall(body: string): boolean {
    return this.faults.some(
      (fault) => fault.kind === 'firewall' && body.includes(fault.contains) && this.use(fault),
    );
  }

  /** The fault of these kinds that hits this one command. */
  takeAtCommand(kinds: readonly FaultKind[], method: string, at: number): Hit | undefined {
    if (this.faults.length === 0) return undefined;
    for (const fault of this.faults) {
      const isHit =
        kinds.includes(fault.kind) &&
        (fault.command ?? at) === at &&
        (fault.method ?? (method === 'batch' ? null : method)) === method &&
        (fault.kind !== 'slow' || fault.command !== undefined);
      if (isHit && this.use(fault)) return { fault, at };
    }
    return undefined;
  }

  private placeOf(fault: ActiveFault, { methods, isBatch, hasFiles }: FaultTarget): number {
    if ((fault.withFiles ?? hasFiles) !== hasFiles) return -1;
    const isWhole = fault.method === undefined || (fault.method === 'batch' && isBatch);
    if (isWhole && fault.command === undefined) return 0;
    return methods.findIndex(
      (method, at) => (fault.command ?? at) === at && (isWhole || fault.method === method),
    );
  }

  private use(fault: ActiveFault): boolean {
    if (fault.times === 0) return false;
    if (fault.after > 0) {
      fault.after -= 1;
      return false;
    }
    if (fault.times > 0) fault.times -= 1;
    if (fault.times === 0) this.faults = this.faults.filter((other) => other !== fault);
    this.onFault(fault);
    return true;
  }
}
