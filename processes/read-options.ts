import { parseArgs, type ParseArgsConfig } from 'node:util';
import { BackupError } from '../store/backup/backup-error';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given }>>['values'];

/** The options of a program's command line; `needed` must be there. What is wrong is answered with `advice` and how the program is called. */
export function readOptions<Given extends Options, Needed extends keyof Values<Given> & string>(
  options: Given,
  needed: Needed,
  advice: string,
): Values<Given> & Record<Needed, string> {
  try {
    const { values } = parseArgs({ options });
    const given: unknown = values[needed as keyof typeof values];
    if (typeof given === 'string') return { ...values, [needed]: given } as never;
  } catch {
    // Told below.
  }
  throw new BackupError(advice);
}
