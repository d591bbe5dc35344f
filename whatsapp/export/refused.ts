/** Why a file is no chat that can be read; each has its advice. */
export const refusals = {
  export_broken: 'The archive is cut or damaged: export the chat once more.',
  export_unsafe:
    'The archive is not as WhatsApp makes them: its names or sizes are unsafe. Export the chat once more.',
  export_too_large: 'The file is larger than may be: export the chat without media, or in parts.',
  export_no_chat: 'There is no chat in the file: send the zip or txt that “Export chat” made.',
  export_form_unknown:
    'The times in the chat are written in a way that is not known: send us its first line, without names.',
} as const;

export type RefusalCode = keyof typeof refusals;

/** The file is not taken. Nothing of it is in the message. */
export class ExportRefusedError extends Error {
  override readonly name = 'ExportRefusedError';
  readonly advice: string;

  constructor(
    readonly code: RefusalCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
    this.advice = refusals[code];
  }
}
