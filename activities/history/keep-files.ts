import { keepFile, loseFile } from '../../intake/files/keep-file';
import { FileTooLargeError, FileTypeError } from '../../store/media/errors';
import type { MediaDoc, MediaReason } from '../../store/media/media';
import type { AttachedFile, ExportedFile } from '../../whatsapp/export/archive';
import type { IdentifiedMessage } from '../../whatsapp/export/identify';
import { ExportRefusedError } from '../../whatsapp/export/refused';
import type { FileRun } from './run';
import { exportSource, wakeParked } from './store-messages';

/** What was left out of an earlier export may be in this one. */
const isMissing = ({ state, reason }: MediaDoc): boolean =>
  state === 'wanted' || (state === 'lost' && reason !== 'too_large' && reason !== 'type_refused');

/** Null: another process may have better luck with it. */
function toReason(error: unknown): MediaReason | null {
  if (error instanceof FileTooLargeError) return 'too_large';
  if (error instanceof FileTypeError) return 'type_refused';
  return error instanceof ExportRefusedError ? 'gone_at_source' : null;
}

async function keepOne(
  { deps: { store } }: FileRun,
  media: MediaDoc,
  { bytes, sizeBytes }: AttachedFile,
): Promise<readonly string[]> {
  try {
    if (sizeBytes > store.media.limits.maxBytes) throw new FileTooLargeError();
    return (await keepFile(store, media, { bytes, mimeType: media.mimeType })).parkedLinkIds;
  } catch (error) {
    const reason = toReason(error);
    if (reason === null) throw error;
    return media.state === 'wanted' ? loseFile(store, media, reason, null) : [];
  }
}

/** The files of stored messages, straight out of their archive. Those that are had are not read again. */
export async function keepFiles(
  run: FileRun,
  file: ExportedFile,
  messages: readonly IdentifiedMessage[],
): Promise<void> {
  const { media } = run.deps.store;
  const names = new Map(
    messages.flatMap(({ stanzaId, message: { said } }) =>
      said.file?.name ? [[stanzaId, said.file.name]] : [],
    ),
  );
  if (names.size === 0) return;
  const known = await media.listOfStanzas(run.account._id, [...names.keys()]);
  for (const one of known.filter(isMissing)) {
    const attached = await file.open(names.get(one.stanzaId) ?? '');
    if (attached)
      await wakeParked({ ...run, source: { name: exportSource } }, await keepOne(run, one, attached));
  }
}
