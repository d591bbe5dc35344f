import type { Request } from 'express';
import { comeBack, Problem } from '../http/problem';

interface BodyPoolLimits {
  /** One body. */
  maxBytes: number;
  /** All bodies together that nobody has checked yet. */
  totalBytes: number;
  /** From the first byte to the last. */
  withinMs: number;
}

/** A body that is being read, into one buffer: thousands of chunks of a byte each would take a hundred times their size. */
interface Reading {
  /** All that may come. */
  whole: number;
  buffer: Buffer;
  length: number;
  giveUp: (why: Problem) => void;
  /** Ends the connection: more of it would be read and thrown away. */
  cut: () => void;
}

/** Bodies that have to be read before it is known whose they are, as a signature is over the whole of it. */
export interface BodyPool {
  /** Reads the body and checks it; until then it counts for the pool. */
  read<T>(request: Request, check: (body: Buffer) => T): Promise<T>;
}

const tooSlow = () => new Problem('bad_request', { detail: 'The body did not come in time.' });
const cutOff = () => new Problem('bad_request', { detail: 'The body was cut off.' });

/** How long the body may become, by what is said before it. */
function readLength(request: Request, maxBytes: number): number {
  const encoding = request.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw new Problem('unsupported_media_type');
  const said = Number(request.get('content-length') ?? maxBytes);
  if (said > maxBytes) throw new Problem('body_too_large');
  return said;
}

/** Nearly every webhook is smaller. */
const usualBytes = 64 * 1024;

/** It grows once, to all that was said to come: what is thrown away by growing step by step is memory, too. */
function append(reading: Reading, chunk: Buffer): void {
  const needed = reading.length + chunk.length;
  if (needed > reading.buffer.length) {
    const grown = Buffer.allocUnsafeSlow(
      needed > usualBytes ? reading.whole : Math.min(usualBytes, reading.whole),
    );
    reading.buffer.copy(grown, 0, 0, reading.length);
    reading.buffer = grown;
  }
  chunk.copy(reading.buffer, reading.length);
  reading.length = needed;
}

/** Takes every chunk until the end, the time-out, or a word of somebody else. */
function collect(
  request: Request,
  reading: Reading,
  { withinMs, take }: { withinMs: number; take: (chunk: Buffer) => void },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      request.off('data', take).off('end', done).off('error', fail).off('close', fail);
      settle();
    };
    reading.giveUp = (why) => end(() => reject(why));
    const fail = () => reading.giveUp(cutOff());
    const done = () => end(() => resolve(reading.buffer.subarray(0, reading.length)));
    const timer = setTimeout(() => reading.giveUp(tooSlow()), withinMs);
    request.on('data', take).once('end', done).once('error', fail).once('close', fail);
  });
}

/**
 * All of them share so many bytes. Beyond that the one that has been at it for the longest time is given up: what a source sends is here
 * within milliseconds, and what is sent slowly to fill the memory pushes out its like.
 */
export function createBodyPool({ maxBytes, totalBytes, withinMs }: BodyPoolLimits): BodyPool {
  const readings = new Set<Reading>();
  let heldBytes = 0;

  function leave(reading: Reading): void {
    if (readings.delete(reading)) heldBytes -= reading.buffer.length;
  }

  function takeInto(reading: Reading, chunk: Buffer): void {
    if (reading.length + chunk.length > reading.whole) return reading.giveUp(new Problem('body_too_large'));
    const before = reading.buffer.length;
    append(reading, chunk);
    heldBytes += reading.buffer.length - before;
    for (const oldest of readings) {
      if (heldBytes <= totalBytes) return;
      leave(oldest);
      oldest.giveUp(comeBack('too_many_requests'));
      oldest.cut();
    }
  }

  return {
    async read(request, check) {
      const whole = readLength(request, maxBytes);
      const reading: Reading = {
        whole,
        buffer: Buffer.alloc(0),
        length: 0,
        giveUp: () => undefined,
        cut: () => void request.destroy(),
      };
      readings.add(reading);
      const take = (chunk: Buffer) => takeInto(reading, chunk);
      try {
        return check(await collect(request, reading, { withinMs, take }));
      } finally {
        leave(reading);
      }
    },
  };
}
