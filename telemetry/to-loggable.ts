import { isNativeError } from 'node:util/types';

/** Name, code and places of an error, never its message: a driver's message may quote what a client sent. */
export function toLoggable(error: unknown): Record<string, unknown> {
  if (!isNativeError(error)) return { error: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const { code } = error as { code?: unknown };
  return {
    error: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    frames: frames.slice(0, 8).map((line) => line.trim()),
  };
}
