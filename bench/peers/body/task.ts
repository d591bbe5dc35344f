import type { PhaseGrid } from '../figures/lateness';

/** What a process of another approach is told. `begin`: it makes the schedules of all contacts, and ends. */
export interface BodyTask {
  mode: 'begin' | 'work';
  mongoUri: string;
  webhookUrl: string;
  /** The contacts of the portal are numbered from here on. */
  firstCrmId: number;
  grid: PhaseGrid;
  /** Where its own server is: a port, an address. */
  server: string;
}

/** The task of this process, carried out; it says that it is ready by a line. */
export function runBody(parts: {
  begin(task: BodyTask): Promise<void>;
  work(task: BodyTask): Promise<void>;
}) {
  const task = JSON.parse(process.argv[2] ?? '{}') as BodyTask;
  void parts[task.mode](task).then(
    () => {
      process.stdout.write('ready\n');
      if (task.mode === 'begin') process.exit(0);
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
      process.exit(1);
    },
  );
}
