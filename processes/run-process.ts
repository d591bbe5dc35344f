import { ConfigError, loadConfig, type Config } from '../config';
import {
  createLogger,
  createMetrics,
  maskText,
  startTraces,
  type Logger,
  type Metrics,
  type Traces,
} from '../telemetry';
import { BackupError, RestoringError } from '../store/backup/backup-error';
import { PortTakenError } from './listen';
import { createStopSignal } from './stop-signal';
import { WrongKeyError } from './wrong-key';

/** A process of the product: its environment, its voices, and when to stop. */
export interface Surroundings {
  config: Config & { mongodbUri: string };
  logger: Logger;
  metrics: Metrics;
  /** Null: none are made. */
  traces: Traces | null;
  /** Aborted when the process is told to stop. */
  signal: AbortSignal;
}

const exitCodes = { failed: 1, badEnvironment: 2, portTaken: 3 };

function readConfig(): Surroundings['config'] {
  const config = loadConfig();
  const { mongodbUri } = config;
  if (mongodbUri !== null) return { ...config, mongodbUri };
  const expected = 'the address of a MongoDB; npm start finds or starts one by itself';
  throw new ConfigError([{ variable: 'MONGODB_URI', expected }]);
}

function toExitCode(error: unknown): number {
  if (error instanceof ConfigError || error instanceof WrongKeyError) return exitCodes.badEnvironment;
  return error instanceof PortTakenError ? exitCodes.portTaken : exitCodes.failed;
}

function toSentence(error: unknown): string {
  const isForPeople = [ConfigError, PortTakenError, WrongKeyError, BackupError, RestoringError].some(
    (kind) => error instanceof kind,
  );
  if (isForPeople && error instanceof Error) return error.message;
  return maskText((error instanceof Error && error.stack) || 'The process ended unexpectedly.');
}

async function begin(name: string, work: (given: Surroundings) => Promise<void>): Promise<void> {
  const config = readConfig();
  const logger = createLogger({ level: config.logLevel, name });
  const traces = await startTraces(config.tracesEndpoint, name);
  await work({ config, logger, metrics: createMetrics(), traces, signal: createStopSignal(logger) });
  await traces?.stop();
}

/** Runs a process until its work ends. An error that a person can mend is one sentence; any other shows its place, masked. */
export function runProcess(name: string, work: (given: Surroundings) => Promise<void>): void {
  begin(name, work).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${toSentence(error)}\n`);
      process.exit(toExitCode(error));
    },
  );
}
