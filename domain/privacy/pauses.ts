/** Between two steps that got somewhere. */
const breathMs = 200;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** Before the next step of a forgetting, in milliseconds; `tries`: steps in a row that got nowhere. */
export const pauseOfForgetting = (tries: number): number =>
  tries === 0 ? breathMs : Math.min(firstPauseMs * 2 ** Math.min(tries - 1, 10), longestPauseMs);
