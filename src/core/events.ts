import type { AppError } from './errors.ts'
import type { WarningCode } from './warnings.ts'

/** What became of one resource: `not-run` when something it needs failed, or the run was stopped before its turn. */
export type Outcome = 'done' | 'unchanged' | 'skipped' | 'failed' | 'not-run'

/** A message for whoever watches. Logic sends these and never prints. */
export type Event =
  /** Work that takes a moment has begun ("reading what exists"); `title` reads as an ongoing action. */
  | { type: 'phase'; title: string }
  | { type: 'phase-done' }
  | { type: 'resource-start'; id: string; step: string; label: string; verb: string }
  /** How far it is: `done` of `total` (absent while unknown) of what `note` says, and how fast; or what it waits for. */
  | { type: 'resource-progress'; id: string; note: string; done?: number; total?: number; perSecond?: number }
  /** It is through: nothing more is under way of it. How it ended comes in the order of the steps. */
  | { type: 'resource-done'; id: string }
  | { type: 'resource-end'; id: string; step: string; label: string; outcome: Outcome; error?: AppError }
  /** One AWS call has been answered (or has failed). Bodies and credentials are never part of it. */
  | { type: 'call'; service: string; operation: string; ms: number; attempts: number; error?: string }
  /** Something was asked for that AWS bills by what is asked (metrics, requests, bytes: the unit), not by what stands. */
  | { type: 'billed'; unit: string; count: number }
  | { type: 'warning'; warning: Warning }

/** Something the user should know although the command goes on. */
export interface Warning {
  code: WarningCode
  message: string
}
