import type { Request } from 'express';

const lingerMs = 2_000;

/** After an answer that came before the whole request: the rest is thrown away, so that its sender reads the answer, and soon cut off. */
export function hangUpSoon(request: Request): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.complete || request.socket.destroy(), lingerMs);
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
