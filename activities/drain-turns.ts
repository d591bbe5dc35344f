/** Links whose turn in a drain of this process is still to come: a wake before it is left to the drain. */
export interface DrainTurns {
  /** For so long at most: should the drain be another process's, or never come, a link's own round goes on. */
  expect(linkIds: readonly string[], forMs: number): void;
  has(linkId: string): boolean;
  end(linkIds: readonly string[]): void;
}

export function createDrainTurns(): DrainTurns {
  const until = new Map<string, number>();
  return {
    expect(linkIds, forMs) {
      const untilMs = performance.now() + forMs;
      for (const linkId of linkIds) until.set(linkId, Math.max(untilMs, until.get(linkId) ?? 0));
    },
    has: (linkId) => (until.get(linkId) ?? 0) > performance.now(),
    end(linkIds) {
      for (const linkId of linkIds) until.delete(linkId);
    },
  };
}
