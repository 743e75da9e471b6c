/** Something that could not be read. What else there was is kept. */
export interface Fault {
  /** The file or object. */
  name: string
  code: FaultCode
  /** Says what was left out; never quotes from the logs. */
  message: string
  /** What mends it, where its cause says so. */
  hint?: string
  /** It holds nothing else, and nothing of what logs hold: it may be no log at all. */
  isForeign?: true
}

export type FaultCode =
  | 'not-a-record'
  | 'line-too-long'
  | 'invalid-utf8'
  | 'time-zone-assumed'
  | 'last-row-open'
  | 'gzip-truncated'
  | 'gzip-corrupt'
  | 'gzip-bomb'
  | 'archive-damaged'
  | 'unknown-form'
  | 'files-not-read'
  | 'empty-object'
  | 'unreadable'
