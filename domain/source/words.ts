/** The states of a source that a person understands. */
export type SourceState = 'connected' | 'quiet' | 'needs-qr' | 'logged-out' | 'unreachable' | 'blocked';

/** States in which somebody must act. */
export type TroubleState = Exclude<SourceState, 'connected' | 'quiet'>;

export const isTrouble = (state: SourceState): state is TroubleState =>
  state !== 'connected' && state !== 'quiet';

/** What is wrong, in a word that stays the same: clients and alerts may rely on it. */
export type SourceCode =
  | 'connected'
  | 'quiet_too_long'
  | 'nothing_yet'
  | 'scan_needed'
  | 'logged_out'
  | 'session_failed'
  | 'session_stopped'
  | 'tab_closed'
  | 'no_heartbeat'
  | 'no_answer'
  | 'key_refused'
  | 'labels_unread'
  | 'number_blocked';

interface Meaning {
  state: SourceState;
  advice: string;
}

/** Each code's state, and what somebody should do. */
const meanings: Record<SourceCode, Meaning> = {
  connected: { state: 'connected', advice: 'Nothing is to be done.' },
  quiet_too_long: {
    state: 'quiet',
    advice:
      'Nothing has come for longer than is usual for this number. Send it a message from another phone: if it does not arrive here, connect the source again.',
  },
  nothing_yet: {
    state: 'quiet',
    advice: 'Nothing has ever come from this number. See whether its source is set up to send to us.',
  },
  scan_needed: {
    state: 'needs-qr',
    advice: 'Open WhatsApp on the phone of this number, Linked devices, and scan the QR code of the source.',
  },
  logged_out: {
    state: 'logged-out',
    advice: 'The phone ended this linked device. Link it again with a QR code.',
  },
  session_failed: {
    state: 'logged-out',
    advice: 'The session failed. Restart it; if it fails again, log it out and scan a new QR code.',
  },
  session_stopped: { state: 'unreachable', advice: 'The session is stopped. Start it.' },
  tab_closed: { state: 'unreachable', advice: 'The tab with WhatsApp Web is closed. Open it again.' },
  no_heartbeat: {
    state: 'unreachable',
    advice: 'The client has not been heard of. See whether its computer and browser run, and are online.',
  },
  no_answer: {
    state: 'unreachable',
    advice: 'The source does not answer at its address. See whether it runs and can be reached from here.',
  },
  key_refused: {
    state: 'blocked',
    advice: 'The source refuses our key. Give the account the key that is in force there.',
  },
  labels_unread: {
    state: 'blocked',
    advice:
      'Chats with certain labels are excluded, and the source does not tell the labels: messages wait here until it does. See whether its session works; has the number no labels any more, take the rule out of the policy.',
  },
  number_blocked: {
    state: 'blocked',
    advice:
      'WhatsApp has blocked or restricted this number. Open WhatsApp on its phone: it says how to appeal.',
  },
};

/** Whether messages get lost meanwhile: with a refused key they still come, only files and history do not; without labels they wait. */
export const losesMessages = (code: SourceCode): boolean =>
  isTrouble(meanings[code].state) && code !== 'key_refused' && code !== 'labels_unread';

export const stateOf = (code: SourceCode): SourceState => meanings[code].state;
/** What somebody should do, whatever kind of source it is. */
export const usualAdviceOf = (code: SourceCode): string => meanings[code].advice;

/** The words of sources on themselves: WAHA's session states, Evolution's of a connection, and those of a heartbeat. Other words say nothing. */
const words: Record<string, SourceCode> = {
  WORKING: 'connected',
  open: 'connected',
  connected: 'connected',
  SCAN_QR_CODE: 'scan_needed',
  PASSKEY_REQUIRED: 'scan_needed',
  PASSKEY_CONFIRMATION_REQUIRED: 'scan_needed',
  needs_qr: 'scan_needed',
  close: 'scan_needed',
  refused: 'scan_needed',
  FAILED: 'session_failed',
  logged_out: 'logged_out',
  STOPPED: 'session_stopped',
  tab_closed: 'tab_closed',
  blocked: 'number_blocked',
};

export const codeOfWord = (word: string): SourceCode | null =>
  Object.hasOwn(words, word) ? (words[word] ?? null) : null;
