import { join } from 'node:path';
import { findKept, keepBuilt, type Build, type Kept } from './cache';
import { firstLine, type Say } from '../say';

/** One way to get a server that this machine lacks: a download or a build. */
export interface Way {
  kept: Kept;
  build: Build;
  /** For the person at the terminal: `built with Go`. */
  how: string;
}

/** A server kept by an earlier start comes first; else each way is tried in turn. Throws the last failure. */
export async function obtain(label: string, ways: Way[], say: Say) {
  for (const way of ways) {
    const folder = findKept(way.kept);
    if (folder) return toObtained(way, folder, `${way.how}, by an earlier start`);
  }
  let failure: unknown = null;
  for (const way of ways) {
    if (failure !== null) say(`${label}: ${firstLine(failure)}`);
    try {
      return toObtained(way, await keepBuilt(way.kept, way.build, say), way.how);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** The server's folder in the cache, its proof in it, and how it came there. */
function toObtained(way: Way, folder: string, why: string) {
  return { folder, path: join(folder, way.kept.proof), way, why };
}
