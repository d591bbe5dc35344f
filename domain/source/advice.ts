import { usualAdviceOf, type SourceCode } from './words';

/** What somebody should do where a source is of a kind for which the usual advice is wrong: Meta shows no code to scan, a client is a browser of somebody. */
const ofKind: Readonly<Record<string, Partial<Record<SourceCode, string>>>> = {
  meta: {
    quiet_too_long:
      'Nothing has come for longer than is usual for this number. Send it a message from another phone: if it does not arrive here, check the account: it says what Meta lacks.',
    logged_out:
      'Meta says that this number is not connected to the Cloud API any more. Look at it in WhatsApp Manager and connect it again; nothing is to be scanned.',
    no_answer: 'Meta does not answer. See whether this server reaches graph.facebook.com.',
    key_refused:
      'Meta refuses the access token: it is over or was taken back. Make a new one for a system user and give it to the account.',
    number_blocked:
      'Meta has blocked or restricted this number. WhatsApp Manager says why and how to appeal.',
  },
  ingest: {
    scan_needed:
      'WhatsApp Web waits in the client’s browser for its QR code. Open it there, and scan the code on the phone under Linked devices.',
    logged_out:
      'WhatsApp Web was logged out in the client’s browser. Open it there, and scan its QR code on the phone under Linked devices.',
  },
};

/** What a person should do now. */
export const adviceOf = (code: SourceCode, kind: string): string =>
  ofKind[kind]?.[code] ?? usualAdviceOf(code);
