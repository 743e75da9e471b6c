import type { AwsContext } from '../../aws/context.ts'
import type { Reading, Window } from '../model.ts'

/** A Region and how to talk to AWS in it. */
export interface Place {
  region: string
  cx: AwsContext
}

/** What a source is asked. */
export interface Question {
  window: Window
  /** See `GROUPINGS`. */
  by: readonly string[]
  /** Whose hours and days; UTC by default. */
  timeZone?: string
}

/** What a source found, and where. */
export interface SourceReading extends Reading {
  regions: string[]
  /** Something that should have been read could not be: the warnings say what. */
  incomplete: boolean
}
