import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process beyond doubt: the system gives a pid again, but not with the same start time. */
export interface ProcessIdentity {
  pid: number;
  startedAt: string | null;
}

/**
 * When the process with this pid began, as an opaque text that never changes while it lives; null when there is no
 * such process or the system does not tell. On Linux it holds the boot id, as start ticks count from boot.
 */
export function startTimeOf(pid: number): string | null {
  return process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid);
}

function startTimeFromProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (ticks === undefined || state === 'Z') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`;
  } catch {
    return null;
  }
}

function startTimeFromPs(pid: number): string | null {
  try {
    const answer = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    return answer.trim() || null;
  } catch {
    return null;
  }
}

/** The identity of a running process, this one by default. */
export function identify(pid: number = process.pid): ProcessIdentity {
  return { pid, startedAt: startTimeOf(pid) };
}

/** Whether the pid is in use, maybe by a stranger that got the number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether exactly this process still runs. Unsure (no start time to compare) is "no", so that no stranger is hit. */
export function isSameProcess({ pid, startedAt }: ProcessIdentity): boolean {
  return startedAt !== null && startTimeOf(pid) === startedAt;
}
