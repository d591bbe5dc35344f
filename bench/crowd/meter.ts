import { readFileSync } from 'node:fs';
import { readProcessorMs, type ProcessorMs } from '../ingest/processor';

/** Processor time by whose it is, and of the whole machine, whoever used it, in milliseconds. */
export interface Used {
  ms: number;
  parts: ProcessorMs;
  machineMs: number;
}

/** Linux counts in hundredths of a second; waiting for the disk is no work. */
function readMachineMs(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq) * 10;
}

/** Counts from now on until asked. */
export function startMeter(): () => Used {
  const startedMs = performance.now();
  const before = { parts: readProcessorMs([]), machineMs: readMachineMs() };
  return () => {
    const parts = Object.entries(readProcessorMs([])).map(
      ([kind, ms]) => [kind, ms - (before.parts[kind as keyof ProcessorMs] ?? 0)] as const,
    );
    return {
      ms: performance.now() - startedMs,
      parts: Object.fromEntries(parts),
      machineMs: readMachineMs() - before.machineMs,
    };
  };
}

/** The generator and the stand-in portal are no parts of the product. */
export const productMs = ({ parts }: Used): number =>
  (['API', 'worker', 'Temporal', 'store'] as const).reduce((sum, kind) => sum + (parts[kind] ?? 0), 0);

export function toPartsLine(used: Used): string {
  const parts = Object.entries(used.parts).map(([kind, ms]) => `${kind} ${(ms / 1_000).toFixed(1)}`);
  return `processor s in ${(used.ms / 1_000).toFixed(0)} s: ${parts.join(', ')}; the whole machine ${(used.machineMs / 1_000).toFixed(1)}`;
}
