import type { FileWish } from '../../domain/files/wanted';
import type { SourcePolicy } from '../../domain/source/policy';
import type { Store } from '../../store/store';

/** Which files are taken of an account: what the installation takes, and of that what the account's policy wants. */
export function fileWishOf({ media }: Store, policy: SourcePolicy | null | undefined): FileWish {
  const { maxBytes, refusedTypes } = media.limits;
  const wanted = policy?.media;
  return {
    maxBytes: Math.min(wanted?.maxBytes ?? Infinity, maxBytes),
    refusedTypes,
    wantedTypes: wanted?.types ?? [],
  };
}
