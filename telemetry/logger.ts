import { pino, type DestinationStream, type Logger, type LevelWithSilent } from 'pino';
import { maskText, maskValue } from './masking';

export type { Logger } from 'pino';

/**
 * A JSON logger whose lines hold nothing personal or secret: every finished line passes the masks, so neither a nested
 * field, an error nor a child's binding gets around them. `name` is the process or room, shown as `service`.
 */
export function createLogger({
  level,
  name,
  destination,
}: {
  level: LevelWithSilent;
  name: string;
  /** Where lines go; stdout unless given. */
  destination?: DestinationStream;
}): Logger {
  const options = {
    level,
    base: { service: name, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: maskLine },
  };
  return destination ? pino(options, destination) : pino(options);
}

function maskLine(line: string): string {
  try {
    return `${JSON.stringify(maskValue(JSON.parse(line)))}\n`;
  } catch {
    return maskText(line);
  }
}
