/** Prints one line for the person at the terminal. */
export type Say = (line: string) => void;

/** The first line of an error's message, short enough for a terminal. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').slice(0, 300);
}
