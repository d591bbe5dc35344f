import { listen } from '../source-server/listen';
import { createGraphApp } from './graph-routes';
import {
  openState,
  type GraphFault,
  type GraphFile,
  type GraphOptions,
  type GraphState,
} from './graph-state';
import { say, type Said } from './messages';
import { deliver, subscribe } from './webhook';

/** All optional: by default in memory, on a free port. */
export interface SandboxGraphOptions extends Partial<GraphOptions> {
  port?: number;
  dataDir?: string | null;
}

/** A running stand-in of Meta's Graph API and of what delivers for it, and what a test may do with it without HTTP. */
export interface SandboxGraph {
  url: string;
  token: string;
  options: GraphOptions;
  addFile(id: string, file: GraphFile): void;
  setFaults(faults: GraphFault[]): void;
  setStatus(status: string): void;
  setScopes(scopes: string[]): void;
  asked(): GraphState['asked'];
  /** As in Meta's dashboard; false: the address does not know the verify token. */
  subscribe(given: { callbackUrl: string; verifyToken: string }): Promise<boolean>;
  isSubscribed(): boolean;
  /** Both give the status of the answer; null: nobody answered. */
  say(said: Said): Promise<number | null>;
  deliver(field: string, value: object): Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts a stand-in Graph API on 127.0.0.1. Rejects when the port is taken. */
export async function startSandboxGraph(given: SandboxGraphOptions = {}): Promise<SandboxGraph> {
  const { port = 0, dataDir = null, ...options } = given;
  const state = openState(dataDir, options);
  const server = await listen(createGraphApp(state), port);
  return {
    url: server.url,
    token: state.options.token,
    options: state.options,
    addFile: (id, file) => void state.files.set(id, file),
    setFaults: (faults) => void (state.faults = faults),
    setStatus: (status) => void (state.status = status),
    setScopes: (scopes) => void (state.options.scopes = scopes),
    asked: () => state.asked,
    subscribe: (wanted) => subscribe(state, wanted),
    isSubscribed: () => state.kept.callbackUrl !== null,
    say: (said) => say(state, said),
    deliver: (field, value) => deliver(state, field, value),
    stop: () => server.close(),
  };
}
