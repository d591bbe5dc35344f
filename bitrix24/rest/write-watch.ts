import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/**
 * How far one HTTP request got: `unsent` no byte went out, `writing` some did, `written` all were handed to the
 * operating system, `unseen` fetch did not report, so anything is possible.
 */
export type WriteProgress = 'unseen' | 'unsent' | 'writing' | 'written';

/** Follows one request of the built-in fetch, which itself never tells when a body was written. */
export interface WriteWatch {
  readonly progress: WriteProgress;
  /** Runs the fetch whose request is to be followed. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Drops the connection so that what the operating system still holds is thrown away, not delivered late. */
  cut(): void;
}

interface Watched {
  progress: WriteProgress;
  socket: Socket | null;
  /** Nobody waits for it any more: later reports of fetch change nothing. */
  isOver: boolean;
  isTooLate: () => boolean;
  onWritten: () => void;
}

const current = new AsyncLocalStorage<Watched>();
const watchedRequests = new WeakMap<object, Watched>();

interface ChannelMessage {
  request: object;
  socket: Socket;
}

subscribe('undici:request:create', (message) => {
  const watched = current.getStore();
  if (!watched) return;
  watched.progress = 'unsent';
  watchedRequests.set((message as ChannelMessage).request, watched);
});

// Published just before the first byte is written, so a request that is late by now can still be kept back whole.
subscribe('undici:client:sendHeaders', (message) => {
  const { request, socket } = message as ChannelMessage;
  const watched = watchedRequests.get(request);
  if (!watched) return;
  watched.socket = socket;
  if (watched.isOver || watched.isTooLate()) drop(socket);
  else watched.progress = 'writing';
});

subscribe('undici:request:bodySent', (message) => {
  const watched = watchedRequests.get((message as ChannelMessage).request);
  if (watched?.progress !== 'writing' || watched.isOver) return;
  watched.progress = 'written';
  watched.onWritten();
});

/** `isTooLate` is asked when the first byte is about to go out; `onWritten` is called when the last one has. */
export function watchWrite(options: { isTooLate: () => boolean; onWritten: () => void }): WriteWatch {
  const watched: Watched = { progress: 'unseen', socket: null, isOver: false, ...options };
  return {
    get progress() {
      return watched.progress;
    },
    run: (work) => current.run(watched, work).finally(() => (watched.isOver = true)),
    cut: () => watched.socket && drop(watched.socket),
  };
}

function drop(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy(); // TLS sockets cannot be reset
  }
}
