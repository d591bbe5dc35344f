import { z } from 'zod';

const faultKinds = [
  'down',
  'slow',
  'refuse',
  'redirect',
  'garbage',
  'wrongSession',
  'wrongNumber',
  'doubleHook',
  'lostHook',
  'badSignature',
] as const;

/** One thing that goes wrong. `down` to `garbage` hit requests, the rest hits webhooks. */
export const sourceFaultSchema = z.strictObject({
  kind: z.enum(faultKinds),
  /** Only requests whose path contains this, or webhooks of this event. */
  only: z.string().optional(),
  /** How often it happens; -1: always. */
  times: z.number().int().min(-1).default(1),
  /** How many matches pass unharmed first. */
  after: z.number().int().min(0).default(0),
  delayMs: z.number().min(0).default(1000),
  /** `refuse`: what the request is answered with. */
  status: z.number().int().min(400).max(599).default(500),
  /** `redirect`: where to. */
  to: z.string().default('http://127.0.0.1:9/'),
});
export type SourceFault = z.input<typeof sourceFaultSchema>;
export type ActiveFault = z.output<typeof sourceFaultSchema>;

/** The faults switched on. Each is used up only when it happens. */
export class SourceFaults {
  private faults: ActiveFault[] = [];

  set(faults: readonly SourceFault[]): void {
    this.faults = faults.map((fault) => sourceFaultSchema.parse(fault));
  }

  list(): ActiveFault[] {
    return this.faults.map((fault) => ({ ...fault }));
  }

  /** The first fault of this kind that hits what is named. */
  take(kind: ActiveFault['kind'], name: string): ActiveFault | undefined {
    return this.faults.find((fault) => {
      const isMeant = fault.kind === kind && (fault.only === undefined || name.includes(fault.only));
      return isMeant && use(fault);
    });
  }
}

function use(fault: ActiveFault): boolean {
  if (fault.times === 0) return false;
  if (fault.after > 0) {
    fault.after -= 1;
    return false;
  }
  if (fault.times > 0) fault.times -= 1;
  return true;
}
