import type { Call, CallOutcome } from '../../../domain/content/details';
import { readNumber, readPath, readText } from '../engine-data';
import type { Found } from './cards';

/** Baileys' numbers for calls that nobody took: voice and video, with one person and in a group. */
export const missedStubs = new Map<unknown, { isVideo: boolean }>([
  [40, { isVideo: false }],
  [41, { isVideo: true }],
  [45, { isVideo: false }],
  [46, { isVideo: true }],
  ['CALL_MISSED_VOICE', { isVideo: false }],
  ['CALL_MISSED_VIDEO', { isVideo: true }],
  ['CALL_MISSED_GROUP_VOICE', { isVideo: false }],
  ['CALL_MISSED_GROUP_VIDEO', { isVideo: true }],
]);

/** WhatsApp's numbers in a call's log, and whatsapp-web.js's words for them. */
const outcomes = new Map<unknown, CallOutcome>([
  ...['0', 'CONNECTED', '4', 'ACCEPTED_ELSEWHERE', 'ACCEPTEDELSEWHERE', 'COMPLETED'].map(
    (word): [string, CallOutcome] => [word, 'answered'],
  ),
  ...['1', 'MISSED', 'MISS', 'MISS_VIDEO', '6', 'SILENCED_BY_DND', '7', 'SILENCED_UNKNOWN_CALLER'].map(
    (word): [string, CallOutcome] => [word, 'missed'],
  ),
  ...['3', 'REJECTED'].map((word): [string, CallOutcome] => [word, 'declined']),
  ...['2', 'FAILED'].map((word): [string, CallOutcome] => [word, 'failed']),
]);

const toOutcome = (value: unknown): CallOutcome | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? outcomes.get(String(value).toUpperCase())
    : undefined;

export function readCall({ content, data }: Found): Call {
  const missed = missedStubs.get(readPath(data, 'messageStubType'));
  if (missed) return { ...missed, outcome: 'missed' };
  const isVideo =
    readPath(content, 'isVideo') === true ||
    readPath(data, 'isVideoCall') === true ||
    readText(data, 'subtype') === 'miss_video';
  const outcome = [readPath(content, 'callOutcome'), readPath(data, 'callOutcome'), readPath(data, 'subtype')]
    .map(toOutcome)
    .find((one) => one !== undefined);
  const seconds = readNumber(content, 'durationSecs') ?? readNumber(data, 'callDuration');
  return {
    isVideo,
    ...(outcome ? { outcome } : {}),
    ...(seconds !== null && seconds > 0 ? { durationMs: seconds * 1_000 } : {}),
  };
}
