/** The kind of a message's content. `unsupported` is told by its placeholder, never dropped. */
export type MessageKind =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'voice'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'poll'
  | 'event'
  | 'order'
  | 'product'
  | 'invite'
  | 'call'
  | 'system'
  | 'unsupported';
