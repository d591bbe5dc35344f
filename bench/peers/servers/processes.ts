import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const listening = '0A';

/** The process that listens on a port of this machine, by `/proc`; null when none of ours to see does. */
function listenerOf(port: number): number | null {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1),
  );
  const inodes = new Set(
    rows
      .map((row) => row.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(`:${hexPort}`) && state === listening)
      .map((fields) => `socket:[${fields[9]}]`),
  );
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return Number(pids.find((pid) => socketsOf(pid).some((socket) => inodes.has(socket)))) || null;
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

/** A server that was running before, and the PostgreSQL that it names as its own (as FerretDB does): the roots of their trees. */
export function rootsBehind(port: number): number[] {
  const pid = listenerOf(port);
  if (pid === null) return [];
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  const behind = /postgres(?:ql)?:\/\/[^\0]*?:(\d+)\//.exec(command)?.[1];
  return [pid, ...(behind ? rootsBehind(Number(behind)) : [])];
}
